//! `/v1/verifiers`: the credentials of the services that ask.

use std::{thread, time::Duration};

use keyway_tests::{
    Created, Globe, Verifier, World,
    deadline::{self, eventually},
    gate::Passage,
    globe::BOUND,
    kv::Hold,
    moment::parsed,
    propagation::Propagation,
    search::contains,
    shape::assert_members,
    tokens,
};
use serde_json::{Value, json};

const VERIFIER: [&str; 9] = [
    "id",
    "version",
    "name",
    "hint",
    "previous_token",
    "created_at",
    "created_by",
    "last_used_at",
    "removed_at",
];

fn rotate(id: &str) -> String {
    format!("/v1/verifiers/{id}/rotate")
}

fn previous(id: &str) -> String {
    format!("/v1/verifiers/{id}/tokens/previous")
}

/// Whether this token of a verifier may ask, as the object knows it: its isolate
/// asks its feed after each change that went through it.
fn may_ask(verifier: &Verifier, token: &str) -> bool {
    let asked = Verifier {
        token: token.to_owned(),
        ..verifier.clone()
    };
    let answer = asked.ask(&json!({ "token": "x" }));
    match answer.status {
        200 => true,
        _ => {
            let _ = answer.problem(401, "credential_invalid");
            false
        }
    }
}

fn token_of(rotated: &Value) -> String {
    rotated["token"].as_str().unwrap().to_owned()
}

#[test]
fn a_verifier_is_made_and_listed_without_its_token() {
    let world = World::start();
    let admin = world.admin();
    let made = Created::from(
        admin.post("/v1/verifiers", &json!({ "name": "The gateway" })),
        "verifier",
    );
    assert_eq!(made.propagation.pending(), [""; 0]);
    assert_members(&made.item, &VERIFIER);
    assert!(
        made.id
            .strip_prefix("ver_")
            .is_some_and(|id| id.len() == 22),
        "{}",
        made.id
    );
    assert_eq!(made.item["name"], "The gateway");
    assert_eq!(made.item["removed_at"], Value::Null);
    let _ = parsed(&made.item["created_at"]);
    let body = made
        .token
        .strip_prefix("kwv_default_")
        .expect("a verifier token of the workspace");
    assert_eq!(made.token, tokens::token_of("kwv_default", &body[..30]));

    let list = admin.get("/v1/verifiers");
    assert!(
        !contains(&list.body, tokens::random_part(&made.token).as_bytes()),
        "promise 1"
    );
    let list = list.good(200);
    assert_members(&list, &["items", "next_cursor"]);
    assert_eq!(list["items"], json!([made.item]));
}

#[test]
fn a_removed_verifier_is_refused() {
    let world = World::start();
    let admin = world.admin();
    let (gone, stays) = (admin.verifier("Gone"), admin.verifier("Stays"));
    let key = admin.create_named("k");
    assert_eq!(gone.code(&key.token), "valid");

    let mark = world.kv().mark();
    let answer = admin.delete(&format!("/v1/verifiers/{}", gone.id));
    let status = answer.status;
    assert!([200, 202].contains(&status), "{}", answer.text());
    let body = answer.good(status);
    assert_members(&body, &["verifier", "propagation"]);
    assert_members(&body["verifier"], &VERIFIER);
    let _ = parsed(&body["verifier"]["removed_at"]);
    if status == 202 {
        world.kv().wait_for_put(mark, "verifier:");
    }
    let refused = gone.ask(&json!({ "token": key.token }));
    assert!(refused.header("www-authenticate").is_some());
    let _ = refused.problem(401, "credential_invalid");
    assert_eq!(stays.code(&key.token), "valid");

    // Removed again, crashed, its record taken out of KV: it stays removed.
    let again = admin
        .delete(&format!("/v1/verifiers/{}", gone.id))
        .good(200);
    assert_eq!(again["verifier"], body["verifier"]);
    for name in world.store().keys("verifier:") {
        let _ = world.store().remove(&name);
    }
    let _ = gone
        .ask(&json!({ "token": key.token }))
        .problem(401, "credential_invalid");
    assert_eq!(
        stays.code(&key.token),
        "valid",
        "the object knows the other one"
    );
}

#[test]
fn a_verifier_of_nobody_cannot_be_removed() {
    let world = World::start();
    let admin = world.admin();
    let _ = admin
        .delete(&format!("/v1/verifiers/ver_{}", "0".repeat(22)))
        .problem(404, "verifier_not_found");
    let _ = admin
        .delete("/v1/verifiers/key_0000000000000000000000")
        .problem(400, "malformed_id");
    let _ = admin.delete("/v1/verifiers/x").problem(400, "malformed_id");
}

#[test]
fn a_verifier_can_be_asked_for_once_with_an_idempotency_key_or_often_without() {
    let world = World::start();
    let admin = world.admin();
    let (one, two) = (admin.verifier("Same"), admin.verifier("Same"));
    assert_ne!((one.id, one.token), (two.id, two.token));
    assert_eq!(
        admin.get("/v1/verifiers").good(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn promise_1_a_rotation_gives_a_verifier_a_token_once_and_ends_the_old_one() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("Rotated");
    let before = admin.get("/v1/verifiers").good(200)["items"][0].clone();
    let answer = admin.post(&rotate(&verifier.id), &json!({ "reason": "leaked" }));
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let body = answer.good(200);
    assert_members(&body, &["verifier", "token", "propagation"]);
    assert_members(&body["verifier"], &VERIFIER);
    let token = token_of(&body);
    assert!(token.starts_with("kwv_default_") && token != verifier.token);
    assert_eq!(body["verifier"]["id"], before["id"]);
    assert_ne!(body["verifier"]["hint"], before["hint"]);
    assert_eq!(body["verifier"]["previous_token"], Value::Null);
    assert_eq!(Propagation::read(&body["propagation"]).pending(), [""; 0]);
    assert!(may_ask(&verifier, &token) && !may_ask(&verifier, &verifier.token));
    let list = admin.get("/v1/verifiers");
    assert!(!contains(
        &list.body,
        tokens::random_part(&token).as_bytes()
    ));
    assert_eq!(list.good(200)["items"], json!([body["verifier"]]));

    // Nothing is left to end.
    let again = admin.delete(&previous(&verifier.id)).good(200);
    assert_eq!(again["verifier"], body["verifier"]);
    assert_eq!(again.get("token"), None);
}

#[test]
fn both_tokens_of_a_verifier_are_good_during_the_grace_and_never_three() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("Graceful");
    let grace = json!({ "grace_seconds": 3_600 });
    let first = admin.post(&rotate(&verifier.id), &grace).good(200);
    let second = token_of(&first);
    let shown = &first["verifier"]["previous_token"];
    assert_members(shown, &["hint", "ends_at"]);
    let _ = parsed(&shown["ends_at"]);
    assert!(may_ask(&verifier, &verifier.token) && may_ask(&verifier, &second));

    let rotated = admin.post(&rotate(&verifier.id), &grace).good(200);
    let third = token_of(&rotated);
    assert_eq!(
        rotated["verifier"]["previous_token"]["hint"],
        first["verifier"]["hint"]
    );
    assert!(!may_ask(&verifier, &verifier.token), "the oldest has ended");
    assert!(may_ask(&verifier, &second) && may_ask(&verifier, &third));

    let end = |tag: &str| {
        let request = admin.request("DELETE", &previous(&verifier.id));
        world.send(&request.header("if-match", tag))
    };
    let _ = end("\"2\"").problem(412, "precondition_failed");
    assert!(may_ask(&verifier, &second));
    let ended = end("\"3\"").good(200);
    assert_eq!(ended["verifier"]["version"], 4);
    assert_eq!(ended["verifier"]["previous_token"], Value::Null);
    assert!(!may_ask(&verifier, &second) && may_ask(&verifier, &third));

    // A removal ends what is in its grace, too, and there is no way back.
    let last = token_of(&admin.post(&rotate(&verifier.id), &grace).good(200));
    assert!(may_ask(&verifier, &third) && may_ask(&verifier, &last));
    let removed = admin.delete(&format!("/v1/verifiers/{}", verifier.id));
    assert_eq!(removed.good(200)["verifier"]["previous_token"], Value::Null);
    assert!(!may_ask(&verifier, &third) && !may_ask(&verifier, &last));
    let _ = admin
        .post(&rotate(&verifier.id), &json!({}))
        .problem(404, "verifier_not_found");
    let _ = admin
        .delete(&previous(&verifier.id))
        .problem(404, "verifier_not_found");
}

#[test]
fn a_repeated_rotation_of_a_verifier_rotates_once_and_never_again_by_its_version() {
    let world = World::start();
    let admin = world.admin();
    let (verifier, other) = (admin.verifier("Once"), admin.verifier("Other"));
    let ask = |id: &str, key: &str| {
        let request = admin.request("POST", &rotate(id)).json(&json!({}));
        let request = request.header("if-match", "\"1\"");
        world.send(&request.header("idempotency-key", key))
    };
    let first = ask(&verifier.id, "one").good(200);
    let again = ask(&verifier.id, "one").good(200);
    assert_eq!(again.get("token"), None);
    assert_eq!(again["verifier"], first["verifier"]);
    let _ = ask(&other.id, "one").problem(422, "idempotency_key_reused");
    // As if the first time were forgotten.
    let _ = ask(&verifier.id, "two").problem(412, "precondition_failed");
    assert!(may_ask(&verifier, &token_of(&first)));
}

#[test]
fn a_rotation_of_a_verifier_that_cannot_be_is_refused() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("Stays");
    for (body, code) in [
        (json!({ "grace_seconds": 60 }), "invalid_grace"),
        (json!({ "grace_seconds": 2_592_001 }), "invalid_grace"),
        (json!({ "grace_seconds": "3600" }), "wrong_type"),
    ] {
        admin
            .post(&rotate(&verifier.id), &body)
            .field_problem(code, "/grace_seconds");
    }
    let nobody = format!("ver_{}", "0".repeat(22));
    let _ = admin
        .post(&rotate(&nobody), &json!({}))
        .problem(404, "verifier_not_found");
    assert_eq!(
        admin.get("/v1/verifiers").good(200)["items"][0]["version"],
        1
    );
    assert!(may_ask(&verifier, &verifier.token));
}

/// While KV says for ever what it said before.
#[test]
fn promise_4_a_replaced_verifier_token_is_refused_everywhere_within_the_bound() {
    let globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    let mark = globe.authority_kv().mark();
    let (at_once, in_grace) = (admin.verifier("Leaked"), admin.verifier("Ended early"));
    globe.authority_kv().wait_for_put(mark, "verifier:");
    let may = |verifier: &Verifier, token: &str| -> Vec<bool> {
        let isolates = globe.isolates().map(|isolate| {
            let there = Verifier {
                door: isolate.door.clone(),
                ..verifier.clone()
            };
            may_ask(&there, token)
        });
        isolates.collect()
    };
    let grace = json!({ "grace_seconds": 3_600 });
    for verifier in [&at_once, &in_grace] {
        eventually("all know of it", deadline::EVENT, || {
            let all = may(verifier, &verifier.token);
            all.iter().all(|may| *may).then_some(())
        });
    }
    let graceful = admin.post(&rotate(&in_grace.id), &grace).good(200);
    let rotated = admin.post(&rotate(&at_once.id), &json!({})).good(200);
    // The bound is what is promised; nothing that could be awaited comes sooner.
    thread::sleep(BOUND + Duration::from_millis(20));
    assert!(may(&at_once, &at_once.token).iter().all(|may| !may));
    assert!(may(&at_once, &token_of(&rotated)).iter().all(|may| *may));
    assert!(may(&in_grace, &in_grace.token).iter().all(|may| *may));
    assert!(may(&in_grace, &token_of(&graceful)).iter().all(|may| *may));

    let _ = admin.delete(&previous(&in_grace.id)).good(200);
    thread::sleep(BOUND + Duration::from_millis(20));
    assert!(may(&in_grace, &in_grace.token).iter().all(|may| !may));
    assert!(may(&in_grace, &token_of(&graceful)).iter().all(|may| *may));
}

/// Rule 6: a repeated call waits for the token that ended, too.
#[test]
fn promise_4_while_a_region_does_not_know_of_the_end_no_repeated_rotation_says_200() {
    let globe = Globe::start();
    let admin = globe.admin();
    let verifier = admin.verifier("Ended");
    globe.set_publish("weur", Passage::Refused);
    let ask = || {
        let request = admin
            .request("POST", &rotate(&verifier.id))
            .json(&json!({}));
        admin.door.send(&request.header("idempotency-key", "one"))
    };
    for _ in 0..2 {
        let answer = ask().good(202);
        assert_eq!(
            Propagation::read(&answer["propagation"]).pending(),
            ["weur"]
        );
    }
    assert_eq!(admin.delete(&previous(&verifier.id)).status, 202);
    globe.set_publish("weur", Passage::Open);
    eventually("it is over", deadline::EVENT, || {
        (ask().status == 200).then_some(())
    });
}

#[test]
fn when_a_verifier_was_used_last_is_shown_within_moments() {
    // Counts are passed on within so many bounds.
    let world = World::builder().text("BOUND_SECONDS", "1").start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let (used, idle) = (admin.verifier("Used"), admin.verifier("Idle"));
    let last = |id: &str| {
        let list = admin.get("/v1/verifiers").good(200);
        let mut items = list["items"].as_array().unwrap().iter();
        items.find(|item| item["id"] == id).unwrap()["last_used_at"].clone()
    };
    assert_eq!(last(&used.id), Value::Null);
    assert_eq!(used.code(&made.token), "valid");
    let first = eventually("its use", deadline::EVENT, || {
        Some(last(&used.id)).filter(|at| !at.is_null())
    });
    let version = |id: &str| {
        let list = admin.get("/v1/verifiers").good(200);
        let mut items = list["items"].as_array().unwrap().iter();
        items.find(|item| item["id"] == id).unwrap()["version"].clone()
    };
    assert_eq!(version(&used.id), 1, "no change of it");
    // Also by its next token, and about a key that nobody has.
    let rotated = admin.post(&rotate(&used.id), &json!({})).good(200);
    let next = Verifier {
        token: token_of(&rotated),
        ..used.clone()
    };
    assert_eq!(next.code(&tokens::token("kw_live")), "not_found");
    eventually("its next use", deadline::EVENT, || {
        (parsed(&last(&used.id)) > parsed(&first)).then_some(())
    });
    // What is no token at all costs nothing, and counts as none.
    assert_eq!(idle.code("x"), "malformed");
    assert_eq!(last(&idle.id), Value::Null);
}
