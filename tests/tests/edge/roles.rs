//! DESIGN 10: every role against every call.

use keyway_tests::{Request, World, callers::Admin};
use serde_json::{Value, json};

/// What a call wants of whoever makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Need {
    /// To be a member.
    Member,
    /// API access.
    Access,
    /// To be an administrator.
    Administrator,
    /// To hold the root token.
    Root,
}
use Need::{Access, Administrator, Member, Root};

/// Every call that is managed, with a body that is right as far as it is looked
/// at before rights are.
pub(crate) const CALLS: &[(&str, &str, Need)] = &[
    ("GET", "/v1/session", Member),
    ("GET", "/v1/sessions", Member),
    ("DELETE", "/v1/sessions", Member),
    ("DELETE", "/v1/sessions/{id}", Member),
    ("GET", "/v1/settings", Member),
    ("POST", "/v1/keys", Access),
    ("GET", "/v1/keys", Access),
    ("POST", "/v1/keys/bulk", Access),
    ("POST", "/v1/keys/import", Access),
    ("GET", "/v1/keys/counts", Access),
    ("GET", "/v1/keys/{id}", Access),
    ("PATCH", "/v1/keys/{id}", Access),
    ("GET", "/v1/keys/{id}/usage", Access),
    ("GET", "/v1/keys/{id}/audit", Access),
    ("POST", "/v1/keys/{id}/block", Access),
    ("POST", "/v1/keys/{id}/unblock", Access),
    ("POST", "/v1/keys/{id}/rotate", Access),
    ("DELETE", "/v1/keys/{id}/tokens/previous", Access),
    ("PUT", "/v1/keys/{id}/avatar", Access),
    ("GET", "/v1/keys/{id}/avatar", Access),
    ("DELETE", "/v1/keys/{id}/avatar", Access),
    ("GET", "/v1/scopes", Access),
    ("GET", "/v1/scopes/{id}", Access),
    ("GET", "/v1/accounts", Access),
    ("GET", "/v1/accounts/{id}", Access),
    ("POST", "/v1/keys/{id}/revoke", Administrator),
    ("DELETE", "/v1/keys/{id}", Administrator),
    ("POST", "/v1/keys/{id}/reveal", Administrator),
    ("POST", "/v1/scopes", Administrator),
    ("PATCH", "/v1/scopes/{id}", Administrator),
    ("DELETE", "/v1/scopes/{id}", Administrator),
    ("POST", "/v1/accounts", Administrator),
    ("PATCH", "/v1/accounts/{id}", Administrator),
    ("DELETE", "/v1/accounts/{id}", Administrator),
    ("GET", "/v1/audit", Administrator),
    ("POST", "/v1/reviews", Administrator),
    ("GET", "/v1/reviews", Administrator),
    ("PATCH", "/v1/settings", Administrator),
    ("GET", "/v1/pepper", Administrator),
    ("POST", "/v1/members", Administrator),
    ("GET", "/v1/members", Administrator),
    ("GET", "/v1/members/{id}", Administrator),
    ("PATCH", "/v1/members/{id}", Administrator),
    ("DELETE", "/v1/members/{id}", Administrator),
    ("POST", "/v1/members/{id}/token", Administrator),
    ("DELETE", "/v1/members/{id}/token", Administrator),
    ("POST", "/v1/verifiers", Administrator),
    ("GET", "/v1/verifiers", Administrator),
    ("DELETE", "/v1/verifiers/{id}", Administrator),
    ("POST", "/v1/verifiers/{id}/rotate", Administrator),
    (
        "DELETE",
        "/v1/verifiers/{id}/tokens/previous",
        Administrator,
    ),
    ("POST", "/v1/webhooks", Administrator),
    ("GET", "/v1/webhooks", Administrator),
    ("GET", "/v1/webhooks/{id}", Administrator),
    ("PATCH", "/v1/webhooks/{id}", Administrator),
    ("DELETE", "/v1/webhooks/{id}", Administrator),
    ("POST", "/v1/webhooks/{id}/rotate", Administrator),
    ("POST", "/v1/webhooks/{id}/test", Administrator),
    ("GET", "/v1/deliveries", Administrator),
    ("POST", "/v1/deliveries/{id}/resend", Administrator),
    ("POST", "/v1/workspaces", Root),
    ("GET", "/v1/workspaces", Root),
];

/// Calls that are not about a member's rights: signing in and out, verdicts, probes.
const OTHERS: [(&str, &str); 6] = [
    ("POST", "/v1/session"),
    ("DELETE", "/v1/session"),
    ("POST", "/v1/verify"),
    ("GET", "/v1/auth"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

fn member(world: &World, role: &str, api_access: bool) -> Admin {
    let invitation = json!({
        "name": role, "email": format!("{role}-{api_access}@example.com"), "role": role,
        "api_access": api_access, "accounts": ["*"], "scopes": ["*"],
    });
    let invited = world.admin().post("/v1/members", &invitation).good(201);
    Admin {
        door: world.door().clone(),
        token: invited["token"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn every_call_of_the_document_is_in_the_matrix() {
    let document =
        std::fs::read_to_string(keyway_tests::locate::project().join("build/www/openapi.json"));
    let document: Value = serde_json::from_str(&document.unwrap()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let known = CALLS.iter().any(|(m, p, _)| *m == method && p == path)
                || OTHERS.iter().any(|(m, p)| *m == method && p == path);
            assert!(known, "{method} {path} is not held against the roles");
        }
    }
}

#[test]
fn promise_10_every_role_against_every_call() {
    let world = World::start();
    let administrator = member(&world, "administrator", false);
    let with_access = member(&world, "manager", true);
    let without = member(&world, "manager", false);
    for (method, path, need) in CALLS {
        let id = match path.split('/').nth(2) {
            Some("keys") => "key_0123456789ABCDEFGHIJab",
            Some("sessions") => "ses_0123456789ABCDEFGHIJab",
            Some("members") => "mem_0123456789ABCDEFGHIJab",
            Some("verifiers") => "ver_0123456789ABCDEFGHIJab",
            Some("webhooks") => "whk_0123456789ABCDEFGHIJab",
            Some("deliveries") => "dlv_0123456789ABCDEFGHIJab",
            _ => "nothing",
        };
        // Nothing is there, and nothing is right: whoever may is told that.
        let call = |admin: &Admin| {
            let request = Request::new(method, &path.replace("{id}", id)).bearer(&admin.token);
            let request = match *method {
                // These take none, and would be refused for one before rights are looked at.
                "POST" if path.ends_with("/test") || path.ends_with("/resend") => request,
                "POST" | "PATCH" => request.json(&json!({ "surely_not": 1 })),
                "PUT" => request.header("content-type", "image/png").body("none"),
                _ => request,
            };
            let answer = world.send(&request);
            let body: Value = serde_json::from_str(&answer.text()).unwrap_or_default();
            (
                answer.status,
                body["code"].as_str().unwrap_or("").to_owned(),
            )
        };
        for (who, admin, may, code) in [
            ("administrator", &administrator, true, ""),
            (
                "manager",
                &with_access,
                *need != Administrator,
                "role_insufficient",
            ),
            (
                "manager without",
                &without,
                *need == Member,
                "api_access_missing",
            ),
        ] {
            let (may, code) = match need {
                Root => (false, "root_required"),
                _ => (may, code),
            };
            let (status, found) = call(admin);
            let refused = status == 403 && found == code;
            assert!(
                if may {
                    status != 403 && status != 401
                } else {
                    refused
                },
                "{method} {path} by {who}: {status} {found}"
            );
        }
    }
}
