//! Makes wasm small.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::{Workshop, bindgen, sections};
use crate::process;

/// What rustc and wasm-bindgen use. Named one by one: with all of them allowed,
/// binaryen might write encodings that workerd and browsers do not read yet.
const FEATURES: [&str; 7] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];

/// What counts is the size after compression: a function that is inlined into
/// its one caller saves bytes, and costs 5 % once both are compressed.
/// So does a value that is kept for its second use: gzip knows what stands there
/// twice. And a call of the smallest functions costs more than they do.
/// A second round finds what the first has made possible. Nothing is in the
/// lowest KB of memory: it is the end of the stack. And the zeros of the data are next
/// to nothing, but each piece of what is between them has a head.
const SMALL: [&str; 8] = [
    "-Oz",
    "-Os",
    "--low-memory-unused",
    "--always-inline-max-function-size=6",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
    "--skip-pass=simplify-locals",
    "--skip-pass=memory-packing",
];

/// Optimises `wasm` into `named`, which keeps the functions' names, and `small`,
/// which is the same without them: the first explains stack traces of the second.
pub(super) fn run(workshop: &Workshop<'_>, wasm: &Path, named: &Path, small: &Path) -> Result<()> {
    let mut optimise = workshop.packages.wasm_opt()?;
    optimise
        .arg(wasm)
        .arg("-o")
        .arg(named)
        .args(FEATURES)
        .args(SMALL)
        .arg("--debuginfo");
    process::run("wasm-opt", &mut optimise)?;
    bindgen::order(workshop, named)?;
    // Not with another wasm-opt: reading and writing again adds 2 % to the code.
    let bare = without_custom_sections(&fs::read(named)?).context("wasm-opt wrote no wasm")?;
    fs::write(small, bare).with_context(|| format!("cannot write {}", small.display()))
}

/// A module without its custom sections, such as names: none has a meaning for
/// who runs it. `None` for bytes that are no module.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const CUSTOM: u8 = 0;
    let kept = sections::of(module)?
        .into_iter()
        .filter(|section| section.id != CUSTOM);
    Some(sections::join(kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sections::Section;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        sections::join(sections.iter().map(|&(id, body)| Section { id, body }))
    }

    #[test]
    fn only_custom_sections_go() {
        let code = vec![7; 300];
        let full = module(&[(0, b"\x04name"), (1, b"types"), (0, b"\x01x"), (10, &code)]);
        let bare = module(&[(1, b"types"), (10, &code)]);
        assert_eq!(without_custom_sections(&full).unwrap(), bare);
        assert_eq!(without_custom_sections(&bare).unwrap(), bare);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let whole = module(&[(1, b"types")]);
        for cut in 9..whole.len() {
            assert_eq!(without_custom_sections(&whole[..cut]), None, "{cut}");
        }
        assert_eq!(without_custom_sections(b"not wasm"), None);
        assert_eq!(
            without_custom_sections(b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\x01"),
            None
        );
    }
}
