//! Storms, one seed after the other, for as long as wanted, and beside them
//! isolates that live as long: `keyway-soak --minutes N --seed S`.
#![allow(
    clippy::disallowed_methods,
    reason = "this program is native: it has a clock"
)]

use std::{
    env,
    panic::resume_unwind,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use keyway_tests::{model::Report, steady, storm::Storm};

fn main() -> ExitCode {
    let Some((minutes, first)) = wanted() else {
        eprintln!("usage: keyway-soak [--minutes N] [--seed S]");
        return ExitCode::from(2);
    };
    let end = Instant::now() + Duration::from_secs(minutes.saturating_mul(60));
    let steady = thread::spawn(move || steady::run(end));
    let mut report = Report::default();
    let mut failed = Vec::new();
    for seed in first.. {
        // Said before: a Worker that falls takes this program down with it.
        println!("seed {seed}");
        let storm = Storm::run(seed);
        report.add(&storm.history, &storm.findings, storm.faults);
        if let Some(failure) = storm.failure() {
            println!("{failure}");
            failed.push(seed);
        }
        if Instant::now() >= end {
            break;
        }
    }
    println!("{report}");
    let steady = steady.join().unwrap_or_else(|panic| resume_unwind(panic));
    println!("{steady}");
    for failure in steady.failures() {
        println!("  {failure}");
    }
    if failed.is_empty() && steady.failures().is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("failed seeds    {failed:?}");
    ExitCode::FAILURE
}

/// Minutes and the first seed.
fn wanted() -> Option<(u64, u64)> {
    let (mut minutes, mut seed) = (10, 1);
    let mut arguments = env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?.parse().ok()?;
        match name.as_str() {
            "--minutes" => minutes = value,
            "--seed" => seed = value,
            _ => return None,
        }
    }
    Some((minutes, seed))
}
