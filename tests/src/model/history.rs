//! What happened, with real starts and ends.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{Action, Ask};

/// A point in time: so long after the history began.
pub type At = Duration;

/// A key of the history.
pub type Key = usize;

/// What became of a change, as far as its caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered 200, 201 or 202.
    Done {
        /// Which of them.
        status: u16,
        /// The regions that had not confirmed.
        pending: Vec<String>,
    },
    /// Answered that it is not possible.
    Refused,
    /// No answer, or one that does not say.
    Unknown,
}

impl Outcome {
    /// Whether every region had confirmed.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        matches!(self, Self::Done { pending, .. } if pending.is_empty())
    }

    /// Whether a region had not confirmed and the status does not say so.
    #[must_use]
    pub fn is_hasty(&self) -> bool {
        matches!(self, Self::Done { status, pending } if *status != 202 && !pending.is_empty())
    }
}

/// Something was asked to change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Of which key.
    pub key: Key,
    /// What.
    pub action: Action,
    /// Before it was sent.
    pub start: At,
    /// After it was answered, or given up.
    pub end: At,
    /// What became of it.
    pub outcome: Outcome,
}

/// A verification that was answered with a verdict.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Of which key.
    pub key: Key,
    /// With which of its tokens, and for what.
    pub ask: Ask,
    /// By which isolate; another one after every restart.
    pub isolate: String,
    /// Whether the workspace object was to be asked.
    pub strong: bool,
    /// Before it was sent.
    pub start: At,
    /// After it was answered.
    pub end: At,
    /// The code of the verdict.
    pub code: String,
}

/// Tokens of no configured shape, verified while nothing else went on.
#[derive(Clone, Debug)]
pub struct Probe {
    /// When.
    pub at: At,
    /// By which isolate.
    pub isolate: String,
    /// The code of the verdict.
    pub code: String,
    /// Reads of KV meanwhile.
    pub store_reads: usize,
    /// Calls of objects meanwhile.
    pub object_calls: usize,
}

/// Everything that happened.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What was asked to change.
    pub changes: Vec<Change>,
    /// What was answered.
    pub readings: Vec<Reading>,
    /// Verifications of tokens that nobody ever made, and their codes.
    pub made_up: Vec<Reading>,
    /// See [`Probe`].
    pub probes: Vec<Probe>,
    /// Verifications answered 503.
    pub unavailable: usize,
    /// Verifications without an answer: workerd was being killed.
    pub unanswered: usize,
    /// When everything was killed: nothing that was under way happens later.
    pub kills: Vec<At>,
    /// How often something was killed and started again.
    pub restarts: usize,
    /// What did not come although all was healed.
    pub stuck: Vec<(At, String)>,
    /// What was done to the world, for whoever reads a failure.
    pub notes: Vec<(At, String)>,
}

/// Writes a history from many threads, by one clock.
#[derive(Debug)]
pub struct Recorder {
    zero: Instant,
    history: Mutex<History>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            zero: Instant::now(),
            history: Mutex::default(),
        }
    }
}

impl Recorder {
    /// Now.
    #[must_use]
    pub fn now(&self) -> At {
        self.zero.elapsed()
    }

    /// Adds to it.
    pub fn write(&self, add: impl FnOnce(&mut History)) {
        add(&mut self.lock());
    }

    /// Adds what is done to the world at this moment.
    pub fn note(&self, text: impl Into<String>) {
        let (now, text) = (self.now(), text.into());
        self.write(|history| history.notes.push((now, text)));
    }

    /// What was written so far.
    #[must_use]
    pub fn history(&self) -> History {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
