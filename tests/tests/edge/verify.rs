//! `POST /v1/verify`: the verdicts.

use std::time::Duration;

use keyway_tests::{
    Request, Verifier, World, kv::Kind, moment::ahead, shape::assert_members, tokens,
};
use serde_json::{Value, json};

/// The verdict, its code and shape held against the contract.
#[track_caller]
fn assert_verdict(verifier: &Verifier, question: &Value, code: &str) -> Value {
    let verdict = verifier.verdict(question);
    assert_eq!(
        verdict["code"], code,
        "the verdict on {question}: {verdict}"
    );
    assert_eq!(verdict["valid"], code == "valid");
    assert!(
        verdict["detail"]
            .as_str()
            .is_some_and(|detail| !detail.is_empty()),
        "{verdict}"
    );
    let mut members = vec!["valid", "code", "detail"];
    if !["malformed", "not_found"].contains(&code) {
        members.push("key");
        assert_members(
            &verdict["key"],
            &[
                "id",
                "name",
                "environment",
                "scopes",
                "accounts",
                "metadata",
                "expires_at",
            ],
        );
    }
    if code == "insufficient_scope" {
        members.push("missing_scopes");
    }
    assert_members(&verdict, &members);
    verdict
}

#[test]
fn every_verdict_of_the_order_has_its_code_and_shape() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    for scope in ["a", "b", "c"] {
        admin.scope(scope);
    }
    let good = admin.create(&json!({ "name": "Good", "scopes": ["a", "b"] }));
    let test = admin.create(&json!({ "name": "Test", "environment": "test", "scopes": ["*"] }));
    let later =
        admin.create(&json!({ "name": "Later", "not_before": ahead(Duration::from_secs(3600)) }));
    let none = admin.create_named("None");

    let verdict = assert_verdict(&verifier, &json!({ "token": good.token }), "valid");
    assert_eq!(
        verdict["key"],
        json!({
            "id": good.id, "name": "Good", "environment": "live", "scopes": ["a", "b"], "accounts": [], "metadata": {},
            "expires_at": null,
        })
    );
    let ask = |token: &str, more: Value| {
        let mut question = json!({ "token": token });
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        question
    };
    for consistency in ["eventual", "strong"] {
        let ask = |token: &str, mut more: Value| {
            more["consistency"] = json!(consistency);
            ask(token, more)
        };
        let _ = assert_verdict(
            &verifier,
            &ask(&good.token, json!({ "scopes": ["b", "a"] })),
            "valid",
        );
        let _ = assert_verdict(
            &verifier,
            &ask(&good.token, json!({ "scopes": [] })),
            "valid",
        );
        let _ = assert_verdict(
            &verifier,
            &ask(&good.token, json!({ "environment": "live" })),
            "valid",
        );
        let short = assert_verdict(
            &verifier,
            &ask(
                &good.token,
                json!({ "scopes": ["c", "a", "nobody-made-this"] }),
            ),
            "insufficient_scope",
        );
        assert_eq!(short["missing_scopes"], json!(["c", "nobody-made-this"]));
        let _ = assert_verdict(
            &verifier,
            &ask(&none.token, json!({ "scopes": ["a"] })),
            "insufficient_scope",
        );
        let _ = assert_verdict(&verifier, &ask(&none.token, json!({})), "valid");
        let _ = assert_verdict(
            &verifier,
            &ask(&good.token, json!({ "account": "acme" })),
            "wrong_account",
        );
        let _ = assert_verdict(
            &verifier,
            &ask(&good.token, json!({ "environment": "test" })),
            "wrong_environment",
        );
        let _ = assert_verdict(&verifier, &ask(&test.token, json!({})), "wrong_environment");
        let _ = assert_verdict(
            &verifier,
            &ask(
                &test.token,
                json!({ "environment": "test", "scopes": ["c", "future"] }),
            ),
            "valid",
        );
        let _ = assert_verdict(&verifier, &ask(&later.token, json!({})), "not_yet_valid");
        let _ = assert_verdict(
            &verifier,
            &ask(&tokens::token("kw_live"), json!({})),
            "not_found",
        );
        let _ = assert_verdict(&verifier, &ask("nonsense", json!({})), "malformed");
    }
}

#[test]
fn the_first_reason_of_the_order_is_the_answer() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let later = ahead(Duration::from_secs(3600));
    let made = admin.create(&json!({ "name": "All wrong", "not_before": later }));
    let all_wrong = json!({ "token": made.token, "environment": "test", "account": "acme", "scopes": ["a"], "consistency": "strong" });
    let without_environment =
        json!({ "token": made.token, "account": "acme", "scopes": ["a"], "consistency": "strong" });
    let _ = assert_verdict(&verifier, &without_environment, "not_yet_valid");
    let _ = assert_verdict(&verifier, &all_wrong, "wrong_environment");
    let _ = admin.revoke(&made.id);
    let _ = assert_verdict(&verifier, &without_environment, "revoked");
    let _ = assert_verdict(&verifier, &all_wrong, "wrong_environment");
    let active = admin.create_named("Active");
    let _ = assert_verdict(
        &verifier,
        &json!({ "token": active.token, "account": "acme", "scopes": ["a"] }),
        "wrong_account",
    );
}

#[test]
fn promise_9_a_token_of_no_configured_shape_costs_no_storage_read() {
    let world = World::builder().gated().start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let good = admin.create_named("k").token;
    assert_eq!(verifier.code(&good), "valid");

    let (start, body) = good.split_at("kw_live_".len());
    let mut malformed: Vec<String> = vec![
        String::new(),
        " ".into(),
        "kw".into(),
        "kw_live_".into(),
        "null".into(),
        format!("\"{good}\""),
        format!("'{good}'"),
        format!("{good}\n"),
        format!(" {good}"),
        format!("Bearer {good}"),
        good[..good.len() - 1].into(),
        format!("{good}0"),
        good.to_uppercase(),
        good.replace("live", "prod"),
        good.replace("kw_", "xx_"),
        body.into(),
        format!("{start}{start}{body}"),
        good.replace('_', "-"),
        format!("{good}\0"),
        "é".repeat(50),
        "k".repeat(10_000),
        tokens::token("kwm_root"),
        tokens::token("kwm_default"),
        verifier.token.clone(),
        world.root().to_owned(),
        tokens::token("gh"),
    ];
    // Every single character of the token, changed.
    for at in start.len()..good.len() {
        let other = if good.as_bytes()[at] == b'a' {
            "b"
        } else {
            "a"
        };
        malformed.push(format!("{}{other}{}", &good[..at], &good[at + 1..]));
    }

    let (mark, calls) = (world.kv().mark(), world.gate().calls());
    for token in &malformed {
        for consistency in ["eventual", "strong"] {
            let question = json!({ "token": token, "consistency": consistency });
            let _ = assert_verdict(&admin.as_verifier(), &question, "malformed");
        }
    }
    assert_eq!(
        world.kv().since(mark).len(),
        0,
        "the root token needs no read either"
    );
    for token in &malformed {
        let _ = assert_verdict(&verifier, &json!({ "token": token }), "malformed");
    }
    let reads = world.kv().since(mark);
    assert!(
        reads.iter().all(|read| read.key.starts_with("verifier:")),
        "only the caller was looked up: {reads:?}"
    );
    assert_eq!(world.gate().calls(), calls, "the object was not asked");
}

#[test]
fn promise_9_a_credential_of_no_configured_shape_costs_no_storage_read() {
    let world = World::builder().gated().start();
    let good = world.admin().verifier("v").token;
    let (mark, calls) = (world.kv().mark(), world.gate().calls());
    let cut = &good[..good.len() - 1];
    for token in [
        cut,
        "kwv_default_",
        "nonsense",
        &tokens::token("kwv_DEFAULT"),
        &format!("\"{good}\""),
    ] {
        let answer = world.send(
            &Request::post("/v1/verify")
                .bearer(token)
                .json(&json!({ "token": "x" })),
        );
        assert_eq!(answer.status, 401, "{}", answer.text());
    }
    for token in [cut, "nonsense", "kwm_root_x"] {
        let answer = world.send(&Request::get("/v1/keys").bearer(token));
        assert_eq!(answer.status, 401, "{}", answer.text());
    }
    assert_eq!(world.kv().since(mark).len(), 0);
    assert_eq!(world.gate().calls(), calls);
}

#[test]
fn a_good_token_is_verified_from_kv_without_the_object() {
    let world = World::builder().gated().start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let token = admin.create_named("k").token;
    let (mark, calls) = (world.kv().mark(), world.gate().calls());
    for _ in 0..5 {
        assert_eq!(verifier.code(&token), "valid");
    }
    assert_eq!(world.gate().calls(), calls, "the object was not asked");
    let operations = world.kv().since(mark);
    assert!(
        operations.iter().all(|done| done.kind == Kind::Get),
        "verification never writes KV: {operations:?}"
    );
    assert!(
        operations.len() <= 4,
        "what was read a moment ago is remembered: {operations:?}"
    );

    // Had an unknown one been created lately, the feed would have said so.
    assert_eq!(verifier.code(&tokens::token("kw_live")), "not_found");
    assert_eq!(world.gate().calls(), calls, "the object was not asked");
    assert_eq!(verifier.strong_code(&token), "valid");
    assert!(world.gate().calls() > calls);
}

#[test]
fn the_detail_of_a_malformed_token_helps_and_repeats_none_of_it() {
    let world = World::start();
    let admin = world.admin();
    let token = admin.create_named("k").token;
    let detail = |token: &str| {
        let verdict = admin.as_verifier().verdict(&json!({ "token": token }));
        assert_eq!(verdict["code"], "malformed");
        verdict["detail"].as_str().unwrap().to_lowercase()
    };
    assert!(detail(&format!("\"{token}\"")).contains("quote"));
    assert!(detail(&format!("{token}\n")).contains("line break"));
    assert!(detail(&token[..token.len() - 1]).contains("cut"));
    assert!(detail(world.root()).contains("management"));
    for wrong in [
        format!("\"{token}\""),
        format!("{token} "),
        token[..token.len() - 1].to_owned(),
    ] {
        assert!(!detail(&wrong).contains(&tokens::random_part(&token).to_lowercase()[..8]));
    }
}

/// An isolate that remembers everything answers by a shorter way than one that
/// has to ask. What is out of the ordinary must not be answered otherwise by it.
#[test]
fn promise_11_an_odd_question_is_answered_alike_by_a_cold_and_a_warm_isolate() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let verifier = admin.verifier("service");
    let token = &made.token;
    let (cut, last) = token.split_at(token.len() - 1);
    let other = if last == "0" { "1" } else { "0" };
    let bodies: [(&str, Vec<u8>, &str); 9] = [
        ("good", format!(r#"{{"token":"{token}"}}"#).into(), "valid"),
        (
            "good, with escapes",
            format!(r#"{{"\u0074oken":"{}"}}"#, token.replace('_', "\\u005f")).into(),
            "valid",
        ),
        (
            "a wrong checksum",
            format!(r#"{{"token":"{cut}{other}"}}"#).into(),
            "malformed",
        ),
        (
            "not ASCII",
            format!(r#"{{"token":"{token}ｚ"}}"#).into(),
            "malformed",
        ),
        (
            "a replacement character that was sent",
            format!("{{\"token\":\"{token}\u{fffd}\"}}").into(),
            "malformed",
        ),
        (
            "no UTF-8",
            [b"{\"token\":\"", token.as_bytes(), b"\xff\"}"].concat(),
            "invalid_json",
        ),
        (
            "a byte order mark",
            format!("\u{feff}{{\"token\":\"{token}\"}}").into(),
            "invalid_json",
        ),
        (
            "an unknown member",
            format!(r#"{{"token":"{token}","x":1}}"#).into(),
            "unknown_field",
        ),
        ("no body", Vec::new(), "body_missing"),
    ];
    let answers = || {
        bodies.each_ref().map(|(what, body, code)| {
            let request = Request::post("/v1/verify")
                .bearer(&verifier.token)
                .header("content-type", "application/json");
            let answer = world.send(&request.body(body.clone()));
            let answer = answer.json();
            assert_eq!(answer["code"], *code, "{what}: {answer}");
            answer
        })
    };
    let cold = answers();
    assert_eq!(cold, answers());
}

#[test]
fn a_verification_changes_nothing() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let (before, stored) = (admin.key(&made.id), world.store().dump());
    for question in [
        json!({ "token": made.token }),
        json!({ "token": made.token, "environment": "test", "consistency": "strong" }),
    ] {
        let _ = admin.as_verifier().verdict(&question);
    }
    assert_eq!(admin.key(&made.id), before);
    assert_eq!(world.store().dump(), stored);
}
