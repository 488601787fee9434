//! `cargo xtask soak`.

use anyhow::Result;

use crate::{build, command::SoakOptions, npm::Packages, process, project::Project, terminal};

pub(crate) fn run(project: &Project, options: &SoakOptions) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());
    let mut cargo = project.cargo();
    cargo
        .args(["run", "--package", "keyway-tests", "--bin", "keyway-soak"])
        .args(["--", "--minutes", &options.minutes.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .env("KEYWAY_WORKERD", packages.workerd()?)
        .env("KEYWAY_WORKER_DIR", project.worker());
    process::run("the soak", &mut cargo)
}
