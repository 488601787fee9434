//! `cargo xtask conform`.
//!
//! What furnishes a world and starts Schemathesis there is a program of its own,
//! `keyway-conform`. Here it gets what it needs.

mod schemathesis;

use anyhow::Result;

use crate::{build, command::ConformOptions, npm::Packages, process, project::Project, terminal};

pub(crate) fn run(project: &Project, options: &ConformOptions) -> Result<()> {
    let schemathesis = schemathesis::ensure(project)?;
    let packages = Packages::ensure(project)?;
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());
    let mut cargo = project.cargo();
    cargo
        .args([
            "run",
            "--package",
            "keyway-tests",
            "--bin",
            "keyway-conform",
        ])
        .args(["--", "--schemathesis"])
        .arg(schemathesis)
        .arg("--document")
        .arg(project.page().join("openapi.json"))
        .args(["--examples", &options.examples.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .env("KEYWAY_WORKERD", packages.workerd()?)
        .env("KEYWAY_WORKER_DIR", project.worker());
    if let Some(minutes) = options.minutes {
        cargo.args(["--minutes", &minutes.to_string()]);
    }
    process::run("the API against its document", &mut cargo)
}
