//! The compiler's wasm target.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{process, project::Project, terminal};

/// What the Worker and the page's own crate are compiled to.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Adds the target if `rust-toolchain.toml` did not already.
pub(crate) fn ensure(project: &Project) -> Result<()> {
    if is_installed(project) {
        return Ok(());
    }
    terminal::say(&format!("keyway: adding the target {WASM}"));
    let mut rustup = Command::new("rustup");
    rustup
        .current_dir(project.root())
        .args(["target", "add", WASM]);
    if process::run("rustup", &mut rustup).is_ok() && is_installed(project) {
        return Ok(());
    }
    bail!("the Rust compiler cannot make {WASM}: run `rustup target add {WASM}`");
}

fn is_installed(project: &Project) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(project.root());
    rustc.args(["--print=target-libdir", "--target", WASM]);
    process::capture(&mut rustc).is_ok_and(|output| {
        output.status.success()
            && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}
