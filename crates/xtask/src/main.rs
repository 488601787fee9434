//! `cargo xtask`: the one command that builds, runs, tests and deploys Keyway.
//!
//! | module | knows |
//! |---|---|
//! | [`command`] | what may be typed, and what it means |
//! | [`project`] | where things are |
//! | [`npm`], [`wasm_target`] | the tools, and how to get what is missing |
//! | [`build`] | from the crates and `www` to `build/worker` and `build/www` |
//! | [`manifest`] | `wrangler.toml`, and what wrangler gets instead of it |
//! | [`server`], [`port`] | `wrangler dev`, from its start to the last of its processes |
//! | [`watch`] | whether a source was changed |
//! | [`secrets`], [`private_file`] | what Keyway must not run without, and nobody else may read |
//! | [`chromium`] | the browser of the page's tests |
//! | [`dev`], [`mod@test`], [`mod@bench`], [`soak`], [`conform`], [`deploy`] | the commands |
//! | [`process`], [`family`], [`interrupt`] | other programs, and how to end them |
//! | [`terminal`], [`duration`] | words for the person at the terminal |
#![allow(
    clippy::disallowed_methods,
    reason = "clocks and sleeping are forbidden for the sake of wasm; this is a native program"
)]

mod bench;
mod build;
mod chromium;
mod command;
mod conform;
mod deploy;
mod dev;
mod duration;
mod family;
mod interrupt;
mod manifest;
mod nginx;
mod npm;
mod port;
mod private_file;
mod process;
mod project;
mod secrets;
mod server;
mod soak;
mod terminal;
mod test;
mod wasm_target;
mod watch;

use std::process::ExitCode;

use command::{Command, Request};
use project::Project;

/// The exit code for a command line that means nothing.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if build::link::is_called(arguments.peek().map(AsRef::as_ref)) {
        return build::link::run(arguments);
    }
    let command = match command::parse(arguments) {
        Ok(Request::Run(command)) => command,
        Ok(Request::Help(text)) => {
            terminal::show(text);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            terminal::say(&mistake.to_string());
            return ExitCode::from(USAGE);
        }
    };
    interrupt::listen();
    let result = run(command);
    if let Some(code) = interrupt::exit_code() {
        return ExitCode::from(code);
    }
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let project = Project::find()?;
    match command {
        Command::Dev(options) => dev::run(&project, &options),
        Command::Test(selection) => test::run(&project, &selection),
        Command::Bench(options) => bench::run(&project, &options),
        Command::Soak(options) => soak::run(&project, &options),
        Command::Conform(options) => conform::run(&project, &options),
        Command::Build(options) => build::run(&project, &options),
        Command::Deploy(options) => deploy::run(&project, &options),
    }
}
