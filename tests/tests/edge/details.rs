//! What is kept with a key: contacts, webhook, metadata, networks, and its lock.

use keyway_tests::World;
use serde_json::{Value, json};

fn path(id: &str) -> String {
    format!("/v1/keys/{id}")
}

#[test]
fn everything_that_is_kept_is_given_back() {
    let world = World::start();
    let admin = world.admin();
    let kept = json!({
        "description": "Nightly\nreports",
        "allowed_ips": ["203.0.113.0/24", "2001:db8::/32"],
        "metadata": { "customer": 12_345_678_901_i64, "tags": ["a", { "b": 0.5 }], "ç": null },
        "contacts": [
            { "name": "نورة", "email": "noura@example.com" },
            { "name": "Bo", "email": "bo@example.org" },
        ],
        "webhook_url": "https://hooks.example.com/keyway?team=1",
        "locked": true,
    });
    let mut draft = kept.clone();
    draft["name"] = json!("Full");
    let made = admin.create(&draft);
    let (listed, read) = (admin.keys().remove(0), admin.key(&made.id));
    for item in [&made.item, &listed, &read] {
        for (name, value) in kept.as_object().unwrap() {
            assert_eq!(&item[name], value, "{name}");
        }
    }
    let gone = admin.delete(&path(&made.id)).good(200);
    for (name, nothing) in [
        ("metadata", json!({})),
        ("contacts", json!([])),
        ("webhook_url", Value::Null),
    ] {
        assert_eq!(gone["key"][name], nothing, "{name} of a deleted key");
    }
}

#[test]
fn a_key_can_be_made_that_is_not_in_use_yet() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let made = admin.create(&json!({ "name": "Later", "active": false }));
    assert_eq!(made.item["status"], "blocked");
    assert_eq!(made.item["blocked"]["at"], made.item["created_at"]);
    assert_eq!(verifier.strong_code(&made.token), "blocked");
    let edit = json!({ "active": true });
    let edited = admin.patch(&path(&made.id), "\"1\"", &edit).good(200);
    assert_eq!(edited["key"]["status"], "active");
    assert_eq!(edited["key"]["version"], 2);
    assert_eq!(verifier.strong_code(&made.token), "valid");
    let edit = json!({ "active": false });
    let edited = admin.patch(&path(&made.id), "\"2\"", &edit).good(200);
    assert_eq!(edited["key"]["blocked"]["reason"], Value::Null);
    assert_eq!(verifier.strong_code(&made.token), "blocked");
}

#[test]
fn a_key_for_some_networks_is_refused_from_elsewhere() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.as_verifier();
    let networks = json!(["203.0.113.0/24", "2001:db8::/32"]);
    let made = admin.create(&json!({ "name": "Here", "allowed_ips": networks,
        "metadata": { "plan": "pro" } }));
    let ask = |ip: &str| verifier.verdict(&json!({ "token": made.token, "ip": ip }));
    for inside in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8::7"] {
        let verdict = ask(inside);
        assert_eq!(verdict["code"], "valid", "{inside}");
        assert_eq!(verdict["key"]["metadata"], json!({ "plan": "pro" }));
    }
    for outside in ["203.0.114.7", "::1"] {
        let verdict = ask(outside);
        assert_eq!(verdict["code"], "ip_not_allowed", "{outside}");
        assert_eq!(verdict["valid"], false);
    }
    let untold = verifier.verdict(&json!({ "token": made.token }));
    assert_eq!(
        untold["code"], "ip_not_allowed",
        "promise 8: in doubt, refuse"
    );
    assert!(untold["detail"].as_str().unwrap().contains("`ip`"));
    for wrong in ["localhost", "203.0.113.7:80", ""] {
        verifier
            .ask(&json!({ "token": made.token, "ip": wrong }))
            .field_problem("invalid_ip", "/ip");
    }
    let open = admin.patch(&path(&made.id), "\"1\"", &json!({ "allowed_ips": null }));
    assert_eq!(open.good(200)["key"]["allowed_ips"], json!([]));
    assert_eq!(verifier.strong_code(&made.token), "valid");
}

#[test]
fn metadata_is_merged_member_by_member() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create(&json!({ "name": "x", "metadata": { "a": { "b": 1, "c": 2 } } }));
    let change = json!({ "metadata": { "a": { "b": null }, "d": [1] } });
    let edited = admin.patch(&path(&made.id), "\"1\"", &change).good(200);
    let merged = json!({ "a": { "c": 2 }, "d": [1] });
    assert_eq!(edited["key"]["metadata"], merged);
    let large = json!({ "metadata": { "e": "x".repeat(4_090) } });
    admin
        .patch(&path(&made.id), "\"2\"", &large)
        .field_problem("metadata_too_large", "/metadata");
    assert_eq!(admin.key(&made.id)["metadata"], merged);
}

#[test]
fn a_locked_key_refuses_what_its_lock_keeps_and_nothing_else() {
    let world = World::start();
    let admin = world.admin();
    admin.scope("a");
    let made = admin.create(&json!({ "name": "Fixed", "locked": true }));
    let edit = |tag: &str, change: Value| admin.patch(&path(&made.id), tag, &change);
    for change in [
        json!({ "name": "Moved" }),
        json!({ "expires_at": "2999-01-01T00:00:00Z" }),
        json!({ "contacts": [{ "name": "A", "email": "a@example.com" }], "scopes": ["a"] }),
    ] {
        let _ = edit("\"1\"", change).problem(409, "locked");
    }
    assert_eq!(admin.key(&made.id), made.item);
    let _ = edit("\"1\"", json!({ "scopes": ["a"] })).good(200);
    edit("\"2\"", json!({ "locked": false })).field_problem("unknown_field", "/locked");
    for action in ["block", "unblock", "rotate", "revoke"] {
        let _ = admin.change(action, &made.id).good(200);
    }
}

#[test]
fn what_is_wrong_is_said_by_field_and_nothing_is_made() {
    let world = World::start();
    let admin = world.admin();
    let contact = json!({ "name": "A", "email": "a@example.com" });
    for (member, value, code, pointer) in [
        (
            "contacts",
            json!([{ "name": "A", "email": "nobody" }]),
            "invalid_email",
            "/contacts/0/email",
        ),
        (
            "contacts",
            json!(vec![contact; 11]),
            "too_many_contacts",
            "/contacts",
        ),
        (
            "webhook_url",
            json!("http://hooks.example.com"),
            "invalid_webhook_url",
            "/webhook_url",
        ),
        (
            "webhook_url",
            json!("https://192.168.0.1/x"),
            "webhook_not_public",
            "/webhook_url",
        ),
        (
            "allowed_ips",
            json!(["10.0.0.1/33"]),
            "invalid_network",
            "/allowed_ips/0",
        ),
        (
            "metadata",
            json!({ "x": "y".repeat(5_000) }),
            "metadata_too_large",
            "/metadata",
        ),
    ] {
        let mut draft = json!({ "name": "Wrong" });
        draft[member] = value;
        admin.post("/v1/keys", &draft).field_problem(code, pointer);
    }
    assert!(admin.keys().is_empty());
}
