//! The secret strings that clients, services and members send.
//!
//! | kind | shape | sent by |
//! |---|---|---|
//! | API token | `{prefix}_{environment}_{random}{checksum}` | an API client |
//! | management token | `kwm_{workspace}_{random}{checksum}` | a member |
//! | verifier token | `kwv_{workspace}_{random}{checksum}` | a service that asks for verdicts |
//!
//! `random` is 30 base62 characters (178 bits), `checksum` 6 base62 characters
//! of CRC-32 over those 30. The checksum lets a mistyped or made-up token be
//! refused without any storage read, and lets secret scanners be sure of a find.

mod checksum;
mod malformed;
mod mint;
mod parse;
mod shapes;

use core::fmt;

use crate::{digest::TokenHash, name::is_forbidden, secret::Secret};

pub use malformed::Malformed;
pub use mint::{mint_api, mint_management, mint_root, mint_verifier};
pub use parse::{
    ApiToken, ManagementToken, Tenant, VerifierToken, is_for_management, parse_api,
    parse_management, parse_verifier,
};
pub use shapes::{ImportedShapes, InvalidShape, Shapes};

/// Random characters of a token.
const RANDOM: usize = 30;
/// Checksum characters of a token.
const CHECKSUM: usize = 6;
/// What follows the last underscore.
const TAIL: usize = RANDOM + CHECKSUM;

/// First part of every management token.
const MANAGEMENT: &str = "kwm";
/// First part of every verifier token.
const VERIFIER: &str = "kwv";

/// A token in full: the one thing that must never be stored or logged.
///
/// `Debug` shows nothing of it, it cannot be cloned or serialised by accident,
/// and its memory is overwritten when it goes. [`Token::reveal`] is the only way out.
pub struct Token(Secret);

impl Token {
    fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The token itself, for the one answer that shows it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_secret(self.reveal())
    }

    /// What pages and logs may show instead.
    #[must_use]
    pub fn hint(&self) -> Hint {
        let (head, tail) = self.reveal().rsplit_once('_').unwrap_or_default();
        let first = tail.get(..4).unwrap_or_default();
        let last = tail.get(tail.len().saturating_sub(4)..).unwrap_or_default();
        Hint(format!("{head}_{first}…{last}"))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

/// What may be shown of a token: its prefix, first 4 and last 4 characters, as
/// `kw_live_Ab3d…9xYz`. Half of what it shows is checksum; 155 of the 178
/// random bits stay unknown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "kw_live_Ab3d…9xYz"))]
#[serde(transparent)]
pub struct Hint(String);

impl Hint {
    /// A hint as it was stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// What the operator says may be shown of an imported token: 1 to 32 visible
    /// characters, and not the token itself. `None` for anything else.
    #[must_use]
    pub fn given(text: &str, hash: &TokenHash) -> Option<Self> {
        let is_shown = |c: char| !c.is_whitespace() && !is_forbidden(c);
        let fits = (1..=32).contains(&text.chars().count()) && text.chars().all(is_shown);
        (fits && TokenHash::of_secret(text) != *hash).then(|| Self(text.to_owned()))
    }

    /// What may be shown of an imported token of which nothing but its SHA-256 is
    /// known: the beginning of that, and that it is one.
    #[must_use]
    pub fn of_digest(hash: &TokenHash) -> Self {
        let digits = hex::encode(hash.as_bytes());
        Self(format!("sha256:{}…", digits.get(..8).unwrap_or_default()))
    }

    /// The hint.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first part of a workspace's API tokens: `[a-z][a-z0-9]{1,11}`, `kw`
/// unless the workspace says otherwise. `kwm` and `kwv` are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiPrefix(String);

/// The text is no prefix for API tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidApiPrefix;

impl fmt::Display for InvalidApiPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a token prefix is 2 to 12 lower-case letters and digits, begins with a letter, and \
             is neither kwm nor kwv",
        )
    }
}

impl core::error::Error for InvalidApiPrefix {}

impl ApiPrefix {
    /// Reads a prefix.
    ///
    /// # Errors
    ///
    /// For another shape, and for the two reserved ones.
    pub fn parse(text: &str) -> Result<Self, InvalidApiPrefix> {
        let mut bytes = text.bytes();
        let fits = (2..=12).contains(&text.len())
            && bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && text != MANAGEMENT
            && text != VERIFIER;
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidApiPrefix)
        }
    }

    /// The prefix, without its underscore.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ApiPrefix {
    fn default() -> Self {
        Self("kw".to_owned())
    }
}

/// The three kinds of token, never accepted in each other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Sent by an API client.
    Api,
    /// Sent by a member.
    Management,
    /// Sent by a service that asks for verdicts.
    Verifier,
}

impl TokenKind {
    fn described(self) -> &'static str {
        match self {
            Self::Api => "an API token",
            Self::Management => "a management token (kwm_…)",
            Self::Verifier => "a verifier token (kwv_…)",
        }
    }
}

#[cfg(test)]
mod tests;
