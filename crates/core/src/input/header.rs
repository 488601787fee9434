//! The headers that are more than one word.
//!
//! What a client sends in them may be a token in the wrong place, so no refusal
//! repeats any of it.

use crate::{
    digits::whole,
    problem::{Code, Problem},
    version::Version,
};

/// The token of an `Authorization` header.
///
/// # Errors
///
/// `credential_repeated` (RFC 6750, section 2: a client must not use more than
/// one way in a request), `credential_invalid` for another scheme than Bearer.
pub fn bearer(value: &str) -> Result<&str, Problem> {
    // The runtime joins two headers of one name with a comma, which no token has.
    if value.contains(',') {
        return Err(repeated());
    }
    match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(token.trim_start_matches(' '))
        }
        _ => Err(Problem::new(
            Code::CredentialInvalid,
            "The Authorization header must be the word Bearer, a space, and a token.",
        )),
    }
}

/// The refusal of more than one credential.
#[must_use]
pub fn repeated() -> Problem {
    Problem::new(
        Code::CredentialRepeated,
        "There is more than one credential in the request; send one.",
    )
}

/// The key of an `Idempotency-Key` header
/// (draft-ietf-httpapi-idempotency-key-header-07). The draft has it in quotes,
/// most clients send it bare: both are taken, and mean the same.
///
/// # Errors
///
/// `invalid_idempotency_key`.
pub fn idempotency_key(value: &str) -> Result<String, Problem> {
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let fits = (1..=255).contains(&bare.len())
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b','));
    if fits {
        return Ok(bare.to_owned());
    }
    Err(Problem::new(
        Code::InvalidIdempotencyKey,
        "An Idempotency-Key is one word of 1 to 255 visible ASCII characters, without commas; a \
         UUID is a good one.",
    ))
}

/// Which version a client wants to change: what its `If-Match` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// It does not say.
    Missing,
    /// This one.
    Version(Version),
    /// None that there ever was.
    Never,
}

impl Precondition {
    /// Reads an `If-Match` header (RFC 9110, 13.1.1). It names one version as
    /// `ETag` does: `\"3\"`. A weak tag never matches. `*`, which means
    /// whatever is there, is as good as nothing: it would let an edit overwrite
    /// what its author has not seen.
    #[must_use]
    pub fn parse(value: Option<&str>) -> Self {
        match value.map(str::trim) {
            None | Some("" | "*") => Self::Missing,
            Some(tag) => tag
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .and_then(whole)
                .and_then(|number| u32::try_from(number).ok())
                .and_then(Version::new)
                .map_or(Self::Never, Self::Version),
        }
    }

    /// As a header would say it again.
    #[must_use]
    pub fn to_header(self) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Version(version) => Some(version.tag()),
            Self::Never => Some("\"\"".to_owned()),
        }
    }

    /// The same where a call need not say it.
    ///
    /// # Errors
    ///
    /// `precondition_failed`.
    pub fn check_if_said(self, version: Version) -> Result<(), Problem> {
        match self {
            Self::Missing => Ok(()),
            said => said.check(version),
        }
    }

    /// Whether it is `version` that is to be changed.
    ///
    /// # Errors
    ///
    /// `precondition_required` (RFC 6585, 3), `precondition_failed`.
    pub fn check(self, version: Version) -> Result<(), Problem> {
        match self {
            Self::Version(wanted) if wanted == version => Ok(()),
            Self::Missing => Err(Problem::new(
                Code::PreconditionRequired,
                "Say which version you change: send its ETag, a number in quotes, as If-Match.",
            )),
            Self::Version(_) | Self::Never => Err(Problem::new(
                Code::PreconditionFailed,
                format!(
                    "It was changed in the meantime and is at version {} now. Nothing was \
                     changed; look at it and try again.",
                    version.get()
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precondition_names_one_version() {
        let version = |number| Version::new(number).unwrap();
        for (value, meaning) in [
            (None, Precondition::Missing),
            (Some(""), Precondition::Missing),
            (Some("*"), Precondition::Missing),
            (Some("\"3\""), Precondition::Version(version(3))),
            (Some(" \"3\" "), Precondition::Version(version(3))),
            (Some("3"), Precondition::Never),
            (Some("W/\"3\""), Precondition::Never),
            (Some("\"3\", \"4\""), Precondition::Never),
            (Some("\"+3\""), Precondition::Never),
            (Some("\"0\""), Precondition::Never),
            (Some("\"99999999999\""), Precondition::Never),
        ] {
            let parsed = Precondition::parse(value);
            assert_eq!(parsed, meaning, "{value:?}");
            let again = parsed.to_header();
            assert_eq!(Precondition::parse(again.as_deref()), parsed);
        }
        let code = |given: Option<&str>| {
            let checked = Precondition::parse(given).check(version(3));
            checked.err().map(|problem| problem.code())
        };
        assert_eq!(code(Some("\"3\"")), None);
        assert_eq!(code(Some("\"2\"")), Some(Code::PreconditionFailed));
        assert_eq!(code(Some("\"\"")), Some(Code::PreconditionFailed));
        assert_eq!(code(None), Some(Code::PreconditionRequired));
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case_and_alone() {
        for good in ["Bearer x", "bearer x", "BEARER  x"] {
            assert_eq!(bearer(good).unwrap(), "x", "{good}");
        }
        for (bad, code) in [
            ("", Code::CredentialInvalid),
            ("x", Code::CredentialInvalid),
            ("Basic x", Code::CredentialInvalid),
            ("Bearer", Code::CredentialInvalid),
            ("Bearer x, Bearer y", Code::CredentialRepeated),
        ] {
            assert_eq!(bearer(bad).unwrap_err().code(), code, "{bad}");
        }
    }

    #[test]
    fn an_idempotency_key_means_the_same_quoted_and_bare() {
        assert_eq!(
            idempotency_key("\"8e03978e-40d5\"").unwrap(),
            "8e03978e-40d5"
        );
        assert_eq!(idempotency_key("8e03978e-40d5").unwrap(), "8e03978e-40d5");
        for bad in ["", "\"\"", "a b", "a, b", "\"", "é", &"x".repeat(256)] {
            assert!(idempotency_key(bad).is_err(), "{bad}");
        }
    }
}
