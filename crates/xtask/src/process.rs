//! Running other programs.
//!
//! Each is a family of its own (see [`crate::family`]) and so does not read from
//! the terminal. The exception is [`run_in_front`], for what may ask questions.

use std::{
    io::Read,
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    family::Family,
    interrupt::{self, GRACE, POLL, Registration},
};

/// How long the system takes to clear away what was ended.
const LAST_BREATH: Duration = Duration::from_millis(500);

/// A program that runs, and is ended with everything it started when this value goes.
pub(crate) struct Running {
    child: Child,
    family: Family,
    _registration: Registration,
}

impl Running {
    /// Starts `command`; its output goes where the caller said.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        Family::prepare(command);
        Self::spawn(command.stdin(Stdio::null()), Family::of)
    }

    fn spawn(command: &mut Command, family: impl Fn(&Child) -> Family) -> Result<Self> {
        stop_if_interrupted()?;
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
        let family = family(&child);
        Ok(Self {
            child,
            family,
            _registration: Registration::new(family),
        })
    }

    /// The process, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until it ends.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        stop_if_interrupted()?;
        Ok(status)
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let ended = self.child.try_wait()?;
        stop_if_interrupted()?;
        Ok(ended)
    }

    /// Waits until it ends, but not past `deadline`.
    pub(crate) fn wait_until(&mut self, deadline: Instant) -> Result<Option<ExitStatus>> {
        loop {
            let ended = self.ended()?;
            if ended.is_some() || Instant::now() >= deadline {
                return Ok(ended);
            }
            thread::sleep(POLL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.family.ask_to_end();
        self.wait_until_gone(GRACE);
        self.family.end();
        // What was ended holds its port for a moment more.
        self.wait_until_gone(LAST_BREATH);
        let _ = self.child.wait();
    }
}

impl Running {
    fn wait_until_gone(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        // A leader that nobody waited for would count as a member for ever.
        while !matches!(self.child.try_wait(), Ok(Some(_))) || !self.family.is_gone() {
            if Instant::now() >= deadline {
                break;
            }
            thread::sleep(POLL);
        }
    }
}

/// Runs `command` and shows what it says. Fails when it does.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    succeeded(what, Running::start(command)?.wait()?)
}

/// The same for a program that may ask the person at the terminal.
pub(crate) fn run_in_front(what: &str, command: &mut Command) -> Result<()> {
    succeeded(what, Running::spawn(command, Family::shared)?.wait()?)
}

/// What `command` writes to standard output. Fails when it does.
pub(crate) fn output(what: &str, command: &mut Command) -> Result<Vec<u8>> {
    let output = captured(command.stderr(Stdio::inherit()))?;
    succeeded(what, output.status)?;
    Ok(output.stdout)
}

/// Everything that `command` says, and how it ends.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    captured(command.stderr(Stdio::piped()))
}

fn captured(command: &mut Command) -> Result<Output> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let stdout = running.child().stdout.take().map(all_of);
    let stderr = running.child().stderr.take().map(all_of);
    let status = running.wait()?;
    let text = |reader: Option<JoinHandle<Vec<u8>>>| {
        reader
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default()
    };
    Ok(Output {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

/// Both pipes are read at once: a program blocks when one of them is full.
fn all_of(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// Fails when the program is told to stop.
pub(crate) fn stop_if_interrupted() -> Result<()> {
    if interrupt::arrived() {
        bail!("interrupted");
    }
    Ok(())
}

fn succeeded(what: &str, status: ExitStatus) -> Result<()> {
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => bail!("{what} failed (exit code {code})"),
        None => bail!("{what} was ended ({status})"),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// A shell that ignores requests to end, with a child that does too.
    fn stubborn_family() -> (Running, String) {
        let mut running = Running::start(
            shell("trap '' TERM; sleep 1000 & echo $!; wait").stdout(Stdio::piped()),
        )
        .unwrap();
        let mut line = String::new();
        BufReader::new(running.child().stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (running, line.trim().to_owned())
    }

    fn is_alive(pid: &str) -> bool {
        // `kill -0` finds a process that has ended but was not waited for, too.
        std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_family_that_will_not_end_is_ended_whole() {
        let (running, grandchild) = stubborn_family();
        assert!(is_alive(&grandchild));
        drop(running);
        assert!(!is_alive(&grandchild));
    }

    #[test]
    fn a_failure_is_one_line_with_the_exit_code() {
        let error = run("the step", &mut shell("exit 3")).unwrap_err();
        assert_eq!(format!("{error:#}"), "the step failed (exit code 3)");
        let error = run("the step", &mut Command::new("/no/such/program")).unwrap_err();
        assert!(format!("{error:#}").starts_with("cannot start /no/such/program: "));
    }

    #[test]
    fn both_streams_are_captured_however_much_comes() {
        let output = capture(&mut shell(
            "i=0; while [ $i -lt 20000 ]; do echo 0123456789; echo abcdefghij >&2; \
             i=$((i + 1)); done; exit 7",
        ))
        .unwrap();
        assert_eq!(output.status.code(), Some(7));
        assert_eq!(output.stdout.len(), 220_000);
        assert_eq!(output.stderr.len(), 220_000);
    }

    #[test]
    fn waiting_stops_at_the_deadline() {
        let mut running = Running::start(&mut shell("sleep 1000")).unwrap();
        let deadline = Instant::now() + Duration::from_millis(100);
        assert!(running.wait_until(deadline).unwrap().is_none());
    }
}
