//! The peers: their packages inside the project, and Hono's Worker in one file.

use anyhow::Result;

use crate::{
    npm::{self, Packages},
    process,
    project::Project,
};

const DIRECTORY: &str = "bench/peers";
const HONO: &str = "build/bench/hono.js";

pub(super) fn ensure(project: &Project, packages: &Packages) -> Result<()> {
    npm::ensure_in(
        &project.path(DIRECTORY),
        "installing the peers (40 MB, half a minute on a fast line)",
    )?;
    let mut esbuild = packages.esbuild()?;
    esbuild.current_dir(project.path(DIRECTORY)).args([
        "--format=esm",
        "--bundle",
        "./hono.js",
        "--minify",
        "--log-level=warning",
    ]);
    esbuild.arg(format!("--outfile={}", project.path(HONO).display()));
    process::run("esbuild", &mut esbuild)
}
