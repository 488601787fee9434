//! One workerd process, as it runs for an operator.
//!
//! The tests' own starts it with `--verbose`, which writes lines for every
//! request: that alone costs more than the floor's whole answer.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, PipeReader},
    path::Path,
    process::{Child, Command},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use keyway_tests::locate;
use serde_json::Value;

use crate::config::SOCKET;

/// A start that takes longer is none.
const START: Duration = Duration::from_secs(30);

/// What workerd says goes here, in its folder.
const LOG: &str = "workerd.log";

/// A running workerd; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Runtime {
    child: Child,
    port: u16,
}

impl Runtime {
    /// Starts workerd on `config.capnp` in `folder`, and returns when it listens.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let log = File::create(folder.join(LOG))?;
        // It reports its ports on a descriptor of our choice. Standard input is
        // the one that can be handed over without unsafe code.
        let (reports, control) = std::io::pipe()?;
        let mut command = Command::new(locate::workerd());
        command
            .args(["serve", "--control-fd", "0", "config.capnp", "config"])
            .current_dir(folder)
            .env("PWD", folder)
            .stdin(control)
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command.spawn().context("cannot start workerd")?;
        // Holds the other end of the pipe: the reports end when workerd does.
        drop(command);
        let mut runtime = Self { child, port: 0 };
        match listening(reports) {
            Some(port) => runtime.port = port,
            None => {
                let said = std::fs::read_to_string(folder.join(LOG)).unwrap_or_default();
                bail!("workerd does not listen:\n{said}");
            }
        }
        Ok(runtime)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port of our socket, once workerd reports it.
fn listening(reports: PipeReader) -> Option<u16> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        // To the end, long after the port is known: a closed pipe would break workerd.
        for line in BufReader::new(reports).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                let _ = send.send(port);
            }
        }
    });
    receive.recv_timeout(START).ok()
}

fn port_in(line: &str) -> Option<u16> {
    let report: Value = serde_json::from_str(line).ok()?;
    let is_ours = report.get("event")? == "listen" && report.get("socket")? == SOCKET;
    let port = report.get("port")?.as_u64()?;
    is_ours.then_some(u16::try_from(port).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_our_socket_is_read() {
        let line = r#"{"event":"listen","socket":"edge","port":8801}"#;
        assert_eq!(port_in(line), Some(8801));
        let other = r#"{"event":"listen","socket":"inspector","port":9229}"#;
        assert_eq!(port_in(other), None);
        assert_eq!(port_in("not JSON"), None);
    }
}
