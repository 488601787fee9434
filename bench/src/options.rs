//! How long and how much to measure.

use std::{ffi::OsString, time::Duration};

use lexopt::{Arg, Parser, ValueExt as _};

/// What is to be measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Task {
    /// Verifications, side by side with the peers.
    Verify(Options),
    /// Lists of more and more keys.
    Lists(ListOptions),
}

/// How lists are measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ListOptions {
    pub(crate) quick: bool,
    /// How many keys the workspaces have.
    pub(crate) sizes: Vec<usize>,
    /// How often each question is asked.
    pub(crate) asked: u32,
}

impl ListOptions {
    fn of(quick: bool) -> Self {
        Self {
            quick,
            sizes: match quick {
                true => vec![1_000, 10_000],
                false => vec![10_000, 100_000, 1_000_000],
            },
            asked: if quick { 20 } else { 100 },
        }
    }
}

/// What a run is to be like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) quick: bool,
    pub(crate) rounds: u32,
    /// Of one contender in one round, without its warm-up.
    pub(crate) slice: Duration,
    pub(crate) warm_up: Duration,
    /// In the first round, when scripts and wasm have yet to be compiled well.
    pub(crate) first_warm_up: Duration,
    pub(crate) connections: usize,
    pub(crate) keys: usize,
    /// How often a single request is sent to each.
    pub(crate) singles: u32,
    /// How often each runtime is started.
    pub(crate) starts: u32,
    /// Only those with this in their name, and the floors.
    pub(crate) only: Option<String>,
}

/// Slices are short and many: the shorter, the nearer is the floor of the same
/// round, and the more rounds the median has.
impl Options {
    /// Whether the result is worth showing to everybody: long, and of all.
    pub(crate) fn is_whole(&self) -> bool {
        !self.quick && self.only.is_none()
    }

    pub(crate) fn full() -> Self {
        Self {
            quick: false,
            rounds: 80,
            slice: Duration::from_millis(150),
            warm_up: Duration::from_millis(50),
            first_warm_up: Duration::from_secs(3),
            connections: 8,
            keys: 1_000,
            singles: 60,
            starts: 15,
            only: None,
        }
    }

    /// Whether it works at all, and roughly where things stand.
    fn quick() -> Self {
        Self {
            quick: true,
            rounds: 20,
            slice: Duration::from_millis(80),
            warm_up: Duration::from_millis(30),
            first_warm_up: Duration::from_millis(500),
            keys: 200,
            singles: 6,
            starts: 3,
            ..Self::full()
        }
    }
}

/// Reads the command line, as `cargo xtask bench --help` describes it.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, lexopt::Error> {
    let mut parser = Parser::from_args(arguments);
    match parser.next()? {
        Some(Arg::Value(name)) if name == "verify" => verify(parser).map(Task::Verify),
        Some(Arg::Value(name)) if name == "lists" => lists(parser).map(Task::Lists),
        Some(other) => Err(other.unexpected()),
        None => Err("say what to measure: verify or lists".into()),
    }
}

fn lists(mut parser: Parser) -> Result<ListOptions, lexopt::Error> {
    let mut quick = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("quick") => quick = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(ListOptions::of(quick))
}

fn verify(mut parser: Parser) -> Result<Options, lexopt::Error> {
    let (mut quick, mut only) = (false, None);
    let (mut rounds, mut seconds, mut connections) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("quick") => quick = true,
            Arg::Long("rounds") => rounds = Some(parser.value()?.parse::<u32>()?.max(1)),
            Arg::Long("seconds") => seconds = Some(duration(parser.value()?.parse()?)?),
            Arg::Long("connections") => {
                connections = Some(parser.value()?.parse::<usize>()?.max(1));
            }
            Arg::Long("only") => only = Some(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let usual = if quick {
        Options::quick()
    } else {
        Options::full()
    };
    Ok(Options {
        rounds: rounds.unwrap_or(usual.rounds),
        slice: seconds.unwrap_or(usual.slice),
        connections: connections.unwrap_or(usual.connections),
        only,
        ..usual
    })
}

fn duration(seconds: f64) -> Result<Duration, lexopt::Error> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(format!("`{seconds}` is no time to measure for").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(line: &str) -> Result<Task, lexopt::Error> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn parsed(line: &str) -> Result<Options, lexopt::Error> {
        match task(line)? {
            Task::Verify(options) => Ok(options),
            Task::Lists(_) => Err("lists".into()),
        }
    }

    #[test]
    fn lists_go_up_to_a_million_keys() {
        let Task::Lists(options) = task("lists").unwrap() else {
            panic!("lists");
        };
        assert_eq!(options.sizes.last(), Some(&1_000_000));
        assert_eq!(
            task("lists --quick").unwrap(),
            Task::Lists(ListOptions::of(true))
        );
        assert!(task("lists --rounds 3").is_err());
    }

    #[test]
    fn a_run_is_full_unless_it_is_said_to_be_quick() {
        assert_eq!(parsed("verify").unwrap(), Options::full());
        assert_eq!(parsed("verify --quick").unwrap(), Options::quick());
        let some =
            parsed("verify --rounds 3 --quick --seconds 0.5 --connections 32 --only Hono").unwrap();
        assert_eq!(some.rounds, 3);
        assert_eq!(some.slice, Duration::from_millis(500));
        assert_eq!(some.connections, 32);
        assert_eq!(some.only.as_deref(), Some("Hono"));
        assert_eq!(some.keys, Options::quick().keys);
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "",
            "measure",
            "verify --seconds 0",
            "verify --seconds -1",
            "verify more",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
