//! The keys of the run, made once through the API as an administrator would.
//!
//! What the store and the workspace object then hold is kept, so that every
//! Keyway of the run begins with the same.

use std::{thread, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use keyway_tests::{
    kv::{Endpoint, Store},
    tokens,
};
use serde_json::{Value, json};

use crate::{
    http::{self, Connection},
    place::Compiled,
    site::{Site, Values},
};

/// What every key may do, and every request asks for.
pub(crate) const SCOPE: &str = "reports:read";

/// Time for the outbox to bring what it could not bring at once.
const OUTBOX: Duration = Duration::from_millis(200);
const PATIENCE: u32 = 100;

/// A key that was made.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) token: String,
    /// As the API showed it.
    pub(crate) shown: Value,
}

/// What there is to ask about, and to answer from.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(crate) compiled: Compiled,
    pub(crate) verifier: String,
    pub(crate) good: Vec<Key>,
    pub(crate) revoked: Vec<Key>,
    /// Secrets and variables that every Keyway of the run has.
    pub(crate) texts: Vec<(String, String)>,
    /// What the store holds.
    pub(crate) values: Values,
    /// Holds the files of the workspace object.
    pub(crate) site: Site,
}

impl Stock {
    /// Makes so many good keys, and a tenth of that to be revoked.
    pub(crate) fn make(keys: usize) -> Result<Self> {
        let compiled = Compiled::read()?;
        let root = tokens::token("kwm_root");
        let texts = [
            ("ROOT_TOKEN", root.clone()),
            ("PEPPER_1", tokens::random(48)),
            ("REGIONS", "weur".to_owned()),
            ("REGION", "weur".to_owned()),
        ];
        let texts: Vec<(String, String)> = texts
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let store = Store::default();
        let kv = Endpoint::serve(store.clone());
        let site = Site::empty_keyway(&compiled, &texts, kv.port())?;
        let runtime = site.start()?;
        let mut admin = Admin {
            connection: Connection::open(runtime.port())?,
            root,
        };

        admin.post("/v1/scopes", &json!({ "id": SCOPE }))?;
        let verifier = admin.post("/v1/verifiers", &json!({ "name": "Bench" }))?;
        let verifier = text(&verifier, "token")?;
        let good = admin.keys("Bench key", keys)?;
        let revoked = admin.keys("Revoked key", keys.div_ceil(10))?;
        for key in &revoked {
            let id = text(&key.shown, "id")?;
            admin.post(&format!("/v1/keys/{id}/revoke"), &json!({}))?;
        }
        let stored = keys.saturating_add(revoked.len()).saturating_add(1);
        settle(&store, stored)?;
        drop(runtime);
        let values = store
            .dump()
            .into_iter()
            .map(|(key, value)| (key, value.bytes))
            .collect();
        Ok(Self {
            compiled,
            verifier,
            good,
            revoked,
            texts,
            values,
            site,
        })
    }

    /// The administrator's token.
    pub(crate) fn root(&self) -> Option<&str> {
        let mut texts = self.texts.iter();
        let (_, root) = texts.find(|(name, _)| name == "ROOT_TOKEN")?;
        Some(root)
    }

    /// A Keyway that has all this, with more variables.
    pub(crate) fn keyway(&self, more: &[(&str, &str)]) -> Result<Site> {
        let mut texts = self.texts.clone();
        for (name, value) in more {
            texts.push(((*name).to_owned(), (*value).to_owned()));
        }
        Site::keyway(&self.compiled, &texts, &self.values, &self.site.state())
    }
}

/// Waits until the store has so many values and gets no more.
fn settle(store: &Store, expected: usize) -> Result<()> {
    let mut last = store.dump();
    for _ in 0..PATIENCE {
        thread::sleep(OUTBOX);
        let now = store.dump();
        if now.len() >= expected && now == last {
            return Ok(());
        }
        last = now;
    }
    bail!(
        "the store has {} values of {expected}: the outbox does not get on",
        last.len()
    )
}

struct Admin {
    connection: Connection,
    root: String,
}

impl Admin {
    fn post(&mut self, target: &str, body: &Value) -> Result<Value> {
        let bearer = format!("Bearer {}", self.root);
        let request = http::request(
            "POST",
            target,
            &[("authorization", bearer.as_str())],
            Some(&body.to_string()),
        );
        let answer = self.connection.ask(&request)?;
        ensure!(
            (200..300).contains(&answer.status),
            "POST {target} answered {}: {}",
            answer.status,
            answer.text()
        );
        Ok(serde_json::from_slice(answer.body)?)
    }

    fn keys(&mut self, name: &str, count: usize) -> Result<Vec<Key>> {
        (0..count)
            .map(|number| {
                // All of one length, so that every answer is of one length.
                let body = json!({ "name": format!("{name} {number:05}"), "scopes": [SCOPE] });
                let created = self.post("/v1/keys", &body)?;
                Ok(Key {
                    token: text(&created, "token")?,
                    shown: created.get("key").cloned().context("no key")?,
                })
            })
            .collect()
    }
}

fn text(value: &Value, member: &str) -> Result<String> {
    let text = value.get(member).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("the answer has no {member}"))?
        .to_owned())
}
