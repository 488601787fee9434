//! `/v1/verifiers`: the credentials of the services that ask.

use keyway_tests::{
    Created, World, moment::parsed, search::contains, shape::assert_members, tokens,
};
use serde_json::{Value, json};

const VERIFIER: [&str; 7] = [
    "id",
    "version",
    "name",
    "hint",
    "created_at",
    "created_by",
    "removed_at",
];

#[test]
fn a_verifier_is_made_and_listed_without_its_token() {
    let world = World::start();
    let admin = world.admin();
    let made = Created::from(
        admin.post("/v1/verifiers", &json!({ "name": "The gateway" })),
        "verifier",
    );
    assert_eq!(made.propagation.pending(), [""; 0]);
    assert_members(&made.item, &VERIFIER);
    assert!(
        made.id
            .strip_prefix("ver_")
            .is_some_and(|id| id.len() == 22),
        "{}",
        made.id
    );
    assert_eq!(made.item["name"], "The gateway");
    assert_eq!(made.item["removed_at"], Value::Null);
    let _ = parsed(&made.item["created_at"]);
    let body = made
        .token
        .strip_prefix("kwv_default_")
        .expect("a verifier token of the workspace");
    assert_eq!(made.token, tokens::token_of("kwv_default", &body[..30]));

    let list = admin.get("/v1/verifiers");
    assert!(
        !contains(&list.body, tokens::random_part(&made.token).as_bytes()),
        "promise 1"
    );
    let list = list.good(200);
    assert_members(&list, &["items", "next_cursor"]);
    assert_eq!(list["items"], json!([made.item]));
}

#[test]
fn a_removed_verifier_is_refused() {
    let world = World::start();
    let admin = world.admin();
    let (gone, stays) = (admin.verifier("Gone"), admin.verifier("Stays"));
    let key = admin.create_named("k");
    assert_eq!(gone.code(&key.token), "valid");

    let mark = world.kv().mark();
    let answer = admin.delete(&format!("/v1/verifiers/{}", gone.id));
    let status = answer.status;
    assert!([200, 202].contains(&status), "{}", answer.text());
    let body = answer.good(status);
    assert_members(&body, &["verifier", "propagation"]);
    assert_members(&body["verifier"], &VERIFIER);
    let _ = parsed(&body["verifier"]["removed_at"]);
    if status == 202 {
        world.kv().wait_for_put(mark, "verifier:");
    }
    let refused = gone.ask(&json!({ "token": key.token }));
    assert!(refused.header("www-authenticate").is_some());
    let _ = refused.problem(401, "credential_invalid");
    assert_eq!(stays.code(&key.token), "valid");

    // Removed again, crashed, its record taken out of KV: it stays removed.
    let again = admin
        .delete(&format!("/v1/verifiers/{}", gone.id))
        .good(200);
    assert_eq!(again["verifier"], body["verifier"]);
    for name in world.store().keys("verifier:") {
        let _ = world.store().remove(&name);
    }
    let _ = gone
        .ask(&json!({ "token": key.token }))
        .problem(401, "credential_invalid");
    assert_eq!(
        stays.code(&key.token),
        "valid",
        "the object knows the other one"
    );
}

#[test]
fn a_verifier_of_nobody_cannot_be_removed() {
    let world = World::start();
    let admin = world.admin();
    let _ = admin
        .delete(&format!("/v1/verifiers/ver_{}", "0".repeat(22)))
        .problem(404, "verifier_not_found");
    let _ = admin
        .delete("/v1/verifiers/key_0000000000000000000000")
        .problem(400, "malformed_id");
    let _ = admin.delete("/v1/verifiers/x").problem(400, "malformed_id");
}

#[test]
fn a_verifier_can_be_asked_for_once_with_an_idempotency_key_or_often_without() {
    let world = World::start();
    let admin = world.admin();
    let (one, two) = (admin.verifier("Same"), admin.verifier("Same"));
    assert_ne!((one.id, one.token), (two.id, two.token));
    assert_eq!(
        admin.get("/v1/verifiers").good(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
