//! The page: what of `www` is served as it is, its script and style in one file
//! each, and the core as wasm.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::{Workshop, bindgen, names, place, shrink, templates, traps};
use crate::{process, terminal::Step};

/// The part of `www` that is bundled instead of copied.
const SOURCES: &str = "src";
/// The part of the built page that `WASM` makes.
const BROWSER: &str = "browser";
/// The part of the built page that `openapi` makes.
pub(super) const OPENAPI: &str = "openapi.json";

/// Makes `build/www` from `www` and the compiled crate.
pub(super) fn make(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    let aside = workshop.aside("page")?;
    place::copy(&workshop.project.path("www"), &aside, Some(SOURCES))?;
    let sources = workshop.aside("sources")?;
    place::copy(&workshop.project.path("www").join(SOURCES), &sources, None)?;
    for path in place::files(&sources)? {
        if path.extension().is_some_and(|kind| kind == "js") {
            let path = sources.join(path);
            fs::write(&path, templates::collapsed(&fs::read_to_string(&path)?))?;
        }
    }
    // The wasm and its script are fetched when they are wanted, not bundled.
    bundle(
        workshop,
        &sources,
        "main.js",
        &aside.join("app.js"),
        &["--external:/browser/*"],
    )?;
    bundle(workshop, &sources, "main.css", &aside.join("app.css"), &[])?;
    core(workshop, wasm)?;
    place::directory(&aside, &workshop.project.page(), &[BROWSER, OPENAPI])
}

fn bundle(
    workshop: &Workshop<'_>,
    sources: &Path,
    source: &str,
    target: &Path,
    external: &[&str],
) -> Result<()> {
    let mut esbuild = workshop.packages.esbuild()?;
    esbuild.current_dir(sources).arg(source);
    esbuild.args([
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--minify",
        "--log-level=warning",
    ]);
    esbuild
        .args(external)
        .arg(format!("--outfile={}", target.display()));
    process::run("esbuild", &mut esbuild)
}

fn core(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    const SCRIPT: &str = "keyway_browser.js";
    const CODE: &str = "keyway_browser_bg.wasm";
    let browser = workshop.project.page().join(BROWSER);
    let compiled = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let stamp = workshop.stamp(BROWSER, &compiled)?;
    if stamp.is_current(&[browser.join(SCRIPT), browser.join(CODE)]) {
        return Ok(());
    }

    let aside = workshop.aside(BROWSER)?;
    let (bound, made) = (aside.join("bound"), aside.join("made"));
    bindgen::run(workshop, "page", wasm, &bound)?;
    let step = Step::begin("shrinking the page's wasm");
    fs::create_dir_all(&made)?;
    traps::run(&bound.join(CODE))?;
    names::run(&bound.join(CODE), &bound.join(SCRIPT))?;
    shrink::run(
        workshop,
        &bound.join(CODE),
        &aside.join("named.wasm"),
        &made.join(CODE),
    )?;
    let mut esbuild = workshop.packages.esbuild()?;
    esbuild
        .arg(bound.join(SCRIPT))
        .args(["--minify", "--format=esm", "--log-level=warning"]);
    esbuild.arg(format!("--outfile={}", made.join(SCRIPT).display()));
    process::run("esbuild", &mut esbuild)?;
    step.done("the page's wasm is made");

    place::directory(&made, &browser, &[])?;
    stamp.set()
}
