//! Keyway on this machine: `wrangler dev`, from its start to the last of its processes.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    interrupt::POLL, manifest::Manifest, npm::Packages, process::Running, project::Project,
    terminal,
};

/// A cold start takes a few seconds; more than this is no start.
const START: Duration = Duration::from_secs(90);
/// Longer than the Worker needs for an answer that touches no storage.
const ANSWER: Duration = Duration::from_secs(2);

/// How to serve.
pub(crate) struct Settings<'a> {
    pub(crate) port: u16,
    /// Where everything that wrangler keeps goes.
    pub(crate) state: &'a Path,
    pub(crate) secrets: &'a Path,
    /// Where what wrangler says goes, unless it goes to the terminal.
    pub(crate) log: Option<&'a Path>,
}

/// A Keyway that answers. It ends with this value.
pub(crate) struct Server {
    running: Running,
}

impl Server {
    /// Starts to serve what is in `build`, and waits until it answers.
    pub(crate) fn start(
        project: &Project,
        packages: &Packages,
        settings: &Settings<'_>,
    ) -> Result<Self> {
        fs::create_dir_all(settings.state)
            .with_context(|| format!("cannot make {}", settings.state.display()))?;
        // Without the build that `wrangler.toml` names: wrangler would do it again
        // first, and answer nobody while a build fails.
        let config = Manifest::read(project)?.write(None, &project.build())?;

        let mut wrangler = packages.wrangler()?;
        wrangler
            .current_dir(project.root())
            .args(["dev", "--show-interactive-dev-session=false"]);
        wrangler.arg("--config").arg(config);
        wrangler.arg(format!("--port={}", settings.port));
        // 9229, the default, may be taken by a second server or a Node program.
        wrangler.arg("--inspector-port=0");
        wrangler.arg("--persist-to").arg(settings.state);
        wrangler.arg("--env-file").arg(settings.secrets);
        wrangler
            // The client's place on Earth: made up instead of asked for.
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
            // A page that shows the stored data to whoever opens it.
            .env("X_LOCAL_EXPLORER", "false")
            .env("WRANGLER_REGISTRY_PATH", settings.state.join("registry"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());

        let log = Arc::new(Log::new(settings.log)?);
        let mut running = Running::start(&mut wrangler)?;
        if let Some(stdout) = running.child().stdout.take() {
            log.follow(stdout);
        }
        if let Some(stderr) = running.child().stderr.take() {
            log.follow(stderr);
        }
        let answered = wait_for_answer(&mut running, settings.port);
        log.settle(answered.is_ok());
        answered.map(|()| Self { running })
    }

    /// Fails when wrangler has ended by itself, or all is to stop.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.running.ended()? {
            Some(status) => bail!("wrangler ended by itself ({status})"),
            None => Ok(()),
        }
    }
}

fn wait_for_answer(running: &mut Running, port: u16) -> Result<()> {
    let deadline = Instant::now() + START;
    loop {
        if let Some(status) = running.ended()? {
            bail!("wrangler did not start Keyway ({status})");
        }
        if is_healthy(port) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            bail!("Keyway did not answer within {} s", START.as_secs());
        }
        thread::sleep(POLL);
    }
}

fn is_healthy(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<[u8; 12]> {
        let mut stream = TcpStream::connect_timeout(&address, ANSWER)?;
        stream.set_read_timeout(Some(ANSWER))?;
        let host = format!("localhost:{port}");
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status)
    };
    ask().is_ok_and(|status| status == *b"HTTP/1.1 200")
}

/// What wrangler says. Until Keyway answers it is kept back, and shown only when
/// there is no answer: a start that succeeds has nothing to tell.
struct Log {
    state: Mutex<LogState>,
}

enum LogState {
    Starting {
        said: Vec<String>,
        file: Option<File>,
    },
    Terminal,
    File(File),
}

impl Log {
    fn new(path: Option<&Path>) -> Result<Self> {
        let file = path
            .map(File::create)
            .transpose()
            .context("cannot write the server's log")?;
        Ok(Self {
            state: Mutex::new(LogState::Starting {
                said: Vec::new(),
                file,
            }),
        })
    }

    /// Takes every line of `pipe`, in a thread of its own, until it closes.
    fn follow(self: &Arc<Self>, pipe: impl Read + Send + 'static) {
        let log = Arc::clone(self);
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe).split(b'\n');
            while let Some(Ok(line)) = lines.next() {
                log.take(
                    String::from_utf8_lossy(&line)
                        .trim_end_matches('\r')
                        .to_owned(),
                );
            }
        });
    }

    fn take(&self, line: String) {
        match &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            LogState::Starting { said, .. } => said.push(line),
            LogState::Terminal => terminal::say(&line),
            LogState::File(file) => {
                let _ = writeln!(file, "{line}");
            }
        }
    }

    fn settle(&self, is_started: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let LogState::Starting { said, file } = &mut *state {
            let file = file.take();
            if !is_started {
                said.iter().for_each(|line| terminal::say(line));
            }
            *state = file.map_or(LogState::Terminal, LogState::File);
        }
    }
}
