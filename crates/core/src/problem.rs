//! Every refusal, as an RFC 9457 problem document.

use std::borrow::Cow;

use serde::Serialize;

use crate::settings::Settings;

/// Builds the enum, its words and its statuses in one place, so that no code
/// can be without either.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal;)*) => {
        /// What went wrong, in a word that never changes. Programs decide by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As it stands in the document.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }
    };
}

codes! {
    /// The request needs a body and has none.
    BodyMissing = "body_missing", 400;
    /// The route takes no body, and there is one.
    UnexpectedBody = "unexpected_body", 400;
    /// The body is not JSON, or has a member twice.
    InvalidJson = "invalid_json", 400;
    /// An id in the path is not of the shape of its kind.
    MalformedId = "malformed_id", 400;
    /// A query parameter that this route does not have.
    UnknownParameter = "unknown_parameter", 400;
    /// A query parameter with a value that it cannot have.
    InvalidParameter = "invalid_parameter", 400;
    /// The `Idempotency-Key` is empty, too long, or not printable ASCII.
    InvalidIdempotencyKey = "invalid_idempotency_key", 400;
    /// What is asked for could be made twice by a repetition: it needs an
    /// `Idempotency-Key`.
    IdempotencyKeyRequired = "idempotency_key_required", 400;
    /// More than one credential in one request (RFC 6750, section 2).
    CredentialRepeated = "credential_repeated", 400;
    /// No credential.
    CredentialMissing = "credential_missing", 401;
    /// A credential that is not, or no longer, good.
    CredentialInvalid = "credential_invalid", 401;
    /// No credential, but Cloudflare Access knows who calls, and may sign them in.
    AccessSignIn = "access_sign_in", 401;
    /// A token of a kind that is not for this route.
    WrongCredentialKind = "wrong_credential_kind", 401;
    /// A call with the page's cookie that did not come from the page.
    CsrfRefused = "csrf_refused", 403;
    /// Only administrators may do this.
    RoleInsufficient = "role_insufficient", 403;
    /// The manager has no access to API keys.
    ApiAccessMissing = "api_access_missing", 403;
    /// Only whoever holds the root token may do this, in the workspace `default`.
    RootRequired = "root_required", 403;
    /// The member may not grant the scope.
    ScopeNotGranted = "scope_not_granted", 403;
    /// The member may not grant the account.
    AccountNotGranted = "account_not_granted", 403;
    /// There is nothing at this path.
    RouteNotFound = "route_not_found", 404;
    /// No key has this id.
    KeyNotFound = "key_not_found", 404;
    /// No scope has this id.
    ScopeNotFound = "scope_not_found", 404;
    /// No account has this id.
    AccountNotFound = "account_not_found", 404;
    /// No member has this id.
    MemberNotFound = "member_not_found", 404;
    /// The caller has no open session of this id.
    SessionNotFound = "session_not_found", 404;
    /// No verifier has this id.
    VerifierNotFound = "verifier_not_found", 404;
    /// No endpoint for webhooks has this id, or it is no more.
    WebhookNotFound = "webhook_not_found", 404;
    /// No delivery has this id; they are kept for a month.
    DeliveryNotFound = "delivery_not_found", 404;
    /// No workspace has this name.
    WorkspaceNotFound = "workspace_not_found", 404;
    /// The key has no picture.
    AvatarNotFound = "avatar_not_found", 404;
    /// The path exists, this method on it does not.
    MethodNotAllowed = "method_not_allowed", 405;
    /// The key is revoked, so there is nothing left to do with it.
    KeyRevoked = "key_revoked", 409;
    /// The key has expired; extend it first.
    KeyExpired = "key_expired", 409;
    /// The key is locked: this of it stays as it was created.
    Locked = "locked", 409;
    /// The key was not created as recoverable, or no copy of its token is kept.
    NotRecoverable = "not_recoverable", 409;
    /// The imported token is a key's already, and that is another one.
    DigestExists = "digest_exists", 409;
    /// A scope of this id exists.
    ScopeExists = "scope_exists", 409;
    /// An account of this id exists.
    AccountExists = "account_exists", 409;
    /// Keys have the scope.
    ScopeInUse = "scope_in_use", 409;
    /// Keys have the account.
    AccountInUse = "account_in_use", 409;
    /// A member of this e-mail address exists.
    MemberExists = "member_exists", 409;
    /// A workspace has this name already.
    WorkspaceExists = "workspace_exists", 409;
    /// The workspace would be left without an administrator.
    LastAdministrator = "last_administrator", 409;
    /// The workspace has as many endpoints as it can have.
    TooManyWebhooks = "too_many_webhooks", 409;
    /// The endpoint is a key's own, and goes with the key.
    WebhookOfKey = "webhook_of_key", 409;
    /// Nothing is sent to the endpoint.
    WebhookDisabled = "webhook_disabled", 409;
    /// It was changed since the version that `If-Match` names.
    PreconditionFailed = "precondition_failed", 412;
    /// The body is larger than the route takes.
    BodyTooLarge = "body_too_large", 413;
    /// The body is not declared as what the route takes: JSON, or a picture.
    UnsupportedMediaType = "unsupported_media_type", 415;
    /// A member of the body that this route does not have.
    UnknownField = "unknown_field", 422;
    /// A member that must be there.
    FieldMissing = "field_missing", 422;
    /// A value of another JSON type.
    WrongType = "wrong_type", 422;
    /// Not a name of 1–100 visible characters.
    InvalidName = "invalid_name", 422;
    /// Not a number of keys that a review is about.
    InvalidCount = "invalid_count", 422;
    /// Not a text of at most 500 characters.
    InvalidText = "invalid_text", 422;
    /// Neither `administrator` nor `manager`, or one that a program cannot be.
    InvalidRole = "invalid_role", 422;
    /// Neither `live` nor `test`.
    InvalidEnvironment = "invalid_environment", 422;
    /// Not a date and time of RFC 3339.
    InvalidTime = "invalid_time", 422;
    /// The key would be expired before it exists.
    ExpiryInPast = "expiry_in_past", 422;
    /// The key would expire before it becomes valid.
    NotBeforeAfterExpiry = "not_before_after_expiry", 422;
    /// Neither 0 nor an hour to 30 days.
    InvalidGrace = "invalid_grace", 422;
    /// The old token would outlive its key.
    GraceBeyondExpiry = "grace_beyond_expiry", 422;
    /// Not `[a-z0-9][a-z0-9:._-]{0,63}`.
    MalformedScopeId = "malformed_scope_id", 422;
    /// Not `[a-z0-9][a-z0-9:._-]{0,63}`.
    MalformedAccountId = "malformed_account_id", 422;
    /// More scopes than a key may name.
    TooManyScopes = "too_many_scopes", 422;
    /// The wildcard beside other ids.
    WildcardNotAlone = "wildcard_not_alone", 422;
    /// The workspace has no scope of this id.
    UnknownScope = "unknown_scope", 422;
    /// The scope is retired and granted no more.
    RetiredScope = "retired_scope", 422;
    /// More accounts than a key may name.
    TooManyAccounts = "too_many_accounts", 422;
    /// The workspace has no account of this id.
    UnknownAccount = "unknown_account", 422;
    /// The account is retired and granted no more.
    RetiredAccount = "retired_account", 422;
    /// Neither `block` nor `unblock`, `revoke` or `delete`.
    InvalidAction = "invalid_action", 422;
    /// Not the id of a key.
    InvalidId = "invalid_id", 422;
    /// More keys than one call takes.
    TooManyKeys = "too_many_keys", 422;
    /// Not a SHA-256 as hex, base64 or base64url.
    InvalidSha256 = "invalid_sha256", 422;
    /// The same imported token twice in one call.
    DuplicateDigest = "duplicate_digest", 422;
    /// Not what may be shown of an imported token.
    InvalidHint = "invalid_hint", 422;
    /// Of an imported token there is no copy that could be kept.
    DigestNotRecoverable = "digest_not_recoverable", 422;
    /// The operator has not set what recoverable keys need.
    VaultNotConfigured = "vault_not_configured", 422;
    /// Not an address for e-mail.
    InvalidEmail = "invalid_email", 422;
    /// More contacts than a key has.
    TooManyContacts = "too_many_contacts", 422;
    /// Not an `https` URL of the plain form.
    InvalidWebhookUrl = "invalid_webhook_url", 422;
    /// The URL's host is no public name.
    WebhookNotPublic = "webhook_not_public", 422;
    /// Not the name of an event that somebody is told of.
    UnknownEvent = "unknown_event", 422;
    /// More events than there are.
    TooManyEvents = "too_many_events", 422;
    /// Not an `https` URL that people open.
    InvalidLink = "invalid_link", 422;
    /// Neither an address for e-mail nor an `https` URL.
    InvalidSupportContact = "invalid_support_contact", 422;
    /// Not a network in CIDR notation.
    InvalidNetwork = "invalid_network", 422;
    /// More networks than a key has.
    TooManyNetworks = "too_many_networks", 422;
    /// Not the address of a client.
    InvalidIp = "invalid_ip", 422;
    /// More metadata than a key has.
    MetadataTooLarge = "metadata_too_large", 422;
    /// Metadata with more levels than a key's has.
    MetadataTooDeep = "metadata_too_deep", 422;
    /// Not a picture, or not of the type that is declared.
    InvalidPicture = "invalid_picture", 422;
    /// Not 128 by 128 pixels.
    WrongPictureSize = "wrong_picture_size", 422;
    /// Not a number of days that a setting can have.
    InvalidDays = "invalid_days", 422;
    /// Neither `eventual` nor `strong`.
    InvalidConsistency = "invalid_consistency", 422;
    /// Not a token of the kind that is asked for.
    MalformedToken = "malformed_token", 422;
    /// The key of this `Idempotency-Key` was asked for in other words.
    IdempotencyKeyReused = "idempotency_key_reused", 422;
    /// The call wants to know in `If-Match` which version it changes.
    PreconditionRequired = "precondition_required", 428;
    /// Too many sign-ins from one address have failed.
    TooManyAttempts = "too_many_attempts", 429;
    /// A mistake of ours. Nothing was changed, or it is undone.
    Internal = "internal", 500;
    /// A reverse proxy asked without a credential that is good. Not 401: it would
    /// tell its client that the client's token is the wrong one.
    ProxyRefused = "proxy_refused", 500;
    /// The operator has not set up what this route needs.
    NotConfigured = "not_configured", 503;
    /// No answer can be established now; never to be read as a yes.
    Unavailable = "unavailable", 503;
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where, as a JSON pointer (RFC 6901); empty for the body itself.
    #[cfg_attr(feature = "openapi", schema(example = "/scopes/1"))]
    pub pointer: String,
    /// What.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "unknown_scope"))]
    pub code: Code,
    /// In words.
    pub detail: String,
}

/// A refusal. One pointer wide, because nearly every function returns one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Refusal>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    /// Of the workspace that refuses, if it says where help is.
    settings: Option<Settings>,
}

impl Problem {
    /// A refusal that is not about one field.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Refusal {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            settings: None,
        }))
    }

    /// The refusal of a body for what is wrong with its fields.
    pub(crate) fn of_fields(code: Code, detail: String, errors: Vec<FieldError>) -> Self {
        Self(Box::new(Refusal {
            code,
            detail: detail.into(),
            errors,
            settings: None,
        }))
    }

    /// A mistake of ours. What exactly goes to the log, never into the answer.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            Code::Internal,
            "Something went wrong on our side. Nothing was changed.",
        )
    }

    /// Adds where the workspace has its help.
    #[must_use]
    pub fn helped(mut self, by: Settings) -> Self {
        self.0.settings = Some(by);
        self
    }

    /// What; of several field errors that of the first.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// In words for the person who will read it.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Where, if it is the body that is refused.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The document, without `instance`.
    #[must_use]
    pub fn document(&self) -> ProblemDocument<'_> {
        let code = self.code();
        let settings = self.0.settings.as_ref();
        ProblemDocument {
            r#type: "about:blank",
            title: title(code.status()),
            status: code.status(),
            detail: self.detail(),
            code,
            errors: self.errors(),
            docs_url: settings.map_or("", Settings::docs_url),
            support_contact: settings.map_or("", Settings::support_contact),
        }
    }
}

/// The members of a problem document (RFC 9457, section 3.1), and four of ours.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Problem))]
pub struct ProblemDocument<'a> {
    /// Always `about:blank`: `code` tells problems apart.
    pub r#type: &'a str,
    /// The HTTP status in words.
    pub title: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, in words for the person who will read it.
    pub detail: &'a str,
    /// What is wrong, in a word that never changes. The list grows.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "unknown_scope"))]
    pub code: Code,
    /// Each field that is wrong, if it is the body that is refused.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<FieldError>>))]
    pub errors: &'a [FieldError],
    /// Where the documentation of this workspace is, if its settings say so. Only
    /// the workspace knows: what is refused before it is asked, verifications
    /// among it, has no such member.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::settings::Link>))]
    pub docs_url: &'a str,
    /// Whom to ask, likewise: an e-mail address or an https URL.
    #[serde(skip_serializing_if = "str::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::settings::SupportContact>))]
    pub support_contact: &'a str,
}

/// The phrase of RFC 9110, section 15, for the statuses in use.
fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Link, SupportContact};
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_a_word_of_its_own_with_a_title_that_fits() {
        let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        for code in Code::ALL {
            let is_500 = title(code.status()) == "Internal Server Error";
            assert_eq!(is_500, code.status() == 500, "{}", code.as_str());
        }
    }

    #[test]
    fn the_document_has_the_members_of_rfc_9457() {
        let problem = Problem::new(Code::KeyNotFound, "No key has this id.");
        assert_eq!(
            crate::output::json(&problem.document()).unwrap(),
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No key has this id.","code":"key_not_found"}"#
        );
    }

    #[test]
    fn a_workspace_adds_where_its_help_is() {
        let settings = Settings {
            docs_url: Link::parse("https://docs.example.com/").ok(),
            support_contact: SupportContact::parse("ops@example.com").ok(),
            ..Settings::default()
        };
        let problem = Problem::new(Code::KeyNotFound, "No key has this id.").helped(settings);
        assert_eq!(
            crate::output::json(&problem.document()).unwrap(),
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No key has this id.","code":"key_not_found","docs_url":"https://docs.example.com/","support_contact":"ops@example.com"}"#
        );
    }
}
