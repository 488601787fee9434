//! The native tests of every crate but the one that is end to end.

use std::ffi::OsString;

use anyhow::Result;

use crate::{process, project::Project};

pub(super) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["test", "--workspace", "--exclude", "keyway-tests"]);
    // With what makes the description of the API, which has tests of its own.
    cargo.args(["--features", "keyway-core/openapi,keyway-edge/openapi"]);
    process::run("cargo test", cargo.arg("--").args(arguments))
}
