//! The whole of it: a key goes from the page to the edge and back.

use keyway_tests::{Created, Page, World, kv::Kind, shape::assert_members};
use serde_json::json;

#[test]
fn a_key_is_made_on_the_page_lets_a_client_in_and_is_revoked() {
    let world = World::start();
    let page = world.page();
    let verifier = world.admin().verifier("the gateway");
    let _ = page
        .post("/v1/scopes", &json!({ "id": "reporting:read" }))
        .good(201);

    let made = page.post(
        "/v1/keys",
        &json!({ "name": "Reporting job", "scopes": ["reporting:read"] }),
    );
    let made = Created::from(made, "key");
    assert_eq!(made.propagation.pending(), [""; 0]);
    let question = json!({ "token": made.token, "scopes": ["reporting:read"] });
    let verdict = verifier.verdict(&question);
    assert_members(&verdict, &["valid", "code", "detail", "key"]);
    assert_eq!(
        (&verdict["valid"], &verdict["code"]),
        (&json!(true), &json!("valid"))
    );
    assert_eq!(verdict["key"]["id"], made.id);

    let listed = page.get("/v1/keys").good(200);
    assert_eq!(listed["items"][0]["id"], made.id);

    let revoke = format!("/v1/keys/{}/revoke", made.id);
    let revoked = page.post(&revoke, &json!({ "reason": "the job is gone" }));
    assert!([200, 202].contains(&revoked.status), "{}", revoked.text());
    // 202: the platform takes one write a second to one KV key, and the record
    // has just been written. The outbox delivers.
    let put = |done: &keyway_tests::kv::Operation| {
        done.kind == Kind::Put && done.key.starts_with("key:") && done.succeeded()
    };
    world.kv().wait("the tombstone", 0, |since| {
        since.iter().filter(|done| put(done)).count() >= 2
    });
    let verdict = verifier.verdict(&question);
    assert_eq!(
        (&verdict["valid"], &verdict["code"]),
        (&json!(false), &json!("revoked"))
    );
    assert_eq!(
        page.get("/v1/keys").good(200)["items"],
        json!([]),
        "hidden from the default list"
    );
}

#[test]
fn promise_3_nothing_is_lost_by_a_restart() {
    let mut world = World::start();
    let admin = world.admin();
    let page = world.page();
    let verifier = admin.verifier("the gateway");
    admin.scope("reporting:read");
    let kept = admin.create(&json!({ "name": "Kept", "scopes": ["reporting:read"] }));
    let revoked = admin.create_named("Revoked");
    let _ = admin.revoke(&revoked.id);
    let before = (
        admin.keys(),
        admin.get("/v1/scopes").text(),
        admin.get("/v1/verifiers").text(),
    );

    world.terminate();
    world.start_again();

    let after = (
        admin.keys(),
        admin.get("/v1/scopes").text(),
        admin.get("/v1/verifiers").text(),
    );
    assert_eq!(before, after);
    assert_eq!(verifier.code(&kept.token), "valid");
    assert_eq!(verifier.strong_code(&kept.token), "valid");
    assert_eq!(verifier.strong_code(&revoked.token), "revoked");
    let who = page.get("/v1/session").good(200);
    assert_eq!(
        who["session"]["member"]["role"], "administrator",
        "the page is still signed in"
    );
    let _ = Page::sign_in(world.door(), world.root());
}
