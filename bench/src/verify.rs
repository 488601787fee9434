//! One run, from the first key to the page.

use std::{thread, time::Instant};

use anyhow::{Context as _, Result};
use keyway_tests::locate;
use time::OffsetDateTime;

use crate::{
    lineup::Lineup,
    options::Options,
    place,
    report::{self, Report, Versions},
    rounds,
    setup::Stock,
    size, sparse, startup,
};

pub(crate) fn run(options: &Options) -> Result<()> {
    let began = Instant::now();
    eprintln!("bench: making {} keys …", options.keys);
    let stock = Stock::make(options.keys)?;
    eprintln!("bench: starting everybody …");
    let mut lineup = Lineup::start(&stock)?;
    if let Some(only) = &options.only {
        lineup.keep_only(only);
    }
    let report = Report {
        date: OffsetDateTime::now_utc().date(),
        processors: thread::available_parallelism().map_or(1, usize::from),
        versions: versions()?,
        options: options.clone(),
        lines: rounds::run(&lineup.loaded, options)?,
        singles: sparse::run(&lineup.single, options)?,
        startup: startup::run(&lineup.starters, options)?,
        sizes: size::weigh(&stock.compiled)?,
        notes: lineup.notes,
    };
    report::publish(&report)?;
    eprintln!("bench: done in {} s", began.elapsed().as_secs());
    Ok(())
}

fn versions() -> Result<Versions> {
    Ok(Versions {
        keyway: env!("CARGO_PKG_VERSION").to_owned(),
        workerd: said_by(&locate::workerd())?.replace("workerd ", ""),
        node: said_by(&place::node()?)?,
        hono: place::version_of("hono")?,
        better_auth: place::version_of("better-auth")?,
    })
}

/// What a program says its version is.
fn said_by(program: &std::path::Path) -> Result<String> {
    let output = std::process::Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
