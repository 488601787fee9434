//! The configuration of workerd: which services there are and what is bound to what.
//!
//! The plain plan is the deployment: one service with the Worker and its objects.
//! The others take them apart, so that a test can come between:
//!
//! ```text
//!   plain    edge (Worker, Workspace, Feed) ──KEYS──▶ kv
//!
//!   gated    edge (Worker) ──KEYS──▶ kv
//!             └─WORKSPACE, FEED─▶ gate ─▶ authority (Workspace, Feed) ──KEYS──▶ kv of the authority
//!
//!   globe    weur-1, weur-2 (Worker) ──KEYS──▶ kv of weur
//!             └─WORKSPACE, FEED─▶ gate of weur ─┐
//!            apac-1 … likewise                  │ another process
//!                                               ▼
//!            authority (Workspace, Feed) ──KEYS──▶ kv of the authority
//!             └─WORKSPACE, FEED─▶ gate of the authority ─▶ authority
//! ```
//!
//! A service has an isolate of its own, so two services of one place are two
//! isolates of one location. The authority of a globe is a process of its own,
//! so that isolates and objects can be killed without one another; its objects
//! call one another through its own gate.

use std::fmt::Write as _;

/// What the tests decide about the services.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As in `wrangler.toml`.
    pub compatibility_date: String,
    /// Text bindings of every Worker: secrets and variables.
    pub texts: Vec<(String, String)>,
    /// Where requests come in.
    pub places: Vec<Place>,
    /// Where the objects are.
    pub objects: Objects,
    /// Whether the Worker may reach servers of this machine, which on the
    /// platform it cannot.
    pub open: bool,
    /// The port where whatever the Worker fetches arrives, if it is anywhere.
    pub sink: Option<u16>,
    /// Whether e-mail is bound: letters arrive there, too.
    pub mail: bool,
}

/// A location.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name, for gates.
    pub name: String,
    /// The sockets of its isolates; a service is named as its socket.
    pub sockets: Vec<String>,
    /// Text bindings of its own.
    pub texts: Vec<(String, String)>,
    /// The port of the KV endpoint that its Worker reads.
    pub kv: u16,
}

/// Where the objects are. Ports of gates are those of their control, ports of
/// an authority's KV those of the endpoint that the objects write.
#[derive(Clone, Copy, Debug)]
pub enum Objects {
    /// In the Worker itself, as it is deployed.
    Own,
    /// In a service of their own, behind gates.
    Apart {
        /// The control of the gates.
        gate: u16,
        /// The KV of the authority.
        kv: u16,
    },
    /// In another process, behind gates.
    Elsewhere {
        /// The control of the gates.
        gate: u16,
        /// Where that process is found.
        authority: u16,
    },
    /// This is the process of the objects. It has no places.
    Here {
        /// The control of the gates.
        gate: u16,
        /// The KV of the authority.
        kv: u16,
    },
}

/// The socket of the process of the objects.
pub const OBJECTS: &str = "objects";

/// The place from which the objects call one another.
pub const AUTHORITY: &str = "authority";

const SINK: &str = "sink";
const EMAIL: &str = "email";
const AUTHORITY_KV: &str = "kv-authority";
const CONTROL: &str = "gate-control";

/// The key under which the files of the feeds are kept.
pub const FEED_KEY: &str = "feed";

/// The classes of object, the bindings that lead to them, and the keys of their files.
const CLASSES: [(&str, &str, &str); 2] = [
    ("WORKSPACE", "Workspace", "workspace"),
    ("FEED", "Feed", FEED_KEY),
];

impl Plan {
    /// The configuration, as the text that `workerd serve` reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut services = String::new();
        let mut sockets = String::new();
        let mut socket = |name: &str| {
            let _ = writeln!(
                sockets,
                "    (name = \"{name}\", address = \"127.0.0.1:0\", http = (), service = \"{name}\"),"
            );
        };
        for place in &self.places {
            let (gate, own) = match self.objects {
                Objects::Own => (None, true),
                _ => (Some(place.gate()), false),
            };
            for name in &place.sockets {
                services += &self.worker(name, &place.kv(), gate.as_deref(), own, &place.texts);
                socket(name);
            }
            services += &external(&place.kv(), place.kv);
            if let Some(gate) = gate {
                services += &self.gate(&gate, &place.name);
            }
        }
        if self.open {
            services +=
                "    (name = \"internet\", network = (allow = [\"public\", \"private\"])),\n";
        }
        if let Some(port) = self.sink {
            services += &external(SINK, port);
        }
        if self.mail {
            let sink = format!("(name = \"SINK\", service = \"{SINK}\")");
            services += &self.script(EMAIL, "email.js", &[sink], "");
        }
        match self.objects {
            Objects::Own => {}
            Objects::Apart { gate, kv } => {
                services += &self.worker(AUTHORITY, AUTHORITY_KV, None, true, &[]);
                services += &external(AUTHORITY_KV, kv);
                services += &external(CONTROL, gate);
            }
            Objects::Elsewhere { gate, authority } => {
                services += &external(OBJECTS, authority);
                services += &external(CONTROL, gate);
            }
            Objects::Here { gate, kv } => {
                let own_gate = format!("gate-{AUTHORITY}");
                services += &self.worker(AUTHORITY, AUTHORITY_KV, Some(&own_gate), true, &[]);
                services += &external(AUTHORITY_KV, kv);
                services += &external(CONTROL, gate);
                services += &self.gate(&own_gate, AUTHORITY);
                services += &self.script(OBJECTS, "objects.js", &bindings(Some(AUTHORITY)), "");
                socket(OBJECTS);
            }
        }
        format!(
            "using Workerd = import \"/workerd/workerd.capnp\";
const config :Workerd.Config = (
  services = [
{services}    (name = \"disk\", disk = (path = \"state\", writable = true)),
  ],
  sockets = [
{sockets}  ]
);
const code :List(Workerd.Worker.Module) = [
  (name = \"index.js\", esModule = embed \"index.js\"),
  (name = \"index_bg.wasm\", wasm = embed \"index_bg.wasm\")];
"
        )
    }

    /// All sockets.
    #[must_use]
    pub fn sockets(&self) -> Vec<String> {
        if let Objects::Here { .. } = self.objects {
            return vec![OBJECTS.to_owned()];
        }
        let sockets = self.places.iter().flat_map(|place| &place.sockets);
        sockets.cloned().collect()
    }

    /// A service with the compiled Worker, whose objects are reached through a
    /// gate or else directly; they are its own or those of another.
    fn worker(
        &self,
        name: &str,
        kv: &str,
        gate: Option<&str>,
        own: bool,
        texts: &[(String, String)],
    ) -> String {
        let date = &self.compatibility_date;
        let mut all = vec![format!("(name = \"KEYS\", kvNamespace = \"{kv}\")")];
        all.extend(bindings(gate));
        all.extend(
            self.texts.iter().chain(texts).map(|(name, value)| {
                format!("(name = {}, text = {})", quoted(name), quoted(value))
            }),
        );
        if self.mail {
            all.push(format!("(name = \"EMAIL\", service = \"{EMAIL}\")"));
        }
        let all = all.join(",\n      ");
        let sink = self.sink.map_or(String::new(), |_| {
            format!(",\n      globalOutbound = \"{SINK}\"")
        });
        let own = if own {
            format!(
                ",\n      {},\n      durableObjectStorage = (localDisk = \"disk\")",
                classes("", ", enableSql = true")
            )
        } else {
            String::new()
        };
        format!(
            "    (name = \"{name}\", worker = (modules = .code, compatibilityDate = \"{date}\", bindings = [\n      {all}]{own}{sink})),\n"
        )
    }

    /// The gate of what is called from there.
    fn gate(&self, name: &str, from: &str) -> String {
        let mut all = vec![
            format!("(name = \"GATE\", service = \"{CONTROL}\")"),
            format!("(name = \"FROM\", text = \"{from}\")"),
        ];
        match self.objects {
            Objects::Elsewhere { .. } => {
                all.push(format!("(name = \"OBJECTS\", service = \"{OBJECTS}\")"));
            }
            _ => all.extend(bindings(Some(AUTHORITY))),
        }
        let own = format!(
            ",\n      {},\n      durableObjectStorage = (inMemory = void)",
            classes(&format!("{name}-"), "")
        );
        self.script(name, "gate.js", &all, &own)
    }

    /// A service with a script of ours.
    fn script(&self, name: &str, file: &str, bindings: &[String], rest: &str) -> String {
        let date = &self.compatibility_date;
        let bindings = bindings.join(",\n        ");
        format!(
            "    (name = \"{name}\", worker = (compatibilityDate = \"{date}\",
      modules = [(name = \"{file}\", esModule = embed \"{file}\")],
      bindings = [
        {bindings}]{rest})),\n"
        )
    }
}

impl Place {
    fn kv(&self) -> String {
        format!("kv-{}", self.name)
    }

    fn gate(&self) -> String {
        format!("gate-{}", self.name)
    }
}

/// The bindings of the objects: those of another service, or a Worker's own.
fn bindings(service: Option<&str>) -> Vec<String> {
    let of = service.map_or_else(String::new, |name| format!(", serviceName = \"{name}\""));
    let binding = |(binding, class, _): &(&str, &str, &str)| {
        format!("(name = \"{binding}\", durableObjectNamespace = (className = \"{class}\"{of}))")
    };
    CLASSES.iter().map(binding).collect()
}

/// The classes of objects that a service has itself.
fn classes(prefix: &str, rest: &str) -> String {
    let classes: Vec<String> = CLASSES
        .iter()
        .map(|(_, class, key)| {
            format!("(className = \"{class}\", uniqueKey = \"{prefix}{key}\"{rest})")
        })
        .collect();
    format!("durableObjectNamespaces = [{}]", classes.join(", "))
}

fn external(name: &str, port: u16) -> String {
    format!("    (name = \"{name}\", external = (address = \"127.0.0.1:{port}\", http = ())),\n")
}

/// A text of Cap'n Proto.
fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}
