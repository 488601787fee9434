//! `POST /v1/keys/{id}/rotate`: another token for the same key.

use std::{thread, time::Duration};

use keyway_tests::{
    Globe, Request, World,
    gate::Passage,
    globe::BOUND,
    kv::Hold,
    moment::{ahead, parsed},
    propagation::Propagation,
    shape::assert_members,
};
use serde_json::{Value, json};

fn rotate(id: &str) -> String {
    format!("/v1/keys/{id}/rotate")
}

fn previous(id: &str) -> String {
    format!("/v1/keys/{id}/tokens/previous")
}

#[test]
fn promise_1_a_rotation_gives_a_token_once_and_ends_the_old_one() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let made = admin.create_named("Rotated");
    let answer = admin.post(&rotate(&made.id), &json!({}));
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let body = answer.good(200);
    assert_members(&body, &["key", "token", "propagation"]);
    let token = body["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("kw_live_") && token != made.token);
    assert_eq!(body["key"]["id"], made.item["id"]);
    assert_ne!(body["key"]["hint"], made.item["hint"]);
    assert_eq!(body["key"]["previous_token"], Value::Null);
    assert!(Propagation::read(&body["propagation"]).pending().is_empty());
    assert_eq!(verifier.strong_code(&token), "valid");
    assert_eq!(verifier.strong_code(&made.token), "expired");
    assert!(
        !admin
            .get(&format!("/v1/keys/{}", made.id))
            .text()
            .contains(&token)
    );

    // Nothing is left to end.
    let again = admin.delete(&previous(&made.id)).good(200);
    assert_eq!(again["key"]["version"], 2);
}

#[test]
fn both_tokens_are_good_during_the_grace_and_never_three() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let made = admin.create_named("Graceful");
    let grace = json!({ "grace_seconds": 3_600 });
    let first = admin.post(&rotate(&made.id), &grace).good(200);
    let second_token = first["token"].as_str().unwrap().to_owned();
    let shown = &first["key"]["previous_token"];
    assert_members(shown, &["hint", "ends_at"]);
    assert_eq!(shown["hint"], made.item["hint"]);
    let _ = parsed(&shown["ends_at"]);
    assert_eq!(admin.keys()[0]["previous_token"], *shown);
    for token in [&made.token, &second_token] {
        assert_eq!(verifier.strong_code(token), "valid");
    }

    let third = admin.post(&rotate(&made.id), &grace).good(200);
    let third_token = third["token"].as_str().unwrap().to_owned();
    assert_eq!(third["key"]["previous_token"]["hint"], first["key"]["hint"]);
    assert_eq!(verifier.strong_code(&made.token), "expired");
    assert_eq!(verifier.strong_code(&second_token), "valid");
    assert_eq!(verifier.strong_code(&third_token), "valid");

    let ended = admin.delete(&previous(&made.id)).good(200);
    assert_eq!(ended["key"]["previous_token"], Value::Null);
    assert_eq!(verifier.strong_code(&second_token), "expired");
    assert_eq!(verifier.strong_code(&third_token), "valid");
}

#[test]
fn who_says_what_they_looked_at_ends_no_other_token() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let made = admin.create_named("Raced");
    let grace = json!({ "grace_seconds": 3_600 });
    let first = admin.post(&rotate(&made.id), &grace).good(200);
    let _ = admin.post(&rotate(&made.id), &grace).good(200);
    let end = |tag: &str| {
        let request = admin.request("DELETE", &previous(&made.id));
        world.send(&request.header("if-match", tag))
    };
    let _ = end("\"2\"").problem(412, "precondition_failed");
    let second = first["token"].as_str().unwrap();
    assert_eq!(verifier.strong_code(second), "valid");
    let _ = end("\"3\"").good(200);
    assert_eq!(verifier.strong_code(second), "expired");
    // Nothing is left to end, so nothing else can be.
    let _ = end("\"3\"").good(200);
}

#[test]
fn revoking_and_blocking_end_the_grace_token_too() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    for (action, code) in [("block", "blocked"), ("revoke", "revoked")] {
        let made = admin.create_named("Ended");
        let grace = json!({ "grace_seconds": 86_400 });
        let rotated = admin.post(&rotate(&made.id), &grace).good(200);
        let token = rotated["token"].as_str().unwrap().to_owned();
        let _ = admin.change(action, &made.id).good(200);
        for token in [&made.token, &token] {
            assert_eq!(verifier.strong_code(token), code);
        }
        assert_eq!(admin.key(&made.id)["previous_token"], Value::Null);
        if action == "block" {
            let _ = admin.change("unblock", &made.id).good(200);
            assert_eq!(verifier.strong_code(&made.token), "expired");
            assert_eq!(verifier.strong_code(&token), "valid");
        } else {
            let late = admin.post(&rotate(&made.id), &json!({}));
            let _ = late.problem(409, "key_revoked");
        }
    }
}

#[test]
fn a_repeated_rotation_rotates_once() {
    let world = World::start();
    let admin = world.admin();
    let (made, other) = (admin.create_named("Once"), admin.create_named("Other"));
    let ask = |id: &str| {
        let request = admin.request("POST", &rotate(id)).json(&json!({}));
        world.send(&request.header("idempotency-key", "rotation-1"))
    };
    let first = ask(&made.id).good(200);
    assert!(first["token"].is_string());
    let again = ask(&made.id).good(200);
    assert_eq!(again.get("token"), None);
    assert_eq!(again["key"], first["key"]);
    let _ = ask(&other.id).problem(422, "idempotency_key_reused");
    assert_eq!(admin.key(&other.id)["version"], 1);
}

#[test]
fn a_rotation_that_cannot_be_is_refused() {
    let world = World::start();
    let admin = world.admin();
    let end = ahead(Duration::from_secs(7_200));
    let made = admin.create(&json!({ "name": "Short", "expires_at": end }));
    for (body, code) in [
        (json!({ "grace_seconds": 60 }), "invalid_grace"),
        (json!({ "grace_seconds": 2_592_001 }), "invalid_grace"),
        (json!({ "grace_seconds": "3600" }), "wrong_type"),
        (json!({ "grace_seconds": 3600.5 }), "wrong_type"),
        (json!({ "grace_seconds": 86_400 }), "grace_beyond_expiry"),
    ] {
        admin
            .post(&rotate(&made.id), &body)
            .field_problem(code, "/grace_seconds");
    }
    let _ = admin
        .post(
            &rotate(&made.id),
            &json!({ "grace_seconds": 60, "reason": "x" }),
        )
        .problem(422, "invalid_grace");
    admin
        .post(&rotate(&made.id), &json!({ "grace": 1 }))
        .field_problem("unknown_field", "/grace");
    assert_eq!(admin.key(&made.id), made.item);
    assert_eq!(admin.as_verifier().strong_code(&made.token), "valid");
}

/// While KV says for ever what it said before.
#[test]
fn promise_4_an_old_token_is_refused_everywhere_within_the_bound() {
    let globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    let mark = globe.authority_kv().mark();
    let made = admin.create_named("Leaked");
    globe.authority_kv().wait_for_put(mark, "key:");
    let codes = |token: &str| -> Vec<String> {
        let request = Request::post("/v1/verify")
            .bearer(globe.root())
            .json(&json!({ "token": token }));
        let codes = globe.isolates().map(|isolate| {
            let verdict = isolate.door.send(&request).good(200);
            verdict["code"].as_str().unwrap().to_owned()
        });
        codes.collect()
    };
    assert!(codes(&made.token).iter().all(|code| code == "valid"));
    let rotated = admin.post(&rotate(&made.id), &json!({})).good(200);
    // The bound is what is promised; nothing that could be awaited comes sooner.
    thread::sleep(BOUND + Duration::from_millis(20));
    let old = codes(&made.token);
    assert!(old.iter().all(|code| code == "expired"), "{old:?}");
    let new = codes(rotated["token"].as_str().unwrap());
    assert!(new.iter().all(|code| code == "valid"), "{new:?}");
}

/// Rule 6: a repeated call waits for the token that ended, too.
#[test]
fn promise_4_while_a_region_does_not_know_of_the_end_no_repetition_says_200() {
    let globe = Globe::start();
    let admin = globe.admin();
    let grace = json!({ "grace_seconds": 3_600 });
    let (ended, revoked) = (admin.create_named("Ended"), admin.create_named("Revoked"));
    let _ = admin.post(&rotate(&revoked.id), &grace).good(200);
    admin.scope("a");
    let narrowed = admin.create(&json!({ "name": "Narrowed", "scopes": ["a"] }));
    let twice = admin.create_named("Twice in its grace");
    let _ = admin.post(&rotate(&twice.id), &grace).good(200);
    globe.set_publish("weur", Passage::Refused);
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = admin.post(&rotate(&ended.id), &json!({})).good(202);
            let again = admin.delete(&previous(&ended.id)).good(202);
            assert_eq!(Propagation::read(&again["propagation"]).pending(), ["weur"]);
        });
        scope.spawn(|| {
            for _ in 0..2 {
                let answer = admin.revoke(&revoked.id).good(202);
                assert_eq!(
                    Propagation::read(&answer["propagation"]).pending(),
                    ["weur"]
                );
            }
        });
        scope.spawn(|| {
            let path = format!("/v1/keys/{}", narrowed.id);
            let none = json!({ "scopes": [] });
            let _ = admin.patch(&path, "\"1\"", &none).good(202);
            let _ = admin.patch(&path, "\"2\"", &none).good(202);
        });
        // The running grace is cut short by it.
        scope.spawn(|| admin.post(&rotate(&twice.id), &grace).good(202));
    });
    globe.set_publish("weur", Passage::Open);
    keyway_tests::deadline::eventually("both are over", keyway_tests::deadline::EVENT, || {
        let ended = admin.delete(&previous(&ended.id)).status;
        (ended == 200 && admin.revoke(&revoked.id).status == 200).then_some(())
    });
}
