//! One workerd and the folder it lives in: started, killed, and started again
//! on what it left behind.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use tempfile::TempDir;

use crate::{client::Door, config::Plan, locate, log::Log, tokens, workerd::Workerd};

/// The process, its files and its doors.
#[derive(Debug)]
pub struct Site {
    plan: Plan,
    workerd: Option<Workerd>,
    runs: usize,
    doors: Vec<(String, Door)>,
    log: Log,
    expected_falls: Vec<&'static str>,
    folder: Option<TempDir>,
}

impl Site {
    /// Writes the files of that plan and starts workerd on them.
    ///
    /// # Panics
    /// When workerd or the Worker is missing or does not start.
    #[must_use]
    pub fn start(plan: &Plan) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("keyway-")
            .tempdir()
            .expect("a folder");
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
        write("email.js", include_bytes!("../workers/email.js").to_vec());
        write("gate.js", include_bytes!("../workers/gate.js").to_vec());
        write(
            "objects.js",
            include_bytes!("../workers/objects.js").to_vec(),
        );
        write("config.capnp", plan.text().into_bytes());
        fs::create_dir(folder.path().join("state")).expect("a folder for the state");
        let doors = plan.sockets().into_iter();
        let mut site = Self {
            plan: plan.clone(),
            workerd: None,
            runs: 0,
            doors: doors.map(|name| (name, Door::default())).collect(),
            log: Log::new(folder.path().to_owned()),
            expected_falls: Vec::new(),
            folder: Some(folder),
        };
        site.start_again();
        site
    }

    /// The door of that socket. It follows the restarts.
    ///
    /// # Panics
    /// When the plan had no such socket.
    #[must_use]
    pub fn door(&self, socket: &str) -> &Door {
        let found = self.doors.iter().find(|(name, _)| name == socket);
        &found.expect("a socket of the plan").1
    }

    /// What was printed so far.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Everything on disk: state, logs, configuration.
    ///
    /// # Panics
    /// Never while the site lives.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder
            .as_ref()
            .expect("the folder lives as long as the site")
            .path()
    }

    /// The files of the objects.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    /// This test provokes log lines that would else count as a fall.
    pub fn expect_in_log(&mut self, part: &'static str) {
        self.expected_falls.push(part);
    }

    /// Bytes that its process has now; 0 where the system does not say.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let id = self.workerd.as_ref().map_or(0, Workerd::id);
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
        kib.map_or(0, |kib: u64| kib * 1_024)
    }

    /// How often workerd was started.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs
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
        let sockets: Vec<String> = self.doors.iter().map(|(name, _)| name.clone()).collect();
        let workerd = Workerd::start(self.folder(), self.runs, &sockets);
        for (name, door) in &self.doors {
            door.open(workerd.port(name));
        }
        self.workerd = Some(workerd);
    }

    /// Ends workerd, and starts it with that secret or variable set anew.
    ///
    /// # Panics
    /// When workerd does not end, or does not come up.
    pub fn deploy(&mut self, name: &str, value: &str) {
        self.redeploy(name, Some(value));
    }

    /// Ends workerd, and starts it without that secret or variable.
    ///
    /// # Panics
    /// When workerd does not end, or does not come up.
    pub fn withdraw(&mut self, name: &str) {
        self.redeploy(name, None);
    }

    fn redeploy(&mut self, name: &str, value: Option<&str>) {
        self.terminate();
        self.plan.texts.retain(|(known, _)| known != name);
        let text = value.map(|value| (name.to_owned(), value.to_owned()));
        self.plan.texts.extend(text);
        let config = self.folder().join("config.capnp");
        fs::write(config, self.plan.text()).expect("a file of the world");
        self.start_again();
    }

    /// `kill -9` and a start.
    pub fn crash(&mut self) {
        self.kill();
        self.start_again();
    }
}

/// Secrets and variables: the given ones over fresh ones, without the withheld.
/// The root token comes first.
#[must_use]
pub fn texts(given: Vec<(String, String)>, withheld: &[String]) -> (String, Vec<(String, String)>) {
    let root = tokens::token("kwm_root");
    let mut texts = vec![
        ("ROOT_TOKEN".to_owned(), root.clone()),
        ("PEPPER_1".to_owned(), tokens::random(48)),
    ];
    // A later one of the same name replaces the first.
    for (name, value) in given {
        texts.retain(|(known, _)| *known != name);
        texts.push((name, value));
    }
    texts.retain(|(name, _)| !withheld.contains(name));
    (root, texts)
}

impl Drop for Site {
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
