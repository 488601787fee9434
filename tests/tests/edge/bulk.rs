//! `POST /v1/keys/bulk`: one decision of several keys.

use std::{thread, time::Duration};

use keyway_tests::{
    Globe, Request, World, gate::Passage, globe::BOUND, kv::Hold, propagation::Propagation,
    shape::assert_members,
};
use serde_json::{Value, json};

const BULK: &str = "/v1/keys/bulk";

#[test]
fn each_key_is_decided_of_on_its_own() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let (one, two, gone) = (
        admin.create_named("One"),
        admin.create_named("Two"),
        admin.create_named("Gone"),
    );
    let _ = admin.revoke(&gone.id);
    let nobody = "key_0000000000000000000000";
    let ids = json!([one.id, nobody, gone.id, two.id]);
    let answer = admin.post(
        BULK,
        &json!({ "action": "block", "ids": ids, "reason": "left" }),
    );
    let answer = answer.good(200);
    assert_members(&answer, &["results", "propagation"]);
    let results = answer["results"].as_array().unwrap();
    let of: Vec<&Value> = results.iter().map(|result| &result["id"]).collect();
    assert_eq!(json!(of), ids, "in the order of the request");
    for (at, code) in [(1, "key_not_found"), (2, "key_revoked")] {
        assert_members(&results[at], &["id", "key", "problem"]);
        assert_eq!(results[at]["problem"]["code"], code);
        assert_eq!(results[at]["key"], Value::Null);
    }
    for at in [0, 3] {
        assert_eq!(results[at]["key"]["status"], "blocked");
        assert_eq!(results[at]["key"]["blocked"]["reason"], "left");
        assert_eq!(results[at]["problem"], Value::Null);
    }
    for made in [&one, &two] {
        assert_eq!(verifier.strong_code(&made.token), "blocked");
    }
    let both = json!([one.id, two.id]);
    for (action, code) in [
        ("unblock", "valid"),
        ("revoke", "revoked"),
        ("delete", "revoked"),
    ] {
        let body = json!({ "action": action, "ids": both });
        let _ = admin.post(BULK, &body).good(200);
        assert_eq!(verifier.strong_code(&one.token), code, "{action}");
    }
    let left = admin.get("/v1/keys?status=all").good(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_bad_request_changes_no_key() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Kept");
    for (body, code, pointer) in [
        (
            json!({ "action": "block", "ids": [made.id, "x"] }),
            "invalid_id",
            "/ids/1",
        ),
        (
            json!({ "action": "expire", "ids": [made.id] }),
            "invalid_action",
            "/action",
        ),
        (
            json!({ "action": "block", "ids": vec![&made.id; 101] }),
            "too_many_keys",
            "/ids",
        ),
    ] {
        admin.post(BULK, &body).field_problem(code, pointer);
    }
    assert_eq!(admin.key(&made.id), made.item);
}

/// While KV says for ever what it said before; and while a region does not know,
/// the answer says so, again and again.
#[test]
fn promise_4_a_hundred_keys_are_dead_everywhere_within_the_bound() {
    let globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    let made: Vec<_> = (0..100)
        .map(|number| admin.create_named(&format!("{number}")))
        .collect();
    let ids: Vec<&String> = made.iter().map(|one| &one.id).collect();
    let body = json!({ "action": "revoke", "ids": ids });
    globe.set_publish("weur", Passage::Refused);
    for _ in 0..2 {
        let answer = admin.post(BULK, &body).good(202);
        let propagation = Propagation::read(&answer["propagation"]);
        assert_eq!(propagation.pending(), ["weur"]);
    }
    globe.set_publish("weur", Passage::Open);
    keyway_tests::deadline::eventually("all are known", keyway_tests::deadline::EVENT, || {
        (admin.post(BULK, &body).status == 200).then_some(())
    });
    // The bound is what is promised; nothing that could be awaited comes sooner.
    thread::sleep(BOUND + Duration::from_millis(20));
    for one in made.iter().step_by(9) {
        let request = Request::post("/v1/verify")
            .bearer(globe.root())
            .json(&json!({ "token": one.token }));
        for isolate in globe.isolates() {
            let verdict = isolate.door.send(&request).good(200);
            assert_eq!(verdict["code"], "revoked");
        }
    }
}
