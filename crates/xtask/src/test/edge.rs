//! End to end: the compiled Worker in the real workerd.

use std::ffi::OsString;

use anyhow::Result;

use crate::{build, nginx, npm::Packages, process, project::Project, terminal};

pub(super) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());
    let mut cargo = project.cargo();
    cargo
        .args(["test", "--package", "keyway-tests", "--"])
        .args(arguments);
    cargo
        .env("KEYWAY_WORKERD", packages.workerd()?)
        .env("KEYWAY_WORKER_DIR", project.worker());
    match nginx::ensure(project)? {
        Some(program) => {
            cargo.env(nginx::VARIABLE, program);
        }
        None => {
            terminal::say("keyway: without nginx its tests are left out");
            cargo.args(["--skip", "nginx::"]);
        }
    }
    process::run("cargo test --package keyway-tests", &mut cargo)
}
