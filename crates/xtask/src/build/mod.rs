//! From the crates and `www` to `build/worker` and `build/www`.
//!
//! Cargo decides what to compile again. What follows after it, on the compiled
//! files, is skipped when they and the tools are those of the last time. Results
//! are made aside and moved into place file by file, only where they differ: a
//! running `wrangler dev` sees whole files, and reloads only for a change.

mod bindgen;
mod budget;
mod classes;
mod closures;
pub(crate) mod link;
mod names;
mod openapi;
mod order;
mod page;
mod parts;
mod place;
mod properties;
mod prune;
mod sections;
mod shrink;
mod stamp;
mod templates;
mod traps;
mod unreached;
mod worker;

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use stamp::Stamp;

use crate::{
    command::BuildOptions,
    npm::Packages,
    process,
    project::Project,
    secrets, terminal,
    wasm_target::{self, WASM},
};

pub(crate) use budget::Report;

/// `cargo xtask build`, and what wrangler runs before it does anything.
pub(crate) fn run(project: &Project, options: &BuildOptions) -> Result<()> {
    let is_for_dev = env::var_os("WRANGLER_COMMAND").is_some_and(|command| command == "dev");
    if is_for_dev {
        // `npx wrangler dev` has no other way to get its secrets.
        secrets::ensure(&secrets::file(project))?;
    }
    let packages = Packages::ensure(project)?;
    let mut report = build(project, &packages)?;
    if options.reorder {
        reorder(project, &packages)?;
        report = build(project, &packages)?;
    }
    terminal::show(&report.to_string());
    // Whoever tries something out may exceed a budget on the way.
    if is_for_dev { Ok(()) } else { report.check() }
}

/// Builds everything, and measures it.
pub(crate) fn build(project: &Project, packages: &Packages) -> Result<Report> {
    wasm_target::ensure(project)?;
    let output = project.build();
    fs::create_dir_all(&output).context("cannot make the directory build")?;
    let _lock = lock(&output)?;

    let compiled = compile(project)?;
    let workshop = Workshop {
        project,
        packages,
        directory: &output,
    };
    worker::make(&workshop, &compiled.join("keyway_edge.wasm"))?;
    page::make(&workshop, &compiled.join("keyway_browser.wasm"))?;
    openapi::make(&workshop)?;
    budget::measure(project)
}

/// Finds a better order for the modules of the page that was built.
fn reorder(project: &Project, packages: &Packages) -> Result<()> {
    let output = project.build();
    let _lock = lock(&output)?;
    order::renew(&Workshop {
        project,
        packages,
        directory: &output,
    })
}

/// What every part of the build works with.
struct Workshop<'a> {
    project: &'a Project,
    packages: &'a Packages,
    /// `build`, with its side rooms.
    directory: &'a Path,
}

/// The steps after the compiler; they are part of what a result is made from.
const STEPS: [&str; 13] = [
    include_str!("worker.rs"),
    include_str!("page.rs"),
    include_str!("parts.rs"),
    include_str!("properties.rs"),
    include_str!("traps.rs"),
    include_str!("unreached.rs"),
    include_str!("closures.rs"),
    include_str!("names.rs"),
    include_str!("prune.rs"),
    include_str!("sections.rs"),
    include_str!("shrink.rs"),
    include_str!("../bin/keyway-bindgen.rs"),
    include_str!("../bin/keyway-order.rs"),
];

impl Workshop<'_> {
    /// The stamp of what is made from `compiled` with the tools of the two locks.
    fn stamp(&self, name: &str, compiled: &[u8]) -> Result<Stamp> {
        let npm = fs::read(self.project.path("package-lock.json"))?;
        let cargo = fs::read(self.project.path("Cargo.lock"))?;
        let mut inputs = vec![compiled, &npm, &cargo];
        inputs.extend(STEPS.map(str::as_bytes));
        Ok(Stamp::of(self.directory, name, &inputs))
    }

    /// An empty directory to make something in, before it is put into place.
    fn aside(&self, name: &str) -> Result<PathBuf> {
        let directory = self.directory.join(".aside").join(name);
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        Ok(directory)
    }
}

/// Two builds at once, one of them by wrangler, would work in the same place.
fn lock(output: &Path) -> Result<File> {
    let file = File::create(output.join(".lock")).context("cannot lock the directory build")?;
    if file.try_lock().is_err() {
        terminal::say("keyway: waiting for another build to end");
        file.lock()?;
    }
    Ok(file)
}

/// Compiles both crates at once, so that what they share is compiled once.
fn compile(project: &Project) -> Result<PathBuf> {
    let mut cargo = project.cargo();
    cargo.args(["build", "--release", "--lib", "--target", WASM]);
    cargo.args(["--package", "keyway-edge", "--package", "keyway-browser"]);
    let linker = link::program()?;
    let linker = format!("target.{WASM}.linker = '{}'", linker.display());
    cargo.args(["--config", &linker]);
    // A panic names the file it comes from: of its crate, not of this machine.
    let remap = sources().map(|sources| format!(", '--remap-path-prefix={}='", sources.display()));
    let flags = format!(
        "'{}', '{COMPACT}'{}",
        unreached::NOTES,
        remap.unwrap_or_default()
    );
    cargo.args(["--config", &format!("target.{WASM}.rustflags = [{flags}]")]);
    process::run(
        "the build of the Worker and the page's wasm",
        for_wasm(&mut cargo),
    )?;
    Ok(project.target()?.join(WASM).join("release"))
}

/// The rounds of SHA-256 in a loop, and not one after the other.
const COMPACT: &str = "--cfg=sha2_backend_soft=\"compact\"";

/// Where cargo keeps the sources of crates.
fn sources() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))?;
    Some(home.join("registry/src"))
}

/// What worker-build sets too: wasm-bindgen's macros then use the executor of
/// `js-sys`, the one that `worker` uses.
pub(crate) fn for_wasm(cargo: &mut Command) -> &mut Command {
    cargo.env("WASM_BINDGEN_USE_JS_SYS", "1")
}
