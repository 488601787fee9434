//! Empties what nobody gets to any more once panics are traps.
//!
//! A linker keeps what something refers to. Part of that are only panics, and what
//! shows values in them, which `traps.rs` takes away: their sentences, the tables
//! of which characters can be printed, functions that stand in tables of methods.
//! No later step can tell, for to it an address is a number like any other. So the
//! linker is asked to keep its notes of who refers to what (`--emit-relocs`), and
//! this goes along them from the exports, before anything moves. What it does not
//! get to becomes zeros and traps.
//!
//! The notes are described in "WebAssembly Object File Linking" of the
//! tool-conventions of WebAssembly.

use std::{
    collections::{HashMap, HashSet},
    fs,
    ops::Range,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::{
    sections::{self, Reader, Section},
    traps::{self, CODE, CUSTOM, DATA, EXPORTS, Formatting, IMPORTS, Memory, TRAP},
};

/// What rustc is told, for the linker to keep its notes.
pub(super) const NOTES: &str = "-Clink-arg=--emit-relocs";

/// Writes `linked` without what is not reached to `emptied`.
pub(super) fn run(linked: &Path, emptied: &Path, formatting: Formatting) -> Result<()> {
    let module = fs::read(linked).with_context(|| format!("cannot read {}", linked.display()))?;
    let written = without_unreached(&module, |name, body| {
        let name = rustc_demangle::demangle(name).to_string();
        traps::in_place_of(&name, body, TRAP, formatting).is_some()
    })
    .with_context(|| format!("{} has no notes of its linker", linked.display()))?;
    fs::write(emptied, written).with_context(|| format!("cannot write {}", emptied.display()))
}

/// What is reached, or not: by its number among the functions or the symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Function(usize),
    Data(usize),
}

/// `None` for bytes that are no module with such notes.
fn without_unreached(module: &[u8], is_cut: impl Fn(&str, &[u8]) -> bool) -> Option<Vec<u8>> {
    let sections = sections::of(module)?;
    let body = |id| {
        let found = sections.iter().find(|section| section.id == id);
        found.map_or([].as_slice(), |section| section.body)
    };
    let imported = traps::imported(body(IMPORTS))?;
    let names = traps::names(&sections)?;
    let functions = functions(body(CODE), imported)?;
    let symbols = symbols(custom(&sections, b"linking")?, body(DATA))?;
    let mut references = References::default();
    for note in notes(custom(&sections, b"reloc.CODE")?)? {
        let after = functions.partition_point(|function| function.bytes.start <= note.at);
        let function = functions.get(after.checked_sub(1)?)?;
        let from = Thing::Function(function.number);
        references.add(from, symbols.get(note.symbol)?.thing);
    }
    for note in notes(custom(&sections, b"reloc.DATA")?)? {
        let owners = symbols
            .iter()
            .filter(|symbol| symbol.bytes.contains(&note.at));
        for from in owners.filter_map(|symbol| symbol.thing) {
            references.add(from, symbols.get(note.symbol)?.thing);
        }
    }

    let cut = functions
        .iter()
        .filter(|function| {
            let name = names.get(&function.number);
            name.is_some_and(|name| is_cut(name, function.body))
        })
        .map(|function| Thing::Function(function.number))
        .collect();
    let reached = references.reached(exported(body(EXPORTS))?, &cut);

    let mut code = sections::written(functions.len());
    for function in &functions {
        let is_reached = reached.contains(&Thing::Function(function.number));
        let body = if is_reached { function.body } else { TRAP };
        code.extend(sections::written(body.len()));
        code.extend_from_slice(body);
    }
    let data = emptied(body(DATA), &symbols, &reached)?;
    Some(sections::join(
        sections
            .iter()
            .filter(|section| !is_note(section))
            .map(|section| Section {
                id: section.id,
                body: match section.id {
                    CODE => &code,
                    DATA => &data,
                    _ => section.body,
                },
            }),
    ))
}

fn custom<'a>(sections: &[Section<'a>], name: &[u8]) -> Option<&'a [u8]> {
    sections.iter().find_map(|section| {
        let mut reader = Reader(section.body);
        (section.id == CUSTOM && reader.name()? == name).then_some(reader.0)
    })
}

/// The notes are of places in a module that is not there any more.
fn is_note(section: &Section<'_>) -> bool {
    let name = Reader(section.body).name().unwrap_or_default();
    section.id == CUSTOM && (name == b"linking" || name.starts_with(b"reloc."))
}

struct Function<'a> {
    number: usize,
    /// Where in the section.
    bytes: Range<usize>,
    body: &'a [u8],
}

fn functions(code: &[u8], imported: usize) -> Option<Vec<Function<'_>>> {
    let mut reader = Reader(code);
    let count = reader.count()?;
    let read = (imported..imported.checked_add(count)?).map(|number| {
        let start = code.len().checked_sub(reader.0.len())?;
        let body = reader.name()?;
        let end = code.len().checked_sub(reader.0.len())?;
        Some(Function {
            number,
            bytes: start..end,
            body,
        })
    });
    read.collect()
}

fn exported(exports: &[u8]) -> Option<Vec<Thing>> {
    const FUNCTION: u8 = 0;
    let mut reader = Reader(exports);
    let mut exported = Vec::new();
    for _ in 0..reader.count()? {
        reader.name()?;
        let (kind, number) = (reader.byte()?, reader.number()?);
        if kind == FUNCTION {
            exported.push(Thing::Function(number));
        }
    }
    Some(exported)
}

/// What the linker knows by a name.
struct Symbol {
    /// `None` for what is neither a function nor data, such as a table.
    thing: Option<Thing>,
    /// Where data stands in its section.
    bytes: Range<usize>,
    /// Where data stands in memory.
    address: usize,
}

fn symbols(linking: &[u8], data: &[u8]) -> Option<Vec<Symbol>> {
    const TABLE_OF_SYMBOLS: u8 = 8;
    let segments = segments(data)?;
    let mut linking = Reader(linking);
    let _version = linking.number()?;
    while !linking.0.is_empty() {
        let kind = linking.byte()?;
        let mut part = Reader(linking.name()?);
        if kind == TABLE_OF_SYMBOLS {
            let count = part.count()?;
            let read = (0..count).map(|number| symbol(&mut part, number, &segments));
            return read.collect();
        }
    }
    None
}

fn symbol(reader: &mut Reader<'_>, number: usize, segments: &[(usize, usize)]) -> Option<Symbol> {
    const FUNCTION: u8 = 0;
    const PLACE: u8 = 1;
    const SECTION: u8 = 3;
    const UNDEFINED: usize = 0x10;
    const HAS_NAME: usize = 0x40;
    let mut symbol = Symbol {
        thing: None,
        bytes: 0..0,
        address: 0,
    };
    let (kind, flags) = (reader.byte()?, reader.number()?);
    if kind == PLACE {
        reader.name()?;
        if flags & UNDEFINED == 0 {
            let (segment, offset) = (reader.number()?, reader.number()?);
            let length = reader.number()?;
            // What the linker makes itself has an address and nothing there.
            if length > 0 {
                let (start, address) = segments.get(segment)?;
                let start = start.checked_add(offset)?;
                symbol.bytes = start..start.checked_add(length)?;
                symbol.address = address.checked_add(offset)?;
            }
            symbol.thing = Some(Thing::Data(number));
        }
        return Some(symbol);
    }
    let index = reader.number()?;
    if kind != SECTION && (flags & UNDEFINED == 0 || flags & HAS_NAME != 0) {
        reader.name()?;
    }
    symbol.thing = (kind == FUNCTION).then_some(Thing::Function(index));
    Some(symbol)
}

/// Where each piece of the data begins: in its section, and in memory.
fn segments(data: &[u8]) -> Option<Vec<(usize, usize)>> {
    let mut reader = Reader(data);
    let read = (0..reader.count()?).map(|_| {
        let (address, bytes) = traps::segment(&mut reader)?;
        let end = data.len().checked_sub(reader.0.len())?;
        Some((end.checked_sub(bytes.len())?, address))
    });
    read.collect()
}

/// That at a place of a section something is referred to.
struct Note {
    at: usize,
    symbol: usize,
}

fn notes(section: &[u8]) -> Option<Vec<Note>> {
    let mut reader = Reader(section);
    let _of_section = reader.number()?;
    let mut notes = Vec::new();
    for _ in 0..reader.count()? {
        let kind = reader.byte()?;
        let (at, symbol) = (reader.number()?, reader.number()?);
        match kind {
            // A function, by its number or its place in the table.
            0..=2 => notes.push(Note { at, symbol }),
            // An address, and how far behind it.
            3..=5 => {
                reader.number()?;
                notes.push(Note { at, symbol });
            }
            // Types, globals, exceptions, tables.
            6 | 7 | 10 | 20 => {}
            _ => return None,
        }
    }
    Some(notes)
}

#[derive(Default)]
struct References(HashMap<Thing, Vec<Thing>>);

impl References {
    fn add(&mut self, from: Thing, to: Option<Thing>) {
        self.0.entry(from).or_default().extend(to);
    }

    /// All that is reached from `roots`, but not through what is `cut`.
    fn reached(&self, roots: Vec<Thing>, cut: &HashSet<Thing>) -> HashSet<Thing> {
        let (mut reached, mut ahead) = (HashSet::new(), roots);
        while let Some(thing) = ahead.pop() {
            if reached.insert(thing) && !cut.contains(&thing) {
                ahead.extend(self.0.get(&thing).into_iter().flatten());
            }
        }
        reached
    }
}

/// The data without what only symbols cover that are not reached: texts may share
/// bytes.
fn emptied(data: &[u8], symbols: &[Symbol], reached: &HashSet<Thing>) -> Option<Vec<u8>> {
    let mut memory = Memory::read(data)?;
    let is_reached = |symbol: &&Symbol| symbol.thing.is_some_and(|thing| reached.contains(&thing));
    let (kept, gone): (Vec<&Symbol>, Vec<&Symbol>) = symbols.iter().partition(is_reached);
    let whole = memory.clone();
    for symbol in gone {
        memory.clear(symbol.address, symbol.bytes.len());
    }
    for symbol in kept {
        let bytes = whole.bytes(symbol.address, symbol.bytes.len());
        memory.put(symbol.address, bytes.unwrap_or_default());
    }
    Some(memory.written())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETURNS: &[u8] = &[0, 0x0b];
    const CALLS: &[u8] = &[0, 0x10, 0, 0x0b];

    fn sized(bytes: &[u8]) -> Vec<u8> {
        [sections::written(bytes.len()).as_slice(), bytes].concat()
    }

    /// `main` is exported, calls `panic` and refers to the text `kept`; `panic`
    /// refers to the texts `kept` and `said`, and calls `shows`. The last byte of
    /// `kept` is the first of `said`.
    fn module() -> Vec<u8> {
        let code = [&[3], &sized(CALLS)[..], &sized(CALLS), &sized(RETURNS)].concat();
        let data = [&[1, 0, 0x41, 16, 0x0b], &sized(b"kept|said!")[..]].concat();
        let named = [
            &[3, 0],
            &sized(b"main")[..],
            &[1],
            &sized(b"panic"),
            &[2],
            &sized(b"shows"),
        ];
        let names = [&sized(b"name")[..], &[1], &sized(&named.concat())].concat();
        let symbols: [&[u8]; 6] = [
            &[5, 0, 0, 0, 1, b'a', 0, 0, 1, 1, b'b', 0, 0, 2, 1, b'c'],
            &[1, 0, 1, b'd', 0, 0, 5],
            &[1, 0, 1, b'e', 0, 4, 6],
            &[],
            &[],
            &[],
        ];
        let linking = [&sized(b"linking")[..], &[2, 8], &sized(&symbols.concat())].concat();
        // Where the calls stand in the section, and what of the five is meant.
        let of_code: &[u8] = &[0, 5, 0, 4, 1, 3, 4, 3, 0, 0, 9, 2, 3, 9, 3, 0, 3, 9, 4, 0];
        let of_code = [&sized(b"reloc.CODE")[..], of_code].concat();
        let of_data = [&sized(b"reloc.DATA")[..], &[0, 0]].concat();
        let exports = [&[1], &sized(b"main")[..], &[0, 0]].concat();
        let parts: [(u8, &[u8]); 7] = [
            (EXPORTS, &exports),
            (CODE, &code),
            (DATA, &data),
            (CUSTOM, &linking),
            (CUSTOM, &of_code),
            (CUSTOM, &of_data),
            (CUSTOM, &names),
        ];
        sections::join(parts.map(|(id, body)| Section { id, body }))
    }

    fn body(module: &[u8], id: u8) -> Vec<u8> {
        let sections = sections::of(module).unwrap();
        let found = sections.iter().find(|section| section.id == id);
        found.unwrap().body.to_vec()
    }

    #[test]
    fn what_only_panics_refer_to_is_emptied() {
        let emptied = without_unreached(&module(), |name, _| name == "panic").unwrap();
        let code = [&[3], &sized(CALLS)[..], &sized(CALLS), &sized(TRAP)].concat();
        assert_eq!(body(&emptied, CODE), code);
        assert!(body(&emptied, DATA).ends_with(b"kept|\0\0\0\0\0"));
    }

    #[test]
    fn what_is_reached_stays_and_the_notes_go() {
        let whole = without_unreached(&module(), |_, _| false).unwrap();
        for id in [CODE, DATA] {
            assert_eq!(body(&whole, id), body(&module(), id));
        }
        let sections = sections::of(&whole).unwrap();
        assert_eq!(sections.len(), 4, "the names are the one that is left");
        assert!(without_unreached(&whole, |_, _| false).is_none());
    }
}
