//! Keys that are recoverable: their token is kept, encrypted, and shown again.

use keyway_tests::{World, callers::Admin, shape::assert_members};
use serde_json::{Value, json};

const VAULT: &str = "a vault key of thirty-two letters";

fn world() -> World {
    World::builder().text("VAULT_KEY_1", VAULT).start()
}

fn recoverable() -> Value {
    json!({ "name": "Recoverable", "recoverable": true })
}

#[test]
fn a_recoverable_key_shows_its_token_again() {
    let world = world();
    let admin = world.admin();
    let session = admin.get("/v1/session").good(200);
    assert_eq!(session["session"]["vault"], true);
    let made = admin.create(&recoverable());
    assert_eq!(made.item["recoverable"], true);
    assert_eq!(made.item["revealed"], Value::Null);
    let reveal = format!("/v1/keys/{}/reveal", made.id);
    let answer = admin.post(&reveal, &json!({ "reason": "moved house" }));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.good(200);
    assert_members(&body, &["key", "token"]);
    assert_eq!(body["token"], *made.token);
    let noted = &admin.key(&made.id)["revealed"];
    assert_members(noted, &["at", "by", "reason"]);
    assert_eq!(noted["reason"], "moved house");
    assert_eq!(
        admin.key(&made.id)["version"],
        1,
        "nothing else is different"
    );

    // After a rotation it is the new one, at once and for good.
    let rotated = admin.change("rotate", &made.id).good(200);
    let again = admin.change("reveal", &made.id).good(200);
    assert_eq!(again["token"], rotated["token"]);
    assert_ne!(again["token"], *made.token);

    let _ = admin.revoke(&made.id);
    let _ = admin.change("reveal", &made.id).problem(409, "key_revoked");
}

#[test]
fn whoever_looked_is_known_for_it_also_when_others_looked_later() {
    let world = world();
    let admin = world.admin();
    let invited = admin
        .post(
            "/v1/members",
            &json!({ "name": "Mo", "email": "mo@example.com", "role": "administrator" }),
        )
        .good(201);
    let mo = Admin {
        door: world.door().clone(),
        token: invited["token"].as_str().unwrap().to_owned(),
    };
    let made = admin.create(&recoverable());
    let _ = admin.create(&recoverable());
    let _ = mo.change("reveal", &made.id).good(200);
    let _ = admin.change("reveal", &made.id).good(200);
    let who = invited["member"]["id"].as_str().unwrap();
    let shown = admin.get(&format!("/v1/keys?shown_to={who}")).good(200);
    let shown = shown["items"].as_array().unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["id"], made.id);
}

#[test]
fn a_key_that_was_not_made_so_is_not_recoverable() {
    let world = world();
    let admin = world.admin();
    let made = admin.create_named("Once");
    assert_eq!(made.item["recoverable"], false);
    let _ = admin
        .change("reveal", &made.id)
        .problem(409, "not_recoverable");
    let edit = json!({ "recoverable": true });
    admin
        .patch(&format!("/v1/keys/{}", made.id), "\"1\"", &edit)
        .field_problem("unknown_field", "/recoverable");
    let _ = admin
        .change("reveal", "key_0000000000000000000000")
        .problem(404, "key_not_found");
}

#[test]
fn without_a_vault_key_nothing_is_recoverable() {
    let world = World::start();
    let admin = world.admin();
    let session = admin.get("/v1/session").good(200);
    assert_eq!(session["session"]["vault"], false);
    admin
        .post("/v1/keys", &recoverable())
        .field_problem("vault_not_configured", "/recoverable");
    assert!(admin.keys().is_empty());
}

#[test]
fn a_vault_key_is_replaced_by_one_of_a_higher_number() {
    let mut world = world();
    let before = world.admin().create(&recoverable());
    world.expect_in_log("VAULT_KEY_1");
    world.deploy("VAULT_KEY_2", "another vault key, of thirty-odd letters");
    let admin = world.admin();
    let after = admin.create(&recoverable());
    for made in [&before, &after] {
        let shown = admin.change("reveal", &made.id).good(200);
        assert_eq!(shown["token"], *made.token);
    }
    // What is taken away is missed, by name, and nothing else is.
    world.deploy("VAULT_KEY_1", "too short");
    let admin = world.admin();
    let missed = admin.change("reveal", &before.id);
    assert!(missed.text().contains("VAULT_KEY_1"));
    let _ = missed.problem(503, "not_configured");
    let _ = admin.change("reveal", &after.id).good(200);
}
