//! Makes wasm small.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::Workshop;
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
const SMALL: [&str; 3] = [
    "-Oz",
    "--one-caller-inline-max-function-size=0",
    "--skip-pass=local-cse",
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
    // Not with another wasm-opt: reading and writing again adds 2 % to the code.
    let bare = without_custom_sections(&fs::read(named)?).context("wasm-opt wrote no wasm")?;
    fs::write(small, bare).with_context(|| format!("cannot write {}", small.display()))
}

/// A module without its custom sections, such as names: none has a meaning for
/// who runs it. `None` for bytes that are no module.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEADER: &[u8] = b"\0asm\x01\0\0\0";
    const CUSTOM: u8 = 0;
    let mut rest = module.strip_prefix(HEADER)?;
    let mut bare = HEADER.to_vec();
    while let Some((&id, sized)) = rest.split_first() {
        let (length, body) = leb128(sized)?;
        let next = body.get(length..)?;
        if id != CUSTOM {
            bare.extend_from_slice(rest.get(..rest.len().checked_sub(next.len())?)?);
        }
        rest = next;
    }
    Some(bare)
}

/// An unsigned number as wasm writes it, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    // Five times seven bits hold every size that a module may have.
    for (position, &byte) in bytes.iter().enumerate().take(5) {
        let shift = u32::try_from(position).ok()?.checked_mul(7)?;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(position.checked_add(1)?..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for (id, body) in sections {
            // A size may be written longer than it needs to be.
            let size = body.len();
            bytes.extend([*id, (size & 0x7f) as u8 | 0x80, (size >> 7) as u8]);
            bytes.extend_from_slice(body);
        }
        bytes
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
