//! The lives that a key may have had, given what its changes were answered.
//!
//! Changes that overlap may have happened in either order, and one without an
//! answer may have happened at any time since, or never. Each way that agrees
//! with all answers is a life: a list of versions, each with the window in
//! which it took effect.

use super::{At, Change, Outcome, Reading, State};

/// One version of a key.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) state: State,
    /// It took effect not before this …
    pub(super) from: At,
    /// … and not after this.
    pub(super) by: At,
    /// When the first answer came that every region knows it, or a newer one.
    pub(super) confirmed: Option<At>,
}

/// The versions of a key, oldest first; the first is that it does not exist.
#[derive(Clone, Debug)]
pub(super) struct Life<'a> {
    pub(super) versions: Vec<Version>,
    /// What was answered 200 too early: it took something away, and a region
    /// had not confirmed.
    pub(super) hasty: Vec<&'a Change>,
}

/// More lives than this of one key are not looked at.
const MOST: usize = 20_000;

/// All lives that agree with the answers; `None` when there are too many to say.
pub(super) fn lives<'a>(changes: &[&'a Change], kills: &[At]) -> Option<Vec<Life<'a>>> {
    let ranged: Vec<Ranged<'a>> = changes
        .iter()
        .map(|change| Ranged {
            change,
            latest: latest(change, kills),
        })
        .collect();
    let mut search = Search {
        changes: &ranged,
        found: Vec::new(),
        steps: 0,
    };
    let left = (0..changes.len()).collect();
    search.go(&mut Vec::new(), left, State::ABSENT);
    (search.steps < MOST).then_some(search.found)
}

/// When it happened at the latest, if it happened.
fn latest(change: &Change, kills: &[At]) -> At {
    match change.outcome {
        Outcome::Done { .. } | Outcome::Refused => change.end,
        Outcome::Unknown => kills
            .iter()
            .copied()
            .filter(|kill| *kill >= change.start)
            .min()
            .unwrap_or(At::MAX),
    }
}

struct Ranged<'a> {
    change: &'a Change,
    latest: At,
}

struct Search<'s, 'a> {
    changes: &'s [Ranged<'a>],
    found: Vec<Life<'a>>,
    steps: usize,
}

impl<'a> Search<'_, 'a> {
    /// `order` has happened and left `state`; `left` are still to come.
    fn go(&mut self, order: &mut Vec<usize>, left: Vec<usize>, state: State) {
        self.steps += 1;
        if self.steps >= MOST {
            return;
        }
        let changes = self.changes;
        let known = |at: &usize| changes[*at].change.outcome != Outcome::Unknown;
        if !left.iter().any(known) {
            self.found.extend(self.life(order));
        }
        for next in left.clone() {
            let start = changes[next].change.start;
            let over = |at: &&usize| **at != next && changes[**at].latest < start;
            if left.iter().filter(over).any(known) {
                continue;
            }
            let Some(after) = self.outcome(next, state) else {
                continue;
            };
            let rest = left.iter().filter(|at| **at != next && !over(at));
            let rest = rest.copied().collect();
            order.push(next);
            self.go(order, rest, after);
            order.pop();
        }
    }

    /// The state after it, if its answer agrees with the state before it.
    fn outcome(&self, at: usize, state: State) -> Option<State> {
        let change = self.changes[at].change;
        let after = state.after(change.action);
        match change.outcome {
            Outcome::Done { .. } => after,
            Outcome::Refused => after.is_none().then_some(state),
            // One that changed nothing is the same as one that never was.
            Outcome::Unknown => after.filter(|after| *after != state),
        }
    }

    /// The windows of that order, unless it is impossible.
    fn life(&self, order: &[usize]) -> Option<Life<'a>> {
        let mut by = At::MAX;
        let mut latest: Vec<At> = order
            .iter()
            .rev()
            .map(|at| {
                by = by.min(self.changes[*at].latest);
                by
            })
            .collect();
        latest.reverse();
        let mut versions = vec![Version {
            state: State::ABSENT,
            from: At::ZERO,
            by: At::ZERO,
            confirmed: None,
        }];
        let mut hasty = Vec::new();
        let mut from = At::ZERO;
        for (at, by) in order.iter().zip(latest) {
            let change = self.changes[*at].change;
            from = from.max(change.start);
            if from > by {
                return None;
            }
            let last = versions.last()?.state;
            let state = last.after(change.action).unwrap_or(last);
            if change.outcome.is_hasty() && state.is_due_everywhere(&last, change.action) {
                hasty.push(change);
            }
            if state != last {
                versions.push(Version {
                    state,
                    from,
                    by,
                    confirmed: None,
                });
            }
            let version = versions.last_mut()?;
            // It was there when a later change found it so.
            version.by = version.by.min(by);
            if change.outcome.is_everywhere() {
                let earlier = version.confirmed.unwrap_or(At::MAX);
                version.confirmed = Some(earlier.min(change.end));
            }
        }
        Some(Life { versions, hasty })
    }
}

impl Life<'_> {
    /// Takes into account that `version` was the current one at some moment
    /// between `start` and `end`.
    pub(super) fn was_current(&mut self, version: usize, start: At, end: At) {
        for earlier in &mut self.versions[..=version] {
            earlier.by = earlier.by.min(end);
        }
        for later in &mut self.versions[version + 1..] {
            later.from = later.from.max(start);
        }
    }

    /// Whether that version may have been the current one between `start` and `end`.
    pub(super) fn may_be_current(&self, version: usize, start: At, end: At) -> bool {
        let over = self.versions.get(version + 1);
        self.versions[version].from <= end && over.is_none_or(|over| over.by >= start)
    }

    /// The first version, not before `floor`, that may have been known when the
    /// reading ended and from which it follows.
    pub(super) fn explaining(&self, reading: &Reading, floor: usize) -> Option<usize> {
        let mut versions = self.versions.iter().enumerate().skip(floor);
        let found = versions.find(|(_, version)| {
            version.from <= reading.end && version.state.explains(reading.ask, &reading.code)
        });
        found.map(|(at, _)| at)
    }

    /// The newest version that no verification started at `start` may be older than.
    pub(super) fn floor(&self, start: At, bound: At) -> usize {
        let due = |version: &Version| {
            let confirmed = version.confirmed;
            confirmed.is_some_and(|at| at.saturating_add(bound) < start)
        };
        self.versions.iter().rposition(due).unwrap_or_default()
    }

    /// The versions that took something away.
    pub(super) fn narrowing(&self) -> impl Iterator<Item = (usize, &Version)> {
        let pairs = self.versions.windows(2).enumerate();
        pairs
            .filter(|(_, pair)| pair[1].state.narrower_than(&pair[0].state))
            .map(|(at, pair)| (at + 1, &pair[1]))
    }
}

#[cfg(test)]
mod tests;
