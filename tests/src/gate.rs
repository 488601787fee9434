//! A gate before the Workspace object: it counts the calls, and can shut.
//!
//! In a [`gated`](crate::world::Builder::gated) world the Worker's `WORKSPACE`
//! leads to `tests/workers/gate.js`, an object that asks here before and after
//! it passes a call on to the real one.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::server::{Incoming, Reply, Server};

/// How the gate treats the calls that come to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passage {
    /// They pass.
    #[default]
    Open,
    /// They fail before the object has seen them, as when it cannot be reached.
    Refused,
    /// The object does what was asked, and its answer is lost.
    AnswerLost,
    /// They are answered 500 with a body that is not the object's.
    Nonsense,
    /// Nothing comes back for this long, as from an object that hangs.
    Silent(Duration),
}

/// The control of the gate.
#[derive(Debug)]
pub struct Gate {
    passage: Arc<Mutex<Passage>>,
    calls: Arc<AtomicUsize>,
    server: Server,
}

impl Gate {
    /// An open gate.
    #[must_use]
    pub fn start() -> Self {
        let passage = Arc::new(Mutex::new(Passage::default()));
        let calls = Arc::new(AtomicUsize::new(0));
        let server = Server::start({
            let (passage, calls) = (Arc::clone(&passage), Arc::clone(&calls));
            move |incoming: Incoming| {
                let now = *lock(&passage);
                let before = incoming.path == "/before";
                if before {
                    calls.fetch_add(1, Ordering::SeqCst);
                }
                if let (Passage::Silent(time), true) = (now, before) {
                    thread::sleep(time);
                }
                let verdict = match (now, before) {
                    (Passage::Refused, true) | (Passage::AnswerLost, false) => "fail",
                    (Passage::Nonsense, true) => "nonsense",
                    _ => "pass",
                };
                Reply::ok(verdict.into())
            }
        });
        Self {
            passage,
            calls,
            server,
        }
    }

    /// Where workerd finds it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// From now on.
    pub fn set(&self, passage: Passage) {
        *lock(&self.passage) = passage;
    }

    /// How often the Worker called the object.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn lock(passage: &Mutex<Passage>) -> MutexGuard<'_, Passage> {
    passage.lock().unwrap_or_else(PoisonError::into_inner)
}
