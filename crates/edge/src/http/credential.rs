//! Who says they are calling.

use keyway_core::{
    problem::{Code, Problem},
    secret::Secret,
    session::SessionSecret,
};
use worker::Headers;

use super::header;

/// The credential of a request, of which there is one at most.
pub(crate) enum Credential {
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// The cookie of a signed-in page.
    Session(SessionSecret),
}

/// Finds the credential.
///
/// # Errors
///
/// `credential_missing`, `credential_repeated` (RFC 6750, section 2: a client
/// must not use more than one way in a request), `credential_invalid` for
/// another scheme than Bearer.
pub(crate) fn find(headers: &Headers) -> Result<Credential, Problem> {
    let authorization = header(headers, "authorization")?.map(Secret::new);
    let cookie = header(headers, "cookie")?.map(Secret::new);
    let session = cookie
        .as_ref()
        .and_then(|cookie| SessionSecret::from_cookie_header(cookie.reveal()));
    match (authorization, session) {
        (Some(_), Some(_)) => Err(repeated()),
        (Some(value), None) => bearer(value.reveal()).map(Credential::Bearer),
        (None, Some(session)) => Ok(Credential::Session(session)),
        (None, None) => Err(Problem::new(
            Code::CredentialMissing,
            "A credential is needed: send `Authorization: Bearer` and a token.",
        )),
    }
}

/// The token of an `Authorization` header.
///
/// # Errors
///
/// As [`find`].
pub(crate) fn bearer(value: &str) -> Result<Secret, Problem> {
    // The runtime joins two headers of one name with a comma, which no token has.
    if value.contains(',') {
        return Err(repeated());
    }
    match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Secret::new(token.trim_start_matches(' ').to_owned()))
        }
        _ => Err(Problem::new(
            Code::CredentialInvalid,
            "The Authorization header must be the word Bearer, a space, and a token.",
        )),
    }
}

fn repeated() -> Problem {
    Problem::new(
        Code::CredentialRepeated,
        "There is more than one credential in the request; send one.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_bearer_in_any_case_and_alone() {
        for good in ["Bearer x", "bearer x", "BEARER  x"] {
            assert_eq!(bearer(good).unwrap().reveal(), "x", "{good}");
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
}
