//! What one location remembers of the namespace.
//!
//! The platform answers reads from a copy near the reader, which may be a
//! minute old or older, and it remembers absences too. A test says how old.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{Store, Value};

/// For how long a location answers from memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// It always asks.
    #[default]
    Nothing,
    /// This long after it asked.
    For(Duration),
    /// Until it is told to forget.
    ForEver,
}

/// A location's copy.
#[derive(Debug, Default)]
pub(super) struct Cache {
    hits: Hold,
    misses: Hold,
    held: BTreeMap<String, Held>,
}

#[derive(Debug)]
struct Held {
    value: Option<Value>,
    since: Instant,
}

impl Cache {
    /// What is remembered already is held as long as that from now on, too.
    pub(super) fn hold(&mut self, hits: Hold, misses: Hold) {
        (self.hits, self.misses) = (hits, misses);
    }

    pub(super) fn forget(&mut self) {
        self.held.clear();
    }

    /// The remembered value, else the store's, remembered from now on.
    pub(super) fn read(&mut self, key: &str, store: &Store, now: Instant) -> Option<Value> {
        if let Some(held) = self.held.get(key) {
            let hold = match held.value {
                Some(_) => self.hits,
                None => self.misses,
            };
            let fresh = match hold {
                Hold::Nothing => false,
                Hold::For(time) => now.saturating_duration_since(held.since) < time,
                Hold::ForEver => true,
            };
            if fresh {
                return held.value.clone();
            }
        }
        let value = store.get(key);
        self.held.insert(
            key.to_owned(),
            Held {
                value: value.clone(),
                since: now,
            },
        );
        value
    }

    /// A location sees its own writes.
    pub(super) fn drop_copy(&mut self, key: &str) {
        self.held.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, Duration, Hold, Instant, Store, Value};

    fn value(text: &str) -> Value {
        Value {
            bytes: text.into(),
            metadata: None,
        }
    }

    #[test]
    fn hits_and_misses_are_held_as_long_as_was_said() {
        let (store, mut cache, start) = (Store::default(), Cache::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        cache.hold(Hold::For(Duration::from_secs(60)), Hold::ForEver);
        store.put("a", value("1"));
        assert_eq!(cache.read("a", &store, start), Some(value("1")));
        assert_eq!(cache.read("b", &store, start), None);
        store.put("a", value("2"));
        store.put("b", value("2"));
        assert_eq!(cache.read("a", &store, after(59)), Some(value("1")));
        assert_eq!(cache.read("a", &store, after(60)), Some(value("2")));
        assert_eq!(cache.read("b", &store, after(3_600)), None);
        cache.forget();
        assert_eq!(cache.read("b", &store, after(3_601)), Some(value("2")));
    }

    #[test]
    fn nothing_is_held_unless_asked_for() {
        let (store, mut cache, now) = (Store::default(), Cache::default(), Instant::now());
        assert_eq!(cache.read("a", &store, now), None);
        store.put("a", value("1"));
        assert_eq!(cache.read("a", &store, now), Some(value("1")));
    }
}
