//! What verification needs of a key, as it is published to the store.

mod codec;

use crate::{
    environment::Environment,
    grants::Grants,
    id::{KeyId, VerifierId},
    instant::Instant,
    name::Name,
    scope::{AccountId, ScopeId},
    version::Version,
};

pub use codec::{Record, RecordError, RecordTooLarge};

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
    /// Taken out of service, for good.
    pub removed: bool,
    /// Which service it is for.
    pub name: Name,
}
