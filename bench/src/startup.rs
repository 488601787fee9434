//! From the start of the runtime to its first answer.
//!
//! Most of it is workerd's own start, so a Worker that does nothing is started
//! in turn with the others; what remains between them is theirs.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::{
    http::{self, Connection},
    lineup::{Starters, VALID},
    options::Options,
    site::Site,
    stats::Spread,
};

/// Seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Startup {
    /// A Worker that does nothing.
    pub(crate) hello: Spread,
    pub(crate) hono: Spread,
    /// Keyway, to an answer of `GET /healthz`.
    pub(crate) keyway: Spread,
    /// The verification that comes right after.
    pub(crate) first_verification: Spread,
}

pub(crate) fn run(starters: &Starters, options: &Options) -> Result<Option<Startup>> {
    eprintln!("bench: starts …");
    let ping = http::request("GET", "/healthz", &[("authorization", "none")], None);
    let (mut hello, mut hono, mut keyway, mut first) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for turn in 0..options.starts {
        let mut order = [0, 1, 2];
        order.rotate_left(usize::try_from(turn % 3).unwrap_or_default());
        for who in order {
            match who {
                0 => hello.push(start(&starters.hello, &ping, None)?.0),
                1 => hono.push(start(&starters.hono, &ping, None)?.0),
                _ => {
                    let (up, verified) =
                        start(&starters.keyway, &ping, Some(&starters.verification))?;
                    keyway.push(up);
                    first.extend(verified);
                }
            }
        }
    }
    let spread = |times: Vec<Duration>| Spread::of(times.iter().map(Duration::as_secs_f64));
    Ok((|| {
        Some(Startup {
            hello: spread(hello)?,
            hono: spread(hono)?,
            keyway: spread(keyway)?,
            first_verification: spread(first)?,
        })
    })())
}

/// How long it took to the first answer, and how long the one after took.
fn start(site: &Site, ping: &[u8], then: Option<&[u8]>) -> Result<(Duration, Option<Duration>)> {
    let began = Instant::now();
    let runtime = site.start()?;
    let mut connection = Connection::open(runtime.port())?;
    connection.ask(ping)?;
    let up = began.elapsed();
    let Some(then) = then else {
        return Ok((up, None));
    };
    let began = Instant::now();
    let answer = connection.ask(then)?;
    let took = began.elapsed();
    VALID.check(&answer)?;
    Ok((up, Some(took)))
}
