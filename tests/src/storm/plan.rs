//! When what breaks, all drawn before the storm begins.

use std::{fmt, time::Duration};

use super::{settings::Settings, trouble::Trouble};
use crate::{globe::REGIONS, random::Random};

/// Something that is done to the world.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Begin(Trouble),
    End(Trouble),
    /// A location's memory of KV is gone.
    Forget(&'static str),
    Kill(Kill),
}

/// `kill -9` and a start.
#[derive(Clone, Debug)]
pub(super) struct Kill {
    pub(super) edges: bool,
    pub(super) authority: bool,
    /// What becomes of feeds meanwhile, if the authority is down.
    pub(super) feeds: Vec<(&'static str, Fate)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// Back to what it was at the kill before.
    Older,
    Lost,
}

impl fmt::Display for Event {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(trouble) => write!(to, "begins: {trouble}"),
            Self::End(trouble) => write!(to, "ends: {trouble}"),
            Self::Forget(region) => write!(to, "KV at {region} forgets what it remembers"),
            Self::Kill(kill) => write!(to, "{kill:?}"),
        }
    }
}

/// In the order of time.
#[derive(Clone, Debug)]
pub(super) struct Plan(pub(super) Vec<(Duration, Event)>);

/// How often something breaks.
const EVERY: usize = 600;
/// For how long at most.
const LONGEST: usize = 4_000;

impl Plan {
    pub(super) fn of(settings: &Settings) -> Self {
        // Not the numbers that the settings were drawn from.
        let mut random = Random::new(settings.seed ^ 0x706c_616e);
        let mut events = Vec::new();
        let millis = |millis: usize| Duration::from_millis(millis as u64);
        let mut at = Duration::from_millis(300);
        while at < settings.length {
            if random.below(6) == 0 {
                let region = REGIONS[random.below(REGIONS.len())];
                events.push((at, Event::Forget(region)));
            } else {
                let trouble = Trouble::drawn(&mut random);
                let end = at + millis(400 + random.below(LONGEST - 400));
                events.push((at, Event::Begin(trouble.clone())));
                events.push((end.min(settings.length), Event::End(trouble)));
            }
            at += millis(100 + random.below(EVERY));
        }
        // Chance alone would leave some storms without what matters most.
        let sure = [
            Trouble::cut_publish,
            Trouble::slow_polls,
            Trouble::cut_publish,
        ];
        for (part, make) in sure.into_iter().enumerate() {
            let begin = settings.length * part_of(part) / 10 + millis(random.below(500));
            let trouble = make(&mut random);
            events.push((begin, Event::Begin(trouble.clone())));
            let end = begin + settings.bound * 5 / 2;
            events.push((end.min(settings.length), Event::End(trouble)));
        }
        // What is last written of a key has to be written again.
        let begin = settings.length * 3 / 4;
        let trouble = Trouble::failing_writes(&mut random);
        events.push((begin, Event::Begin(trouble.clone())));
        events.push((settings.length, Event::End(trouble)));
        // The first leaves states of feeds behind to which the second returns.
        let first = settings.length * 3 / 10 + millis(random.below(800));
        let second = settings.length * 6 / 10 + millis(random.below(1_200));
        for (number, at) in [first, second].into_iter().enumerate() {
            let who = random.below(3);
            let kill = Kill {
                edges: who != 0,
                authority: who != 1 || number == 0,
                feeds: fates(&mut random),
            };
            events.push((at, Event::Kill(kill)));
        }
        events.sort_by_key(|(at, _)| *at);
        Self(events)
    }
}

/// Before, between and after the kills, in tenths of the storm.
fn part_of(number: usize) -> u32 {
    [0, 4, 7][number]
}

fn fates(random: &mut Random) -> Vec<(&'static str, Fate)> {
    let mut drawn = |region| match random.below(6) {
        0..3 => Some((region, Fate::Older)),
        3 => Some((region, Fate::Lost)),
        _ => None,
    };
    REGIONS.into_iter().filter_map(&mut drawn).collect()
}
