//! Sparse traffic: one request, a pause, one request.
//!
//! Under load everything is warm. A service that is asked now and then finds
//! old caches and old views instead; this is what its clients wait for. The
//! pause is longer than the bound of the Keyway that is to find nothing fresh.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{
    http::Connection,
    lineup::{Contender, Who},
    load,
    options::Options,
    stats::percentile,
};

/// More than `BOUND_SECONDS=1`.
const PAUSE: Duration = Duration::from_millis(1_100);

/// What single requests took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Single {
    pub(crate) who: Who,
    /// Nanoseconds.
    pub(crate) p50: u32,
    pub(crate) p99: u32,
}

pub(crate) fn run(contenders: &[Contender], options: &Options) -> Result<Vec<Single>> {
    eprintln!("bench: single requests …");
    let mut asked = contenders
        .iter()
        .map(Asked::begin)
        .collect::<Result<Vec<_>>>()?;
    for turn in 0..options.singles {
        thread::sleep(PAUSE);
        let mut order: Vec<&mut Asked<'_>> = asked.iter_mut().collect();
        let first = usize::try_from(turn).unwrap_or_default() % order.len().max(1);
        order.rotate_left(first);
        for asked in order {
            asked
                .once_more()
                .with_context(|| asked.contender.who.to_string())?;
        }
    }
    Ok(asked.into_iter().map(Asked::end).collect())
}

/// Somebody who is asked now and then.
struct Asked<'a> {
    contender: &'a Contender,
    connection: Connection,
    requests: Box<dyn Iterator<Item = &'a Vec<u8>> + 'a>,
    latencies: Vec<u32>,
}

impl<'a> Asked<'a> {
    fn begin(contender: &'a Contender) -> Result<Self> {
        let mut asked = Self {
            contender,
            connection: Connection::open(contender.target.port)?,
            requests: Box::new(contender.target.requests.iter().cycle()),
            latencies: Vec::new(),
        };
        // The first of all finds a connection that has just been opened.
        asked.once_more()?;
        asked.latencies.clear();
        Ok(asked)
    }

    fn once_more(&mut self) -> Result<()> {
        let request = self.requests.next().context("no request")?;
        let began = Instant::now();
        let answer = self.connection.ask(request)?;
        self.latencies.push(load::nanos(began.elapsed()));
        self.contender.target.right.check(&answer)
    }

    fn end(mut self) -> Single {
        self.latencies.sort_unstable();
        Single {
            who: self.contender.who,
            p50: percentile(&self.latencies, 50),
            p99: percentile(&self.latencies, 99),
        }
    }
}
