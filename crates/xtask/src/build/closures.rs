//! Takes out the ways into closures that JavaScript does not have.
//!
//! For each kind of closure that could be handed to JavaScript, wasm-bindgen has a
//! function by which that would call it. They stand in the table of functions, where
//! nothing tells that nobody calls them. The few that are called are exports, some by
//! way of a function that is named after them.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::{
    sections::{self, Reader, Section},
    traps::{self, CODE, EXPORTS, IMPORTS, TRAP},
};

/// How wasm-bindgen calls them, before the hash.
const WAY_IN: &str = "wasm_bindgen::convert::closures::_::invoke::";

/// Rewrites `wasm`, whose exports are those that are used.
pub(super) fn run(wasm: &Path) -> Result<()> {
    let module = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let written = without_unused(&module)
        .with_context(|| format!("{} is no wasm with names", wasm.display()))?;
    fs::write(wasm, written).with_context(|| format!("cannot write {}", wasm.display()))
}

/// `None` for bytes that are no module with names.
fn without_unused(module: &[u8]) -> Option<Vec<u8>> {
    let sections = sections::of(module)?;
    let body = |id| {
        let found = sections.iter().find(|section| section.id == id);
        found.map_or([].as_slice(), |section| section.body)
    };
    let names: HashMap<usize, String> = traps::names(&sections)?
        .into_iter()
        .map(|(number, name)| (number, rustc_demangle::demangle(name).to_string()))
        .collect();
    let exported = exported(body(EXPORTS))?;
    let used: HashSet<&str> = exported
        .iter()
        .filter_map(|number| way_in(names.get(number)?))
        .collect();
    let imported = traps::imported(body(IMPORTS))?;
    let mut reader = Reader(body(CODE));
    let count = reader.count()?;
    let mut code = sections::written(count);
    for function in 0..count {
        let mut body = reader.name()?;
        let name = names.get(&function.checked_add(imported)?);
        if name.is_some_and(|name| way_in(name).is_some_and(|it| !used.contains(it))) {
            body = TRAP;
        }
        code.extend(sections::written(body.len()));
        code.extend_from_slice(body);
    }
    Some(sections::join(sections.iter().map(|section| Section {
        id: section.id,
        body: match section.id {
            CODE => &code,
            _ => section.body,
        },
    })))
}

/// Which way in a function is, or leads to.
fn way_in(name: &str) -> Option<&str> {
    let hash = name.strip_prefix(WAY_IN)?;
    hash.split(' ').next()
}

fn exported(exports: &[u8]) -> Option<HashSet<usize>> {
    const FUNCTION: u8 = 0;
    let mut reader = Reader(exports);
    let mut exported = HashSet::new();
    for _ in 0..reader.count()? {
        reader.name()?;
        let (kind, number) = (reader.byte()?, reader.number()?);
        if kind == FUNCTION {
            exported.insert(number);
        }
    }
    Some(exported)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::traps::CUSTOM;

    const RETURNS: &[u8] = &[0, 0x0b];

    fn sized(bytes: &[u8]) -> Vec<u8> {
        [sections::written(bytes.len()).as_slice(), bytes].concat()
    }

    #[test]
    fn a_way_in_that_is_no_export_is_closed() {
        let names = [
            "wasm_bindgen::convert::closures::_::invoke::h1",
            "wasm_bindgen::convert::closures::_::invoke::h2",
            "wasm_bindgen::convert::closures::_::invoke::h2 externref shim",
            "wasm_bindgen::convert::closures::_::invoke_once",
        ];
        let (mut named, mut code) = (vec![4], vec![4]);
        for (number, name) in (0..).zip(names) {
            named.push(number);
            named.extend(sized(name.as_bytes()));
            code.extend(sized(RETURNS));
        }
        let exports = [&[1], sized(b"$_1").as_slice(), &[0, 2]].concat();
        let names = [sized(b"name").as_slice(), &[1], &sized(&named)].concat();
        let parts = [(IMPORTS, &vec![0]), (EXPORTS, &exports), (CODE, &code)];
        let parts = parts.into_iter().chain([(CUSTOM, &names)]);
        let module = sections::join(parts.map(|(id, body)| Section { id, body }));
        let written = without_unused(&module).unwrap();
        let sections = sections::of(&written).unwrap();
        let code = sections.iter().find(|section| section.id == CODE).unwrap();
        let mut reader = Reader(code.body);
        assert_eq!(reader.count(), Some(4));
        let bodies: Vec<&[u8]> = (0..4).map(|_| reader.name().unwrap()).collect();
        assert_eq!(bodies, [TRAP, RETURNS, RETURNS, RETURNS]);
        assert!(without_unused(&module[..20]).is_none());
    }
}
