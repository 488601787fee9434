//! Tokens that are kept, encrypted, for keys that were created as recoverable:
//! the one exception to promise 1.
//!
//! AES-256-GCM, whose key is derived from a secret of the operator's and from the
//! workspace. Each copy is bound to its key and workspace as associated data, so
//! that none can be shown as another's. The cipher is the platform's.

use core::fmt;

use hmac::Mac;
use zeroize::Zeroizing;

use crate::{
    digest::{Pepper, PepperNumber, WeakPepper},
    id::KeyId,
    secret::Secret,
    workspace::WorkspaceName,
};

/// Bytes of a nonce (NIST SP 800-38D, section 8.2.2: random ones).
pub const NONCE: usize = 12;

/// A secret that copies of tokens are encrypted with.
pub struct VaultKey(Pepper);

impl VaultKey {
    /// From the text of the secret.
    ///
    /// # Errors
    ///
    /// [`WeakPepper`] when it is shorter than [`Pepper::MIN`].
    pub fn new(number: PepperNumber, secret: &Secret) -> Result<Self, WeakPepper> {
        Pepper::new(number, secret).map(Self)
    }

    /// Which one it is. Secrets are replaced by one of a higher number; the old one
    /// stays for what was encrypted with it.
    #[must_use]
    pub fn number(&self) -> PepperNumber {
        self.0.number()
    }

    /// The AES-256 key: `HMAC-SHA-256(secret, "keyway/vault/v1/{workspace}")`.
    #[must_use]
    pub fn cipher_key(&self, workspace: &WorkspaceName) -> Zeroizing<[u8; 32]> {
        let mut mac = self.0.mac();
        mac.update(b"keyway/vault/v1/");
        mac.update(workspace.as_str().as_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultKey({}, redacted)", self.number().get())
    }
}

/// The associated data of a copy.
#[must_use]
pub fn about(workspace: &WorkspaceName, key: KeyId) -> String {
    format!("keyway/vault/v1/{}/{key}", workspace.as_str())
}

/// A token, encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedToken {
    /// With which secret.
    pub number: PepperNumber,
    /// Never used twice with one secret.
    pub nonce: [u8; NONCE],
    /// The cipher text and its tag.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation. A change here makes every copy unreadable.
    #[test]
    fn the_derivation_is_pinned() {
        let number = PepperNumber::new(1).unwrap();
        let secret = Secret::new("a vault key of thirty-two letters".to_owned());
        let vault = VaultKey::new(number, &secret).unwrap();
        let workspace = WorkspaceName::default_workspace();
        assert_eq!(
            hex::encode(*vault.cipher_key(&workspace)),
            "76e209a90b29ee4709fed021186ff082a83413fc10e0a3daa2dd79ef545f6ae5"
        );
        assert_eq!(format!("{vault:?}"), "VaultKey(1, redacted)");
        let key = KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap();
        assert_eq!(
            about(&workspace, key),
            "keyway/vault/v1/default/key_0123456789ABCDEFGHIJab"
        );
    }
}
