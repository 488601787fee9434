//! One workerd process.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, PipeReader},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{deadline, locate};

/// A running workerd; dropping it kills it.
#[derive(Debug)]
pub struct Workerd {
    child: Child,
    ports: BTreeMap<String, u16>,
}

impl Workerd {
    /// Starts workerd on `config.capnp` in `folder`, and returns when all its
    /// sockets listen. What it prints goes to `run-{number}.out` and `.err`.
    ///
    /// # Panics
    /// When it does not come up; the message holds what it printed.
    #[must_use]
    pub fn start(folder: &Path, number: usize, sockets: &[String]) -> Self {
        let log = |kind: &str| {
            File::create(folder.join(format!("run-{number}.{kind}"))).expect("a log file")
        };
        // workerd reports its ports on a descriptor of our choice. Its standard
        // input is the one that can be handed over without unsafe code.
        let (reports, control) = std::io::pipe().expect("a pipe");
        let mut command = Command::new(locate::workerd());
        command
            .args([
                "serve",
                "--verbose",
                "--control-fd",
                "0",
                "config.capnp",
                "config",
            ])
            .current_dir(folder)
            .env("PWD", folder)
            .stdin(control)
            .stdout(Stdio::from(log("out")))
            .stderr(Stdio::from(log("err")));
        let child = command.spawn().expect("workerd starts");
        // Holds the other end of the pipe: the reports end when workerd does.
        drop(command);
        let mut workerd = Self {
            child,
            ports: BTreeMap::new(),
        };
        match listening(reports, sockets) {
            Some(ports) => workerd.ports = ports,
            None => {
                workerd.kill();
                let printed = std::fs::read_to_string(folder.join(format!("run-{number}.err")));
                panic!(
                    "workerd did not listen within {:?}:\n{}",
                    deadline::START,
                    printed.unwrap_or_default()
                );
            }
        }
        workerd
    }

    /// Where that socket listens.
    ///
    /// # Panics
    /// When there is no such socket.
    #[must_use]
    pub fn port(&self, socket: &str) -> u16 {
        self.ports[socket]
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`: it gets no chance to finish anything.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, as an operator's init system does it.
    ///
    /// # Panics
    /// When it has not ended within the deadline of a request.
    pub fn terminate(&mut self) -> ExitStatus {
        let id = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(id.expect("a process id"), rustix::process::Signal::TERM)
            .expect("SIGTERM is sent");
        let end = Instant::now() + deadline::REQUEST;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status;
            }
            assert!(
                Instant::now() < end,
                "workerd has not ended within {:?} of SIGTERM",
                deadline::REQUEST
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How it ended, if it ended by itself.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(match status.signal() {
            Some(signal) => format!("signal {signal}"),
            None => status.to_string(),
        })
    }
}

impl Drop for Workerd {
    /// SIGKILL: after SIGTERM a request that hangs would keep it alive.
    fn drop(&mut self) {
        self.kill();
    }
}

/// The ports of the sockets, once workerd has reported them all.
fn listening(reports: PipeReader, sockets: &[String]) -> Option<BTreeMap<String, u16>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        // To the end, long after the ports are known: a closed pipe would break workerd.
        for line in BufReader::new(reports).lines().map_while(Result::ok) {
            let Ok(report) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            let port = report["port"]
                .as_u64()
                .and_then(|port| u16::try_from(port).ok());
            if let ("listen", Some(socket), Some(port)) = (
                report["event"].as_str().unwrap_or_default(),
                report["socket"].as_str(),
                port,
            ) {
                let _ = send.send((socket.to_owned(), port));
            }
        }
    });
    let end = Instant::now() + deadline::START;
    let mut ports = BTreeMap::new();
    while !sockets.iter().all(|socket| ports.contains_key(socket)) {
        let left = end.saturating_duration_since(Instant::now());
        let (socket, port) = receive.recv_timeout(left).ok()?;
        ports.insert(socket, port);
    }
    Some(ports)
}
