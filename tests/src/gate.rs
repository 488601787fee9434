//! Gates between the parts: they count the calls of objects, and can shut.
//!
//! Where a world has gates, every `WORKSPACE` and `FEED` of its services leads
//! to `tests/workers/gate.js`, whose objects ask here before and after they
//! pass a call on to the real object of the same name. A [`Way`] says from
//! where to which object, and each can be treated differently.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::server::{Incoming, Reply, Server};

/// The classes of object that gates stand before.
pub const WORKSPACE: &str = "Workspace";
/// One object per region.
pub const FEED: &str = "Feed";

/// From where, to which object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The place that calls.
    pub from: String,
    /// The object's class.
    pub class: String,
    /// The object's name.
    pub name: String,
}

impl Way {
    /// To a workspace object.
    #[must_use]
    pub fn to_workspace(from: &str) -> Self {
        Self::new(from, WORKSPACE, "default")
    }

    /// To the feed of a region.
    #[must_use]
    pub fn to_feed(from: &str, region: &str) -> Self {
        Self::new(from, FEED, region)
    }

    fn new(from: &str, class: &str, name: &str) -> Self {
        Self {
            from: from.to_owned(),
            class: class.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// How a gate treats the calls that come to it.
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
    /// Nothing is passed on for this long, as with an object that hangs.
    Silent(Duration),
    /// The object does what was asked at once, and its answer takes this long.
    Late(Duration),
}

/// The control of all gates of a world.
#[derive(Debug)]
pub struct Gate {
    shared: Arc<Shared>,
    server: Server,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when a passage changes.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Of the workspace objects, for ways that have no word of their own.
    workspaces: Passage,
    ways: BTreeMap<Way, Passage>,
    calls: BTreeMap<Way, usize>,
    /// Calls that something was done to.
    faults: usize,
}

impl Gate {
    /// Open gates.
    #[must_use]
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let server = Server::start({
            let shared = Arc::clone(&shared);
            move |incoming: Incoming| shared.answer(&incoming.path)
        });
        Self { shared, server }
    }

    /// Where workerd finds it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// From now on, from everywhere to the workspace object.
    pub fn set(&self, passage: Passage) {
        self.change(|state| state.workspaces = passage);
    }

    /// From now on, on this way.
    pub fn set_way(&self, way: &Way, passage: Passage) {
        self.change(|state| {
            state.ways.insert(way.clone(), passage);
        });
    }

    /// From now on all are open, and what was held back passes.
    pub fn open_all(&self) {
        self.change(|state| {
            state.workspaces = Passage::Open;
            state.ways.clear();
        });
    }

    /// How often a workspace object was called.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls_where(|way| way.class == WORKSPACE)
    }

    /// How often an object was called on such ways.
    #[must_use]
    pub fn calls_where(&self, wanted: impl Fn(&Way) -> bool) -> usize {
        let state = self.shared.lock();
        let counted = state.calls.iter().filter(|(way, _)| wanted(way));
        counted.map(|(_, calls)| calls).sum()
    }

    /// How many calls did not simply pass.
    #[must_use]
    pub fn faults_met(&self) -> usize {
        self.shared.lock().faults
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.shared.lock();
        change(&mut state);
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `/{before|after}/{from}/{class}/{name}`.
    fn answer(&self, path: &str) -> Reply {
        let mut parts = path.trim_start_matches('/').split('/');
        let before = parts.next() == Some("before");
        let mut part = || parts.next().unwrap_or_default();
        let way = Way::new(part(), part(), part());
        let passage = {
            let mut state = self.lock();
            let passage = state.passage(&way);
            if before {
                *state.calls.entry(way.clone()).or_default() += 1;
                state.faults += usize::from(passage != Passage::Open);
            }
            passage
        };
        match (passage, before) {
            (Passage::Silent(time), true) | (Passage::Late(time), false) => {
                self.hold_back(&way, passage, time);
            }
            _ => {}
        }
        let verdict = match (passage, before) {
            (Passage::Refused, true) | (Passage::AnswerLost, false) => "fail",
            (Passage::Nonsense, true) => "nonsense",
            _ => "pass",
        };
        Reply::ok(verdict.into())
    }

    /// This long, or until the way is treated differently.
    fn hold_back(&self, way: &Way, passage: Passage, time: Duration) {
        let end = Instant::now() + time;
        let mut state = self.lock();
        while state.passage(way) == passage {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl State {
    fn passage(&self, way: &Way) -> Passage {
        match self.ways.get(way) {
            Some(passage) => *passage,
            None if way.class == WORKSPACE => self.workspaces,
            None => Passage::Open,
        }
    }
}
