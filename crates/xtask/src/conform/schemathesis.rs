//! Schemathesis, in a Python environment inside the project.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{process, project::Project, terminal::Step};

/// The one that the configuration in `tests/conform` is written for.
const VERSION: &str = "4.32.5";
const DIRECTORY: &str = ".tools/schemathesis";
/// In the directory, once it is whole: the version.
const STAMP: &str = "keyway-version";

/// The program. Installs it unless that version is there.
pub(super) fn ensure(project: &Project) -> Result<PathBuf> {
    let directory = project.path(DIRECTORY);
    let programs = directory.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let program = programs.join("schemathesis");
    let stamp = directory.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|version| version == VERSION) {
        return Ok(program);
    }
    let step = Step::begin("installing Schemathesis (90 MB, half a minute on a fast line)");
    // What was begun and not finished is no use.
    if directory.exists() {
        fs::remove_dir_all(&directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    let mut python = Command::new("python3");
    python.args(["-m", "venv"]).arg(&directory);
    let Ok(made) = process::capture(&mut python) else {
        bail!("there is no `python3`: install Python 3.10 or later, and try again");
    };
    if !made.status.success() {
        // It says why to either of them.
        let said = [made.stdout, made.stderr].concat();
        bail!(
            "python3 cannot make an environment; on Debian and its relatives its module is a \
             package of its own: `sudo apt-get install python3-venv`\n{}",
            String::from_utf8_lossy(&said).trim()
        );
    }
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet"])
        .arg("--disable-pip-version-check")
        .arg(format!("schemathesis=={VERSION}"));
    process::run("pip", &mut pip)?;
    fs::write(&stamp, VERSION).with_context(|| format!("cannot write {}", stamp.display()))?;
    step.done("Schemathesis is installed");
    Ok(program)
}
