//! After the end: the feeds and the isolates have forgotten, and what locations
//! remembered of KV is gone. So the store alone decides, and has to be right by
//! then: every record in its last version, a tombstone where a key was revoked.
//!
//! That is the other half of promise 4, whose first half assumes that KV is
//! never staler than the window.

use std::sync::atomic::Ordering;

use super::{finale::insist, load, shared::Shared};
use crate::{globe::Globe, kv::Hold};

/// Seconds; the shortest there is.
const WINDOW: &str = "1";

pub(super) fn play(globe: &mut Globe, shared: &Shared) {
    globe.deploy("WINDOW_SECONDS", WINDOW);
    shared.generation.fetch_add(1, Ordering::SeqCst);
    shared
        .recorder
        .note("the window is over, KV is fresh everywhere");
    for location in globe.locations() {
        location.kv.hold(Hold::Nothing, Hold::Nothing);
        location.kv.forget();
    }
    // Two, because what the workspace says is remembered by who asked it.
    let mut others = shared.isolates.iter();
    let Some(reader) = others.find(|isolate| isolate.name != shared.desk.name) else {
        return;
    };
    for known in shared.keys() {
        let truth = || load::look(shared, &shared.desk, &known, true);
        let stored = || load::look(shared, reader, &known, false);
        // Not at once: a write that failed is waiting for its next attempt.
        let what = format!("key {:?} in the store as it is", known.key);
        if !insist(shared, &what, || (truth()? == stored()?).then_some(())) {
            // One says enough, and each takes its time.
            return;
        }
    }
}
