//! `/v1/audit`: promise 7, one change, one entry; the chain verifies.

use keyway_core::{
    audit::{Broken, check},
    digest::TokenHash,
    workspace::WorkspaceName,
};
use keyway_tests::{Admin, Page, Request, World, search, shape::assert_members, tokens};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ROOT: &str = "mem_0000000000000000000000";
const VAULT_KEY: &str = "a vault key of thirty-two letters";
const PNG: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/png");
const MEMBERS: [&str; 15] = [
    "hash", "previous", "number", "at", "event", "by", "by_name", "via", "about", "name", "reason",
    "address", "request", "before", "after",
];

/// A page of entries.
#[track_caller]
fn page(admin: &Admin, target: &str) -> (Vec<Value>, Value) {
    let body = admin.get(target).good(200);
    assert_members(&body, &["items", "next_cursor"]);
    let items = body["items"].as_array().unwrap().clone();
    for entry in &items {
        assert_members(entry, &MEMBERS);
    }
    (items, body["next_cursor"].clone())
}

/// All entries, the oldest first.
#[track_caller]
fn log(admin: &Admin) -> Vec<Value> {
    let (items, next) = page(admin, "/v1/audit?order=oldest&limit=1000");
    assert_eq!(next, Value::Null);
    items
}

/// The lines of an export, as they came.
#[track_caller]
fn export(admin: &Admin, target: &str) -> String {
    let request = admin.request("GET", target);
    let request = request.header("accept", "application/x-ndjson");
    let answer = admin.door.send(&request).expect(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.assert_unstored();
    answer.text()
}

/// The whole of it, page by page.
fn whole(admin: &Admin) -> String {
    let (mut all, mut last) = (String::new(), 0);
    loop {
        let target = format!("/v1/audit?order=oldest&limit=7&cursor={last}");
        let lines = export(admin, &target);
        last += lines.lines().count();
        if lines.is_empty() {
            return all;
        }
        all.push_str(&lines);
    }
}

/// The one entry that `change` leaves.
#[track_caller]
fn noted(admin: &Admin, change: impl FnOnce()) -> Value {
    let before = log(admin);
    change();
    let mut after = log(admin);
    assert_eq!(
        after.len(),
        before.len() + 1,
        "{:#?}",
        &after[before.len()..]
    );
    after.pop().unwrap()
}

/// `change` leaves none.
#[track_caller]
fn unnoted(admin: &Admin, change: impl FnOnce()) {
    let before = log(admin).len();
    change();
    assert_eq!(log(admin).get(before), None);
}

/// What happened, to what, what is different before and after, and why.
#[track_caller]
fn assert_entry(entry: &Value, event: &str, about: &str, name: &str, reason: &Value) {
    assert_eq!(entry["event"], event, "{entry}");
    let text = |text: &str| match text {
        "" => Value::Null,
        text => json!(text),
    };
    assert_eq!(entry["about"], text(about), "{entry}");
    assert_eq!(entry["name"], text(name), "{entry}");
    assert_eq!(entry["reason"], *reason, "{entry}");
    assert_eq!(
        (&entry["by"], &entry["by_name"]),
        (&json!(ROOT), &json!("Root"))
    );
    assert_eq!(entry["via"], "token");
}

#[track_caller]
fn assert_change(entry: &Value, member: &str, before: &Value, after: &Value) {
    assert_eq!(entry["before"][member], *before, "{entry}");
    assert_eq!(entry["after"][member], *after, "{entry}");
}

fn manager(world: &World, account: &str) -> (Admin, String) {
    let invitation = json!({
        "name": "Mo", "email": "mo@example.com", "api_access": true,
        "accounts": [account], "scopes": ["*"],
    });
    let invited = world.admin().post("/v1/members", &invitation).good(201);
    let member = Admin {
        door: world.door().clone(),
        token: invited["token"].as_str().unwrap().to_owned(),
    };
    (member, invited["member"]["id"].as_str().unwrap().to_owned())
}

#[test]
fn promise_7_every_change_of_a_key_leaves_one_entry() {
    let world = World::builder().text("VAULT_KEY_1", VAULT_KEY).start();
    let admin = world.admin();
    let mut id = String::new();
    let why = json!("a test");
    let (none, blocked, active) = (Value::Null, json!("blocked"), json!("active"));

    let entry = noted(&admin, || {
        let body = json!({ "name": "First", "recoverable": true, "metadata": { "hint": 1 } });
        id = admin.create(&body).id;
    });
    assert_entry(&entry, "key.created", &id, "First", &none);
    assert_eq!(entry["before"], none);
    let mut shown = admin.key(&id);
    shown.as_object_mut().unwrap().remove("hint");
    assert_eq!(entry["after"], shown);

    let path = format!("/v1/keys/{id}");
    let entry = noted(&admin, || {
        let _ = admin
            .patch(&path, "\"1\"", &json!({ "name": "Second" }))
            .good(200);
    });
    assert_entry(&entry, "key.updated", &id, "Second", &none);
    assert_eq!(entry["before"], json!({ "version": 1, "name": "First" }));
    assert_eq!(entry["after"], json!({ "version": 2, "name": "Second" }));

    let entry = noted(&admin, || drop(admin.change("block", &id).good(200)));
    assert_entry(&entry, "key.blocked", &id, "Second", &why);
    assert_change(&entry, "status", &active, &blocked);
    assert_eq!(entry["before"]["blocked"], none);
    assert_eq!(entry["after"]["blocked"]["reason"], why);

    let entry = noted(&admin, || drop(admin.change("unblock", &id).good(200)));
    assert_entry(&entry, "key.unblocked", &id, "Second", &why);
    assert_change(&entry, "status", &blocked, &active);

    let rotate = json!({ "grace_seconds": 3600, "reason": "a test" });
    let entry = noted(&admin, || {
        let _ = admin.post(&format!("{path}/rotate"), &rotate).good(200);
    });
    assert_entry(&entry, "key.rotated", &id, "Second", &why);
    assert_eq!(entry["before"]["previous_token"], none);
    assert_members(&entry["after"]["previous_token"], &["ends_at"]);

    let entry = noted(&admin, || {
        let _ = admin.delete(&format!("{path}/tokens/previous")).good(200);
    });
    assert_entry(&entry, "key.grace_ended", &id, "Second", &none);
    assert_eq!(entry["after"]["previous_token"], none);

    let entry = noted(&admin, || drop(admin.change("reveal", &id).good(200)));
    assert_entry(&entry, "key.revealed", &id, "Second", &why);
    assert_eq!(entry["before"], json!({ "revealed": null }));
    assert_eq!(entry["after"]["revealed"]["by"]["id"], ROOT);

    let put = || {
        let request = admin.request("PUT", &format!("{path}/avatar"));
        let request = request.header("content-type", "image/png").body(PNG);
        let _ = world.send(&request).good(200);
    };
    let entry = noted(&admin, put);
    assert_entry(&entry, "key.updated", &id, "Second", &none);
    let tag = admin.key(&id)["avatar"].clone();
    assert_eq!(
        (&entry["before"], &entry["after"]),
        (&json!({ "avatar": null }), &json!({ "avatar": tag }))
    );
    unnoted(&admin, put);
    let take = || drop(admin.delete(&format!("{path}/avatar")).good(200));
    let entry = noted(&admin, take);
    assert_change(&entry, "avatar", &tag, &none);
    unnoted(&admin, take);

    let entry = noted(&admin, || drop(admin.revoke(&id).good(200)));
    assert_entry(&entry, "key.revoked", &id, "Second", &why);
    assert_change(&entry, "status", &active, &json!("revoked"));

    let entry = noted(&admin, || drop(admin.delete(&path).good(200)));
    assert_entry(&entry, "key.deleted", &id, "Second", &none);
    assert_change(&entry, "metadata", &json!({ "hint": 1 }), &json!({}));

    // What was done to it outlasts it.
    let (of_key, _) = page(&admin, &format!("{path}/audit?order=oldest"));
    let events: Vec<&Value> = of_key.iter().map(|entry| &entry["event"]).collect();
    assert_eq!(
        events,
        [
            "key.created",
            "key.updated",
            "key.blocked",
            "key.unblocked",
            "key.rotated",
            "key.grace_ended",
            "key.revealed",
            "key.updated",
            "key.updated",
            "key.revoked",
            "key.deleted"
        ]
    );
}

#[test]
fn promise_7_every_other_change_leaves_one_entry() {
    let world = World::start();
    let admin = world.admin();
    let none = Value::Null;

    for (kind, name) in [("scopes", "scope"), ("accounts", "account")] {
        let (path, about) = (format!("/v1/{kind}/a:b"), format!("{kind}/a:b"));
        let entry = noted(&admin, || {
            let made = admin.post(
                &format!("/v1/{kind}"),
                &json!({ "id": "a:b", "name": name }),
            );
            let _ = made.good(201);
        });
        assert_entry(&entry, "catalog.created", &about, name, &none);
        let retired = json!({ "retired": true });
        let entry = noted(&admin, || {
            drop(admin.patch(&path, "\"1\"", &retired).good(200))
        });
        assert_entry(&entry, "catalog.updated", &about, name, &none);
        assert_change(&entry, "retired", &json!(false), &json!(true));
        unnoted(&admin, || {
            drop(admin.patch(&path, "\"2\"", &retired).good(200))
        });
        let entry = noted(&admin, || drop(admin.delete(&path).expect(204)));
        assert_entry(&entry, "catalog.deleted", &about, name, &none);
        assert_eq!(
            (&entry["before"]["id"], &entry["after"]),
            (&json!("a:b"), &none)
        );
    }

    admin.account("acme");
    let mut id = String::new();
    let entry = noted(&admin, || id = manager(&world, "acme").1);
    assert_entry(&entry, "member.added", &id, "Mo", &none);
    assert_eq!(entry["after"]["email"], "mo@example.com");
    let path = format!("/v1/members/{id}");
    let change = json!({ "suspended": true });
    let entry = noted(&admin, || {
        drop(admin.patch(&path, "\"1\"", &change).good(200))
    });
    assert_entry(&entry, "member.changed", &id, "Mo", &none);
    assert_change(&entry, "suspended", &json!(false), &json!(true));
    unnoted(&admin, || {
        drop(admin.patch(&path, "\"2\"", &change).good(200))
    });
    let token = format!("{path}/token");
    let until = json!({ "expires_at": "2199-01-01T00:00:00Z" });
    let entry = noted(&admin, || drop(admin.post(&token, &until).good(201)));
    assert_entry(&entry, "member.changed", &id, "Mo", &none);
    assert_eq!(entry["before"]["token"]["expires_at"], none);
    assert_eq!(entry["after"]["token"]["expires_at"], until["expires_at"]);
    let entry = noted(&admin, || drop(admin.delete(&token).good(200)));
    assert_eq!(
        (&entry["event"], &entry["after"]),
        (&json!("member.changed"), &json!({ "token": null }))
    );
    unnoted(&admin, || drop(admin.delete(&token).good(200)));
    let entry = noted(&admin, || drop(admin.delete(&path).good(200)));
    assert_entry(&entry, "member.removed", &id, "Mo", &none);
    assert_eq!(
        (&entry["before"]["name"], &entry["after"]),
        (&json!("Mo"), &none)
    );

    let mut verifier = String::new();
    let entry = noted(&admin, || verifier = admin.verifier("Gateway").id);
    assert_entry(&entry, "verifier.created", &verifier, "Gateway", &none);
    let path = format!("/v1/verifiers/{verifier}");
    let (rotate, previous) = (format!("{path}/rotate"), format!("{path}/tokens/previous"));
    let grace = json!({ "grace_seconds": 3_600, "reason": "yearly" });
    let entry = noted(&admin, || drop(admin.post(&rotate, &grace).good(200)));
    assert_entry(
        &entry,
        "verifier.rotated",
        &verifier,
        "Gateway",
        &json!("yearly"),
    );
    assert_members(&entry["after"]["previous_token"], &["ends_at"]);
    assert_eq!(entry["after"].get("hint"), None);
    let entry = noted(&admin, || drop(admin.delete(&previous).good(200)));
    assert_entry(&entry, "verifier.grace_ended", &verifier, "Gateway", &none);
    unnoted(&admin, || drop(admin.delete(&previous).good(200)));
    let entry = noted(&admin, || drop(admin.delete(&path).good(200)));
    assert_entry(&entry, "verifier.removed", &verifier, "Gateway", &none);
    assert_eq!(entry["before"]["removed_at"], none);
    unnoted(&admin, || drop(admin.delete(&path).good(200)));

    let settings = json!({ "locked_by_default": true });
    let change = |tag| drop(admin.patch("/v1/settings", tag, &settings).good(200));
    let tag = admin.get("/v1/settings").header("etag").unwrap().to_owned();
    let entry = noted(&admin, || change(&tag));
    assert_entry(&entry, "settings.changed", "", "", &none);
    assert_change(&entry, "locked_by_default", &json!(false), &json!(true));
    let tag = admin.get("/v1/settings").header("etag").unwrap().to_owned();
    unnoted(&admin, || change(&tag));

    let review = json!({ "kept": 3, "blocked": 0, "revoked": 1 });
    let entry = noted(&admin, || {
        drop(admin.post("/v1/reviews", &review).good(201))
    });
    assert_entry(&entry, "review.finished", "", "", &none);
    assert_eq!(
        (&entry["before"], &entry["after"]["kept"]),
        (&none, &json!(3))
    );

    let mut signed_in = None;
    let entry = noted(&admin, || signed_in = Some(world.page()));
    assert_entry(&entry, "session.created", "", "", &none);
    let page = signed_in.unwrap();
    let entry = noted(&admin, || {
        drop(page.post("/v1/scopes", &json!({ "id": "x" })).good(201))
    });
    assert_eq!(
        (&entry["via"], &entry["by"]),
        (&json!("page"), &json!(ROOT))
    );
    let out = page.request("DELETE", "/v1/session");
    let entry = noted(&admin, || drop(world.send(&out).expect(204)));
    assert_eq!(
        (&entry["event"], &entry["via"]),
        (&json!("session.ended"), &json!("page"))
    );
    unnoted(&admin, || drop(world.send(&out).expect(204)));
}

#[test]
fn promise_7_what_is_refused_or_repeated_leaves_no_entry() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Once");
    let path = format!("/v1/keys/{}", made.id);
    let body = json!({ "name": "Repeatable" });
    let create = || {
        let request = admin.request("POST", "/v1/keys").json(&body);
        world.send(&request.header("idempotency-key", "once"))
    };
    let _ = noted(&admin, || drop(create().good(201)));
    let rotate = || {
        let request = admin
            .request("POST", &format!("{path}/rotate"))
            .json(&json!({}));
        let _ = world
            .send(&request.header("idempotency-key", "twice"))
            .good(200);
    };
    let _ = noted(&admin, rotate);
    let _ = noted(&admin, || drop(admin.change("block", &made.id).good(200)));

    unnoted(&admin, || {
        let _ = create().good(200);
        rotate();
        let _ = admin.change("block", &made.id).good(200);
        let _ = admin
            .patch(&path, "\"3\"", &json!({ "name": "Once" }))
            .good(200);
        let _ = admin
            .patch(&path, "\"1\"", &json!({ "name": "Lost" }))
            .expect(412);
        let _ = admin.post("/v1/keys", &json!({ "name": "" })).expect(422);
        let _ = admin
            .post("/v1/keys", &json!({ "name": "x", "scopes": ["none"] }))
            .expect(422);
        let _ = admin.post("/v1/scopes", &json!({ "id": "A" })).expect(422);
        let _ = admin.post("/v1/members", &json!({})).expect(422);
        let _ = admin.post("/v1/verifiers", &json!({})).expect(422);
        let _ = admin.post("/v1/reviews", &json!({})).expect(422);
        let _ = admin
            .delete("/v1/keys/key_0123456789ABCDEFGHIJab")
            .expect(404);
        // Who is not known, and what only looks.
        let _ = world
            .send(&Request::get("/v1/keys").bearer(&tokens::token("kwm_default")))
            .expect(401);
        let _ = admin.get("/v1/keys").good(200);
        let _ = admin.get(&path).good(200);
        let _ = admin.as_verifier().code(&made.token);
    });
}

#[test]
fn promise_7_an_export_can_be_checked_and_says_where_it_is_broken() {
    let world = World::start();
    let admin = world.admin();
    let odd = "é مفتاح \"a\" \\ {b}";
    let _ = admin.create_named(odd);
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let _ = admin.create_named(name);
    }
    let text = whole(&admin);
    let checked = check(&text).unwrap();
    let entries = log(&admin);
    assert_eq!(checked.entries, entries.len());
    assert!(entries.len() > 7, "more than a page");
    // The lines are the entries of the list, byte for byte.
    let listed = admin.get("/v1/audit?order=oldest&limit=1000").text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        listed,
        format!("{{\"items\":[{}],\"next_cursor\":null}}", lines.join(","))
    );
    // It begins where the chain of this workspace does, and ends where that ends.
    let name = WorkspaceName::parse("default").unwrap();
    let first = keyway_core::audit::Link::first(&name).to_string();
    assert_eq!(entries[0]["previous"], first);
    assert_eq!(entries[0]["number"], 1);
    assert_eq!(entries[0]["name"], odd);
    let (newest, _) = page(&admin, "/v1/audit?limit=1");
    assert_eq!(newest[0]["hash"], checked.last.unwrap().to_string());

    let broken = |lines: &[&str]| check(&lines.join("\n")).unwrap_err();
    let changed = lines[3].replace("Root", "Toor");
    let mut other = lines.clone();
    other[3] = &changed;
    assert_eq!(broken(&other), Broken::Changed(4));
    let mut other = lines.clone();
    other.remove(3);
    assert_eq!(broken(&other), Broken::Unlinked(4));
    let mut other = lines.clone();
    other.swap(3, 4);
    assert_eq!(broken(&other), Broken::Unlinked(4));
}

#[test]
fn promise_3_entries_survive_a_crash_and_the_chain_goes_on() {
    let mut world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Before");
    let before = whole(&admin);
    world.crash();
    assert_eq!(whole(&admin), before);
    let _ = admin.revoke(&made.id).good(200);
    world.crash();
    let after = whole(&admin);
    assert!(after.starts_with(&before));
    assert_eq!(check(&after).unwrap().entries, 2);
}

#[test]
fn promise_2_no_entry_has_a_token_a_hint_or_a_digest() {
    let world = World::builder().text("VAULT_KEY_1", VAULT_KEY).start();
    let admin = world.admin();
    admin.account("acme");
    let made = admin.create(&json!({ "name": "Kept", "recoverable": true }));
    let rotate = json!({ "grace_seconds": 3600 });
    let rotated = admin.post(&format!("/v1/keys/{}/rotate", made.id), &rotate);
    let rotated = rotated.good(200)["token"].as_str().unwrap().to_owned();
    let _ = admin.change("reveal", &made.id).good(200);
    let old = tokens::token("old_live");
    let sha256 = hex::encode(Sha256::digest(old.as_bytes()));
    let import = json!({ "keys": [{ "name": "Old", "sha256": sha256, "hint": "old…abcd" }] });
    let _ = admin.post("/v1/keys/import", &import).good(200);
    let (member, _) = manager(&world, "acme");
    let verifier = admin.verifier("Gateway");
    let page = Page::sign_in(world.door(), &member.token);
    let _ = admin.revoke(&made.id).good(200);
    let _ = admin.delete(&format!("/v1/keys/{}", made.id)).good(200);

    let log = whole(&admin);
    assert!(check(&log).unwrap().entries > 8);
    let digests: Vec<String> = world.store().keys("");
    assert!(!digests.is_empty());
    for digest in digests {
        let digest = digest.split(':').nth(1).unwrap();
        assert!(!log.contains(digest), "{digest}");
    }
    for token in [
        &made.token,
        &rotated,
        &old,
        &member.token,
        &verifier.token,
        &page.cookie,
        world.root(),
    ] {
        assert!(!search::contains(log.as_bytes(), token.as_bytes()));
        let hash = hex::encode(TokenHash::of_secret(token).as_bytes());
        assert!(!log.contains(&hash));
    }
    // What is shown of one on lists, its first and last four.
    for shown in [&made.token, &rotated, &member.token, &verifier.token] {
        let random = &shown[shown.len() - 36..];
        assert!(!log.contains(&format!("_{}", &random[..4])), "{log}");
        assert!(!log.contains(&format!("…{}", &shown[shown.len() - 4..])));
    }
    assert!(!log.contains("old…"));
}

#[test]
fn promise_10_a_manager_sees_the_entries_of_their_keys_only() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    admin.account("other");
    let (member, id) = manager(&world, "acme");
    let theirs = member.create(&json!({ "name": "Theirs", "accounts": ["acme"] }));
    let others = admin.create(&json!({ "name": "Others", "accounts": ["other"] }));
    let path = |id: &str| format!("/v1/keys/{id}/audit");

    let (items, _) = page(&member, &path(&theirs.id));
    assert_eq!(items.len(), 1);
    assert_eq!(
        (&items[0]["by"], &items[0]["by_name"]),
        (&json!(id), &json!("Mo"))
    );
    assert_eq!(export(&member, &path(&theirs.id)).lines().count(), 1);
    let _ = member.get(&path(&others.id)).problem(404, "key_not_found");
    let _ = member.get("/v1/audit").problem(403, "role_insufficient");
    let _ = admin
        .get(&path("key_0123456789ABCDEFGHIJab"))
        .problem(404, "key_not_found");

    // Of a deleted key only administrators are told.
    let _ = admin.delete(&format!("/v1/keys/{}", theirs.id)).good(200);
    let _ = member.get(&path(&theirs.id)).problem(404, "key_not_found");
    let (items, _) = page(&admin, &path(&theirs.id));
    assert_eq!(items.len(), 2);
}

#[test]
fn who_wants_what_they_may_not_is_noted_once_a_minute() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (member, id) = manager(&world, "acme");
    let key = member
        .create(&json!({ "name": "Theirs", "accounts": ["acme"] }))
        .id;
    let revoke = || drop(member.revoke(&key).problem(403, "role_insufficient"));
    let entry = noted(&admin, || {
        for _ in 0..20 {
            revoke();
        }
        let _ = member.revoke("key_0123456789ABCDEFGHIJab").expect(403);
    });
    assert_eq!(entry["event"], "right.refused");
    assert_eq!(
        (&entry["by"], &entry["about"], &entry["name"]),
        (&json!(id), &json!(key), &json!("keys.revoke"))
    );
    assert_eq!(
        (&entry["before"], &entry["after"]),
        (&Value::Null, &Value::Null)
    );
    // Another thing is another refusal. And so is what only the body says.
    let entry = noted(&admin, || drop(member.get("/v1/members").expect(403)));
    assert_eq!(
        (&entry["name"], &entry["about"]),
        (&json!("members"), &Value::Null)
    );
    let several = json!({ "action": "revoke", "ids": [key] });
    let entry = noted(&admin, || {
        drop(member.post("/v1/keys/bulk", &several).expect(403))
    });
    assert_eq!(entry["name"], "keys.bulk");
    let wide = json!({ "name": "Wide", "accounts": ["*"] });
    let entry = noted(&admin, || {
        drop(
            member
                .post("/v1/keys", &wide)
                .problem(403, "account_not_granted"),
        )
    });
    assert_eq!(entry["name"], "keys.create");
    assert!(check(&whole(&admin)).is_ok());
}

#[test]
fn an_import_of_a_hundred_keys_leaves_a_hundred_entries_in_order() {
    let world = World::start();
    let admin = world.admin();
    let key = |number: u32| {
        let sha256 = hex::encode(Sha256::digest(number.to_string()));
        json!({ "name": format!("Key {number}"), "sha256": sha256 })
    };
    let mut keys: Vec<Value> = (0..100).map(key).collect();
    keys.insert(50, json!({ "name": "", "sha256": "x" }));
    let import = || {
        admin
            .post("/v1/keys/import", &json!({ "keys": keys }))
            .good(200)
    };
    let _ = import();
    let entries = log(&admin);
    let names: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["name"].as_str())
        .collect();
    let wanted: Vec<String> = (0..100).map(|number| format!("Key {number}")).collect();
    assert_eq!(names, wanted);
    assert!(entries.iter().all(|entry| entry["event"] == "key.created"));
    assert_eq!(check(&whole(&admin)).unwrap().entries, 100);
    unnoted(&admin, || drop(import()));

    // Of several at once, each that is changed.
    let ids: Vec<&Value> = entries
        .iter()
        .take(3)
        .map(|entry| &entry["about"])
        .collect();
    let _ = admin.change("block", ids[1].as_str().unwrap()).good(200);
    let several = json!({ "action": "block", "ids": ids, "reason": "a test" });
    let _ = admin.post("/v1/keys/bulk", &several).good(200);
    let after = log(&admin);
    let new: Vec<&Value> = after[101..].iter().map(|entry| &entry["about"]).collect();
    assert_eq!(new, [ids[0], ids[2]]);
}

#[test]
fn from_where_and_which_request_is_noted_as_far_as_it_makes_sense() {
    let world = World::start();
    let admin = world.admin();
    let make = |id: &str, address: &str, request: &str| {
        let call = admin
            .request("POST", "/v1/scopes")
            .json(&json!({ "id": id }));
        let call = call
            .header("cf-connecting-ip", address)
            .header("cf-ray", request);
        noted(&admin, || drop(world.send(&call).good(201)))
    };
    let entry = make("a", "2001:db8::7", "8f1c2d3e4a5b6c7d-FRA");
    assert_eq!(entry["address"], "2001:db8::7");
    assert_eq!(entry["request"], "8f1c2d3e4a5b6c7d-FRA");
    for odd in ["a b", "1,2", "<b>", &"1".repeat(65)] {
        let id = format!("s{}", log(&admin).len());
        let entry = make(&id, odd, odd);
        assert_eq!(
            (&entry["address"], &entry["request"]),
            (&Value::Null, &Value::Null)
        );
    }
    // Nothing that a client sends reaches the object under the name that it reads.
    let call = admin
        .request("POST", "/v1/scopes")
        .json(&json!({ "id": "b" }));
    let call = call.header("x-keyway-origin", "203.0.113.7,x");
    let entry = noted(&admin, || drop(world.send(&call).good(201)));
    assert_eq!(entry["address"], Value::Null);
}

#[test]
fn the_log_is_filtered_and_paged() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (member, id) = manager(&world, "acme");
    let key = member
        .create(&json!({ "name": "Theirs", "accounts": ["acme"] }))
        .id;
    for action in ["block", "unblock", "block", "unblock"] {
        let _ = admin.change(action, &key).good(200);
    }
    let numbers = |query: &str| -> Vec<u64> {
        let (items, _) = page(&admin, &format!("/v1/audit?{query}"));
        items
            .iter()
            .map(|entry| entry["number"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers(""), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(numbers("order=oldest&limit=3&cursor=2"), [3, 4, 5]);
    assert_eq!(numbers("limit=2&cursor=4"), [3, 2]);
    assert_eq!(numbers(&format!("key={key}&order=oldest")), [3, 4, 5, 6, 7]);
    assert_eq!(numbers(&format!("key={key}&event=key.blocked")), [6, 4]);
    assert_eq!(numbers(&format!("by={id}")), [3]);
    assert_eq!(numbers("event=member.added"), [2]);
    assert_eq!(numbers("event=key.revoked"), [0; 0]);
    let entries = log(&admin);
    let at = |number: usize| entries[number - 1]["at"].as_str().unwrap().to_owned();
    let times: Vec<String> = (1..=7).map(at).collect();
    assert!(times.is_sorted());
    let since = |query: String| -> Vec<u64> { numbers(&format!("order=oldest&{query}")) };
    let from: Vec<u64> = (1..=7).filter(|n| at(*n as usize) >= at(4)).collect();
    assert_eq!(since(format!("from={}", at(4))), from);
    let to: Vec<u64> = (1..=7).filter(|n| at(*n as usize) < at(4)).collect();
    assert_eq!(since(format!("to={}", at(4))), to);
    assert_eq!(since("from=2199-01-01T00:00:00Z".to_owned()), [0; 0]);
    assert_eq!(since("to=1999-01-01T00:00:00Z".to_owned()), [0; 0]);

    // From page to page to the end.
    let (first, next) = page(&admin, "/v1/audit?limit=5");
    assert_eq!((first.len(), &next), (5, &json!("3")));
    let (rest, end) = page(&admin, "/v1/audit?limit=5&cursor=3");
    assert_eq!((rest.len(), end), (2, Value::Null));

    for query in [
        "limit=1001",
        "event=x",
        "from=x",
        "cursor=x",
        "order=up",
        "by=x",
        "key=x",
    ] {
        let answer = admin.get(&format!("/v1/audit?{query}"));
        let _ = answer.problem(400, "invalid_parameter");
    }
    for query in ["format=csv", "search=x"] {
        let answer = admin.get(&format!("/v1/audit?{query}"));
        let _ = answer.problem(400, "unknown_parameter");
    }
    let twice = format!("/v1/keys/{key}/audit?key={key}");
    let _ = admin.get(&twice).problem(400, "unknown_parameter");
    let _ = admin.delete("/v1/audit").problem(405, "method_not_allowed");
}
