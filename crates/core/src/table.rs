//! A table of what is found by a key whose bytes are random already.
//!
//! One row of slots, looked through from where a key belongs until it is there or a
//! slot is empty (linear probing); what is taken out leaves no mark, because what
//! stands behind it moves up. The standard library's is made for any key and any
//! attacker: 1.5 KB of the Worker more.

use core::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

/// Slots of a table that has anything in it.
const LEAST: usize = 16;

/// By `S` a key says where it belongs. Whoever could choose keys that belong to one
/// place could make it slow, so nobody may.
pub(crate) struct Table<K, V, S> {
    /// None, or a power of two of them, of which a quarter is empty at least.
    slots: Vec<Option<(K, V)>>,
    len: usize,
    spread: PhantomData<S>,
}

impl<K, V, S> Default for Table<K, V, S> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            len: 0,
            spread: PhantomData,
        }
    }
}

impl<K, V, S> fmt::Debug for Table<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("len", &self.len).finish()
    }
}

impl<K: Hash + Eq, V, S: Hasher + Default> Table<K, V, S> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let (_, value) = self.slots.get(self.place(key))?.as_ref()?;
        Some(value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key);
        let (_, value) = self.slots.get_mut(place)?.as_mut()?;
        Some(value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        // A quarter of them is left empty, or looking would have no end.
        if (self.len + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        self.put(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let mut gap = self.place(key);
        let (_, value) = self.slots.get_mut(gap)?.take()?;
        self.len -= 1;
        let mask = self.slots.len() - 1;
        let mut at = gap;
        loop {
            at = (at + 1) & mask;
            let Some(Some((key, _))) = self.slots.get(at) else {
                return Some(value);
            };
            // Unless it belongs behind the gap, it is looked for from before it.
            let (steps, back) = (at.wrapping_sub(self.home(key)), at.wrapping_sub(gap));
            if steps & mask >= back & mask {
                self.slots.swap(at, gap);
                gap = at;
            }
        }
    }

    pub(crate) fn into_entries(self) -> impl Iterator<Item = (K, V)> {
        self.slots.into_iter().flatten()
    }

    /// Where the key is, or else the empty slot where it would be; anything where
    /// there are no slots.
    fn place(&self, key: &K) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut place = self.home(key);
        while let Some(Some((found, _))) = self.slots.get(place)
            && found != key
        {
            place = (place + 1) & mask;
        }
        place
    }

    /// Where the key belongs.
    fn home(&self, key: &K) -> usize {
        let mut spread = S::default();
        key.hash(&mut spread);
        // Of a row that is shorter than that, the lowest bits are enough.
        spread.finish() as usize & self.slots.len().wrapping_sub(1)
    }

    fn grow(&mut self) {
        let longer = (self.slots.len() * 2).max(LEAST);
        let slots = core::mem::take(&mut self.slots);
        self.slots.resize_with(longer, || None);
        self.len = 0;
        for (key, value) in slots.into_iter().flatten() {
            self.put(key, value);
        }
    }

    fn put(&mut self, key: K, value: V) {
        let place = self.place(&key);
        if let Some(slot) = self.slots.get_mut(place)
            && slot.replace((key, value)).is_none()
        {
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Few places, so that nearly all keys get into each other's way.
    #[derive(Default)]
    struct Crowded(u64);

    impl Hasher for Crowded {
        fn write(&mut self, bytes: &[u8]) {
            self.0 = bytes.iter().map(|byte| u64::from(byte % 5) * 7).sum();
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u8, u16),
        Remove(u8),
        Change(u8, u16),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (any::<u8>(), any::<u16>()).prop_map(|(key, value)| Step::Insert(key, value)),
            2 => any::<u8>().prop_map(Step::Remove),
            1 => (any::<u8>(), any::<u16>()).prop_map(|(key, value)| Step::Change(key, value)),
        ]
    }

    proptest! {
        #[test]
        fn it_is_the_map_of_the_standard_library(steps in prop::collection::vec(step(), 0..400)) {
            let mut table = Table::<u8, u16, Crowded>::default();
            let mut model = HashMap::new();
            for step in steps {
                match step {
                    Step::Insert(key, value) => {
                        table.insert(key, value);
                        model.insert(key, value);
                    }
                    Step::Remove(key) => prop_assert_eq!(table.remove(&key), model.remove(&key)),
                    Step::Change(key, value) => {
                        if let Some(slot) = table.get_mut(&key) {
                            *slot = value;
                        }
                        model.entry(key).and_modify(|slot| *slot = value);
                    }
                }
                prop_assert_eq!(table.len(), model.len());
                prop_assert_eq!(table.is_empty(), model.is_empty());
            }
            for key in 0..=u8::MAX {
                prop_assert_eq!(table.get(&key), model.get(&key));
            }
            let entries: HashMap<u8, u16> = table.into_entries().collect();
            prop_assert_eq!(entries, model);
        }
    }
}
