//! The configuration of one workerd: a Worker behind a socket, and its KV.

use std::fmt::Write as _;

/// The socket that the Worker answers on.
pub(crate) const SOCKET: &str = "edge";

/// The services of one process.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// As in `wrangler.toml`, for every Worker of the run.
    pub(crate) compatibility_date: String,
    /// Files of the Worker; the first is its entry.
    pub(crate) modules: &'static [&'static str],
    pub(crate) texts: Vec<(String, String)>,
    /// Bindings whose value is the JSON of a file.
    pub(crate) values: Vec<(&'static str, &'static str)>,
    /// Classes of the Worker's Durable Objects.
    pub(crate) objects: Vec<&'static str>,
    pub(crate) kv: Kv,
}

/// Where the KV namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kv {
    None,
    /// In the same process, filled from [`INITIAL`] at its start.
    Inside,
    /// At this port of this machine.
    At(u16),
}

/// The script of the KV in the same process, and what it begins with.
pub(crate) const KV_SCRIPT: &str = "kv.js";
pub(crate) const INITIAL: &str = "kv.json";

/// The files of the objects, below the folder of the process.
pub(crate) const STATE: &str = "state";

impl Plan {
    /// The text that `workerd serve` reads.
    pub(crate) fn text(&self) -> String {
        let date = quoted(&self.compatibility_date);
        let mut services = format!(
            "    (name = \"main\", worker = (modules = [{}], compatibilityDate = {date}, bindings = [{}]{})),\n",
            self.modules(),
            self.bindings(),
            self.storage()
        );
        match self.kv {
            Kv::None => {}
            Kv::Inside => {
                let _ = writeln!(
                    services,
                    "    (name = \"kv\", worker = (modules = [(name = \"{KV_SCRIPT}\", esModule = embed \"{KV_SCRIPT}\")], \
                     compatibilityDate = {date}, bindings = [(name = \"INITIAL\", json = embed \"{INITIAL}\")])),"
                );
            }
            Kv::At(port) => {
                let _ = writeln!(
                    services,
                    "    (name = \"kv\", external = (address = \"127.0.0.1:{port}\", http = ())),"
                );
            }
        }
        if !self.objects.is_empty() {
            let _ = writeln!(
                services,
                "    (name = \"disk\", disk = (path = \"{STATE}\", writable = true)),"
            );
        }
        format!(
            "using Workerd = import \"/workerd/workerd.capnp\";
const config :Workerd.Config = (
  services = [
{services}  ],
  sockets = [(name = \"{SOCKET}\", address = \"127.0.0.1:0\", http = (), service = \"main\")]
);
"
        )
    }

    fn modules(&self) -> String {
        let module = |name: &&str| {
            let kind = if name.ends_with(".wasm") {
                "wasm"
            } else {
                "esModule"
            };
            format!("(name = \"{name}\", {kind} = embed \"{name}\")")
        };
        let modules: Vec<String> = self.modules.iter().map(module).collect();
        modules.join(", ")
    }

    fn bindings(&self) -> String {
        let mut bindings = Vec::new();
        if self.kv != Kv::None {
            bindings.push("(name = \"KEYS\", kvNamespace = \"kv\")".to_owned());
        }
        for class in &self.objects {
            let name = class.to_ascii_uppercase();
            bindings.push(format!(
                "(name = \"{name}\", durableObjectNamespace = (className = \"{class}\"))"
            ));
        }
        for (name, text) in &self.texts {
            bindings.push(format!(
                "(name = {}, text = {})",
                quoted(name),
                quoted(text)
            ));
        }
        for (name, file) in &self.values {
            bindings.push(format!("(name = \"{name}\", json = embed \"{file}\")"));
        }
        bindings.join(", ")
    }

    fn storage(&self) -> String {
        if self.objects.is_empty() {
            return String::new();
        }
        let object = |class: &&str| {
            let key = class.to_ascii_lowercase();
            format!("(className = \"{class}\", uniqueKey = \"{key}\", enableSql = true)")
        };
        let objects: Vec<String> = self.objects.iter().map(object).collect();
        format!(
            ", durableObjectNamespaces = [{}], durableObjectStorage = (localDisk = \"disk\")",
            objects.join(", ")
        )
    }
}

/// A text of Cap'n Proto.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            compatibility_date: "2026-11-01".to_owned(),
            modules: &["index.js", "index_bg.wasm"],
            texts: vec![("PEPPER_1".to_owned(), "a\"b".to_owned())],
            values: vec![("ANSWER", "answer.json")],
            objects: vec!["Workspace", "Feed"],
            kv: Kv::Inside,
        }
    }

    #[test]
    fn every_module_binding_and_object_is_there() {
        let text = plan().text();
        for part in [
            "(name = \"index.js\", esModule = embed \"index.js\")",
            "(name = \"index_bg.wasm\", wasm = embed \"index_bg.wasm\")",
            "(name = \"KEYS\", kvNamespace = \"kv\")",
            "(name = \"FEED\", durableObjectNamespace = (className = \"Feed\"))",
            "(name = \"PEPPER_1\", text = \"a\\\"b\")",
            "(name = \"ANSWER\", json = embed \"answer.json\")",
            "(className = \"Workspace\", uniqueKey = \"workspace\", enableSql = true)",
            "disk = (path = \"state\", writable = true)",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_worker_that_stores_nothing_has_no_storage() {
        let plan = Plan {
            objects: Vec::new(),
            kv: Kv::None,
            ..plan()
        };
        let text = plan.text();
        for part in ["disk", "KEYS", "durableObject", "kv.js"] {
            assert!(!text.contains(part), "{part} is in\n{text}");
        }
    }
}
