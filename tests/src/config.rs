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
//!   places   weur-1, weur-2 (Worker) ──KEYS──▶ kv of weur
//!             └─WORKSPACE, FEED─▶ gate of weur ─▶ authority ──KEYS──▶ kv of the authority
//!            apac-1 … likewise                      ▲   │
//!                                                   └───┴─ gate of the authority
//! ```
//!
//! A service has an isolate of its own, so two services of one place are two
//! isolates of one location. The objects of the authority call one another
//! through its own gate.

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
    /// Set when the Worker and its objects are taken apart.
    pub apart: Option<Apart>,
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

/// What stands between the Worker and its objects.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    /// The control of the gates.
    pub gate: u16,
    /// The KV endpoint that the objects write.
    pub authority_kv: u16,
    /// Whether the objects call one another through a gate too.
    pub gated_authority: bool,
}

/// The place from which the objects call one another.
pub const AUTHORITY: &str = "authority";

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
        for place in &self.places {
            let gate = self.apart.map(|_| place.gate());
            for socket in &place.sockets {
                services += &self.worker(socket, &place.kv(), gate.as_deref(), &place.texts);
                let _ = writeln!(
                    sockets,
                    "    (name = \"{socket}\", address = \"127.0.0.1:0\", http = (), service = \"{socket}\"),"
                );
            }
            services += &external(&place.kv(), place.kv);
        }
        if let Some(apart) = self.apart {
            let own_gate = format!("gate-{AUTHORITY}");
            let gate = apart.gated_authority.then_some(own_gate.as_str());
            services += &self.worker(AUTHORITY, "kv-authority", gate, &[]);
            services += &external("kv-authority", apart.authority_kv);
            services += &external("gate-control", apart.gate);
            for place in &self.places {
                services += &self.gate(&place.gate(), &place.name);
            }
            if let Some(gate) = gate {
                services += &self.gate(gate, AUTHORITY);
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
        let sockets = self.places.iter().flat_map(|place| &place.sockets);
        sockets.cloned().collect()
    }

    /// A service with the compiled Worker, whose objects are reached through a
    /// gate or are its own.
    fn worker(
        &self,
        name: &str,
        kv: &str,
        gate: Option<&str>,
        texts: &[(String, String)],
    ) -> String {
        let date = &self.compatibility_date;
        let mut bindings = vec![format!("(name = \"KEYS\", kvNamespace = \"{kv}\")")];
        bindings.extend(objects(gate));
        bindings.extend(
            self.texts.iter().chain(texts).map(|(name, value)| {
                format!("(name = {}, text = {})", quoted(name), quoted(value))
            }),
        );
        let bindings = bindings.join(",\n      ");
        let owns = name == AUTHORITY || self.apart.is_none();
        let own = if owns {
            let classes: Vec<String> = CLASSES
                .iter()
                .map(|(_, class, key)| {
                    format!("(className = \"{class}\", uniqueKey = \"{key}\", enableSql = true)")
                })
                .collect();
            format!(
                ",\n      durableObjectNamespaces = [{}],\n      durableObjectStorage = (localDisk = \"disk\")",
                classes.join(", ")
            )
        } else {
            String::new()
        };
        format!(
            "    (name = \"{name}\", worker = (modules = .code, compatibilityDate = \"{date}\", bindings = [\n      {bindings}]{own})),\n"
        )
    }

    /// The gate of what is called from there.
    fn gate(&self, name: &str, from: &str) -> String {
        let date = &self.compatibility_date;
        let objects = objects(Some(AUTHORITY)).join(",\n        ");
        let classes: Vec<String> = CLASSES
            .iter()
            .map(|(_, class, key)| {
                format!("(className = \"{class}\", uniqueKey = \"{name}-{key}\")")
            })
            .collect();
        format!(
            "    (name = \"{name}\", worker = (compatibilityDate = \"{date}\",
      modules = [(name = \"gate.js\", esModule = embed \"gate.js\")],
      bindings = [
        (name = \"GATE\", service = \"gate-control\"),
        (name = \"FROM\", text = \"{from}\"),
        {objects}],
      durableObjectNamespaces = [{}],
      durableObjectStorage = (inMemory = void))),\n",
            classes.join(", ")
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
fn objects(service: Option<&str>) -> Vec<String> {
    let of = service.map_or_else(String::new, |name| format!(", serviceName = \"{name}\""));
    let binding = |(binding, class, _): &(&str, &str, &str)| {
        format!("(name = \"{binding}\", durableObjectNamespace = (className = \"{class}\"{of}))")
    };
    CLASSES.iter().map(binding).collect()
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
