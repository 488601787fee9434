//! The three kinds of token are never accepted in each other's place.

use keyway_tests::{Answer, Request, World, tokens};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Every management route, as somebody would call it.
fn management() -> Vec<Request> {
    let key = format!("/v1/keys/key_{}", "0".repeat(22));
    vec![
        Request::get("/v1/keys"),
        Request::post("/v1/keys").json(&json!({ "name": "forged" })),
        Request::get(&key),
        Request::post(&format!("{key}/revoke")),
        Request::get("/v1/scopes"),
        Request::post("/v1/scopes").json(&json!({ "id": "forged" })),
        Request::get("/v1/verifiers"),
        Request::post("/v1/verifiers").json(&json!({ "name": "forged" })),
        Request::delete(&format!("/v1/verifiers/ver_{}", "0".repeat(22))),
    ]
}

/// RFC 9110: a 401 says how to do it right.
#[track_caller]
fn assert_refused(answer: Answer, code: &str) {
    let challenge = answer
        .header("www-authenticate")
        .unwrap_or_else(|| panic!("no challenge: {}", answer.to));
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    let _ = answer.problem(401, code);
}

#[test]
fn an_api_key_and_a_verifier_manage_nothing() {
    let world = World::start();
    let admin = world.admin();
    let (api, verifier) = (admin.create_named("k").token, admin.verifier("v").token);
    let before = (admin.keys(), admin.get("/v1/verifiers").text());
    for request in management() {
        assert_refused(
            world.send(&request.clone().bearer(&api)),
            "wrong_credential_kind",
        );
        assert_refused(
            world.send(&request.clone().bearer(&verifier)),
            "wrong_credential_kind",
        );
        assert_refused(
            world.send(&request.clone().bearer(&tokens::token("kwm_root"))),
            "credential_invalid",
        );
        assert_refused(
            world.send(&request.clone().bearer(&tokens::token("kwm_default"))),
            "credential_invalid",
        );
        assert_refused(
            world.send(&request.clone().bearer(&tokens::token("kwm_elsewhere"))),
            "credential_invalid",
        );
        assert_refused(world.send(&request), "credential_missing");
    }
    assert_eq!(
        before,
        (admin.keys(), admin.get("/v1/verifiers").text()),
        "nothing changed"
    );
    assert_eq!(admin.get("/v1/scopes").good(200)["items"], json!([]));
}

#[test]
fn an_api_key_asks_for_no_verdict() {
    let world = World::start();
    let admin = world.admin();
    let api = admin.create_named("k").token;
    let ask = Request::post("/v1/verify").json(&json!({ "token": api }));
    assert_refused(
        world.send(&ask.clone().bearer(&api)),
        "wrong_credential_kind",
    );
    assert_refused(
        world.send(&ask.clone().bearer(&tokens::token("kwv_default"))),
        "credential_invalid",
    );
    assert_refused(
        world.send(&ask.clone().bearer(&tokens::token("kwv_elsewhere"))),
        "credential_invalid",
    );
    assert_refused(
        world.send(&ask.clone().bearer(&tokens::token("kwm_default"))),
        "credential_invalid",
    );
    assert_refused(world.send(&ask), "credential_missing");
}

#[test]
fn a_management_or_verifier_token_sent_as_a_clients_is_malformed() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    for token in [
        world.root().to_owned(),
        verifier.token.clone(),
        tokens::token("kwm_default"),
        tokens::token("kwv_default"),
    ] {
        assert_eq!(verifier.code(&token), "malformed");
        assert_eq!(verifier.strong_code(&token), "malformed");
    }
}

#[test]
fn a_token_is_good_with_its_own_environment_only() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let relabelled = made.token.replacen("live", "test", 1);
    let verdict = admin
        .as_verifier()
        .verdict(&json!({ "token": relabelled, "environment": "test" }));
    assert_eq!(
        verdict["code"], "not_found",
        "the prefix is part of what is looked up"
    );
}

#[test]
fn a_credential_that_is_wrong_in_any_way_is_refused() {
    let world = World::start();
    let root = world.root();
    let tries: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("only the scheme", b"Bearer".to_vec()),
        ("only the scheme and a blank", b"Bearer ".to_vec()),
        ("no scheme", root.into()),
        ("another scheme", format!("Basic {root}").into()),
        ("quoted", format!("Bearer \"{root}\"").into()),
        ("cut", format!("Bearer {}", &root[..root.len() - 1]).into()),
        ("longer", format!("Bearer {root}0").into()),
        ("two words", format!("Bearer {root} {root}").into()),
        ("a list", format!("Bearer {root}, Bearer {root}").into()),
        (
            "upper case",
            format!("Bearer {}", root.to_uppercase()).into(),
        ),
        ("not ASCII", b"Bearer kwm_\xff\xfe".to_vec()),
        (
            "not UTF-8",
            [b"Bearer ".as_slice(), root.as_bytes(), b"\xff"].concat(),
        ),
        ("long", format!("Bearer {}", "k".repeat(20_000)).into()),
    ];
    for (what, value) in tries {
        for request in [
            Request::get("/v1/keys"),
            Request::post("/v1/verify").json(&json!({ "token": "x" })),
        ] {
            let answer = world.send(&request.header("authorization", &value));
            let refused = answer.status == 401 || (what == "a list" && answer.status == 400);
            assert!(
                refused,
                "{what} to {}: {} {}",
                answer.to,
                answer.status,
                answer.text()
            );
            assert!(
                !answer.text().contains(tokens::random_part(root)),
                "{what}: it is repeated"
            );
        }
    }
    // The scheme is read in any case, with blanks (RFC 9110, 11.1).
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let _ = world
            .send(&Request::get("/v1/keys").header("authorization", format!("{scheme} {root}")))
            .good(200);
    }
}

#[test]
fn two_authorization_headers_are_refused() {
    let world = World::start();
    let twice = Request::post("/v1/keys")
        .bearer(world.root())
        .bearer(world.root())
        .json(&json!({ "name": "x" }));
    let _ = world.send(&twice).problem(400, "credential_repeated");
    let mixed = Request::get("/v1/keys")
        .bearer(&tokens::token("kwm_root"))
        .bearer(world.root());
    let _ = world.send(&mixed).problem(400, "credential_repeated");
    let verify = Request::post("/v1/verify")
        .bearer(world.root())
        .bearer("x")
        .json(&json!({ "token": "x" }));
    let _ = world.send(&verify).problem(400, "credential_repeated");
    assert!(world.admin().keys().is_empty());
}

/// Anyone can make up a credential of a workspace: its checksum is no secret. An
/// object for each would be storage that strangers fill and the operator pays.
/// Whoever holds the root token is told that it is not there.
#[test]
fn a_workspace_that_is_not_there_gets_no_object() {
    let world = World::start();
    let admin = world.admin();
    let token = admin.create_named("k").token;
    let objects = || {
        let files = keyway_tests::search::files(&world.state().join("workspace"));
        let is_object =
            |path: &&std::path::PathBuf| path.extension().is_some_and(|kind| kind == "sqlite");
        files.iter().filter(is_object).count()
    };
    let before = objects();
    for workspace in ["elsewhere", "acme", "default2"] {
        let (management, verifier) = (
            tokens::token(&format!("kwm_{workspace}")),
            tokens::token(&format!("kwv_{workspace}")),
        );
        let _ = world
            .send(&Request::get("/v1/keys").bearer(&management))
            .problem(401, "credential_invalid");
        let _ = world
            .send(&keyway_tests::Page::sign_in_request(&management))
            .problem(401, "credential_invalid");
        let verify = Request::post("/v1/verify").json(&json!({ "token": token }));
        let _ = world
            .send(&verify.clone().bearer(&verifier))
            .problem(401, "credential_invalid");
        let strong = json!({ "token": token, "consistency": "strong" });
        let _ = world
            .send(&Request::post("/v1/verify").json(&strong).bearer(&verifier))
            .problem(401, "credential_invalid");
        let _ = world
            .send(&verify.bearer(&management))
            .problem(401, "credential_invalid");
        let which = |request: Request| request.header("x-keyway-workspace", workspace);
        let cookie = format!(
            "__Host-keyway-{workspace}={workspace}.{}",
            tokens::random(43)
        );
        let page = Request::get("/v1/keys").header("x-keyway-page", "1");
        let _ = world
            .send(&which(page.header("cookie", cookie)))
            .problem(401, "credential_invalid");
        let guessed = tokens::token("kwm_root");
        let _ = world
            .send(&which(Request::get("/v1/keys").bearer(&guessed)))
            .problem(401, "credential_invalid");
        let _ = world
            .send(&which(Request::get("/v1/keys").bearer(world.root())))
            .problem(404, "workspace_not_found");
    }
    assert_eq!(objects(), before, "no object was made");
}

/// What the Worker and its object say to each other cannot be said by a client.
#[test]
fn the_way_between_worker_and_object_is_closed() {
    let world = World::start();
    let made = world.admin().create_named("k");
    let hash = |text: &str| hex::encode(Sha256::digest(text.as_bytes()));
    for name in [
        "x-keyway-credential",
        "x-keyway-member",
        "x-keyway-idempotency-key",
    ] {
        for value in [
            format!("token {}", hash(world.root())),
            "default".to_owned(),
        ] {
            let forged = Request::get("/v1/keys").header(name, &value);
            let _ = world.send(&forged).problem(401, "credential_missing");
            let forged = Request::get("/v1/keys")
                .header(name, &value)
                .bearer(&tokens::token("kwm_root"));
            let _ = world.send(&forged).problem(401, "credential_invalid");
        }
    }
    for path in [
        format!("/record/key/{}", hash(&made.token)),
        "/probe".to_owned(),
        "/alarm".to_owned(),
    ] {
        for target in [
            path.clone(),
            format!("/v1/keys/..{path}"),
            format!("/v1/keys/../..{path}"),
            format!("/v1/keys/%2e%2e/%2e%2e{path}"),
        ] {
            let answer = world.send(&Request::get(&target).bearer(world.root()));
            assert!(
                [400, 404].contains(&answer.status),
                "{target}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
}
