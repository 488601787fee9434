//! `DELETE /v1/keys/{id}`: off all lists, and dead before that.

use std::{thread, time::Duration};

use keyway_tests::{Globe, Request, World, globe::BOUND, kv::Hold, propagation::Propagation};
use serde_json::{Value, json};

fn path(id: &str) -> String {
    format!("/v1/keys/{id}")
}

#[test]
fn a_deleted_key_is_on_no_list_and_dead() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let (kept, gone) = (admin.create_named("Kept"), admin.create_named("Gone"));
    let answer = admin.delete(&path(&gone.id)).good(200);
    assert_eq!(answer["key"]["status"], "revoked");
    assert_eq!(answer["key"]["name"], "Gone");
    assert!(
        Propagation::read(&answer["propagation"])
            .pending()
            .is_empty()
    );
    assert_eq!(verifier.strong_code(&gone.token), "revoked");
    assert_eq!(verifier.strong_code(&kept.token), "valid");

    for query in ["", "?status=all", "?status=revoked"] {
        let list = admin.get(&format!("/v1/keys{query}")).text();
        assert!(!list.contains(&gone.id), "{query}");
    }
    for call in [
        admin.get(&path(&gone.id)),
        admin.get(&format!("{}/usage", path(&gone.id))),
        admin.change("block", &gone.id),
        admin.change("unblock", &gone.id),
        admin.change("revoke", &gone.id),
        admin.change("rotate", &gone.id),
    ] {
        let _ = call.problem(404, "key_not_found");
    }
    assert_eq!(admin.keys().len(), 1);
}

#[test]
fn promise_5_a_revoked_key_can_be_deleted_and_stays_revoked() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let made = admin.create(&json!({ "name": "Twice", "description": "Said of it" }));
    let reason = json!({ "reason": "leaked" });
    let revoke = format!("{}/revoke", path(&made.id));
    let revoked = admin.post(&revoke, &reason).good(200)["key"]["revoked"].clone();
    let first = admin.delete(&path(&made.id)).good(200);
    assert_eq!(first["key"]["revoked"], revoked, "who, when and why stay");
    assert_eq!(first["key"]["description"], Value::Null);
    // Asked for again it says how far it has got, and changes nothing.
    let second = admin.delete(&path(&made.id)).good(200);
    assert_eq!(second["key"], first["key"]);
    assert_eq!(verifier.strong_code(&made.token), "revoked");
    let nobody = admin.delete("/v1/keys/key_0000000000000000000000");
    let _ = nobody.problem(404, "key_not_found");
}

/// While KV says for ever what it said before.
#[test]
fn promise_4_a_deletion_holds_everywhere_within_the_bound() {
    let globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    let made = admin.create_named("Deleted");
    let mark = globe.authority_kv().mark();
    globe
        .authority_kv()
        .wait_for_put(mark.saturating_sub(1), "key:");
    let codes = || -> Vec<String> {
        let request = Request::post("/v1/verify")
            .bearer(globe.root())
            .json(&json!({ "token": made.token }));
        let codes = globe.isolates().map(|isolate| {
            let verdict: Value = isolate.door.send(&request).good(200);
            verdict["code"].as_str().unwrap().to_owned()
        });
        codes.collect()
    };
    assert!(codes().iter().all(|code| code == "valid"));
    let deleted = admin.delete(&path(&made.id)).good(200);
    assert!(
        Propagation::read(&deleted["propagation"])
            .pending()
            .is_empty()
    );
    // The bound is what is promised; nothing that could be awaited comes sooner.
    thread::sleep(BOUND + Duration::from_millis(20));
    assert!(
        codes().iter().all(|code| code == "revoked"),
        "{:?}",
        codes()
    );
}

#[test]
fn an_entry_can_be_deleted_once_its_last_key_is() {
    let world = World::start();
    let admin = world.admin();
    let _ = admin.post("/v1/scopes", &json!({ "id": "used", "name": "Used" }));
    let made = admin.create(&json!({ "name": "User", "scopes": ["used"] }));
    let _ = admin.delete("/v1/scopes/used").problem(409, "scope_in_use");
    let _ = admin.delete(&path(&made.id)).good(200);
    assert_eq!(admin.delete("/v1/scopes/used").status, 204);
}

#[test]
fn a_creation_that_is_repeated_after_the_deletion_makes_no_second_key() {
    let world = World::start();
    let admin = world.admin();
    let ask = || {
        let request = admin.request("POST", "/v1/keys");
        let request = request.json(&json!({ "name": "Once" }));
        world.send(&request.header("idempotency-key", "creation-1"))
    };
    let made = ask().good(201);
    let id = made["key"]["id"].as_str().unwrap();
    let _ = admin.delete(&path(id)).good(200);
    let again = ask().good(200);
    assert_eq!(again["key"]["id"], made["key"]["id"]);
    assert_eq!(again["key"]["status"], "revoked");
    assert_eq!(again.get("token"), None);
    assert!(admin.keys().is_empty());
}
