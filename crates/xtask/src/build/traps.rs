//! Makes every panic a trap.
//!
//! The lints leave no panic of ours, so what a panic says is read by nobody for
//! years; and yet its sentences, their formatting and the file and line of each
//! place that might panic would be 3 % of what is shipped. What is put in place
//! of them calls the module's `panicked`, if it exports such a function, and
//! traps. Where it happened is in the stack trace, and the module with names
//! (`build/symbols`) explains that. Rust calls this *immediate abort*, and has
//! it only where its standard library is compiled as well.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, Result};

use super::sections::{self, Reader, Section};

pub(super) const CUSTOM: u8 = 0;
pub(super) const IMPORTS: u8 = 2;
pub(super) const EXPORTS: u8 = 7;
pub(super) const CODE: u8 = 10;
pub(super) const DATA: u8 = 11;

const UNREACHABLE: u8 = 0x00;
const END: u8 = 0x0b;
const CALL: u8 = 0x10;
/// `Ok(())` of something that writes.
const FINE: u8 = 0;
const I32_CONST: u8 = 0x41;

/// The body of a function that nobody should call.
pub(super) const TRAP: &[u8] = &[0, UNREACHABLE, END];

/// What is called in place of a panic.
const HOOK: &str = "panicked";

/// How the standard library calls what never comes back.
const PANICS: [&str; 13] = [
    "panicking::panic",
    "panicking::begin_panic",
    "::panic_",
    "unwrap_failed",
    "expect_failed",
    "assert_failed",
    "slice_error_fail",
    "_fail",
    "::handle_error",
    "::handle_alloc_error",
    "::capacity_overflow",
    "::rust_oom",
    "rust_begin_unwind",
];

/// What is called nearly so, and comes back.
const COMES_BACK: [&str; 2] = ["panic_count", "panic_handler"];

/// What only a panic gets to, which is nobody any more: the last are how its
/// sentence would be written.
const BEHIND_PANICS: [&str; 4] = [
    "panicking::default_hook",
    " as core::panic::PanicPayload>::",
    " as std::io::Write>::",
    "std::io::default_write_fmt::Adapter<",
];

/// How a panic would show itself and its values, and nobody else does: what is
/// logged is for people. After this they write nothing. With them go the tables
/// of which characters can be printed. The last are errors that `worker` knows,
/// of libraries that it does not call for us.
const SHOWN_BY_PANICS: [&str; 8] = [
    " as core::fmt::Debug>::fmt",
    "<core::fmt::Formatter>::debug_tuple_field1_finish",
    "<core::fmt::builders::PadAdapter as core::fmt::Write>::write_char",
    "<core::fmt::builders::PadAdapter as core::fmt::Write>::write_str",
    "<std::panic::PanicHookInfo as core::fmt::Display>::fmt",
    "<matchit::error::InsertError as core::fmt::Display>::fmt",
    "<serde_json::error::ErrorCode as core::fmt::Display>::fmt",
    "<serde_wasm_bindgen::error::Error as core::fmt::Display>::fmt",
];

/// Except what JavaScript threw that is no error: `worker` shows it so, by way of
/// a reference.
const SHOWN: [&str; 2] = ["<wasm_bindgen::JsValue as ", "<&T as "];

/// What `format!` and `write!` come down to. On the page nothing is written with
/// them (the core writes its words piece by piece), but tables in the data still
/// lead to these functions. Whoever uses them there meets a trap in the first test.
const FORMATTING: [&str; 3] = [
    "core::fmt::write",
    "<u32 as core::fmt::Display>::fmt",
    "<&str as core::fmt::Display>::fmt",
];

/// Whether a module uses `format!` and the like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Formatting {
    Used,
    Unused,
}

/// Rewrites `wasm`.
pub(super) fn run(wasm: &Path, formatting: Formatting) -> Result<()> {
    let module = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let trapping = trapping(&module, formatting)
        .with_context(|| format!("{} is no wasm with names", wasm.display()))?;
    fs::write(wasm, trapping).with_context(|| format!("cannot write {}", wasm.display()))
}

/// `None` for bytes that are no module with names.
fn trapping(module: &[u8], formatting: Formatting) -> Option<Vec<u8>> {
    let sections = sections::of(module)?;
    let body = |id| {
        let found = sections.iter().find(|section| section.id == id);
        found.map_or([].as_slice(), |section| section.body)
    };
    let trap = match hook(body(EXPORTS))? {
        Some(hook) => [
            &[0, CALL],
            sections::written(hook).as_slice(),
            &[UNREACHABLE, END],
        ]
        .concat(),
        None => TRAP.to_vec(),
    };
    let code = code(
        body(CODE),
        imported(body(IMPORTS))?,
        &names(&sections)?,
        &trap,
        formatting,
    )?;
    let data = without_locations(body(DATA))?;
    Some(sections::join(sections.iter().map(|section| Section {
        id: section.id,
        body: match section.id {
            CODE => &code,
            DATA => &data,
            _ => section.body,
        },
    })))
}

/// The number of the function to call.
fn hook(exports: &[u8]) -> Option<Option<usize>> {
    const FUNCTION: u8 = 0;
    let mut reader = Reader(exports);
    for _ in 0..reader.count()? {
        let (name, kind, number) = (reader.name()?, reader.byte()?, reader.number()?);
        if name == HOOK.as_bytes() && kind == FUNCTION {
            return Some(Some(number));
        }
    }
    Some(None)
}

/// How many functions come from outside: they are numbered first.
pub(super) fn imported(imports: &[u8]) -> Option<usize> {
    let mut reader = Reader(imports);
    let mut functions = 0_usize;
    for _ in 0..reader.count()? {
        reader.name()?;
        reader.name()?;
        functions = functions.checked_add(usize::from(reader.kind_of_import()?))?;
    }
    Some(functions)
}

/// The names of functions, by their numbers.
pub(super) fn names<'a>(sections: &[Section<'a>]) -> Option<HashMap<usize, &'a str>> {
    const FUNCTIONS: u8 = 1;
    let mut names = HashMap::new();
    for section in sections.iter().filter(|section| section.id == CUSTOM) {
        let mut reader = Reader(section.body);
        if reader.name()? != b"name" {
            continue;
        }
        while !reader.0.is_empty() {
            let kind = reader.byte()?;
            let mut part = Reader(reader.name()?);
            if kind != FUNCTIONS {
                continue;
            }
            for _ in 0..part.count()? {
                names.insert(part.number()?, str::from_utf8(part.name()?).ok()?);
            }
        }
    }
    (!names.is_empty()).then_some(names)
}

fn code(
    code: &[u8],
    imported: usize,
    names: &HashMap<usize, &str>,
    trap: &[u8],
    formatting: Formatting,
) -> Option<Vec<u8>> {
    let mut reader = Reader(code);
    let count = reader.count()?;
    let mut written = sections::written(count);
    for function in 0..count {
        let mut body = reader.name()?;
        if let Some(name) = names.get(&function.checked_add(imported)?) {
            body = in_place_of(name, body, trap, formatting).unwrap_or(body);
        }
        written.extend(sections::written(body.len()));
        written.extend_from_slice(body);
    }
    Some(written)
}

/// What is put in place of a function: the trap, nothing that is written, or
/// `None` when it stays.
pub(super) fn in_place_of<'a>(
    name: &str,
    body: &[u8],
    trap: &'a [u8],
    formatting: Formatting,
) -> Option<&'a [u8]> {
    let is_unused =
        formatting == Formatting::Unused && FORMATTING.contains(&without_hashes(name).as_str());
    if is_unused || only_panics(name, body) {
        return Some(trap);
    }
    only_shown_by_panics(name).then_some(&[0, I32_CONST, FINE, END])
}

fn only_shown_by_panics(name: &str) -> bool {
    let plain = without_hashes(name);
    // Names are written in two ways, and the older one has its hash at the end.
    let plain = match plain.rsplit_once("::h") {
        Some((plain, hash)) if hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => plain,
        _ => &plain,
    };
    SHOWN_BY_PANICS.iter().any(|end| plain.ends_with(end))
        && !SHOWN.iter().any(|start| plain.starts_with(start))
}

/// Functions of the standard library alone: one of ours may well do something
/// before it panics.
fn only_panics(name: &str, body: &[u8]) -> bool {
    let of_std = ["core[", "alloc[", "std[", "__rustc["]
        .iter()
        .any(|start| name.trim_start_matches('<').starts_with(start));
    let ends_in_a_trap = body.ends_with(&[UNREACHABLE, END]);
    let plain = without_hashes(name);
    let has = |parts: &[&str]| parts.iter().any(|part| plain.contains(part));
    of_std && (has(&BEHIND_PANICS) || ends_in_a_trap && has(&PANICS) && !has(&COMES_BACK))
}

/// The name of a function without those of the builds of its crates, such as
/// `core[c5930c85a12de822]::fmt::write`.
fn without_hashes(name: &str) -> String {
    let mut parts = name.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut plain, part| {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() == 16 => plain.push_str(rest),
            _ => plain.extend(["[", part]),
        }
        plain
    })
}

/// The data without the file, line and column of each place that might panic:
/// zeros instead, of which nothing is left after compression.
fn without_locations(data: &[u8]) -> Option<Vec<u8>> {
    let mut memory = Memory::read(data)?;
    let mut paths = Vec::new();
    for address in memory.aligned() {
        // `core::panic::Location`: where the path is, its length, line, column.
        let word = |number| memory.word(address, number);
        let (Some(at), Some(length), Some(line), Some(column)) =
            (word(0), word(1), word(2), word(3))
        else {
            continue;
        };
        let path = memory.bytes(at, length).unwrap_or_default();
        let is_path = path.ends_with(b".rs") && path.iter().all(u8::is_ascii_graphic);
        if is_path && (1..100_000).contains(&line) && (1..1_000).contains(&column) {
            paths.push((at, length));
            memory.clear(address, 16);
        }
    }
    for (at, length) in paths {
        memory.clear(at, length);
    }
    Some(memory.written())
}

/// The next piece of what the memory holds at first, and its address.
pub(super) fn segment<'a>(reader: &mut Reader<'a>) -> Option<(usize, &'a [u8])> {
    const ACTIVE: usize = 0;
    if reader.number()? != ACTIVE || reader.byte()? != I32_CONST {
        return None;
    }
    let address = reader.number()?;
    if reader.byte()? != END {
        return None;
    }
    Some((address, reader.name()?))
}

/// What the memory holds at first: pieces, each with its address.
#[derive(Clone)]
pub(super) struct Memory(Vec<(usize, Vec<u8>)>);

impl Memory {
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let mut reader = Reader(data);
        let pieces = (0..reader.count()?).map(|_| {
            let (address, bytes) = segment(&mut reader)?;
            Some((address, bytes.to_vec()))
        });
        Some(Self(pieces.collect::<Option<_>>()?))
    }

    pub(super) fn written(&self) -> Vec<u8> {
        let mut data = sections::written(self.0.len());
        for (address, bytes) in &self.0 {
            data.extend([0, I32_CONST]);
            data.extend(sections::written_signed(*address));
            data.push(END);
            data.extend(sections::written(bytes.len()));
            data.extend_from_slice(bytes);
        }
        data
    }

    /// Each address where a word may stand.
    fn aligned(&self) -> Vec<usize> {
        let pieces = self.0.iter();
        pieces
            .flat_map(|(start, bytes)| {
                (start.next_multiple_of(4)..start.saturating_add(bytes.len())).step_by(4)
            })
            .collect()
    }

    fn word(&self, address: usize, number: usize) -> Option<usize> {
        let at = address.checked_add(number.checked_mul(4)?)?;
        let bytes = self.bytes(at, 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    pub(super) fn bytes(&self, address: usize, length: usize) -> Option<&[u8]> {
        self.0.iter().find_map(|(start, bytes)| {
            let from = address.checked_sub(*start)?;
            bytes.get(from..from.checked_add(length)?)
        })
    }

    pub(super) fn clear(&mut self, address: usize, length: usize) {
        self.place(address, length).fill(0);
    }

    pub(super) fn put(&mut self, address: usize, bytes: &[u8]) {
        self.place(address, bytes.len()).copy_from_slice(bytes);
    }

    fn place(&mut self, address: usize, length: usize) -> &mut [u8] {
        let found = self.0.iter_mut().find_map(|(start, bytes)| {
            let from = address.checked_sub(*start)?;
            bytes.get_mut(from..from.checked_add(length)?)
        });
        found.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANIC: &str = "core[c5930c85a12de822]::panicking::panic_fmt";

    fn sized(bytes: &[u8]) -> Vec<u8> {
        [sections::written(bytes.len()).as_slice(), bytes].concat()
    }

    /// One import, then functions with these names and bodies.
    fn module(functions: &[(&str, &[u8])], export: &str, data: &[u8]) -> Vec<u8> {
        let count = u8::try_from(functions.len()).unwrap();
        let imports = b"\x01\x01a\x01b\x00\x00";
        let exports = [&[1], sized(export.as_bytes()).as_slice(), &[0, 1]].concat();
        let mut code = vec![count];
        let mut named = vec![count];
        for (number, (name, body)) in (1_u8..).zip(functions) {
            code.extend(sized(body));
            named.push(number);
            named.extend(sized(name.as_bytes()));
        }
        let names = [sized(b"name").as_slice(), &[1], &sized(&named)].concat();
        sections::join([
            Section {
                id: IMPORTS,
                body: imports,
            },
            Section {
                id: EXPORTS,
                body: &exports,
            },
            Section {
                id: CODE,
                body: &code,
            },
            Section {
                id: DATA,
                body: data,
            },
            Section {
                id: CUSTOM,
                body: &names,
            },
        ])
    }

    fn bodies(module: &[u8]) -> Vec<Vec<u8>> {
        let sections = sections::of(module).unwrap();
        let code = sections.iter().find(|section| section.id == CODE).unwrap();
        let mut reader = Reader(code.body);
        let count = reader.count().unwrap();
        (0..count)
            .map(|_| reader.name().unwrap().to_vec())
            .collect()
    }

    #[test]
    fn a_panic_becomes_a_call_of_the_hook_and_a_trap() {
        let says_much: &[u8] = &[0, 0x41, 7, 0x1a, UNREACHABLE, END];
        let returns: &[u8] = &[0, 0x41, 7, END];
        let functions = [
            ("keyway_edge::guard::panicked", returns),
            (PANIC, says_much),
            ("core[c5930c85a12de822]::panicking::panic_count", returns),
            ("keyway_edge::panicking::on_fail", says_much),
        ];
        let found = bodies(&trapping(&module(&functions, HOOK, &[0]), Formatting::Used).unwrap());
        let trap: &[u8] = &[0, CALL, 1, UNREACHABLE, END];
        assert_eq!(found, [returns, trap, returns, says_much]);
        let found =
            bodies(&trapping(&module(&functions, "other", &[0]), Formatting::Used).unwrap());
        assert_eq!(found[1], [0, UNREACHABLE, END]);
    }

    #[test]
    fn formatting_is_kept_where_it_is_used() {
        let writes: &[u8] = &[0, 0x41, 7, END];
        let functions = [
            ("keyway_browser::check", writes),
            ("core[c5930c85a12de822]::fmt::write", writes),
            ("<u32 as core[c5930c85a12de822]::fmt::Display>::fmt", writes),
        ];
        let module = module(&functions, "other", &[0]);
        let kept = bodies(&trapping(&module, Formatting::Used).unwrap());
        assert_eq!(kept, [writes; 3]);
        let trap: &[u8] = &[0, UNREACHABLE, END];
        let left = bodies(&trapping(&module, Formatting::Unused).unwrap());
        assert_eq!(left, [writes, trap, trap]);
    }

    #[test]
    fn what_panics_alone_show_writes_nothing() {
        let writes: &[u8] = &[0, 0x41, 7, END];
        let functions = [
            ("keyway_edge::guard::panicked", writes),
            ("<str as core[c5930c85a12de822]::fmt::Debug>::fmt", writes),
            ("<str as core[c5930c85a12de822]::fmt::Display>::fmt", writes),
            ("<worker::Error as core::fmt::Debug>::fmt::h255f", writes),
            (
                "<worker::Error as core::fmt::Debug>::fmt::id::h255f",
                writes,
            ),
            (
                "<wasm_bindgen::JsValue as core::fmt::Debug>::fmt::h1",
                writes,
            ),
            ("<&T as core::fmt::Debug>::fmt::h13b6", writes),
            ("std[a543996e6e7dbf1e]::panicking::default_hook", writes),
        ];
        let found = bodies(&trapping(&module(&functions, HOOK, &[0]), Formatting::Used).unwrap());
        let nothing: &[u8] = &[0, I32_CONST, FINE, END];
        let trap: &[u8] = &[0, CALL, 1, UNREACHABLE, END];
        assert_eq!(
            found,
            [
                writes, nothing, writes, nothing, writes, writes, writes, trap
            ]
        );
        assert_eq!(
            without_hashes("<[u8] as alloc[3ca501edff3f0c7c]::slice::Join>"),
            "<[u8] as alloc::slice::Join>"
        );
    }

    #[test]
    fn a_location_is_forgotten_and_nothing_else() {
        let words = |words: [u32; 4]| words.map(u32::to_le_bytes).concat();
        let start = 1 << 20;
        let location = words([start + 32, 9, 120, 17]);
        let other = words([start + 41, 7, 120, 17]);
        let bytes = [location, other.clone(), b"src/id.rsno file".to_vec()].concat();
        let mut data = vec![1, 0, I32_CONST];
        data.extend(sections::written_signed(usize::try_from(start).unwrap()));
        data.push(END);
        data.extend(sized(&bytes));
        let forgotten = Memory::read(&without_locations(&data).unwrap()).unwrap();
        let expected = [vec![0; 16], other, vec![0; 9], b"no file".to_vec()].concat();
        assert_eq!(forgotten.0, [(usize::try_from(start).unwrap(), expected)]);
    }

    #[test]
    fn what_is_no_module_with_names_is_refused() {
        let whole = module(&[(PANIC, &[0, UNREACHABLE, END])], HOOK, &[0]);
        assert!(trapping(&whole, Formatting::Used).is_some());
        for cut in 0..whole.len() {
            assert_eq!(trapping(&whole[..cut], Formatting::Used), None, "{cut}");
        }
    }
}
