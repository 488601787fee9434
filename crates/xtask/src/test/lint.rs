//! The code's form: formatted, no warning, documented.

use std::ffi::OsString;

use anyhow::Result;

use crate::{
    build::for_wasm,
    process,
    project::Project,
    wasm_target::{self, WASM},
};

pub(super) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    wasm_target::ensure(project)?;

    let mut format = project.cargo();
    format.args(["fmt", "--all", "--check"]);
    process::run("cargo fmt", &mut format)?;

    let mut native = project.cargo();
    native
        .args(["clippy", "--workspace", "--all-targets", "--all-features"])
        .args(arguments);
    process::run("cargo clippy", native.args(["--", "-D", "warnings"]))?;

    // A part of the Worker is compiled for wasm only.
    let mut wasm = project.cargo();
    wasm.args([
        "clippy",
        "--lib",
        "--package",
        "keyway-edge",
        "--package",
        "keyway-browser",
    ]);
    wasm.args(["--target", WASM])
        .args(arguments)
        .args(["--", "-D", "warnings"]);
    process::run("cargo clippy for wasm", for_wasm(&mut wasm))?;

    let mut doc = project.cargo();
    doc.args(["doc", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run("cargo doc", &mut doc)
}
