//! A Chromium for the page's tests: one that is there, or one that is fetched.

mod find;
mod install;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{npm::Packages, project::Project, terminal};

/// Names a browser, before all search.
const VARIABLE: &str = "KEYWAY_CHROMIUM";
/// Where a browser that Playwright downloads goes.
const DOWNLOADS: &str = ".tools/browsers";

/// The program of a Chromium or Chrome that starts.
pub(crate) fn ensure(project: &Project, packages: &Packages) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if !find::starts(&named) {
            bail!("{VARIABLE} names {}, which does not start", named.display());
        }
        return Ok(named);
    }
    let downloads = project.path(DOWNLOADS);
    if let Some(found) = find::chromium(&downloads) {
        return Ok(found);
    }
    terminal::say(
        "keyway: there is no Chromium or Chrome, so one is installed for the page's tests",
    );
    for install in [install::by_playwright, install::by_apt] {
        if let Err(why) = install(packages, &downloads) {
            terminal::say(&format!("keyway: {why:#}"));
        }
        crate::process::stop_if_interrupted()?;
        if let Some(found) = find::chromium(&downloads) {
            return Ok(found);
        }
    }
    bail!(
        "the page's tests need a browser: install Chromium or Google Chrome, \
         or set {VARIABLE} to the program of one"
    )
}
