//! A record proves where it comes from.
//!
//! Everything in the store carries `HMAC-SHA-256(pepper, "keyway/record/v1" ‖
//! 0x00 ‖ digest ‖ record)`. So write access to the store grants nothing: a
//! record that was changed, made up, or moved to another token's digest does
//! not open. The label keeps seals apart from digests, which the same pepper makes.

use core::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::digest::{Digest, Pepper};

/// Bytes of the seal at the end of a stored value.
pub const LENGTH: usize = 32;

/// The value does not carry the seal of this pepper for this digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenSeal;

impl fmt::Display for BrokenSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the record does not carry the seal for its digest")
    }
}

impl core::error::Error for BrokenSeal {}

/// `record` and its seal, ready to be stored under `digest`.
#[must_use]
pub fn seal(pepper: &Pepper, digest: &Digest, mut record: Vec<u8>) -> Vec<u8> {
    let mac = mac(pepper, digest, &record).finalize().into_bytes();
    record.extend_from_slice(&mac);
    record
}

/// The record within `stored`, if its seal is right. Compared in constant time.
///
/// # Errors
///
/// [`BrokenSeal`] for anything that this pepper did not seal for this digest.
pub fn open<'a>(
    pepper: &Pepper,
    digest: &Digest,
    stored: &'a [u8],
) -> Result<&'a [u8], BrokenSeal> {
    let (record, seal) = stored
        .len()
        .checked_sub(LENGTH)
        .and_then(|at| stored.split_at_checked(at))
        .ok_or(BrokenSeal)?;
    mac(pepper, digest, record)
        .verify_slice(seal)
        .map_err(|_| BrokenSeal)?;
    Ok(record)
}

fn mac(pepper: &Pepper, digest: &Digest, record: &[u8]) -> Hmac<Sha256> {
    let mut mac = pepper.mac();
    mac.update(b"keyway/record/v1\0");
    mac.update(digest.as_bytes());
    mac.update(record);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{digest::PepperNumber, secret::Secret};
    use proptest::prelude::*;

    fn pepper(secret: &str) -> Pepper {
        Pepper::new(
            PepperNumber::new(1).unwrap(),
            &Secret::new(secret.repeat(32)),
        )
        .unwrap()
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(record: Vec<u8>, digest: [u8; 32]) {
            let digest = Digest::from_bytes(digest);
            let sealed = seal(&pepper("p"), &digest, record.clone());
            prop_assert_eq!(open(&pepper("p"), &digest, &sealed), Ok(record.as_slice()));
            prop_assert_eq!(open(&pepper("q"), &digest, &sealed), Err(BrokenSeal));
        }

        #[test]
        fn promise_8_a_changed_or_moved_record_does_not_open(
            record: Vec<u8>, digest: [u8; 32], at: prop::sample::Index, bit in 0_u8..8,
        ) {
            let here = Digest::from_bytes(digest);
            let mut sealed = seal(&pepper("p"), &here, record);
            let mut elsewhere = digest;
            elsewhere[at.index(32)] ^= 1 << bit;
            let elsewhere = Digest::from_bytes(elsewhere);
            prop_assert_eq!(open(&pepper("p"), &elsewhere, &sealed), Err(BrokenSeal));
            let at = at.index(sealed.len());
            prop_assert_eq!(open(&pepper("p"), &here, &sealed[..at]), Err(BrokenSeal));
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(open(&pepper("p"), &here, &sealed), Err(BrokenSeal));
        }
    }
}
