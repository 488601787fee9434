//! A real nginx asks about every request, as `examples/nginx` has it.

use keyway_tests::{
    Answer, Request, World,
    nginx::Nginx,
    search::contains,
    server::{Reply, Server},
    tokens,
};
use serde_json::{Value, json};

/// An API that answers with the headers that came to it.
fn api() -> Server {
    Server::start(|incoming| {
        let mut headers = json!({ "path": incoming.path });
        for (name, value) in &incoming.head.headers {
            headers[name] = json!(value);
        }
        Reply::ok(headers.to_string().into_bytes())
    })
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// A page of nginx itself: the request never came to the API.
#[track_caller]
fn assert_stopped(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains("<center>nginx"), "{}", answer.text());
}

#[test]
fn nginx_lets_in_who_has_a_good_key_and_nobody_else() {
    let mut world = World::start();
    world.admin().scope("reports:read");
    let admin = world.admin();
    let made = admin.create(&json!({ "name": "Good", "scopes": ["reports:read"] }));
    let plain = admin.create_named("Plain");
    let test = admin.create(&json!({ "name": "Test", "environment": "test" }));
    let proxy = admin.verifier("nginx").token;
    let api = api();
    let nginx = Nginx::start(&origin(api.port()), &world.door().origin(), &proxy);
    let ask = |request: Request| nginx.door.send(&request);
    let get = || Request::get("/reports?scopes=a&token=b");

    // The header that a client made up is not what arrives, nor is its token.
    let body = json!({ "a": "b" });
    for request in [
        get().bearer(&made.token),
        get().header("x-api-key", &made.token),
        Request::post("/reports").bearer(&made.token).json(&body),
        Request::new("HEAD", "/reports").bearer(&made.token),
    ] {
        let is_head = request.to_string().starts_with("HEAD");
        let answer = ask(request
            .header("x-keyway-key", "key_mine")
            .header("x-keyway-scopes", "*"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        if is_head {
            continue;
        }
        let arrived = answer.json();
        assert_eq!(arrived["path"], "/reports");
        assert_eq!(arrived["x-keyway-key"], made.id.as_str());
        assert_eq!(arrived["x-keyway-scopes"], "reports:read");
        assert_eq!(
            [&arrived["authorization"], &arrived["x-api-key"]],
            [&Value::Null; 2]
        );
        assert!(!contains(
            &answer.body,
            tokens::random_part(&made.token).as_bytes()
        ));
    }
    let answer = ask(get().bearer(&plain.token).header("x-keyway-scopes", "*"));
    assert_eq!(answer.expect(200).json()["x-keyway-scopes"], "-");

    let refused = |token: &str| ask(get().bearer(token));
    assert_stopped(&ask(get()), 401);
    assert_stopped(&refused("nonsense"), 401);
    assert_stopped(&refused(&tokens::token("kw_live")), 401);
    assert_stopped(&refused(&proxy), 401);
    assert_stopped(&refused(&test.token), 403);
    let _ = admin.revoke(&made.id).good(200);
    let answer = refused(&made.token);
    assert_stopped(&answer, 401);
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("The key was revoked."), "{challenge}");
    assert_stopped(
        &ask(get().bearer(&plain.token).header("x-api-key", &plain.token)),
        500,
    );
    // No client asks by itself.
    assert_stopped(&ask(Request::get("/_keyway").bearer(&plain.token)), 404);

    assert_eq!(refused(&plain.token).status, 200);
    world.kill();
    assert_stopped(&refused(&plain.token), 500);
}

#[test]
fn an_nginx_without_a_good_credential_fails_closed_and_says_so() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Good");
    let api = api();
    for credential in [
        tokens::token("kwv_default"),
        made.token.clone(),
        "\"\"".to_owned(),
    ] {
        let nginx = Nginx::start(&origin(api.port()), &world.door().origin(), &credential);
        let answer = nginx.door.send(&Request::get("/").bearer(&made.token));
        assert_stopped(&answer, 500);
        let log = nginx.log();
        assert!(log.contains("auth request unexpected status: 500"), "{log}");
        assert!(!log.contains(tokens::random_part(&made.token)), "{log}");
    }
}
