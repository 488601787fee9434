//! Where things are. What `cargo xtask` installs and builds it names in the
//! environment; the rest has its place in the project.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use keyway_tests::locate;

/// Pins of the peers.
const PEERS: &str = "bench/peers/package.json";
/// Where the result goes that the documentation shows.
pub(crate) const PAGE: &str = "docs/BENCHMARKS.md";
pub(crate) const PICTURE: &str = "docs/images/bench-verify.svg";
/// Where the result of a quick run goes, and of nothing else.
const ASIDE: &str = "build/bench";

pub(crate) fn project(path: &str) -> PathBuf {
    locate::project().join(path)
}

pub(crate) fn read(path: &str) -> Result<Vec<u8>> {
    let path = project(path);
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The compiled Worker. It is read once: a build during the run changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) script: Vec<u8>,
    pub(crate) wasm: Vec<u8>,
}

impl Compiled {
    pub(crate) fn read() -> Result<Self> {
        let read = |name| {
            let path = locate::worker().join(name);
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self {
            script: read("index.js")?,
            wasm: read("index_bg.wasm")?,
        })
    }
}

/// The peer with Hono, bundled.
pub(crate) fn hono() -> Result<Vec<u8>> {
    read("build/bench/hono.js")
        .context("Hono's Worker is not built: run `cargo xtask bench verify`")
}

/// Node, which runs better-auth.
pub(crate) fn node() -> Result<PathBuf> {
    let node = env::var_os("KEYWAY_NODE").map(PathBuf::from);
    node.context("KEYWAY_NODE is not set: run `cargo xtask bench verify`")
}

/// The pinned version of a peer.
pub(crate) fn version_of(package: &str) -> Result<String> {
    let pins: serde_json::Value = serde_json::from_slice(&read(PEERS)?)?;
    let pin = pins
        .get("dependencies")
        .and_then(|pins| pins.get(package)?.as_str());
    Ok(pin
        .with_context(|| format!("{PEERS} has no {package}"))?
        .to_owned())
}

/// Writes a file and makes its directory.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A file for what is not to be kept.
pub(crate) fn aside(name: &str) -> PathBuf {
    project(ASIDE).join(name)
}
