//! `PATCH /v1/keys/{id}`: what an edit changes, for whom and from when.

use std::{thread, time::Duration};

use keyway_tests::{
    Globe, Request, World, globe::BOUND, kv::Hold, moment::ahead, propagation::Propagation,
};
use serde_json::{Value, json};

fn path(id: &str) -> String {
    format!("/v1/keys/{id}")
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let world = World::start();
    let admin = world.admin();
    for id in ["a", "b"] {
        admin.scope(id);
        admin.account(id);
    }
    let end = ahead(Duration::from_secs(3_600));
    let made = admin.create(&json!({ "name": "First", "description": "Nightly",
        "scopes": ["a"], "accounts": ["a"], "expires_at": end }));
    assert_eq!(made.item["description"], "Nightly");
    let key = path(&made.id);
    assert_eq!(admin.get(&key).header("etag"), Some("\"1\""));

    let edited = admin.patch(
        &key,
        "\"1\"",
        &json!({ "name": "مفتاح", "scopes": ["a", "b"] }),
    );
    assert_eq!(edited.header("etag"), Some("\"2\""));
    let edited = edited.good(200);
    let mut expected = made.item.clone();
    expected["name"] = json!("مفتاح");
    expected["scopes"] = json!(["a", "b"]);
    expected["version"] = json!(2);
    assert_eq!(edited["key"], expected);
    let _ = Propagation::read(&edited["propagation"]);
    assert_eq!(admin.key(&made.id), expected);

    let all = json!({ "description": null, "scopes": [], "accounts": ["*"],
        "expires_at": null, "not_before": null });
    let edited = admin.patch(&key, "\"2\"", &all).good(200)["key"].clone();
    for (member, value) in all.as_object().unwrap() {
        assert_eq!(&edited[member], value, "{member}");
    }
    // What is so already is no change.
    let same = admin.patch(&key, "\"3\"", &all).good(200);
    assert_eq!(same["key"], edited);
    let none = admin.patch(&key, "\"3\"", &json!({})).good(200);
    assert_eq!(none["key"]["version"], 3);
}

#[test]
fn nothing_is_overwritten_that_the_editor_has_not_seen() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Raced");
    let key = path(&made.id);
    let _ = admin
        .patch(&key, "\"1\"", &json!({ "name": "Theirs" }))
        .good(200);
    let mine = json!({ "name": "Mine" });
    let _ = admin
        .patch(&key, "\"1\"", &mine)
        .problem(412, "precondition_failed");
    let blind = admin.request("PATCH", &key).json(&mine);
    let _ = world.send(&blind).problem(428, "precondition_required");
    // Blocking is a version too.
    let _ = admin.change("block", &made.id).good(200);
    let _ = admin
        .patch(&key, "\"2\"", &mine)
        .problem(412, "precondition_failed");
    let edited = admin.patch(&key, "\"3\"", &mine).good(200);
    assert_eq!(
        (&edited["key"]["name"], &edited["key"]["status"]),
        (&json!("Mine"), &json!("blocked"))
    );
    let _ = admin
        .patch(&path("key_0000000000000000000000"), "\"1\"", &mine)
        .problem(404, "key_not_found");
}

#[test]
fn a_bad_edit_is_refused_whole() {
    let world = World::start();
    let admin = world.admin();
    admin.scope("a");
    let made = admin.create_named("Whole");
    let key = path(&made.id);
    for (change, code, pointer) in [
        (json!({ "name": null }), "wrong_type", "/name"),
        (json!({ "scopes": null }), "wrong_type", "/scopes"),
        (
            json!({ "scopes": ["a", "b"] }),
            "unknown_scope",
            "/scopes/1",
        ),
        (
            json!({ "accounts": ["a"] }),
            "unknown_account",
            "/accounts/0",
        ),
        (
            json!({ "expires_at": "2020-01-01T00:00:00Z" }),
            "expiry_in_past",
            "/expires_at",
        ),
        (
            json!({ "environment": "test" }),
            "unknown_field",
            "/environment",
        ),
        (json!({ "status": "active" }), "unknown_field", "/status"),
    ] {
        let mut all = json!({ "description": "Half" });
        all.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        admin
            .patch(&key, "\"1\"", &all)
            .field_problem(code, pointer);
    }
    assert_eq!(admin.key(&made.id), made.item);
    let _ = admin.revoke(&made.id);
    let late = admin.patch(&key, "\"2\"", &json!({ "name": "Late" }));
    let _ = late.problem(409, "key_revoked");
}

#[test]
fn an_expired_key_is_extended() {
    let world = World::start();
    let admin = world.admin();
    let end = ahead(Duration::from_millis(1_500));
    let made = admin.create(&json!({ "name": "Short", "expires_at": end }));
    let verifier = admin.as_verifier();
    keyway_tests::deadline::eventually("it expires", keyway_tests::deadline::EVENT, || {
        (verifier.strong_code(&made.token) == "expired").then_some(())
    });
    let later = ahead(Duration::from_secs(600));
    let edited = admin
        .patch(&path(&made.id), "\"1\"", &json!({ "expires_at": later }))
        .good(200);
    assert_eq!(edited["key"]["status"], "active");
    assert_eq!(verifier.strong_code(&made.token), "valid");
}

/// A scope that is taken away is gone everywhere within the bound of the 200,
/// while KV says for ever what it said before; and one that is given is there.
#[test]
fn promise_4_a_narrowing_edit_holds_everywhere_within_the_bound() {
    let globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    for id in ["a", "b"] {
        admin.scope(id);
    }
    let made = admin.create(&json!({ "name": "Narrowed", "scopes": ["a"] }));
    let mark = globe.authority_kv().mark();
    globe
        .authority_kv()
        .wait_for_put(mark.saturating_sub(1), "key:");
    let ask = |scope: &str| -> Vec<String> {
        let question = json!({ "token": made.token, "scopes": [scope] });
        let request = Request::post("/v1/verify")
            .bearer(globe.root())
            .json(&question);
        let codes = globe.isolates().map(|isolate| {
            let verdict: Value = isolate.door.send(&request).good(200);
            verdict["code"].as_str().unwrap().to_owned()
        });
        codes.collect()
    };
    let all = |codes: &[String], code: &str| codes.iter().all(|found| found == code);
    assert!(all(&ask("a"), "valid"));
    let edited = admin.patch(&path(&made.id), "\"1\"", &json!({ "scopes": ["b"] }));
    let edited = edited.good(200);
    assert!(
        Propagation::read(&edited["propagation"])
            .pending()
            .is_empty()
    );
    // The bound is what is promised; nothing that could be awaited comes sooner.
    thread::sleep(BOUND + Duration::from_millis(20));
    assert!(all(&ask("a"), "insufficient_scope"), "{:?}", ask("a"));
    assert!(all(&ask("b"), "valid"));
}
