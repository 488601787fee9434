//! One way to the namespace: a server that workerd's KV binding talks to.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Map, Value as Json, json};

use super::{Fault, Kind, Operation, Store, Times, Value, fault::Faults};
use crate::{
    deadline,
    server::{Incoming, Reply, Server},
};

/// The header that carries a value's metadata.
const METADATA: &str = "cf-kv-metadata";

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

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.shared.lock().faults.clear();
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
    fn begin(&self, kind: Kind, key: &str) -> Option<Fault> {
        let mut state = self.lock();
        state.under_way.push((kind, key.to_owned()));
        let fault = state.faults.take(kind);
        drop(state);
        self.changed.notify_all();
        fault
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
}

/// One operation: its fault, if one is set, else what was asked.
fn answer(store: &Store, shared: &Shared, incoming: &Incoming) -> Reply {
    let (kind, key) = asked(incoming);
    let begun = Instant::now();
    let reply = match shared.begin(kind, &key) {
        Some(Fault::Status(status)) => Reply::status(status),
        Some(Fault::Cut) => Reply::Lost,
        Some(Fault::LostAnswer) => {
            perform(store, kind, &key, incoming);
            Reply::Lost
        }
        Some(Fault::Delay(time)) => {
            thread::sleep(time.min(Duration::from_secs(60)));
            perform(store, kind, &key, incoming)
        }
        None => perform(store, kind, &key, incoming),
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

/// The operation of a request, and its key.
fn asked(incoming: &Incoming) -> (Kind, String) {
    let key = percent_decoded(incoming.path.strip_prefix('/').unwrap_or(&incoming.path));
    match incoming.method.as_str() {
        "GET" if key.is_empty() => (
            Kind::List,
            parameter(&incoming.query, "prefix").unwrap_or_default(),
        ),
        "PUT" => (Kind::Put, key),
        "DELETE" => (Kind::Delete, key),
        // `POST /bulk/get` too.
        _ => (Kind::Get, key),
    }
}

fn perform(store: &Store, kind: Kind, key: &str, incoming: &Incoming) -> Reply {
    match kind {
        Kind::Get if incoming.method == "POST" => bulk(store, &incoming.body),
        Kind::Get => match store.get(key) {
            None => Reply::status(404),
            Some(value) => Reply::Answer {
                status: 200,
                headers: value
                    .metadata
                    .map(|json| (METADATA, json))
                    .into_iter()
                    .collect(),
                body: value.bytes,
            },
        },
        Kind::Put => {
            let metadata = incoming.head.get(METADATA).map(str::to_owned);
            store.put(
                key,
                Value {
                    bytes: incoming.body.clone(),
                    metadata,
                },
            );
            Reply::status(204)
        }
        Kind::Delete => {
            store.remove(key);
            Reply::status(204)
        }
        Kind::List => {
            let keys: Vec<Json> = store
                .keys(key)
                .into_iter()
                .map(|name| json!({ "name": name }))
                .collect();
            Reply::ok(
                json!({ "keys": keys, "list_complete": true })
                    .to_string()
                    .into_bytes(),
            )
        }
    }
}

/// Several keys in one request; text values without metadata.
fn bulk(store: &Store, body: &[u8]) -> Reply {
    let Ok(asked) = serde_json::from_slice::<Json>(body) else {
        return Reply::status(400);
    };
    let keys = asked["keys"].as_array().cloned().unwrap_or_default();
    let found: Map<String, Json> = keys
        .iter()
        .filter_map(Json::as_str)
        .map(|key| {
            let value = store
                .get(key)
                .map(|value| String::from_utf8_lossy(&value.bytes).into_owned());
            (key.to_owned(), json!(value))
        })
        .collect();
    Reply::ok(Json::Object(found).to_string().into_bytes())
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| percent_decoded(value))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let pair = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match (
            first,
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()),
        ) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
