//! The one writer, and what its outbox knows.

use keyway_core::{
    feed::{Change, Known},
    record::Standing,
    version::Version,
};

use crate::{keys, network::REGIONS};

/// A key's history: version `n` is at `n - 1`.
#[derive(Default, Clone)]
pub(crate) struct History {
    pub(crate) versions: Vec<Revision>,
    announced_at: i64,
    confirmed: [u32; REGIONS.len()],
    /// Writes to the store that were begun.
    pub(crate) ticket: u32,
    pub(crate) stored: u32,
}

#[derive(Clone, Copy)]
pub(crate) struct Revision {
    pub(crate) standing: Standing,
    pub(crate) committed_at: i64,
    /// When every region was known to have it.
    pub(crate) acknowledged_at: Option<i64>,
}

pub(crate) struct Writer {
    pub(crate) keys: Vec<History>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            keys: vec![History::default(); keys::COUNT],
        }
    }

    /// The version that there is now; 0 for a key that does not exist.
    pub(crate) fn version(&self, key: usize) -> u32 {
        u32::try_from(self.keys[key].versions.len()).unwrap()
    }

    pub(crate) fn standing(&self, key: usize, version: u32) -> Standing {
        self.keys[key].versions[usize::try_from(version).unwrap() - 1].standing
    }

    pub(crate) fn commit(&mut self, key: usize, standing: Standing, now: i64) {
        let history = &mut self.keys[key];
        history.versions.push(Revision {
            standing,
            committed_at: now,
            acknowledged_at: None,
        });
        history.announced_at = now;
        history.stored = 0;
    }

    pub(crate) fn change(&self, key: usize) -> Change {
        let version = self.version(key);
        Change {
            digest: keys::all().get(key).digest,
            known: Known {
                version: Version::new(version).unwrap(),
                standing: self.standing(key, version),
            },
        }
    }

    /// Rule 6: acknowledged is what every region has confirmed.
    pub(crate) fn confirm(&mut self, key: usize, region: usize, version: u32, now: i64) {
        let history = &mut self.keys[key];
        history.confirmed[region] = history.confirmed[region].max(version);
        let everywhere = history.confirmed.iter().copied().min().unwrap();
        for revision in history
            .versions
            .iter_mut()
            .take(usize::try_from(everywhere).unwrap())
        {
            revision.acknowledged_at.get_or_insert(now);
        }
    }

    pub(crate) fn is_confirmed(&self, key: usize, region: usize) -> bool {
        self.keys[key].confirmed[region] >= self.version(key)
    }

    /// Whether a change that the store does not have must be announced again.
    pub(crate) fn announce_again(&mut self, key: usize, now: i64, after: i64) -> bool {
        let history = &mut self.keys[key];
        let due = now - history.announced_at >= after;
        if due {
            history.announced_at = now;
        }
        due
    }

    /// What a feed is told that has just started.
    pub(crate) fn lately(&self, since: i64) -> Vec<Change> {
        (0..keys::COUNT)
            .filter(|key| self.version(*key) > 0 && self.keys[*key].announced_at >= since)
            .map(|key| self.change(key))
            .collect()
    }
}
