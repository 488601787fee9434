//! Who says they are calling.

use super::header;
use crate::platform::Headers;
use keyway_core::{
    input::header::{bearer, repeated},
    problem::{Code, Problem},
    secret::Secret,
    session::SessionSecret,
    workspace::WorkspaceName,
};

/// The credential of a request, of which there is one at most.
pub(crate) enum Credential {
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// The cookie of a signed-in page.
    Session(SessionSecret),
}

/// Finds the credential; a session is that of `workspace`.
///
/// # Errors
///
/// `credential_missing`, `credential_repeated` (RFC 6750, section 2: a client
/// must not use more than one way in a request), `credential_invalid` for
/// another scheme than Bearer.
pub(crate) fn find(headers: &Headers, workspace: &WorkspaceName) -> Result<Credential, Problem> {
    let authorization = header(headers, "authorization")?.map(Secret::new);
    let cookie = header(headers, "cookie")?.map(Secret::new);
    let session = cookie
        .as_ref()
        .and_then(|cookie| SessionSecret::from_cookie_header(cookie.reveal(), workspace));
    match (authorization, session) {
        (Some(_), Some(_)) => Err(repeated()),
        (Some(value), None) => {
            let token = bearer(value.reveal())?;
            Ok(Credential::Bearer(Secret::new(token.to_owned())))
        }
        (None, Some(session)) => Ok(Credential::Session(session)),
        (None, None) => Err(Problem::new(
            Code::CredentialMissing,
            "A credential is needed: send `Authorization: Bearer` and a token.",
        )),
    }
}
