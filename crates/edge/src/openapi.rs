//! The OpenAPI 3.1 document, made from the types that are read and written.
//!
//! Off in the Worker: the document is a file beside the page. A test holds its
//! paths against the routes, and its request bodies against what is read.

use keyway_core::{
    api, audit, avatar, catalog, contact, endpoint, instant::Instant, key, member, notice, problem,
    review, scope, session, settings, token, verifier, verify, version, webhook, workspace,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document, PathItem,
        RefOr::{self, T},
        Schema,
        schema::{AdditionalProperties, SchemaType, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::probes;

/// The document.
#[must_use]
pub fn document() -> Document {
    Api::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keyway",
        description = "API keys for your own API, verified at the edge. Every refusal is a \
                       problem document (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        paths::sign_in, paths::who_am_i, paths::sign_out, paths::list_sessions, paths::end_session, paths::end_sessions,
        paths::create_key, paths::list_keys, paths::count_keys, paths::change_keys, paths::import_keys, paths::read_key, paths::edit_key, paths::key_usage, paths::key_audit, paths::block_key,
        paths::unblock_key, paths::revoke_key, paths::delete_key, paths::rotate_key, paths::reveal_key, paths::end_previous_token,
        paths::put_avatar, paths::read_avatar, paths::delete_avatar,
        paths::create_scope, paths::list_scopes, paths::read_scope, paths::edit_scope,
        paths::delete_scope,
        paths::create_account, paths::list_accounts, paths::read_account, paths::edit_account,
        paths::delete_account,
        paths::note_review, paths::list_reviews, paths::read_log,
        paths::create_workspace, paths::list_workspaces,
        paths::read_settings, paths::edit_settings, paths::read_pepper,
        paths::invite_member, paths::list_members, paths::read_member, paths::edit_member,
        paths::remove_member, paths::replace_member_token, paths::revoke_member_token,
        paths::create_verifier, paths::list_verifiers, paths::remove_verifier,
        paths::rotate_verifier, paths::end_verifier_token,
        paths::create_webhook, paths::list_webhooks, paths::read_webhook, paths::edit_webhook,
        paths::remove_webhook, paths::rotate_webhook, paths::test_webhook,
        paths::list_deliveries, paths::resend_delivery,
        paths::verify, paths::authorize, paths::health, paths::ready,
    ),
    components(schemas(
        avatar::AvatarTag, Picture, AuditEntry, audit::Event, key::KeyView, key::KeyDraft, key::KeyEdit, key::RotateRequest, key::PreviousToken, key::ReasonRequest, key::Decision, key::Status, contact::Contact, contact::Email, webhook::WebhookUrl,
        scope::Scope, catalog::EntryDraft<scope::ScopeId>, scope::ScopeId, scope::Account,
        catalog::EntryDraft<scope::AccountId>, scope::AccountId, catalog::EntryEdit,
        endpoint::Endpoint, endpoint::EndpointDraft, endpoint::EndpointEdit, endpoint::SecretRequest, endpoint::Delivery, notice::Occasion, api::ChangedWebhook, api::OneDelivery,
        verifier::Verifier,
        verifier::VerifierDraft, session::SignIn, verify::QuestionSchema, verify::VerdictView,
        verify::VerifiedKey, verify::Consistency, api::ChangedKey, api::OneKey, api::KeyCounts, api::ChangedKeys, api::KeyResult, api::RevealedToken, key::BulkRequest, key::Change, key::ImportKeysSchema, key::ImportKeySchema, api::ImportedKeys, api::ImportedKey, api::ImportOutcome, api::OneScope, api::OneAccount,
        api::ChangedVerifier, api::OneSession, api::OpenSession, api::Session, api::SessionMember, api::Propagation,
        api::Delivery, member::Actor, member::Role, member::MemberView, member::MemberKind, member::MemberToken, member::MemberDraftSchema, member::MemberEdit, member::MemberTokenDraft, api::ChangedMember, token::Hint, version::Version,
        workspace::WorkspaceName, workspace::Workspace, workspace::WorkspaceDraft, api::OneWorkspace, api::OneReview, review::Review, review::ReviewDraft, api::OneSettings, api::PepperView, settings::Settings, settings::SettingsEdit,
        settings::Link, settings::SupportContact, problem::ProblemDocument, problem::FieldError,
    )),
    modifiers(&Credentials, &AsRead),
)]
struct Api;

/// What every call may answer.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the derive, not made")]
enum Refused {
    /// Refused.
    #[response(status = "4XX", content_type = "application/problem+json")]
    Request(#[to_schema] problem::ProblemDocument<'static>),
    /// Not possible now.
    #[response(status = "5XX", content_type = "application/problem+json")]
    Service(#[to_schema] problem::ProblemDocument<'static>),
}

/// The file of a picture: 128 by 128 pixels, at most 64 KB.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "read by the derive, not made")]
struct Picture(Vec<u8>);

/// What was done, as it was noted and hashed.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "read by the derive, not made")]
struct AuditEntry {
    /// SHA-256 of `previous` as 32 bytes and of the entry's line from `number` on,
    /// with a brace before.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    hash: String,
    /// The hash of the entry before; of the first one, the SHA-256 of
    /// `keyway/audit/v1/` and the name of the workspace.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    previous: String,
    /// Counts the entries of a workspace, from 1.
    #[schema(minimum = 1)]
    number: i64,
    /// When. Never before the entry before.
    at: Instant,
    /// What happened. The list grows.
    #[schema(example = "key.revoked")]
    event: String,
    /// Who did it.
    #[schema(pattern = "^mem_[0-9A-Za-z]{22}$")]
    by: String,
    /// Their name at the time.
    by_name: String,
    /// By what they were known: their token, sent with the call, a signed-in page, or
    /// the word of Cloudflare Access, with which a page signs in.
    #[schema(pattern = "^(token|page|access)$")]
    via: String,
    /// The id of what it was done to, `scopes/`, `accounts/` or `workspaces/` before that of one;
    /// null where it is the workspace itself.
    about: Option<String>,
    /// What that was called at the time; of a refusal, what was wanted.
    name: Option<String>,
    /// Why, if somebody said so.
    reason: Option<String>,
    /// From which address the call came, where the platform says so.
    address: Option<String>,
    /// What the platform calls the request.
    request: Option<String>,
    /// What was different before; null where there was nothing.
    before: Option<serde_json::Map<String, serde_json::Value>>,
    /// What it is now; null where there is nothing any more.
    after: Option<serde_json::Map<String, serde_json::Value>>,
}

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut Document) {
        let bearer = |description: &str| {
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .description(Some(description.to_owned()))
                    .build(),
            )
        };
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "management",
            bearer(
                "A management token, `kwm_…`. It names its workspace; the root token is in \
                 `default`, or in the one that the header `X-Keyway-Workspace` names.",
            ),
        );
        components.add_security_scheme("verifier", bearer("A verifier token, `kwv_…`."));
        let proxy = ApiKeyValue::with_description(
            "X-Keyway-Verifier",
            "A verifier token, `kwv_…`, from a reverse proxy.",
        );
        components.add_security_scheme("proxy", SecurityScheme::ApiKey(ApiKey::Header(proxy)));
        let cookie = ApiKeyValue::with_description(
            session::COOKIE,
            "The page's cookie, with the header `X-Keyway-Page`. Of another workspace than \
             `default` it has `-` and the workspace's name at its end, and is looked for where \
             the header `X-Keyway-Workspace` names that.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// What the derives cannot say: the readers refuse members that they do not know,
/// and what is left out is left out, and not null.
struct AsRead;

impl Modify for AsRead {
    fn modify(&self, document: &mut Document) {
        if let Some(components) = &mut document.components {
            for name in READ {
                if let Some(T(Schema::Object(object))) = components.schemas.get_mut(*name) {
                    let none = AdditionalProperties::FreeForm(false);
                    object.additional_properties = Some(Box::new(none));
                }
            }
        }
        for path in document.paths.paths.values_mut() {
            let PathItem {
                get,
                put,
                post,
                delete,
                patch,
                ..
            } = path;
            for call in [get, put, post, delete, patch].into_iter().flatten() {
                for parameter in call.parameters.iter_mut().flatten() {
                    if let T(parameter) = parameter {
                        parameter.schema.iter_mut().for_each(drop_null);
                    }
                }
                let bodies = call.request_body.iter_mut().filter_map(|body| match body {
                    T(body) => Some(body.content.values_mut()),
                    RefOr::Ref(_) => None,
                });
                for body in bodies.flatten() {
                    if let T(body) = body {
                        body.schema.iter_mut().for_each(drop_null);
                    }
                }
            }
        }
    }
}

/// The bodies, and what is in them.
const READ: &[&str] = &[
    "ChangeKeys",
    "Contact",
    "CreateKey",
    "CreateMemberToken",
    "CreateVerifier",
    "CreateWebhook",
    "CreateWorkspace",
    "EditEntry",
    "EditKey",
    "EditMember",
    "EditSettings",
    "EditWebhook",
    "EntryDraft_AccountId",
    "EntryDraft_ScopeId",
    "ImportKey",
    "ImportKeys",
    "InviteMember",
    "NoteReview",
    "Question",
    "Reason",
    "RotateKey",
    "RotateWebhook",
    "SignIn",
];

fn drop_null(schema: &mut RefOr<Schema>) {
    match schema {
        T(Schema::Object(object)) => {
            if let SchemaType::Array(types) = &mut object.schema_type {
                types.retain(|kind| *kind != Type::Null);
                if let [kind] = types.as_slice() {
                    object.schema_type = SchemaType::Type(kind.clone());
                }
            }
        }
        T(Schema::OneOf(one)) => {
            let is_null = |item: &RefOr<Schema>| {
                matches!(item, T(Schema::Object(object))
                    if object.schema_type == SchemaType::Type(Type::Null))
            };
            one.items.retain(|item| !is_null(item));
            if let [only] = one.items.as_slice() {
                *schema = only.clone();
            }
        }
        _ => {}
    }
}

/// One function per call, for the sake of its attribute alone.
mod paths {
    #![allow(dead_code, reason = "read by the derive, not called")]

    use super::{
        AuditEntry, Picture, Refused, api, endpoint, key, member, probes, problem, review, session,
        settings, verifier, verify, workspace,
    };
    use keyway_core::{
        catalog::{EntryDraft, EntryEdit},
        endpoint::{Delivery, Endpoint},
        instant::Instant,
        key::KeyView,
        scope::{Account, AccountId, Scope, ScopeId},
        verifier::Verifier,
    };

    /// Sign in
    ///
    /// Exchanges a management token for the page's cookie. Only for the page:
    /// programs send the token with every call. Sessions in several workspaces stand
    /// side by side: each has a cookie of its own.
    #[utoipa::path(post, path = "/v1/session", tag = "session", security(()),
        params(("X-Keyway-Page" = String, Header, description = "Any value; shows that it is the page")),
        request_body = Option<session::SignIn>,
        responses(
            (status = 201, description = "Signed in", body = api::OneSession),
            Refused,
        ))]
    fn sign_in() {}

    /// Who am I
    #[utoipa::path(get, path = "/v1/session", tag = "session",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "The caller", body = api::OneSession),
            Refused,
        ))]
    fn who_am_i() {}

    /// Sign out
    #[utoipa::path(delete, path = "/v1/session", tag = "session",
        security((), ("management" = []), ("session" = [])),
        responses(
            (status = 204, description = "Signed out"),
            Refused,
        ))]
    fn sign_out() {}

    /// List one's own signed-in pages, the newest first
    #[utoipa::path(get, path = "/v1/sessions", tag = "session",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All that are open, a hundred at most", body = api::Page<api::OpenSession>),
            Refused,
        ))]
    fn list_sessions() {}

    /// Sign one of one's own pages out
    #[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "session",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^ses_[0-9A-Za-z]{22}$")),
        responses(
            (status = 204, description = "Signed out, with its next call"),
            Refused,
        ))]
    fn end_session() {}

    /// Sign out everywhere
    ///
    /// All of one's own pages, the one that asks among them. The token stays good.
    #[utoipa::path(delete, path = "/v1/sessions", tag = "session",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 204, description = "Signed out, each with its next call"),
            Refused,
        ))]
    fn end_sessions() {}

    /// Create a key
    ///
    /// The answer is the only one that ever shows the token.
    #[utoipa::path(post, path = "/v1/keys", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("Idempotency-Key" = Option<String>, Header, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#, description = "Makes a repeated request answer 200 with the same key, without its token. Kept for 24 hours")),
        request_body = key::KeyDraft,
        responses(
            (status = 201, description = "Created", body = api::ChangedKey),
            (status = 200, description = "Created before, by a request with the same Idempotency-Key", body = api::ChangedKey),
            Refused,
        ))]
    fn create_key() {}

    /// List keys, the newest first
    ///
    /// All that is asked holds at once. Keys that may do everything are found with
    /// each scope and account.
    #[utoipa::path(get, path = "/v1/keys", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(
            ("search" = Option<String>, Query, max_length = 200, description = "Words of which each is somewhere in the name, the hint, the id or a contact, without regard to case. Never a whole token"),
            ("status" = Option<String>, Query, pattern = "^(all|(scheduled|active|blocked|expired|revoked)(,(scheduled|active|blocked|expired|revoked))*)$", description = "`all`, or one or more of scheduled, active, blocked, expired and revoked, with commas between; all but revoked unless said otherwise", example = "active,blocked"),
            ("scope" = Option<String>, Query, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$", description = "May do this"),
            ("account" = Option<String>, Query, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$", description = "For this account"),
            ("environment" = Option<String>, Query, pattern = "^(live|test)$", description = "For this data"),
            ("created_by" = Option<String>, Query, pattern = "^mem_[0-9A-Za-z]{22}$", description = "Created by this member"),
            ("shown_to" = Option<String>, Query, pattern = "^mem_[0-9A-Za-z]{22}$", description = "Created, rotated or revealed by this member: they may know the token"),
            ("expires_before" = Option<Instant>, Query, description = "With an expiry before this time"),
            ("unused_since" = Option<Instant>, Query, description = "Made before this time, and not used since"),
            ("never_used" = Option<bool>, Query, description = "Never used"),
            ("sort" = Option<String>, Query, pattern = "^-?(created|name|expires|used)$", description = "A minus turns it round; `-created` unless said otherwise"),
            ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Items on a page; 50 unless said otherwise"),
            ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, of the same list"),
        ),
        responses(
            (status = 200, description = "A page", body = api::Page<KeyView>),
            Refused,
        ))]
    fn list_keys() {}

    /// Block, unblock, revoke or delete several keys
    ///
    /// Each on its own: one that is refused holds up none. May be repeated: the
    /// answer says how far it has got.
    #[utoipa::path(post, path = "/v1/keys/bulk", tag = "keys",
        security(("management" = []), ("session" = [])),
        request_body = key::BulkRequest,
        responses(
            (status = 200, description = "What became of each; if anything was taken away, every region knows", body = api::ChangedKeys),
            (status = 202, description = "What became of each; `propagation` names the regions that do not know yet", body = api::ChangedKeys),
            Refused,
        ))]
    fn change_keys() {}

    /// Import keys of an older system
    ///
    /// By the SHA-256 of their tokens, which go on being good; a key without one gets
    /// a token, and the answer is the only one that ever shows it. Each key on its
    /// own: one that is refused holds up none. A repeated call makes nothing twice:
    /// an imported token is known by itself, and minted ones by the
    /// `Idempotency-Key`. All are good within seconds. A body has at most 5 MB.
    #[utoipa::path(post, path = "/v1/keys/import", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("Idempotency-Key" = Option<String>, Header, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#, description = "Needed where a key has no `sha256`. Makes a repeated request answer with the same keys, without their tokens. Kept for 24 hours")),
        request_body = key::ImportKeysSchema,
        responses(
            (status = 200, description = "What became of each", body = api::ImportedKeys),
            Refused,
        ))]
    fn import_keys() {}

    /// How many keys are there?
    #[utoipa::path(get, path = "/v1/keys/counts", tag = "keys",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "By where they stand", body = api::KeyCounts),
            Refused,
        ))]
    fn count_keys() {}

    /// Read a key
    #[utoipa::path(get, path = "/v1/keys/{id}", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The key", body = api::OneKey),
            Refused,
        ))]
    fn read_key() {}

    /// Edit a key
    ///
    /// A JSON Merge Patch (RFC 7396). What takes something away (a scope, an
    /// account, time) holds as a revocation does: 200 once every region knows.
    #[utoipa::path(patch, path = "/v1/keys/{id}", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$"),
            ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]{0,8}\"$", example = "\"1\"", description = "The ETag of the version that is changed"),
        ),
        request_body = key::KeyEdit,
        responses(
            (status = 200, description = "As it is now; if anything was taken away, every region knows", body = api::ChangedKey, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = 202, description = "As it is now; `propagation` names the regions that do not know yet", body = api::ChangedKey, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn edit_key() {}

    /// Delete a key
    ///
    /// It is revoked, if it was not, and on no list any more; nobody can read it
    /// again. May be repeated: the answer says how far it has got.
    #[utoipa::path(delete, path = "/v1/keys/{id}", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "Deleted, and every region knows that it is revoked", body = api::ChangedKey),
            (status = 202, description = "Deleted; `propagation` names the regions that do not know yet", body = api::ChangedKey),
            Refused,
        ))]
    fn delete_key() {}

    /// How often was a key used?
    ///
    /// Counted where keys are verified, and gathered within a minute. For people
    /// who wonder whether a key is still used, not for bills: what is counted
    /// when a part of the system fails may be missing, or be there twice.
    #[utoipa::path(get, path = "/v1/keys/{id}/usage", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "By day", body = api::KeyUsage),
            Refused,
        ))]
    fn key_usage() {}

    /// What was done to a key, and by whom
    ///
    /// As `GET /v1/audit`, for whoever may see the key. Of a deleted key for
    /// administrators.
    #[utoipa::path(get, path = "/v1/keys/{id}/audit", tag = "audit",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$"),
            ("by" = Option<String>, Query, pattern = "^mem_[0-9A-Za-z]{22}$", description = "What this member did"),
            ("event" = Option<keyway_core::audit::Event>, Query, description = "What happened, such as `key.revoked`"),
            ("from" = Option<Instant>, Query, description = "Not before this time"),
            ("to" = Option<Instant>, Query, description = "Before this time"),
            ("order" = Option<String>, Query, pattern = "^(newest|oldest)$", description = "What comes first; `newest` unless said otherwise"),
            ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Entries on a page; 50 unless said otherwise"),
            ("cursor" = Option<String>, Query, pattern = "^[0-9]{1,18}$", description = "`next_cursor` of the page before, or the number of its last entry"),
        ),
        responses(
            (status = 200, description = "A page", content(
                (api::Page<AuditEntry> = "application/json"),
                (String = "application/x-ndjson"),
            )),
            Refused,
        ))]
    fn key_audit() {}

    /// Take a key out of use, until it is unblocked
    ///
    /// May be repeated: the answer says how far it has got.
    #[utoipa::path(post, path = "/v1/keys/{id}/block", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        request_body(content = Option<key::ReasonRequest>),
        responses(
            (status = 200, description = "Blocked, and every region knows", body = api::ChangedKey),
            (status = 202, description = "Blocked; `propagation` names the regions that do not know yet", body = api::ChangedKey),
            Refused,
        ))]
    fn block_key() {}

    /// Put a blocked key back into use
    ///
    /// For a key that is not blocked there is nothing to do.
    #[utoipa::path(post, path = "/v1/keys/{id}/unblock", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        request_body(content = Option<key::ReasonRequest>),
        responses(
            (status = 200, description = "In use", body = api::ChangedKey),
            Refused,
        ))]
    fn unblock_key() {}

    /// Revoke a key, for good
    ///
    /// May be repeated: the answer says how far the revocation has got.
    #[utoipa::path(post, path = "/v1/keys/{id}/revoke", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        request_body(content = Option<key::ReasonRequest>),
        responses(
            (status = 200, description = "Revoked, and every region knows", body = api::ChangedKey),
            (status = 202, description = "Revoked; `propagation` names the regions that do not know yet", body = api::ChangedKey),
            Refused,
        ))]
    fn revoke_key() {}

    /// Give a key another token
    ///
    /// The answer is the only one that ever shows it. The token of now ends at
    /// once, or after a grace during which both are good; there are never more
    /// than two.
    #[utoipa::path(post, path = "/v1/keys/{id}/rotate", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$"),
            ("Idempotency-Key" = Option<String>, Header, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#, description = "Makes a repeated request answer with the same key, without its token. Kept for 24 hours"),
        ),
        request_body(content = Option<key::RotateRequest>),
        responses(
            (status = 200, description = "Rotated; if the old token ended at once, every region knows", body = api::ChangedKey),
            (status = 202, description = "Rotated; `propagation` names the regions that do not know yet that the old token ended", body = api::ChangedKey),
            Refused,
        ))]
    fn rotate_key() {}

    /// Show the token of a recoverable key again
    ///
    /// For administrators. Each time is noted with the key.
    #[utoipa::path(post, path = "/v1/keys/{id}/reveal", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        request_body(content = Option<key::ReasonRequest>),
        responses(
            (status = 200, description = "The token", body = api::RevealedToken),
            Refused,
        ))]
    fn reveal_key() {}

    /// End the grace of a rotation early
    ///
    /// May be repeated: the answer says how far it has got.
    #[utoipa::path(delete, path = "/v1/keys/{id}/tokens/previous", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$"),
            ("If-Match" = Option<String>, Header, example = "\"1\"", description = "The ETag of the version that was looked at: refused with 412 if the key was rotated since. Not looked at where there is nothing to end"),
        ),
        responses(
            (status = 200, description = "The key has one token, and every region knows", body = api::ChangedKey),
            (status = 202, description = "The key has one token; `propagation` names the regions that do not know yet", body = api::ChangedKey),
            Refused,
        ))]
    fn end_previous_token() {}

    /// Give a key a picture
    ///
    /// In place of the one it has. It is for people who look at keys and no part of
    /// any verdict: the key's version stays, and nothing has to reach the regions.
    /// May be repeated.
    #[utoipa::path(put, path = "/v1/keys/{id}/avatar", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        request_body(content((Picture = "image/png"), (Picture = "image/jpeg"), (Picture = "image/webp"))),
        responses(
            (status = 200, description = "The key, with the tag of its picture", body = api::OneKey),
            Refused,
        ))]
    fn put_avatar() {}

    /// See the picture of a key
    ///
    /// As it was given, in an answer that can do nothing else.
    #[utoipa::path(get, path = "/v1/keys/{id}/avatar", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The picture", content((Picture = "image/png"), (Picture = "image/jpeg"), (Picture = "image/webp")), headers(("ETag" = String, description = "Its tag, in quotes"))),
            Refused,
        ))]
    fn read_avatar() {}

    /// Take the picture of a key away
    ///
    /// May be repeated: where none is left, none is taken.
    #[utoipa::path(delete, path = "/v1/keys/{id}/avatar", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The key, without a picture", body = api::OneKey),
            Refused,
        ))]
    fn delete_avatar() {}

    /// Create a scope
    #[utoipa::path(post, path = "/v1/scopes", tag = "scopes",
        security(("management" = []), ("session" = [])),
        request_body = EntryDraft<ScopeId>,
        responses(
            (status = 201, description = "Created", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn create_scope() {}

    /// List scopes
    #[utoipa::path(get, path = "/v1/scopes", tag = "scopes",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Scope>),
            Refused,
        ))]
    fn list_scopes() {}

    /// Read a scope
    #[utoipa::path(get, path = "/v1/scopes/{id}", tag = "scopes",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 200, description = "The scope", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn read_scope() {}

    /// Rename, describe or retire a scope
    ///
    /// A JSON Merge Patch (RFC 7396). A retired one stays in the keys that have
    /// it, and is granted no more; `"retired": false` puts it back.
    #[utoipa::path(patch, path = "/v1/scopes/{id}", tag = "scopes",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$"),
            ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]{0,8}\"$", example = "\"1\"", description = "The ETag of the version that is changed"),
        ),
        request_body = EntryEdit,
        responses(
            (status = 200, description = "As it is now", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn edit_scope() {}

    /// Delete a scope that no key has
    ///
    /// 409 `scope_in_use` says how many have it.
    #[utoipa::path(delete, path = "/v1/scopes/{id}", tag = "scopes",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 204, description = "Deleted"),
            Refused,
        ))]
    fn delete_scope() {}

    /// Create an account
    #[utoipa::path(post, path = "/v1/accounts", tag = "accounts",
        security(("management" = []), ("session" = [])),
        request_body = EntryDraft<AccountId>,
        responses(
            (status = 201, description = "Created", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn create_account() {}

    /// List accounts
    #[utoipa::path(get, path = "/v1/accounts", tag = "accounts",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Account>),
            Refused,
        ))]
    fn list_accounts() {}

    /// Read an account
    #[utoipa::path(get, path = "/v1/accounts/{id}", tag = "accounts",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 200, description = "The account", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn read_account() {}

    /// Rename, describe or retire an account
    ///
    /// A JSON Merge Patch (RFC 7396). A retired one stays in the keys that have
    /// it, and is granted no more; `"retired": false` puts it back.
    #[utoipa::path(patch, path = "/v1/accounts/{id}", tag = "accounts",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$"),
            ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]{0,8}\"$", example = "\"1\"", description = "The ETag of the version that is changed"),
        ),
        request_body = EntryEdit,
        responses(
            (status = 200, description = "As it is now", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn edit_account() {}

    /// Delete an account that no key has
    ///
    /// 409 `account_in_use` says how many have it.
    #[utoipa::path(delete, path = "/v1/accounts/{id}", tag = "accounts",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 204, description = "Deleted"),
            Refused,
        ))]
    fn delete_account() {}

    /// Note that a review of keys is finished
    ///
    /// By the caller, now. What was decided about each key is done by the calls
    /// for keys; this counts it.
    #[utoipa::path(post, path = "/v1/reviews", tag = "reviews",
        security(("management" = []), ("session" = [])),
        request_body = review::ReviewDraft,
        responses(
            (status = 201, description = "Noted", body = api::OneReview),
            Refused,
        ))]
    fn note_review() {}

    /// List the latest reviews of keys
    ///
    /// The newest first, and 20 at most: there are no further pages.
    #[utoipa::path(get, path = "/v1/reviews", tag = "reviews",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "The latest", body = api::Page<review::Review>),
            Refused,
        ))]
    fn list_reviews() {}

    /// Make a workspace
    ///
    /// Only with the root token, in `default`. A workspace has members, keys, scopes,
    /// accounts, settings and a log of its own, and nothing of it is seen in another. It
    /// begins empty: with the root token and `X-Keyway-Workspace`, its first administrator
    /// is invited (`POST /v1/members`).
    #[utoipa::path(post, path = "/v1/workspaces", tag = "workspaces",
        security(("management" = []), ("session" = [])),
        request_body = workspace::WorkspaceDraft,
        responses(
            (status = 201, description = "Made", body = api::OneWorkspace),
            Refused,
        ))]
    fn create_workspace() {}

    /// List the workspaces
    ///
    /// Only with the root token, in `default`. All of them: there are no further pages.
    #[utoipa::path(get, path = "/v1/workspaces", tag = "workspaces",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All", body = api::Page<workspace::Workspace>),
            Refused,
        ))]
    fn list_workspaces() {}

    /// What was done, and by whom
    ///
    /// One entry for each change, for good: each bound to the one before by its
    /// hash. With `Accept: application/x-ndjson` an entry is a line, byte for byte as
    /// it was hashed; the next page follows the number of the last line. Whoever has
    /// all the lines from the first on, the oldest first, can tell whether one of
    /// them was changed, taken out or moved.
    #[utoipa::path(get, path = "/v1/audit", tag = "audit",
        security(("management" = []), ("session" = [])),
        params(
            ("key" = Option<String>, Query, pattern = "^key_[0-9A-Za-z]{22}$", description = "What was done to this key"),
            ("by" = Option<String>, Query, pattern = "^mem_[0-9A-Za-z]{22}$", description = "What this member did"),
            ("event" = Option<keyway_core::audit::Event>, Query, description = "What happened, such as `key.revoked`"),
            ("from" = Option<Instant>, Query, description = "Not before this time"),
            ("to" = Option<Instant>, Query, description = "Before this time"),
            ("order" = Option<String>, Query, pattern = "^(newest|oldest)$", description = "What comes first; `newest` unless said otherwise"),
            ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Entries on a page; 50 unless said otherwise"),
            ("cursor" = Option<String>, Query, pattern = "^[0-9]{1,18}$", description = "`next_cursor` of the page before, or the number of its last entry"),
        ),
        responses(
            (status = 200, description = "A page", content(
                (api::Page<AuditEntry> = "application/json"),
                (String = "application/x-ndjson"),
            )),
            Refused,
        ))]
    fn read_log() {}

    /// Read the settings of the workspace
    #[utoipa::path(get, path = "/v1/settings", tag = "settings",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "The settings", body = api::OneSettings, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn read_settings() {}

    /// Change the settings of the workspace
    ///
    /// A JSON Merge Patch (RFC 7396). `docs_url` and `support_contact` are in the
    /// refusals that the workspace answers from then on.
    #[utoipa::path(patch, path = "/v1/settings", tag = "settings",
        security(("management" = []), ("session" = [])),
        params(("If-Match" = String, Header, pattern = "^\"[1-9][0-9]{0,8}\"$", example = "\"1\"", description = "The ETag of the version that is changed")),
        request_body = settings::SettingsEdit,
        responses(
            (status = 200, description = "As they are now", body = api::OneSettings, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn edit_settings() {}

    /// Read how far the rotation of the pepper is
    ///
    /// Numbers and counts; never a pepper, nor what was made with one.
    #[utoipa::path(get, path = "/v1/pepper", tag = "settings",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "The peppers in force", body = api::PepperView),
            Refused,
        ))]
    fn read_pepper() {}

    /// Invite a member
    ///
    /// Somebody with an e-mail address is a person, and without one it is a program:
    /// a manager. Nothing is sent to them. The answer is the only one that ever shows
    /// their management token, with which they sign in.
    #[utoipa::path(post, path = "/v1/members", tag = "members",
        security(("management" = []), ("session" = [])),
        request_body = member::MemberDraftSchema,
        responses(
            (status = 201, description = "Invited", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn invite_member() {}

    /// List members, the newest first
    #[utoipa::path(get, path = "/v1/members", tag = "members",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<member::MemberView>),
            Refused,
        ))]
    fn list_members() {}

    /// Read a member
    #[utoipa::path(get, path = "/v1/members/{id}", tag = "members",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^mem_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The member", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn read_member() {}

    /// Change what a member may do, or suspend them
    ///
    /// A JSON Merge Patch (RFC 7396). It holds from their next call on, also on a
    /// page that is open. The last administrator stays one.
    #[utoipa::path(patch, path = "/v1/members/{id}", tag = "members",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^mem_[0-9A-Za-z]{22}$"),
            ("If-Match" = String, Header, pattern = "^\"[1-9][0-9]{0,8}\"$", example = "\"1\"", description = "The ETag of the version that is changed"),
        ),
        request_body = member::MemberEdit,
        responses(
            (status = 200, description = "As they are now", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn edit_member() {}

    /// Remove a member
    ///
    /// Their token and every page that is signed in with it are out at once. What
    /// they did stays under their name, and the keys that they made stay good:
    /// `GET /v1/keys?shown_to=` finds those whose tokens they may know.
    #[utoipa::path(delete, path = "/v1/members/{id}", tag = "members",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^mem_[0-9A-Za-z]{22}$"),
            ("If-Match" = Option<String>, Header, example = "\"1\"", description = "The ETag of the version that was looked at"),
        ),
        responses(
            (status = 200, description = "As they were", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn remove_member() {}

    /// Give a member another management token
    ///
    /// The answer is the only one that ever shows it. The one before, and every page
    /// that is signed in with it, are out at once.
    #[utoipa::path(post, path = "/v1/members/{id}/token", tag = "members",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^mem_[0-9A-Za-z]{22}$")),
        request_body(content = Option<member::MemberTokenDraft>),
        responses(
            (status = 201, description = "The member, and the token", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn replace_member_token() {}

    /// Take a member's management token away
    ///
    /// They stay a member, and every page that is signed in with it is out at once.
    /// May be repeated.
    #[utoipa::path(delete, path = "/v1/members/{id}/token", tag = "members",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^mem_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The member, without a token", body = api::ChangedMember, headers(("ETag" = String, description = "The version, in quotes"))),
            Refused,
        ))]
    fn revoke_member_token() {}

    /// Create a verifier
    ///
    /// The answer is the only one that ever shows the token.
    #[utoipa::path(post, path = "/v1/verifiers", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        request_body = verifier::VerifierDraft,
        responses(
            (status = 201, description = "Created", body = api::ChangedVerifier),
            Refused,
        ))]
    fn create_verifier() {}

    /// List the verifiers in service
    #[utoipa::path(get, path = "/v1/verifiers", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Verifier>),
            Refused,
        ))]
    fn list_verifiers() {}

    /// Take a verifier out of service, for good
    #[utoipa::path(delete, path = "/v1/verifiers/{id}", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^ver_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "Removed, and in the store", body = api::ChangedVerifier),
            (status = 202, description = "Removed; the store does not have it yet", body = api::ChangedVerifier),
            Refused,
        ))]
    fn remove_verifier() {}

    /// Give a verifier another token
    ///
    /// As with a key: the answer is the only one that ever shows it, and the token of
    /// now ends at once, or after a grace.
    #[utoipa::path(post, path = "/v1/verifiers/{id}/rotate", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^ver_[0-9A-Za-z]{22}$"),
            ("Idempotency-Key" = Option<String>, Header, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#, description = "Makes a repeated request answer with the same verifier, without its token. Kept for 24 hours"),
            ("If-Match" = Option<String>, Header, example = "\"1\"", description = "The ETag of the version that was looked at: refused with 412 if the verifier was changed since. Not looked at in a repeated request"),
        ),
        request_body(content = Option<key::RotateRequest>),
        responses(
            (status = 200, description = "Rotated; if the old token ended at once, every region knows", body = api::ChangedVerifier),
            (status = 202, description = "Rotated; `propagation` names the regions that do not know yet that the old token ended", body = api::ChangedVerifier),
            Refused,
        ))]
    fn rotate_verifier() {}

    /// End the grace of a verifier's rotation early
    ///
    /// May be repeated: the answer says how far it has got.
    #[utoipa::path(delete, path = "/v1/verifiers/{id}/tokens/previous", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^ver_[0-9A-Za-z]{22}$"),
            ("If-Match" = Option<String>, Header, example = "\"1\"", description = "The ETag of the version that was looked at: refused with 412 if the verifier was rotated since. Not looked at where there is nothing to end"),
        ),
        responses(
            (status = 200, description = "The verifier has one token, and every region knows", body = api::ChangedVerifier),
            (status = 202, description = "The verifier has one token; `propagation` names the regions that do not know yet", body = api::ChangedVerifier),
            Refused,
        ))]
    fn end_verifier_token() {}

    /// Add an endpoint for webhooks
    ///
    /// At most 20 in a workspace. The answer is the only one that ever shows the secret,
    /// with which each webhook is signed as Standard Webhooks 1.0.0 has it.
    #[utoipa::path(post, path = "/v1/webhooks", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        request_body = endpoint::EndpointDraft,
        responses(
            (status = 201, description = "Added", body = api::ChangedWebhook),
            Refused,
        ))]
    fn create_webhook() {}

    /// List the workspace's endpoints for webhooks, or a key's own
    #[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("key" = Option<String>, Query, pattern = "^key_[0-9A-Za-z]{22}$", description = "Whose own; the workspace's where nothing is said")),
        responses(
            (status = 200, description = "All of them, the newest first", body = api::Page<Endpoint>),
            Refused,
        ))]
    fn list_webhooks() {}

    /// Read an endpoint
    #[utoipa::path(get, path = "/v1/webhooks/{id}", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^whk_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The endpoint", body = api::ChangedWebhook),
            Refused,
        ))]
    fn read_webhook() {}

    /// Change an endpoint, or switch it off or on
    ///
    /// It has no version, so there is no `If-Match`: of two who change the same, the last
    /// is right. The address of a key's own endpoint is the key's `webhook_url`.
    #[utoipa::path(patch, path = "/v1/webhooks/{id}", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^whk_[0-9A-Za-z]{22}$")),
        request_body = endpoint::EndpointEdit,
        responses(
            (status = 200, description = "As it is now", body = api::ChangedWebhook),
            Refused,
        ))]
    fn edit_webhook() {}

    /// Remove an endpoint
    ///
    /// What was on its way there is not tried again. That of a key goes with the key's
    /// `webhook_url`.
    #[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^whk_[0-9A-Za-z]{22}$")),
        responses(
            (status = 204, description = "Removed"),
            Refused,
        ))]
    fn remove_webhook() {}

    /// Make another secret for an endpoint
    ///
    /// The answer is the only one that ever shows it, but for a repetition under the
    /// same `Idempotency-Key`. Within the grace each webhook is signed with both; the
    /// secret before that is over at once.
    #[utoipa::path(post, path = "/v1/webhooks/{id}/rotate", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(
            ("id" = String, Path, pattern = "^whk_[0-9A-Za-z]{22}$"),
            ("Idempotency-Key" = Option<String>, Header, pattern = r#"^([!#-+\--\[\]-~]{1,255}|"[!#-+\--\[\]-~]{1,255}")$"#, description = "Makes a repeated request answer with the same secret, for as long as there is no newer one. Kept for 24 hours"),
        ),
        request_body = Option<endpoint::SecretRequest>,
        responses(
            (status = 200, description = "As it is now, with its secret", body = api::ChangedWebhook),
            Refused,
        ))]
    fn rotate_webhook() {}

    /// Send a webhook for a trial
    ///
    /// One `webhook.test`, whatever the endpoint asked for.
    #[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^whk_[0-9A-Za-z]{22}$")),
        responses(
            (status = 202, description = "It is sent now", body = api::OneDelivery),
            Refused,
        ))]
    fn test_webhook() {}

    /// List what was sent, or is to be, the newest first
    ///
    /// Webhooks and e-mail; each is kept for a month.
    #[utoipa::path(get, path = "/v1/deliveries", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(
            ("webhook" = Option<String>, Query, pattern = "^whk_[0-9A-Za-z]{22}$", description = "To this endpoint"),
            ("key" = Option<String>, Query, pattern = "^key_[0-9A-Za-z]{22}$", description = "About this key"),
            ("outcome" = Option<String>, Query, pattern = "^(pending|delivered|failed)$"),
            ("limit" = Option<i64>, Query, minimum = 1, maximum = 200, description = "50 unless said otherwise"),
            ("cursor" = Option<String>, Query, pattern = "^[0-9]+$", description = "The `next_cursor` of the page before"),
        ),
        responses(
            (status = 200, description = "A page of them", body = api::Page<Delivery>),
            Refused,
        ))]
    fn list_deliveries() {}

    /// Send something again
    ///
    /// At once, and as often as if it were new. Receivers know it by its `webhook-id`,
    /// which stays.
    #[utoipa::path(post, path = "/v1/deliveries/{id}/resend", tag = "webhooks",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^dlv_[0-9A-Za-z]{22}$")),
        responses(
            (status = 202, description = "It is sent now", body = api::OneDelivery),
            Refused,
        ))]
    fn resend_delivery() {}

    /// Is this token good, and for this?
    ///
    /// HTTP 200 for every verdict; only `valid` says whether to let the client in.
    #[utoipa::path(post, path = "/v1/verify", tag = "verify",
        security(("verifier" = []), ("management" = [])),
        request_body = verify::QuestionSchema,
        responses(
            (status = 200, description = "The verdict", body = verify::VerdictView),
            (status = "4XX", description = "The question is refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "No answer can be established; `valid` is false", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn verify() {}

    /// May this client in? For a reverse proxy
    ///
    /// nginx `auth_request`, Caddy `forward_auth`, Traefik `ForwardAuth`. The
    /// client's token is in `Authorization: Bearer` or `X-API-Key`, not in both. Live
    /// keys only; a key for some networks is refused. Every answer says how it ended
    /// in `X-Keyway-Code`, and only a mistake of the proxy's has a body.
    #[utoipa::path(get, path = "/v1/auth", tag = "verify",
        security(("proxy" = [])),
        params(
            ("X-API-Key" = Option<String>, Header, description = "The token that the client sent, if it is not in `Authorization: Bearer`"),
        ),
        responses(
            (status = 200, description = "Yes", headers(
                ("X-Keyway-Code" = String, description = "`valid`"),
                ("X-Keyway-Key" = String, description = "The id of the key"),
                ("X-Keyway-Name" = String, description = "Its name, percent-encoded UTF-8"),
                ("X-Keyway-Environment" = String, description = "`live`"),
                ("X-Keyway-Scopes" = String, description = "Ids with a space between, `*` for all, `-` for none"),
                ("X-Keyway-Accounts" = String, description = "Likewise"),
                ("X-Keyway-Stale" = Option<String>, description = "`true` where the answer is older than the bound allows; left out otherwise"),
            )),
            (status = 401, description = "No token, or one that is not good", headers(
                ("X-Keyway-Code" = String, description = "The code of the verdict"),
                ("WWW-Authenticate" = String, description = "RFC 6750, with the reason in words"),
            )),
            (status = 403, description = "A good token, but not for this", headers(
                ("X-Keyway-Code" = String, description = "The code of the verdict"),
            )),
            (status = "4XX", description = "The question is refused: two tokens, or a query", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "`proxy_refused` (500): the proxy's own credential is missing or not good. `unavailable` (503): no answer can be established", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn authorize() {}

    /// Is it up?
    #[utoipa::path(get, path = "/healthz", tag = "probes", security(()),
        responses((status = 200, description = "Yes", body = probes::Health)))]
    fn health() {}

    /// Is it set up?
    #[utoipa::path(get, path = "/readyz", tag = "probes", security(()),
        responses(
            (status = 200, description = "Yes", body = probes::Readiness),
            (status = 503, description = "Not, or not reachable", body = probes::Readiness),
        ))]
    fn ready() {}
}

#[cfg(test)]
mod tests;
