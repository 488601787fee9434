//! What is the same in every run: tokens with the checksum of thirty zeros, a
//! pepper, a time.

use keyway_core::{
    catalog::Books,
    digest::{Digest, DigestKind, Pepper, PepperNumber, Peppers, TokenHash},
    entropy::{Entropy, EntropyError},
    id::KeyId,
    input::Json,
    instant::Instant,
    key::{Key, KeyDraft},
    member::Actor,
    scope::ScopeId,
    secret::Secret,
    token::Hint,
    workspace::WorkspaceName,
};

/// The token of an API client.
pub(crate) const TOKEN: &str = "kw_live_0000000000000000000000000000002C8GjS";

/// The token of a service.
pub(crate) const VERIFIER: &str = "kwv_default_0000000000000000000000000000002C8GjS";

/// What the stored values of the corpus are sealed with.
const PEPPER: &str = "a pepper of thirty-two characters";

pub(crate) fn pepper() -> Pepper {
    Pepper::new(
        PepperNumber::new(1).unwrap(),
        &Secret::new(PEPPER.to_owned()),
    )
    .unwrap()
}

pub(crate) fn peppers() -> Peppers {
    Peppers::new(pepper(), None)
}

/// Where the record of `token` is stored.
pub(crate) fn digest(kind: DigestKind, token: &str) -> Digest {
    let workspace = WorkspaceName::default_workspace();
    pepper().digest(kind, &workspace, &TokenHash::of_secret(token))
}

pub(crate) fn now() -> Instant {
    Instant::parse("2026-11-21T12:00:00Z").unwrap()
}

/// A workspace that grants one scope, and has granted another.
pub(crate) fn books() -> Books {
    let scopes = [("reporting:read", false), ("old", true)]
        .map(|(id, retired)| (ScopeId::parse(id).unwrap(), retired));
    Books {
        scopes: scopes.into_iter().collect(),
        ..Books::default()
    }
}

/// Good for an hour, from in an hour on.
pub(crate) fn key() -> Key {
    let body = r#"{"name":"Given","scopes":["reporting:read"],
        "not_before":"2026-11-21T13:00:00Z","expires_at":"2026-11-21T14:00:00Z"}"#;
    let body = Json::parse(body.as_bytes()).unwrap();
    let draft = KeyDraft::read(&body, &books(), now()).unwrap();
    let id = KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap();
    let hint = Hint::from_stored("kw_live_abcd…wxyz".to_owned());
    Key::create(draft, id, hint, Actor::root(), now())
}

/// Randomness that ends.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Entropy for Bytes<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let (taken, rest) = self.0.split_at_checked(bytes.len()).ok_or(EntropyError)?;
        bytes.copy_from_slice(taken);
        self.0 = rest;
        Ok(())
    }
}

/// A place in something of `length`, and a change of one bit there, that depend
/// on the input alone.
pub(crate) fn change(bytes: &[u8], length: usize) -> (usize, u8) {
    let sum = bytes.iter().fold(length, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    (sum / 8 % length.max(1), 1 << (sum % 8))
}
