//! `/v1/webhooks` and `/v1/deliveries`: where webhooks go, and what became of them.

use keyway_tests::{
    Request, World, callers::Admin, deadline, moment::parsed, shape::assert_members,
};
use serde_json::{Value, json};

const URL: &str = "https://hooks.example.com/keyway";

const WEBHOOK: [&str; 12] = [
    "id",
    "key",
    "url",
    "description",
    "events",
    "active",
    "disabled_at",
    "disabled_why",
    "previous_secret_ends_at",
    "created_at",
    "delivered_at",
    "recent_failures",
];

const DELIVERY: [&str; 13] = [
    "id",
    "message",
    "event",
    "key",
    "webhook",
    "address",
    "created_at",
    "attempts",
    "tried_at",
    "next_attempt_at",
    "outcome",
    "status",
    "why",
];

/// A webhook of the workspace, and its secret.
#[track_caller]
fn made(admin: &Admin, body: &Value) -> (Value, String) {
    let answer = admin.post("/v1/webhooks", body);
    answer.assert_unstored();
    let body = answer.good(201);
    assert_members(&body, &["webhook", "secret"]);
    assert_members(&body["webhook"], &WEBHOOK);
    (body["webhook"].clone(), text(&body["secret"]))
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", text(&webhook["id"]))
}

/// Changed; there is no version to name.
#[track_caller]
fn changed(world: &World, webhook: &Value, change: &Value) -> Value {
    let request = world.admin().request("PATCH", &path(webhook)).json(change);
    let body = world.send(&request).good(200);
    assert_members(&body, &["webhook"]);
    body["webhook"].clone()
}

fn items(admin: &Admin, target: &str) -> Vec<Value> {
    let page = admin.get(target).good(200);
    page["items"].as_array().unwrap().clone()
}

/// The events of the log, the newest first.
fn noted(admin: &Admin) -> Vec<String> {
    let entries = items(admin, "/v1/audit");
    entries.iter().map(|entry| text(&entry["event"])).collect()
}

#[test]
fn promise_1_the_secret_of_a_webhook_is_shown_once_and_noted_nowhere() {
    let mut world = World::start();
    let admin = world.admin();
    let (webhook, first) = made(&admin, &json!({ "url": URL }));
    let random = first
        .strip_prefix("whsec_")
        .expect("a secret of the standard");
    assert_eq!(
        (random.len(), random.ends_with('=')),
        (44, true),
        "32 bytes"
    );
    assert_eq!(webhook["url"], URL);
    assert_eq!(
        (&webhook["events"], &webhook["active"]),
        (&json!([]), &json!(true))
    );
    let rotated = admin.post(&format!("{}/rotate", path(&webhook)), &json!({}));
    rotated.assert_unstored();
    let rotated = rotated.good(200);
    assert_members(&rotated, &["webhook", "secret"]);
    let second = text(&rotated["secret"]);
    assert_ne!(first, second);

    world.crash();
    for target in [
        path(&webhook),
        "/v1/webhooks".into(),
        "/v1/audit".into(),
        "/v1/deliveries".into(),
    ] {
        let answer = admin.get(&target).expect(200).text();
        for secret in [&first, &second] {
            let random = secret.trim_start_matches("whsec_").trim_end_matches('=');
            assert!(!answer.contains(random), "{target}");
        }
    }
    assert_eq!(items(&admin, "/v1/webhooks"), [rotated["webhook"].clone()]);
}

#[test]
fn a_webhook_is_changed_switched_off_and_on_and_removed_with_an_entry_for_each() {
    let world = World::start();
    let admin = world.admin();
    let wanted = json!({ "url": URL, "description": " Pager ", "events": ["key.revoked", "key.created", "key.revoked"] });
    let (webhook, _) = made(&admin, &wanted);
    assert_eq!(webhook["description"], "Pager");
    assert_eq!(webhook["events"], json!(["key.created", "key.revoked"]));
    let off = changed(
        &world,
        &webhook,
        &json!({ "active": false, "description": null, "events": [] }),
    );
    assert_eq!(
        (&off["active"], &off["disabled_why"]),
        (&json!(false), &json!("by_hand"))
    );
    assert_eq!(
        (&off["description"], &off["events"]),
        (&Value::Null, &json!([]))
    );
    let _ = parsed(&off["disabled_at"]);
    let test = format!("{}/test", path(&webhook));
    let _ = world
        .send(&admin.request("POST", &test))
        .problem(409, "webhook_disabled");
    let on = changed(
        &world,
        &webhook,
        &json!({ "active": true, "url": "https://b.example.com/" }),
    );
    assert_eq!(
        (&on["active"], &on["disabled_at"], &on["disabled_why"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert_eq!(on["url"], "https://b.example.com/");
    // What changes nothing is no change.
    let _ = changed(&world, &webhook, &json!({ "active": true }));
    let _ = admin.delete(&path(&webhook)).expect(204);
    let _ = admin
        .delete(&path(&webhook))
        .problem(404, "webhook_not_found");
    let _ = admin.get(&path(&webhook)).problem(404, "webhook_not_found");
    assert!(items(&admin, "/v1/webhooks").is_empty());
    assert_eq!(
        noted(&admin),
        [
            "webhook.removed",
            "webhook.updated",
            "webhook.updated",
            "webhook.created"
        ]
    );
}

#[test]
fn a_new_secret_leaves_the_one_before_for_a_day_or_as_long_as_is_said() {
    let world = World::start();
    let admin = world.admin();
    let (webhook, _) = made(&admin, &json!({ "url": URL }));
    let rotate = format!("{}/rotate", path(&webhook));
    let ends = |body: Option<Value>| {
        let request = admin.request("POST", &rotate);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        world.send(&request).good(200)["webhook"]["previous_secret_ends_at"].clone()
    };
    let day = parsed(&ends(None));
    let month = parsed(&ends(Some(json!({ "grace_seconds": 2_592_000 }))));
    assert!(month > day, "{month:?} {day:?}");
    assert_eq!(ends(Some(json!({ "grace_seconds": 0 }))), Value::Null);
    for grace in [1, 3_599, 2_592_001] {
        let refused = admin.post(&rotate, &json!({ "grace_seconds": grace }));
        refused.field_problem("invalid_grace", "/grace_seconds");
    }
    assert_eq!(
        noted(&admin)[..4],
        [
            "webhook.rotated",
            "webhook.rotated",
            "webhook.rotated",
            "webhook.created"
        ]
    );
}

#[test]
fn a_workspace_has_twenty_webhooks_at_most() {
    let world = World::start();
    let admin = world.admin();
    for _ in 0..20 {
        let _ = made(&admin, &json!({ "url": URL }));
    }
    let _ = admin
        .post("/v1/webhooks", &json!({ "url": URL }))
        .problem(409, "too_many_webhooks");
    let listed = items(&admin, "/v1/webhooks");
    assert_eq!(listed.len(), 20);
    let _ = admin.delete(&path(&listed[0])).expect(204);
    let _ = made(&admin, &json!({ "url": URL }));
}

#[test]
fn a_keys_own_webhook_follows_the_key() {
    let world = World::start();
    let admin = world.admin();
    let key = admin.create(&json!({ "name": "k", "webhook_url": URL })).id;
    let own = items(&admin, &format!("/v1/webhooks?key={key}"));
    assert_eq!(own.len(), 1);
    assert_members(&own[0], &WEBHOOK);
    assert_eq!((&own[0]["key"], &own[0]["url"]), (&json!(key), &json!(URL)));
    assert!(
        items(&admin, "/v1/webhooks").is_empty(),
        "those are the workspace's"
    );
    let _ = admin.delete(&path(&own[0])).problem(409, "webhook_of_key");
    let moved = admin
        .request("PATCH", &path(&own[0]))
        .json(&json!({ "url": "https://b.example.com/" }));
    let _ = world.send(&moved).problem(409, "webhook_of_key");
    let quiet = changed(&world, &own[0], &json!({ "events": ["key.revoked"] }));
    assert_eq!(quiet["events"], json!(["key.revoked"]));
    let rotated = admin
        .post(&format!("{}/rotate", path(&own[0])), &json!({}))
        .good(200);
    assert!(text(&rotated["secret"]).starts_with("whsec_"));
    let _ = admin
        .get("/v1/webhooks?key=mine")
        .problem(400, "invalid_parameter");
}

#[test]
fn a_trial_is_noted_as_due_and_sent_again_under_the_same_message() {
    let world = World::start();
    let admin = world.admin();
    let (webhook, _) = made(&admin, &json!({ "url": URL, "events": ["key.revoked"] }));
    let (other, _) = made(&admin, &json!({ "url": "https://b.example.com/" }));
    let test = |webhook: &Value| {
        let request = admin.request("POST", &format!("{}/test", path(webhook)));
        let body = world.send(&request).good(202);
        assert_members(&body, &["delivery"]);
        assert_members(&body["delivery"], &DELIVERY);
        body["delivery"].clone()
    };
    let sent = test(&webhook);
    assert_eq!(
        (&sent["event"], &sent["webhook"]),
        (&json!("webhook.test"), &webhook["id"])
    );
    assert_eq!(
        (&sent["outcome"], &sent["attempts"]),
        (&json!("pending"), &json!(0))
    );
    assert_eq!(
        (&sent["key"], &sent["address"], &sent["status"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(
        parsed(&sent["next_attempt_at"]),
        parsed(&sent["created_at"])
    );

    let again = format!("/v1/deliveries/{}/resend", text(&sent["id"]));
    let again = world.send(&admin.request("POST", &again)).good(202)["delivery"].clone();
    for same in ["id", "message", "created_at", "webhook"] {
        assert_eq!(again[same], sent[same], "{same}");
    }
    assert_eq!(
        (&again["outcome"], &again["attempts"]),
        (&json!("pending"), &json!(0))
    );
    let nobody = format!("/v1/deliveries/dlv_{}/resend", "0".repeat(22));
    let _ = world
        .send(&admin.request("POST", &nobody))
        .problem(404, "delivery_not_found");

    // The newest first, by endpoint, outcome and page.
    let (second, third) = (test(&other), test(&webhook));
    let ids = |query: &str| -> Vec<Value> {
        let found = items(&admin, &format!("/v1/deliveries?{query}"));
        found
            .iter()
            .map(|delivery| delivery["id"].clone())
            .collect()
    };
    let id = |delivery: &Value| delivery["id"].clone();
    assert_eq!(ids(""), [id(&third), id(&second), id(&sent)]);
    let here = format!("webhook={}", text(&webhook["id"]));
    assert_eq!(ids(&here), [id(&third), id(&sent)]);
    assert!(ids("outcome=delivered").is_empty());
    let page = admin.get("/v1/deliveries?limit=2").good(200);
    let cursor = text(&page["next_cursor"]);
    assert_eq!(ids(&format!("cursor={cursor}")), [id(&sent)]);

    // What was on its way to what is removed has ended, and stays in the log.
    let _ = admin.delete(&path(&webhook)).expect(204);
    let left = items(&admin, &format!("/v1/deliveries?{here}&outcome=failed"));
    assert_eq!(
        (left.len(), &left[0]["why"], &left[0]["next_attempt_at"]),
        (2, &json!("removed"), &Value::Null)
    );
    let again = format!("/v1/deliveries/{}/resend", text(&sent["id"]));
    let _ = world
        .send(&admin.request("POST", &again))
        .problem(404, "webhook_not_found");
}

#[test]
fn a_trial_is_tried_and_what_could_not_be_reached_is_counted() {
    let world = World::start();
    let admin = world.admin();
    let (webhook, _) = made(
        &admin,
        &json!({ "url": "https://nobody.keyway-tests.dev/" }),
    );
    let request = admin.request("POST", &format!("{}/test", path(&webhook)));
    let _ = world.send(&request).good(202);
    deadline::eventually("the trial was tried", deadline::EVENT, || {
        let found = items(&admin, "/v1/deliveries");
        (found[0]["why"] != Value::Null || found[0]["status"] != Value::Null).then_some(())
    });
    let found = admin.get(&path(&webhook)).good(200);
    assert_eq!(found["webhook"]["recent_failures"], 1);
}

#[test]
fn promise_11_webhooks_that_make_no_sense_are_refused() {
    let world = World::start();
    let admin = world.admin();
    let post = |body: Value| {
        world.send(
            &Request::post("/v1/webhooks")
                .bearer(world.root())
                .json(&body),
        )
    };
    post(json!({})).field_problem("field_missing", "/url");
    post(json!({ "url": "http://a.example.com/" })).field_problem("invalid_webhook_url", "/url");
    post(json!({ "url": "https://127.0.0.1/" })).field_problem("webhook_not_public", "/url");
    post(json!({ "url": URL, "events": ["key.*"] })).field_problem("unknown_event", "/events/0");
    post(json!({ "url": URL, "events": vec!["key.created"; 50] }))
        .field_problem("too_many_events", "/events");
    post(json!({ "url": URL, "active": false })).field_problem("unknown_field", "/active");
    post(json!({ "url": URL, "secret": "x" })).field_problem("unknown_field", "/secret");
    assert!(items(&admin, "/v1/webhooks").is_empty());
    for query in [
        "webhook=x",
        "key=x",
        "outcome=lost",
        "limit=0",
        "limit=201",
        "cursor=x",
    ] {
        let _ = admin
            .get(&format!("/v1/deliveries?{query}"))
            .problem(400, "invalid_parameter");
    }
    let _ = admin
        .get("/v1/deliveries?status=1")
        .problem(400, "unknown_parameter");
    let _ = admin
        .get("/v1/webhooks/key_0123456789ABCDEFGHIJab")
        .problem(400, "malformed_id");
}

#[test]
fn a_new_secret_that_is_asked_for_twice_is_the_same_and_leaves_the_one_before() {
    let world = World::start();
    let admin = world.admin();
    let (webhook, _) = made(&admin, &json!({ "url": URL }));
    let (other, _) = made(&admin, &json!({ "url": URL }));
    let rotate = |webhook: &Value, key: &str| {
        let request = admin
            .request("POST", &format!("{}/rotate", path(webhook)))
            .header("idempotency-key", key)
            .json(&json!({}));
        world.send(&request).good(200)
    };
    let first = rotate(&webhook, "1");
    let again = rotate(&webhook, "1");
    assert_eq!(
        again, first,
        "the same secret, and the same end of the one before"
    );
    let entries = noted(&admin);
    let rotated = entries.iter().filter(|event| *event == "webhook.rotated");
    assert_eq!(rotated.count(), 1, "{entries:?}");
    assert_ne!(rotate(&other, "1#other")["secret"], first["secret"]);
    // Once there is another, nobody is shown one that is not theirs.
    let second = rotate(&webhook, "2");
    assert_ne!(second["secret"], first["secret"]);
    let late = rotate(&webhook, "1");
    assert_members(&late, &["webhook"]);
    let request = admin
        .request("POST", &format!("{}/rotate", path(&other)))
        .header("idempotency-key", "2")
        .json(&json!({}));
    let _ = world.send(&request).problem(422, "idempotency_key_reused");
}

#[test]
fn promise_7_a_trial_and_what_is_sent_again_have_an_entry_each() {
    let world = World::start();
    let admin = world.admin();
    let (webhook, _) = made(&admin, &json!({ "url": URL }));
    let test = admin.request("POST", &format!("{}/test", path(&webhook)));
    let sent = world.send(&test).good(202)["delivery"]["id"].clone();
    let again = format!("/v1/deliveries/{}/resend", text(&sent));
    let _ = world.send(&admin.request("POST", &again)).good(202);
    let entries = items(&admin, "/v1/audit?limit=2");
    assert_eq!(
        (&entries[0]["event"], &entries[0]["about"]),
        (&json!("delivery.resent"), &sent)
    );
    assert_eq!(
        (&entries[1]["event"], &entries[1]["about"]),
        (&json!("webhook.tested"), &webhook["id"])
    );
    assert_eq!(entries[1]["after"], json!({}), "nothing is another");
    // What was refused is no entry.
    let _ = changed(&world, &webhook, &json!({ "active": false }));
    let _ = world.send(&test).problem(409, "webhook_disabled");
    assert_eq!(noted(&admin)[0], "webhook.updated");
}

#[test]
fn an_address_of_keyway_itself_is_no_webhook() {
    let page = "https://keys.keyway-tests.dev/app/";
    let world = World::builder().text("PAGE_URL", page).start();
    let admin = world.admin();
    let called = "api.keyway-tests.dev";
    let (webhook, _) = made(&admin, &json!({ "url": URL }));
    let key = admin.create_named("K");
    let path_of_key = format!("/v1/keys/{}", key.id);
    let send = |request: Request, body: Value| {
        let request = request.without_host().header("host", called);
        world.send(&request.json(&body))
    };
    for url in [
        "https://keys.keyway-tests.dev/v1/keys",
        "https://api.keyway-tests.dev:8443/",
    ] {
        let body = json!({ "url": url });
        let refused = send(admin.request("POST", "/v1/webhooks"), body.clone());
        refused.field_problem("webhook_not_public", "/url");
        let refused = send(admin.request("PATCH", &path(&webhook)), body);
        refused.field_problem("webhook_not_public", "/url");
        let body = json!({ "name": "N", "webhook_url": url });
        let refused = send(admin.request("POST", "/v1/keys"), body.clone());
        refused.field_problem("webhook_not_public", "/webhook_url");
        let request = admin
            .request("POST", "/v1/keys/import")
            .header("idempotency-key", url.len().to_string());
        let imported = send(request, json!({ "keys": [body] })).good(200);
        let problem = &imported["results"][0]["problem"];
        assert_eq!(
            (
                &problem["errors"][0]["code"],
                &problem["errors"][0]["pointer"]
            ),
            (&json!("webhook_not_public"), &json!("/keys/0/webhook_url"))
        );
        let request = admin.request("PATCH", &path_of_key);
        let request = request.header("if-match", "\"1\"");
        let refused = send(request, json!({ "webhook_url": url }));
        refused.field_problem("webhook_not_public", "/webhook_url");
    }
    // Another name of the same site is another host.
    let elsewhere = json!({ "url": "https://hooks.keyway-tests.dev/" });
    let _ = send(admin.request("POST", "/v1/webhooks"), elsewhere).good(201);
}

#[test]
fn who_tries_an_endpoint_out_does_not_wait_for_the_end_of_its_rest() {
    let mut world = World::start();
    let (webhook, _) = made(
        &world.admin(),
        &json!({ "url": "https://nobody.keyway-tests.dev/" }),
    );
    let rest = "UPDATE endpoints SET rests_until = 9e15";
    let rest = rest.replace("9e15", "CAST(9e15 AS INTEGER)");
    let _ = keyway_tests::sql::run(&mut world, &rest);
    let admin = world.admin();
    let test = admin.request("POST", &format!("{}/test", path(&webhook)));
    let _ = world.send(&test).good(202);
    deadline::eventually("the trial was tried", deadline::EVENT, || {
        let found = items(&admin, "/v1/deliveries?outcome=pending");
        (found[0]["attempts"] != 0).then_some(())
    });
}
