//! How a receiver knows that a webhook is ours: Standard Webhooks 1.0.0.

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{
    base64,
    entropy::{Entropy, EntropyError},
    instant::Instant,
    secret::Secret,
};

/// What an endpoint's webhooks are signed with: 24 to 64 random bytes.
pub struct EndpointSecret(Zeroizing<Vec<u8>>);

impl EndpointSecret {
    /// Bytes of one that is made here.
    const BYTES: usize = 32;

    /// A new one.
    ///
    /// # Errors
    ///
    /// When the source of randomness fails.
    pub fn mint(entropy: &mut impl Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new(vec![0; Self::BYTES]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As it was stored; `None` for another length than the standard has.
    #[must_use]
    pub fn from_stored(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Zeroizing::new(bytes);
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// For the store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people give it to a receiver: `whsec_` and base64.
    #[must_use]
    pub fn shown(&self) -> Secret {
        let mut shown = String::from("whsec_");
        base64::encode(&self.0, &mut shown);
        Secret::new(shown)
    }
}

impl fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointSecret(redacted)")
    }
}

/// The headers of one attempt, besides the message's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-timestamp`: seconds since 1970. Receivers allow five minutes.
    pub timestamp: String,
    /// `webhook-signature`: one for each secret, with blanks between them.
    pub signature: String,
}

/// Signs the message of that id for an attempt at `now`, with each secret that the
/// receiver may know.
#[must_use]
pub fn sign(secrets: &[EndpointSecret], id: &str, body: &str, now: Instant) -> Signed {
    let timestamp = (now.as_millis() / 1_000).to_string();
    let mut signature = String::new();
    for secret in secrets {
        // A key of any length is one.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else {
            continue;
        };
        for part in [id, ".", &timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        signature.push_str(if signature.is_empty() { "v1," } else { " v1," });
        base64::encode(&mac.finalize().into_bytes(), &mut signature);
    }
    Signed {
        timestamp,
        signature,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use standardwebhooks::Webhook;

    use super::*;
    use crate::entropy::testing::Seeded;

    fn now() -> Instant {
        Instant::from_millis(1_700_000_000_999).unwrap()
    }

    /// Made with the published library for Python.
    #[test]
    fn the_vector_of_another_implementation() {
        let secret = base64::decode("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX").unwrap();
        let secret = EndpointSecret::from_stored(secret).unwrap();
        assert_eq!(
            secret.shown().reveal(),
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
        );
        let body = r#"{"type":"key.revoked","data":{"id":"key_1"}}"#;
        let signed = sign(&[secret], "msg_keyway_0001", body, now());
        assert_eq!(signed.timestamp, "1700000000");
        assert_eq!(
            signed.signature,
            "v1,L8wHqg3PDK8ePjA0RbMllUxY+BNcHPPh4ctGK7DlJlQ="
        );
    }

    #[test]
    fn a_secret_has_24_to_64_bytes_and_does_not_show() {
        for (length, good) in [(0, false), (23, false), (24, true), (64, true), (65, false)] {
            let made = EndpointSecret::from_stored(vec![7; length]);
            assert_eq!(made.is_some(), good, "{length}");
        }
        let secret = EndpointSecret::mint(&mut Seeded::new(1)).unwrap();
        assert_eq!(secret.as_bytes().len(), 32);
        assert_eq!(format!("{secret:?}"), "EndpointSecret(redacted)");
    }

    #[allow(clippy::disallowed_methods, reason = "the library looks at the clock")]
    fn today() -> Instant {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = i64::try_from(now.unwrap().as_millis()).unwrap();
        Instant::from_millis(now).unwrap()
    }

    proptest! {
        #[test]
        fn the_published_library_takes_it_with_either_secret(seed in any::<u64>(), body in ".*") {
            let mut entropy = Seeded::new(seed);
            let mint = |entropy: &mut Seeded| EndpointSecret::mint(entropy).unwrap();
            let (new, old, other) = (mint(&mut entropy), mint(&mut entropy), mint(&mut entropy));
            let shown = |secret: &EndpointSecret| secret.shown().reveal().to_owned();
            let (first, second, third) = (shown(&new), shown(&old), shown(&other));
            let signed = sign(&[new, old], "msg_1", &body, today());
            let mut headers = http::HeaderMap::new();
            for (name, value) in [
                ("webhook-id", "msg_1"),
                ("webhook-timestamp", &signed.timestamp),
                ("webhook-signature", &signed.signature),
            ] {
                headers.insert(name, value.parse().unwrap());
            }
            let good = |secret: &str| {
                let webhook = Webhook::new(secret).unwrap();
                webhook.verify(body.as_bytes(), &headers).is_ok()
            };
            prop_assert!(good(&first) && good(&second) && !good(&third));
        }
    }
}
