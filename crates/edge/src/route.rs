//! Which call a method and a path are. One table, for the Worker and for the
//! workspace object, without a router's size.

use keyway_core::{
    grants::Grantable,
    id::{KeyId, MalformedId, VerifierId},
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
    slug::MalformedSlug,
};
use worker::{Response, Result};

use crate::http::{body, respond};

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `GET /healthz`
    Health,
    /// `GET /readyz`
    Ready,
    /// `POST /v1/verify`
    Verify,
    /// Everything about a workspace.
    Manage(Manage),
}

/// A call that the workspace object answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manage {
    /// `POST /v1/session`
    SignIn,
    /// `GET /v1/session`
    WhoAmI,
    /// `DELETE /v1/session`
    SignOut,
    /// `POST /v1/keys`
    CreateKey,
    /// `GET /v1/keys`
    ListKeys,
    /// `POST /v1/keys/bulk`
    ChangeKeys,
    /// `POST /v1/keys/import`
    ImportKeys,
    /// `GET /v1/keys/counts`
    CountKeys,
    /// `GET /v1/keys/{id}`
    ReadKey(KeyId),
    /// `PATCH /v1/keys/{id}`
    EditKey(KeyId),
    /// `DELETE /v1/keys/{id}`
    DeleteKey(KeyId),
    /// `GET /v1/keys/{id}/usage`
    KeyUsage(KeyId),
    /// `POST /v1/keys/{id}/block`
    BlockKey(KeyId),
    /// `POST /v1/keys/{id}/unblock`
    UnblockKey(KeyId),
    /// `POST /v1/keys/{id}/revoke`
    RevokeKey(KeyId),
    /// `POST /v1/keys/{id}/rotate`
    RotateKey(KeyId),
    /// `POST /v1/keys/{id}/reveal`
    RevealKey(KeyId),
    /// `DELETE /v1/keys/{id}/tokens/previous`
    EndPreviousToken(KeyId),
    /// `POST /v1/scopes`
    CreateScope,
    /// `GET /v1/scopes`
    ListScopes,
    /// `GET /v1/scopes/{id}`
    ReadScope(ScopeId),
    /// `PATCH /v1/scopes/{id}`
    EditScope(ScopeId),
    /// `DELETE /v1/scopes/{id}`
    DeleteScope(ScopeId),
    /// `POST /v1/accounts`
    CreateAccount,
    /// `GET /v1/accounts`
    ListAccounts,
    /// `GET /v1/accounts/{id}`
    ReadAccount(AccountId),
    /// `PATCH /v1/accounts/{id}`
    EditAccount(AccountId),
    /// `DELETE /v1/accounts/{id}`
    DeleteAccount(AccountId),
    /// `POST /v1/verifiers`
    CreateVerifier,
    /// `GET /v1/verifiers`
    ListVerifiers,
    /// `DELETE /v1/verifiers/{id}`
    RemoveVerifier(VerifierId),
}

impl Manage {
    /// How much of a body is taken, in bytes.
    pub(crate) fn body_limit(&self) -> usize {
        match self {
            Self::ImportKeys => body::IMPORT_LIMIT,
            _ => body::LIMIT,
        }
    }

    /// Whether the call has a body to read.
    #[must_use]
    pub fn takes_body(&self) -> bool {
        match self {
            Self::SignIn
            | Self::CreateKey
            | Self::ChangeKeys
            | Self::ImportKeys
            | Self::EditKey(_)
            | Self::BlockKey(_)
            | Self::UnblockKey(_)
            | Self::RevokeKey(_)
            | Self::RotateKey(_)
            | Self::RevealKey(_)
            | Self::CreateScope
            | Self::EditScope(_)
            | Self::CreateAccount
            | Self::EditAccount(_)
            | Self::CreateVerifier => true,
            Self::WhoAmI
            | Self::SignOut
            | Self::ListKeys
            | Self::CountKeys
            | Self::ReadKey(_)
            | Self::DeleteKey(_)
            | Self::KeyUsage(_)
            | Self::EndPreviousToken(_)
            | Self::ListScopes
            | Self::ReadScope(_)
            | Self::DeleteScope(_)
            | Self::ListAccounts
            | Self::ReadAccount(_)
            | Self::DeleteAccount(_)
            | Self::ListVerifiers
            | Self::RemoveVerifier(_) => false,
        }
    }
}

/// A request for nothing that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRoute {
    /// Nothing is at this path.
    Path,
    /// The id in the path is none.
    Id(String),
    /// Something is, but not for this method.
    Method {
        /// The methods there are, for the `Allow` header (RFC 9110, 10.2.1).
        allow: String,
    },
}

impl From<MalformedId> for NoRoute {
    fn from(error: MalformedId) -> Self {
        Self::Id(error.to_string())
    }
}

/// The id of a scope or an account, as a segment of a path. Of what such an id
/// may have, only the colon is ever written another way there.
fn slug<T: Grantable>(segment: &str) -> core::result::Result<T, NoRoute> {
    let mut text = String::new();
    for (at, part) in segment.split('%').enumerate() {
        let colon = part.strip_prefix("3A").or_else(|| part.strip_prefix("3a"));
        match colon {
            Some(rest) if at > 0 => text.extend([":", rest]),
            // A percent sign that is left over makes it no id.
            _ if at > 0 => text.extend(["%", part]),
            _ => text.push_str(part),
        }
    }
    T::from_text(&text).ok_or_else(|| NoRoute::Id(MalformedSlug.to_string()))
}

impl NoRoute {
    /// The answer.
    pub(crate) fn respond(&self) -> Result<Response> {
        match self {
            Self::Path => respond::problem(&Problem::new(
                Code::RouteNotFound,
                "There is nothing at this path.",
            )),
            Self::Id(error) => respond::problem(&Problem::new(
                Code::MalformedId,
                format!("Not an id: {error}."),
            )),
            Self::Method { allow } => {
                let problem = Problem::new(
                    Code::MethodNotAllowed,
                    format!("This path takes {allow} and nothing else."),
                );
                respond::problem_with(&problem, &[("allow", allow.as_str())])
            }
        }
    }
}

/// Finds the call.
///
/// # Errors
///
/// [`NoRoute`] says what there is instead.
pub fn find(method: &str, path: &str) -> core::result::Result<Route, NoRoute> {
    use Manage::{
        BlockKey, ChangeKeys, CountKeys, CreateAccount, CreateKey, CreateScope, CreateVerifier,
        DeleteAccount, DeleteKey, DeleteScope, EditAccount, EditKey, EditScope, EndPreviousToken,
        ImportKeys, KeyUsage, ListAccounts, ListKeys, ListScopes, ListVerifiers, ReadAccount,
        ReadKey, ReadScope, RemoveVerifier, RevealKey, RevokeKey, RotateKey, SignIn, SignOut,
        UnblockKey, WhoAmI,
    };

    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let methods: Vec<(&str, Route)> = match segments.as_slice() {
        ["healthz"] => vec![("GET", Route::Health), ("HEAD", Route::Health)],
        ["readyz"] => vec![("GET", Route::Ready), ("HEAD", Route::Ready)],
        ["v1", "verify"] => vec![("POST", Route::Verify)],
        ["v1", "session"] => vec![
            ("POST", Route::Manage(SignIn)),
            ("GET", Route::Manage(WhoAmI)),
            ("DELETE", Route::Manage(SignOut)),
        ],
        ["v1", "keys"] => vec![
            ("POST", Route::Manage(CreateKey)),
            ("GET", Route::Manage(ListKeys)),
        ],
        ["v1", "keys", "bulk"] => vec![("POST", Route::Manage(ChangeKeys))],
        ["v1", "keys", "import"] => vec![("POST", Route::Manage(ImportKeys))],
        ["v1", "keys", "counts"] => vec![("GET", Route::Manage(CountKeys))],
        ["v1", "keys", id] => vec![
            ("GET", Route::Manage(ReadKey(KeyId::parse(id)?))),
            ("PATCH", Route::Manage(EditKey(KeyId::parse(id)?))),
            ("DELETE", Route::Manage(DeleteKey(KeyId::parse(id)?))),
        ],
        ["v1", "keys", id, "usage"] => vec![("GET", Route::Manage(KeyUsage(KeyId::parse(id)?)))],
        ["v1", "keys", id, "block"] => vec![("POST", Route::Manage(BlockKey(KeyId::parse(id)?)))],
        ["v1", "keys", id, "unblock"] => {
            vec![("POST", Route::Manage(UnblockKey(KeyId::parse(id)?)))]
        }
        ["v1", "keys", id, "revoke"] => vec![("POST", Route::Manage(RevokeKey(KeyId::parse(id)?)))],
        ["v1", "keys", id, "rotate"] => vec![("POST", Route::Manage(RotateKey(KeyId::parse(id)?)))],
        ["v1", "keys", id, "reveal"] => vec![("POST", Route::Manage(RevealKey(KeyId::parse(id)?)))],
        ["v1", "keys", id, "tokens", "previous"] => {
            vec![("DELETE", Route::Manage(EndPreviousToken(KeyId::parse(id)?)))]
        }
        ["v1", "scopes"] => vec![
            ("POST", Route::Manage(CreateScope)),
            ("GET", Route::Manage(ListScopes)),
        ],
        ["v1", "scopes", id] => vec![
            ("GET", Route::Manage(ReadScope(slug(id)?))),
            ("PATCH", Route::Manage(EditScope(slug(id)?))),
            ("DELETE", Route::Manage(DeleteScope(slug(id)?))),
        ],
        ["v1", "accounts"] => vec![
            ("POST", Route::Manage(CreateAccount)),
            ("GET", Route::Manage(ListAccounts)),
        ],
        ["v1", "accounts", id] => vec![
            ("GET", Route::Manage(ReadAccount(slug(id)?))),
            ("PATCH", Route::Manage(EditAccount(slug(id)?))),
            ("DELETE", Route::Manage(DeleteAccount(slug(id)?))),
        ],
        ["v1", "verifiers"] => {
            vec![
                ("POST", Route::Manage(CreateVerifier)),
                ("GET", Route::Manage(ListVerifiers)),
            ]
        }
        ["v1", "verifiers", id] => {
            vec![(
                "DELETE",
                Route::Manage(RemoveVerifier(VerifierId::parse(id)?)),
            )]
        }
        _ => return Err(NoRoute::Path),
    };
    methods
        .iter()
        .find(|(known, _)| *known == method)
        .map(|(_, route)| route.clone())
        .ok_or_else(|| {
            let known: Vec<&str> = methods.iter().map(|(known, _)| *known).collect();
            NoRoute::Method {
                allow: known.join(", "),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "key_0123456789ABCDEFGHIJab";

    #[test]
    fn a_call_is_its_method_and_path() {
        let id = KeyId::parse(KEY).unwrap();
        assert_eq!(find("GET", "/healthz"), Ok(Route::Health));
        assert_eq!(
            find("POST", "/v1/keys"),
            Ok(Route::Manage(Manage::CreateKey))
        );
        let path = format!("/v1/keys/{KEY}/revoke");
        assert_eq!(
            find("POST", &path),
            Ok(Route::Manage(Manage::RevokeKey(id)))
        );
    }

    #[test]
    fn the_colon_of_a_scope_may_be_encoded_and_nothing_else() {
        let read = |path: &str| find("GET", &format!("/v1/scopes/{path}"));
        let scope = |text| {
            Ok(Route::Manage(Manage::ReadScope(
                ScopeId::parse(text).unwrap(),
            )))
        };
        assert_eq!(read("reporting:read"), scope("reporting:read"));
        assert_eq!(read("a%3Ab%3ac"), scope("a:b:c"));
        for bad in ["", "A", "a%20b", "a%", "%3Aa", "a%253A"] {
            assert!(matches!(read(bad), Err(NoRoute::Id(_))), "{bad}");
        }
    }

    #[test]
    fn what_does_not_exist_is_told_apart() {
        for path in [
            "",
            "/",
            "/v1",
            "/v1/",
            "/v1/keys/",
            "/v2/keys",
            "/v1/Keys",
            "/v1//keys",
            "x",
        ] {
            let found = find("GET", path);
            assert!(
                matches!(found, Err(NoRoute::Path | NoRoute::Id(_))),
                "{path}: {found:?}"
            );
        }
        assert!(matches!(find("GET", "/v1/keys/ver_x"), Err(NoRoute::Id(_))));
        assert_eq!(
            find("PUT", "/v1/keys"),
            Err(NoRoute::Method {
                allow: "POST, GET".to_owned()
            })
        );
        assert!(matches!(
            find("get", "/healthz"),
            Err(NoRoute::Method { .. })
        ));
    }
}
