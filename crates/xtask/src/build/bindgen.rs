//! Runs the programs that read wasm, compiling them when need be.

use std::path::Path;

use anyhow::Result;

use super::Workshop;
use crate::process;

/// Writes wasm-bindgen's output for `wasm` into `directory`.
pub(super) fn run(
    workshop: &Workshop<'_>,
    kind: &str,
    wasm: &Path,
    directory: &Path,
) -> Result<()> {
    let mut cargo = workshop.project.cargo();
    cargo.args(["run", "--package", "xtask", "--features", "bindgen"]);
    cargo
        .args(["--bin", "keyway-bindgen", "--", kind])
        .args([wasm, directory]);
    process::run("wasm-bindgen", &mut cargo)
}

/// Puts the functions of `wasm` that are alike beside each other.
pub(super) fn order(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    let mut cargo = workshop.project.cargo();
    cargo.args(["run", "--package", "xtask", "--features", "bindgen"]);
    cargo.args(["--bin", "keyway-order", "--"]).arg(wasm);
    process::run("keyway-order", &mut cargo)
}
