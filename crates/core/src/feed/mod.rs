//! The feed: which records changed lately, one feed per region.
//!
//! The store may be stale for a minute or more, misses included. A feed is
//! never stale: it is one Durable Object that stores each change before the
//! change is acknowledged, and an isolate asks it every few seconds. It holds no
//! records, only which digest has which [`Version`] and [`Standing`], and that
//! for a window of time.
//!
//! Changes are numbered by a [`Sequence`], which means something within one
//! [`Epoch`] only. A feed begins a new epoch each time its object starts. So a
//! feed that lost its state, or was put back to an older one, can never hand
//! out a number that an isolate has seen with another meaning.
//!
//! Here is what a feed decides and what travels between it and an isolate; the
//! rows are the edge's.

mod plan;
mod wire;

pub use plan::{Plan, State};
pub use wire::{
    Announcement, Answer, Counts, MAX_ANSWER, NotUnderstood, PAGE, Question, Reach, Seed,
    SeedCursor, USED,
};

use crate::{digest::Digest, record::Standing, version::Version};

/// One life of a feed object: a random number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// From random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

/// The number of a change within an epoch, from 1. 0 is before all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sequence(u64);

impl Sequence {
    /// Before every change.
    pub const START: Self = Self(0);

    /// The number.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

/// How far an isolate has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// In which epoch.
    pub epoch: Epoch,
    /// Everything up to here, this included.
    pub sequence: Sequence,
}

/// What is known of a record without having it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its version.
    pub version: Version,
    /// What people decided.
    pub standing: Standing,
}

impl Known {
    /// Whether this makes `other` out of date. Revoked is terminal (promise 5):
    /// no version of anything else comes after it.
    #[must_use]
    pub fn supersedes(self, other: Self) -> bool {
        match (self.standing, other.standing) {
            (Standing::Revoked, Standing::Revoked) => self.version > other.version,
            (Standing::Revoked, _) => true,
            (_, Standing::Revoked) => false,
            _ => self.version > other.version,
        }
    }

    /// The later one of the two, in whatever order they arrived.
    #[must_use]
    pub fn latest(self, other: Self) -> Self {
        if other.supersedes(self) { other } else { self }
    }
}

/// A change, as it is announced to the feeds and read from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Of which record.
    pub digest: Digest,
    /// Which is now this.
    pub known: Known,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> impl Strategy<Value = Known> {
        let standing = prop_oneof![
            Just(Standing::Active),
            Just(Standing::Blocked),
            Just(Standing::Revoked)
        ];
        (1_u32..6, standing).prop_map(|(version, standing)| Known {
            version: Version::new(version).unwrap(),
            standing,
        })
    }

    proptest! {
        #[test]
        fn promise_5_nothing_supersedes_revoked(a in known(), b in known()) {
            if a.standing == Standing::Revoked {
                prop_assert_eq!(a.latest(b).standing, Standing::Revoked);
                prop_assert_eq!(b.latest(a).standing, Standing::Revoked);
            }
        }

        /// Of several changes the same one wins in whatever order they come, if
        /// no two of them are of one version.
        #[test]
        fn the_order_of_arrival_does_not_matter(a in known(), b in known(), c in known()) {
            prop_assume!(a.version != b.version && b.version != c.version && a.version != c.version);
            let one = a.latest(b).latest(c);
            prop_assert_eq!(c.latest(b).latest(a), one);
            prop_assert_eq!(b.latest(c).latest(a), one);
        }
    }
}
