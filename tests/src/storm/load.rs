//! The threads that make and change keys.

use std::{
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use super::{
    acts::{act, again, create, drawn},
    asks::{read, watch},
    known::Known,
    settings::Settings,
    shared::Shared,
};
use crate::random::Random;

/// Keys that are there before anything breaks.
const FIRST: usize = 4;

pub(super) fn first_keys(shared: &Shared) {
    for _ in 0..FIRST {
        create(shared, &shared.desk);
    }
}

/// One thread that makes and changes keys.
pub(super) fn change(shared: &Shared, settings: &Settings, number: usize) {
    let mut random = Random::new(settings.seed ^ (0x0063_6861_6e67 + number as u64));
    let mut own: Vec<Arc<Known>> = Vec::new();
    while !shared.stopped() {
        thread::sleep(Duration::from_millis(40 + random.below(160) as u64));
        let isolate = match random.below(8) {
            0 => &shared.isolates[random.below(shared.isolates.len())],
            _ => &shared.desk,
        };
        // A revoked one only now and then: nothing becomes of it any more.
        if random.below(10) > 0 {
            own.retain(|known| !known.over.load(Ordering::SeqCst));
        }
        if own.is_empty() || (own.len() < settings.keys && random.below(4) == 0) {
            own.extend(create(shared, isolate));
            continue;
        }
        // Now and then one that another thread may be changing too.
        let keys = shared.keys();
        let known = match random.below(8) {
            0 => &keys[random.below(keys.len())],
            _ => &own[random.below(own.len())],
        };
        let at_rest = shared.is_rested(known) || random.below(8) == 0;
        if !at_rest || !known.may_change() {
            continue;
        }
        // What nobody has read nobody can remember. Twice: what was read while
        // news came in is not kept.
        for reader in shared.isolates.iter().filter(|_| random.below(5) > 0) {
            for ask in known.good() {
                for _ in 0..2 {
                    read(shared, reader, &shared.root, known, ask, false);
                }
            }
        }
        let Some(action) = drawn(shared, isolate, known, &mut random) else {
            continue;
        };
        let mut outcome = act(shared, isolate, known, action);
        // Whoever got no good answer asks again.
        if !outcome.is_everywhere() && random.below(2) == 0 && known.may_change() {
            outcome = act(shared, isolate, known, again(action, &outcome));
        }
        if outcome.is_everywhere() && random.below(8) > 0 {
            watch(shared, &mut random, known, settings.bound * 2);
        }
    }
}
