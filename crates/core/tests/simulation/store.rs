//! A store that may answer with anything it has held within the window.

use crate::{keys, random::Random};

/// When which version landed.
#[derive(Default)]
pub(crate) struct Store {
    landed: Vec<Vec<(i64, u32)>>,
    /// How stale a read may be, in milliseconds.
    pub(crate) staleness: i64,
    pub(crate) stale_percent: i64,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self {
            landed: vec![Vec::new(); keys::COPIES],
            ..Self::default()
        }
    }

    pub(crate) fn land(&mut self, copy: usize, version: u32, now: i64) {
        self.landed[copy].push((now, version));
    }

    /// Since when no read has missed the copy.
    pub(crate) fn certain_since(&self, copy: usize) -> Option<i64> {
        let (landed_at, _) = self.landed[copy].first()?;
        let staleness = if self.stale_percent > 0 {
            self.staleness
        } else {
            0
        };
        Some(landed_at + staleness)
    }

    /// The version that this read finds; misses are as stale as everything else.
    pub(crate) fn read(&self, copy: usize, now: i64, random: &mut Random) -> Option<u32> {
        let seen_at = if random.percent(self.stale_percent) {
            now - random.below(self.staleness)
        } else {
            now
        };
        let seen = self.landed[copy].iter().rev();
        seen.clone()
            .find(|(at, _)| *at <= seen_at)
            .map(|(_, version)| *version)
    }
}
