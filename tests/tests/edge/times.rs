//! What time alone decides.

use std::time::Duration;

use keyway_tests::{
    World,
    deadline::eventually,
    kv::Kind,
    moment::{ahead, parsed},
};
use serde_json::json;

#[test]
fn a_key_expires_by_time_without_a_write() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let made =
        admin.create(&json!({ "name": "Short", "expires_at": ahead(Duration::from_millis(1500)) }));
    assert_eq!(verifier.code(&made.token), "valid");
    let mark = world.kv().mark();
    eventually("the key expires", Duration::from_secs(5), || {
        (verifier.code(&made.token) == "expired").then_some(())
    });
    let now = parsed(&json!(ahead(Duration::ZERO)));
    assert!(
        now >= parsed(&made.item["expires_at"]),
        "not before its time"
    );
    assert_eq!(verifier.strong_code(&made.token), "expired");
    assert_eq!(admin.key(&made.id)["status"], "expired");
    assert_eq!(
        admin.get("/v1/keys?status=expired").good(200)["items"][0]["id"],
        made.id
    );
    assert!(
        world
            .kv()
            .since(mark)
            .iter()
            .all(|done| done.kind == Kind::Get),
        "no write"
    );
    // Still a key: it can be revoked.
    let _ = admin.revoke(&made.id);
    assert_eq!(verifier.strong_code(&made.token), "revoked");
}

#[test]
fn a_key_becomes_good_by_time_without_a_write() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let made =
        admin.create(&json!({ "name": "Later", "not_before": ahead(Duration::from_millis(1500)) }));
    assert_eq!(verifier.code(&made.token), "not_yet_valid");
    assert_eq!(admin.key(&made.id)["status"], "scheduled");
    let mark = world.kv().mark();
    eventually("the key becomes good", Duration::from_secs(5), || {
        (verifier.code(&made.token) == "valid").then_some(())
    });
    let now = parsed(&json!(ahead(Duration::ZERO)));
    assert!(
        now >= parsed(&made.item["not_before"]),
        "not before its time"
    );
    assert_eq!(admin.key(&made.id)["status"], "active");
    assert!(
        world
            .kv()
            .since(mark)
            .iter()
            .all(|done| done.kind == Kind::Get),
        "no write"
    );
}

/// The list filters in SQL, what is shown is worked out in Rust: one truth, twice.
#[test]
fn the_filter_and_the_shown_status_agree() {
    let world = World::start();
    let admin = world.admin();
    let far = ahead(Duration::from_secs(3600));
    // Of the moment in which it is asked for: making the others takes its time.
    let soon = || ahead(Duration::from_secs(2));
    let farther = ahead(Duration::from_secs(7200));
    let drafts = [
        json!({ "name": "active" }),
        json!({ "name": "active until", "expires_at": far }),
        json!({ "name": "scheduled", "not_before": far }),
        json!({ "name": "scheduled until", "not_before": far, "expires_at": farther }),
        json!({ "name": "begun", "not_before": "2001-01-01T00:00:00Z" }),
        json!({ "name": "expired", "expires_at": "soon" }),
        json!({ "name": "expired and revoked", "expires_at": "soon" }),
        json!({ "name": "scheduled and revoked", "not_before": far }),
        json!({ "name": "revoked" }),
    ];
    for mut draft in drafts {
        if draft["expires_at"] == "soon" {
            draft["expires_at"] = json!(soon());
        }
        let made = admin.create(&draft);
        if draft["name"]
            .as_str()
            .is_some_and(|name| name.contains("revoked"))
        {
            let _ = admin.revoke(&made.id);
        }
    }
    let listed = |status: &str| {
        let page = admin.get(&format!("/v1/keys?status={status}")).good(200);
        page["items"].as_array().unwrap().clone()
    };
    eventually(
        "the short-lived one expires",
        Duration::from_secs(10),
        || (listed("expired").len() == 1).then_some(()),
    );
    let mut found = 0;
    for status in ["scheduled", "active", "blocked", "expired", "revoked"] {
        for key in listed(status) {
            assert_eq!(key["status"], status, "{key}");
            assert!(
                key["name"].as_str().unwrap().contains(status) || key["name"] == "begun",
                "{key}"
            );
            found += 1;
        }
    }
    assert_eq!(found, 9, "each key is in one list");
}
