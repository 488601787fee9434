//! One test's world: a folder, secrets, a KV, a workerd.

use std::path::{Path, PathBuf};

use crate::{
    callers::{Admin, Page},
    client::{Answer, Door, Request},
    config::{Objects, Place, Plan},
    gate::Gate,
    kv::{Endpoint, Store},
    locate,
    log::Log,
    site::{self, Site},
};

/// The one place of such a world.
const EDGE: &str = "edge";

/// What a world is to be like.
#[derive(Debug, Default)]
pub struct Builder {
    gated: bool,
    open: bool,
    sink: Option<u16>,
    mail: bool,
    texts: Vec<(String, String)>,
    withheld: Vec<String>,
}

impl Builder {
    /// Worker and objects in services of their own, with a [`Gate`] between.
    #[must_use]
    pub fn gated(mut self) -> Self {
        self.gated = true;
        self
    }

    /// For servers of the test that the Worker is to reach.
    #[must_use]
    pub fn reaching_this_machine(mut self) -> Self {
        self.open = true;
        self
    }

    /// Whatever the Worker fetches arrives at that port.
    #[must_use]
    pub fn telling(mut self, sink: u16) -> Self {
        self.sink = Some(sink);
        self
    }

    /// With e-mail, whose letters arrive there, too.
    #[must_use]
    pub fn mailing(mut self) -> Self {
        self.mail = true;
        self
    }

    /// One more secret or variable.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.texts.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without one that every world has: the Worker is not configured.
    #[must_use]
    pub fn withhold(mut self, name: &str) -> Self {
        self.withheld.push(name.to_owned());
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When workerd or the Worker is missing or does not start.
    #[must_use]
    pub fn start(self) -> World {
        let (root, texts) = site::texts(self.texts, &self.withheld);
        let store = Store::default();
        let kv = Endpoint::serve(store.clone());
        let (gate, authority_kv) = self
            .gated
            .then(|| (Gate::start(), Endpoint::serve(store)))
            .unzip();
        let apart = gate.as_ref().zip(authority_kv.as_ref());
        let plan = Plan {
            compatibility_date: locate::compatibility_date(),
            texts,
            places: vec![Place {
                name: EDGE.to_owned(),
                sockets: vec![EDGE.to_owned()],
                texts: Vec::new(),
                kv: kv.port(),
            }],
            objects: apart.map_or(Objects::Own, |(gate, kv)| Objects::Apart {
                gate: gate.port(),
                kv: kv.port(),
            }),
            open: self.open,
            sink: self.sink,
            mail: self.mail,
        };
        let site = Site::start(&plan);
        let door = site.door(EDGE).clone();
        World {
            site,
            door,
            root,
            kv,
            gate,
            authority_kv,
        }
    }
}

/// Everything one test has to itself.
#[derive(Debug)]
pub struct World {
    site: Site,
    door: Door,
    root: String,
    kv: Endpoint,
    gate: Option<Gate>,
    authority_kv: Option<Endpoint>,
}

impl World {
    /// The plain one: as deployed, nothing set, nothing stored.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// For one that is not plain.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where the Worker answers.
    #[must_use]
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// Sends a request as it is.
    #[track_caller]
    #[must_use]
    pub fn send(&self, request: &Request) -> Answer {
        self.door.send(request)
    }

    /// The root token.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The holder of the root token.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin {
            door: self.door.clone(),
            token: self.root.clone(),
        }
    }

    /// The page, signed in with the root token.
    #[track_caller]
    #[must_use]
    pub fn page(&self) -> Page {
        Page::sign_in(&self.door, &self.root)
    }

    /// The KV that the Worker reads.
    #[must_use]
    pub fn kv(&self) -> &Endpoint {
        &self.kv
    }

    /// The way to the same KV that the outbox writes through: in a plain world
    /// the same endpoint.
    #[must_use]
    pub fn outbox_kv(&self) -> &Endpoint {
        self.authority_kv.as_ref().unwrap_or(&self.kv)
    }

    /// What is in the KV.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.kv.store()
    }

    /// The gate before the Workspace object.
    ///
    /// # Panics
    /// When the world was not made [`gated`](Builder::gated).
    #[must_use]
    pub fn gate(&self) -> &Gate {
        self.gate.as_ref().expect("a gated world")
    }

    /// What was printed so far.
    #[must_use]
    pub fn log(&self) -> &Log {
        self.site.log()
    }

    /// Everything on disk: state, logs, configuration.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.site.folder()
    }

    /// The files of the objects.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.site.state()
    }

    /// This test provokes log lines that would else count as a fall.
    pub fn expect_in_log(&mut self, part: &'static str) {
        self.site.expect_in_log(part);
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.site.kill();
    }

    /// SIGTERM, and waits for the end.
    pub fn terminate(&mut self) {
        self.site.terminate();
    }

    /// Starts workerd on the state that is there.
    pub fn start_again(&mut self) {
        self.site.start_again();
    }

    /// Ends workerd, and starts it with that secret or variable set anew.
    pub fn deploy(&mut self, name: &str, value: &str) {
        self.site.deploy(name, value);
    }

    /// Ends workerd, and starts it without that secret or variable.
    pub fn withdraw(&mut self, name: &str) {
        self.site.withdraw(name);
    }

    /// `kill -9` and a start.
    pub fn crash(&mut self) {
        self.site.crash();
    }
}
