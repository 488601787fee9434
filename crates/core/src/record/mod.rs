//! What verification needs of a key, as it is published to the store.

mod codec;
mod fact;

use crate::{
    environment::Environment,
    grants::Grants,
    id::{KeyId, VerifierId},
    instant::Instant,
    metadata::Metadata,
    name::Name,
    network::Networks,
    scope::{AccountId, ScopeId},
    version::Version,
};

pub use codec::{Record, RecordError, RecordTooLarge};
pub use fact::{Fact, KeptKey};

/// What people decided of a key, without who and why. Time is not in it: a
/// verification works out for itself what has begun and what is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In use.
    Active,
    /// Out of use until someone says otherwise.
    Blocked,
    /// Ended for good. Such a record is a tombstone: it overwrites and stays.
    Revoked,
}

impl Standing {
    /// As it stands in records and in what the feeds say.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::Active => 1,
            Self::Blocked => 2,
            Self::Revoked => 3,
        }
    }

    /// `None` for any other byte.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Active),
            2 => Some(Self::Blocked),
            3 => Some(Self::Revoked),
            _ => None,
        }
    }
}

/// The published part of a key, for one of its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The key.
    pub key: KeyId,
    /// Of two records for one digest the higher one is newer.
    pub version: Version,
    /// What people decided.
    pub standing: Standing,
    /// Which data it is for.
    pub environment: Environment,
    /// Its label.
    pub name: Name,
    /// What it may do.
    pub scopes: Grants<ScopeId>,
    /// For whom.
    pub accounts: Grants<AccountId>,
    /// From where.
    pub allowed_ips: Networks,
    /// What the operator's own systems keep with it.
    pub metadata: Metadata,
    /// Not good before this.
    pub not_before: Option<Instant>,
    /// The key is not good from this on.
    pub expires_at: Option<Instant>,
    /// This token is not good from this on: the end of a rotation's grace.
    pub token_ends_at: Option<Instant>,
}

/// The published part of a verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierRecord {
    /// The verifier.
    pub verifier: VerifierId,
    /// Of two records for one digest the higher one is newer.
    pub version: Version,
    /// In use, or revoked: taken out of service for good, or this token of it is.
    pub standing: Standing,
    /// Which service it is for.
    pub name: Name,
    /// This token is not good from this on: the end of a rotation's grace.
    pub token_ends_at: Option<Instant>,
}

impl VerifierRecord {
    /// Whether whoever has this token gets verdicts.
    #[must_use]
    pub fn is_good(&self, now: Instant) -> bool {
        self.standing == Standing::Active && self.token_ends_at.is_none_or(|end| now < end)
    }
}
