//! The page in a real browser, on a server of its own.

use std::{ffi::OsString, fs};

use anyhow::{Context as _, Result};

use crate::{
    build, chromium,
    dev::Home,
    npm::Packages,
    port, private_file, process,
    project::Project,
    secrets,
    server::{Server, Settings},
    terminal,
};

/// What the server says during the tests.
const LOG: &str = ".state/logs/page-tests.log";

pub(super) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let browser = chromium::ensure(project, &packages)?;
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());

    let home = Home::temporary()?;
    // Off unless an operator sets it; the page shows what it is for.
    let vault = format!("VAULT_KEY_1={}\n", secrets::new("VAULT_KEY_1")?);
    // Where one of the tests plays Cloudflare Access.
    let team = format!("http://localhost:{}", port::free()?);
    let access = format!("ACCESS_TEAM={team}\nACCESS_AUDIENCE=page\n");
    private_file::create(&home.secrets, &(vault + &access))?;
    let token = secrets::ensure(&home.secrets)?;
    let log = project.path(LOG);
    fs::create_dir_all(project.path(".state/logs")).context("cannot make .state/logs")?;
    let settings = Settings {
        port: port::free()?,
        state: &home.state,
        secrets: &home.secrets,
        log: Some(&log),
    };
    let _server = Server::start(project, &packages, &settings)?;

    let mut playwright = packages.script("@playwright/test/cli.js")?;
    playwright.current_dir(project.root());
    playwright
        .args(["test", "--config", "tests/page/playwright.config.js"])
        .args(arguments);
    playwright
        .env("KEYWAY_URL", format!("http://localhost:{}", settings.port))
        .env("KEYWAY_ROOT_TOKEN", &token)
        .env("KEYWAY_TEAM", &team)
        .env("KEYWAY_CHROMIUM", &browser);
    let result = process::run("playwright test", &mut playwright);
    if result.is_err() {
        terminal::say(&format!("keyway: what the server said is in {LOG}"));
    }
    result
}
