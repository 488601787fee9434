//! The rules. Each violation names the promise of DESIGN 11 that it breaks.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    time::Duration,
};

use super::{
    At, Change, History, Key, Outcome, Reading, State,
    life::{Life, lives},
};

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
const LOST: &str = "promise 3: an acknowledged change survives";
/// An old version after the bound.
const STALE: &str = "promise 4: no older version B after a narrowing change was confirmed";
/// Good again after it was revoked.
const BACK: &str = "promise 5: revoked is terminal";
/// Good without ever having been.
const DOUBT: &str = "promise 8: never valid in doubt";
/// A read for a malformed token.
const COST: &str = "promise 9: a malformed token costs no storage read";
/// Not found after the bound.
const UNKNOWN: &str = "freshness: no confirmed create is unknown longer than B";
/// An old version after the bound, of a change that gave something.
const WIDE: &str = "freshness: no older version B after a change was confirmed everywhere";
/// An older version than before at one isolate.
const BACKWARDS: &str = "freshness: an isolate never goes back to an older version";
/// A code that follows from nothing.
const UNEXPLAINED: &str = "a verdict follows from a version of its key";
/// Still broken.
const STUCK: &str = "after everything is healed, everything works";
/// 200 with pending regions, or 202 without.
const ACKNOWLEDGED: &str =
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

fn misacknowledged(change: &Change) -> Option<Violation> {
    let Outcome::Done { status, pending } = &change.outcome else {
        return None;
    };
    let wrong = match status {
        202 => pending.is_empty(),
        _ => change.action.narrows() && !pending.is_empty(),
    };
    wrong.then(|| Violation {
        rule: ACKNOWLEDGED,
        key: Some(change.key),
        at: change.end,
        text: format!(
            "{} answered {status} with {pending:?} pending",
            change.action.name()
        ),
    })
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

/// One life, held against the readings.
struct Checked {
    violations: Vec<Violation>,
    delays: Vec<Duration>,
}

impl Checked {
    /// The readings are in the order in which they started.
    fn of(mut life: Life, key: Key, readings: &[&Reading], rules: Rules) -> Self {
        let mut violations = Vec::new();
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
    life: &mut Life,
    key: Key,
    readings: impl Iterator<Item = &'a Reading>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut seen = Seen::default();
    for reading in readings {
        let Reading { start, end, .. } = *reading;
        let floor = seen.before(start);
        let mut possible = (floor..life.versions.len()).filter(|version| {
            life.versions[*version].state.explains(&reading.code)
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
                violations.push(Violation {
                    rule: if now == Some(State::Revoked) {
                        BACK
                    } else {
                        LOST
                    },
                    key: Some(key),
                    at: end,
                    text: format!(
                        "a strong read at {} says {}; by the answers it is {now:?}",
                        reading.isolate, reading.code
                    ),
                });
            }
        }
    }
    violations
}

fn weak_readings(life: &Life, key: Key, readings: &[&Reading], rules: Rules) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut isolates: BTreeMap<&str, Seen> = BTreeMap::new();
    for reading in readings {
        let Reading { start, end, .. } = **reading;
        let code = reading.code.as_str();
        let seen = isolates.entry(&reading.isolate).or_default();
        let due = life.floor(start, rules.bound + rules.slack);
        let own = seen.before(start);
        if let Some(version) = life.explaining(code, due.max(own), end) {
            seen.add(end, version);
            continue;
        }
        // Strong reads have rules of their own; here they only say what the
        // isolate has answered.
        if reading.strong {
            continue;
        }
        let older = life.explaining(code, 0, end);
        let (rule, why) = match older {
            None if code == "valid" => (DOUBT, "it never was by then".to_owned()),
            None => (UNEXPLAINED, "it never was by then".to_owned()),
            Some(older) if older < due && life.explaining(code, due, end).is_none() => {
                let version = &life.versions[due];
                let rule = if code == "not_found" {
                    UNKNOWN
                } else if version.state.narrower_than(life.versions[older].state) {
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
                let back = before == State::Revoked && code == "valid";
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
            text: format!("{code} at {}; {why}", reading.isolate),
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

fn delays(life: &Life, readings: &[&Reading]) -> Vec<Duration> {
    let confirmed = life
        .narrowing()
        .filter_map(|(at, version)| Some((at, version.confirmed?)));
    confirmed
        .map(|(version, confirmed)| {
            let late = readings.iter().filter(|reading| {
                reading.start > confirmed
                    && life
                        .explaining(&reading.code, version, reading.end)
                        .is_none()
            });
            late.map(|reading| reading.start - confirmed)
                .max()
                .unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        ACKNOWLEDGED, At, BACK, BACKWARDS, COST, DOUBT, Duration, LOST, Rules, STALE, UNEXPLAINED,
        UNKNOWN, WIDE, check,
    };
    use crate::model::{Action, Change, History, Outcome, Probe, Reading};

    /// A history in tenths of a second, of one key; B is one second.
    #[derive(Default)]
    struct Told(History);

    fn at(tenths: u64) -> At {
        At::from_millis(tenths * 100)
    }

    impl Told {
        fn changed(mut self, action: Action, start: u64, end: u64, outcome: Outcome) -> Self {
            self.0.changes.push(Change {
                key: 0,
                action,
                start: at(start),
                end: at(end),
                outcome,
            });
            self
        }

        fn done(self, action: Action, start: u64, end: u64) -> Self {
            let status = 200;
            let pending = Vec::new();
            self.changed(action, start, end, Outcome::Done { status, pending })
        }

        fn pending(self, action: Action, start: u64, end: u64) -> Self {
            let status = 202;
            let pending = vec!["weur".to_owned()];
            self.changed(action, start, end, Outcome::Done { status, pending })
        }

        fn unknown(self, action: Action, start: u64, end: u64) -> Self {
            self.changed(action, start, end, Outcome::Unknown)
        }

        fn reading(
            mut self,
            isolate: &str,
            strong: bool,
            start: u64,
            end: u64,
            code: &str,
        ) -> Self {
            self.0.readings.push(Reading {
                key: 0,
                isolate: isolate.to_owned(),
                strong,
                start: at(start),
                end: at(end),
                code: code.to_owned(),
            });
            self
        }

        fn read(self, isolate: &str, start: u64, code: &str) -> Self {
            self.reading(isolate, false, start, start + 1, code)
        }

        fn strong(self, start: u64, code: &str) -> Self {
            self.reading("strong", true, start, start + 1, code)
        }

        fn rules_broken(&self) -> Vec<&'static str> {
            let findings = check(&self.0, Rules::of(Duration::from_secs(1)));
            findings
                .violations
                .iter()
                .map(|violation| violation.rule)
                .collect()
        }

        #[track_caller]
        fn holds(self) {
            assert_eq!(self.rules_broken(), [""; 0]);
        }

        #[track_caller]
        fn breaks(self, rule: &str) {
            assert_eq!(self.rules_broken(), [rule]);
        }
    }

    fn created() -> Told {
        Told::default().done(Action::Create, 0, 1)
    }

    #[test]
    fn old_answers_are_fine_within_the_bound_and_not_after_it() {
        let revoked = || created().done(Action::Revoke, 20, 21);
        revoked().read("a", 31, "valid").holds();
        revoked().read("a", 32, "valid").breaks(STALE);
        revoked().read("a", 32, "revoked").holds();
        revoked()
            .read("a", 19, "valid")
            .read("b", 20, "revoked")
            .holds();
    }

    #[test]
    fn after_202_nothing_is_promised_until_a_repetition_says_so() {
        let pending = || created().pending(Action::Revoke, 20, 70);
        pending().read("a", 200, "valid").holds();
        let repeated = || pending().done(Action::Revoke, 100, 101);
        repeated().read("a", 111, "valid").holds();
        repeated().read("a", 112, "valid").breaks(STALE);
    }

    #[test]
    fn a_blocked_key_goes_on_and_both_are_known_in_time() {
        let story = || {
            created()
                .done(Action::Block, 20, 21)
                .done(Action::Unblock, 60, 61)
        };
        story()
            .read("a", 40, "blocked")
            .read("a", 80, "valid")
            .holds();
        story().read("a", 40, "valid").breaks(STALE);
        story().read("a", 80, "blocked").breaks(WIDE);
        story()
            .read("a", 62, "blocked")
            .read("a", 64, "valid")
            .holds();
    }

    #[test]
    fn a_confirmed_create_is_known_in_time() {
        created().read("a", 11, "not_found").holds();
        created().read("a", 12, "not_found").breaks(UNKNOWN);
        let pending = Told::default().pending(Action::Create, 0, 1);
        pending.read("a", 100, "not_found").holds();
    }

    #[test]
    fn an_isolate_does_not_go_back() {
        let revoked = || created().pending(Action::Revoke, 20, 70);
        revoked()
            .read("a", 80, "revoked")
            .read("b", 90, "valid")
            .holds();
        revoked()
            .read("a", 80, "revoked")
            .read("a", 90, "valid")
            .breaks(BACK);
        let story = created().pending(Action::Block, 20, 70);
        story
            .read("a", 80, "blocked")
            .read("a", 90, "valid")
            .breaks(BACKWARDS);
        created()
            .read("a", 5, "valid")
            .read("a", 8, "not_found")
            .breaks(BACKWARDS);
        // Those two were under way together.
        let overlap = revoked().reading("a", false, 80, 90, "revoked");
        overlap.reading("a", false, 85, 95, "valid").holds();
    }

    #[test]
    fn strong_reads_are_never_old() {
        created()
            .done(Action::Block, 20, 21)
            .strong(22, "valid")
            .breaks(LOST);
        created()
            .pending(Action::Revoke, 20, 70)
            .strong(71, "valid")
            .breaks(BACK);
        created()
            .pending(Action::Revoke, 20, 70)
            .strong(21, "valid")
            .strong(30, "revoked")
            .holds();
        created()
            .pending(Action::Revoke, 20, 70)
            .strong(21, "revoked")
            .strong(30, "valid")
            .breaks(BACK);
        created().strong(5, "not_found").breaks(LOST);
    }

    #[test]
    fn a_change_without_an_answer_happened_one_way_only() {
        let story = || created().unknown(Action::Revoke, 20, 30);
        story().strong(40, "valid").strong(50, "revoked").holds();
        story().strong(40, "valid").holds();
        story()
            .read("a", 40, "revoked")
            .strong(50, "valid")
            .breaks(UNEXPLAINED);
    }

    #[test]
    fn valid_needs_a_reason() {
        let story = Told::default().done(Action::Create, 10, 11);
        story.read("a", 5, "valid").breaks(DOUBT);
        let mut told = created();
        told.0.made_up.push(Reading {
            key: 0,
            isolate: String::new(),
            strong: false,
            start: at(1),
            end: at(2),
            code: "valid".to_owned(),
        });
        told.breaks(DOUBT);
        created().read("a", 5, "expired").breaks(UNEXPLAINED);
    }

    #[test]
    fn a_probe_costs_nothing() {
        let mut told = created();
        told.0.probes.push(Probe {
            at: at(1),
            isolate: String::new(),
            code: "malformed".to_owned(),
            store_reads: 1,
            object_calls: 0,
        });
        told.breaks(COST);
    }

    #[test]
    fn an_answer_says_what_it_means() {
        let outcome = |status| Outcome::Done {
            status,
            pending: vec!["weur".to_owned()],
        };
        created()
            .changed(Action::Revoke, 20, 21, outcome(200))
            .breaks(ACKNOWLEDGED);
        created()
            .changed(Action::Unblock, 20, 21, outcome(200))
            .holds();
    }

    #[test]
    fn no_order_at_all_is_a_loss() {
        created()
            .done(Action::Revoke, 20, 21)
            .done(Action::Unblock, 30, 31)
            .breaks(LOST);
    }

    #[test]
    fn the_delay_is_that_of_the_last_old_answer() {
        let told = created().done(Action::Revoke, 20, 21);
        let told = told
            .read("a", 24, "valid")
            .read("b", 27, "valid")
            .read("b", 29, "revoked");
        let findings = check(&told.0, Rules::of(Duration::from_secs(1)));
        assert_eq!(findings.delays, [Duration::from_millis(600)]);
        assert!(findings.violations.is_empty());
    }
}
