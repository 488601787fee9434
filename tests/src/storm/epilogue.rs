//! After the end: the feeds and the isolates have forgotten, and what locations
//! remembered of KV is gone. So the store alone decides, and has to be right by
//! then: every record in its last version, a tombstone where a key was revoked,
//! the end of every token that is over.
//!
//! That is the other half of promise 4, whose first half assumes that KV is
//! never staler than the window.

use std::sync::atomic::Ordering;

use super::{asks::look, finale::insist, known::Known, shared::Shared};
use crate::{
    globe::{Globe, Isolate},
    kv::Hold,
    model::{Ask, State, last_states},
};

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
    let states = last_states(&shared.recorder.history());
    for known in shared.keys() {
        // Of a key with too many possible orders nothing can be said.
        let Some(states) = states.get(&known.key) else {
            continue;
        };
        // Not at once: a write that failed is waiting for its next attempt.
        let what = format!("key {:?} in the store as it is", known.key);
        if !insist(shared, &what, || is_right(shared, reader, &known, states)) {
            // One says enough, and each takes its time.
            return;
        }
    }
}

/// Whether one of the states in which the key may be is the one that the
/// workspace tells of, and explains what the store has.
fn is_right(shared: &Shared, reader: &Isolate, known: &Known, states: &[State]) -> Option<()> {
    let answers = |isolate: &Isolate, strong| -> Option<Vec<(Ask, String)>> {
        let asks = known.asks().into_iter();
        asks.map(|ask| Some((ask, look(shared, isolate, known, ask, strong)?)))
            .collect()
    };
    let truth = answers(&shared.desk, true)?;
    let stored = answers(reader, false)?;
    let right = states.iter().any(|state| {
        truth.iter().all(|(ask, code)| state.says(*ask) == code)
            && stored.iter().all(|(ask, code)| state.explains(*ask, code))
    });
    right.then_some(())
}
