//! The rules. Each violation names the promise of DESIGN 11 that it breaks.

use std::{collections::BTreeMap, time::Duration};

use super::{At, Change, History, Key, Outcome, Reading, State, life::lives, readings::Checked};

/// What the world was set to.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// B.
    pub bound: Duration,
    /// Clocks count in milliseconds, and are read a moment after a request was sent.
    pub slack: Duration,
}

impl Rules {
    /// With that bound.
    #[must_use]
    pub fn of(bound: Duration) -> Self {
        Self {
            bound,
            slack: Duration::from_millis(10),
        }
    }
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule it breaks, with the number of the promise.
    pub rule: &'static str,
    /// Of which key, if of one.
    pub key: Option<Key>,
    /// When.
    pub at: At,
    /// What happened.
    pub text: String,
}

/// What the history shows.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What must not be; the earliest first.
    pub violations: Vec<Violation>,
    /// Of every confirmed narrowing change: how long after its answer the last
    /// verification started that was still answered from before it.
    pub delays: Vec<Duration>,
    /// Keys of which nothing can be said: too many orders are possible.
    pub undecided: usize,
}

/// A change that was acknowledged is lost.
pub(super) const LOST: &str = "promise 3: an acknowledged change survives";
/// An old version after the bound.
pub(super) const STALE: &str =
    "promise 4: no older version B after a narrowing change was confirmed";
/// Good again after it was revoked.
pub(super) const BACK: &str = "promise 5: revoked is terminal";
/// Good without ever having been.
pub(super) const DOUBT: &str = "promise 8: never valid in doubt";
/// A read for a malformed token.
const COST: &str = "promise 9: a malformed token costs no storage read";
/// Not found after the bound.
pub(super) const UNKNOWN: &str = "freshness: no confirmed create is unknown longer than B";
/// An old version after the bound, of a change that gave something.
pub(super) const WIDE: &str =
    "freshness: no older version B after a change was confirmed everywhere";
/// An older version than before at one isolate.
pub(super) const BACKWARDS: &str = "freshness: an isolate never goes back to an older version";
/// A code that follows from nothing.
pub(super) const UNEXPLAINED: &str = "a verdict follows from a version of its key";
/// Still broken.
const STUCK: &str = "after everything is healed, everything works";
/// 200 with pending regions, or 202 without.
pub(super) const ACKNOWLEDGED: &str =
    "rule 6: 200 of a narrowing change says that every region has it, 202 that one has not";

/// Looks through all of it.
#[must_use]
pub fn check(history: &History, rules: Rules) -> Findings {
    let mut findings = Findings::default();
    let mut keys: BTreeMap<Key, (Vec<&Change>, Vec<&Reading>)> = BTreeMap::new();
    for change in &history.changes {
        keys.entry(change.key).or_default().0.push(change);
        findings.violations.extend(misacknowledged(change));
    }
    for reading in &history.readings {
        keys.entry(reading.key).or_default().1.push(reading);
    }
    for (key, (changes, mut readings)) in keys {
        readings.sort_by_key(|reading| reading.start);
        let Some(lives) = lives(&changes, &history.kills) else {
            findings.undecided += 1;
            continue;
        };
        // The kindest life: if it has a violation, all have.
        let checked = lives
            .into_iter()
            .map(|life| Checked::of(life, key, &readings, rules))
            .min_by_key(|checked| checked.violations.len());
        match checked {
            Some(checked) => {
                findings.violations.extend(checked.violations);
                findings.delays.extend(checked.delays);
            }
            None => findings.violations.push(Violation {
                rule: LOST,
                key: Some(key),
                at: changes.last().map_or(At::ZERO, |change| change.end),
                text: "no order of its changes explains what they were answered".to_owned(),
            }),
        }
    }
    findings.violations.extend(made_up(history));
    findings.violations.extend(costly(history));
    findings.violations.extend(stuck(history));
    findings.violations.sort_by_key(|violation| violation.at);
    findings.delays.sort_unstable();
    findings
}

/// The states in which each key may be at last, by what its changes were
/// answered; none of a key with too many possible orders.
#[must_use]
pub fn last_states(history: &History) -> BTreeMap<Key, Vec<State>> {
    let mut keys: BTreeMap<Key, Vec<&Change>> = BTreeMap::new();
    for change in &history.changes {
        keys.entry(change.key).or_default().push(change);
    }
    let last = |changes: Vec<&Change>| -> Option<Vec<State>> {
        let lives = lives(&changes, &history.kills)?;
        let ends = lives.iter().filter_map(|life| life.versions.last());
        Some(ends.map(|version| version.state).collect())
    };
    keys.into_iter()
        .filter_map(|(key, changes)| Some((key, last(changes)?)))
        .collect()
}

/// 202 although every region had confirmed.
fn misacknowledged(change: &Change) -> Option<Violation> {
    let wrong = matches!(&change.outcome,
        Outcome::Done { status: 202, pending } if pending.is_empty());
    wrong.then(|| acknowledged(change))
}

pub(super) fn acknowledged(change: &Change) -> Violation {
    Violation {
        rule: ACKNOWLEDGED,
        key: Some(change.key),
        at: change.end,
        text: format!("{} was answered {:?}", change.action, change.outcome),
    }
}

fn made_up(history: &History) -> impl Iterator<Item = Violation> {
    let wrong = history
        .made_up
        .iter()
        .filter(|reading| reading.code != "not_found");
    wrong.map(|reading| Violation {
        rule: if reading.code == "valid" {
            DOUBT
        } else {
            UNEXPLAINED
        },
        key: None,
        at: reading.end,
        text: format!(
            "a token that nobody made is {} at {}",
            reading.code, reading.isolate
        ),
    })
}

fn costly(history: &History) -> impl Iterator<Item = Violation> {
    let wrong = history.probes.iter().filter(|probe| {
        probe.store_reads > 0 || probe.object_calls > 0 || probe.code != "malformed"
    });
    wrong.map(|probe| Violation {
        rule: COST,
        key: None,
        at: probe.at,
        text: format!("{probe:?}"),
    })
}

fn stuck(history: &History) -> impl Iterator<Item = Violation> {
    let stuck = history.stuck.iter();
    stuck.map(|(at, text)| Violation {
        rule: STUCK,
        key: None,
        at: *at,
        text: text.clone(),
    })
}

#[cfg(test)]
mod tests;
