//! What the Worker and the workspace object say to each other. The object can
//! be reached through the Worker's binding only, so these headers are ours:
//! nothing that a client sent is passed on under their names.

use core::fmt;

use keyway_core::{
    contact::Email,
    digest::{DigestKind, TokenHash},
};

/// Which workspace the object is. From a client it is the one that is meant, and is
/// read in [`crate::manage`] alone.
pub(crate) const WORKSPACE: &str = "x-keyway-workspace";
/// By which credential the caller is known; see [`Presented`].
pub(crate) const CREDENTIAL: &str = "x-keyway-credential";
/// The client's `Idempotency-Key`, checked.
pub(crate) const IDEMPOTENCY_KEY: &str = "x-keyway-idempotency-key";
/// What the client's `If-Match` says.
pub(crate) const PRECONDITION: &str = "x-keyway-precondition";

/// From which address the client called and what the platform calls the request,
/// checked, with a comma between; see [`keyway_core::audit::from_header`].
pub(crate) const ORIGIN: &str = "x-keyway-origin";
/// The name of the host that the client called.
pub(crate) const HOST: &str = "x-keyway-host";
/// There where the client wants a line for each entry.
pub(crate) const LINES: &str = "x-keyway-lines";

/// A credential as it reaches the object. Tokens stay outside: it is their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Presented {
    /// A management token.
    Token(TokenHash),
    /// The cookie of a signed-in page.
    Session(TokenHash),
    /// The word of Cloudflare Access.
    Access(Email),
}

impl fmt::Display for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes) = match self {
            Self::Token(hash) => ("token", hash.as_bytes().as_slice()),
            Self::Session(hash) => ("session", hash.as_bytes().as_slice()),
            Self::Access(email) => ("access", email.as_str().as_bytes()),
        };
        write!(f, "{kind} {}", hex::encode(bytes))
    }
}

impl Presented {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("token", hash) => Some(Self::Token(parse_hash(hash)?)),
            ("session", hash) => Some(Self::Session(parse_hash(hash)?)),
            ("access", email) => {
                let email = String::from_utf8(hex::decode(email).ok()?).ok()?;
                Some(Self::Access(Email::parse(&email).ok()?))
            }
            _ => None,
        }
    }
}

/// The path under which the object gives the record of a token to the verifying side.
pub(crate) fn record_path(kind: DigestKind, hash: &TokenHash) -> String {
    format!("/record/{}/{}", kind.as_str(), hex::encode(hash.as_bytes()))
}

/// Reads [`record_path`] back.
pub(crate) fn parse_record_path(path: &str) -> Option<(DigestKind, TokenHash)> {
    let (kind, hash) = path.strip_prefix("/record/")?.split_once('/')?;
    Some((DigestKind::parse(kind)?, parse_hash(hash)?))
}

fn parse_hash(text: &str) -> Option<TokenHash> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(TokenHash::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_and_a_record_path_are_read_back() {
        let hash = TokenHash::of_secret("x");
        let email = Email::parse("ádá@example.com").unwrap();
        for presented in [
            Presented::Token(hash),
            Presented::Session(hash),
            Presented::Access(email),
        ] {
            assert_eq!(
                Presented::parse(&presented.to_string()),
                Some(presented.clone())
            );
        }
        let path = record_path(DigestKind::Verifier, &hash);
        assert_eq!(parse_record_path(&path), Some((DigestKind::Verifier, hash)));
        for bad in ["", "/record/key/", "/record/member/00", "/record/key/zz"] {
            assert_eq!(parse_record_path(bad), None, "{bad}");
        }
        assert_eq!(Presented::parse("token 00"), None);
    }
}
