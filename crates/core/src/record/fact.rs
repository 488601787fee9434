//! A record of either kind, as lookups and caches handle it.

use core::{any::Any, cell::OnceCell, fmt, ops::Deref};
use std::rc::Rc;

use super::{KeyRecord, Record, RecordError, VerifierRecord};
use crate::{digest::DigestKind, feed::Known};

/// Bytes of a good verdict in JSON, besides name, scopes, accounts and metadata.
const GOOD_VERDICT: usize = 200;

/// The record of a key, with what the API answers where the key is good: that is
/// the same each time, and to write it takes longer than to find the record.
pub struct KeptKey {
    record: KeyRecord,
    good: OnceCell<Box<dyn Any>>,
}

impl KeptKey {
    /// The good verdict, which `write` makes the first time: of whatever type
    /// it is sent as, and of that one alone.
    pub fn good<T: Any>(&self, write: impl FnOnce() -> Option<T>) -> Option<&T> {
        if self.good.get().is_none() {
            // Somebody else's would be the same.
            let _ = self.good.set(Box::new(write()?));
        }
        self.good.get()?.downcast_ref()
    }

    fn change(&mut self) -> &mut KeyRecord {
        self.good = OnceCell::new();
        &mut self.record
    }
}

impl From<KeyRecord> for KeptKey {
    fn from(record: KeyRecord) -> Self {
        Self {
            record,
            good: OnceCell::new(),
        }
    }
}

impl Deref for KeptKey {
    type Target = KeyRecord;

    fn deref(&self) -> &KeyRecord {
        &self.record
    }
}

impl Clone for KeptKey {
    fn clone(&self) -> Self {
        self.record.clone().into()
    }
}

impl PartialEq for KeptKey {
    fn eq(&self, other: &Self) -> bool {
        self.record == other.record
    }
}

impl Eq for KeptKey {}

impl fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}

/// A record. Shared, because a cache hands it out again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Of a key.
    Key(Rc<KeptKey>),
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
            DigestKind::Key => Self::Key(Rc::new(KeyRecord::decode(bytes)?.into())),
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
            Self::Key(kept) => {
                let record = Rc::make_mut(kept).change();
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
                size_of::<KeptKey>()
                    + GOOD_VERDICT
                    + 2 * record.name.as_str().len()
                    + 2 * record.scopes.weight()
                    + 2 * record.accounts.weight()
                    + record.allowed_ips.weight()
                    + 2 * record.metadata.as_str().len()
            }
            Self::Verifier(record) => size_of::<VerifierRecord>() + record.name.as_str().len(),
        }
    }
}
