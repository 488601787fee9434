//! `cargo xtask test`.

mod edge;
mod lint;
mod native;
mod page;

use std::{
    ffi::OsString,
    fmt,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    build,
    command::{Selection, TestPart},
    deploy, duration, interrupt,
    npm::Packages,
    project::Project,
    terminal,
};

pub(crate) fn run(project: &Project, selection: &Selection) -> Result<()> {
    let arguments = selection.arguments.as_slice();
    match selection.part {
        Some(TestPart::Lint) => lint::run(project, arguments),
        Some(TestPart::Core) => native::run(project, arguments),
        Some(TestPart::Edge) => edge::run(project, arguments),
        Some(TestPart::Page) => page::run(project, arguments),
        None => everything(project),
    }
}

type Part = (&'static str, fn(&Project, &[OsString]) -> Result<()>);

/// In an order in which the cheapest to find fails first. A failure does not
/// hide the ones after it, unless these would test an older build.
fn everything(project: &Project) -> Result<()> {
    const BEFORE: [Part; 2] = [("lint", lint::run), ("core", native::run)];
    const BUILD: Part = ("build", build_and_weigh);
    const ON_THE_BUILD: [Part; 2] = [("edge", edge::run), ("page", page::run)];

    let mut summary = Summary::default();
    for part in BEFORE {
        summary.run(part, project)?;
    }
    let is_built = summary.run(BUILD, project)?;
    for part in ON_THE_BUILD {
        if is_built {
            summary.run(part, project)?;
        } else {
            summary.skip(part);
        }
    }
    terminal::show(&summary.to_string());
    summary.check()
}

/// The build within its budgets, and wrangler's word that it can be deployed.
fn build_and_weigh(project: &Project, _: &[OsString]) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let report = build::build(project, &packages)?;
    terminal::show(&report.to_string());
    report.check()?;
    deploy::dry_run(project, &packages)
}

/// What became of each part.
#[derive(Default)]
struct Summary {
    parts: Vec<(&'static str, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
    Skipped,
}

impl Summary {
    /// Runs a part and notes how it went. Fails only when all is to stop.
    fn run(&mut self, (name, run): Part, project: &Project) -> Result<bool> {
        terminal::say(&format!("\nkeyway: testing: {name}"));
        let began = Instant::now();
        let result = run(project, &[]);
        let took = began.elapsed();
        if interrupt::arrived() {
            bail!("interrupted");
        }
        let outcome = match result {
            Ok(()) => Outcome::Passed(took),
            Err(error) => {
                let why = format!("{error:#}");
                terminal::error(&why);
                Outcome::Failed(took, why)
            }
        };
        let has_passed = matches!(outcome, Outcome::Passed(_));
        self.parts.push((name, outcome));
        Ok(has_passed)
    }

    fn skip(&mut self, (name, _): Part) {
        self.parts.push((name, Outcome::Skipped));
    }

    fn failed(&self) -> Vec<&'static str> {
        let failed = self
            .parts
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Failed(..)));
        failed.map(|(name, _)| *name).collect()
    }

    fn check(&self) -> Result<()> {
        let failed = self.failed();
        if failed.is_empty() {
            return Ok(());
        }
        bail!("the tests failed: {}", failed.join(", "))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for (name, outcome) in &self.parts {
            match outcome {
                Outcome::Passed(took) => {
                    writeln!(f, "{name:5}  passed   {}", duration::short(*took))?;
                }
                Outcome::Failed(took, why) => {
                    writeln!(f, "{name:5}  FAILED   {}: {why}", duration::short(*took))?;
                }
                Outcome::Skipped => writeln!(f, "{name:5}  not run")?,
            }
        }
        let failed = self.failed().len();
        let skipped = self
            .parts
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Skipped))
            .count();
        let passed = self
            .parts
            .len()
            .saturating_sub(failed)
            .saturating_sub(skipped);
        write!(f, "parts: {passed} passed, {failed} failed")?;
        if skipped > 0 {
            write!(f, ", {skipped} skipped")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_summed_up_and_does_not_stop_what_follows() {
        let root = tempfile::tempdir().unwrap();
        let project = Project::at(root.path());
        let mut summary = Summary::default();
        assert!(summary.run(("lint", |_, _| Ok(())), &project).unwrap());
        assert!(
            !summary
                .run(("build", |_, _| bail!("too big")), &project)
                .unwrap()
        );
        summary.skip(("edge", |_, _| Ok(())));
        let text = summary.to_string();
        assert!(text.contains("lint   passed   0.0 s\n"), "{text}");
        assert!(text.contains("build  FAILED   0.0 s: too big\n"), "{text}");
        assert!(text.contains("edge   not run\n"), "{text}");
        assert!(
            text.ends_with("\nparts: 1 passed, 1 failed, 1 skipped"),
            "{text}"
        );
        assert_eq!(
            summary.check().unwrap_err().to_string(),
            "the tests failed: build"
        );
    }
}
