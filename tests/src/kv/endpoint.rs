//! One way to the namespace: a server that workerd's KV binding talks to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Fault, Hold, Kind, Odds, Operation, Store, Times, Value,
    cache::Cache,
    fault::Faults,
    pace::Pace,
    protocol::{asked, perform},
};
use crate::{
    deadline,
    server::{Incoming, Reply, Server},
};

/// The longest that anything is held back.
const LONGEST: Duration = Duration::from_secs(60);

/// A way to a [`Store`], with faults and a history of its own.
#[derive(Debug)]
pub struct Endpoint {
    store: Store,
    shared: Arc<Shared>,
    server: Server,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Told after each operation.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    faults: Faults,
    pace: Pace,
    cache: Cache,
    /// Counts the healings: what is held back is let go at the next.
    healed: usize,
    /// Operations that are held back now.
    held: usize,
    /// How many writes of each key were done.
    written: BTreeMap<String, usize>,
    /// Arrived, and not yet answered.
    under_way: Vec<(Kind, String)>,
    history: Vec<Operation>,
}

impl Endpoint {
    /// Serves the store on a free port.
    #[must_use]
    pub fn serve(store: Store) -> Self {
        let shared = Arc::new(Shared::default());
        let server = Server::start({
            let (store, shared) = (store.clone(), Arc::clone(&shared));
            move |incoming| answer(&store, &shared, &incoming)
        });
        Self {
            store,
            shared,
            server,
        }
    }

    /// Where workerd finds it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// What is behind it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// From now on operations of this kind go wrong, after the faults set before.
    pub fn fail(&self, kind: Kind, fault: Fault, times: Times) {
        self.shared.lock().faults.set(kind, fault, times);
    }

    /// Reads and writes answer 503 until [`Endpoint::heal`].
    pub fn go_down(&self) {
        for kind in [Kind::Get, Kind::Put, Kind::Delete, Kind::List] {
            self.fail(kind, Fault::Status(503), Times::Always);
        }
    }

    /// Faults that come by chance, besides those that are set; the same again
    /// from the same seed. They replace those of before.
    pub fn weather(&self, seed: u64, odds: Vec<Odds>) {
        self.shared.lock().faults.weather(seed, odds);
    }

    /// Nothing goes wrong any more, and what is held back is done now. Memory
    /// and the limit on writes stay.
    pub fn heal(&self) {
        let mut state = self.shared.lock();
        state.faults.clear();
        state.healed += 1;
        drop(state);
        self.shared.changed.notify_all();
    }

    /// How many operations went wrong.
    #[must_use]
    pub fn faults_met(&self) -> usize {
        self.shared.lock().faults.met()
    }

    /// From now on it is a location with a memory: values and absences are
    /// answered as they were when they were first read here.
    pub fn hold(&self, hits: Hold, misses: Hold) {
        self.shared.lock().cache.hold(hits, misses);
    }

    /// The next reads ask the store.
    pub fn forget(&self) {
        self.shared.lock().cache.forget();
    }

    /// From now on a second write of one key within a second is answered 429.
    pub fn keep_pace(&self) {
        self.shared.lock().pace.keep();
    }

    /// A place in the history, for [`Endpoint::since`].
    #[must_use]
    pub fn mark(&self) -> usize {
        self.shared.lock().history.len()
    }

    /// What was asked after that place.
    #[must_use]
    pub fn since(&self, mark: usize) -> Vec<Operation> {
        self.shared
            .lock()
            .history
            .get(mark..)
            .unwrap_or_default()
            .to_vec()
    }

    /// Everything that was ever asked.
    #[must_use]
    pub fn history(&self) -> Vec<Operation> {
        self.since(0)
    }

    /// Waits until the history after `mark` is as wanted; looks after every
    /// operation, without sleeping.
    ///
    /// # Panics
    /// When that has not come within [`deadline::EVENT`].
    #[track_caller]
    pub fn wait(&self, what: &str, mark: usize, wanted: impl Fn(&[Operation]) -> bool) {
        self.wait_for(what, |state| {
            wanted(state.history.get(mark..).unwrap_or_default())
        });
    }

    /// Waits until such an operation has arrived and hangs in a [`Fault::Delay`].
    ///
    /// # Panics
    /// When that has not come within [`deadline::EVENT`].
    #[track_caller]
    pub fn wait_until_under_way(&self, kind: Kind, prefix: &str) {
        self.wait_for(&format!("a {kind:?} of {prefix}… under way"), |state| {
            state
                .under_way
                .iter()
                .any(|(of, key)| *of == kind && key.starts_with(prefix))
        });
    }

    /// Waits until an operation is held back by a fault.
    ///
    /// # Panics
    /// When that has not come within [`deadline::EVENT`].
    #[track_caller]
    pub fn wait_until_held_back(&self) {
        self.wait_for("an operation held back", |state| state.held > 0);
    }

    #[track_caller]
    fn wait_for(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        let end = Instant::now() + deadline::EVENT;
        let mut state = self.shared.lock();
        while !wanted(&state) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let seen = std::mem::take(&mut state.history);
                drop(state);
                panic!(
                    "the KV has not seen it within {:?}: {what}; it saw {seen:#?}",
                    deadline::EVENT
                );
            }
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until a write succeeds that begins after `mark`.
    ///
    /// # Panics
    /// As [`Endpoint::wait`].
    #[track_caller]
    pub fn wait_for_put(&self, mark: usize, prefix: &str) {
        self.wait(&format!("a write of {prefix}…"), mark, |since| {
            since.iter().any(|done| {
                done.kind == Kind::Put && done.key.starts_with(prefix) && done.succeeded()
            })
        });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An operation begins; its fault is used up now, in the order of arrival.
    /// With the fault comes how often all was healed by then.
    fn begin(&self, kind: Kind, key: &str) -> (Option<Fault>, usize) {
        let mut state = self.lock();
        let healed = state.healed;
        state.under_way.push((kind, key.to_owned()));
        let mut fault = state.faults.take(kind);
        let refused = matches!(fault, Some(Fault::Status(_) | Fault::Cut));
        if kind == Kind::Put && !refused && !state.pace.takes(key, Instant::now()) {
            fault = Some(Fault::Status(429));
        }
        drop(state);
        self.changed.notify_all();
        (fault, healed)
    }

    fn end(&self, operation: Operation) {
        let mut state = self.lock();
        if let Some(at) = state
            .under_way
            .iter()
            .position(|(kind, key)| *kind == operation.kind && *key == operation.key)
        {
            state.under_way.swap_remove(at);
        }
        state.history.push(operation);
        drop(state);
        self.changed.notify_all();
    }

    /// Holds an operation back until `done`, this long, or until all is healed.
    /// `healed` is the count of when the operation began: healing in between
    /// counts too.
    fn hold_back(&self, time: Duration, healed: usize, done: impl Fn(&State) -> bool) {
        let end = Instant::now() + time.min(LONGEST);
        let mut state = self.lock();
        state.held += 1;
        self.changed.notify_all();
        while state.healed == healed && !done(&state) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.held -= 1;
    }

    fn written(&self, key: &str) -> usize {
        self.lock().written.get(key).copied().unwrap_or_default()
    }

    fn perform(&self, store: &Store, kind: Kind, key: &str, incoming: &Incoming) -> Reply {
        let read = |key: &str| -> Option<Value> {
            let mut state = self.lock();
            state.cache.read(key, store, Instant::now())
        };
        let reply = perform(store, &read, kind, key, incoming);
        if matches!(kind, Kind::Put | Kind::Delete) {
            let mut state = self.lock();
            state.cache.drop_copy(key);
            *state.written.entry(key.to_owned()).or_default() += 1;
            drop(state);
            self.changed.notify_all();
        }
        reply
    }
}

/// One operation: its fault, if one is set, else what was asked.
fn answer(store: &Store, shared: &Shared, incoming: &Incoming) -> Reply {
    let (kind, key) = asked(incoming);
    let begun = Instant::now();
    let before = shared.written(&key);
    let (fault, healed) = shared.begin(kind, &key);
    match fault {
        Some(Fault::Delay(time)) => shared.hold_back(time, healed, |_| false),
        Some(Fault::Overtaken(time)) => shared.hold_back(time, healed, |state| {
            state.written.get(&key).copied().unwrap_or_default() > before
        }),
        _ => {}
    }
    let reply = match fault {
        Some(Fault::Status(status)) => Reply::status(status),
        Some(Fault::Cut) => Reply::Lost,
        Some(Fault::LostAnswer) => {
            shared.perform(store, kind, &key, incoming);
            Reply::Lost
        }
        Some(Fault::Late(time)) => {
            let reply = shared.perform(store, kind, &key, incoming);
            shared.hold_back(time, healed, |_| false);
            reply
        }
        Some(Fault::Delay(_) | Fault::Overtaken(_)) | None => {
            shared.perform(store, kind, &key, incoming)
        }
    };
    let status = match &reply {
        Reply::Answer { status, .. } => *status,
        Reply::Lost => 0,
    };
    shared.end(Operation {
        kind,
        key,
        at: Instant::now(),
        took: begun.elapsed(),
        status,
    });
    reply
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use super::{Endpoint, Fault, Hold, Kind, Store, Times};
    use crate::{
        deadline,
        wire::{Framing, Wire},
    };

    /// One request as workerd sends it; the status and the body.
    fn ask(endpoint: &Endpoint, method: &str, key: &str, body: &str) -> (u16, String) {
        let mut wire = Wire::connect(endpoint.port(), Instant::now() + deadline::REQUEST).unwrap();
        let length = body.len();
        let request = format!("{method} /{key} HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{body}");
        wire.send(request.as_bytes()).unwrap();
        let head = wire.head().unwrap().unwrap();
        let status = head.start.split(' ').nth(1).unwrap().parse().unwrap();
        let body = wire.body(Framing::of(&head, Framing::Empty)).unwrap();
        (status, String::from_utf8(body).unwrap())
    }

    fn read(endpoint: &Endpoint, key: &str) -> Option<String> {
        let (status, body) = ask(endpoint, "GET", key, "");
        (status == 200).then_some(body)
    }

    #[test]
    fn a_write_elsewhere_does_not_refresh_what_a_location_remembers() {
        let store = Store::default();
        let (here, there) = (Endpoint::serve(store.clone()), Endpoint::serve(store));
        there.hold(Hold::ForEver, Hold::ForEver);
        assert_eq!(read(&there, "a"), None);
        assert_eq!(ask(&here, "PUT", "a", "1").0, 204);
        assert_eq!(read(&here, "a").as_deref(), Some("1"));
        assert_eq!(read(&there, "a"), None);
        there.forget();
        assert_eq!(read(&there, "a").as_deref(), Some("1"));
        assert_eq!(ask(&there, "PUT", "a", "2").0, 204);
        assert_eq!(read(&there, "a").as_deref(), Some("2"), "its own write");
    }

    #[test]
    fn the_limit_on_writes_is_kept() {
        let endpoint = Endpoint::serve(Store::default());
        endpoint.keep_pace();
        assert_eq!(ask(&endpoint, "PUT", "a", "1").0, 204);
        assert_eq!(ask(&endpoint, "PUT", "a", "2").0, 429);
        assert_eq!(ask(&endpoint, "PUT", "b", "2").0, 204);
        assert_eq!(read(&endpoint, "a").as_deref(), Some("1"));
    }

    #[test]
    fn an_overtaken_write_is_done_after_the_later_one() {
        let endpoint = Endpoint::serve(Store::default());
        let fault = Fault::Overtaken(Duration::from_secs(30));
        endpoint.fail(Kind::Put, fault, Times::Next(1));
        thread::scope(|scope| {
            let early = scope.spawn(|| ask(&endpoint, "PUT", "a", "early").0);
            endpoint.wait_until_under_way(Kind::Put, "a");
            assert_eq!(ask(&endpoint, "PUT", "a", "late").0, 204);
            assert_eq!(early.join().unwrap(), 204);
        });
        assert_eq!(read(&endpoint, "a").as_deref(), Some("early"));
    }

    #[test]
    fn a_late_answer_says_what_was_there_when_it_was_asked() {
        let endpoint = Endpoint::serve(Store::default());
        let fault = Fault::Late(Duration::from_secs(60));
        endpoint.fail(Kind::Get, fault, Times::Next(1));
        thread::scope(|scope| {
            let late = scope.spawn(|| read(&endpoint, "a"));
            endpoint.wait_until_held_back();
            assert_eq!(ask(&endpoint, "PUT", "a", "1").0, 204);
            endpoint.heal();
            assert_eq!(late.join().unwrap(), None);
        });
    }

    #[test]
    fn healing_lets_go_what_is_held_back() {
        let endpoint = Endpoint::serve(Store::default());
        endpoint.fail(
            Kind::Put,
            Fault::Delay(Duration::from_secs(60)),
            Times::Always,
        );
        thread::scope(|scope| {
            let slow = scope.spawn(|| ask(&endpoint, "PUT", "a", "1").0);
            endpoint.wait_until_under_way(Kind::Put, "a");
            endpoint.heal();
            assert_eq!(slow.join().unwrap(), 204);
        });
    }
}
