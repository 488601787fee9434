//! `/v1/settings`: what holds for the whole workspace.

use keyway_tests::{World, client::Request, shape::assert_members, tokens};
use serde_json::{Value, json};

const SETTINGS: &str = "/v1/settings";

/// Settings as they are answered.
fn answered(version: u32, docs_url: &Value, support_contact: &Value, locked: bool) -> Value {
    json!({
        "settings": {
            "version": version,
            "docs_url": docs_url,
            "support_contact": support_contact,
            "locked_by_default": locked,
            "notices": {
                "expiry_days": [14, 3, 1, 0], "unused_days": 90, "email_contacts": true,
            },
        },
        "bound_seconds": 10,
        "email": false,
    })
}

#[test]
fn settings_are_read_changed_and_taken_back() {
    let mut world = World::start();
    let admin = world.admin();
    let (docs, contact) = (
        json!("https://docs.example.com/keys#rotate"),
        json!("ops@example.com"),
    );
    let first = admin.get(SETTINGS);
    assert_eq!(first.header("etag"), Some("\"1\""));
    assert_eq!(
        first.good(200),
        answered(1, &Value::Null, &Value::Null, false)
    );

    let change = json!({ "docs_url": docs, "support_contact": " ops@example.com " });
    let changed = admin.patch(SETTINGS, "\"1\"", &change);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!(changed.good(200), answered(2, &docs, &contact, false));
    // The same again is no change.
    let same = admin.patch(SETTINGS, "\"2\"", &change).good(200);
    assert_eq!(same, answered(2, &docs, &contact, false));

    let contact = json!("https://help.example.com/");
    let change = json!({ "support_contact": contact, "locked_by_default": true });
    let changed = admin.patch(SETTINGS, "\"2\"", &change).good(200);
    assert_eq!(changed, answered(3, &docs, &contact, true));

    let none = json!({ "docs_url": null, "support_contact": null, "locked_by_default": false });
    let none = admin.patch(SETTINGS, "\"3\"", &none).good(200);
    assert_eq!(none, answered(4, &Value::Null, &Value::Null, false));
    world.crash();
    assert_eq!(admin.get(SETTINGS).good(200), none);
}

#[test]
fn each_bad_value_is_refused_where_it_is_and_nothing_is_half_done() {
    let world = World::start();
    let admin = world.admin();
    for (change, code, pointer) in [
        (
            json!({ "docs_url": "docs.example.com" }),
            "invalid_link",
            "/docs_url",
        ),
        (
            json!({ "docs_url": "http://docs.example.com/" }),
            "invalid_link",
            "/docs_url",
        ),
        (
            json!({ "docs_url": "javascript:alert(1)" }),
            "invalid_link",
            "/docs_url",
        ),
        (
            json!({ "docs_url": "https://me@docs.example.com/" }),
            "invalid_link",
            "/docs_url",
        ),
        (json!({ "docs_url": "" }), "invalid_link", "/docs_url"),
        (
            json!({ "docs_url": format!("https://docs.example.com/{}", "x".repeat(500)) }),
            "invalid_link",
            "/docs_url",
        ),
        (json!({ "docs_url": 1 }), "wrong_type", "/docs_url"),
        (
            json!({ "support_contact": "Ops" }),
            "invalid_support_contact",
            "/support_contact",
        ),
        (
            json!({ "support_contact": "mailto:ops@example.com" }),
            "invalid_support_contact",
            "/support_contact",
        ),
        (
            json!({ "support_contact": [] }),
            "wrong_type",
            "/support_contact",
        ),
        (
            json!({ "locked_by_default": null }),
            "wrong_type",
            "/locked_by_default",
        ),
        (
            json!({ "locked_by_default": "yes" }),
            "wrong_type",
            "/locked_by_default",
        ),
        (json!({ "version": 2 }), "unknown_field", "/version"),
        (
            json!({ "bound_seconds": 2 }),
            "unknown_field",
            "/bound_seconds",
        ),
    ] {
        admin
            .patch(SETTINGS, "\"1\"", &change)
            .field_problem(code, pointer);
    }
    // One that is good beside one that is not.
    let half = json!({ "docs_url": "https://docs.example.com/", "support_contact": "Ops", "x": 1 });
    let problem = admin
        .patch(SETTINGS, "\"1\"", &half)
        .problem(422, "invalid_support_contact");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
    let _ = admin
        .patch(SETTINGS, "\"1\"", &json!([]))
        .problem(422, "wrong_type");
    let _ = admin
        .get("/v1/settings?x=1")
        .problem(400, "unknown_parameter");
    let _ = admin.delete(SETTINGS).problem(405, "method_not_allowed");
    let _ = world
        .send(&Request::get(SETTINGS))
        .problem(401, "credential_missing");
    let unchanged = answered(1, &Value::Null, &Value::Null, false);
    assert_eq!(admin.get(SETTINGS).good(200), unchanged);
}

#[test]
fn of_two_who_change_the_settings_one_is_told_to_look_again() {
    let world = World::start();
    let admin = world.admin();
    let mine = json!({ "docs_url": "https://mine.example.com/" });
    let theirs = json!({ "docs_url": "https://theirs.example.com/" });
    let blind = admin.request("PATCH", SETTINGS).json(&mine);
    let _ = world.send(&blind).problem(428, "precondition_required");
    let _ = admin.patch(SETTINGS, "\"1\"", &theirs).good(200);
    for stale in ["\"1\"", "\"3\"", "W/\"2\"", "2"] {
        let lost = admin.patch(SETTINGS, stale, &mine);
        let _ = lost.problem(412, "precondition_failed");
    }
    let now = admin.get(SETTINGS).good(200);
    assert_eq!(now["settings"]["docs_url"], theirs["docs_url"]);
    let _ = admin.patch(SETTINGS, "\"2\"", &mine).good(200);
}

#[test]
fn refusals_of_the_workspace_say_where_help_is() {
    const MEMBERS: [&str; 5] = ["type", "title", "status", "detail", "code"];
    let mut world = World::start();
    let admin = world.admin();
    let missing = "/v1/keys/key_0000000000000000000000";
    assert_members(&admin.get(missing).problem(404, "key_not_found"), &MEMBERS);

    let (docs, contact) = ("https://docs.example.com/", "ops@example.com");
    let change = json!({ "docs_url": docs });
    let _ = admin.patch(SETTINGS, "\"1\"", &change).good(200);
    let problem = admin.get(missing).problem(404, "key_not_found");
    assert_eq!(problem["docs_url"], docs);
    assert!(problem.get("support_contact").is_none(), "{problem}");
    let change = json!({ "support_contact": contact });
    let _ = admin.patch(SETTINGS, "\"2\"", &change).good(200);
    // Another instance knows it too.
    world.crash();
    let unnamed = admin.post("/v1/keys", &json!({}));
    let stranger = Request::get("/v1/keys").bearer(&tokens::token("kwm_root"));
    for problem in [
        admin.get(missing).problem(404, "key_not_found"),
        unnamed.problem(422, "field_missing"),
        world.send(&stranger).problem(401, "credential_invalid"),
    ] {
        assert_eq!(problem["docs_url"], docs, "{problem}");
        assert_eq!(problem["support_contact"], contact, "{problem}");
    }
    // What the Worker refuses by itself, and what is asked all the time, does not.
    let question = json!({ "token": 1 });
    let ask = admin.request("POST", "/v1/verify").json(&question);
    for problem in [
        world
            .send(&Request::get("/v1/keys"))
            .problem(401, "credential_missing"),
        admin.get("/v1/nothing").problem(404, "route_not_found"),
        world.send(&ask).problem(422, "wrong_type"),
    ] {
        assert!(problem.get("docs_url").is_none(), "{problem}");
    }
}

#[test]
fn a_key_is_locked_by_default_where_its_creation_does_not_say() {
    let world = World::start();
    let admin = world.admin();
    let before = admin.create_named("before");
    assert_eq!(admin.key(&before.id)["locked"], false);
    let on = json!({ "locked_by_default": true });
    let _ = admin.patch(SETTINGS, "\"1\"", &on).good(200);

    // What is there already stays as it was.
    assert_eq!(admin.key(&before.id)["locked"], false);
    for (body, locked) in [
        (json!({ "name": "unsaid" }), true),
        (json!({ "name": "null", "locked": null }), true),
        (json!({ "name": "no", "locked": false }), false),
        (json!({ "name": "yes", "locked": true }), true),
    ] {
        let made = admin.create(&body);
        assert_eq!(admin.key(&made.id)["locked"], locked, "{body}");
    }
    let off = json!({ "locked_by_default": false });
    let _ = admin.patch(SETTINGS, "\"2\"", &off).good(200);
    let after = admin.create_named("after");
    assert_eq!(admin.key(&after.id)["locked"], false);
}
