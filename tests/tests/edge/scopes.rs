//! `/v1/scopes`: what a key may be granted.

use keyway_tests::{World, moment::parsed, shape::assert_members};
use serde_json::{Value, json};

#[test]
fn a_scope_is_made_and_listed() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.post(
        "/v1/scopes",
        &json!({ "id": "reporting:read", "name": "Read reports", "description": "All of them" }),
    );
    let body = made.good(201);
    assert_members(&body, &["scope"]);
    let scope = &body["scope"];
    assert_members(
        scope,
        &["id", "name", "description", "retired", "created_at"],
    );
    assert_eq!(scope["id"], "reporting:read");
    assert_eq!(scope["name"], "Read reports");
    assert_eq!(scope["description"], "All of them");
    assert_eq!(scope["retired"], false);
    let _ = parsed(&scope["created_at"]);

    let short = admin.post("/v1/scopes", &json!({ "id": "a" })).good(201);
    assert_eq!(
        (&short["scope"]["name"], &short["scope"]["description"]),
        (&json!("a"), &Value::Null)
    );

    let list = admin.get("/v1/scopes").good(200);
    assert_members(&list, &["items", "next_cursor"]);
    assert_eq!(list["next_cursor"], Value::Null);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert!(items.contains(scope) && items.contains(&short["scope"]));
}

#[test]
fn a_scope_is_made_once() {
    let world = World::start();
    let admin = world.admin();
    admin.scope("reporting:read");
    let _ = admin
        .post(
            "/v1/scopes",
            &json!({ "id": "reporting:read", "name": "Another" }),
        )
        .problem(409, "scope_exists");
    let list = admin.get("/v1/scopes").good(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["name"], "reporting:read");
}

#[test]
fn a_key_is_granted_known_scopes_only() {
    let world = World::start();
    let admin = world.admin();
    admin.scope("known");
    let refused = admin.post(
        "/v1/keys",
        &json!({ "name": "x", "scopes": ["known", "unknown"] }),
    );
    refused.field_problem("unknown_scope", "/scopes/1");
    assert!(admin.keys().is_empty(), "nothing was made");
    let made = admin.create(&json!({ "name": "x", "scopes": ["known"] }));
    assert_eq!(made.item["scopes"], json!(["known"]));
}

#[test]
fn one_hundred_scopes_are_all_listed() {
    let world = World::start();
    let admin = world.admin();
    for number in 0..101 {
        admin.scope(&format!("scope-{number:03}"));
    }
    let mut found = 0;
    let mut target = "/v1/scopes".to_owned();
    loop {
        let page = admin.get(&target).good(200);
        found += page["items"].as_array().unwrap().len();
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        target = format!("/v1/scopes?cursor={cursor}");
    }
    assert_eq!(found, 101);
}
