//! `keyway-bindgen worker|page WASM DIRECTORY`: the JavaScript around a compiled crate.
//!
//! The wasm-bindgen command line is a thin shell around the library used here.
//! Taken as a library, its version is pinned by `Cargo.lock` together with the
//! `wasm-bindgen` that the crates are compiled with, cargo fetches and builds it
//! like any other dependency, and nothing is installed.

use std::{env, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyway-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = env::args_os().skip(1);
    let (Some(kind), Some(wasm), Some(directory), None) = (
        arguments.next(),
        arguments.next().map(PathBuf::from),
        arguments.next().map(PathBuf::from),
        arguments.next(),
    ) else {
        bail!("usage: keyway-bindgen worker|page WASM DIRECTORY");
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&wasm).typescript(false);
    match kind.to_str() {
        // The Worker's entry calls `__wbg_reset_state` after a trap. What worker-build
        // 0.8.7 asks for besides, to be told of traps, is 1 KB; the entry finds them.
        Some("worker") => bindgen
            .module(true)?
            .out_name("index")
            .reset_state_function(true),
        Some("page") => bindgen.web(true)?,
        _ => bail!("the first argument is `worker` or `page`"),
    };
    bindgen
        .generate(&directory)
        .with_context(|| format!("cannot process {}", wasm.display()))
}
