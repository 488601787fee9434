//! The answer to a verification.

use core::net::IpAddr;
use std::{borrow::Cow, rc::Rc};

use serde::Serialize;

use crate::{
    environment::Environment,
    grants::Grants,
    id::KeyId,
    instant::Instant,
    metadata::Metadata,
    name::Name,
    output,
    record::KeptKey,
    scope::{AccountId, ScopeId},
    token::Malformed,
};

/// Good, or exactly why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The token is good for what was asked.
    Valid(Rc<KeptKey>),
    /// The key is known, and not good for what was asked.
    Refused(Refusal, Rc<KeptKey>),
    /// The text is no token of this workspace; nothing was looked up.
    Malformed(Malformed),
    /// No key of this workspace has this token.
    NotFound,
    /// No answer can be established. Promise 8: never valid.
    Unavailable,
}

/// Why a known key is not good for what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is for live data and test was asked, or the reverse.
    WrongEnvironment,
    /// Ended for good.
    Revoked,
    /// Out of use for now.
    Blocked,
    /// Good from then on.
    NotYetValid(Instant),
    /// Good until then.
    Expired(Instant),
    /// This token of the key has ended; another has replaced it.
    Replaced,
    /// Not for the account that was asked.
    WrongAccount,
    /// Without these scopes, which were asked for.
    InsufficientScope(Vec<ScopeId>),
    /// Not for clients at this address, or for one that nobody told.
    IpNotAllowed(Option<IpAddr>),
}

impl Verdict {
    /// The code in a word that never changes. The list grows.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::Malformed(_) => "malformed",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Refused(refusal, _) => match refusal {
                Refusal::WrongEnvironment => "wrong_environment",
                Refusal::Revoked => "revoked",
                Refusal::Blocked => "blocked",
                Refusal::NotYetValid(_) => "not_yet_valid",
                Refusal::Expired(_) | Refusal::Replaced => "expired",
                Refusal::WrongAccount => "wrong_account",
                Refusal::InsufficientScope(_) => "insufficient_scope",
                Refusal::IpNotAllowed(_) => "ip_not_allowed",
            },
        }
    }

    /// Why, in a sentence for the developer who reads the answer.
    #[must_use]
    pub fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::Valid(_) => "The key is valid.".into(),
            Self::Malformed(malformed) => malformed.to_string().into(),
            Self::NotFound => "No key of this workspace has this token.".into(),
            Self::Unavailable => {
                "No answer can be established now. Do not let the client in.".into()
            }
            Self::Refused(refusal, record) => match refusal {
                Refusal::WrongEnvironment => {
                    format!("The key is for {} data.", record.environment).into()
                }
                Refusal::Revoked => "The key was revoked.".into(),
                Refusal::Blocked => "The key is blocked.".into(),
                Refusal::NotYetValid(start) => format!("The key is valid from {start} on.").into(),
                Refusal::Expired(end) => format!("The key expired at {end}.").into(),
                Refusal::Replaced => "The key was rotated; this token of it has ended.".into(),
                Refusal::WrongAccount => "The key is not for this account.".into(),
                Refusal::InsufficientScope(missing) => {
                    let missing: Vec<&str> = missing.iter().map(ScopeId::as_str).collect();
                    format!("The key lacks: {}.", missing.join(", ")).into()
                }
                Refusal::IpNotAllowed(Some(_)) => {
                    "The key is not for clients at this address.".into()
                }
                Refusal::IpNotAllowed(None) => {
                    "The key is for clients at certain addresses only: say in `ip` where this one \
                     is."
                    .into()
                }
            },
        }
    }

    /// As the API answers it, in JSON. `None` only if that cannot be written.
    #[must_use]
    pub fn to_json(&self, stale: bool) -> Option<String> {
        output::json(&self.view(stale)).ok()
    }

    /// As the API answers it; `stale` marks it as older than the bound allows.
    #[must_use]
    pub fn view(&self, stale: bool) -> VerdictView<'_> {
        let (missing_scopes, record) = match self {
            Self::Valid(record) => (None, Some(record)),
            Self::Refused(Refusal::InsufficientScope(missing), record) => {
                (Some(missing.as_slice()), Some(record))
            }
            Self::Refused(_, record) => (None, Some(record)),
            Self::Malformed(_) | Self::NotFound | Self::Unavailable => (None, None),
        };
        VerdictView {
            valid: matches!(self, Self::Valid(_)),
            code: self.code(),
            detail: self.detail(),
            missing_scopes,
            stale: stale.then_some(true),
            key: record.map(|record| VerifiedKey {
                id: record.key,
                name: &record.name,
                environment: record.environment,
                scopes: &record.scopes,
                accounts: &record.accounts,
                metadata: &record.metadata,
                expires_at: record.expires_at,
            }),
        }
    }
}

/// A verdict, as the API answers it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Verdict))]
pub struct VerdictView<'a> {
    /// Whether to let the client in. Nothing else says so.
    pub valid: bool,
    /// Why, in a word that never changes. The list grows.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "insufficient_scope"))]
    pub code: &'static str,
    /// Why, in a sentence.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub detail: Cow<'static, str>,
    /// Which of the scopes that were asked for are missing; only with `insufficient_scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<ScopeId>>))]
    pub missing_scopes: Option<&'a [ScopeId]>,
    /// True where the answer is older than the bound allows, because the
    /// operator prefers that to none; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<bool>,
    /// The key; absent where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<VerifiedKey<'a>>,
}

/// What a service learns of a key.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedKey<'a> {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^key_[0-9A-Za-z]{22}$", example = "key_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: KeyId,
    /// Its label.
    #[cfg_attr(feature = "openapi", schema(value_type = Name))]
    pub name: &'a Name,
    /// Which data it is for.
    pub environment: Environment,
    /// What it may do, for the caller to check what it did not ask.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub scopes: &'a Grants<ScopeId>,
    /// For whom, likewise.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub accounts: &'a Grants<AccountId>,
    /// What the operator's own systems keep with it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: &'a Metadata,
    /// Not good from this on.
    pub expires_at: Option<Instant>,
}
