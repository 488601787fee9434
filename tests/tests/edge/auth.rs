//! `GET /v1/auth`: what a reverse proxy is told.

use std::time::Duration;

use keyway_tests::{
    Answer, Request, World,
    gate::Passage,
    kv::{Fault, Kind, Times},
    moment::ahead,
    search::contains,
    tokens,
};
use serde_json::json;

/// As a proxy with this credential asks.
fn question(verifier: &str) -> Request {
    Request::get("/v1/auth").header("x-keyway-verifier", verifier)
}

/// A verdict: a status that a proxy can hand on, the code, and no body.
#[track_caller]
fn assert_told(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.expect(status);
    assert_eq!(answer.header("x-keyway-code"), Some(code));
    assert_eq!(answer.text(), "");
    answer.assert_unstored();
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge.is_some(), status == 401, "{challenge:?}");
    assert_eq!(answer.header("x-keyway-key").is_some(), status == 200);
    answer
}

/// A refusal that is not about the client.
#[track_caller]
fn assert_problem(answer: Answer, status: u16, code: &str) {
    assert_eq!(answer.header("x-keyway-code"), Some(code));
    assert_eq!(answer.header("www-authenticate"), None);
    let _ = answer.problem(status, code);
}

#[test]
fn a_good_token_passes_with_what_is_known_of_its_key() {
    let world = World::start();
    let admin = world.admin();
    let proxy = admin.verifier("proxy").token;
    for scope in ["reports:read", "a"] {
        admin.scope(scope);
    }
    let made = admin.create(&json!({
        "name": "تقرير, 1", "scopes": ["reports:read", "a"], "accounts": ["*"],
        "metadata": { "tier": "gold" },
    }));
    let plain = admin.create_named("Plain");

    for request in [
        question(&proxy).bearer(&made.token),
        question(&proxy).header("x-api-key", &made.token),
        question(world.root()).bearer(&made.token),
        question(&proxy).to("/v1/auth?").bearer(&made.token),
    ] {
        let answer = assert_told(world.send(&request), 200, "valid");
        for (name, value) in [
            ("x-keyway-key", made.id.as_str()),
            ("x-keyway-name", "%D8%AA%D9%82%D8%B1%D9%8A%D8%B1%2C%201"),
            ("x-keyway-environment", "live"),
            ("x-keyway-scopes", "a reports:read"),
            ("x-keyway-accounts", "*"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert_eq!(answer.header("x-keyway-stale"), None);
    }
    let answer = world.send(&question(&proxy).bearer(&plain.token));
    let answer = assert_told(answer, 200, "valid");
    for name in ["x-keyway-scopes", "x-keyway-accounts"] {
        assert_eq!(answer.header(name), Some("-"), "never empty");
    }
}

#[test]
fn every_verdict_has_the_status_that_a_client_is_to_get() {
    let world = World::start();
    let admin = world.admin();
    let proxy = admin.verifier("proxy").token;
    let ask = |token: &str| world.send(&question(&proxy).bearer(token));
    let test = admin.create(&json!({ "name": "Test", "environment": "test" }));
    let later = json!({ "name": "Later", "not_before": ahead(Duration::from_secs(3600)) });
    let later = admin.create(&later);
    let here = admin.create(&json!({ "name": "Here", "allowed_ips": ["127.0.0.0/8"] }));
    let (revoked, blocked) = (admin.create_named("Revoked"), admin.create_named("Blocked"));
    let rotated = admin.create_named("Rotated");
    let _ = admin.revoke(&revoked.id).good(200);
    let _ = admin.change("block", &blocked.id).good(200);
    let rotation = format!("/v1/keys/{}/rotate", rotated.id);
    let _ = admin
        .post(&rotation, &json!({ "grace_seconds": 0 }))
        .good(200);

    for (token, status, code) in [
        (tokens::token("kw_live").as_str(), 401, "not_found"),
        (revoked.token.as_str(), 401, "revoked"),
        (&blocked.token, 401, "blocked"),
        (&later.token, 401, "not_yet_valid"),
        (&rotated.token, 401, "expired"),
        ("nonsense", 401, "malformed"),
        (&revoked.token[1..], 401, "malformed"),
        (&proxy, 401, "malformed"),
        (world.root(), 401, "malformed"),
        (&test.token, 403, "wrong_environment"),
        (&here.token, 403, "ip_not_allowed"),
    ] {
        let answer = assert_told(ask(token), status, code);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        let explained = "Bearer realm=\"keyway\", error=\"invalid_token\", error_description=\"";
        assert_eq!(
            challenge.starts_with(explained),
            status == 401,
            "{challenge}"
        );
        let said: Vec<&str> = answer
            .head
            .headers
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let secret = tokens::random_part(&revoked.token).as_bytes();
        assert!(!contains(said.join("\n").as_bytes(), secret), "{said:?}");
    }

    // Without a token nothing is wrong with one (RFC 6750, section 3.1).
    for request in [
        question(&proxy),
        question(&proxy).header("authorization", "Basic eDp5"),
        question(&proxy).header("x-api-key", ""),
    ] {
        let answer = assert_told(world.send(&request), 401, "malformed");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"keyway\"")
        );
    }
}

#[test]
fn a_proxy_that_is_set_up_wrongly_is_not_taken_for_a_refused_client() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let (proxy, gone) = (admin.verifier("proxy"), admin.verifier("gone"));
    let _ = admin
        .delete(&format!("/v1/verifiers/{}", gone.id))
        .good(200);
    let without = Request::get("/v1/auth").bearer(&made.token);
    assert_problem(world.send(&without), 500, "proxy_refused");
    let other = tokens::token("kwm_root");
    let (cut, bearer) = (&proxy.token[..40], format!("Bearer {}", proxy.token));
    let twice = format!("{}, {0}", proxy.token);
    for credential in [
        gone.token.as_str(),
        &tokens::token("kwv_default"),
        &tokens::token("kwv_other"),
        cut,
        &made.token,
        &other,
        "",
        "x",
        &bearer,
        &twice,
    ] {
        let request = question(credential).bearer(&made.token);
        assert_problem(world.send(&request), 500, "proxy_refused");
        // A credential is good in its own place only.
        let request = Request::get("/v1/auth").bearer(&proxy.token);
        assert_problem(world.send(&request), 500, "proxy_refused");
    }
    let twice = question(&proxy.token).header("x-keyway-verifier", &proxy.token);
    assert_problem(world.send(&twice.bearer(&made.token)), 500, "proxy_refused");
}

#[test]
fn what_a_client_may_not_decide_is_refused() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let proxy = admin.verifier("proxy").token;
    let good = question(&proxy).bearer(&made.token);
    for (what, request, code) in [
        (
            "two tokens",
            good.clone().header("x-api-key", &made.token),
            "credential_repeated",
        ),
        (
            "two headers",
            good.clone().bearer(&made.token),
            "credential_repeated",
        ),
        (
            "a query",
            good.clone().to("/v1/auth?scopes=a"),
            "unknown_parameter",
        ),
    ] {
        let answer = world.send(&request);
        assert_eq!(answer.status, 400, "{what}");
        assert_problem(answer, 400, code);
    }
    // Only to who may ask.
    let stranger = question("x").bearer(&made.token).bearer(&made.token);
    assert_problem(world.send(&stranger), 500, "proxy_refused");
    let policy = world.send(&good.clone().to("/v1/auth/reports"));
    let _ = policy.problem(404, "route_not_found");
    let post = world.send(&Request::post("/v1/auth").header("x-keyway-verifier", &proxy));
    let _ = post.problem(405, "method_not_allowed");
    let _ = assert_told(world.send(&good), 200, "valid");
}

#[test]
fn promise_9_a_proxy_pays_nothing_for_a_token_of_no_configured_shape() {
    let world = World::builder().gated().start();
    let admin = world.admin();
    let good = admin.create_named("k").token;
    let (mark, calls) = (world.kv().mark(), world.gate().calls());
    for token in ["", "x", &good[..good.len() - 1], &format!("{good}0")] {
        let answer = world.send(&question(world.root()).header("x-api-key", token));
        let _ = assert_told(answer, 401, "malformed");
        let answer = world.send(&question(token).bearer(&good));
        assert_problem(answer, 500, "proxy_refused");
    }
    assert_eq!(world.kv().since(mark).len(), 0);
    assert_eq!(world.gate().calls(), calls);
}

#[test]
fn promise_8_a_proxy_that_nobody_can_answer_lets_nobody_in() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let made = admin.create_named("k");
    let proxy = admin.verifier("proxy").token;
    world.gate().set(Passage::Refused);
    world.kv().fail(Kind::Get, Fault::Cut, Times::Always);
    let answer = world.send(&question(&proxy).bearer(&made.token));
    assert!(answer.header("retry-after").is_some());
    assert_problem(answer, 503, "unavailable");
}
