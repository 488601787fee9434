//! A record of either kind, as lookups and caches handle it.

use std::rc::Rc;

use super::{KeyRecord, Record, RecordError, VerifierRecord};
use crate::{digest::DigestKind, feed::Known};

/// A record. Shared, because a cache hands it out again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Of a key.
    Key(Rc<KeyRecord>),
    /// Of a verifier.
    Verifier(Rc<VerifierRecord>),
}

impl Fact {
    /// Reads the record of that kind.
    ///
    /// # Errors
    ///
    /// As [`Record::decode`].
    pub fn decode(kind: DigestKind, bytes: &[u8]) -> Result<Self, RecordError> {
        Ok(match kind {
            DigestKind::Key => Self::Key(Rc::new(KeyRecord::decode(bytes)?)),
            DigestKind::Verifier => Self::Verifier(Rc::new(VerifierRecord::decode(bytes)?)),
        })
    }

    /// What a feed would say of it.
    #[must_use]
    pub fn known(&self) -> Known {
        match self {
            Self::Key(record) => Known {
                version: record.version,
                standing: record.standing,
            },
            Self::Verifier(record) => Known {
                version: record.version,
                standing: record.standing,
            },
        }
    }

    /// The record as far as it is known after a change that was only heard of.
    /// Good for nothing but a refusal: whatever else the change did is not in it.
    #[must_use]
    pub fn overruled(mut self, by: Known) -> Self {
        match &mut self {
            Self::Key(record) => {
                let record = Rc::make_mut(record);
                record.version = by.version;
                record.standing = by.standing;
            }
            Self::Verifier(record) => {
                let record = Rc::make_mut(record);
                record.version = by.version;
                record.standing = by.standing;
            }
        }
        self
    }

    /// Roughly the bytes of memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::Key(record) => {
                size_of::<KeyRecord>()
                    + record.name.as_str().len()
                    + record.scopes.weight()
                    + record.accounts.weight()
            }
            Self::Verifier(record) => size_of::<VerifierRecord>() + record.name.as_str().len(),
        }
    }
}
