//! `POST /v1/keys/import`: keys of an older system, by the SHA-256 of their tokens.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose};
use keyway_tests::{
    Admin, Answer, Request, World,
    deadline::{EVENT, eventually},
    moment::ahead,
    shape::assert_members,
    tokens,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const IMPORT: &str = "/v1/keys/import";

/// What the older system's tokens look like, and a world that takes them.
const SHAPES: &str = "old_live_:base62:24-32 legacy-:hex:40";

fn world() -> World {
    World::builder().text("IMPORTED_TOKENS", SHAPES).start()
}

fn old_token() -> String {
    format!("old_live_{}", tokens::random(28))
}

fn sha256(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[track_caller]
fn import(admin: &Admin, keys: &[Value]) -> Vec<Value> {
    results(admin.post(IMPORT, &json!({ "keys": keys })))
}

/// With an `Idempotency-Key`.
#[track_caller]
fn import_once(admin: &Admin, key: &str, keys: &[Value]) -> Answer {
    let request = admin
        .request("POST", IMPORT)
        .header("idempotency-key", key)
        .json(&json!({ "keys": keys }));
    admin.door.send(&request)
}

#[track_caller]
fn results(answer: Answer) -> Vec<Value> {
    let body = answer.good(200);
    assert_members(&body, &["results"]);
    let results = body["results"].as_array().unwrap().clone();
    for result in &results {
        let mut wanted = vec!["result", "id", "problem"];
        if result.get("token").is_some() {
            wanted.push("token");
        }
        assert_members(result, &wanted);
        let refused = result["result"] == "refused";
        assert_eq!(result["id"].is_null(), refused, "{result}");
        assert_eq!(result["problem"].is_null(), !refused, "{result}");
    }
    results
}

fn outcomes(results: &[Value]) -> Vec<&str> {
    results
        .iter()
        .map(|result| result["result"].as_str().unwrap())
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[track_caller]
fn assert_refused(result: &Value, code: &str, pointer: &str) {
    assert_eq!(result["result"], "refused", "{result}");
    assert_eq!(result["problem"]["code"], code, "{result}");
    assert_eq!(
        result["problem"]["errors"][0]["pointer"], pointer,
        "{result}"
    );
}

#[test]
fn a_token_of_an_older_system_goes_on_being_good() {
    let world = world();
    let admin = world.admin();
    admin.scope("reporting:read");
    let verifier = admin.verifier("Gateway");
    let digest = |token: &str| Sha256::digest(token.as_bytes());
    let (hex, base64, url) = (old_token(), old_token(), old_token());
    let results = import(
        &admin,
        &[
            json!({ "name": "Hex", "sha256": sha256(&hex), "scopes": ["reporting:read"], "hint": "old_live_…9xYz" }),
            json!({ "name": "Base64", "sha256": general_purpose::STANDARD.encode(digest(&base64)) }),
            json!({ "name": "URL", "environment": "test", "sha256": general_purpose::URL_SAFE_NO_PAD.encode(digest(&url)) }),
        ],
    );
    assert_eq!(outcomes(&results), ["created"; 3]);
    assert!(results.iter().all(|result| result.get("token").is_none()));
    for token in [&hex, &base64] {
        assert_eq!(verifier.strong_code(token), "valid");
        eventually("published", EVENT, || {
            (verifier.code(token) == "valid").then_some(())
        });
    }
    assert_eq!(verifier.strong_code(&url), "wrong_environment");
    let asked = json!({ "token": hex, "scopes": ["reporting:read"] });
    let verdict = verifier.verdict(&asked);
    assert_eq!(verdict["key"]["id"], results[0]["id"]);
    assert_eq!(verdict["key"]["scopes"], json!(["reporting:read"]));
    let key = |at: usize| admin.key(results[at]["id"].as_str().unwrap());
    assert_eq!(key(0)["hint"], "old_live_…9xYz");
    let first = &sha256(&base64)[..8];
    assert_eq!(key(1)["hint"], format!("sha256:{first}…"));
    // Found by what is shown of it.
    let found = admin.get(&format!("/v1/keys?search={first}")).good(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[test]
fn one_bad_key_holds_up_no_other_and_is_not_half_done() {
    let world = world();
    let admin = world.admin();
    let (one, two, twice) = (old_token(), old_token(), old_token());
    let results = import(
        &admin,
        &[
            json!({ "name": "One", "sha256": sha256(&one) }),
            json!({ "name": "", "sha256": sha256(&old_token()) }),
            json!({ "name": "Scope", "sha256": sha256(&old_token()), "scopes": ["nobody:knows"] }),
            json!({ "name": "Not", "sha256": one }),
            json!({ "name": "Unknown", "sha256": sha256(&old_token()), "token": "x" }),
            json!({ "name": "Kept", "sha256": sha256(&old_token()), "recoverable": true }),
            json!({ "name": "Twice", "sha256": sha256(&twice) }),
            json!({ "name": "Twice", "sha256": sha256(&twice) }),
            json!({ "name": "Whole", "sha256": sha256("a-whole-token"), "hint": "a-whole-token" }),
            json!({ "name": "Two", "sha256": sha256(&two) }),
        ],
    );
    for (at, code, pointer) in [
        (1, "invalid_name", "/keys/1/name"),
        (2, "unknown_scope", "/keys/2/scopes/0"),
        (3, "invalid_sha256", "/keys/3/sha256"),
        (4, "unknown_field", "/keys/4/token"),
        (5, "digest_not_recoverable", "/keys/5/recoverable"),
        (7, "duplicate_digest", "/keys/7/sha256"),
        (8, "invalid_hint", "/keys/8/hint"),
    ] {
        assert_refused(&results[at], code, pointer);
    }
    for at in [0, 6, 9] {
        assert_eq!(results[at]["result"], "created");
    }
    assert!(!results[3]["problem"].to_string().contains(&one));
    assert_eq!(admin.keys().len(), 3);
    let verifier = admin.as_verifier();
    assert_eq!(verifier.strong_code(&one), "valid");
    assert_eq!(verifier.strong_code(&two), "valid");
}

#[test]
fn a_call_that_is_none_is_refused_as_a_whole() {
    let world = World::start();
    let admin = world.admin();
    let item = json!({ "name": "a" });
    for (body, code, pointer) in [
        (json!({}), "field_missing", "/keys"),
        (json!({ "keys": [] }), "field_missing", "/keys"),
        (
            json!({ "keys": vec![&item; 1_001] }),
            "too_many_keys",
            "/keys",
        ),
        (json!({ "keys": [], "dry": true }), "field_missing", "/keys"),
        (json!({ "keys": "all" }), "wrong_type", "/keys"),
    ] {
        admin.post(IMPORT, &body).field_problem(code, pointer);
    }
    let _ = admin
        .post(IMPORT, &json!({ "keys": [item] }))
        .problem(400, "idempotency_key_required");
    let too_large =
        json!({ "keys": [{ "name": "a", "description": "x".repeat(5 * 1_024 * 1_024) }] });
    let _ = admin
        .post(IMPORT, &too_large)
        .problem(413, "body_too_large");
    let values = format!("{{\"keys\":[{}0]}}", "0,".repeat(1_000_000));
    let request = admin.request("POST", IMPORT);
    let request = request
        .header("content-type", "application/json")
        .body(values);
    let _ = world.send(&request).problem(400, "invalid_json");
    assert!(admin.keys().is_empty());
}

#[test]
fn a_repeated_import_makes_nothing_twice() {
    let world = world();
    let admin = world.admin();
    let old = json!({ "name": "Old", "sha256": sha256(&old_token()), "metadata": { "plan": 1.50 },
        "contacts": [{ "name": "Ada", "email": "ada@example.com" }], "allowed_ips": ["203.0.113.0/24"] });
    let blocked = json!({ "name": "Blocked", "sha256": sha256(&old_token()), "active": false });
    let first = import(&admin, &[old.clone(), blocked.clone()]);
    assert_eq!(outcomes(&first), ["created", "created"]);
    let again = import(&admin, &[blocked.clone(), old.clone()]);
    assert_eq!(outcomes(&again), ["exists", "exists"]);
    assert_eq!(again[1]["id"], first[0]["id"]);
    assert_eq!(admin.keys().len(), 2);

    // What is not the same any more is not passed off as it.
    let with = |member: &str, value: Value| {
        let mut other = old.clone();
        other[member] = value;
        other
    };
    for other in [
        with("name", json!("Another")),
        with("environment", json!("test")),
        with("metadata", json!({ "plan": 2 })),
    ] {
        assert_refused(
            &import(&admin, &[other])[0],
            "digest_exists",
            "/keys/0/sha256",
        );
    }
    let id = text(&first[0]["id"]);
    let _ = admin.revoke(&id);
    assert_refused(
        &import(&admin, &[old])[0],
        "digest_exists",
        "/keys/0/sha256",
    );
    let _ = admin.delete(&format!("/v1/keys/{id}"));
    let _ = admin.delete(&format!("/v1/keys/{}", text(&first[1]["id"])));
    assert_refused(
        &import(&admin, &[blocked])[0],
        "digest_exists",
        "/keys/0/sha256",
    );
}

#[test]
fn promise_1_minted_tokens_are_shown_once_and_an_import_is_repeated_without_them() {
    let world = world();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let keys = [
        json!({ "name": "New" }),
        json!({ "name": "Scope", "scopes": ["later"] }),
        json!({ "name": "Old", "sha256": sha256(&old_token()) }),
        json!({ "name": "Soon over", "expires_at": ahead(Duration::from_secs(3)) }),
    ];
    let first = results(import_once(&admin, "chunk-1", &keys));
    assert_eq!(
        outcomes(&first),
        ["created", "refused", "created", "created"]
    );
    let token = text(&first[0]["token"]);
    assert!(token.starts_with("kw_live_"));
    assert_eq!(verifier.strong_code(&token), "valid");

    // What was refused may be good by now; the rest is what it was, also where it
    // would be refused by now.
    admin.scope("later");
    eventually("the expiry", EVENT, || {
        (verifier.strong_code(&text(&first[3]["token"])) == "expired").then_some(())
    });
    let again = results(import_once(&admin, "chunk-1", &keys));
    assert_eq!(outcomes(&again), ["exists", "created", "exists", "exists"]);
    for at in [0, 2, 3] {
        assert_eq!(again[at]["id"], first[at]["id"]);
        assert!(again[at].get("token").is_none());
    }
    assert_eq!(verifier.strong_code(&text(&again[1]["token"])), "valid");
    let third = results(import_once(&admin, "chunk-1", &keys));
    assert_eq!(outcomes(&third), ["exists"; 4]);
    assert_eq!(admin.keys().len(), 4);

    let other = import_once(&admin, "chunk-1", &keys[..1]);
    let _ = other.problem(422, "idempotency_key_reused");
    let create = admin
        .request("POST", "/v1/keys")
        .header("idempotency-key", "chunk-1")
        .json(&json!({ "name": "New" }));
    let _ = world.send(&create).problem(422, "idempotency_key_reused");
}

#[test]
fn a_minted_key_may_be_recoverable_where_there_is_a_vault() {
    let without = World::start();
    let keys = [
        json!({ "name": "a" }),
        json!({ "name": "b", "recoverable": true }),
    ];
    let refused = results(import_once(&without.admin(), "1", &keys));
    assert_eq!(outcomes(&refused), ["created", "refused"]);
    assert_refused(&refused[1], "vault_not_configured", "/keys/1/recoverable");

    let with = World::builder()
        .text("VAULT_KEY_1", &tokens::random(40))
        .start();
    let admin = with.admin();
    let made = results(import_once(&admin, "1", &keys));
    assert_eq!(outcomes(&made), ["created", "created"]);
    let shown = admin.change("reveal", &text(&made[1]["id"])).good(200);
    assert_eq!(shown["token"], made[1]["token"]);
}

#[test]
fn an_imported_key_is_revoked_and_rotated_as_any_other() {
    let world = world();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let (revoked, rotated) = (old_token(), old_token());
    let made = import(
        &admin,
        &[
            json!({ "name": "Revoked", "sha256": sha256(&revoked) }),
            json!({ "name": "Rotated", "sha256": sha256(&rotated) }),
        ],
    );
    let ids: Vec<String> = made.iter().map(|result| text(&result["id"])).collect();
    assert_eq!(admin.revoke(&ids[0]).status, 200);
    assert_eq!(verifier.strong_code(&revoked), "revoked");
    eventually("the tombstone", EVENT, || {
        (verifier.code(&revoked) == "revoked").then_some(())
    });

    let rotate = format!("/v1/keys/{}/rotate", ids[1]);
    let grace = admin
        .post(&rotate, &json!({ "grace_seconds": 3_600 }))
        .good(200);
    let new = text(&grace["token"]);
    assert!(new.starts_with("kw_live_"));
    assert!(text(&grace["key"]["previous_token"]["hint"]).starts_with("sha256:"));
    for token in [&new, &rotated] {
        assert_eq!(verifier.strong_code(token), "valid");
    }
    let again = import(
        &admin,
        &[json!({ "name": "Rotated", "sha256": sha256(&rotated) })],
    );
    assert_refused(&again[0], "digest_exists", "/keys/0/sha256");
    let _ = admin
        .delete(&format!("/v1/keys/{}/tokens/previous", ids[1]))
        .good(200);
    assert_eq!(verifier.strong_code(&rotated), "expired");
    assert_eq!(verifier.strong_code(&new), "valid");
}

/// In one call; the alarm publishes them.
#[test]
fn a_thousand_keys_are_imported_at_once_and_all_are_good_soon() {
    let world = world();
    let admin = world.admin();
    let verifier = admin.verifier("Gateway");
    let tokens: Vec<String> = (0..1_000).map(|_| old_token()).collect();
    let keys: Vec<Value> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| json!({ "name": format!("Key {at}"), "sha256": sha256(token) }))
        .collect();
    let began = Instant::now();
    // A machine that is busy with other things may lose the answer. Then the same
    // call says what became of it.
    let body = json!({ "keys": keys });
    let import_all = || {
        eventually("an answer", EVENT, || {
            let answer = admin.post(IMPORT, &body);
            (answer.status != 503).then(|| results(answer))
        })
    };
    let made = import_all();
    let answered = began.elapsed();
    assert!(made.iter().all(|one| one["result"] != "refused"));
    // One that was made last is read from the object before it is published.
    assert_eq!(verifier.strong_code(&tokens[999]), "valid");
    eventually("all are in the store", Duration::from_secs(120), || {
        (world.store().keys("key:").len() == 1_000).then_some(())
    });
    let published = began.elapsed();
    for token in &tokens {
        assert_eq!(verifier.code(token), "valid");
    }
    println!("answered after {answered:?}, published after {published:?}");
    assert_eq!(outcomes(&import_all()), ["exists"; 1_000]);
    assert_eq!(admin.keys().len(), 1_000);
}

#[test]
fn promise_3_what_was_imported_is_published_after_kill_9() {
    let mut world = world();
    world.kv().go_down();
    let admin = world.admin();
    let tokens: Vec<String> = (0..60).map(|_| old_token()).collect();
    let keys: Vec<Value> = tokens
        .iter()
        .map(|token| json!({ "name": "Key", "sha256": sha256(token) }))
        .collect();
    assert_eq!(outcomes(&import(&admin, &keys)), ["created"; 60]);
    world.kill();
    world.kv().heal();
    world.start_again();
    let verifier = world.admin().as_verifier();
    for token in &tokens {
        assert_eq!(verifier.strong_code(token), "valid");
    }
    eventually("all are in the store", Duration::from_secs(60), || {
        (world.store().keys("key:").len() == 60).then_some(())
    });
}

#[test]
fn promise_9_a_foreign_token_of_no_configured_shape_costs_no_storage_read() {
    let world = World::builder()
        .gated()
        .text("IMPORTED_TOKENS", SHAPES)
        .start();
    // The root token needs no read either.
    let verifier = world.admin().as_verifier();
    let good = world.admin().create_named("k").token;
    assert_eq!(verifier.code(&good), "valid");
    let (mark, calls) = (world.kv().mark(), world.gate().calls());
    for token in [
        format!("old_live_{}", tokens::random(23)),
        format!("old_live_{}", tokens::random(33)),
        format!("old_test_{}", tokens::random(28)),
        format!("legacy-{}", "g".repeat(40)),
        format!("old_live_{}-", tokens::random(27)),
        tokens::token("kwm_default"),
        tokens::token("kwv_default"),
    ] {
        assert_eq!(verifier.code(&token), "malformed", "{token}");
    }
    assert_eq!(world.kv().since(mark).len(), 0);
    assert_eq!(world.gate().calls(), calls);
    // One that nobody imported is looked for, and not there.
    assert_eq!(verifier.code(&old_token()), "not_found");
}

#[test]
fn without_the_setting_a_foreign_token_is_malformed_whatever_was_imported() {
    let mut world = World::start();
    let admin = world.admin();
    let token = old_token();
    let made = import(
        &admin,
        &[json!({ "name": "Old", "sha256": sha256(&token) })],
    );
    assert_eq!(outcomes(&made), ["created"]);
    assert_eq!(admin.as_verifier().code(&token), "malformed");
    world.deploy("IMPORTED_TOKENS", SHAPES);
    assert_eq!(admin.as_verifier().strong_code(&token), "valid");
}

/// Nobody gets in by it, tokens of our own go on, and the operator is told.
#[test]
fn a_wrong_setting_lets_nothing_through_and_is_named_by_readyz() {
    for wrong in ["old_live_:letters:28", "kwv_:base62:20-60", "old_live_"] {
        let mut world = World::builder().text("IMPORTED_TOKENS", wrong).start();
        world.expect_in_log("IMPORTED_TOKENS");
        let admin = world.admin();
        let token = old_token();
        let _ = import(
            &admin,
            &[json!({ "name": "Old", "sha256": sha256(&token) })],
        );
        assert_eq!(admin.as_verifier().code(&token), "malformed");
        let ours = admin.create_named("Ours").token;
        assert_eq!(admin.as_verifier().code(&ours), "valid");
        let body = world.send(&Request::get("/readyz")).expect(503).json();
        assert_eq!(body["checks"]["IMPORTED_TOKENS"], "invalid", "{body}");
    }
}
