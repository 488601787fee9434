//! What may be stored of a token.
//!
//! Two values, for two readers. The workspace object keeps [`TokenHash`], the
//! plain SHA-256, and never publishes it. KV, which every location can read,
//! knows a token by [`Digest`] only: an HMAC under a secret pepper that also
//! covers the kind and the workspace. So a stolen copy of KV tells nobody which
//! token is good, and two workspaces can never claim one digest.
//!
//! A fast hash is right here: the tokens carry 178 random bits, so there is
//! nothing to guess that a slow hash would protect (OWASP ASVS 5.0, 6.5.2).

use core::fmt;

use crate::{secret::Secret, workspace::WorkspaceName};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a whole token.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

impl Eq for TokenHash {}

/// In four steps. What the compiler would put here on wasm takes 32, and every
/// verification compares several times.
fn are_equal(one: &[u8; 32], other: &[u8; 32]) -> bool {
    let (one, other) = (one.as_chunks::<8>().0, other.as_chunks::<8>().0);
    let differing =
        |(one, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*one) ^ u64::from_ne_bytes(*other);
    let all = one.iter().zip(other).map(differing);
    all.fold(0, |any, differing| any | differing) == 0
}

impl TokenHash {
    /// Of the text of a token, or of any other long random secret.
    #[must_use]
    pub fn of_secret(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// Of anything.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// As it was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Equal, in a time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_slice(), other.0.as_slice()).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(redacted)")
    }
}

/// What a digest is for; a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestKind {
    /// The token of an API client.
    Key,
    /// The token of a service that asks for verdicts.
    Verifier,
}

impl DigestKind {
    /// As it stands in store keys and in the digest's input.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Verifier => "verifier",
        }
    }

    /// `None` for any other word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "key" => Some(Self::Key),
            "verifier" => Some(Self::Verifier),
            _ => None,
        }
    }
}

/// What KV knows a token by.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

impl Eq for Digest {}

impl core::hash::Hash for Digest {
    /// As its bytes alone, without their number, which is always the same.
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl Digest {
    /// As it was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in the store: `key:` or `verifier:` and 64 hex digits.
    #[must_use]
    pub fn store_key(&self, kind: DigestKind) -> String {
        format!("{}:{}", kind.as_str(), hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", hex::encode(self.0))
    }
}

/// Which pepper: the `n` of the secret `PEPPER_n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PepperNumber(u8);

impl PepperNumber {
    /// `None` outside 1–9.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=9).contains(&number).then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// A secret that digests and seals are made with. Whoever has it and a copy of
/// the store can test guesses and forge records; nothing else can.
#[derive(Clone)]
pub struct Pepper {
    number: PepperNumber,
    // The key schedule, computed once: an HMAC from it costs two blocks less.
    keyed: Hmac<Sha256>,
}

/// The secret is too short to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeakPepper;

impl fmt::Display for WeakPepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it needs at least {} characters", Pepper::MIN)
    }
}

impl core::error::Error for WeakPepper {}

impl Pepper {
    /// Bytes a pepper has at least. 32 random bytes in base64url are 43.
    pub const MIN: usize = 32;

    /// From the text of the secret.
    ///
    /// # Errors
    ///
    /// [`WeakPepper`] when it is shorter than [`Pepper::MIN`].
    pub fn new(number: PepperNumber, secret: &Secret) -> Result<Self, WeakPepper> {
        let bytes = secret.reveal().as_bytes();
        match <Hmac<Sha256> as KeyInit>::new_from_slice(bytes) {
            Ok(keyed) if bytes.len() >= Self::MIN => Ok(Self { number, keyed }),
            _ => Err(WeakPepper),
        }
    }

    /// Which one it is.
    #[must_use]
    pub fn number(&self) -> PepperNumber {
        self.number
    }

    /// `HMAC-SHA-256(pepper, "keyway/{kind}/v1/{workspace}" ‖ 0x00 ‖ SHA-256(token))`.
    /// The zero byte ends the workspace's name, which has none.
    #[must_use]
    pub fn digest(&self, kind: DigestKind, workspace: &WorkspaceName, hash: &TokenHash) -> Digest {
        let mut mac = self.mac();
        mac.update(b"keyway/");
        mac.update(kind.as_str().as_bytes());
        mac.update(b"/v1/");
        mac.update(workspace.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(hash.as_bytes());
        Digest(mac.finalize().into_bytes().into())
    }

    pub(crate) fn mac(&self) -> Hmac<Sha256> {
        self.keyed.clone()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pepper({}, redacted)", self.number.0)
    }
}

/// The peppers in force: one to write with, and during a rotation the one that
/// older records are still found under.
#[derive(Debug, Clone)]
pub struct Peppers {
    current: Pepper,
    previous: Option<Pepper>,
}

impl Peppers {
    /// Of several the one with the highest number is current.
    #[must_use]
    pub fn new(first: Pepper, second: Option<Pepper>) -> Self {
        match second {
            Some(second) if second.number > first.number => Self {
                current: second,
                previous: Some(first),
            },
            previous => Self {
                current: first,
                previous,
            },
        }
    }

    /// The one to write with.
    #[must_use]
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    /// The one of this number, if it is in force.
    #[must_use]
    pub fn get(&self, number: PepperNumber) -> Option<&Pepper> {
        self.newest_first().find(|pepper| pepper.number == number)
    }

    /// In the order in which a lookup tries them.
    pub fn newest_first(&self) -> impl Iterator<Item = &Pepper> {
        core::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper(number: u8) -> Pepper {
        let number = PepperNumber::new(number).unwrap();
        Pepper::new(
            number,
            &Secret::new("a pepper of thirty-two characters".to_owned()),
        )
        .unwrap()
    }

    fn workspace(name: &str) -> WorkspaceName {
        WorkspaceName::parse(name).unwrap()
    }

    /// The stored shape, computed by another implementation. A change here needs a
    /// migration of every published record.
    #[test]
    fn the_digest_is_pinned() {
        let hash = TokenHash::of_secret("a token");
        assert_eq!(
            hex::encode(hash.as_bytes()),
            "e3316e2bafebb6103a3418e8778c0adc960d40213a03a7e7f4fcd3426ed807bf"
        );
        let digest = pepper(1).digest(DigestKind::Key, &workspace("default"), &hash);
        assert_eq!(
            digest.store_key(DigestKind::Key),
            "key:b6a526dd1c72a320ff0cfd26c2dba2fd8fb17b298958807b157b0c6d6180c3a1"
        );
    }

    #[test]
    fn kind_workspace_and_pepper_are_part_of_the_digest() {
        let hash = TokenHash::of_secret("a token");
        let here = pepper(1).digest(DigestKind::Key, &workspace("default"), &hash);
        assert_ne!(
            here,
            pepper(1).digest(DigestKind::Verifier, &workspace("default"), &hash)
        );
        assert_ne!(
            here,
            pepper(1).digest(DigestKind::Key, &workspace("other"), &hash)
        );
        let number = PepperNumber::new(2).unwrap();
        let other = Pepper::new(
            number,
            &Secret::new("another pepper, thirty-two characters".to_owned()),
        )
        .unwrap();
        assert_ne!(
            here,
            other.digest(DigestKind::Key, &workspace("default"), &hash)
        );
    }

    #[test]
    fn a_short_pepper_is_refused() {
        let number = PepperNumber::new(1).unwrap();
        assert_eq!(
            Pepper::new(number, &Secret::new("x".repeat(31))).err(),
            Some(WeakPepper)
        );
        assert!(PepperNumber::new(0).is_none() && PepperNumber::new(10).is_none());
    }

    #[test]
    fn the_highest_number_is_written_with_and_both_are_looked_up() {
        let peppers = Peppers::new(pepper(1), Some(pepper(2)));
        let order: Vec<u8> = peppers.newest_first().map(|p| p.number().get()).collect();
        assert_eq!(order, [2, 1]);
        assert_eq!(peppers.current().number().get(), 2);
    }

    #[test]
    fn promise_2_nothing_secret_shows_in_debug_output() {
        let shown = format!("{:?} {:?}", pepper(1), TokenHash::of_secret("a token"));
        assert_eq!(shown, "Pepper(1, redacted) TokenHash(redacted)");
    }
}
