//! The verifying side under a simulated network and simulated clocks.
//!
//! What the local runtime cannot show: a store that is stale by as much as is
//! promised, messages that are lost, late and out of order, feeds that restart
//! with an older state, clocks that stand still and step back. Everything that
//! decides is the real code; time is a number. A run is a seed, and a seed is
//! always the same run.
//!
//! `KEYWAY_SEED=7` runs one seed, `KEYWAY_SEEDS=100000` many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod check;
mod feed;
mod isolates;
mod keys;
mod network;
mod random;
mod store;
mod world;
mod writer;

use world::World;

const SEEDS: u64 = 4_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Promises 4, 5 and 8 for every seed, and the rest of what [`check`] holds.
#[test]
fn promises_4_5_and_8_hold_whatever_the_network_and_the_clocks_do() {
    let seeds = match number("KEYWAY_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("KEYWAY_SEEDS").unwrap_or(SEEDS),
    };
    let mut totals = check::Totals::default();
    for seed in seeds {
        let report = World::new(seed).run();
        if let Some(violation) = report.violation {
            panic!(
                "KEYWAY_SEED={seed}: {violation}\n{}",
                report.story.join("\n")
            );
        }
        totals.add(&report.totals);
    }
    println!("{totals}");
    if number("KEYWAY_SEED").is_none() {
        totals.assert_that_it_was_a_test();
    }
}

#[test]
fn a_seed_is_always_the_same_run() {
    let once = World::new(11).run();
    let again = World::new(11).run();
    assert_eq!(once.totals, again.totals);
    assert_eq!(once.story, again.story);
}
