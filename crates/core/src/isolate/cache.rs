//! Records that were read a moment ago, bounded in number and bytes.

use super::generations::Generations;
use crate::{
    digest::Digest,
    feed::Known,
    instant::Instant,
    record::{Fact, Standing},
};

/// Bytes that an entry takes besides its record.
const OVERHEAD: usize = 96;

#[derive(Debug, Clone)]
pub(super) enum Cached {
    /// This record.
    Found(Fact),
    /// The writer had this one when it was asked, which was then. It is not known
    /// whether its changes are announced under this digest.
    Brief(Fact, Instant),
    /// There was none when the store was asked, which was then.
    Absent(Instant),
}

impl Cached {
    pub(super) fn weight(&self) -> usize {
        OVERHEAD
            + match self {
                Self::Found(fact) | Self::Brief(fact, _) => fact.weight(),
                Self::Absent(_) => 0,
            }
    }
}

#[derive(Debug)]
pub(super) struct Cache {
    held: Generations<Cached>,
    /// Of the young half.
    bytes: usize,
    entries_per_half: usize,
    bytes_per_half: usize,
}

impl Cache {
    pub(super) fn new(entries: usize, bytes: usize) -> Self {
        Self {
            held: Generations::new(),
            bytes: 0,
            entries_per_half: entries.div_ceil(2),
            bytes_per_half: bytes / 2,
        }
    }

    /// What is asked for again and again stays.
    pub(super) fn get(&mut self, digest: &Digest) -> Option<Cached> {
        if let Some(survivor) = self.held.take_old(digest) {
            self.put(*digest, survivor);
        }
        self.held.get(digest).cloned()
    }

    pub(super) fn put(&mut self, digest: Digest, cached: Cached) {
        let weight = cached.weight();
        let full = self.held.young() >= self.entries_per_half
            || self.bytes.saturating_add(weight) > self.bytes_per_half;
        if full {
            self.held.turn();
            self.bytes = 0;
        }
        if self.entries_per_half == 0 || weight > self.bytes_per_half {
            return;
        }
        self.bytes = self.bytes.saturating_add(weight);
        self.held.insert(digest, cached);
    }

    /// Takes a change into account: a record that it makes out of date is
    /// overruled where that says enough for a refusal, and goes otherwise.
    pub(super) fn learn(&mut self, digest: &Digest, known: Known) {
        match self.held.get(digest) {
            Some(Cached::Found(fact) | Cached::Brief(fact, _))
                if !known.supersedes(fact.known()) => {}
            Some(Cached::Found(fact)) if known.standing != Standing::Active => {
                let fact = fact.clone().overruled(known);
                self.put(*digest, Cached::Found(fact));
            }
            Some(_) => {
                self.held.remove(digest);
            }
            None => {}
        }
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }

    pub(super) fn len(&self) -> usize {
        self.held.len()
    }
}
