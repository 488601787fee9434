//! `/v1/keys`: creating, listing, reading, revoking.

use std::{collections::BTreeSet, thread, time::Duration};

use keyway_tests::{
    Request, World,
    moment::{ahead, parsed},
    propagation::Propagation,
    search::contains,
    shape::assert_members,
    tokens,
};
use serde_json::{Value, json};

const KEY: [&str; 25] = [
    "id",
    "version",
    "name",
    "description",
    "environment",
    "status",
    "scopes",
    "accounts",
    "allowed_ips",
    "metadata",
    "contacts",
    "webhook_url",
    "locked",
    "recoverable",
    "avatar",
    "revealed",
    "hint",
    "previous_token",
    "created_at",
    "created_by",
    "not_before",
    "expires_at",
    "blocked",
    "revoked",
    "last_used_at",
];

#[track_caller]
fn assert_is_key(key: &Value) {
    assert_members(key, &KEY);
    assert_members(&key["created_by"], &["id", "name"]);
    let id = key["id"].as_str().unwrap();
    let body = id
        .strip_prefix("key_")
        .unwrap_or_else(|| panic!("the id {id}"));
    assert!(
        body.len() == 22 && body.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "the id {id}"
    );
    let _ = parsed(&key["created_at"]);
}

#[test]
fn a_new_key_has_the_shape_of_the_contract() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create(&json!({ "name": "  Reporting job " }));
    assert_is_key(&made.item);
    assert_eq!(
        made.item["name"], "Reporting job",
        "white space around a name is dropped"
    );
    assert_eq!(made.item["version"], 1);
    assert_eq!(made.item["environment"], "live");
    assert_eq!(made.item["status"], "active");
    for nothing in ["not_before", "expires_at", "blocked", "revoked"] {
        assert_eq!(made.item[nothing], Value::Null, "{nothing}");
    }
    for none in ["scopes", "accounts"] {
        assert_eq!(made.item[none], json!([]), "{none}");
    }
    let body = made.token.strip_prefix("kw_live_").expect("a live token");
    assert_eq!(
        made.token,
        tokens::token_of("kw_live", &body[..30]),
        "GitHub's checksum"
    );
    let hint = format!("kw_live_{}…{}", &body[..4], &body[32..]);
    assert_eq!(made.item["hint"], hint);
    assert_eq!(
        admin.key(&made.id),
        made.item,
        "what is read is what was created"
    );
}

#[test]
fn a_key_keeps_what_it_was_created_with() {
    let world = World::start();
    let admin = world.admin();
    admin.scope("reporting:read");
    let (start, end) = (
        ahead(Duration::from_secs(3600)),
        ahead(Duration::from_secs(7200)),
    );
    let made = admin.create(&json!({
        "name": "مفتاح 报告 👩‍🔧", "environment": "test", "scopes": ["reporting:read"], "not_before": start, "expires_at": end,
    }));
    assert!(
        made.token.starts_with("kw_test_"),
        "the environment is in the token"
    );
    let key = admin.key(&made.id);
    assert_eq!(key["name"], "مفتاح 报告 👩‍🔧");
    assert_eq!(key["environment"], "test");
    assert_eq!(key["scopes"], json!(["reporting:read"]));
    assert_eq!(key["status"], "scheduled");
    for (member, sent) in [("not_before", &start), ("expires_at", &end)] {
        let apart = parsed(&key[member]) - parsed(&json!(sent));
        assert!(
            apart.abs() < Duration::from_millis(1),
            "{member}: {sent} became {}",
            key[member]
        );
    }
    let all = admin
        .create(&json!({ "name": "All", "scopes": ["*"], "expires_at": null, "not_before": null }));
    assert_eq!(all.item["scopes"], json!(["*"]));
}

#[test]
fn a_time_of_any_offset_is_kept_in_utc() {
    let world = World::start();
    let made = world
        .admin()
        .create(&json!({ "name": "Kiritimati", "expires_at": "2099-01-01T14:00:00+14:00" }));
    assert_eq!(made.item["expires_at"], "2099-01-01T00:00:00Z");
}

#[test]
fn promise_1_the_token_is_in_the_answer_to_create_and_in_no_other() {
    let world = World::start();
    let admin = world.admin();
    let created = Request::post("/v1/keys")
        .bearer(world.root())
        .header("idempotency-key", "once")
        .json(&json!({ "name": "Once" }));
    let first = world.send(&created).good(201);
    let (id, token) = (
        first["key"]["id"].as_str().unwrap(),
        first["token"].as_str().unwrap().to_owned(),
    );
    let verify = |extra: Value| {
        let mut question = json!({ "token": token });
        question
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        admin.post("/v1/verify", &question)
    };
    let others = [
        world.send(&created),
        admin.get("/v1/keys"),
        admin.get(&format!("/v1/keys/{id}")),
        verify(json!({})),
        verify(json!({ "consistency": "strong" })),
        verify(json!({ "environment": "test" })),
        verify(json!({ "scopes": ["other"] })),
        admin.revoke(id),
        admin.revoke(id),
        verify(json!({ "consistency": "strong" })),
        admin.get("/v1/keys?status=all"),
        admin.get("/readyz"),
        admin.get(&format!("/v1/keys/{token}")),
        admin.get(&format!("/v1/keys?cursor={token}")),
        admin.get(&format!("/{token}")),
        admin.post("/v1/keys", &json!({ "name": "x", "scopes": [token] })),
        admin.post("/v1/session", &json!({ "token": token })),
    ];
    let random = tokens::random_part(&token);
    for answer in &others {
        assert!(
            !contains(&answer.body, random.as_bytes()),
            "the token in the answer to {}: {}",
            answer.to,
            answer.text()
        );
        let told = answer
            .head
            .headers
            .iter()
            .any(|(_, value)| value.contains(random));
        assert!(
            !told,
            "the token in a header of the answer to {}",
            answer.to
        );
    }
}

#[test]
fn the_list_is_paged_newest_first() {
    let world = World::start();
    let admin = world.admin();
    let made: Vec<String> = (0..7)
        .map(|number| admin.create_named(&format!("Key {number}")).id)
        .collect();
    let mut newest_first = made;
    newest_first.reverse();

    let mut seen = Vec::new();
    let mut target = "/v1/keys?limit=3".to_owned();
    loop {
        let page = admin.get(&target).good(200);
        assert_members(&page, &["items", "next_cursor"]);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        for key in items {
            assert_is_key(key);
            seen.push(key["id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        // A key that comes while somebody reads moves none of the others.
        let _ = admin.create_named("Between two pages");
        target = format!("/v1/keys?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, newest_first);
    let one_page = admin.get("/v1/keys").good(200);
    assert_eq!(one_page["next_cursor"], Value::Null);
}

#[test]
fn a_page_that_ends_exactly_at_the_last_key_has_no_next() {
    let world = World::start();
    let admin = world.admin();
    for name in ["One", "Two"] {
        let _ = admin.create_named(name);
    }
    let page = admin.get("/v1/keys?limit=2").good(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page["next_cursor"], Value::Null);
}

#[test]
fn the_list_is_filtered_by_status() {
    let world = World::start();
    let admin = world.admin();
    let active = admin.create_named("Active").id;
    let later = admin
        .create(&json!({ "name": "Later", "not_before": ahead(Duration::from_secs(3600)) }))
        .id;
    let gone = admin.create_named("Gone").id;
    let _ = admin.revoke(&gone);
    let ids = |query: &str| -> BTreeSet<String> {
        let page = admin.get(&format!("/v1/keys{query}")).good(200);
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let set = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(""), set(&[&active, &later]), "all but the revoked");
    assert_eq!(ids("?status=all"), set(&[&active, &later, &gone]));
    assert_eq!(ids("?status=active"), set(&[&active]));
    assert_eq!(ids("?status=scheduled"), set(&[&later]));
    assert_eq!(ids("?status=revoked"), set(&[&gone]));
    assert_eq!(ids("?status=blocked,expired"), set(&[]));
    assert_eq!(ids("?status=active,revoked"), set(&[&active, &gone]));
    assert_eq!(
        ids("?status=active%2Crevoked"),
        set(&[&active, &gone]),
        "an encoded comma is a comma"
    );
}

#[test]
fn a_revocation_says_who_when_and_why() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Gone");
    let answer = admin.post(
        &format!("/v1/keys/{}/revoke", made.id),
        &json!({ "reason": "left in a repository" }),
    );
    let status = answer.status;
    let body = answer.good(status);
    assert_members(&body, &["key", "propagation"]);
    let propagation = Propagation::read(&body["propagation"]);
    assert!([200, 202].contains(&status), "{status}");
    assert_eq!(
        propagation.pending().is_empty(),
        status == 200,
        "the status and the body say the same"
    );
    let key = &body["key"];
    assert_is_key(key);
    assert_eq!(
        (&key["status"], &key["version"]),
        (&json!("revoked"), &json!(2))
    );
    assert_members(&key["revoked"], &["at", "by", "reason"]);
    assert_members(&key["revoked"]["by"], &["id", "name"]);
    assert_eq!(key["revoked"]["reason"], "left in a repository");
    assert!(parsed(&key["revoked"]["at"]) >= parsed(&key["created_at"]));
}

#[test]
fn a_revocation_needs_no_body_and_no_reason() {
    let world = World::start();
    let admin = world.admin();
    for (number, request) in [
        Request::post("X"),
        Request::post("X").header("content-type", "application/json"),
        Request::post("X").json(&json!({})),
        Request::post("X").json(&json!({ "reason": null })),
    ]
    .iter()
    .enumerate()
    {
        let made = admin.create_named("Gone");
        let answer = world.send(
            &request
                .clone()
                .to(&format!("/v1/keys/{}/revoke", made.id))
                .bearer(world.root()),
        );
        assert!(
            [200, 202].contains(&answer.status),
            "form {number}: {}",
            answer.text()
        );
        assert_eq!(
            admin.key(&made.id)["revoked"]["reason"],
            Value::Null,
            "form {number}"
        );
    }
}

#[test]
fn promise_5_revoked_is_terminal() {
    let mut world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let create = Request::post("/v1/keys")
        .bearer(world.root())
        .header("idempotency-key", "k")
        .json(&json!({ "name": "Gone" }));
    let made = keyway_tests::Created::from(world.send(&create), "key");
    let first = admin.revoke(&made.id);
    let status = first.status;
    let first = first.good(status);
    assert_eq!(first["key"]["status"], "revoked");
    // The second write of one KV key waits for the second to pass.
    world.kv().wait("the tombstone", 0, |since| {
        since
            .iter()
            .filter(|done| {
                done.key.starts_with("key:")
                    && done.kind == keyway_tests::kv::Kind::Put
                    && done.succeeded()
            })
            .count()
            == 2
    });

    let again = admin
        .post(
            &format!("/v1/keys/{}/revoke", made.id),
            &json!({ "reason": "another one" }),
        )
        .good(200);
    assert_eq!(again["key"], first["key"], "who, when and why stay");
    assert_eq!(Propagation::read(&again["propagation"]).pending(), [""; 0]);
    let revival = [
        Request::post(&format!("/v1/keys/{}/unrevoke", made.id)),
        Request::post(&format!("/v1/keys/{}/unblock", made.id)),
        Request::post(&format!("/v1/keys/{}/activate", made.id)),
        Request::post(&format!("/v1/keys/{}", made.id)),
        Request::new("PATCH", &format!("/v1/keys/{}", made.id)),
        Request::new("PUT", &format!("/v1/keys/{}", made.id)),
    ];
    for request in revival {
        let answer = world.send(
            &request
                .bearer(world.root())
                .json(&json!({ "status": "active", "revoked": null })),
        );
        assert!(
            (400..500).contains(&answer.status),
            "{} {}",
            answer.to,
            answer.status
        );
    }
    assert_eq!(
        world.send(&create).good(200)["key"]["status"],
        "revoked",
        "the creation played again"
    );
    world.crash();
    assert_eq!(admin.key(&made.id), first["key"]);
    assert_eq!(verifier.code(&made.token), "revoked");
    assert_eq!(verifier.strong_code(&made.token), "revoked");
    // Even when the tombstone is gone from KV.
    for key in world.store().keys("key:") {
        let _ = world.store().remove(&key);
    }
    assert_eq!(verifier.code(&made.token), "revoked");
}

#[test]
fn two_revocations_at_once_are_one() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Gone");
    let answers: Vec<Value> = thread::scope(|scope| {
        let ask = |_| {
            let (admin, id) = (admin.clone(), made.id.clone());
            scope.spawn(move || {
                let answer = admin.revoke(&id);
                let status = answer.status;
                assert!([200, 202].contains(&status), "{}", answer.text());
                answer.good(status)["key"].clone()
            })
        };
        let running: Vec<_> = (0..6).map(ask).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(answers.iter().all(|key| key == &answers[0]), "{answers:#?}");
    assert_eq!(admin.key(&made.id)["version"], 2);
}

#[test]
fn many_creates_at_once_are_many_keys() {
    let world = World::start();
    let admin = world.admin();
    let made: BTreeSet<(String, String)> = thread::scope(|scope| {
        let running: Vec<_> = (0..8)
            .map(|_| {
                let admin = admin.clone();
                scope.spawn(move || {
                    (0..4)
                        .map(|_| admin.create_named("One of many"))
                        .map(|made| (made.id, made.token))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(made.len(), 32);
    assert_eq!(admin.keys().len(), 32);
    let verifier = admin.as_verifier();
    assert!(
        made.iter()
            .all(|(_, token)| verifier.code(token) == "valid")
    );
}

#[test]
fn an_id_that_is_none_and_an_id_of_nobody_are_told_apart() {
    let world = World::start();
    let admin = world.admin();
    let nobody = format!("key_{}", "0".repeat(22));
    let _ = admin
        .get(&format!("/v1/keys/{nobody}"))
        .problem(404, "key_not_found");
    let _ = admin.revoke(&nobody).problem(404, "key_not_found");
    for id in [
        "x",
        "mem_0000000000000000000000",
        "key_",
        "key_000000000000000000000",
        "key_000000000000000000000-",
        "KEY_0000000000000000000000",
    ] {
        let _ = admin
            .get(&format!("/v1/keys/{id}"))
            .problem(400, "malformed_id");
        let _ = admin.revoke(id).problem(400, "malformed_id");
    }
}
