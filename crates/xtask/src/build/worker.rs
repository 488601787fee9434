//! The Worker: `index.js` and `index_bg.wasm`.
//!
//! These are the steps of worker-build 0.8.7, and the result is the same. As a
//! program to install it would need OpenSSL's headers, which a machine with
//! nothing but rustup and Node does not have, and minutes to compile. So the
//! steps are here, and the shim is its own. `worker` expects the shim of its own
//! version: a test below holds the two together.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result};

use super::{Workshop, bindgen, place, shrink};
use crate::{process, terminal::Step};

/// Copied from this version of worker-build, which is also that of `worker`.
#[cfg(test)]
const SHIM_VERSION: &str = "0.8.7";
pub(super) const SHIM: &str = include_str!("shim.js");
/// Where the shim wants the handlers.
const HANDLERS: &str = "$HANDLERS";

/// Makes `build/worker` and `build/symbols` from the compiled crate.
pub(super) fn make(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    let (script, code) = (Path::new("index.js"), Path::new("index_bg.wasm"));
    let worker = workshop.project.worker();
    let named = workshop.directory.join("symbols/index_bg.named.wasm");
    let results = [worker.join(script), worker.join(code), named.clone()];
    let compiled = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let stamp = workshop.stamp("worker", &compiled)?;
    if stamp.is_current(&results) {
        return Ok(());
    }

    let aside = workshop.aside("worker")?;
    let (bound, small) = (aside.join("bound"), aside.join("small.wasm"));
    bindgen::run(workshop, "worker", wasm, &bound)?;
    let step = Step::begin("shrinking the Worker");
    write_shim(&bound)?;
    bundle(workshop, &bound, &aside.join(script))?;
    shrink::run(
        workshop,
        &bound.join(code),
        &aside.join("named.wasm"),
        &small,
    )?;
    step.done("the Worker is made");

    place::file(&aside.join("named.wasm"), &named)?;
    // The script comes last: wrangler looks at it, and it names the code.
    place::file(&small, &worker.join(code))?;
    place::file(&aside.join(script), &worker.join(script))?;
    stamp.set()
}

fn write_shim(bound: &Path) -> Result<()> {
    let script =
        fs::read_to_string(bound.join("index.js")).context("wasm-bindgen wrote no script")?;
    let exports = Exports::of(&script);
    let mut shim = SHIM.replace(HANDLERS, &exports.handlers());
    shim.push_str(&exports.classes());
    Ok(fs::write(bound.join("shim.js"), shim)?)
}

fn bundle(workshop: &Workshop<'_>, bound: &Path, script: &Path) -> Result<()> {
    let mut esbuild = workshop.packages.esbuild()?;
    esbuild.current_dir(bound).args([
        "--external:./index_bg.wasm",
        "--external:cloudflare:*",
        "--format=esm",
        "--bundle",
        "./shim.js",
        "--minify",
        "--log-level=warning",
    ]);
    esbuild.arg(format!("--outfile={}", script.display()));
    process::run("esbuild", &mut esbuild)?;
    // Neither wrangler nor workerd reads source phase imports.
    let bundled = fs::read_to_string(script)?;
    Ok(fs::write(
        script,
        bundled.replace("import source ", "import "),
    )?)
}

/// What wasm-bindgen's script exports.
#[derive(Debug, PartialEq, Eq)]
struct Exports<'a> {
    functions: Vec<&'a str>,
    classes: Vec<&'a str>,
}

impl<'a> Exports<'a> {
    fn of(script: &'a str) -> Self {
        let mut exports = Self {
            functions: Vec::new(),
            classes: Vec::new(),
        };
        for declaration in script
            .lines()
            .filter_map(|line| line.strip_prefix("export "))
        {
            let declaration = declaration.strip_prefix("async ").unwrap_or(declaration);
            if let Some(rest) = declaration.strip_prefix("function ") {
                exports
                    .functions
                    .extend(rest.split_once('(').map(|(name, _)| name.trim()));
            } else if let Some(rest) = declaration.strip_prefix("class ") {
                exports
                    .classes
                    .extend(rest.split_once('{').map(|(name, _)| name.trim()));
            } else if let Some((_, name)) = declaration.split_once(" as ") {
                exports
                    .functions
                    .extend(name.split_once('}').map(|(name, _)| name.trim()));
            }
        }
        // The shim's own business.
        exports
            .functions
            .retain(|name| !["__wbg_reset_state", "__worker_init_state"].contains(name));
        exports
    }

    /// The methods of the entry point.
    fn handlers(&self) -> String {
        let mut text = String::new();
        for name in &self.functions {
            let _ = match *name {
                "fetch" | "queue" | "scheduled" | "email" | "connect" => writeln!(
                    text,
                    "Entrypoint.prototype.{name} = function {name} (arg) {{\n  \
                     return exports.{name}.call(this, arg, this.env, this.ctx);\n}}"
                ),
                _ => writeln!(text, "Entrypoint.prototype.{name} = exports.{name};"),
            };
        }
        text
    }

    /// The Durable Objects, each behind the shim's proxy.
    fn classes(&self) -> String {
        let mut text = String::new();
        for name in &self.classes {
            let _ = writeln!(
                text,
                "export const {name} = new Proxy(exports.{name}, classProxyHooks);"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn the_shim_is_of_the_version_of_worker() {
        let project = Project::find().unwrap();
        let lock: toml::Table = fs::read_to_string(project.path("Cargo.lock"))
            .unwrap()
            .parse()
            .unwrap();
        let packages = lock["package"].as_array().unwrap();
        let worker = packages
            .iter()
            .find(|package| package["name"].as_str() == Some("worker"));
        assert_eq!(
            worker.unwrap()["version"].as_str(),
            Some(SHIM_VERSION),
            "`worker` was updated: compare shim.js, the steps here and the flags in \
             keyway-bindgen with src/main.rs and src/js/shim.js of that version's worker-build"
        );
        assert!(SHIM.contains(HANDLERS));
    }

    #[test]
    fn every_kind_of_export_is_found() {
        let script = "import { a } from './b.js';\n\
             export class Workspace {\n    fetch() {}\n}\n\
             export function __wbg_reset_state () {\n}\n\
             export function __worker_init_state() {\n}\n\
             export function fetch(req, env, ctx) {\n}\n\
             export async function hello(x) {\n}\n\
             export { __wbg_scheduled as scheduled }\n\
             function inner() {}\n";
        let exports = Exports::of(script);
        assert_eq!(exports.functions, ["fetch", "hello", "scheduled"]);
        assert_eq!(exports.classes, ["Workspace"]);
    }

    #[test]
    fn handlers_get_the_environment_and_other_functions_are_methods() {
        let exports = Exports {
            functions: vec!["fetch", "hello"],
            classes: vec!["Workspace"],
        };
        assert_eq!(
            exports.handlers(),
            "Entrypoint.prototype.fetch = function fetch (arg) {\n  \
             return exports.fetch.call(this, arg, this.env, this.ctx);\n}\n\
             Entrypoint.prototype.hello = exports.hello;\n"
        );
        assert_eq!(
            exports.classes(),
            "export const Workspace = new Proxy(exports.Workspace, classProxyHooks);\n"
        );
    }
}
