//! What can go wrong on the way to the namespace.

use std::time::Duration;

use super::Kind;
use crate::random::Random;

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers with this status and does nothing.
    Status(u16),
    /// It takes this long, then does what was asked.
    Delay(Duration),
    /// It does what was asked at once, and the answer takes this long.
    Late(Duration),
    /// It does what was asked, and the answer is lost.
    LostAnswer,
    /// The connection breaks and nothing was done.
    Cut,
    /// It waits until another write of the same key was done, or this long,
    /// and is done after that one.
    Overtaken(Duration),
}

/// For how long it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// So many times.
    Next(u32),
    /// Until the endpoint is told otherwise.
    Always,
}

/// A fault that comes now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    /// To which operations.
    pub kind: Kind,
    /// What goes wrong.
    pub fault: Fault,
    /// In so many of a hundred.
    pub percent: usize,
}

/// The faults that are set, oldest first, and the bad weather behind them.
#[derive(Debug, Default)]
pub(super) struct Faults {
    set: Vec<(Kind, Fault, Times)>,
    weather: Option<(Random, Vec<Odds>)>,
    met: usize,
}

impl Faults {
    pub(super) fn set(&mut self, kind: Kind, fault: Fault, times: Times) {
        self.set.push((kind, fault, times));
    }

    pub(super) fn weather(&mut self, seed: u64, odds: Vec<Odds>) {
        self.weather = Some((Random::new(seed), odds));
    }

    pub(super) fn clear(&mut self) {
        self.set.clear();
        self.weather = None;
    }

    /// How many operations went wrong.
    pub(super) fn met(&self) -> usize {
        self.met
    }

    /// The oldest fault for such an operation, used up by one.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Fault> {
        let fault = self.take_set(kind).or_else(|| self.take_weather(kind));
        self.met += usize::from(fault.is_some());
        fault
    }

    fn take_set(&mut self, kind: Kind) -> Option<Fault> {
        let at = self.set.iter().position(|(of, _, _)| *of == kind)?;
        let (_, fault, times) = &mut self.set[at];
        let fault = *fault;
        if let Times::Next(left) = times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.set.remove(at);
            }
        }
        Some(fault)
    }

    fn take_weather(&mut self, kind: Kind) -> Option<Fault> {
        let (random, odds) = self.weather.as_mut()?;
        let mut drawn = random.below(100);
        for chance in odds.iter().filter(|chance| chance.kind == kind) {
            if drawn < chance.percent {
                return Some(chance.fault);
            }
            drawn -= chance.percent;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Kind, Odds, Times};

    #[test]
    fn the_same_weather_comes_again_from_the_same_seed() {
        let drawn = |seed| {
            let mut faults = Faults::default();
            let odds = |fault, percent| Odds {
                kind: Kind::Get,
                fault,
                percent,
            };
            faults.weather(
                seed,
                vec![odds(Fault::Cut, 10), odds(Fault::Status(503), 20)],
            );
            faults.set(Kind::Get, Fault::LostAnswer, Times::Next(1));
            assert_eq!(faults.take(Kind::Put), None);
            (0..1_000)
                .map(|_| faults.take(Kind::Get))
                .collect::<Vec<_>>()
        };
        let first = drawn(1);
        assert_eq!(
            first[0],
            Some(Fault::LostAnswer),
            "what was set comes first"
        );
        assert_eq!(first, drawn(1));
        assert_ne!(first, drawn(2));
        let count = |fault| first.iter().filter(|drawn| **drawn == fault).count();
        assert!((50..200).contains(&count(Some(Fault::Cut))));
        assert!((120..300).contains(&count(Some(Fault::Status(503)))));
    }
}
