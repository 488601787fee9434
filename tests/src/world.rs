//! One test's world: a folder, secrets, a KV, a workerd.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use tempfile::TempDir;

use crate::{
    callers::{Admin, Page},
    client::{Answer, Door, Request},
    config::{Apart, Plan},
    gate::Gate,
    kv::{Endpoint, Store},
    locate,
    log::Log,
    tokens,
    workerd::Workerd,
};

/// What a world is to be like.
#[derive(Debug, Default)]
pub struct Builder {
    gated: bool,
    texts: Vec<(String, String)>,
    withheld: Vec<String>,
}

impl Builder {
    /// Worker and Workspace object in services of their own, with a [`Gate`] between.
    #[must_use]
    pub fn gated(mut self) -> Self {
        self.gated = true;
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
        let folder = tempfile::Builder::new()
            .prefix("keyway-")
            .tempdir()
            .expect("a folder");
        let root = tokens::token("kwm_root");
        let pepper = tokens::random(48);
        let mut texts = vec![
            ("ROOT_TOKEN".to_owned(), root.clone()),
            ("PEPPER_1".to_owned(), pepper),
        ];
        // A later one of the same name replaces the first.
        for (name, value) in self.texts {
            texts.retain(|(known, _)| *known != name);
            texts.push((name, value));
        }
        texts.retain(|(name, _)| !self.withheld.contains(name));

        let store = Store::default();
        let kv = Endpoint::serve(store.clone());
        let apart = self.gated.then(|| (Gate::start(), Endpoint::serve(store)));
        let plan = Plan {
            compatibility_date: locate::compatibility_date(),
            texts,
            kv: kv.port(),
            apart: apart.as_ref().map(|(gate, kv)| Apart {
                gate: gate.port(),
                authority_kv: kv.port(),
            }),
        };
        let write = |name: &str, bytes: Vec<u8>| {
            fs::write(folder.path().join(name), bytes).expect("a file of the world")
        };
        // A copy: a build during the run changes nothing under a restart.
        for name in ["index.js", "index_bg.wasm"] {
            write(
                name,
                fs::read(locate::worker().join(name)).expect("the compiled Worker"),
            );
        }
        write("gate.js", include_bytes!("../workers/gate.js").to_vec());
        write("config.capnp", plan.text().into_bytes());
        fs::create_dir(folder.path().join("state")).expect("a folder for the state");

        let log = Log::new(folder.path().to_owned());
        let (gate, authority_kv) = apart.unzip();
        let mut world = World {
            workerd: None,
            runs: 0,
            door: Door::default(),
            root,
            kv,
            gate,
            authority_kv,
            log,
            expected_falls: Vec::new(),
            folder: Some(folder),
        };
        world.start_again();
        world
    }
}

/// Everything one test has to itself.
#[derive(Debug)]
pub struct World {
    workerd: Option<Workerd>,
    runs: usize,
    door: Door,
    root: String,
    kv: Endpoint,
    gate: Option<Gate>,
    authority_kv: Option<Endpoint>,
    log: Log,
    expected_falls: Vec<&'static str>,
    folder: Option<TempDir>,
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
        &self.log
    }

    /// Everything on disk: state, logs, configuration.
    ///
    /// # Panics
    /// Never while the world lives.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder
            .as_ref()
            .expect("the folder lives as long as the world")
            .path()
    }

    /// The files of the Workspace objects.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    /// This test provokes log lines that would else count as a fall.
    pub fn expect_in_log(&mut self, part: &'static str) {
        self.expected_falls.push(part);
    }

    /// `kill -9`.
    ///
    /// # Panics
    /// When workerd had ended by itself.
    pub fn kill(&mut self) {
        let mut workerd = self.workerd.take().expect("a running workerd");
        assert_eq!(workerd.ended(), None, "workerd has ended by itself");
        workerd.kill();
    }

    /// SIGTERM, and waits for the end.
    ///
    /// # Panics
    /// When workerd does not end.
    pub fn terminate(&mut self) {
        let _ = self.workerd.take().expect("a running workerd").terminate();
    }

    /// Starts workerd on the state that is there.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_again(&mut self) {
        self.runs += 1;
        let workerd = Workerd::start(self.folder(), self.runs);
        self.door.open(workerd.port());
        self.workerd = Some(workerd);
    }

    /// `kill -9` and a start.
    pub fn crash(&mut self) {
        self.kill();
        self.start_again();
    }
}

impl Drop for World {
    /// Holds promise 11 for every test, and keeps the folder of a failed one.
    fn drop(&mut self) {
        let ended = self.workerd.as_mut().and_then(Workerd::ended);
        self.workerd = None;
        let Some(mut folder) = self.folder.take() else {
            return;
        };
        let fall = self.log.fall(&self.expected_falls);
        if thread::panicking() || ended.is_some() || fall.is_some() {
            folder.disable_cleanup(true);
            eprintln!(
                "the world of this test is kept in {}",
                folder.path().display()
            );
        }
        if !thread::panicking() {
            assert_eq!(ended, None, "promise 11: workerd has ended by itself");
            assert_eq!(fall, None, "promise 11: the Worker fell");
        }
    }
}
