//! What the namespace holds.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// What one key holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value itself.
    pub bytes: Vec<u8>,
    /// The JSON that was stored beside it.
    pub metadata: Option<String>,
}

/// The truth behind every endpoint. A clone is another handle on the same.
#[derive(Clone, Debug, Default)]
pub struct Store {
    values: Arc<Mutex<BTreeMap<String, Value>>>,
}

impl Store {
    /// What that key holds.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        self.lock().get(key).cloned()
    }

    /// Writes behind the Worker's back.
    pub fn put(&self, key: &str, value: Value) {
        self.lock().insert(key.to_owned(), value);
    }

    /// Takes a key away behind the Worker's back.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.lock().remove(key)
    }

    /// Changes the bytes of a value behind the Worker's back.
    ///
    /// # Panics
    /// When there is no such key.
    pub fn tamper(&self, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
        change(
            &mut self
                .lock()
                .get_mut(key)
                .expect("a key to tamper with")
                .bytes,
        );
    }

    /// All keys that begin so, in order.
    #[must_use]
    pub fn keys(&self, prefix: &str) -> Vec<String> {
        self.lock()
            .keys()
            .filter(|key| key.starts_with(prefix))
            .cloned()
            .collect()
    }

    /// Everything.
    #[must_use]
    pub fn dump(&self) -> BTreeMap<String, Value> {
        self.lock().clone()
    }

    /// A test that failed while it held the lock has already been reported.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Value>> {
        self.values
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
