//! What the threads of a storm have in common.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use crate::{
    globe::{Globe, Isolate},
    model::{Key, Recorder},
    random::Random,
};

/// A key whose creation was acknowledged.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) id: String,
    pub(super) token: String,
    /// Changes that were asked for, and those of them without an answer: with
    /// many of those, too many orders are possible to say anything.
    pub(super) changes: AtomicUsize,
    pub(super) unknown: AtomicUsize,
    /// Nothing more will become of it.
    pub(super) over: AtomicBool,
}

impl Known {
    pub(super) fn may_change(&self) -> bool {
        self.changes.load(Ordering::SeqCst) < 14 && self.unknown.load(Ordering::SeqCst) < 3
    }
}

pub(super) struct Shared {
    pub(super) recorder: Recorder,
    pub(super) root: String,
    /// Credentials that may ask for verdicts.
    pub(super) callers: Vec<String>,
    pub(super) isolates: Vec<Isolate>,
    /// Through which most changes go.
    pub(super) desk: Isolate,
    pub(super) stop: AtomicBool,
    /// Counts the lives of isolates: even while they live, odd while they are
    /// being replaced.
    pub(super) generation: AtomicUsize,
    /// Gives readings that nobody can say who answered an isolate of their own.
    strays: AtomicUsize,
    keys: Mutex<Vec<Arc<Known>>>,
    /// Those that were changed last.
    recent: Mutex<VecDeque<Arc<Known>>>,
}

/// So many of those that were changed last are asked for more often.
const RECENT: usize = 6;

impl Shared {
    pub(super) fn new(globe: &Globe) -> Self {
        let admin = globe.admin();
        let verifier = admin.verifier("storm").token;
        Self {
            recorder: Recorder::default(),
            root: admin.token.clone(),
            callers: vec![admin.token, verifier],
            isolates: globe.isolates().cloned().collect(),
            desk: globe.desk().clone(),
            stop: AtomicBool::new(false),
            generation: AtomicUsize::new(0),
            strays: AtomicUsize::new(0),
            keys: Mutex::default(),
            recent: Mutex::default(),
        }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub(super) fn keys(&self) -> Vec<Arc<Known>> {
        self.lock().clone()
    }

    pub(super) fn add(&self, id: String, token: String) -> Arc<Known> {
        let mut keys = self.lock();
        let known = Arc::new(Known {
            key: keys.len(),
            id,
            token,
            changes: AtomicUsize::new(0),
            unknown: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        keys.push(Arc::clone(&known));
        known
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Known>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is being changed: that is when its verdicts are of interest.
    pub(super) fn touch(&self, known: &Arc<Known>) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|other| other.key != known.key);
        recent.push_back(Arc::clone(known));
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }

    /// A key to ask for.
    pub(super) fn interesting(&self, random: &mut Random) -> Option<Arc<Known>> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.lock();
        let one = if random.below(10) < 7 && !recent.is_empty() {
            recent.get(random.below(recent.len()))
        } else {
            all.get(random.below(all.len().max(1)))
        };
        one.cloned()
    }

    /// The name of the isolate that answered between two looks at the generation.
    pub(super) fn isolate(&self, name: &str, before: usize) -> String {
        let after = self.generation.load(Ordering::SeqCst);
        if before == after && before.is_multiple_of(2) {
            format!("{name} life {}", before / 2 + 1)
        } else {
            let stray = self.strays.fetch_add(1, Ordering::SeqCst);
            format!("{name} in between ({stray})")
        }
    }
}
