//! The one writer, and what its outbox knows.

use keyway_core::{
    feed::{Change, Known},
    record::Standing,
    version::Version,
};

use crate::{
    keys::{self, Stage},
    network::REGIONS,
};

/// A key's history: version `n` is at `n - 1`.
#[derive(Default, Clone)]
pub(crate) struct History {
    pub(crate) versions: Vec<Revision>,
}

/// What is published of a key under one pepper.
#[derive(Default, Clone)]
pub(crate) struct Copy {
    pub(crate) exists: bool,
    /// Never, if all that happened is that it was made.
    announced_at: Option<i64>,
    confirmed: [u32; REGIONS.len()],
    /// Writes to the store that were begun.
    pub(crate) ticket: u32,
    pub(crate) stored: u32,
}

/// What is stored where a record cannot be sealed: later than any version.
pub(crate) const EMPTIED: u32 = u32::MAX;

#[derive(Clone, Copy)]
pub(crate) struct Revision {
    pub(crate) standing: Standing,
    pub(crate) committed_at: i64,
    /// When every region was known to have it.
    pub(crate) acknowledged_at: Option<i64>,
}

pub(crate) struct Writer {
    pub(crate) keys: Vec<History>,
    pub(crate) copies: Vec<Copy>,
    pub(crate) stage: Stage,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            keys: vec![History::default(); keys::COUNT],
            copies: vec![Copy::default(); keys::COPIES],
            stage: Stage::First,
        }
    }

    /// The version that there is now; 0 for a key that does not exist.
    pub(crate) fn version(&self, key: usize) -> u32 {
        u32::try_from(self.keys[key].versions.len()).unwrap()
    }

    pub(crate) fn standing(&self, key: usize, version: u32) -> Standing {
        self.keys[key].versions[usize::try_from(version).unwrap() - 1].standing
    }

    /// The copies that a change goes to: all that there are.
    fn targets(&self, key: usize) -> Vec<usize> {
        let copies = keys::copies(key);
        copies.filter(|copy| self.copies[*copy].exists).collect()
    }

    /// A change. The copies that it goes to are the answer.
    pub(crate) fn commit(&mut self, key: usize, standing: Standing, now: i64) -> Vec<usize> {
        self.keys[key].versions.push(Revision {
            standing,
            committed_at: now,
            acknowledged_at: None,
        });
        if self.version(key) == 1 {
            self.copies[keys::copy(key, self.stage.current())].exists = true;
        }
        let all = self.targets(key);
        for copy in &all {
            let copy = &mut self.copies[*copy];
            copy.announced_at = Some(now);
            if copy.stored != EMPTIED {
                copy.stored = 0;
            }
        }
        all
    }

    /// Makes the copy under the current pepper, if there is none: whether it did.
    pub(crate) fn republish(&mut self, key: usize) -> bool {
        let version = self.version(key);
        let copy = &mut self.copies[keys::copy(key, self.stage.current())];
        if version == 0 || copy.exists {
            return false;
        }
        copy.exists = true;
        // No feed is to hear of what was before.
        copy.confirmed = [version; REGIONS.len()];
        true
    }

    /// With other peppers: what was emptied is written anew, if it can be.
    pub(crate) fn deploy(&mut self, stage: Stage) -> Vec<usize> {
        let is_new = stage.current() != self.stage.current();
        self.stage = stage;
        let emptied =
            (0..keys::COPIES).filter(|copy| is_new && self.copies[*copy].stored == EMPTIED);
        let emptied: Vec<usize> = emptied.collect();
        for copy in &emptied {
            let copy = &mut self.copies[*copy];
            copy.stored = 0;
            copy.ticket += 1;
        }
        emptied
    }

    /// Whether all that was republished is in the store.
    pub(crate) fn is_done(&self) -> bool {
        (0..keys::COUNT).all(|key| {
            let copy = &self.copies[keys::copy(key, self.stage.current())];
            let waits = copy.announced_at.is_none() && copy.stored == 0;
            self.version(key) == 0 || copy.exists && !waits
        })
    }

    pub(crate) fn change(&self, copy: usize) -> Change {
        let key = copy / keys::PEPPERS;
        let version = self.version(key);
        Change {
            digest: keys::all().digest(copy),
            known: Known {
                version: Version::new(version).unwrap(),
                standing: self.standing(key, version),
            },
        }
    }

    /// Rule 6: acknowledged is what every region has confirmed of all copies.
    pub(crate) fn confirm(&mut self, copy: usize, region: usize, version: u32, now: i64) {
        let confirmed = &mut self.copies[copy].confirmed[region];
        *confirmed = (*confirmed).max(version);
        let key = copy / keys::PEPPERS;
        let all = self.targets(key).into_iter();
        let everywhere = all
            .flat_map(|copy| self.copies[copy].confirmed)
            .min()
            .unwrap();
        for revision in self.keys[key]
            .versions
            .iter_mut()
            .take(usize::try_from(everywhere).unwrap())
        {
            revision.acknowledged_at.get_or_insert(now);
        }
    }

    pub(crate) fn is_confirmed(&self, copy: usize, region: usize) -> bool {
        self.copies[copy].confirmed[region] >= self.version(copy / keys::PEPPERS)
    }

    /// Whether a change that the store does not have must be announced again.
    pub(crate) fn announce_again(&mut self, copy: usize, now: i64, after: i64) -> bool {
        let copy = &mut self.copies[copy];
        let due = copy.announced_at.is_some_and(|at| now - at >= after);
        if due {
            copy.announced_at = Some(now);
        }
        due
    }

    /// What a feed is told that has just started.
    pub(crate) fn lately(&self, since: i64) -> Vec<Change> {
        (0..keys::COPIES)
            .filter(|copy| {
                let announced_at = self.copies[*copy].announced_at;
                announced_at.is_some_and(|at| at >= since)
            })
            .map(|copy| self.change(copy))
            .collect()
    }
}
