//! Which call a method and a path are. One table, for the Worker and for the
//! workspace object, without a router's size.

use keyway_core::{
    grants::Grantable,
    id::{DeliveryId, EndpointId, KeyId, MalformedId, MemberId, SessionId, VerifierId},
    member::Action,
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
    slug::MalformedSlug,
};

use crate::{
    http::{body, respond},
    platform::{Response, internal},
};

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `GET /healthz`
    Health,
    /// `GET /readyz`
    Ready,
    /// `POST /v1/verify`
    Verify,
    /// `GET /v1/auth`
    Authorize,
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
    /// `GET /v1/sessions`
    ListSessions,
    /// `DELETE /v1/sessions`
    EndSessions,
    /// `DELETE /v1/sessions/{id}`
    EndSession(SessionId),
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
    /// `GET /v1/keys/{id}/audit`
    KeyAudit(KeyId),
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
    /// `PUT /v1/keys/{id}/avatar`
    PutAvatar(KeyId),
    /// `GET /v1/keys/{id}/avatar`
    ReadAvatar(KeyId),
    /// `DELETE /v1/keys/{id}/avatar`
    DeleteAvatar(KeyId),
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
    /// `POST /v1/reviews`
    NoteReview,
    /// `GET /v1/reviews`
    ListReviews,
    /// `POST /v1/workspaces`
    CreateWorkspace,
    /// `GET /v1/workspaces`
    ListWorkspaces,
    /// `GET /v1/audit`
    ReadLog,
    /// `GET /v1/settings`
    ReadSettings,
    /// `PATCH /v1/settings`
    EditSettings,
    /// `GET /v1/pepper`
    ReadPepper,
    /// `POST /v1/members`
    InviteMember,
    /// `GET /v1/members`
    ListMembers,
    /// `GET /v1/members/{id}`
    ReadMember(MemberId),
    /// `PATCH /v1/members/{id}`
    EditMember(MemberId),
    /// `DELETE /v1/members/{id}`
    RemoveMember(MemberId),
    /// `POST /v1/members/{id}/token`
    ReplaceMemberToken(MemberId),
    /// `DELETE /v1/members/{id}/token`
    RevokeMemberToken(MemberId),
    /// `POST /v1/verifiers`
    CreateVerifier,
    /// `GET /v1/verifiers`
    ListVerifiers,
    /// `DELETE /v1/verifiers/{id}`
    RemoveVerifier(VerifierId),
    /// `POST /v1/verifiers/{id}/rotate`
    RotateVerifier(VerifierId),
    /// `DELETE /v1/verifiers/{id}/tokens/previous`
    EndVerifierToken(VerifierId),
    /// `POST /v1/webhooks`
    CreateWebhook,
    /// `GET /v1/webhooks`
    ListWebhooks,
    /// `GET /v1/webhooks/{id}`
    ReadWebhook(EndpointId),
    /// `PATCH /v1/webhooks/{id}`
    EditWebhook(EndpointId),
    /// `DELETE /v1/webhooks/{id}`
    RemoveWebhook(EndpointId),
    /// `POST /v1/webhooks/{id}/rotate`
    RotateWebhook(EndpointId),
    /// `POST /v1/webhooks/{id}/test`
    TestWebhook(EndpointId),
    /// `GET /v1/deliveries`
    ListDeliveries,
    /// `POST /v1/deliveries/{id}/resend`
    ResendDelivery(DeliveryId),
}

impl Manage {
    /// How much of a body is taken, in bytes.
    pub(crate) fn body_limit(&self) -> usize {
        match self {
            Self::ImportKeys => body::IMPORT_LIMIT,
            _ => body::LIMIT,
        }
    }

    /// What whoever calls has to be allowed, whatever it is done to. Several keys
    /// at once need more, as the body says.
    pub(crate) fn action(&self) -> Action {
        match self {
            Self::SignIn
            | Self::WhoAmI
            | Self::SignOut
            | Self::ListSessions
            | Self::EndSessions
            | Self::EndSession(_) => Action::OwnSession,
            Self::ListKeys
            | Self::CountKeys
            | Self::ReadKey(_)
            | Self::KeyUsage(_)
            | Self::ReadAvatar(_) => Action::ReadKeys,
            Self::KeyAudit(_) => Action::ReadAudit,
            Self::ReadLog => Action::ReadLog,
            Self::CreateKey | Self::ImportKeys => Action::CreateKeys,
            Self::EditKey(_) | Self::PutAvatar(_) | Self::DeleteAvatar(_) => Action::EditKeys,
            Self::ChangeKeys | Self::BlockKey(_) | Self::UnblockKey(_) => Action::BlockKeys,
            Self::RotateKey(_) | Self::EndPreviousToken(_) => Action::RotateKeys,
            Self::RevokeKey(_) => Action::RevokeKeys,
            Self::DeleteKey(_) => Action::DeleteKeys,
            Self::RevealKey(_) => Action::RevealKeys,
            Self::ListScopes | Self::ReadScope(_) | Self::ListAccounts | Self::ReadAccount(_) => {
                Action::ReadCatalog
            }
            Self::CreateScope
            | Self::EditScope(_)
            | Self::DeleteScope(_)
            | Self::CreateAccount
            | Self::EditAccount(_)
            | Self::DeleteAccount(_) => Action::ManageCatalog,
            Self::NoteReview | Self::ListReviews => Action::ReviewKeys,
            Self::CreateWorkspace | Self::ListWorkspaces => Action::ManageWorkspaces,
            Self::ReadSettings => Action::ReadSettings,
            Self::ReadPepper => Action::ManageSettings,
            Self::EditSettings => Action::ManageSettings,
            Self::InviteMember
            | Self::ListMembers
            | Self::ReadMember(_)
            | Self::EditMember(_)
            | Self::RemoveMember(_)
            | Self::ReplaceMemberToken(_)
            | Self::RevokeMemberToken(_) => Action::ManageMembers,
            Self::CreateVerifier
            | Self::ListVerifiers
            | Self::RemoveVerifier(_)
            | Self::RotateVerifier(_)
            | Self::EndVerifierToken(_) => Action::ManageVerifiers,
            Self::CreateWebhook
            | Self::ListWebhooks
            | Self::ReadWebhook(_)
            | Self::EditWebhook(_)
            | Self::RemoveWebhook(_)
            | Self::RotateWebhook(_)
            | Self::TestWebhook(_)
            | Self::ListDeliveries
            | Self::ResendDelivery(_) => Action::ManageWebhooks,
        }
    }

    /// Whether there is something to publish afterwards.
    pub(crate) fn publishes(&self) -> bool {
        matches!(
            self,
            Self::CreateKey
                | Self::ChangeKeys
                | Self::ImportKeys
                | Self::EditKey(_)
                | Self::BlockKey(_)
                | Self::UnblockKey(_)
                | Self::RevokeKey(_)
                | Self::DeleteKey(_)
                | Self::RotateKey(_)
                | Self::EndPreviousToken(_)
                | Self::CreateVerifier
                | Self::RemoveVerifier(_)
                | Self::RotateVerifier(_)
                | Self::EndVerifierToken(_)
        )
    }

    /// Whether there is something to send afterwards that nothing else has begun.
    pub(crate) fn sends(&self) -> bool {
        matches!(self, Self::TestWebhook(_) | Self::ResendDelivery(_))
    }

    /// Whether somebody may have to be told afterwards, of what is not published.
    pub(crate) fn tells(&self) -> bool {
        matches!(
            self,
            Self::RevealKey(_)
                | Self::PutAvatar(_)
                | Self::DeleteAvatar(_)
                | Self::EditSettings
                | Self::InviteMember
                | Self::EditMember(_)
                | Self::RemoveMember(_)
                | Self::ReplaceMemberToken(_)
                | Self::RevokeMemberToken(_)
        )
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
            | Self::PutAvatar(_)
            | Self::CreateScope
            | Self::EditScope(_)
            | Self::CreateAccount
            | Self::EditAccount(_)
            | Self::NoteReview
            | Self::CreateWorkspace
            | Self::EditSettings
            | Self::InviteMember
            | Self::EditMember(_)
            | Self::ReplaceMemberToken(_)
            | Self::CreateVerifier
            | Self::RotateVerifier(_)
            | Self::CreateWebhook
            | Self::EditWebhook(_)
            | Self::RotateWebhook(_) => true,
            Self::WhoAmI
            | Self::SignOut
            | Self::ListSessions
            | Self::EndSessions
            | Self::EndSession(_)
            | Self::ListKeys
            | Self::CountKeys
            | Self::ReadKey(_)
            | Self::DeleteKey(_)
            | Self::KeyUsage(_)
            | Self::KeyAudit(_)
            | Self::EndPreviousToken(_)
            | Self::ReadAvatar(_)
            | Self::DeleteAvatar(_)
            | Self::ListScopes
            | Self::ReadScope(_)
            | Self::DeleteScope(_)
            | Self::ListAccounts
            | Self::ReadAccount(_)
            | Self::DeleteAccount(_)
            | Self::ListReviews
            | Self::ListWorkspaces
            | Self::ReadLog
            | Self::ReadSettings
            | Self::ReadPepper
            | Self::ListMembers
            | Self::ReadMember(_)
            | Self::RemoveMember(_)
            | Self::RevokeMemberToken(_)
            | Self::ListVerifiers
            | Self::RemoveVerifier(_)
            | Self::EndVerifierToken(_)
            | Self::ListWebhooks
            | Self::ReadWebhook(_)
            | Self::RemoveWebhook(_)
            | Self::TestWebhook(_)
            | Self::ListDeliveries
            | Self::ResendDelivery(_) => false,
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
    pub(crate) fn respond(&self) -> Result<Response, Problem> {
        let refused = match self {
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
        };
        refused.map_err(internal("answer"))
    }
}

/// What a row of the table leads to.
enum Leads {
    To(fn() -> Route),
    Call(fn() -> Manage),
    /// The star is a key's id, and so on.
    Key(fn(KeyId) -> Manage),
    Scope(fn(ScopeId) -> Manage),
    Account(fn(AccountId) -> Manage),
    Member(fn(MemberId) -> Manage),
    Session(fn(SessionId) -> Manage),
    Verifier(fn(VerifierId) -> Manage),
    Webhook(fn(EndpointId) -> Manage),
    Delivery(fn(DeliveryId) -> Manage),
}

impl Leads {
    fn with(&self, id: &str) -> core::result::Result<Route, NoRoute> {
        let call = match self {
            Self::To(route) => return Ok(route()),
            Self::Call(call) => call(),
            Self::Key(call) => call(KeyId::parse(id)?),
            Self::Scope(call) => call(slug(id)?),
            Self::Account(call) => call(slug(id)?),
            Self::Member(call) => call(MemberId::parse(id)?),
            Self::Session(call) => call(SessionId::parse(id)?),
            Self::Verifier(call) => call(VerifierId::parse(id)?),
            Self::Webhook(call) => call(EndpointId::parse(id)?),
            Self::Delivery(call) => call(DeliveryId::parse(id)?),
        };
        Ok(Route::Manage(call))
    }
}

/// A path without a star comes before one with a star that it would fit, and
/// the rows of one path beside each other.
static TABLE: &[(&str, &str, Leads)] = {
    use Leads::{Account, Call, Delivery, Key, Member, Scope, Session, To, Verifier, Webhook};
    use Manage::*;
    &[
        ("GET", "healthz", To(|| Route::Health)),
        ("HEAD", "healthz", To(|| Route::Health)),
        ("GET", "readyz", To(|| Route::Ready)),
        ("HEAD", "readyz", To(|| Route::Ready)),
        ("POST", "v1/verify", To(|| Route::Verify)),
        ("GET", "v1/auth", To(|| Route::Authorize)),
        ("POST", "v1/session", Call(|| SignIn)),
        ("GET", "v1/session", Call(|| WhoAmI)),
        ("DELETE", "v1/session", Call(|| SignOut)),
        ("GET", "v1/sessions", Call(|| ListSessions)),
        ("DELETE", "v1/sessions", Call(|| EndSessions)),
        ("DELETE", "v1/sessions/*", Session(EndSession)),
        ("POST", "v1/keys", Call(|| CreateKey)),
        ("GET", "v1/keys", Call(|| ListKeys)),
        ("POST", "v1/keys/bulk", Call(|| ChangeKeys)),
        ("POST", "v1/keys/import", Call(|| ImportKeys)),
        ("GET", "v1/keys/counts", Call(|| CountKeys)),
        ("GET", "v1/keys/*", Key(ReadKey)),
        ("PATCH", "v1/keys/*", Key(EditKey)),
        ("DELETE", "v1/keys/*", Key(DeleteKey)),
        ("GET", "v1/keys/*/usage", Key(KeyUsage)),
        ("GET", "v1/keys/*/audit", Key(KeyAudit)),
        ("POST", "v1/keys/*/block", Key(BlockKey)),
        ("POST", "v1/keys/*/unblock", Key(UnblockKey)),
        ("POST", "v1/keys/*/revoke", Key(RevokeKey)),
        ("POST", "v1/keys/*/rotate", Key(RotateKey)),
        ("POST", "v1/keys/*/reveal", Key(RevealKey)),
        ("DELETE", "v1/keys/*/tokens/previous", Key(EndPreviousToken)),
        ("PUT", "v1/keys/*/avatar", Key(PutAvatar)),
        ("GET", "v1/keys/*/avatar", Key(ReadAvatar)),
        ("DELETE", "v1/keys/*/avatar", Key(DeleteAvatar)),
        ("POST", "v1/scopes", Call(|| CreateScope)),
        ("GET", "v1/scopes", Call(|| ListScopes)),
        ("GET", "v1/scopes/*", Scope(ReadScope)),
        ("PATCH", "v1/scopes/*", Scope(EditScope)),
        ("DELETE", "v1/scopes/*", Scope(DeleteScope)),
        ("POST", "v1/accounts", Call(|| CreateAccount)),
        ("GET", "v1/accounts", Call(|| ListAccounts)),
        ("GET", "v1/accounts/*", Account(ReadAccount)),
        ("PATCH", "v1/accounts/*", Account(EditAccount)),
        ("DELETE", "v1/accounts/*", Account(DeleteAccount)),
        ("POST", "v1/reviews", Call(|| NoteReview)),
        ("GET", "v1/reviews", Call(|| ListReviews)),
        ("POST", "v1/workspaces", Call(|| CreateWorkspace)),
        ("GET", "v1/workspaces", Call(|| ListWorkspaces)),
        ("GET", "v1/audit", Call(|| ReadLog)),
        ("GET", "v1/settings", Call(|| ReadSettings)),
        ("PATCH", "v1/settings", Call(|| EditSettings)),
        ("GET", "v1/pepper", Call(|| ReadPepper)),
        ("POST", "v1/members", Call(|| InviteMember)),
        ("GET", "v1/members", Call(|| ListMembers)),
        ("GET", "v1/members/*", Member(ReadMember)),
        ("PATCH", "v1/members/*", Member(EditMember)),
        ("DELETE", "v1/members/*", Member(RemoveMember)),
        ("POST", "v1/members/*/token", Member(ReplaceMemberToken)),
        ("DELETE", "v1/members/*/token", Member(RevokeMemberToken)),
        ("POST", "v1/verifiers", Call(|| CreateVerifier)),
        ("GET", "v1/verifiers", Call(|| ListVerifiers)),
        ("DELETE", "v1/verifiers/*", Verifier(RemoveVerifier)),
        ("POST", "v1/verifiers/*/rotate", Verifier(RotateVerifier)),
        (
            "DELETE",
            "v1/verifiers/*/tokens/previous",
            Verifier(EndVerifierToken),
        ),
        ("POST", "v1/webhooks", Call(|| CreateWebhook)),
        ("GET", "v1/webhooks", Call(|| ListWebhooks)),
        ("GET", "v1/webhooks/*", Webhook(ReadWebhook)),
        ("PATCH", "v1/webhooks/*", Webhook(EditWebhook)),
        ("DELETE", "v1/webhooks/*", Webhook(RemoveWebhook)),
        ("POST", "v1/webhooks/*/rotate", Webhook(RotateWebhook)),
        ("POST", "v1/webhooks/*/test", Webhook(TestWebhook)),
        ("GET", "v1/deliveries", Call(|| ListDeliveries)),
        ("POST", "v1/deliveries/*/resend", Delivery(ResendDelivery)),
    ]
};

/// Finds the call.
///
/// # Errors
///
/// [`NoRoute`] says what there is instead.
pub fn find(method: &str, path: &str) -> core::result::Result<Route, NoRoute> {
    let path = path.strip_prefix('/').ok_or(NoRoute::Path)?;
    let (mut here, mut allow) = ("", String::new());
    for (known, pattern, leads) in TABLE {
        let Some(id) = matched(pattern, path) else {
            continue;
        };
        if here.is_empty() {
            here = pattern;
        } else if here != *pattern {
            break;
        }
        // What is no id is told whatever the method.
        let route = leads.with(id)?;
        if *known == method {
            return Ok(route);
        }
        if !allow.is_empty() {
            allow.push_str(", ");
        }
        allow.push_str(known);
    }
    match here {
        "" => Err(NoRoute::Path),
        _ => Err(NoRoute::Method { allow }),
    }
}

/// What stands in the place of the star; nothing where there is none.
fn matched<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once('*') else {
        return (pattern == path).then_some("");
    };
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    (!id.contains('/')).then_some(id)
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
            find("GET", "/v1/keys/bulk"),
            Err(NoRoute::Method {
                allow: "POST".to_owned()
            })
        );
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
