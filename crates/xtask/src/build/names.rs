//! Gives short names to what the wasm and its script know each other by.
//!
//! wasm-bindgen's names end in a hash, which does not compress, and they stand
//! in both files: nobody reads them there.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context as _, Result};

use super::{
    prune,
    sections::{self, Reader, Section},
};

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Rewrites both.
pub(super) fn run(wasm: &Path, script: &Path) -> Result<()> {
    let module = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let text = fs::read_to_string(script)?;
    let (module, text) =
        shortened(&module, &text).with_context(|| format!("{} is no wasm", wasm.display()))?;
    fs::write(wasm, module).with_context(|| format!("cannot write {}", wasm.display()))?;
    Ok(fs::write(script, text)?)
}

/// `None` for bytes that are no module.
fn shortened(module: &[u8], script: &str) -> Option<(Vec<u8>, String)> {
    let sections = sections::of(module)?;
    let mut renamed = Renamed::new(script);
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    for section in &sections {
        match section.id {
            IMPORTS => imports = renamed.imports(section.body)?,
            EXPORTS => exports = renamed.exports(section.body)?,
            _ => {}
        }
    }
    let module = sections::join(sections.into_iter().map(|section| match section.id {
        IMPORTS => Section {
            body: &imports,
            ..section
        },
        EXPORTS => Section {
            body: &exports,
            ..section
        },
        _ => section,
    }));
    Some((module, renamed.script))
}

struct Renamed {
    script: String,
    names: HashMap<String, String>,
}

impl Renamed {
    fn new(script: &str) -> Self {
        Self {
            script: script.to_owned(),
            names: HashMap::new(),
        }
    }

    fn imports(&mut self, imports: &[u8]) -> Option<Vec<u8>> {
        let mut reader = Reader(imports);
        let count = reader.count()?;
        let mut section = sections::written(count);
        for _ in 0..count {
            let module = reader.name()?;
            let name = self.short(str::from_utf8(reader.name()?).ok()?);
            for text in [module, name.as_bytes()] {
                section.extend(sections::written(text.len()));
                section.extend_from_slice(text);
            }
            let kind = reader.0;
            reader.kind_of_import()?;
            let length = kind.len().checked_sub(reader.0.len())?;
            section.extend_from_slice(kind.get(..length)?);
        }
        Some(section)
    }

    /// The script may call an export from several places, so only such names are
    /// shortened as nothing else can have.
    fn exports(&mut self, exports: &[u8]) -> Option<Vec<u8>> {
        let mut reader = Reader(exports);
        let count = reader.count()?;
        let mut section = sections::written(count);
        for number in 0..count {
            let mut name = str::from_utf8(reader.name()?).ok()?.to_owned();
            if name.starts_with("__wbindgen_") || name.contains("_____") {
                let short = format!("$_{number}");
                let places: Vec<usize> = prune::places(&self.script, &name).collect();
                for at in places.into_iter().rev() {
                    let end = at.saturating_add(name.len());
                    self.script.replace_range(at..end, &short);
                }
                name = short;
            }
            section.extend(sections::written(name.len()));
            section.extend_from_slice(name.as_bytes());
            let kind = reader.0;
            reader.byte()?;
            reader.number()?;
            let length = kind.len().checked_sub(reader.0.len())?;
            section.extend_from_slice(kind.get(..length)?);
        }
        Some(section)
    }

    /// Only what stands in the script once: as the name of a property that the
    /// module is given. Elsewhere it might be something else.
    fn short(&mut self, name: &str) -> String {
        if let Some(short) = self.names.get(name) {
            return short.clone();
        }
        let places: Vec<usize> = prune::places(&self.script, name).collect();
        let short = match places[..] {
            [at] => {
                let short = format!("_{}", self.names.len());
                let end = at.saturating_add(name.len());
                self.script.replace_range(at..end, &short);
                short
            }
            _ => name.to_owned(),
        };
        self.names.insert(name.to_owned(), short.clone());
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_in_both() {
        let imports =
            b"\x03\x01m\x08log_12ab\x00\x05\x01m\x05twice\x00\x06\x01m\x07get_9f0\x04\x00\x05";
        let module = sections::join([Section {
            id: IMPORTS,
            body: imports,
        }]);
        let script = "{log_12ab:function(e){twice()},twice:twice,get_9f0:1,get_9f01:2}";
        let (module, script) = shortened(&module, script).unwrap();
        assert_eq!(
            script,
            "{_0:function(e){twice()},twice:twice,_2:1,get_9f01:2}"
        );
        let sections = sections::of(&module).unwrap();
        assert_eq!(
            sections[0].body,
            b"\x03\x01m\x02_0\x00\x05\x01m\x05twice\x00\x06\x01m\x02_2\x04\x00\x05"
        );
    }

    #[test]
    fn an_export_is_renamed_wherever_it_is_called() {
        let name = "wasm_bindgen__closures_____invoke__h12";
        let exports = [
            b"\x02\x05fetch\x00\x01".as_slice(),
            &[u8::try_from(name.len()).unwrap()],
            name.as_bytes(),
            b"\x00\x02",
        ]
        .concat();
        let module = sections::join([Section {
            id: EXPORTS,
            body: &exports,
        }]);
        let script = format!("i.fetch();i.{name}(1);i.{name}(2);i.{name}2()");
        let (module, script) = shortened(&module, &script).unwrap();
        assert_eq!(script, format!("i.fetch();i.$_1(1);i.$_1(2);i.{name}2()"));
        let sections = sections::of(&module).unwrap();
        assert_eq!(sections[0].body, b"\x02\x05fetch\x00\x01\x03$_1\x00\x02");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let cut = sections::join([Section {
            id: IMPORTS,
            body: b"\x02\x01a\x01b\x00",
        }]);
        assert_eq!(shortened(&cut, ""), None);
        assert_eq!(shortened(b"not wasm", ""), None);
    }
}
