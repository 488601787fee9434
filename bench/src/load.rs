//! Load: so many connections, each sending its next request when the answer to
//! the last has come.

use std::{
    io,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{
    cpu,
    http::{Answer, Connection, find},
    options::Options,
    stats::percentile,
};

/// Somebody who answers, and how it should.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) process: u32,
    /// Sent one after the other, again and again.
    pub(crate) requests: Vec<Vec<u8>>,
    pub(crate) right: Right,
}

/// The right answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Right {
    pub(crate) status: u16,
    /// What its body holds.
    pub(crate) holds: &'static [&'static str],
}

impl Right {
    /// A fast wrong answer would be no good: it ends the run.
    pub(crate) fn check(&self, answer: &Answer<'_>) -> Result<()> {
        let is_right = answer.status == self.status
            && self
                .holds
                .iter()
                .all(|part| find(answer.body, part.as_bytes()).is_some());
        if is_right {
            return Ok(());
        }
        let (status, body) = (answer.status, answer.text());
        bail!("a wrong answer: {status} {body}, instead of {self:?}")
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slice {
    pub(crate) requests: usize,
    pub(crate) took: Duration,
    /// Nanoseconds.
    pub(crate) p50: u32,
    pub(crate) p99: u32,
    /// Of the server, where the system says.
    pub(crate) cpu: Option<Duration>,
    /// Connections that broke.
    pub(crate) broken: usize,
}

impl Slice {
    /// Requests in a second.
    #[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }

    /// Seconds of CPU time for one request.
    #[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub(crate) fn cost(&self) -> Option<f64> {
        let cpu = self.cpu?.as_secs_f64();
        (self.requests > 0).then(|| cpu / self.requests as f64)
    }

    /// How much of one CPU the server had: well below 1, it waited for its turn
    /// or for requests.
    pub(crate) fn busy(&self) -> Option<f64> {
        Some(self.cpu?.as_secs_f64() / self.took.as_secs_f64())
    }
}

/// After so many in a row that broke nobody answers.
const TOO_MANY_BROKEN: usize = 20;

/// How long to wait for any answer before looking at the clock.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// Loads one target for the time of one slice.
pub(crate) fn slice(target: &Target, warm_up: Duration, options: &Options) -> Result<Slice> {
    let mut load = Load::begin(target, options.connections)?;
    load.go_on_until(Instant::now() + warm_up)?;
    load.latencies.clear();
    load.broken = 0;
    let (began, before) = (Instant::now(), cpu::time(target.process));
    load.go_on_until(began + options.slice)?;
    let took = began.elapsed();
    let after = cpu::time(target.process);
    let mut latencies = load.latencies;
    latencies.sort_unstable();
    Ok(Slice {
        requests: latencies.len(),
        took,
        p50: percentile(&latencies, 50),
        p99: percentile(&latencies, 99),
        cpu: after
            .zip(before)
            .map(|(after, before)| after.saturating_sub(before)),
        broken: load.broken,
    })
}

/// The connections to one target. One thread has them all: a thread for each
/// would spend more on being woken than the floor on its answer.
struct Load<'a> {
    target: &'a Target,
    clients: Vec<Client>,
    requests: Box<dyn Iterator<Item = &'a Vec<u8>> + 'a>,
    /// Nanoseconds.
    latencies: Vec<u32>,
    broken: usize,
    broken_in_a_row: usize,
}

/// A connection that waits for an answer.
struct Client {
    connection: Connection,
    since: Instant,
}

impl<'a> Load<'a> {
    fn begin(target: &'a Target, connections: usize) -> Result<Self> {
        let mut requests = target.requests.iter().cycle();
        let clients = (0..connections).map(|_| {
            let request = requests.next().context("no request")?;
            Ok(Client::begin(target.port, request)?)
        });
        Ok(Self {
            target,
            clients: clients.collect::<Result<_>>()?,
            requests: Box::new(requests),
            latencies: Vec::new(),
            broken: 0,
            broken_in_a_row: 0,
        })
    }

    fn go_on_until(&mut self, end: Instant) -> Result<()> {
        while Instant::now() < end {
            let mut watched: Vec<PollFd<'_>> = self
                .clients
                .iter()
                .map(|client| PollFd::new(&client.connection, PollFlags::IN))
                .collect();
            poll(&mut watched, Some(&LOOK))?;
            let ready: Vec<bool> = watched
                .iter()
                .map(|watched| !watched.revents().is_empty())
                .collect();
            let clients = self.clients.iter_mut().zip(ready);
            for (client, _) in clients.filter(|(_, is_ready)| *is_ready) {
                match client.hear(self.target, &mut self.requests) {
                    Ok(Some(took)) => {
                        self.latencies.push(nanos(took));
                        self.broken_in_a_row = 0;
                    }
                    Ok(None) => {}
                    Err(Trouble::Wrong(error)) => return Err(error),
                    Err(Trouble::Broken(error)) => {
                        self.broken = self.broken.saturating_add(1);
                        self.broken_in_a_row = self.broken_in_a_row.saturating_add(1);
                        if self.broken_in_a_row >= TOO_MANY_BROKEN {
                            return Err(anyhow!(error).context("nobody answers"));
                        }
                        let request = self.requests.next().context("no request")?;
                        *client = Client::begin(self.target.port, request)?;
                    }
                }
            }
        }
        Ok(())
    }
}

enum Trouble {
    Wrong(anyhow::Error),
    Broken(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl Client {
    fn begin(port: u16, request: &[u8]) -> io::Result<Self> {
        let mut connection = Connection::open(port)?;
        let since = Instant::now();
        connection.send(request)?;
        Ok(Self { connection, since })
    }

    /// Reads what has come. When it is the end of an answer, sends the next
    /// request and says how long that one took.
    fn hear<'a>(
        &mut self,
        target: &Target,
        requests: &mut impl Iterator<Item = &'a Vec<u8>>,
    ) -> Result<Option<Duration>, Trouble> {
        self.connection.receive()?;
        let Some(answer) = self.connection.answer()? else {
            return Ok(None);
        };
        let took = self.since.elapsed();
        target.right.check(&answer).map_err(Trouble::Wrong)?;
        let Some(request) = requests.next() else {
            return Ok(None);
        };
        self.since = Instant::now();
        self.connection.send(request)?;
        Ok(Some(took))
    }
}

/// As many as fit: four seconds are slow enough.
pub(crate) fn nanos(time: Duration) -> u32 {
    u32::try_from(time.as_nanos()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_gives_rates_and_costs() {
        let slice = Slice {
            requests: 2_000,
            took: Duration::from_secs(2),
            p50: 0,
            p99: 0,
            cpu: Some(Duration::from_millis(500)),
            broken: 0,
        };
        assert_eq!(slice.rate(), 1_000.0);
        assert_eq!(slice.cost(), Some(0.000_25));
        assert_eq!(slice.busy(), Some(0.25));
        assert_eq!(Slice { cpu: None, ..slice }.cost(), None);
        assert_eq!(
            Slice {
                requests: 0,
                ..slice
            }
            .cost(),
            None
        );
    }

    #[test]
    fn a_wrong_answer_is_noticed() {
        let right = Right {
            status: 200,
            holds: &["\"valid\":true"],
        };
        let answer = |status, body: &'static str| Answer {
            status,
            head: b"",
            body: body.as_bytes(),
        };
        assert!(right.check(&answer(200, "{\"valid\":true}")).is_ok());
        assert!(right.check(&answer(200, "{\"valid\":false}")).is_err());
        assert!(right.check(&answer(503, "{\"valid\":true}")).is_err());
    }
}
