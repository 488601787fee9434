//! What a key is granted of a set that grows: scopes or accounts.

use serde::{Serialize, Serializer, ser::SerializeSeq};

use crate::catalog::Words;

/// A set of ids, in order. A sorted list: sets of ids are small, and read far
/// more often than written. Trees were 9 KB of the Worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdSet<T>(Vec<T>);

impl<T> Default for IdSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> IdSet<T> {
    /// Puts an id in, unless it is there.
    pub fn insert(&mut self, id: T) {
        if let Err(place) = self.0.binary_search(&id) {
            self.0.insert(place, id);
        }
    }

    /// Whether the id is there.
    #[must_use]
    pub fn contains(&self, id: &T) -> bool {
        self.0.binary_search(id).is_ok()
    }

    /// The ids, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Ord> FromIterator<T> for IdSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let mut set = Self::default();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

/// None, all, or some of a kind. In JSON `[]`, `["*"]` and a list of ids; there
/// is no partial wildcard, so that nothing is granted that nobody read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grants<T> {
    /// Everything there is, and everything that will be.
    All,
    /// These and no others; grants nothing when empty.
    Some(IdSet<T>),
}

/// An id that can be granted.
pub trait Grantable: Ord + Sized {
    /// How it is spoken of.
    const WORDS: &'static Words;

    /// From its text; `None` when it is not of the right shape.
    fn from_text(text: &str) -> Option<Self>;

    /// Its text, which has no line break and is not `*`.
    fn text(&self) -> &str;
}

impl<T> Default for Grants<T> {
    fn default() -> Self {
        Self::Some(IdSet::default())
    }
}

impl<T: Ord> Grants<T> {
    /// What stands for all in JSON and in the store; no id has this shape.
    pub const WILDCARD: &'static str = "*";

    /// Whether `item` is granted.
    #[must_use]
    pub fn allow(&self, item: &T) -> bool {
        match self {
            Self::All => true,
            Self::Some(granted) => granted.contains(item),
        }
    }

    /// Whether it grants everything that `other` does.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Some(_), Self::All) => false,
            (Self::Some(granted), Self::Some(wanted)) => {
                wanted.iter().all(|id| granted.contains(id))
            }
        }
    }

    /// What was granted by name; nothing where all is granted.
    pub fn named(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::All => None,
            Self::Some(granted) => Some(&granted.0),
        }
        .into_iter()
        .flatten()
    }
}

impl<T: Grantable> Grants<T> {
    /// As it is stored: nothing, `*`, or the ids in order with a line break between.
    #[must_use]
    pub fn to_stored(&self) -> String {
        self.joined("\n")
    }

    /// The same with something else between the ids.
    #[must_use]
    pub fn joined(&self, between: &str) -> String {
        match self {
            Self::All => Self::WILDCARD.to_owned(),
            Self::Some(ids) => {
                let ids: Vec<&str> = ids.iter().map(T::text).collect();
                ids.join(between)
            }
        }
    }

    /// Roughly the bytes of memory that the ids take.
    #[must_use]
    pub fn weight(&self) -> usize {
        let of_one = |id: &T| size_of::<T>() + id.text().len();
        match self {
            Self::All => 0,
            Self::Some(ids) => ids.iter().map(of_one).sum(),
        }
    }

    /// Reads [`Grants::to_stored`] back; `None` for what it never writes.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::default()),
            all if all == Self::WILDCARD => Some(Self::All),
            some => {
                let ids = some.split('\n').map(T::from_text);
                let ids: Vec<T> = ids.collect::<Option<_>>()?;
                ids.is_sorted_by(|one, next| one < next)
                    .then_some(Self::Some(IdSet(ids)))
            }
        }
    }
}

impl<T: Serialize> Serialize for Grants<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => {
                let mut list = serializer.serialize_seq(Some(1))?;
                list.serialize_element("*")?;
                list.end()
            }
            Self::Some(granted) => serializer.collect_seq(&granted.0),
        }
    }
}

/// The id of a scope or an account, or `*` for all: alone in its list then.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Grant, value_type = String, pattern = r"^(\*|[a-z0-9][a-z0-9:._-]{0,63})$", example = "reporting:read")]
pub struct GrantSchema(());

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    use super::*;
    use crate::scope::ScopeId;

    proptest! {
        #[test]
        fn a_set_is_a_set(ids in prop::collection::vec(0_u8..20, 0..40)) {
            let set: IdSet<u8> = ids.iter().copied().collect();
            let model: BTreeSet<u8> = ids.iter().copied().collect();
            prop_assert!(set.iter().eq(model.iter()));
            prop_assert_eq!(set.is_empty(), model.is_empty());
            for id in 0..20 {
                prop_assert_eq!(set.contains(&id), model.contains(&id));
            }
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let some =
            |ids: &[&str]| Grants::Some(ids.iter().map(|id| ScopeId::parse(id).unwrap()).collect());
        for grants in [
            Grants::default(),
            Grants::All,
            some(&["a"]),
            some(&["b", "a:read"]),
        ] {
            assert_eq!(Grants::from_stored(&grants.to_stored()), Some(grants));
        }
        for bad in ["A", "a\n", "a\n*", "\n", "b\na", "a\na"] {
            assert_eq!(Grants::<ScopeId>::from_stored(bad), None, "{bad:?}");
        }
    }
}
