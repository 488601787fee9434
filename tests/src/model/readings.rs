//! What was answered about one key, held against a life that it may have had.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    time::Duration,
};

use super::{
    At, Key, Reading, Rules, Standing, Token, Violation,
    check::{BACK, BACKWARDS, DOUBT, LOST, STALE, UNEXPLAINED, UNKNOWN, WIDE, acknowledged},
    life::Life,
};

/// One life, held against the readings.
pub(super) struct Checked {
    pub(super) violations: Vec<Violation>,
    /// See [`super::Findings::delays`].
    pub(super) delays: Vec<Duration>,
}

impl Checked {
    /// The readings are in the order in which they started.
    pub(super) fn of(mut life: Life<'_>, key: Key, readings: &[&Reading], rules: Rules) -> Self {
        let hasty = life.hasty.iter();
        let mut violations: Vec<Violation> = hasty.map(|change| acknowledged(change)).collect();
        let strong = readings.iter().copied().filter(|reading| reading.strong);
        violations.extend(strong_readings(&mut life, key, strong));
        violations.extend(weak_readings(&life, key, readings, rules));
        let delays = delays(&life, readings);
        Self { violations, delays }
    }
}

/// Reads of the one writer: each sees a version that was the current one
/// meanwhile, and none that is older than what an earlier one saw.
fn strong_readings<'a>(
    life: &mut Life<'_>,
    key: Key,
    readings: impl Iterator<Item = &'a Reading>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut seen = Seen::default();
    for reading in readings {
        let Reading { start, end, .. } = *reading;
        let floor = seen.before(start);
        let mut possible = (floor..life.versions.len()).filter(|version| {
            life.versions[*version].state.says(reading.ask) == reading.code
                && life.may_be_current(*version, start, end)
        });
        match (possible.next(), possible.next()) {
            (Some(version), None) => {
                life.was_current(version, start, end);
                seen.add(end, version);
            }
            (Some(version), Some(_)) => seen.add(end, version),
            (None, _) => {
                let now = (floor..life.versions.len())
                    .rfind(|version| life.may_be_current(*version, start, end))
                    .map(|version| life.versions[version].state);
                let revoked = now.is_some_and(|now| now.standing() == Standing::Revoked);
                violations.push(Violation {
                    rule: if revoked { BACK } else { LOST },
                    key: Some(key),
                    at: end,
                    text: format!(
                        "a strong read of {} at {} says {}; by the answers it is {now:?}",
                        reading.ask, reading.isolate, reading.code
                    ),
                });
            }
        }
    }
    violations
}

fn weak_readings(life: &Life<'_>, key: Key, readings: &[&Reading], rules: Rules) -> Vec<Violation> {
    let mut violations = Vec::new();
    // News of two tokens of a key need not come together.
    let mut isolates: BTreeMap<(&str, Token), Seen> = BTreeMap::new();
    for reading in readings {
        let Reading { start, end, .. } = **reading;
        let code = reading.code.as_str();
        let seen = isolates
            .entry((&reading.isolate, reading.ask.token))
            .or_default();
        let due = life.floor(start, rules.bound + rules.slack);
        let own = seen.before(start);
        if let Some(version) = life.explaining(reading, due.max(own)) {
            seen.add(end, version);
            continue;
        }
        // Strong reads have rules of their own; here they only say what the
        // isolate has answered.
        if reading.strong {
            continue;
        }
        let older = life.explaining(reading, 0);
        let (rule, why) = match older {
            None if code == "valid" => (DOUBT, "it never was by then".to_owned()),
            None => (UNEXPLAINED, "it never was by then".to_owned()),
            Some(older) if older < due && life.explaining(reading, due).is_none() => {
                let version = &life.versions[due];
                let rule = if code == "not_found" {
                    UNKNOWN
                } else if version
                    .state
                    .less_than(&life.versions[older].state, reading.ask)
                {
                    STALE
                } else {
                    WIDE
                };
                let confirmed = version.confirmed.unwrap_or_default();
                let late = start.saturating_sub(confirmed);
                (
                    rule,
                    format!(
                        "{:?} was confirmed {late:?} before it started",
                        version.state
                    ),
                )
            }
            Some(_) => {
                let before = life.versions[own].state;
                let back = before.standing() == Standing::Revoked && code == "valid";
                (
                    if back { BACK } else { BACKWARDS },
                    format!("the same isolate had answered from {before:?} before it started"),
                )
            }
        };
        violations.push(Violation {
            rule,
            key: Some(key),
            at: end,
            text: format!("{code} at {}, {}; {why}", reading.isolate, reading.ask),
        });
    }
    violations
}

/// The newest version that was seen by readings that have ended.
#[derive(Default)]
struct Seen {
    newest: usize,
    under_way: BinaryHeap<Reverse<(At, usize)>>,
}

impl Seen {
    fn add(&mut self, end: At, version: usize) {
        self.under_way.push(Reverse((end, version)));
    }

    /// Among those that ended before `start`, which never goes back.
    fn before(&mut self, start: At) -> usize {
        while let Some(Reverse((end, version))) = self.under_way.peek().copied() {
            if end >= start {
                break;
            }
            self.newest = self.newest.max(version);
            self.under_way.pop();
        }
        self.newest
    }
}

fn delays(life: &Life<'_>, readings: &[&Reading]) -> Vec<Duration> {
    let confirmed = life
        .narrowing()
        .filter_map(|(at, version)| Some((at, version.confirmed?)));
    confirmed
        .map(|(version, confirmed)| {
            let state = |version: usize| life.versions[version].state;
            let late = readings.iter().filter(|reading| {
                reading.start > confirmed
                    && state(version).less_than(&state(version - 1), reading.ask)
                    && life.explaining(reading, version).is_none()
            });
            late.map(|reading| reading.start - confirmed)
                .max()
                .unwrap_or_default()
        })
        .collect()
}
