//! The headers that are more than one word.
//!
//! What a client sends in them may be a token in the wrong place, so no refusal
//! repeats any of it.

use crate::problem::{Code, Problem};

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

#[cfg(test)]
mod tests {
    use super::*;

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
