//! Random changes, verifications and faults at several locations, checked by
//! a model. Promises 3, 4, 5, 8 and 9.
//!
//! `KEYWAY_SEED` replays one seed; `keyway-soak` runs for longer.

use std::env;

use keyway_tests::storm::Storm;

/// One after the other: two at a time would disturb each other's clocks.
#[test]
fn promises_3_4_5_8_and_9_hold_in_storms() {
    let seeds = match env::var("KEYWAY_SEED") {
        Ok(given) => vec![given.parse().expect("KEYWAY_SEED is a number")],
        Err(_) => vec![1, 2, 3],
    };
    for seed in seeds {
        println!("seed {seed}");
        if let Some(failure) = Storm::run(seed).failure() {
            panic!("{failure}");
        }
    }
}
