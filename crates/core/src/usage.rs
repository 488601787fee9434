//! How often keys are used, and when verifiers were last.
//!
//! Isolates count what they verify and send the counts along with their polls;
//! feeds gather them and pass them on to the workspaces. No verification writes
//! anything. What an isolate or a feed has counted when it ends without a word
//! is lost, and what is sent twice because an answer was lost counts twice: the
//! numbers are for people who wonder whether a key is still used, not for bills.

use core::hash::Hasher;

use crate::{id::UsedId, instant::Instant, table::Table, workspace::WorkspaceName};

/// Days that a workspace keeps counts for, besides today.
pub const DAYS: u32 = 90;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// A day in UTC, as a number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// The day of that number.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The day of that moment.
    #[must_use]
    pub fn of(at: Instant) -> Self {
        Self(u32::try_from(at.as_millis() / DAY_MILLIS).unwrap_or(0))
    }

    /// As `2026-11-22`; empty for a day that no calendar has.
    #[must_use]
    pub fn date(self) -> String {
        let text = Instant::from_millis(i64::from(self.0) * DAY_MILLIS)
            .map(|at| at.to_string())
            .unwrap_or_default();
        text.get(..10).unwrap_or_default().to_owned()
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

/// How often a key or a verifier was used on a day, and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Verifications that found it good; of a verifier, those that it asked for.
    pub allowed: u32,
    /// Verifications that did not, for whatever reason.
    pub denied: u32,
    /// The last one that found it good.
    pub last_used_at: Option<Instant>,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            allowed: self.allowed.saturating_add(other.allowed),
            denied: self.denied.saturating_add(other.denied),
            last_used_at: self.last_used_at.max(other.last_used_at),
        }
    }
}

/// What was counted of one key or verifier on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Whose it is.
    pub workspace: WorkspaceName,
    /// The key, or the verifier.
    pub id: UsedId,
    /// The day.
    pub day: Day,
    /// How often.
    pub tally: Tally,
}

/// Counts on their way.
#[derive(Debug)]
pub struct Usage {
    counted: Table<(UsedId, Day), (WorkspaceName, Tally), Spread>,
    /// What was there at some moment, and goes before anything newer does: so
    /// that none has to wait for ever.
    leaving: Vec<Used>,
    most: usize,
}

impl Usage {
    /// Room for the counts of so many. What does not fit is not counted.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            counted: Table::default(),
            leaving: Vec::new(),
            most,
        }
    }

    /// Whether there is nothing to pass on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty() && self.leaving.is_empty()
    }

    /// Counts one verification.
    pub fn count(&mut self, workspace: &WorkspaceName, id: UsedId, allowed: bool, now: Instant) {
        let tally = Tally {
            allowed: u32::from(allowed),
            denied: u32::from(!allowed),
            last_used_at: allowed.then_some(now),
        };
        self.merge(workspace, id, Day::of(now), tally);
    }

    /// Takes counts of somebody else in, or one's own again that did not arrive.
    pub fn add(&mut self, used: &[Used]) {
        for one in used {
            self.merge(&one.workspace, one.id, one.day, one.tally);
        }
    }

    fn merge(&mut self, workspace: &WorkspaceName, id: UsedId, day: Day, tally: Tally) {
        if let Some((_, before)) = self.counted.get_mut(&(id, day)) {
            *before = before.with(tally);
        } else if self.counted.len() < self.most {
            self.counted.insert((id, day), (workspace.clone(), tally));
        }
    }

    /// Takes out so many to pass on.
    pub fn take(&mut self, most: usize) -> Vec<Used> {
        if self.leaving.is_empty() {
            let counted = core::mem::take(&mut self.counted);
            self.leaving = counted
                .into_entries()
                .map(|((id, day), (workspace, tally))| Used {
                    workspace,
                    id,
                    day,
                    tally,
                })
                .collect();
        }
        let rest = self.leaving.len().saturating_sub(most);
        self.leaving.split_off(rest)
    }
}

/// Ids are random, and nobody can choose one: it is enough to bring their
/// letters down to where the table looks.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            let mixed = self.0.rotate_left(5) ^ u64::from_le_bytes(word);
            self.0 = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    fn workspace() -> WorkspaceName {
        WorkspaceName::default_workspace()
    }

    #[test]
    fn counts_of_a_key_on_a_day_come_together() {
        let key = UsedId::mint(&mut Seeded::new(1)).unwrap();
        let (mut usage, mut other) = (Usage::new(10), Usage::new(10));
        usage.count(&workspace(), key, true, at(5));
        usage.count(&workspace(), key, false, at(7));
        usage.count(&workspace(), key, true, at(DAY_MILLIS));
        other.add(&usage.take(10));
        assert!(usage.is_empty());
        other.count(&workspace(), key, true, at(3));
        let mut used = other.take(10);
        used.sort_by_key(|used| used.day);
        let tallies: Vec<_> = used
            .iter()
            .map(|used| (used.day.number(), used.tally))
            .collect();
        let first = Tally {
            allowed: 2,
            denied: 1,
            last_used_at: Some(at(5)),
        };
        let second = Tally {
            allowed: 1,
            denied: 0,
            last_used_at: Some(at(DAY_MILLIS)),
        };
        assert_eq!(tallies, [(0, first), (1, second)]);
    }

    #[test]
    fn there_is_an_end_to_what_is_counted() {
        let mut entropy = Seeded::new(2);
        let mut usage = Usage::new(100);
        let known = UsedId::mint(&mut entropy).unwrap();
        usage.count(&workspace(), known, true, at(0));
        for _ in 0..500 {
            let key = UsedId::mint(&mut entropy).unwrap();
            usage.count(&workspace(), key, true, at(0));
        }
        usage.count(&workspace(), known, true, at(0));
        let mut used = usage.take(60);
        assert_eq!(used.len(), 60);
        used.extend(usage.take(60));
        assert_eq!((used.len(), usage.is_empty()), (100, true));
        let known = used.iter().find(|used| used.id == known).unwrap();
        assert_eq!(known.tally.allowed, 2);
    }
}
