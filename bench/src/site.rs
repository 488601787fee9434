//! The ground that a workerd stands on: a folder of its own, which it can be
//! started on again and again.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use keyway_tests::locate;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    config::{INITIAL, KV_SCRIPT, Kv, Plan, STATE},
    place::{self, Compiled},
    runtime::Runtime,
};

/// What a KV namespace holds.
pub(crate) type Values = BTreeMap<String, Vec<u8>>;

/// What an answer of a peer is to look like, besides its content.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// By name.
    pub(crate) headers: Value,
    pub(crate) has_body: bool,
}

impl Shape {
    fn json(&self) -> Vec<u8> {
        let shape = json!({ "headers": self.headers, "hasBody": self.has_body });
        shape.to_string().into_bytes()
    }
}

/// A folder with a configuration and its files.
#[derive(Debug)]
pub(crate) struct Site {
    folder: TempDir,
}

impl Site {
    fn new(plan: &Plan, files: &[(&str, Vec<u8>)]) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("keyway-bench-")
            .tempdir()
            .context("cannot make a temporary directory")?;
        let site = Self { folder };
        for (name, bytes) in files {
            site.put(name, bytes)?;
        }
        site.put("config.capnp", plan.text().as_bytes())?;
        fs::create_dir(site.state())?;
        Ok(site)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    /// A Worker that answers every request with `answer`.
    pub(crate) fn floor(answer: &Value, reads: &str) -> Result<Self> {
        let plan = Plan {
            compatibility_date: locate::compatibility_date(),
            modules: &["floor.js"],
            texts: vec![("READS".to_owned(), reads.to_owned())],
            values: vec![("ANSWER", "answer.json")],
            objects: Vec::new(),
            kv: Kv::None,
        };
        let files = [
            ("floor.js", place::read("bench/workers/floor.js")?),
            ("answer.json", answer.to_string().into_bytes()),
        ];
        Self::new(&plan, &files)
    }

    /// The check written with Hono.
    pub(crate) fn hono(verify: &Shape, auth: &Shape, values: &Values) -> Result<Self> {
        let plan = Plan {
            compatibility_date: locate::compatibility_date(),
            modules: &["hono.js"],
            texts: Vec::new(),
            values: vec![("VERIFY", "verify.json"), ("AUTH", "auth.json")],
            objects: Vec::new(),
            kv: Kv::Inside,
        };
        let files = [
            ("hono.js", place::hono()?),
            ("verify.json", verify.json()),
            ("auth.json", auth.json()),
            (KV_SCRIPT, kv_script()?),
            (INITIAL, initial(values)),
        ];
        Self::new(&plan, &files)
    }

    /// Keyway with nothing stored, and its KV where somebody else looks after it.
    pub(crate) fn empty_keyway(
        compiled: &Compiled,
        texts: &[(String, String)],
        kv: u16,
    ) -> Result<Self> {
        Self::new(&keyway(compiled, texts, Kv::At(kv)), &files_of(compiled))
    }

    /// Keyway with what another one has stored.
    pub(crate) fn keyway(
        compiled: &Compiled,
        texts: &[(String, String)],
        values: &Values,
        state: &Path,
    ) -> Result<Self> {
        let mut files = files_of(compiled);
        files.push((KV_SCRIPT, kv_script()?));
        files.push((INITIAL, initial(values)));
        let site = Self::new(&keyway(compiled, texts, Kv::Inside), &files)?;
        copy(state, &site.state())?;
        Ok(site)
    }

    /// The files of the Durable Objects.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join(STATE)
    }

    /// Starts workerd on it.
    pub(crate) fn start(&self) -> Result<Runtime> {
        Runtime::start(self.folder.path())
    }
}

/// The classes that Keyway has, or is going to have.
const OBJECTS: [&str; 3] = ["Workspace", "Feed", "Meter"];

fn keyway(compiled: &Compiled, texts: &[(String, String)], kv: Kv) -> Plan {
    let script = String::from_utf8_lossy(&compiled.script);
    let exports = exports(&script);
    let objects = OBJECTS.into_iter();
    Plan {
        compatibility_date: locate::compatibility_date(),
        modules: &["index.js", "index_bg.wasm"],
        texts: texts.to_vec(),
        values: Vec::new(),
        objects: objects.filter(|class| exports.contains(class)).collect(),
        kv,
    }
}

fn files_of(compiled: &Compiled) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("index.js", compiled.script.clone()),
        ("index_bg.wasm", compiled.wasm.clone()),
    ]
}

fn kv_script() -> Result<Vec<u8>> {
    place::read("bench/workers/kv.js")
}

fn initial(values: &Values) -> Vec<u8> {
    let values: BTreeMap<&String, String> = values
        .iter()
        .map(|(key, bytes)| (key, BASE64_STANDARD.encode(bytes)))
        .collect();
    json!(values).to_string().into_bytes()
}

/// The names in `export { … }` of a bundled script.
fn exports(script: &str) -> Vec<&str> {
    let lists = script.split("export").skip(1).filter_map(|rest| {
        let list = rest.trim_start().strip_prefix('{')?;
        Some(list.split_once('}')?.0)
    });
    lists
        .flat_map(|list| list.split(','))
        .filter_map(|item| item.split_whitespace().next_back())
        .collect()
}

/// Copies a tree.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_found_in_a_bundle() {
        let minified = "var a=1;export{b as Feed,c as Workspace,d as default};";
        assert_eq!(exports(minified), ["Feed", "Workspace", "default"]);
        let plain = "export {\n  Workspace,\n  entry_default as default\n};\n";
        assert_eq!(exports(plain), ["Workspace", "default"]);
        assert!(exports("const text = 'export';").is_empty());
    }

    #[test]
    fn a_state_is_copied_whole() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("workspace")).unwrap();
        fs::write(from.path().join("workspace/a.sqlite"), "rows").unwrap();
        copy(from.path(), &to.path().join("state")).unwrap();
        let copied = fs::read_to_string(to.path().join("state/workspace/a.sqlite")).unwrap();
        assert_eq!(copied, "rows");
    }
}
