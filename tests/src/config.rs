//! The configuration of workerd: which services there are and what is bound to what.
//!
//! The plain plan is the deployment: one service with the Worker and its object.
//! The gated plan takes them apart, so that a test can come between them:
//!
//! ```text
//!   plain    edge (Worker + Workspace) ──KEYS──▶ kv
//!
//!   gated    edge (Worker) ──KEYS──────▶ kv
//!             └─WORKSPACE─▶ gate ─▶ authority (Workspace) ──KEYS──▶ kv of the authority
//! ```
//!
//! Several locations are several services like `edge`, each with a socket and
//! a KV endpoint of its own, before one authority.

use std::fmt::Write as _;

/// What the tests decide about the services.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As in `wrangler.toml`.
    pub compatibility_date: String,
    /// Text bindings of the Worker: secrets and variables.
    pub texts: Vec<(String, String)>,
    /// The port of the KV endpoint that the Worker reads.
    pub kv: u16,
    /// Set when the Worker and its object are taken apart.
    pub apart: Option<Apart>,
}

/// The ports of what stands between.
#[derive(Clone, Copy, Debug)]
pub struct Apart {
    /// The control of the gate.
    pub gate: u16,
    /// The KV endpoint that the object writes.
    pub authority_kv: u16,
}

/// The socket that workerd reports, see [`Workerd`](crate::workerd::Workerd).
pub const SOCKET: &str = "edge";

/// The class of the object, and the key under which its files are kept.
const OBJECT: &str = "durableObjectNamespaces = [(className = \"Workspace\", uniqueKey = \"workspace\", enableSql = true)],
      durableObjectStorage = (localDisk = \"disk\")";

impl Plan {
    /// The configuration, as the text that `workerd serve` reads.
    #[must_use]
    pub fn text(&self) -> String {
        let date = &self.compatibility_date;
        let mut services = String::new();
        let mut worker = |name: &str, kv: &str, workspace: &str, rest: &str| {
            let mut bindings = format!(
                "(name = \"KEYS\", kvNamespace = \"{kv}\"),\n      (name = \"WORKSPACE\", durableObjectNamespace = ({workspace}))"
            );
            for (name, value) in &self.texts {
                let _ = write!(
                    bindings,
                    ",\n      (name = {}, text = {})",
                    quoted(name),
                    quoted(value)
                );
            }
            let _ = write!(
                services,
                "    (name = \"{name}\", worker = (modules = .code, compatibilityDate = \"{date}\", bindings = [\n      {bindings}]{rest})),\n"
            );
        };
        match self.apart {
            None => worker(
                "edge",
                "kv",
                "className = \"Workspace\"",
                &format!(",\n      {OBJECT}"),
            ),
            Some(_) => {
                worker(
                    "edge",
                    "kv",
                    "className = \"Workspace\", serviceName = \"gate\"",
                    "",
                );
                worker(
                    "authority",
                    "authority-kv",
                    "className = \"Workspace\"",
                    &format!(",\n      {OBJECT}"),
                );
            }
        }
        if let Some(apart) = self.apart {
            let _ = write!(
                services,
                "    (name = \"gate\", worker = (compatibilityDate = \"{date}\",
      modules = [(name = \"gate.js\", esModule = embed \"gate.js\")],
      bindings = [
        (name = \"GATE\", service = \"gate-control\"),
        (name = \"WORKSPACE\", durableObjectNamespace = (className = \"Workspace\", serviceName = \"authority\"))],
      durableObjectNamespaces = [(className = \"Workspace\", uniqueKey = \"gate\")],
      durableObjectStorage = (inMemory = void))),
    (name = \"gate-control\", external = (address = \"127.0.0.1:{}\", http = ())),
    (name = \"authority-kv\", external = (address = \"127.0.0.1:{}\", http = ())),\n",
                apart.gate, apart.authority_kv
            );
        }
        let kv = self.kv;
        format!(
            "using Workerd = import \"/workerd/workerd.capnp\";
const config :Workerd.Config = (
  services = [
{services}    (name = \"kv\", external = (address = \"127.0.0.1:{kv}\", http = ())),
    (name = \"disk\", disk = (path = \"state\", writable = true)),
  ],
  sockets = [(name = \"{SOCKET}\", address = \"127.0.0.1:0\", http = (), service = \"edge\")]
);
const code :List(Workerd.Worker.Module) = [
  (name = \"index.js\", esModule = embed \"index.js\"),
  (name = \"index_bg.wasm\", wasm = embed \"index_bg.wasm\")];
"
        )
    }
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
