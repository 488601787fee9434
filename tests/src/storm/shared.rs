//! What the threads of a storm have in common.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::known::Known;
use crate::{
    globe::{Globe, Isolate},
    model::{At, Recorder, Scope},
    random::Random,
};

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
}

/// Until the bound is over, and a while longer: when it is of interest whether
/// a change of a key is known.
const RECENT: At = At::from_millis(3_500);

/// How long a key is left as it is before the next change: one that follows at
/// once would explain answers that are too old.
const REST: At = At::from_millis(2_200);

impl Shared {
    pub(super) fn new(globe: &Globe) -> Self {
        let admin = globe.admin();
        for scope in Scope::ALL {
            admin.scope(scope.name());
        }
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
        let known = Arc::new(Known::new(keys.len(), id, token));
        keys.push(Arc::clone(&known));
        known
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Known>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is being changed.
    pub(super) fn touch(&self, known: &Known) {
        let now = u64::try_from(self.recorder.now().as_millis()).unwrap_or(u64::MAX);
        known.touched.store(now, Ordering::SeqCst);
    }

    /// How long it was left as it is.
    fn rest(&self, known: &Known) -> At {
        let touched = At::from_millis(known.touched.load(Ordering::SeqCst));
        self.recorder.now().saturating_sub(touched)
    }

    pub(super) fn is_rested(&self, known: &Known) -> bool {
        self.rest(known) > REST
    }

    /// A key to ask for: rather one that was changed not long ago.
    pub(super) fn interesting(&self, random: &mut Random) -> Option<Arc<Known>> {
        let mut keys = self.keys();
        if random.below(10) < 8 && keys.iter().any(|known| self.rest(known) < RECENT) {
            keys.retain(|known| self.rest(known) < RECENT);
        }
        (!keys.is_empty()).then(|| keys.swap_remove(random.below(keys.len())))
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
