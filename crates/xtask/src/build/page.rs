//! The page: what of `www` is served as it is, its script and style in one file
//! each, and the core as wasm.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    Workshop, bindgen,
    classes::{Kind, Short},
    names, order, parts, place, properties, prune, shrink, templates,
    traps::{self, Formatting},
    unreached,
};
use crate::{process, terminal::Step};

/// The part of `www` that is bundled instead of copied.
const SOURCES: &str = "src";
/// The part of the built page that `WASM` makes.
const BROWSER: &str = "browser";
/// The script of the core, below `build`: for the bundle.
const GLUE: &str = "script/keyway_browser.js";
/// What the classes of the sources are called on the page, below `build`: for its tests.
const CLASSES: &str = "script/classes.json";
/// The licenses of what is bundled, as esbuild calls them.
pub(super) const LEGAL: &str = "app.js.LEGAL.txt";
/// The part of the built page that `openapi` makes.
pub(super) const OPENAPI: &str = "openapi.json";

/// Makes `build/www` from `www` and the compiled crate.
pub(super) fn make(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    let aside = workshop.aside("page")?;
    place::copy(&workshop.project.path("www"), &aside, Some(SOURCES))?;
    let glue = core(workshop, wasm)?;
    let sources = sources(workshop)?;
    script(workshop, &sources, &glue, &aside)?;
    bundle(
        workshop,
        &sources,
        "main.css",
        &["--minify", &outfile(&aside.join("app.css"))],
    )?;
    place::directory(&aside, &workshop.project.page(), &[BROWSER, OPENAPI])
}

/// A copy of the sources, ready to be bundled.
fn sources(workshop: &Workshop<'_>) -> Result<PathBuf> {
    let sources = workshop.aside("sources")?;
    place::copy(&workshop.project.path("www").join(SOURCES), &sources, None)?;
    let (mut paths, mut texts) = (Vec::new(), Vec::new());
    for path in place::files(&sources)? {
        let path = sources.join(path);
        let text = fs::read_to_string(&path)?;
        match path.extension().and_then(OsStr::to_str) {
            Some("js") => texts.push((Kind::Script, templates::collapsed(&text))),
            Some("css") => texts.push((Kind::Style, text)),
            _ => continue,
        }
        paths.push(path);
    }
    let short = Short::of(&texts)?;
    for (path, (kind, text)) in paths.iter().zip(&texts) {
        fs::write(path, short.written(*kind, text))?;
    }
    let classes = workshop.aside("classes")?.join("classes.json");
    fs::write(&classes, serde_json::to_string_pretty(&short.classes)?)?;
    place::file(&classes, &workshop.directory.join(CLASSES))?;
    Ok(sources)
}

/// The page's script: the modules that it begins with and the core's glue in one
/// file, and in another what it fetches when that is asked for. They are first
/// bundled, and then made smaller: the second takes seconds, so it is left out
/// when it would see what it saw the last time.
fn script(workshop: &Workshop<'_>, sources: &Path, glue: &Path, page: &Path) -> Result<()> {
    let aside = workshop.aside("script")?;
    let entry = order::entry(workshop, sources)?;
    bundle(
        workshop,
        sources,
        entry,
        &[
            "--minify",
            "--legal-comments=external",
            "--splitting",
            "--entry-names=entry",
            "--chunk-names=[name]-[hash]",
            &format!("--outdir={}", aside.display()),
            &core_is(glue),
        ],
    )?;
    let scripts = parts::named(&aside)?;
    // Whose code it is stands beside the script: nobody has to load it.
    fs::write(page.join(LEGAL), &scripts.legal)?;

    let smaller = workshop.directory.join("script");
    let results = scripts
        .parts
        .each_ref()
        .map(|part| smaller.join(&part.name));
    let bundled = scripts.parts.each_ref().map(|part| part.text.as_str());
    let bundled = bundled.concat();
    let stamp = workshop.stamp("script", bundled.as_bytes())?;
    if !stamp.is_current(&results) {
        let step = Step::begin("shrinking the page's script");
        // Each part that came before has a name of its own.
        if smaller.exists() {
            for file in place::files(&smaller)? {
                if parts::is_later(&file) {
                    fs::remove_file(smaller.join(file))?;
                }
            }
        }
        fs::create_dir_all(&smaller)?;
        let cache = aside.join("names.json");
        let taken = properties::taken(&bundled);
        for (part, result) in scripts.parts.iter().zip(&results) {
            let source = aside.join(&part.name);
            fs::write(&source, &part.text)?;
            let mut terser = workshop.packages.terser()?;
            terser
                .arg(&source)
                .args(properties::terser(&taken))
                .arg(&cache);
            terser.args(TERSER).arg(result);
            process::run("terser", &mut terser)?;
            properties::forget_variables(&cache)?;
        }
        let cache = fs::read_to_string(&cache).context("terser wrote no names")?;
        properties::check(&cache, &bundled)?;
        step.done("the page's script is made");
        stamp.set()?;
    }
    for (part, result) in scripts.parts.iter().zip(&results) {
        let target = page.join(&part.name);
        fs::copy(result, &target).with_context(|| format!("cannot write {}", target.display()))?;
    }
    Ok(())
}

/// The sources, their bundle with the path of each module in a comment before
/// it, and what esbuild says of it. For a page that is built.
pub(super) fn in_pieces(workshop: &Workshop<'_>) -> Result<(PathBuf, String, Value)> {
    let sources = sources(workshop)?;
    let aside = workshop.aside("script")?;
    let (bundled, meta) = (aside.join("pieces.js"), aside.join("pieces.json"));
    let entry = order::entry_of_all(workshop, &sources)?;
    let core = core_is(&workshop.directory.join(GLUE));
    let meta_is = format!("--metafile={}", meta.display());
    // With its white space: only so does esbuild leave the comments.
    let small = [
        "--minify-syntax",
        "--minify-identifiers",
        &format!("--external:*/{}", order::LATER),
        &core,
        &meta_is,
        &outfile(&bundled),
    ];
    bundle(workshop, &sources, entry, &small)?;
    let meta = serde_json::from_slice(&fs::read(meta)?)?;
    Ok((sources, fs::read_to_string(bundled)?, meta))
}

/// Tells esbuild which script the sources import for the core.
fn core_is(glue: &Path) -> String {
    format!("--alias:keyway-browser={}", glue.display())
}

/// What counts is the size after compression: functions that are inlined, and
/// statements that are joined with commas, look less alike; so do comparisons
/// whose constant was put first.
const TERSER: [&str; 6] = [
    "--module",
    "--ecma=2022",
    "--compress",
    "passes=2,inline=1,sequences=false,lhs_constants=false",
    "--mangle",
    "--output",
];

fn bundle(workshop: &Workshop<'_>, sources: &Path, source: &str, more: &[&str]) -> Result<()> {
    let mut esbuild = workshop.packages.esbuild()?;
    esbuild.current_dir(sources).arg(source);
    esbuild.args([
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]);
    esbuild.args(more);
    process::run("esbuild", &mut esbuild)
}

fn outfile(target: &Path) -> String {
    format!("--outfile={}", target.display())
}

/// Makes the wasm, and answers where the script beside it is: it becomes a part
/// of the page's script, and the wasm is fetched when it is wanted.
fn core(workshop: &Workshop<'_>, wasm: &Path) -> Result<PathBuf> {
    const SCRIPT: &str = "keyway_browser.js";
    const CODE: &str = "keyway_browser_bg.wasm";
    let browser = workshop.project.page().join(BROWSER);
    let glue = workshop.directory.join(GLUE);
    let compiled = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let stamp = workshop.stamp(BROWSER, &compiled)?;
    if stamp.is_current(&[glue.clone(), browser.join(CODE)]) {
        return Ok(glue);
    }

    let aside = workshop.aside(BROWSER)?;
    let (bound, made) = (aside.join("bound"), aside.join("made"));
    // wasm-bindgen names its files after this one.
    let reached = aside.join(wasm.file_name().context("the page's wasm has no name")?);
    unreached::run(wasm, &reached, Formatting::Unused)?;
    bindgen::run(workshop, "page", &reached, &bound)?;
    let step = Step::begin("shrinking the page's wasm");
    fs::create_dir_all(&made)?;
    traps::run(&bound.join(CODE), Formatting::Unused)?;
    names::run(&bound.join(CODE), &bound.join(SCRIPT))?;
    prune::run(&bound.join(CODE), &fs::read_to_string(bound.join(SCRIPT))?)?;
    shrink::run(
        workshop,
        &bound.join(CODE),
        &aside.join("named.wasm"),
        &made.join(CODE),
    )?;
    step.done("the page's wasm is made");

    place::file(&bound.join(SCRIPT), &glue)?;
    place::directory(&made, &browser, &[])?;
    stamp.set()?;
    Ok(glue)
}
