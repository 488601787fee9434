//! Gets a Chromium.

use std::{
    env,
    net::{TcpStream, ToSocketAddrs as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    npm::Packages,
    process::{self, Running},
    terminal::Step,
};

/// From where Playwright downloads.
const SOURCE: (&str, u16) = ("cdn.playwright.dev", 443);
/// To learn whether that can be reached at all.
const REACH: Duration = Duration::from_secs(3);
/// 180 MB on a slow line.
const DOWNLOAD: Duration = Duration::from_secs(300);

/// Playwright's own build, into the project.
pub(super) fn by_playwright(packages: &Packages, downloads: &Path) -> Result<()> {
    if !is_reachable() {
        bail!(
            "{} cannot be reached, so Playwright's own browser cannot be had",
            SOURCE.0
        );
    }
    let step = Step::begin("downloading Playwright's Chromium (180 MB)");
    let mut install = packages.script("@playwright/test/cli.js")?;
    install
        .args(["install", "chromium"])
        .env("PLAYWRIGHT_BROWSERS_PATH", downloads);
    let mut running = Running::start(&mut install)?;
    match running.wait_until(Instant::now() + DOWNLOAD)? {
        Some(status) if status.success() => {}
        Some(status) => bail!("Playwright could not install its browser ({status})"),
        None => bail!(
            "Playwright's browser did not come in {} s",
            DOWNLOAD.as_secs()
        ),
    }
    step.done("the browser is installed");
    Ok(())
}

/// The system's own, where that is Debian or a relative.
pub(super) fn by_apt(_: &Packages, _: &Path) -> Result<()> {
    // Without a font the page would be measured and pictured in empty boxes.
    const PACKAGES: [&str; 2] = ["chromium", "fonts-liberation"];
    if process::capture(Command::new("apt-get").arg("--version")).is_err() {
        bail!("there is no apt-get to install a browser with");
    }
    let Some(apt_get) = privileged_apt_get() else {
        bail!(
            "installing a browser takes root: run `sudo apt-get install {}`",
            PACKAGES.join(" ")
        );
    };
    let step = Step::begin("installing the system's Chromium with apt-get (a minute or two)");
    process::run("apt-get update", quiet(&mut apt_get()).arg("update"))?;
    let mut install = apt_get();
    quiet(&mut install)
        .args(["install", "--yes", "--no-install-recommends"])
        .args(PACKAGES);
    process::run("apt-get install", &mut install)?;
    step.done("the browser is installed");
    Ok(())
}

fn quiet(apt_get: &mut Command) -> &mut Command {
    // On a new machine the system may be updating itself at this moment.
    apt_get
        .args(["-qq", "-o", "DPkg::Lock::Timeout=120"])
        .stdout(Stdio::null())
}

/// `apt-get` with the rights it needs, if they can be had without asking.
fn privileged_apt_get() -> Option<fn() -> Command> {
    const FRONTEND: (&str, &str) = ("DEBIAN_FRONTEND", "noninteractive");
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        return Some(|| {
            let mut apt_get = Command::new("apt-get");
            apt_get.env(FRONTEND.0, FRONTEND.1);
            apt_get
        });
    }
    let sudo = process::capture(Command::new("sudo").args(["-n", "true"]));
    sudo.is_ok_and(|answer| answer.status.success())
        .then_some(|| {
            let mut sudo = Command::new("sudo");
            sudo.args([
                "-n",
                "env",
                &format!("{}={}", FRONTEND.0, FRONTEND.1),
                "apt-get",
            ]);
            sudo
        })
}

/// A network without a way out may let every attempt wait for minutes.
fn is_reachable() -> bool {
    // Behind a proxy only the download itself can tell.
    if env::var_os("HTTPS_PROXY")
        .or_else(|| env::var_os("https_proxy"))
        .is_some()
    {
        return true;
    }
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let addresses = SOURCE.to_socket_addrs().into_iter().flatten();
        let connected = addresses
            .take(2)
            .any(|address| TcpStream::connect_timeout(&address, REACH).is_ok());
        let _ = sender.send(connected);
    });
    receiver.recv_timeout(REACH).unwrap_or(false)
}
