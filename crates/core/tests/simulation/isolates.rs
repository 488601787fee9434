//! Isolates, with clocks of their own and verifications under way.

use keyway_core::{
    instant::Instant,
    isolate::{Checked, Isolate, Limits},
    verify::{Brought, Loads, Verification},
};

use crate::network::REGIONS;

/// Longer than any run.
const STEP_BACK: i64 = 3_600_000;

pub(crate) struct Place {
    pub(crate) region: usize,
    pub(crate) isolate: Isolate,
    /// Counts the isolates that were here: what was begun by one before is gone.
    pub(crate) life: u32,
    offset: i64,
    last: i64,
}

impl Place {
    pub(crate) fn new(region: usize, limits: Limits) -> Self {
        Self {
            region,
            isolate: fresh(region, limits),
            life: 0,
            offset: 10 * STEP_BACK,
            last: 0,
        }
    }

    pub(crate) fn replace(&mut self, limits: Limits) {
        self.isolate = fresh(self.region, limits);
        self.life += 1;
    }

    /// What the clock says. It stands still between events, so it may lag, but
    /// it never runs ahead and never back.
    pub(crate) fn clock(&mut self, now: i64, lag: i64) -> Instant {
        self.last = self.last.max(now + self.offset - lag);
        Instant::from_millis(self.last).unwrap()
    }

    /// But for this.
    pub(crate) fn step_back(&mut self) {
        self.offset -= STEP_BACK;
        self.last = 0;
    }
}

fn fresh(region: usize, limits: Limits) -> Isolate {
    let mut feeds = REGIONS.to_vec();
    feeds.rotate_left(region);
    Isolate::new(limits, feeds)
}

/// A verification under way.
pub(crate) struct Asked {
    pub(crate) place: usize,
    pub(crate) life: u32,
    pub(crate) key: usize,
    pub(crate) strong: bool,
    /// In real time, which no isolate knows.
    pub(crate) started_at: i64,
    pub(crate) verification: Verification<'static>,
    waiting_for: usize,
    brought: Brought,
}

impl Asked {
    pub(crate) fn new(
        place: usize,
        life: u32,
        key: usize,
        strong: bool,
        started_at: i64,
        verification: Verification<'static>,
    ) -> Self {
        Self {
            place,
            life,
            key,
            strong,
            started_at,
            verification,
            waiting_for: 0,
            brought: Brought::default(),
        }
    }

    pub(crate) fn wait_for(&mut self, loads: &Loads) {
        self.waiting_for = usize::from(loads.poll) + usize::from(loads.key.is_some());
        assert!(self.waiting_for > 0, "a step that waits for nothing");
    }

    /// Whether everything is there now.
    fn arrived(&mut self) -> Option<Brought> {
        self.waiting_for -= 1;
        (self.waiting_for == 0).then(|| core::mem::take(&mut self.brought))
    }

    pub(crate) fn polled(&mut self, checked: Option<Checked>) -> Option<Brought> {
        self.brought.polled = checked;
        self.arrived()
    }

    pub(crate) fn loaded(&mut self, loaded: keyway_core::verify::Loaded) -> Option<Brought> {
        self.brought.key = Some(loaded);
        self.arrived()
    }
}
