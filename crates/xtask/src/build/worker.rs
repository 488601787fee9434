//! The Worker: `index.js` and `index_bg.wasm`.
//!
//! What worker-build does, for one Worker: bind, put the entry before it,
//! bundle, shrink. As a program to install it would need OpenSSL's headers,
//! which a machine with nothing but rustup and Node does not have, and minutes
//! to compile.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use super::{
    Workshop, bindgen, closures, link, names, place, prune, shrink,
    traps::{self, Formatting},
    unreached,
};
use crate::{process, terminal::Step};

/// What the runtime sees, written for the exports of this version of `worker`.
const ENTRY: &str = "crates/edge/src/entry.js";
#[cfg(test)]
const ENTRY_FOR: &str = "0.8.7";

/// Makes `build/worker` and `build/symbols` from the compiled crate.
pub(super) fn make(workshop: &Workshop<'_>, wasm: &Path) -> Result<()> {
    let (script, code) = (Path::new("index.js"), Path::new("index_bg.wasm"));
    let worker = workshop.project.worker();
    let named = workshop.directory.join("symbols/index_bg.named.wasm");
    let results = [worker.join(script), worker.join(code), named.clone()];
    let compiled = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let entry = fs::read(workshop.project.path(ENTRY))?;
    let stamp = workshop.stamp("worker", &[compiled.as_slice(), &entry].concat())?;
    if stamp.is_current(&results) {
        return Ok(());
    }

    let aside = workshop.aside("worker")?;
    let (bound, small) = (aside.join("bound"), aside.join("small.wasm"));
    let reached = aside.join("reached.wasm");
    unreached::run(wasm, &reached, Formatting::Used)?;
    bindgen::run(workshop, "worker", &reached, &bound)?;
    has_only_what_is_linked(&fs::read(bound.join(code))?)?;
    let step = Step::begin("shrinking the Worker");
    fs::write(bound.join("entry.js"), entry)?;
    bundle(workshop, &bound, &aside.join(script))?;
    traps::run(&bound.join(code), Formatting::Used)?;
    names::run(&bound.join(code), &aside.join(script))?;
    prune::run(&bound.join(code), &fs::read_to_string(aside.join(script))?)?;
    closures::run(&bound.join(code))?;
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

fn bundle(workshop: &Workshop<'_>, bound: &Path, script: &Path) -> Result<()> {
    let mut esbuild = workshop.packages.esbuild()?;
    esbuild.current_dir(bound).args([
        "--external:./index_bg.wasm",
        "--external:cloudflare:*",
        "--format=esm",
        "--bundle",
        "./entry.js",
        "--minify",
        "--log-level=warning",
        // Two statements beside each class of the glue look as if they did
        // something, so that it could not be left out where nobody uses it.
        "--define:Symbol.dispose=undefined",
        "--pure:FinalizationRegistry",
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

/// A class that was left out, and is made all the same, would fail when called.
fn has_only_what_is_linked(wasm: &[u8]) -> Result<()> {
    for class in link::LEFT_OUT {
        let name = format!("__wbg_{class}_");
        ensure!(
            !wasm
                .windows(name.len())
                .any(|found| found == name.as_bytes()),
            "the Worker makes a {class}, which `build/link.rs` leaves out"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn what_is_left_out_must_not_be_made() {
        assert!(has_only_what_is_linked(b"__wbg_fetch_1f r2range").is_ok());
        assert!(has_only_what_is_linked(b"imports __wbg_r2range_new_1f").is_err());
    }

    #[test]
    fn the_entry_is_of_the_version_of_worker() {
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
            Some(ENTRY_FOR),
            "`worker` was updated: see whether entry.js still calls what it exports, and whether \
             keyway-bindgen still asks for what its worker-build asks for"
        );
    }
}
