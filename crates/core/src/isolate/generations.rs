//! A map that forgets in two strokes.
//!
//! New things go into the young half. When a half is over (how, its owner
//! decides: by time, by number, by bytes), the old half is dropped as a whole and
//! the young one becomes the old. So what is put in stays for one half at least
//! and two at most, without a list to keep in order, and with one deallocation
//! instead of thousands.

use core::hash::Hasher;

use crate::{digest::Digest, table::Table};

type Map<V> = Table<Digest, V, Uniform>;

#[derive(Debug)]
pub(super) struct Generations<V> {
    young: Map<V>,
    old: Map<V>,
}

impl<V> Generations<V> {
    pub(super) fn new() -> Self {
        Self {
            young: Map::default(),
            old: Map::default(),
        }
    }

    pub(super) fn get(&self, digest: &Digest) -> Option<&V> {
        self.young.get(digest).or_else(|| self.old.get(digest))
    }

    /// Puts it into the young half, and nowhere else.
    pub(super) fn insert(&mut self, digest: Digest, value: V) {
        if !self.old.is_empty() {
            self.old.remove(&digest);
        }
        self.young.insert(digest, value);
    }

    pub(super) fn remove(&mut self, digest: &Digest) -> Option<V> {
        self.young
            .remove(digest)
            .or_else(|| self.old.remove(digest))
    }

    /// Takes it out of the old half, for whoever wants it to stay.
    pub(super) fn take_old(&mut self, digest: &Digest) -> Option<V> {
        self.old.remove(digest)
    }

    /// The old half goes; the young one is old now.
    pub(super) fn turn(&mut self) {
        self.old = core::mem::take(&mut self.young);
    }

    pub(super) fn clear(&mut self) {
        self.young = Map::default();
        self.old = Map::default();
    }

    pub(super) fn young(&self) -> usize {
        self.young.len()
    }

    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

/// A digest is the output of an HMAC under a secret: its first bytes are a hash
/// already, and nobody can choose them.
#[derive(Debug, Default)]
struct Uniform(u64);

impl Hasher for Uniform {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_ne_bytes(*first);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u8) -> Digest {
        Digest::from_bytes([number; 32])
    }

    #[test]
    fn what_is_put_in_stays_for_one_turn_and_goes_with_the_second() {
        let mut map = Generations::new();
        map.insert(digest(1), 'a');
        map.turn();
        map.insert(digest(2), 'b');
        assert_eq!(map.get(&digest(1)), Some(&'a'));
        map.turn();
        assert_eq!(map.get(&digest(1)), None);
        assert_eq!(map.get(&digest(2)), Some(&'b'));
    }

    #[test]
    fn a_thing_is_in_one_half_only() {
        let mut map = Generations::new();
        map.insert(digest(1), 'a');
        map.turn();
        map.insert(digest(1), 'b');
        assert_eq!(map.len(), 1);
        assert_eq!(map.remove(&digest(1)), Some('b'));
        assert_eq!(map.get(&digest(1)), None);
    }
}
