//! `/v1/session`: the page's sign-in, its cookie, and who may use it.

use std::time::Duration;

use keyway_tests::{
    Page, Request, World,
    callers::COOKIE,
    moment::{ahead, parsed},
    shape::assert_members,
    tokens,
};
use serde_json::{Value, json};

#[track_caller]
fn assert_is_session(body: &Value) {
    assert_members(body, &["session"]);
    assert_members(
        &body["session"],
        &[
            "member",
            "workspace",
            "vault",
            "administrators",
            "expires_at",
        ],
    );
    assert_members(&body["session"]["member"], &["id", "name", "role", "may"]);
    assert_eq!(body["session"]["workspace"], "default");
    assert_eq!(body["session"]["administrators"], json!([]));
    assert_eq!(body["session"]["member"]["role"], "administrator");
    assert!(
        body["session"]["member"]["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("mem_")),
        "{body}"
    );
    let left = parsed(&body["session"]["expires_at"]) - parsed(&json!(ahead(Duration::ZERO)));
    let twelve_hours = Duration::from_secs(12 * 3600);
    assert!(
        left <= twelve_hours && left > twelve_hours - Duration::from_secs(60),
        "{left}"
    );
}

#[test]
fn a_sign_in_answers_a_host_cookie_that_scripts_cannot_read() {
    let world = World::start();
    let answer = world.send(&Page::sign_in_request(world.root())).expect(201);
    let cookies = answer.headers("set-cookie");
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    let mut parts: Vec<&str> = cookies[0].split("; ").collect();
    let pair = parts.remove(0);
    assert!(
        pair.starts_with(&format!("{COOKIE}=")) && pair.len() > COOKIE.len() + 33,
        "{pair}"
    );
    parts.sort_unstable();
    assert_eq!(
        parts,
        [
            "HttpOnly",
            "Max-Age=43200",
            "Path=/",
            "SameSite=Strict",
            "Secure"
        ]
    );
    let text = answer.text();
    assert!(!text.contains(tokens::random_part(world.root())), "{text}");
    let cookie = pair.split_once('=').unwrap().1;
    assert!(!text.contains(cookie), "the cookie is in the header alone");
    assert_is_session(&answer.clone().good(201));

    let page = Page {
        door: world.door().clone(),
        cookie: cookie.to_owned(),
    };
    let who = page.get("/v1/session");
    assert_eq!(who.headers("set-cookie").len(), 0);
    assert_is_session(&who.good(200));
}

#[test]
fn a_sign_in_with_a_wrong_token_is_refused() {
    let world = World::start();
    let sign_in = |token: &str| world.send(&Page::sign_in_request(token));
    for token in [
        tokens::token("kwm_root"),
        tokens::token("kwm_default"),
        tokens::token("kwm_elsewhere"),
    ] {
        let refused = sign_in(&token);
        assert_eq!(refused.headers("set-cookie").len(), 0);
        let _ = refused.problem(401, "credential_invalid");
    }
    let verifier = world.admin().verifier("v").token;
    let api = world.admin().create_named("k").token;
    let root = world.root();
    for token in [
        &verifier,
        &api,
        "",
        "nonsense",
        &root[..root.len() - 1],
        &format!("\"{root}\""),
        &format!("{root}\n"),
    ] {
        sign_in(token).field_problem("malformed_token", "/token");
    }
}

#[test]
fn signing_out_ends_the_session() {
    let world = World::start();
    let (page, other) = (world.page(), world.page());
    let answer = world
        .send(&page.request("DELETE", "/v1/session"))
        .expect(204);
    assert!(answer.body.is_empty());
    let cleared = answer.header("set-cookie").expect("the cookie is cleared");
    assert!(
        cleared.starts_with(&format!("{COOKIE}=;")) && cleared.contains("Max-Age=0"),
        "{cleared}"
    );
    // Not only forgotten by the browser: ended.
    let _ = page.get("/v1/session").problem(401, "credential_invalid");
    let _ = page
        .post("/v1/keys", &json!({ "name": "x" }))
        .problem(401, "credential_invalid");
    assert_is_session(&other.get("/v1/session").good(200));
    assert!(world.admin().keys().is_empty());
}

#[test]
fn promise_3_a_sign_out_survives_kill_9() {
    let mut world = World::start();
    let (gone, stays) = (world.page(), world.page());
    let _ = world
        .send(&gone.request("DELETE", "/v1/session"))
        .expect(204);
    world.crash();
    let _ = gone.get("/v1/session").problem(401, "credential_invalid");
    assert_is_session(&stays.get("/v1/session").good(200));
}

#[test]
fn a_session_that_was_tampered_with_is_none() {
    let world = World::start();
    let page = world.page();
    let cookie = &page.cookie;
    let mut forged = vec![
        String::new(),
        "x".into(),
        cookie[..cookie.len() - 1].into(),
        format!("{cookie}0"),
        cookie.to_uppercase(),
        tokens::random(cookie.len()),
        world.root().to_owned(),
        "a".repeat(5000),
        format!("{cookie}, {cookie}"),
        "%00".into(),
        "é".into(),
    ];
    for at in 0..cookie.len() {
        let other = if cookie.as_bytes()[at] == b'a' {
            "b"
        } else {
            "a"
        };
        forged.push(format!("{}{other}{}", &cookie[..at], &cookie[at + 1..]));
    }
    for value in forged {
        let forged = Page {
            door: world.door().clone(),
            cookie: value,
        };
        let answer = forged.get("/v1/keys");
        assert_eq!(
            answer.status,
            401,
            "the cookie {:?}: {}",
            forged.cookie,
            answer.text()
        );
    }
    assert_is_session(&page.get("/v1/session").good(200));
}

#[test]
fn nobody_is_signed_in_without_a_cookie() {
    let world = World::start();
    let answer = world.send(&Request::get("/v1/session").header("x-keyway-page", "1"));
    assert!(answer.header("www-authenticate").is_some());
    let _ = answer.problem(401, "credential_missing");
    let other = Request::get("/v1/session")
        .header("cookie", "theme=dark; other=1")
        .header("x-keyway-page", "1");
    let _ = world.send(&other).problem(401, "credential_missing");
}

#[test]
fn the_session_is_found_among_other_cookies() {
    let world = World::start();
    let page = world.page();
    for cookies in [
        format!("theme=dark; {COOKIE}={}", page.cookie),
        format!("{COOKIE}={}; theme=dark", page.cookie),
        format!("x{COOKIE}=nonsense; {COOKIE}={};a=b", page.cookie),
    ] {
        let request = Request::get("/v1/session")
            .header("x-keyway-page", "1")
            .header("cookie", &cookies);
        assert_is_session(&world.send(&request).good(200));
    }
}

#[test]
fn a_call_with_the_cookie_from_elsewhere_is_refused() {
    let world = World::start();
    let page = world.page();
    let own = world.door().origin();
    let port = world.door().port();
    let bare = |method: &str, target: &str| {
        Request::new(method, target).header("cookie", format!("{COOKIE}={}", page.cookie))
    };
    let from = |request: Request| {
        let mut tried = vec![
            request.clone(),
            request.clone().header("origin", &own),
            request.clone().header("sec-fetch-site", "same-origin"),
        ];
        let request = request.header("x-keyway-page", "1");
        for site in [
            "cross-site",
            "same-site",
            "none",
            "SAME-ORIGINAL",
            "same-origin, cross-site",
        ] {
            tried.push(request.clone().header("sec-fetch-site", site));
        }
        for origin in [
            "https://evil.example",
            "null",
            &format!("{own}.evil.example"),
            &format!("http://127.0.0.1:{}", port ^ 1),
        ] {
            tried.push(request.clone().header("origin", origin));
        }
        tried
    };
    let calls = [
        bare("POST", "/v1/keys").json(&json!({ "name": "forged" })),
        bare("GET", "/v1/keys"),
        bare("GET", "/v1/session"),
        bare("DELETE", "/v1/session"),
        bare("POST", "/v1/scopes").json(&json!({ "id": "forged" })),
        bare("POST", "/v1/verifiers").json(&json!({ "name": "forged" })),
    ];
    for call in calls {
        for request in from(call) {
            let answer = world.send(&request);
            assert_eq!(answer.status, 403, "{request:?}: {}", answer.text());
            let _ = answer.problem(403, "csrf_refused");
        }
    }
    let sign_in = Request::post("/v1/session").json(&json!({ "token": world.root() }));
    for request in from(sign_in) {
        let answer = world.send(&request);
        assert_eq!(
            answer.headers("set-cookie").len(),
            0,
            "nobody is signed in by another site"
        );
        let _ = answer.problem(403, "csrf_refused");
    }
    assert!(world.admin().keys().is_empty());
    assert_eq!(
        world.admin().get("/v1/scopes").good(200)["items"],
        json!([])
    );
    assert_eq!(
        world.admin().get("/v1/verifiers").good(200)["items"],
        json!([])
    );
    let _ = page.request("GET", "/v1/keys").header("origin", &own);
    assert_is_session(&page.get("/v1/session").good(200));
    let _ = page
        .post("/v1/keys", &json!({ "name": "the page's own" }))
        .good(201);
}

#[test]
fn a_cookie_and_a_token_together_are_refused() {
    let world = World::start();
    let page = world.page();
    let _ = world
        .send(&page.request("GET", "/v1/keys").bearer(world.root()))
        .problem(400, "credential_repeated");
    let _ = world
        .send(&page.request("GET", "/v1/keys").bearer("nonsense"))
        .problem(400, "credential_repeated");
}

#[test]
fn a_session_is_no_verifier() {
    let world = World::start();
    let page = world.page();
    let token = world.admin().create_named("k").token;
    let answer = page.post("/v1/verify", &json!({ "token": token }));
    assert!(answer.status == 401, "{}", answer.text());
}
