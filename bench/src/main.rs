//! Keyway and its peers, measured side by side in one run.
//!
//! `cargo xtask bench verify` builds and installs what this program needs and
//! runs it. A run goes so:
//!
//! | step | module |
//! |---|---|
//! | keys are made through the API, and what the store then holds is kept | [`setup`] |
//! | each server starts in a process of its own: the floors, Hono, Keyway, better-auth | [`site`], [`config`], [`runtime`], [`node`] |
//! | who is measured, with which requests and which right answer | [`lineup`] |
//! | one after the other gets the load, in an order that rotates with the rounds | [`rounds`], [`load`], [`cpu`] |
//! | one request now and then, where nothing is warm | [`sparse`] |
//! | from a process's start to its first answer, and the size of the code | [`startup`], [`size`] |
//! | numbers become medians and ratios, and these a page and a picture | [`stats`], [`report`] |
//!
//! `cargo xtask bench lists` asks a workspace of up to a million keys what the page
//! asks it: [`lists`].
#![allow(
    clippy::disallowed_methods,
    reason = "clocks and sleeping are forbidden for the sake of wasm; this is a native program"
)]

mod config;
mod cpu;
mod http;
mod lineup;
mod lists;
mod load;
mod node;
mod options;
mod place;
mod report;
mod rounds;
mod runtime;
mod setup;
mod site;
mod size;
mod sparse;
mod startup;
mod stats;
mod verify;

use std::process::ExitCode;

use options::Task;

/// The exit code for a command line that means nothing.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let task = match options::parse(std::env::args_os().skip(1)) {
        Ok(task) => task,
        Err(mistake) => {
            eprintln!("error: {mistake}");
            return ExitCode::from(USAGE);
        }
    };
    let done = match task {
        Task::Verify(options) => verify::run(&options),
        Task::Lists(options) => lists::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
