//! An nginx for the test of `examples/nginx`: one that is there, or the system's
//! package, unpacked into the project. Nothing is installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use crate::{process, project::Project, terminal};

/// Names an nginx, before all search.
pub(crate) const VARIABLE: &str = "KEYWAY_NGINX";
/// Where the package goes.
const TOOLS: &str = ".tools/nginx";
/// The program in the package.
const PROGRAM: &str = "usr/sbin/nginx";

/// The program of an nginx that starts. `None` where none is to be had, which CI
/// does not let pass.
pub(crate) fn ensure(project: &Project) -> Result<Option<PathBuf>> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok(Some(named.into()));
    }
    let tools = project.path(TOOLS);
    let unpacked = tools.join(PROGRAM);
    for candidate in [
        "nginx".as_ref(),
        "/usr/sbin/nginx".as_ref(),
        unpacked.as_path(),
    ] {
        if starts(candidate) {
            return Ok(Some(candidate.to_owned()));
        }
    }
    if let Err(why) = unpack(&tools) {
        terminal::say(&format!("keyway: {why:#}"));
    }
    process::stop_if_interrupted()?;
    if starts(&unpacked) {
        return Ok(Some(unpacked));
    }
    if env::var_os("CI").is_some() {
        bail!("the tests need nginx: install it, or set {VARIABLE} to the program");
    }
    Ok(None)
}

/// With the module that asks.
fn starts(program: &Path) -> bool {
    let said = process::capture(Command::new(program).arg("-V"));
    said.is_ok_and(|said| {
        let options = String::from_utf8_lossy(&said.stderr).into_owned();
        said.status.success() && options.contains("http_auth_request_module")
    })
}

/// Debian or a relative: 0.6 MB, and no rights are needed but for the first
/// `apt-get update` of a new machine.
fn unpack(tools: &Path) -> Result<()> {
    fs::create_dir_all(tools)?;
    let apt_get = |argument: &str, package: &[&str]| {
        let mut apt_get = Command::new("apt-get");
        apt_get.args(["-qq", argument]).args(package);
        apt_get.current_dir(tools).stdout(Stdio::null());
        process::run("apt-get", &mut apt_get)
    };
    if apt_get("download", &["nginx"]).is_err() {
        apt_get("update", &[])?;
        apt_get("download", &["nginx"])?;
    }
    for entry in fs::read_dir(tools)? {
        let package = entry?.path();
        if package.extension().is_some_and(|kind| kind == "deb") {
            let mut unpack = Command::new("dpkg-deb");
            unpack.arg("--extract").arg(&package).arg(tools);
            process::run("dpkg-deb", &mut unpack)?;
        }
    }
    Ok(())
}
