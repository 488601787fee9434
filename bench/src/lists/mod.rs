//! How lists grow: the same questions to workspaces of more and more keys, each
//! a hundred times what the page shows or more.
//!
//! What is measured is a request and its answer, from outside: the way through
//! the Worker to the object and back, which `who am I` takes as well, is in it
//! and shown beside it.

mod fill;
mod questions;
mod report;

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    cpu,
    http::{self, Connection},
    options::ListOptions,
    runtime::Runtime,
    setup::{SCOPE, Stock},
    stats::percentile,
};
use questions::Question;

/// Before anything is measured: what is asked for the first time is compiled,
/// and read from the disk.
const WARM_UP: u32 = 10;

/// What one question took, in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    p50: u32,
    p95: u32,
}

/// A workspace of so many keys.
#[derive(Debug)]
pub(crate) struct Workspace {
    keys: usize,
    /// In the order of [`questions::all`].
    took: Vec<Took>,
    /// In a second, one after the other.
    created: f64,
    /// Of the process with the object, before anybody asked and at the end.
    memory: (u64, u64),
}

/// Measures, and writes what came of it.
pub(crate) fn run(options: &ListOptions) -> Result<()> {
    let stock = Stock::make(1)?;
    let questions = questions::all();
    let mut workspaces = Vec::new();
    for &keys in &options.sizes {
        eprintln!("bench: a workspace of {keys} keys …");
        let site = stock.keyway(&[])?;
        fill::fill(&site.state(), keys)?;
        let runtime = site.start()?;
        let root = stock.root().context("no root token")?;
        workspaces.push(Asking::begin(&runtime, root)?.all(keys, &questions, options.asked)?);
    }
    report::write(&questions, &workspaces, options)
}

/// One connection of an administrator.
struct Asking {
    connection: Connection,
    process: u32,
    bearer: String,
}

impl Asking {
    fn begin(runtime: &Runtime, root: &str) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(runtime.port())?,
            process: runtime.id(),
            bearer: format!("Bearer {root}"),
        })
    }

    fn all(mut self, keys: usize, questions: &[Question], times: u32) -> Result<Workspace> {
        self.took(&Question::floor(), 1)?;
        let before = cpu::memory(self.process).unwrap_or_default();
        let took = questions
            .iter()
            .map(|question| self.took(question, times))
            .collect::<Result<Vec<_>>>()?;
        let created = self.created(times)?;
        let after = cpu::memory(self.process).unwrap_or_default();
        Ok(Workspace {
            keys,
            took,
            created,
            memory: (before, after),
        })
    }

    fn took(&mut self, question: &Question, times: u32) -> Result<Took> {
        let headers = [("authorization", self.bearer.as_str())];
        let mut request = http::request("GET", &question.target, &headers, None);
        if question.pages > 0 {
            let target = self.deep(question)?;
            request = http::request(
                "GET",
                &target,
                &[("authorization", self.bearer.as_str())],
                None,
            );
        }
        let mut took = Vec::new();
        for turn in 0..WARM_UP.saturating_add(times) {
            let begun = Instant::now();
            let answer = self.connection.ask(&request)?;
            let micros = u32::try_from(begun.elapsed().as_micros())?;
            ensure!(
                answer.status == 200,
                "{} answered {}: {}",
                question.target,
                answer.status,
                answer.text()
            );
            if turn >= WARM_UP {
                took.push(micros);
            }
        }
        took.sort_unstable();
        Ok(Took {
            p50: percentile(&took, 50),
            p95: percentile(&took, 95),
        })
    }

    /// The address of a page further on.
    fn deep(&mut self, question: &Question) -> Result<String> {
        let mut target = question.target.clone();
        for _ in 0..question.pages {
            let headers = [("authorization", self.bearer.as_str())];
            let request = http::request("GET", &target, &headers, None);
            let answer = self.connection.ask(&request)?;
            let page: serde_json::Value = serde_json::from_slice(answer.body)?;
            let cursor = page.get("next_cursor").and_then(|cursor| cursor.as_str());
            let Some(cursor) = cursor else { break };
            target = format!("{}&cursor={cursor}", question.target);
        }
        Ok(target)
    }

    #[allow(clippy::cast_precision_loss, reason = "some hundreds")]
    fn created(&mut self, times: u32) -> Result<f64> {
        let headers = [("authorization", self.bearer.as_str())];
        let body = json!({ "name": "One more", "scopes": [SCOPE] }).to_string();
        let request = http::request("POST", "/v1/keys", &headers, Some(&body));
        let begun = Instant::now();
        for _ in 0..times {
            let status = self.connection.ask(&request)?.status;
            ensure!(status == 201, "POST /v1/keys answered {status}");
        }
        Ok(f64::from(times) / begun.elapsed().as_secs_f64())
    }
}
