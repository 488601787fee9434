//! What a message meets on its way.

use std::collections::HashSet;

use keyway_core::region::Region;

use crate::random::Random;

/// A way between two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Way {
    /// The isolates of one region to the feed of another, by their indices.
    ToFeed(usize, usize),
    /// The isolates of a region to the writer.
    ToWriter(usize),
    /// The isolates of a region to the store.
    ToStore(usize),
    /// The writer to a region's feed, and that feed to the writer.
    Announce(usize),
    /// The writer to the store.
    Publish,
}

pub(crate) const REGIONS: [Region; 3] = [Region::Weur, Region::Enam, Region::Apac];

pub(crate) struct Network {
    cut: HashSet<Way>,
    /// Of a hundred messages so many are lost, and so many late.
    lossy: i64,
    slow: i64,
    /// Every feed is far away.
    far: bool,
}

impl Network {
    pub(crate) fn new(lossy: i64, slow: i64, far: bool) -> Self {
        Self {
            cut: HashSet::new(),
            lossy,
            slow,
            far,
        }
    }

    pub(crate) fn any(random: &mut Random) -> Way {
        let region = |random: &mut Random| random.index(REGIONS.len());
        match random.below(6) {
            0 | 1 => Way::ToFeed(region(random), region(random)),
            2 => Way::ToWriter(region(random)),
            3 => Way::ToStore(region(random)),
            4 => Way::Announce(region(random)),
            _ => Way::Publish,
        }
    }

    pub(crate) fn cut(&mut self, way: Way) {
        self.cut.insert(way);
    }

    pub(crate) fn mend(&mut self, way: Way) {
        self.cut.remove(&way);
    }

    pub(crate) fn mend_all(&mut self) {
        self.cut.clear();
        self.lossy = 0;
        self.slow = 0;
    }

    /// How long a message takes; `None` when it never arrives.
    pub(crate) fn carry(&self, way: Way, random: &mut Random) -> Option<i64> {
        if self.cut.contains(&way) || random.percent(self.lossy) {
            return None;
        }
        if self.far && matches!(way, Way::ToFeed(..)) {
            return Some(500 + random.below(900));
        }
        Some(if random.percent(self.slow) {
            let most = if random.percent(70) { 1_500 } else { 4_000 };
            random.below(most)
        } else {
            1 + random.below(80)
        })
    }
}
