//! `cargo xtask bench`.
//!
//! What measures is a program of its own, `keyway-bench`: compiled to be fast,
//! and with nothing in it that the other commands need. Here it gets what it
//! measures.

mod peers;

use std::process::Command;

use anyhow::Result;

use crate::{build, command::BenchOptions, npm::Packages, process, project::Project, terminal};

pub(crate) fn run(project: &Project, options: &BenchOptions) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());
    let what = match options.lists {
        true => "lists",
        false => {
            peers::ensure(project, &packages)?;
            "verify"
        }
    };

    let mut cargo = project.cargo();
    cargo.args(["run", "--profile", "bench"]);
    cargo.args(["--package", "keyway-bench", "--", what]);
    pass_on(options, &mut cargo);
    cargo
        .env("KEYWAY_WORKERD", packages.workerd()?)
        .env("KEYWAY_WORKER_DIR", project.worker())
        .env("KEYWAY_NODE", packages.node());
    process::run("the measurement", &mut cargo)
}

fn pass_on(options: &BenchOptions, command: &mut Command) {
    if options.quick {
        command.arg("--quick");
    }
    let numbers = [
        ("--rounds", options.rounds.map(|rounds| rounds.to_string())),
        (
            "--seconds",
            options
                .seconds
                .map(|seconds| seconds.as_secs_f64().to_string()),
        ),
        (
            "--connections",
            options
                .connections
                .map(|connections| connections.to_string()),
        ),
        ("--only", options.only.clone()),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            command.arg(format!("{name}={value}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn passed(options: &BenchOptions) -> Vec<String> {
        let mut command = Command::new("program");
        pass_on(options, &mut command);
        let arguments = command.get_args();
        arguments
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn only_what_was_said_is_passed_on() {
        assert!(passed(&BenchOptions::default()).is_empty());
        let options = BenchOptions {
            lists: false,
            quick: true,
            rounds: Some(3),
            seconds: Some(Duration::from_millis(500)),
            connections: None,
            only: Some("no cache".to_owned()),
        };
        assert_eq!(
            passed(&options),
            ["--quick", "--rounds=3", "--seconds=0.5", "--only=no cache"]
        );
    }
}
