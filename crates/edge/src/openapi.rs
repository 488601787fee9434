//! The OpenAPI 3.1 document, made from the types that are read and written.
//!
//! Off in the Worker: the document is a file beside the page. A test holds its
//! paths against the routes, and its request bodies against what is read.

use keyway_core::{
    api, catalog, key, member, problem, scope, session, token, verifier, verify, version, workspace,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
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
        paths::sign_in, paths::who_am_i, paths::sign_out,
        paths::create_key, paths::list_keys, paths::read_key, paths::edit_key, paths::key_usage, paths::block_key,
        paths::unblock_key, paths::revoke_key, paths::rotate_key, paths::end_previous_token,
        paths::create_scope, paths::list_scopes, paths::read_scope, paths::edit_scope,
        paths::delete_scope,
        paths::create_account, paths::list_accounts, paths::read_account, paths::edit_account,
        paths::delete_account,
        paths::create_verifier, paths::list_verifiers, paths::remove_verifier,
        paths::verify, paths::health, paths::ready,
    ),
    components(schemas(
        key::KeyView, key::KeyDraft, key::KeyEdit, key::RotateRequest, key::PreviousToken, key::ReasonRequest, key::Decision, key::Status,
        scope::Scope, catalog::EntryDraft<scope::ScopeId>, scope::ScopeId, scope::Account,
        catalog::EntryDraft<scope::AccountId>, scope::AccountId, catalog::EntryEdit,
        verifier::Verifier,
        verifier::VerifierDraft, session::SignIn, verify::QuestionSchema, verify::VerdictView,
        verify::VerifiedKey, verify::Consistency, api::ChangedKey, api::OneKey, api::OneScope, api::OneAccount,
        api::ChangedVerifier, api::OneSession, api::Session, api::SessionMember, api::Propagation,
        api::Delivery, member::Actor, member::Role, token::Hint, version::Version,
        workspace::WorkspaceName, problem::ProblemDocument, problem::FieldError,
    )),
    modifiers(&Credentials),
)]
struct Api;

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
        components.add_security_scheme("management", bearer("A management token, `kwm_…`."));
        components.add_security_scheme("verifier", bearer("A verifier token, `kwv_…`."));
        let cookie = ApiKeyValue::with_description(
            session::COOKIE,
            "The page's cookie, with the header `X-Keyway-Page`.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// One function per call, for the sake of its attribute alone.
mod paths {
    #![allow(dead_code, reason = "read by the derive, not called")]

    use super::{api, key, probes, problem, session, verifier, verify};
    use keyway_core::{
        catalog::{EntryDraft, EntryEdit},
        key::KeyView,
        scope::{Account, AccountId, Scope, ScopeId},
        verifier::Verifier,
    };

    /// Sign in
    ///
    /// Exchanges a management token for the page's cookie. Only for the page:
    /// programs send the token with every call.
    #[utoipa::path(post, path = "/v1/session", tag = "session", security(()),
        params(("X-Keyway-Page" = String, Header, description = "Any value; shows that it is the page")),
        request_body = session::SignIn,
        responses(
            (status = 201, description = "Signed in", body = api::OneSession),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn sign_in() {}

    /// Who am I
    #[utoipa::path(get, path = "/v1/session", tag = "session",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "The caller", body = api::OneSession),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn who_am_i() {}

    /// Sign out
    #[utoipa::path(delete, path = "/v1/session", tag = "session",
        security((), ("management" = []), ("session" = [])),
        responses(
            (status = 204, description = "Signed out"),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn sign_out() {}

    /// Create a key
    ///
    /// The answer is the only one that ever shows the token.
    #[utoipa::path(post, path = "/v1/keys", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer 200 with the same key, without its token. Kept for 24 hours")),
        request_body = key::KeyDraft,
        responses(
            (status = 201, description = "Created", body = api::ChangedKey),
            (status = 200, description = "Created before, by a request with the same Idempotency-Key", body = api::ChangedKey),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn create_key() {}

    /// List keys, the newest first
    #[utoipa::path(get, path = "/v1/keys", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(
            ("status" = Option<String>, Query, description = "`all`, or one or more of scheduled, active, blocked, expired and revoked with commas between; all but revoked unless said otherwise"),
            ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "50 unless said otherwise"),
            ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
        ),
        responses(
            (status = 200, description = "A page", body = api::Page<KeyView>),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn list_keys() {}

    /// Read a key
    #[utoipa::path(get, path = "/v1/keys/{id}", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The key", body = api::OneKey),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            ("If-Match" = String, Header, description = "The ETag of the version that is changed"),
        ),
        request_body = key::KeyEdit,
        responses(
            (status = 200, description = "As it is now; if anything was taken away, every region knows", body = api::ChangedKey, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = 202, description = "As it is now; `propagation` names the regions that do not know yet", body = api::ChangedKey, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn edit_key() {}

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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn key_usage() {}

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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer with the same key, without its token. Kept for 24 hours"),
        ),
        request_body(content = Option<key::RotateRequest>),
        responses(
            (status = 200, description = "Rotated; if the old token ended at once, every region knows", body = api::ChangedKey),
            (status = 202, description = "Rotated; `propagation` names the regions that do not know yet that the old token ended", body = api::ChangedKey),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn rotate_key() {}

    /// End the grace of a rotation early
    ///
    /// May be repeated: the answer says how far it has got.
    #[utoipa::path(delete, path = "/v1/keys/{id}/tokens/previous", tag = "keys",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^key_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "The key has one token, and every region knows", body = api::ChangedKey),
            (status = 202, description = "The key has one token; `propagation` names the regions that do not know yet", body = api::ChangedKey),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn end_previous_token() {}

    /// Create a scope
    #[utoipa::path(post, path = "/v1/scopes", tag = "scopes",
        security(("management" = []), ("session" = [])),
        request_body = EntryDraft<ScopeId>,
        responses(
            (status = 201, description = "Created", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn create_scope() {}

    /// List scopes
    #[utoipa::path(get, path = "/v1/scopes", tag = "scopes",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Scope>),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn list_scopes() {}

    /// Read a scope
    #[utoipa::path(get, path = "/v1/scopes/{id}", tag = "scopes",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 200, description = "The scope", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            ("If-Match" = String, Header, description = "The ETag of the version that is changed"),
        ),
        request_body = EntryEdit,
        responses(
            (status = 200, description = "As it is now", body = api::OneScope, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn delete_scope() {}

    /// Create an account
    #[utoipa::path(post, path = "/v1/accounts", tag = "accounts",
        security(("management" = []), ("session" = [])),
        request_body = EntryDraft<AccountId>,
        responses(
            (status = 201, description = "Created", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn create_account() {}

    /// List accounts
    #[utoipa::path(get, path = "/v1/accounts", tag = "accounts",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Account>),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn list_accounts() {}

    /// Read an account
    #[utoipa::path(get, path = "/v1/accounts/{id}", tag = "accounts",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^[a-z0-9][a-z0-9:._-]{0,63}$")),
        responses(
            (status = 200, description = "The account", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            ("If-Match" = String, Header, description = "The ETag of the version that is changed"),
        ),
        request_body = EntryEdit,
        responses(
            (status = 200, description = "As it is now", body = api::OneAccount, headers(("ETag" = String, description = "The version, in quotes"))),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
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
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn delete_account() {}

    /// Create a verifier
    ///
    /// The answer is the only one that ever shows the token.
    #[utoipa::path(post, path = "/v1/verifiers", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        request_body = verifier::VerifierDraft,
        responses(
            (status = 201, description = "Created", body = api::ChangedVerifier),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn create_verifier() {}

    /// List the verifiers in service
    #[utoipa::path(get, path = "/v1/verifiers", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        responses(
            (status = 200, description = "All of them", body = api::Page<Verifier>),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn list_verifiers() {}

    /// Take a verifier out of service, for good
    #[utoipa::path(delete, path = "/v1/verifiers/{id}", tag = "verifiers",
        security(("management" = []), ("session" = [])),
        params(("id" = String, Path, pattern = "^ver_[0-9A-Za-z]{22}$")),
        responses(
            (status = 200, description = "Removed, and in the store", body = api::ChangedVerifier),
            (status = 202, description = "Removed; the store does not have it yet", body = api::ChangedVerifier),
            (status = "4XX", description = "Refused", body = problem::ProblemDocument, content_type = "application/problem+json"),
            (status = "5XX", description = "Not possible now", body = problem::ProblemDocument, content_type = "application/problem+json"),
        ))]
    fn remove_verifier() {}

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
mod tests {
    use keyway_core::{
        catalog::{Books, EntryDraft, EntryEdit},
        id::KeyId,
        input::Json,
        instant::Instant,
        key::{Key, KeyDraft, KeyEdit, ReasonRequest, RotateRequest},
        member::Actor,
        problem::{Code, Problem},
        scope::{AccountId, ScopeId},
        session::SignIn,
        token::Hint,
        verifier::VerifierDraft,
        verify::Question,
    };
    use serde_json::Value;

    use crate::route::{self, NoRoute};

    fn document() -> Value {
        serde_json::to_value(super::document()).unwrap()
    }

    #[test]
    fn every_path_of_the_document_is_a_route_with_these_methods_and_no_others() {
        let document = document();
        let mut calls = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            let id = match path.split('/').nth(2) {
                Some("verifiers") => "ver_0000000000000000000000",
                Some("keys") => "key_0000000000000000000000",
                _ => "a",
            };
            let path = path.replace("{id}", id);
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                let documented = methods.get(method.to_lowercase()).is_some();
                let found = route::find(method, &path);
                if method != "HEAD" {
                    assert_eq!(documented, found.is_ok(), "{method} {path}");
                }
                assert!(
                    !matches!(found, Err(NoRoute::Path | NoRoute::Id(_))),
                    "{path}"
                );
                calls += usize::from(documented);
            }
        }
        assert_eq!(
            calls, 29,
            "a route that the document does not have, or the reverse"
        );
    }

    /// Each member that a schema has is known to the reader of that body, and a
    /// member that it does not have is refused.
    #[test]
    fn the_bodies_of_the_document_are_the_bodies_that_are_read() {
        fn refuses(read: impl Fn(&Json<'_>) -> Result<(), Problem>, member: &str) -> bool {
            let body = Json::Object(vec![(member.into(), Json::Bool(true))]);
            read(&body).err().is_some_and(|problem| {
                problem
                    .errors()
                    .iter()
                    .any(|error| error.code == Code::UnknownField)
            })
        }
        type Read = fn(&Json<'_>) -> Result<(), Problem>;
        let readers: [(&str, Read); 10] = [
            ("CreateKey", |body| {
                let now = Instant::from_millis(0).unwrap();
                KeyDraft::read(body, &Books::default(), now)
                    .map(drop)
                    .map_err(Into::into)
            }),
            ("EditKey", |body| {
                let edit = KeyEdit::read(body, &some_key(), &Books::default(), Instant::EPOCH);
                edit.map(drop).map_err(Into::into)
            }),
            ("RotateKey", |body| {
                RotateRequest::read(body).map(drop).map_err(Into::into)
            }),
            ("Reason", |body| {
                ReasonRequest::read(body).map(drop).map_err(Into::into)
            }),
            ("EntryDraft_ScopeId", |body| {
                let read = EntryDraft::<ScopeId>::read(body);
                read.map(drop).map_err(Into::into)
            }),
            ("EntryDraft_AccountId", |body| {
                let read = EntryDraft::<AccountId>::read(body);
                read.map(drop).map_err(Into::into)
            }),
            ("EditEntry", |body| {
                EntryEdit::read(body).map(drop).map_err(Into::into)
            }),
            ("CreateVerifier", |body| {
                VerifierDraft::read(body).map(drop).map_err(Into::into)
            }),
            ("SignIn", |body| {
                SignIn::read(body).map(drop).map_err(Into::into)
            }),
            ("Question", |body| {
                Question::read(body).map(drop).map_err(Into::into)
            }),
        ];
        let document = document();
        for (schema, read) in readers {
            let members = document["components"]["schemas"][schema]["properties"].as_object();
            let members = members.unwrap_or_else(|| panic!("no schema {schema}"));
            for member in members.keys() {
                assert!(!refuses(read, member), "{schema} does not read `{member}`");
            }
            assert!(refuses(read, "surely_not"), "{schema}");
        }
    }

    fn some_key() -> Key {
        let body = Json::parse(br#"{"name":"x"}"#).unwrap();
        let draft = KeyDraft::read(&body, &Books::default(), Instant::EPOCH).unwrap();
        let id = KeyId::parse("key_0000000000000000000000").unwrap();
        let hint = Hint::from_stored(String::new());
        Key::create(draft, id, hint, Actor::root(), Instant::EPOCH)
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        found.push(reference);
                    }
                    members
                        .values()
                        .for_each(|member| references(member, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}
