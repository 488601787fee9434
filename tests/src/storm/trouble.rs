//! What breaks in a storm, for a time.

use std::{fmt, time::Duration};

use crate::{
    gate::Passage,
    globe::{Globe, REGIONS},
    kv::{Fault, Kind, Odds},
    random::Random,
};

/// Something that is broken for a while.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// From a location to its own feed.
    OwnPoll(&'static str, Passage),
    /// From a location to all feeds.
    AllPolls(&'static str, Passage),
    /// From a location to all feeds, whose answers take this long: what they
    /// say is old when it comes.
    SlowPolls(&'static str, Duration),
    /// From a location to the workspace object.
    Ask(&'static str, Passage),
    /// From the workspace object to a feed.
    Publish(&'static str, Passage),
    /// From the feeds to the workspace object.
    CatchUp(Passage),
    /// A location's reads of KV.
    Reads(&'static str, u64, Vec<Odds>),
    /// The outbox's writes to KV.
    Writes(u64, Vec<Odds>),
}

impl fmt::Display for Trouble {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults = |odds: &[Odds]| -> Vec<String> {
            let one = |odds: &Odds| format!("{:?} {} %", odds.fault, odds.percent);
            odds.iter().map(one).collect()
        };
        match self {
            Self::OwnPoll(from, passage) => write!(to, "polls of {from} to its feed {passage:?}"),
            Self::AllPolls(from, passage) => write!(to, "polls of {from} to any feed {passage:?}"),
            Self::SlowPolls(from, time) => write!(to, "polls of {from} to any feed take {time:?}"),
            Self::Ask(from, passage) => write!(to, "from {from} to the workspace {passage:?}"),
            Self::Publish(region, passage) => {
                write!(to, "from the workspace to the feed of {region} {passage:?}")
            }
            Self::CatchUp(passage) => write!(to, "from the feeds to the workspace {passage:?}"),
            Self::Reads(from, _, odds) => {
                write!(to, "reads of KV at {from} {}", faults(odds).join(", "))
            }
            Self::Writes(_, odds) => write!(to, "writes to KV {}", faults(odds).join(", ")),
        }
    }
}

fn passage(random: &mut Random) -> Passage {
    let time = Duration::from_millis(100 + random.below(2_500) as u64);
    match random.below(7) {
        0 | 1 => Passage::Refused,
        2 => Passage::AnswerLost,
        3 => Passage::Silent(time),
        4 => Passage::Nonsense,
        _ => Passage::Late(time),
    }
}

fn odds(random: &mut Random, kind: Kind) -> Vec<Odds> {
    let time = |random: &mut Random| Duration::from_millis(20 + random.below(2_500) as u64);
    let mut faults = vec![
        Fault::Status(503),
        Fault::Status(429),
        Fault::Cut,
        Fault::Delay(time(random)),
        Fault::Late(time(random)),
        Fault::LostAnswer,
    ];
    if kind == Kind::Put {
        faults.push(Fault::Overtaken(time(random) * 2));
    }
    let one = |fault| Odds {
        kind,
        fault,
        percent: 4 + random.below(12),
    };
    faults.into_iter().map(one).collect()
}

impl Trouble {
    pub(super) fn drawn(random: &mut Random) -> Self {
        let region = REGIONS[random.below(REGIONS.len())];
        match random.below(13) {
            0 => Self::OwnPoll(region, passage(random)),
            1 => Self::AllPolls(region, passage(random)),
            2 | 3 => {
                let time = Duration::from_millis(200 + random.below(1_200) as u64);
                Self::SlowPolls(region, time)
            }
            4 | 5 => Self::Ask(region, passage(random)),
            6..9 => Self::Publish(region, passage(random)),
            9 => Self::CatchUp(passage(random)),
            10 | 11 => Self::Reads(region, random.number(), odds(random, Kind::Get)),
            _ => Self::Writes(random.number(), odds(random, Kind::Put)),
        }
    }

    /// The workspace cannot reach a feed that its isolates do reach.
    pub(super) fn cut_publish(random: &mut Random) -> Self {
        Self::Publish(REGIONS[random.below(REGIONS.len())], Passage::Refused)
    }

    /// What a location hears from feeds is old when it comes.
    pub(super) fn slow_polls(random: &mut Random) -> Self {
        let time = Duration::from_millis(600 + random.below(600) as u64);
        Self::SlowPolls(REGIONS[random.below(REGIONS.len())], time)
    }

    /// Writes to KV do not go as they should.
    pub(super) fn failing_writes(random: &mut Random) -> Self {
        Self::Writes(random.number(), odds(random, Kind::Put))
    }

    pub(super) fn begin(&self, globe: &Globe) {
        match self {
            Self::Reads(region, seed, odds) => {
                globe.location(region).kv.weather(*seed, odds.clone());
            }
            Self::Writes(seed, odds) => globe.authority_kv().weather(*seed, odds.clone()),
            Self::OwnPoll(_, passage)
            | Self::AllPolls(_, passage)
            | Self::Ask(_, passage)
            | Self::Publish(_, passage)
            | Self::CatchUp(passage) => self.set(globe, *passage),
            Self::SlowPolls(_, time) => self.set(globe, Passage::Late(*time)),
        }
    }

    pub(super) fn end(&self, globe: &Globe) {
        match self {
            Self::Reads(region, ..) => globe.location(region).kv.heal(),
            Self::Writes(..) => globe.authority_kv().heal(),
            _ => self.set(globe, Passage::Open),
        }
    }

    fn set(&self, globe: &Globe, passage: Passage) {
        match self {
            Self::OwnPoll(region, _) => globe.set_poll(region, region, passage),
            Self::AllPolls(region, _) | Self::SlowPolls(region, _) => {
                for feed in REGIONS {
                    globe.set_poll(region, feed, passage);
                }
            }
            Self::Ask(region, _) => globe.set_ask(region, passage),
            Self::Publish(region, _) => globe.set_publish(region, passage),
            Self::CatchUp(_) => globe.set_catch_up(passage),
            Self::Reads(..) | Self::Writes(..) => {}
        }
    }
}
