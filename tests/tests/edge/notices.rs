//! Who is told: webhooks and letters, from what happens to where they arrive.

use std::time::{Duration, Instant, SystemTime};

use keyway_tests::{
    Admin, World,
    deadline::{self, eventually},
    moment::ahead,
    sink::{Answering, SENDER, Sink, verified},
    sql,
};
use serde_json::{Value, json};

const HOOKS: &str = "hooks.example.com";
const OWN: &str = "own.example.com";
/// Of the endpoints that are made here: 32 bytes, and as receivers have it.
const SECRET: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const SHOWN: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const DAY: u64 = 86_400;

/// An endpoint of the workspace, at that address.
fn endpoint(world: &mut World, url: &str) {
    let _ = world.admin().get("/v1/settings").good(200);
    let _ = sql::run(
        world,
        &format!(
            "INSERT INTO endpoints (id, url, events, secret, created_at)
             VALUES ('whk_{}', '{url}', '[]', x'{SECRET}', 0)",
            "a".repeat(22)
        ),
    );
}

fn hooked(sink: &Sink) -> World {
    let mut world = sink.world().start();
    endpoint(&mut world, "https://hooks.example.com/all");
    world
}

/// The deliveries, the oldest first.
fn deliveries(world: &mut World) -> Vec<Value> {
    let rows = sql::run(
        world,
        "SELECT d.*, m.event FROM deliveries d JOIN messages m ON m.id = d.message ORDER BY number",
    );
    rows.as_array().unwrap().clone()
}

fn patch(admin: &Admin, id: &str, change: &Value) {
    let path = format!("/v1/keys/{id}");
    let tag = format!("\"{}\"", admin.key(id)["version"]);
    let _ = admin.patch(&path, &tag, change).good(200);
}

#[test]
fn each_event_is_told_once_and_signed_as_a_published_library_wants_it() {
    let sink = Sink::start();
    let mut world = sink
        .world()
        .text("VAULT_KEY_1", "a vault key of thirty-two letters")
        .start();
    endpoint(&mut world, "https://hooks.example.com/all");
    let admin = world.admin();
    let key = admin.create(&json!({
        "name": "Reporting", "recoverable": true, "webhook_url": "https://own.example.com/key?a=1",
    }));
    let secret = sql::run(
        &mut world,
        "SELECT hex(secret) AS secret FROM endpoints WHERE key <> ''",
    );
    let secret = hex::decode(secret[0]["secret"].as_str().unwrap()).unwrap();
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret);
    patch(&admin, &key.id, &json!({ "description": "Nightly" }));
    for change in ["block", "unblock", "rotate", "reveal", "revoke"] {
        let _ = admin.change(change, &key.id).good(200);
    }
    let _ = admin.delete(&format!("/v1/keys/{}", key.id)).good(200);
    let member = json!({ "name": "Mo", "email": "mo@example.com" });
    let member = admin.post("/v1/members", &member).good(201);
    let path = format!("/v1/members/{}", member["member"]["id"].as_str().unwrap());
    let _ = admin
        .patch(&path, "\"1\"", &json!({ "name": "Moe" }))
        .good(200);
    let _ = admin.delete(&path);

    let of_key = [
        "key.created",
        "key.updated",
        "key.blocked",
        "key.unblocked",
        "key.rotated",
        "key.revealed",
        "key.revoked",
        "key.deleted",
    ];
    let mut all: Vec<&str> = of_key.to_vec();
    all.extend(["member.added", "member.changed", "member.removed"]);
    let own = sink.wait(OWN, of_key.len());
    let hooks = sink.wait(HOOKS, all.len());
    assert!(verified(&hooks, SHOWN).iter().all(|good| *good));
    assert!(
        verified(&own, &format!("whsec_{base64}"))
            .iter()
            .all(|good| *good)
    );
    assert!(
        verified(&own, SHOWN).iter().all(|good| !good),
        "or nothing is checked"
    );
    let sorted = |mut events: Vec<String>| {
        events.sort();
        events
    };
    let named = |events: &[&str]| sorted(events.iter().map(|event| (*event).to_owned()).collect());
    assert_eq!(sorted(sink.events(OWN)), named(&of_key));
    assert_eq!(sorted(sink.events(HOOKS)), named(&all));
    for webhook in hooks.iter().chain(&own) {
        let data = &webhook.body["data"];
        assert_eq!(data["by"]["name"], "Root", "{data}");
        assert!(!webhook.text.contains(&key.token), "{}", webhook.text);
        assert!(!webhook.text.contains("hint"), "{}", webhook.text);
        assert!(webhook.text.len() < 20_000);
        if webhook.to.starts_with(OWN) {
            assert_eq!(webhook.to, "own.example.com/key");
            assert_eq!(data["key"]["id"], key.id);
        }
    }
    let rows = deliveries(&mut world);
    assert_eq!(rows.len(), all.len() + of_key.len());
    assert!(rows.iter().all(|row| row["outcome"] == "delivered"
        && row["status"] == 204
        && row["attempts"] == 1
        && row["due_at"].is_null()));
    let left = sql::run(
        &mut world,
        "SELECT count(*) AS n FROM endpoints WHERE key <> ''",
    );
    assert_eq!(
        left[0]["n"], 0,
        "a deleted key's own endpoint goes, once it was told"
    );
}

#[test]
fn an_address_of_a_key_follows_the_key() {
    let sink = Sink::start();
    let world = sink.world().start();
    let admin = world.admin();
    let key =
        admin.create(&json!({ "name": "Moving", "webhook_url": "https://own.example.com/1" }));
    patch(
        &admin,
        &key.id,
        &json!({ "webhook_url": "https://hooks.example.com/2" }),
    );
    let _ = sink.wait(HOOKS, 1);
    patch(&admin, &key.id, &json!({ "webhook_url": null }));
    patch(
        &admin,
        &key.id,
        &json!({ "webhook_url": "https://own.example.com/3" }),
    );
    let _ = sink.wait(OWN, 2);
    assert_eq!(sink.events(OWN), ["key.created", "key.updated"]);
    assert_eq!(sink.events(HOOKS), ["key.updated"]);
}

/// The rows move back instead of the clock forth.
fn pass(world: &mut World, days: f64) {
    let millis = (days * 86_400_000.0) as i64;
    let _ = sql::run(
        world,
        &format!(
            "UPDATE keys SET expires_at = expires_at - {millis}, created_at = created_at - {millis};
             UPDATE notices SET ends_at = ends_at - {millis}, look_at = look_at - {millis},
                unused_since = unused_since - {millis};"
        ),
    );
    // The first call of an instance sets the alarm.
    let _ = world.admin().get("/v1/settings").good(200);
}

#[test]
fn a_clock_takes_a_key_through_all_its_notices_and_each_comes_once() {
    let sink = Sink::start();
    let mut world = sink.mailing_world().start();
    endpoint(&mut world, "https://hooks.example.com/all");
    let admin = world.admin();
    let _ = admin.create(&json!({
        "name": "Reporting", "expires_at": ahead(Duration::from_secs(20 * DAY)),
        "contacts": [{ "name": "Ops", "email": "ops@example.com" }],
    }));
    let _ = sink.wait(HOOKS, 1);
    let mut told = 1;
    let subjects = ["14 days", "3 days", "24 hours", "12 hours"];
    for days in [6.001, 11.0, 2.0, 0.5, 0.5] {
        pass(&mut world, days);
        told += 1;
        let _ = sink.wait(HOOKS, told);
        let _ = sink.wait_for_letters(told);
        // A restart, and nothing is told again.
        pass(&mut world, 0.0);
    }
    pass(&mut world, 100.0);
    let _ = admin.create_named("the last one");
    let _ = sink.wait(HOOKS, told + 1);
    let mut expected = vec!["key.created"];
    expected.extend(["key.expiring"; 4]);
    expected.extend(["key.expired", "key.created"]);
    assert_eq!(sink.events(HOOKS), expected);
    let letters = sink.letters();
    assert_eq!(letters.len(), 6, "{letters:?}");
    for (letter, left) in letters[1..5].iter().zip(subjects) {
        let subject = letter["subject"].as_str().unwrap();
        assert!(
            subject.ends_with(&format!("expires in {left}")),
            "{subject}"
        );
        assert_eq!(
            (&letter["from"], &letter["to"]),
            (&json!(SENDER), &json!("ops@example.com"))
        );
        for part in ["text", "html"] {
            let link = "https://keys.example.com/#/keys?search=key_";
            assert!(letter[part].as_str().unwrap().contains(link), "{letter}");
        }
    }
}

#[test]
fn a_clock_that_jumps_tells_only_what_is_still_true() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let admin = world.admin();
    let until = |days| json!({ "name": "K", "expires_at": ahead(Duration::from_secs(days * DAY)) });
    let _ = admin.create(&until(20));
    let _ = sink.wait(HOOKS, 1);
    pass(&mut world, 18.5);
    let _ = sink.wait(HOOKS, 2);
    pass(&mut world, 30.0);
    let _ = sink.wait(HOOKS, 3);
    pass(&mut world, 30.0);
    // Whoever gives a key two days knows that, and is told of the rest.
    let _ = admin.create(&until(2));
    let _ = sink.wait(HOOKS, 4);
    pass(&mut world, 1.001);
    let _ = sink.wait(HOOKS, 5);
    let expected = [
        "key.created",
        "key.expiring",
        "key.expired",
        "key.created",
        "key.expiring",
    ];
    assert_eq!(sink.events(HOOKS), expected);
}

#[test]
fn a_key_that_nobody_uses_is_told_once() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let admin = world.admin();
    let _ = admin.create_named("Idle");
    let blocked = admin.create_named("Blocked");
    let _ = admin.change("block", &blocked.id).good(200);
    let _ = sink.wait(HOOKS, 3);
    pass(&mut world, 90.001);
    let last = sink.wait(HOOKS, 4).remove(3);
    assert_eq!(last.body["data"]["key"]["name"], "Idle");
    pass(&mut world, 90.001);
    let _ = admin.create_named("Later");
    let _ = sink.wait(HOOKS, 5);
    let unused = |events: Vec<String>| events.iter().filter(|event| *event == "key.unused").count();
    assert_eq!(unused(sink.events(HOOKS)), 1);
}

#[test]
fn promise_3_what_was_to_be_told_survives_kill_9_in_the_middle() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    sink.answers(HOOKS, Answering::Late(Duration::from_secs(3)));
    let mut admin = world.admin();
    let mut keys = Vec::new();
    for round in 0..3 {
        for name in ["a", "b", "c"] {
            keys.push(admin.create_named(&format!("{name}{round}")).id);
        }
        // Some are under way, and some are not.
        let _ = sink.wait(HOOKS, 1 + 2 * round);
        world.crash();
        admin = world.admin();
    }
    sink.answers(HOOKS, Answering::Status(204));
    let _ = admin.get("/v1/settings").good(200);
    eventually("every key was told", Duration::from_secs(60), || {
        let webhooks = sink.webhooks(HOOKS);
        let told = |id: &String| {
            webhooks
                .iter()
                .any(|webhook| webhook.body["data"]["key"]["id"] == **id)
        };
        keys.iter().all(told).then_some(())
    });
    // What came twice came under one id: a receiver can tell.
    let mut ids: Vec<_> = sink
        .webhooks(HOOKS)
        .into_iter()
        .map(|webhook| webhook.id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), keys.len());
}

#[test]
fn a_receiver_that_is_gone_is_never_asked_again() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    sink.answers(HOOKS, Answering::Status(410));
    let admin = world.admin();
    let _ = admin.create_named("First");
    let _ = sink.wait(HOOKS, 1);
    eventually("it is disabled", deadline::EVENT, || {
        let row = sql::run(&mut world, "SELECT disabled_why FROM endpoints");
        (row[0]["disabled_why"] == "gone").then_some(())
    });
    let _ = world.admin().create_named("Second");
    let rows = deliveries(&mut world);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["outcome"], &rows[0]["status"]),
        (&json!("failed"), &json!(410))
    );
    assert_eq!(sink.webhooks(HOOKS).len(), 1);
}

#[test]
fn a_redirect_is_not_followed_and_a_failure_is_tried_again_under_the_same_id() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let away = "https://elsewhere.example.com/".to_owned();
    sink.answers(HOOKS, Answering::With(302, "location", away));
    let _ = world.admin().create_named("Moved");
    let _ = sink.wait(HOOKS, 1);
    sink.answers(HOOKS, Answering::Status(204));
    let webhooks = sink.wait(HOOKS, 2);
    assert_eq!(webhooks[0].id, webhooks[1].id);
    let time = |at: usize| webhooks[at].timestamp.parse::<i64>().unwrap();
    assert!(time(1) - time(0) >= 5, "not before its time");
    assert_eq!(verified(&webhooks, SHOWN), [true, true]);
    assert!(sink.webhooks("elsewhere.example.com").is_empty());
    eventually("it is settled", deadline::EVENT, || {
        let rows = deliveries(&mut world);
        (rows[0]["outcome"] == "delivered" && rows[0]["attempts"] == 2).then_some(())
    });
}

#[test]
fn a_receiver_says_when_it_wants_to_be_asked_again() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    sink.answers(
        HOOKS,
        Answering::With(429, "retry-after", "3600".to_owned()),
    );
    let _ = world.admin().create_named("Later");
    let _ = sink.wait(HOOKS, 1);
    let row = eventually("it is settled", deadline::EVENT, || {
        let row = deliveries(&mut world).remove(0);
        (row["status"] == 429).then_some(row)
    });
    let wait = row["due_at"].as_i64().unwrap() - row["tried_at"].as_i64().unwrap();
    assert!((3_600_000..3_630_000).contains(&wait), "{row}");
    assert_eq!(sink.webhooks(HOOKS).len(), 1);
}

#[test]
fn a_receiver_that_is_slow_or_answers_at_length_is_contained() {
    let sink = Sink::start();
    let world = hooked(&sink);
    sink.answers(OWN, Answering::Long(10_000_000));
    sink.answers(HOOKS, Answering::Late(Duration::from_secs(60)));
    let admin = world.admin();
    let start = Instant::now();
    let key = json!({ "name": "Long", "webhook_url": "https://own.example.com/" });
    let made = admin.create(&key);
    let _ = sink.wait(OWN, 1);
    let _ = sink.wait(HOOKS, 1);
    // Nobody waits for them, least of all who takes a key away.
    for _ in 0..8 {
        let other = admin.create_named("Other");
        assert_eq!(admin.revoke(&other.id).status, 200);
    }
    assert_eq!(admin.revoke(&made.id).status, 200);
    assert!(
        start.elapsed() < Duration::from_secs(12),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(admin.as_verifier().code(&made.token), "revoked");
    // Given up after 15 s, to be tried again; and how long an answer is, nobody sees.
    for (what, means) in [("timeout", "pending"), ("", "delivered")] {
        let row = eventually("it was too slow", Duration::from_secs(60), || {
            let page = admin.get("/v1/deliveries?limit=200").good(200);
            let mut rows = page["items"].as_array().unwrap().clone().into_iter();
            rows.find(|row| row["why"].as_str().unwrap_or("") == what && row["outcome"] == means)
        });
        assert_eq!(row["next_attempt_at"].is_string(), means == "pending");
        assert_eq!(row["status"] == 200, means == "delivered");
    }
}

#[test]
fn a_key_may_end_after_the_last_alarm_there_is() {
    let sink = Sink::start();
    let world = hooked(&sink);
    let admin = world.admin();
    let made = admin.create(&json!({ "name": "For ever", "expires_at": "2300-01-01T00:00:00Z" }));
    let _ = admin.create(&json!({ "name": "Longer", "expires_at": "9999-12-31T23:59:59Z" }));
    assert_eq!(admin.revoke(&made.id).status, 200);
    let _ = sink.wait(HOOKS, 3);
}

#[test]
fn nothing_is_sent_to_addresses_that_are_not_public() {
    let sink = Sink::start();
    for url in [
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://printer.local/",
        "https://intranet/",
        "http://hooks.example.com/",
        "https://keys.example.com/v1/keys",
    ] {
        let mut world = sink.mailing_world().start();
        endpoint(&mut world, url);
        let _ = world.admin().create_named("Secret");
        let row = eventually("it is settled", deadline::EVENT, || {
            let row = deliveries(&mut world).remove(0);
            row["outcome"].is_string().then_some(row)
        });
        assert_eq!(
            (&row["outcome"], &row["why"]),
            (&json!("failed"), &json!("not_public"))
        );
    }
    assert!(sink.webhooks(HOOKS).is_empty() && sink.webhooks("127.0.0.1").is_empty());
}

#[test]
fn both_secrets_are_good_while_one_is_replaced() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let other = "ff".repeat(24);
    let shown = format!("whsec_{}", "/".repeat(32));
    for (until, expected) in [("4e12", true), ("1", false)] {
        let _ = sql::run(
            &mut world,
            &format!(
                "UPDATE endpoints SET previous_secret = x'{other}', previous_until = CAST({until} AS INTEGER)"
            ),
        );
        let before = sink.webhooks(HOOKS).len();
        let _ = world.admin().create_named("Signed twice");
        let webhooks = sink.wait(HOOKS, before + 1).split_off(before);
        assert_eq!(verified(&webhooks, SHOWN), [true]);
        assert_eq!(verified(&webhooks, &shown), [expected]);
    }
}

#[test]
fn an_endpoint_that_never_answers_is_given_up_and_disabled() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    sink.answers(HOOKS, Answering::Status(500));
    let _ = world.admin().create_named("Lost");
    let _ = sink.wait(HOOKS, 1);
    let _ = sql::run(
        &mut world,
        "UPDATE deliveries SET attempts = 9, due_at = 1, claimed_until = NULL",
    );
    let _ = world.admin().get("/v1/settings").good(200);
    let _ = sink.wait(HOOKS, 2);
    eventually("it is given up", deadline::EVENT, || {
        let row = deliveries(&mut world).remove(0);
        let endpoint = sql::run(&mut world, "SELECT disabled_why FROM endpoints");
        (row["outcome"] == "failed" && endpoint[0]["disabled_why"] == "failing").then_some(())
    });
}

#[test]
fn people_are_written_to_who_are_contacts_or_chose_to_be_told() {
    let sink = Sink::start();
    let world = sink.mailing_world().start();
    let admin = world.admin();
    assert_eq!(admin.get("/v1/settings").good(200)["email"], true);
    let ready = admin.get("/readyz").good(200);
    assert_eq!(ready["checks"]["EMAIL"], "ok");
    for (name, notices) in [("ada", true), ("bob", false)] {
        let member = json!({ "name": name, "email": format!("{name}@example.com"),
            "role": "administrator" });
        let member = admin.post("/v1/members", &member).good(201);
        let path = format!("/v1/members/{}", member["member"]["id"].as_str().unwrap());
        let _ = admin
            .patch(&path, "\"1\"", &json!({ "notices": notices }))
            .good(200);
    }
    let service = admin
        .post("/v1/members", &json!({ "name": "CI" }))
        .good(201);
    let path = format!("/v1/members/{}", service["member"]["id"].as_str().unwrap());
    let refused = admin.patch(&path, "\"1\"", &json!({ "notices": true }));
    let _ = refused.problem(422, "invalid_email");
    // Of Ada's own change she is told, which was not hers; then of Bob, and of CI.
    let _ = sink.wait_for_letters(3);
    let key = admin.create(&json!({
        "name": "<b>מפתח", "contacts": [{ "name": "Ops", "email": "ops@example.com" },
            { "name": "Ada", "email": "ADA@example.com" }],
    }));
    let letters = sink.wait_for_letters(5).split_off(3);
    let mut to: Vec<_> = letters
        .iter()
        .map(|letter| letter["to"].as_str().unwrap())
        .collect();
    to.sort_unstable();
    assert_eq!(to, ["ADA@example.com", "ops@example.com"]);
    let letter = letters[0].to_string();
    assert!(
        !letter.contains(&key.token) && !letter.contains("<b>מפתח</b>"),
        "{letter}"
    );
    assert!(letters[0]["html"].as_str().unwrap().contains("&lt;b&gt;"));
    // What a program may change every minute is no letter, and rights are one.
    patch(&admin, &key.id, &json!({ "metadata": { "a": 1 } }));
    patch(&admin, &key.id, &json!({ "allowed_ips": ["192.0.2.0/24"] }));
    let letters = sink.wait_for_letters(7).split_off(5);
    assert!(
        letters[0]["subject"]
            .as_str()
            .unwrap()
            .ends_with("was changed")
    );
    // Contacts can be left alone.
    let off = json!({ "notices": { "email_contacts": false } });
    let _ = admin.patch("/v1/settings", "\"1\"", &off).good(200);
    let _ = admin.delete(&format!("/v1/keys/{}", key.id)).good(200);
    let letters = sink.wait_for_letters(8).split_off(7);
    assert_eq!(
        letters[0]["to"], "ada@example.com",
        "she chose it as a member"
    );
    // A thousand keys are no reason for a thousand letters.
    let contacts = json!([{ "name": "Ops", "email": "ops@example.com" }]);
    let keys = json!({ "keys": [{ "name": "Old", "contacts": contacts }] });
    let import = admin
        .request("POST", "/v1/keys/import")
        .header("idempotency-key", "1");
    let _ = world.send(&import.json(&keys)).good(200);
    let last = admin.create_named("Last");
    let letters = sink.wait_for_letters(9).split_off(8);
    assert_eq!(letters.len(), 1);
    assert!(letters[0]["text"].as_str().unwrap().contains(&last.id));
}

#[test]
fn a_letter_that_is_refused_is_tried_again() {
    let sink = Sink::start();
    let mut world = sink.mailing_world().start();
    world.expect_in_log("Error: refused");
    sink.refuses_mail(true);
    let contact = json!([{ "name": "Ops", "email": "ops@example.com" }]);
    let _ = world
        .admin()
        .create(&json!({ "name": "K", "contacts": contact }));
    let row = eventually("it is refused", deadline::EVENT, || {
        let row = deliveries(&mut world).remove(0);
        (row["why"] == "refused").then_some(row)
    });
    assert!(row["outcome"].is_null() && row["status"].is_null(), "{row}");
    sink.refuses_mail(false);
    let _ = world.admin().get("/v1/settings").good(200);
    let letters = sink.wait_for_letters(1);
    assert_eq!(letters[0]["to"], "ops@example.com");
}

#[test]
fn without_email_and_endpoints_nothing_is_written_but_when_to_look() {
    let mut world = World::start();
    let admin = world.admin();
    assert_eq!(admin.get("/v1/settings").good(200)["email"], false);
    let contact = json!([{ "name": "Ops", "email": "ops@example.com" }]);
    let made = admin.create(&json!({ "name": "K", "contacts": contact }));
    let _ = admin.create_named("L");
    let _ = admin.revoke(&made.id);
    assert!(deliveries(&mut world).is_empty());
    let rows = sql::run(
        &mut world,
        "SELECT (SELECT count(*) FROM messages) AS m, count(*) AS n FROM notices",
    );
    assert_eq!((&rows[0]["m"], &rows[0]["n"]), (&json!(0), &json!(1)));
}

#[test]
fn what_is_settled_about_notices_is_held_to_what_it_may_be() {
    let world = World::start();
    let admin = world.admin();
    let settings = admin.get("/v1/settings").good(200);
    let default =
        json!({ "expiry_days": [14, 3, 1, 0], "unused_days": 90, "email_contacts": true });
    assert_eq!(settings["settings"]["notices"], default);
    let wrong = json!({ "notices": { "expiry_days": [400], "unused_days": 0 } });
    let wrong = admin
        .patch("/v1/settings", "\"1\"", &wrong)
        .problem(422, "invalid_days");
    assert_eq!(wrong["errors"][0]["pointer"], "/notices/expiry_days/0");
    assert_eq!(wrong["errors"][1]["pointer"], "/notices/unused_days");
    let change = json!({ "notices": { "expiry_days": [7], "unused_days": null } });
    let changed = admin.patch("/v1/settings", "\"1\"", &change).good(200);
    let expected = json!({ "expiry_days": [7], "unused_days": null, "email_contacts": true });
    assert_eq!(changed["settings"]["notices"], expected);
    assert_eq!(
        admin.get("/v1/settings").good(200)["settings"]["notices"],
        expected
    );
}

/// Milliseconds since 1970.
fn now() -> u128 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()
}

/// From now on whatever is to be sent is due.
fn hurry(world: &mut World) {
    let hurry = "UPDATE deliveries SET due_at = 1, claimed_until = NULL WHERE due_at IS NOT NULL;
        UPDATE endpoints SET rests_until = NULL";
    let _ = sql::run(world, hurry);
    let _ = world.admin().get("/v1/settings").good(200);
}

/// A member who chose to be told.
fn told(world: &World, name: &str, rest: &Value) -> String {
    let mut member = json!({ "name": name, "email": format!("{name}@example.com") });
    let (all, more) = (member.as_object_mut().unwrap(), rest.as_object().unwrap());
    all.extend(more.clone());
    let member = world.admin().post("/v1/members", &member).good(201);
    let path = format!("/v1/members/{}", member["member"]["id"].as_str().unwrap());
    let told = json!({ "notices": true });
    let _ = world.admin().patch(&path, "\"1\"", &told).good(200);
    path
}

/// The addresses and subjects of the letters after the first so many, sorted.
fn letters(sink: &Sink, after: usize, count: usize) -> Vec<(String, String)> {
    let letters = sink.wait_for_letters(after + count).split_off(after);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<_> = letters
        .iter()
        .map(|letter| (text(&letter["to"]), text(&letter["subject"])))
        .collect();
    found.sort();
    found
}

/// Nothing more is to be sent.
fn settled(world: &World) {
    eventually("all is settled", Duration::from_secs(60), || {
        let open = world.admin().get("/v1/deliveries?outcome=pending");
        let open = open.good(200);
        open["items"].as_array().unwrap().is_empty().then_some(())
    });
}

#[test]
fn a_receiver_that_answers_well_but_slowly_leaves_hands_for_others_and_for_letters() {
    let sink = Sink::start();
    let mut world = sink.mailing_world().start();
    endpoint(&mut world, "https://hooks.example.com/all");
    sink.answers(HOOKS, Answering::Late(Duration::from_secs(14)));
    let admin = world.admin();
    for _ in 0..8 {
        let _ = admin.create_named("Many");
    }
    let _ = sink.wait(HOOKS, 2);
    let start = Instant::now();
    let _ = admin.create(&json!({
        "name": "One", "webhook_url": "https://own.example.com/",
        "contacts": [{ "name": "Ops", "email": "ops@example.com" }],
    }));
    let _ = sink.wait(OWN, 1);
    let _ = sink.wait_for_letters(1);
    assert!(start.elapsed() < Duration::from_secs(9), "they waited");
    assert_eq!(sink.webhooks(HOOKS).len(), 2, "two at once for one");
    // What may not begin yet is no reason to look again and again.
    let alarm = sql::alarm(&mut world);
    let is_later = alarm.is_some_and(|at| at > now() + 3_000);
    assert!(is_later, "{alarm:?} is now");
}

#[test]
fn an_endpoint_that_fails_rests_and_what_is_due_there_waits_as_it_is() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    sink.answers(HOOKS, Answering::Status(500));
    let admin = world.admin();
    let id = admin.create_named("First").id;
    let _ = sink.wait(HOOKS, 1);
    let before = sink.webhooks(HOOKS).len();
    for name in ["a", "b", "c", "d", "e", "f"] {
        patch(&admin, &id, &json!({ "description": name }));
    }
    let rows = sql::run(
        &mut world,
        "SELECT count(*) FILTER (WHERE attempts = 0 AND d.due_at = m.at) AS waiting, min(rests_until) AS until
         FROM deliveries d JOIN messages m ON m.id = d.message JOIN endpoints e ON e.id = d.endpoint",
    );
    let seen = sink.webhooks(HOOKS).len() - before;
    assert!(
        rows[0]["waiting"].as_u64().unwrap() >= 6 - seen as u64,
        "{rows}"
    );
    assert!(rows[0]["until"].is_i64(), "{rows}");
    assert!(seen <= 2, "{seen} while it rests");
    // Whoever rests for long does not keep the alarm busy, nor anybody else waiting.
    let rest = "UPDATE endpoints SET rests_until = (SELECT max(due_at) + 600000 FROM deliveries)";
    let _ = sql::run(&mut world, rest);
    let before = sink.webhooks(HOOKS).len();
    let _ = world
        .admin()
        .create(&json!({ "name": "Own", "webhook_url": "https://own.example.com/" }));
    let _ = sink.wait(OWN, 1);
    assert_eq!(sink.webhooks(HOOKS).len(), before);
    eventually(
        "the alarm is set for the end of the rest",
        deadline::EVENT,
        || {
            let delivered = "/v1/deliveries?outcome=delivered";
            let delivered = world.admin().get(delivered).good(200);
            let is_settled = !delivered["items"].as_array().unwrap().is_empty();
            let alarm = sql::alarm(&mut world).filter(|_| is_settled);
            alarm.filter(|at| *at > now() + 60_000)
        },
    );
    // And once it works all of it arrives, without another failure in between.
    sink.answers(HOOKS, Answering::Status(204));
    hurry(&mut world);
    settled(&world);
    let row = sql::run(
        &mut world,
        "SELECT max(rests_until) AS until FROM endpoints",
    );
    assert!(row[0]["until"].is_null(), "{row}");
}

#[test]
fn promise_10_a_letter_that_waited_is_not_sent_to_who_may_not_read_it_any_more() {
    let sink = Sink::start();
    let mut world = sink.mailing_world().start();
    world.expect_in_log("Error: refused");
    let administrator = json!({ "role": "administrator" });
    let ada = told(&world, "ada", &administrator);
    let _ = told(&world, "bob", &administrator);
    settled(&world);
    let before = sink.letters().len();
    sink.refuses_mail(true);
    let admin = world.admin();
    let contact = |name: &str| json!({ "name": name, "email": format!("{name}@example.com") });
    let key = admin.create(&json!({ "name": "K", "contacts": [contact("ops"), contact("stay")] }));
    let gone = admin.create(&json!({ "name": "Gone", "contacts": [contact("last")] }));
    let _ = admin.delete(&format!("/v1/keys/{}", gone.id)).good(200);
    let tag = format!("\"{}\"", admin.get(&ada).good(200)["member"]["version"]);
    let away = json!({ "suspended": true });
    let _ = admin.patch(&ada, &tag, &away).good(200);
    patch(&admin, &key.id, &json!({ "contacts": [contact("stay")] }));
    sink.refuses_mail(false);
    hurry(&mut world);
    settled(&world);
    let mut to: Vec<String> = letters(&sink, before, 9)
        .into_iter()
        .map(|(to, subject)| format!("{to} {}", subject.rsplit(' ').next().unwrap()))
        .collect();
    to.sort();
    to.dedup();
    assert_eq!(
        to,
        [
            "bob@example.com changed",
            "bob@example.com created",
            "bob@example.com deleted",
            "last@example.com created",
            "last@example.com deleted",
            "stay@example.com changed",
            "stay@example.com created",
        ]
    );
    let rows = deliveries(&mut world);
    let not_theirs: Vec<_> = rows
        .iter()
        .filter(|row| row["why"] == "not_theirs" && row["outcome"] == "failed")
        .map(|row| {
            (
                row["address"].as_str().unwrap(),
                row["event"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        not_theirs,
        [
            ("ops@example.com", "key.created"),
            ("ada@example.com", "key.created"),
            ("ada@example.com", "key.created"),
            ("ada@example.com", "key.deleted"),
        ]
    );
}

#[test]
fn many_keys_changed_at_once_are_one_letter_to_each_member_about_those_they_see() {
    let sink = Sink::start();
    let mut world = sink.mailing_world().start();
    endpoint(&mut world, "https://hooks.example.com/all");
    let admin = world.admin();
    for account in ["acme", "globex"] {
        admin.account(account);
    }
    let mut ids = Vec::new();
    for number in 0..12 {
        let mut key = json!({ "name": format!("Key {number}"), "accounts": ["globex"] });
        if number > 9 {
            key["accounts"] = json!(["acme"]);
            key["contacts"] = json!([{ "name": "Ops", "email": "ops@example.com" }]);
        }
        ids.push(admin.create(&key).id);
    }
    let _ = told(&world, "ada", &json!({ "role": "administrator" }));
    let _ = told(
        &world,
        "mo",
        &json!({ "api_access": true, "accounts": ["acme"] }),
    );
    settled(&world);
    let (before, hooks) = (sink.letters().len(), sink.webhooks(HOOKS).len());
    let admin = world.admin();
    let already = json!({ "action": "block", "ids": [ids[0]], "reason": "Leaked" });
    let _ = admin.post("/v1/keys/bulk", &already).good(200);
    let all = json!({ "action": "block", "ids": ids, "reason": "Leaked" });
    let _ = admin.post("/v1/keys/bulk", &all).good(200);
    settled(&world);
    let blocked = |what: &str| format!("Keyway: {what} blocked");
    let own = |name: &str| blocked(&format!("API key \u{2068}{name}\u{2069} was"));
    let to = |name: &str, subject: String| (format!("{name}@example.com"), subject);
    assert_eq!(
        letters(&sink, before, 5),
        [
            to("ada", blocked("1 API key was")),
            to("ada", blocked("11 API keys were")),
            to("mo", blocked("2 API keys were")),
            to("ops", own("Key 10")),
            to("ops", own("Key 11")),
        ]
    );
    assert_eq!(sink.letters().len(), before + 5);
    assert_eq!(sink.webhooks(HOOKS).len(), hooks + 12, "each key is told");
    let letters = sink.letters();
    let to_ada = letters
        .iter()
        .rfind(|letter| letter["to"] == "ada@example.com");
    let text = to_ada.unwrap()["text"].as_str().unwrap();
    assert!(text.contains("Key 10\u{2069}\nand 1 more\n"), "{text}");
    assert!(
        text.contains("Leaked") && !text.contains("Key 11"),
        "{text}"
    );
    let to_mo = letters
        .iter()
        .find(|letter| letter["to"] == "mo@example.com");
    let text = to_mo.unwrap()["text"].as_str().unwrap();
    assert!(text.contains("Key 11") && !text.contains("Key 9"), "{text}");
}

#[test]
fn other_settings_reach_every_key_some_at_a_time() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let _ = world.admin().create_named("First");
    settled(&world);
    // As many as an old workspace has, and what is written of them at once.
    let _ = sql::run(
        &mut world,
        "UPDATE endpoints SET disabled_at = 1;
         CREATE TABLE written (at TEXT);
         CREATE TRIGGER inserted AFTER INSERT ON notices
            BEGIN INSERT INTO written VALUES (strftime('%f', 'now')); END;
         CREATE TRIGGER updated AFTER UPDATE ON notices
            BEGIN INSERT INTO written VALUES (strftime('%f', 'now')); END;",
    );
    let keys: Vec<_> = (0..400)
        .map(|number| json!({ "name": format!("Key {number}") }))
        .collect();
    let admin = world.admin();
    let import = admin
        .request("POST", "/v1/keys/import")
        .header("idempotency-key", "1");
    let _ = world.send(&import.json(&json!({ "keys": keys }))).good(200);
    let _ = sql::run(&mut world, "DELETE FROM written");
    let change = json!({ "notices": { "unused_days": 200 } });
    let _ = world
        .admin()
        .patch("/v1/settings", "\"1\"", &change)
        .good(200);
    let day = 86_400_000_u128;
    eventually("every key was looked at", deadline::EVENT, || {
        let rows = sql::run(&mut world, "SELECT min(look_at) AS first FROM notices");
        let _ = world.admin().get("/v1/settings").good(200);
        let first = u128::try_from(rows[0]["first"].as_i64().unwrap()).unwrap();
        (first > now() + 199 * day).then_some(())
    });
    let most = "SELECT max(n) AS n, sum(n) AS all_of_them
        FROM (SELECT count(*) AS n FROM written GROUP BY at)";
    let most = sql::run(&mut world, most);
    assert!(most[0]["n"].as_u64().unwrap() <= 200, "{most}");
    assert_eq!(most[0]["all_of_them"], 401, "each once");
}

#[test]
fn a_secret_whose_time_is_over_is_erased_without_being_asked() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    let _ = sql::run(
        &mut world,
        &format!(
            "UPDATE endpoints SET previous_secret = x'{}', previous_until = {}",
            "ff".repeat(24),
            now() + 3_000
        ),
    );
    let _ = world.admin().get("/v1/settings").good(200);
    eventually("it is erased", deadline::EVENT, || {
        let page = world.admin().get("/v1/webhooks").good(200);
        (page["items"][0]["previous_secret_ends_at"].is_null()).then_some(())
    });
    let row = sql::run(&mut world, "SELECT previous_secret FROM endpoints");
    assert!(row[0]["previous_secret"].is_null(), "{row}");
}

#[test]
fn what_cannot_be_read_is_settled_and_holds_up_nothing() {
    let sink = Sink::start();
    let mut world = hooked(&sink);
    world.expect_in_log("holds something unreadable");
    let _ = sql::run(
        &mut world,
        "INSERT INTO messages (id, at, event, body)
            VALUES ('msg_1', unixepoch() * 1000, 'key.created', '{}');
         INSERT INTO endpoints (id, key, url, events, secret, created_at)
            VALUES ('whk_1', 'key_1', 'https://own.example.com/', '[]', x'00', 0);
         INSERT INTO deliveries (id, message, due_at) VALUES ('dlv_1', 'msg_1', 1);
         INSERT INTO deliveries (id, message, endpoint, due_at) VALUES ('dlv_2', 'msg_1', 'whk_1', 1);",
    );
    let _ = world.admin().create_named("Told");
    let _ = sink.wait(HOOKS, 1);
    settled(&world);
    for row in &deliveries(&mut world)[..2] {
        assert_eq!(
            (&row["outcome"], &row["why"], &row["attempts"]),
            (&json!("failed"), &json!("unreadable"), &json!(1))
        );
    }
}
