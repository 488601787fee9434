//! `/v1/scopes` and `/v1/accounts`: what a key may be granted.

use keyway_tests::{World, callers::Admin, moment::parsed, shape::assert_members};
use serde_json::{Value, json};

/// The two lists, and what one entry is called.
const BOTH: [(&str, &str); 2] = [("/v1/scopes", "scope"), ("/v1/accounts", "account")];

fn create(admin: &Admin, list: &str, id: &str) {
    let _ = admin.post(list, &json!({ "id": id })).good(201);
}

#[test]
fn an_entry_is_made_read_and_listed() {
    let world = World::start();
    let admin = world.admin();
    for (list, noun) in BOTH {
        let made = admin.post(
            list,
            &json!({ "id": "reporting:read", "name": "Read reports", "description": "All of them" }),
        );
        assert_eq!(made.header("etag"), Some("\"1\""));
        let body = made.good(201);
        assert_members(&body, &[noun]);
        let entry = &body[noun];
        assert_members(
            entry,
            &[
                "id",
                "version",
                "name",
                "description",
                "retired",
                "created_at",
            ],
        );
        assert_eq!(entry["id"], "reporting:read");
        assert_eq!(entry["version"], 1);
        assert_eq!(entry["name"], "Read reports");
        assert_eq!(entry["description"], "All of them");
        assert_eq!(entry["retired"], false);
        let _ = parsed(&entry["created_at"]);

        let short = admin.post(list, &json!({ "id": "a" })).good(201);
        assert_eq!(
            (&short[noun]["name"], &short[noun]["description"]),
            (&json!("a"), &Value::Null)
        );

        let found = admin.get(list).good(200);
        assert_members(&found, &["items", "next_cursor"]);
        assert_eq!(found["next_cursor"], Value::Null);
        assert_eq!(found["items"], json!([short[noun], entry]));

        for path in ["reporting:read", "reporting%3Aread"] {
            let read = admin.get(&format!("{list}/{path}"));
            assert_eq!(read.header("etag"), Some("\"1\""));
            assert_eq!(read.good(200), body);
        }
        let code = format!("{noun}_not_found");
        let _ = admin.get(&format!("{list}/other")).problem(404, &code);
    }
}

#[test]
fn an_entry_is_made_once() {
    let world = World::start();
    let admin = world.admin();
    for (list, noun) in BOTH {
        create(&admin, list, "reporting:read");
        let again = json!({ "id": "reporting:read", "name": "Another" });
        let code = format!("{noun}_exists");
        let _ = admin.post(list, &again).problem(409, &code);
        let found = admin.get(list).good(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!(found["items"][0]["name"], "reporting:read");
    }
}

#[test]
fn an_edit_names_its_version_and_loses_a_lost_race() {
    let world = World::start();
    let admin = world.admin();
    for (list, noun) in BOTH {
        create(&admin, list, "a");
        let entry = format!("{list}/a");
        let change = json!({ "name": "Read", "description": "All", "retired": true });
        let edited = admin.patch(&entry, "\"1\"", &change);
        assert_eq!(edited.header("etag"), Some("\"2\""));
        let edited = edited.good(200)[noun].clone();
        assert_eq!(
            (&edited["name"], &edited["retired"], &edited["version"]),
            (&json!("Read"), &json!(true), &json!(2))
        );

        // Somebody who saw the version before.
        let late = json!({ "name": "Late" });
        let _ = admin
            .patch(&entry, "\"1\"", &late)
            .problem(412, "precondition_failed");
        let blind = admin.request("PATCH", &entry).json(&late);
        let _ = world.send(&blind).problem(428, "precondition_required");
        let _ = admin
            .patch(&entry, "*", &late)
            .problem(428, "precondition_required");
        assert_eq!(admin.get(&entry).good(200)[noun], edited);

        // What is so already is no change.
        let same = admin.patch(&entry, "\"2\"", &change).good(200);
        assert_eq!(same[noun]["version"], 2);
        let cleared = admin.patch(&entry, "\"2\"", &json!({ "description": null }));
        let cleared = cleared.good(200);
        assert_eq!(
            (&cleared[noun]["description"], &cleared[noun]["name"]),
            (&Value::Null, &json!("Read"))
        );

        for (change, code, pointer) in [
            (json!({ "name": null }), "wrong_type", "/name"),
            (json!({ "name": " " }), "invalid_name", "/name"),
            (json!({ "retired": 1 }), "wrong_type", "/retired"),
            (json!({ "id": "b" }), "unknown_field", "/id"),
        ] {
            admin
                .patch(&entry, "\"3\"", &change)
                .field_problem(code, pointer);
        }
        let _ = admin
            .patch(&format!("{list}/b"), "\"1\"", &change)
            .problem(404, &format!("{noun}_not_found"));
    }
}

#[test]
fn a_key_is_granted_known_entries_only() {
    let world = World::start();
    let admin = world.admin();
    for (list, noun) in BOTH {
        create(&admin, list, "known");
        create(&admin, list, "old");
        let _ = admin
            .patch(&format!("{list}/old"), "\"1\"", &json!({ "retired": true }))
            .good(200);
        let member = format!("{noun}s");
        for (granted, code) in [
            (json!(["known", "unknown"]), format!("unknown_{noun}")),
            (json!(["known", "old"]), format!("retired_{noun}")),
        ] {
            let refused = admin.post("/v1/keys", &json!({ "name": "x", &member: granted }));
            refused.field_problem(&code, &format!("/{member}/1"));
        }
        assert!(admin.keys().is_empty(), "nothing was made");
    }
    let made = admin.create(&json!({ "name": "x", "scopes": ["known"], "accounts": ["*"] }));
    assert_eq!(
        (&made.item["scopes"], &made.item["accounts"]),
        (&json!(["known"]), &json!(["*"]))
    );
}

#[test]
fn a_retired_entry_stays_in_the_keys_that_have_it() {
    let world = World::start();
    let admin = world.admin();
    for (list, _) in BOTH {
        create(&admin, list, "a");
    }
    let made = admin.create(&json!({ "name": "x", "scopes": ["a"], "accounts": ["a"] }));
    for (list, _) in BOTH {
        let retired = json!({ "retired": true });
        let _ = admin
            .patch(&format!("{list}/a"), "\"1\"", &retired)
            .good(200);
    }
    let question = json!({ "token": made.token, "scopes": ["a"], "account": "a",
        "consistency": "strong" });
    let verdict = admin.as_verifier().verdict(&question);
    assert_eq!(verdict["code"], "valid");
    assert_eq!(verdict["key"]["accounts"], json!(["a"]));
    let other = json!({ "token": made.token, "account": "b", "consistency": "strong" });
    assert_eq!(admin.as_verifier().verdict(&other)["code"], "wrong_account");
    let list = &admin.get("/v1/accounts").good(200)["items"];
    assert_eq!(list[0]["retired"], true);
    // And put back, it is granted again.
    let _ = admin
        .patch("/v1/accounts/a", "\"2\"", &json!({ "retired": false }))
        .good(200);
    let _ = admin.create(&json!({ "name": "y", "accounts": ["a"] }));
}

#[test]
fn an_entry_is_deleted_once_no_key_has_it() {
    let world = World::start();
    let admin = world.admin();
    for (list, _) in BOTH {
        create(&admin, list, "a");
        create(&admin, list, "b");
    }
    let both = json!({ "name": "x", "scopes": ["a", "b"], "accounts": ["a"] });
    let first = admin.create(&both);
    let second = admin.create(&both);
    // Neither does one that has all of them count: it names none.
    let _ = admin.create(&json!({ "name": "all", "scopes": ["*"], "accounts": ["*"] }));
    for (list, noun) in BOTH {
        let code = format!("{noun}_in_use");
        let problem = admin.delete(&format!("{list}/a")).problem(409, &code);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with("2 keys have the"), "{detail}");
    }
    let _ = admin.revoke(&first.id);
    let problem = admin.delete("/v1/scopes/b").problem(409, "scope_in_use");
    assert!(problem["detail"].as_str().unwrap().starts_with("1 key has"));
    let _ = admin.revoke(&second.id);
    for (list, noun) in BOTH {
        let gone = admin.delete(&format!("{list}/a"));
        assert_eq!(gone.status, 204);
        let code = format!("{noun}_not_found");
        let _ = admin.delete(&format!("{list}/a")).problem(404, &code);
        let left = &admin.get(list).good(200)["items"];
        assert_eq!(left.as_array().unwrap().len(), 1);
        // The same id is free for another one.
        create(&admin, list, "a");
    }
    assert_eq!(admin.key(&first.id)["scopes"], json!(["a", "b"]));
}

#[test]
fn three_hundred_entries_are_all_listed() {
    let world = World::start();
    let admin = world.admin();
    for number in 0..300 {
        admin.account(&format!("customer-{number:03}"));
    }
    let found = admin.get("/v1/accounts").good(200);
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 300);
    assert_eq!(items[17]["id"], "customer-017");
}
