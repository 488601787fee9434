//! No other site reads or writes anything: CORS is closed.

use keyway_tests::{Answer, Request, World};
use serde_json::json;

#[track_caller]
fn assert_closed(answer: &Answer) {
    let open: Vec<_> = answer
        .head
        .headers
        .iter()
        .filter(|(name, _)| name.starts_with("access-control-"))
        .collect();
    assert!(
        open.is_empty(),
        "{} is open to other sites: {open:?}",
        answer.to
    );
}

#[test]
fn no_answer_is_readable_by_another_site() {
    let world = World::start();
    let admin = world.admin();
    let token = admin.create_named("k").token;
    let evil = "https://evil.example";
    for target in [
        "/healthz",
        "/readyz",
        "/v1/keys",
        "/v1/scopes",
        "/v1/verifiers",
        "/v1/session",
        "/nothing",
    ] {
        assert_closed(&world.send(&admin.request("GET", target).header("origin", evil)));
        assert_closed(&world.send(&Request::get(target).header("origin", evil)));
    }
    let verify = admin
        .request("POST", "/v1/verify")
        .header("origin", evil)
        .json(&json!({ "token": token }));
    assert_closed(&world.send(&verify));
}

#[test]
fn a_preflight_allows_nothing() {
    let world = World::start();
    for target in [
        "/v1/keys",
        "/v1/verify",
        "/v1/session",
        "/healthz",
        "/nothing",
    ] {
        for method in ["POST", "DELETE", "GET"] {
            let preflight = Request::new("OPTIONS", target)
                .header("origin", "https://evil.example")
                .header("access-control-request-method", method)
                .header(
                    "access-control-request-headers",
                    "authorization, x-keyway-page, content-type",
                );
            let answer = world.send(&preflight);
            assert_closed(&answer);
            assert!(
                [404, 405].contains(&answer.status),
                "{}: {}",
                answer.to,
                answer.status
            );
        }
    }
}
