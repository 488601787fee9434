//! Takes from the wasm what the script beside it never calls.
//!
//! `worker` exports what some Worker may want: containers, streams, sockets. An
//! export keeps everything alive that it reaches, until somebody says that it is
//! not needed. The bundled script knows: it has the wasm's exports by name, and
//! nobody else calls them.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::sections::{self, Section};

const EXPORTS: u8 = 7;

/// Rewrites `wasm` for this script.
pub(super) fn run(wasm: &Path, script: &str) -> Result<()> {
    let module = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let pruned = pruned(&module, |export| names(script, export))
        .with_context(|| format!("{} is no wasm", wasm.display()))?;
    fs::write(wasm, pruned).with_context(|| format!("cannot write {}", wasm.display()))
}

/// The module with only those exports that are `wanted`. `None` for bytes that
/// are no module.
fn pruned(module: &[u8], wanted: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let sections = sections::of(module)?;
    let mut exports = Vec::new();
    for section in sections.iter().filter(|section| section.id == EXPORTS) {
        exports = kept(section.body, &wanted)?;
    }
    Some(sections::join(sections.into_iter().map(
        |section| match section.id {
            EXPORTS => Section {
                body: &exports,
                ..section
            },
            _ => section,
        },
    )))
}

fn kept(exports: &[u8], wanted: &impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let (count, mut rest) = sections::number(exports)?;
    let (mut kept, mut entries) = (0, Vec::new());
    for _ in 0..count {
        let (length, named) = sections::number(rest)?;
        let (name, what) = named.split_at_checked(length)?;
        // Which kind of thing, and its number.
        let (_, after) = sections::number(what.get(1..)?)?;
        if wanted(str::from_utf8(name).ok()?) {
            kept += 1;
            let entry = rest.len().checked_sub(after.len())?;
            entries.extend_from_slice(rest.get(..entry)?);
        }
        rest = after;
    }
    let mut section = sections::written(kept);
    section.extend(entries);
    Some(section)
}

fn names(script: &str, name: &str) -> bool {
    places(script, name).next().is_some()
}

/// Where the name stands in the script as a word of its own.
pub(super) fn places(script: &str, name: &str) -> impl Iterator<Item = usize> {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    script.match_indices(name).filter_map(move |(at, _)| {
        let (before, from) = script.split_at(at);
        let after = from.strip_prefix(name).unwrap_or_default();
        (!before.ends_with(goes_on) && !after.starts_with(goes_on)).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_does_not_name_goes() {
        let exports = b"\x03\x06memory\x02\x00\x03foo\x00\x81\x01\x04foot\x00\x05";
        let module = sections::join([
            Section {
                id: 1,
                body: b"types",
            },
            Section {
                id: EXPORTS,
                body: exports,
            },
        ]);
        let pruned = pruned(&module, |name| names("w.memory;w.foot()", name)).unwrap();
        let left = sections::of(&pruned).unwrap();
        assert_eq!(left[0].body, b"types");
        assert_eq!(left[1].body, b"\x02\x06memory\x02\x00\x04foot\x00\x05");
    }

    #[test]
    fn a_name_is_a_whole_word() {
        assert!(names("_.fetch(e)", "fetch"));
        assert!(names("fetch", "fetch"));
        for script in ["_.fetches", "prefetch", "a_fetch", "fetch$1", ""] {
            assert!(!names(script, "fetch"), "{script}");
        }
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let cut = sections::join([Section {
            id: EXPORTS,
            body: b"\x02\x01a\x00",
        }]);
        assert_eq!(pruned(&cut, |_| true), None);
        assert_eq!(pruned(b"not wasm", |_| true), None);
    }
}
