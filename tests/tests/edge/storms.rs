//! Random changes, verifications and faults at several locations, checked by
//! a model. Promises 3, 4, 5, 8 and 9.
//!
//! `KEYWAY_SEED` replays one seed; `keyway-soak` runs for longer.

use std::{env, sync::Mutex};

use keyway_tests::storm::Storm;

/// Two storms at a time would disturb each other's clocks on a small machine.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn storm(seed: u64) {
    let seed = match env::var("KEYWAY_SEED") {
        Ok(given) => given.parse().expect("KEYWAY_SEED is a number"),
        Err(_) => seed,
    };
    let turn = ONE_AT_A_TIME.lock();
    println!("seed {seed}");
    let storm = Storm::run(seed);
    drop(turn);
    if let Some(failure) = storm.failure() {
        panic!("{failure}");
    }
}

#[test]
fn promises_3_4_5_8_9_hold_in_storm_1() {
    storm(1);
}

#[test]
fn promises_3_4_5_8_9_hold_in_storm_2() {
    storm(2);
}

#[test]
fn promises_3_4_5_8_9_hold_in_storm_3() {
    storm(3);
}

#[test]
fn promises_3_4_5_8_9_hold_in_storm_4() {
    storm(4);
}
