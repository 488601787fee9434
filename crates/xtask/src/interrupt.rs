//! Being told to stop: Ctrl-C, `kill`, or a terminal that closes.
//!
//! Every running family is registered here. A signal asks them to end, then
//! ends them; that wakes the main thread, which cleans up on its way out. A
//! second signal does not wait.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::family::Family;

/// How long a family has to end by itself.
pub(crate) const GRACE: Duration = Duration::from_secs(4);
/// How long the main thread has to clean up after that.
const CLEAN_UP: Duration = Duration::from_secs(5);
/// How often to look whether it has.
pub(crate) const POLL: Duration = Duration::from_millis(20);

static SIGNAL: AtomicI32 = AtomicI32::new(0);
static RUNNING: Mutex<Vec<Family>> = Mutex::new(Vec::new());

/// Whether to stop.
pub(crate) fn arrived() -> bool {
    SIGNAL.load(Ordering::SeqCst) != 0
}

/// The exit code that tells which signal stopped the program, when one did.
pub(crate) fn exit_code() -> Option<u8> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        signal => u8::try_from(signal.saturating_add(128)).ok(),
    }
}

/// A family that a signal ends, for as long as this value lives.
pub(crate) struct Registration(Family);

impl Registration {
    pub(crate) fn new(family: Family) -> Self {
        RUNNING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(family);
        // It may have been started after the signal ended all the others.
        if arrived() {
            family.end();
        }
        Self(family)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        RUNNING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|family| *family != self.0);
    }
}

/// Listens for signals from now on.
pub(crate) fn listen() {
    #[cfg(unix)]
    {
        use signal_hook::{
            consts::{SIGHUP, SIGINT, SIGTERM},
            iterator::Signals,
        };

        // Without handlers the signals end this program alone: worse, but no
        // reason not to run.
        let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
            return;
        };
        thread::spawn(move || {
            for signal in signals.forever() {
                on_signal(signal);
            }
        });
    }
}

#[cfg(unix)]
fn on_signal(signal: i32) {
    if SIGNAL
        .compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst)
        .is_ok()
    {
        thread::spawn(end_all);
    } else {
        running().into_iter().for_each(Family::end);
    }
}

#[cfg(unix)]
fn end_all() {
    running().into_iter().for_each(Family::ask_to_end);
    let deadline = Instant::now() + GRACE;
    while Instant::now() < deadline && !running().into_iter().all(Family::is_gone) {
        thread::sleep(POLL);
    }
    running().into_iter().for_each(Family::end);
    thread::sleep(CLEAN_UP);
    std::process::exit(exit_code().unwrap_or(1).into());
}

#[cfg(unix)]
fn running() -> Vec<Family> {
    RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}
