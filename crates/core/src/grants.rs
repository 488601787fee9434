//! What a key is granted of a set that grows: scopes or accounts.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer, ser::SerializeSeq};

/// None, all, or some of a kind. In JSON `[]`, `["*"]` and a list of ids; there
/// is no partial wildcard, so that nothing is granted that nobody read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grants<T> {
    /// Everything there is, and everything that will be.
    All,
    /// These and no others; grants nothing when empty.
    Some(BTreeSet<T>),
}

impl<T> Default for Grants<T> {
    fn default() -> Self {
        Self::Some(BTreeSet::new())
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

    /// What was granted by name; nothing where all is granted.
    pub fn named(&self) -> impl Iterator<Item = &T> {
        match self {
            Self::All => None,
            Self::Some(granted) => Some(granted.iter()),
        }
        .into_iter()
        .flatten()
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
            Self::Some(granted) => serializer.collect_seq(granted),
        }
    }
}
