//! Every target, for about a second.
//!
//! First the corpus as it is, then inputs made from it. An input is a seed, and
//! a seed is always the same input as long as the corpus is.
//!
//! `KEYWAY_SEED=7` runs one seed, `KEYWAY_SEEDS=1000000` many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail loudly"
)]

mod corpus;
mod mutate;
mod pinned;
mod random;

use keyway_fuzz::{TARGETS, Target};
use random::Random;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Says which input it was, if the target panics.
struct Witness<'a> {
    target: &'a str,
    from: String,
    input: &'a [u8],
}

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self {
                target,
                from,
                input,
            } = self;
            eprintln!("{target}, {from}: \"{}\"", input.escape_ascii());
        }
    }
}

fn run(name: &str, target: Target, from: String, input: &[u8]) {
    let _witness = Witness {
        target: name,
        from,
        input,
    };
    target(input);
}

/// Promises 8 and 11, and what else the target says, of `seeds` inputs.
fn short(name: &str, seeds: u64) {
    let (_, target) = TARGETS
        .into_iter()
        .find(|(known, _)| *known == name)
        .unwrap();
    let corpus = corpus::of(name);
    assert!(!corpus.is_empty(), "no input to begin with");
    for (file, input) in &corpus {
        run(name, target, format!("corpus/{name}/{file}"), input);
    }
    let inputs: Vec<Vec<u8>> = corpus.into_iter().map(|(_, input)| input).collect();
    let seeds = match number("KEYWAY_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("KEYWAY_SEEDS").unwrap_or(seeds),
    };
    for seed in seeds {
        let input = mutate::input(&inputs, &mut Random::new(seed));
        run(name, target, format!("KEYWAY_SEED={seed}"), &input);
    }
}

#[test]
fn promise_11_avatar() {
    short("avatar", 80_000);
}

#[test]
fn promise_11_bodies() {
    short("bodies", 12_000);
}

#[test]
fn promise_11_cookie() {
    short("cookie", 100_000);
}

#[test]
fn promise_8_feed() {
    short("feed", 10_000);
}

#[test]
fn promise_11_header() {
    short("header", 20_000);
}

#[test]
fn promise_11_query() {
    short("query", 80_000);
}

#[test]
fn promise_11_record() {
    short("record", 80_000);
}

#[test]
fn promise_8_stored() {
    short("stored", 5_000);
}

#[test]
fn promise_11_token() {
    short("token", 15_000);
}

#[test]
fn every_target_is_run() {
    let source = include_str!("main.rs");
    for (name, _) in TARGETS {
        assert!(source.contains(&format!("short(\"{name}\"")), "{name}");
    }
}
