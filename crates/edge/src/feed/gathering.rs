//! What isolates have counted, on its way to the workspaces.
//!
//! It is gathered in memory: a row for each count would cost more than the
//! count is worth. An object whose memory goes loses what it gathered in the
//! last half minute. One message leaves in that time, so that what it costs the
//! workspace has an end, however many keys are used: of more than a thousand
//! the numbers are as much later.

use core::cell::{Cell, RefCell};

use keyway_core::{
    feed::{Counts, USED},
    instant::Instant,
    isolate::Limits,
    usage::{Usage, Used},
};
use worker::Env;

use crate::{clock, platform::rest, workspace::link};

/// Keys, over all isolates of the region, of half a minute.
const MOST: usize = 100_000;

/// Passing on takes no longer than this.
const PASSING_ON: i64 = 30_000;

pub(super) struct Gathering {
    usage: RefCell<Usage>,
    /// A time, and not a flag: whoever waits may be gone.
    busy_until: Cell<Instant>,
}

impl Gathering {
    pub(super) fn new() -> Self {
        Self {
            usage: RefCell::new(Usage::new(MOST)),
            busy_until: Cell::new(Instant::EPOCH),
        }
    }

    pub(super) fn add(&self, used: &[Used]) {
        self.usage.borrow_mut().add(used);
    }

    /// How long to wait before passing on, if nobody waits already.
    pub(super) fn must_wait(&self, limits: &Limits, now: Instant) -> Option<i64> {
        if self.usage.borrow().is_empty() || now < self.busy_until.get() {
            return None;
        }
        let wait = limits.gather_millis();
        self.busy_until.set(now.plus_millis(wait + PASSING_ON));
        Some(wait)
    }

    /// What does not arrive stays, and goes with what comes next.
    pub(super) async fn pass_on(&self, env: &Env, wait: i64) {
        loop {
            rest(u32::try_from(wait).unwrap_or(0)).await;
            let used = self.usage.borrow_mut().take(USED);
            let Some(workspace) = used.first().map(|one| one.workspace.clone()) else {
                break;
            };
            // One workspace at a time.
            let (these, others): (Vec<Used>, Vec<Used>) =
                used.into_iter().partition(|one| one.workspace == workspace);
            self.add(&others);
            let counts = Counts { used: these };
            if !link::count(env, &workspace, &counts).await {
                self.add(&counts.used);
                break;
            }
            if self.usage.borrow().is_empty() {
                break;
            }
            self.busy_until
                .set(clock::now().plus_millis(wait + PASSING_ON));
        }
        self.busy_until.set(Instant::EPOCH);
    }
}
