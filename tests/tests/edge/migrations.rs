//! A workspace that the first version made, opened by this one.

use hmac::{Hmac, KeyInit, Mac};
use keyway_tests::{
    Verifier, World,
    deadline::{EVENT, eventually},
    shape::assert_members,
    sql, tokens,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The tables of the first version.
const FIRST: &str = include_str!("../../old/v1.sql");
/// As the Worker pins them.
const FINGERPRINT: &str = "b755b7b892d0503852ee6ef3e12d99285157b99a348625b13f8dc400cbc8c443";

const PEPPER: &str = "the pepper of the first version, thirty-two and more";

const KEYS: [&str; 4] = [
    "key_0000000000000000000001",
    "key_0000000000000000000002",
    "key_0000000000000000000003",
    "key_0000000000000000000004",
];
const VERIFIER: &str = "ver_0000000000000000000001";
const ROOT: &str = "'mem_0000000000000000000000', 'Root'";

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// What the store knows a token by.
fn digest(kind: &str, token: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(PEPPER.as_bytes()).unwrap();
    mac.update(format!("keyway/{kind}/v1/default\0").as_bytes());
    mac.update(&hash(token));
    hex::encode(mac.finalize().into_bytes())
}

/// A token as the first version kept it: with its key, or as the verifier's own.
fn sha256_and_digest(kind: &str, token: &str) -> (String, String) {
    let literal = |hex: &str| format!("x'{hex}'");
    (
        literal(&hex::encode(hash(token))),
        literal(&digest(kind, token)),
    )
}

/// What it wanted in the store, and had not got there when it ended.
fn unpublished(kind: &str, token: &str, version: u32) -> String {
    let (_, digest) = sha256_and_digest(kind, token);
    format!("INSERT INTO outbox VALUES ('{kind}', {digest}, {version}, 0, 0, 0, 0, 5, 0);")
}

/// The tables of the first version, and what it would have written there.
fn rows(keys: &[String; 4], verifier: &str, expires_at: i64) -> String {
    let mut all = FIRST.to_owned();
    all += "CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)
        STRICT;
        INSERT INTO migrations VALUES (1, 5);
        INSERT INTO settings VALUES ('workspace', 'default');
        INSERT INTO scopes VALUES ('read', 'Reading', NULL, 0, 5), ('write', 'Writing', 'All', 1, 6);";
    let lines = [
        "1, 'Nightly Report', 'live', 'read\nwrite', '', 'active', NULL, NULL, 1000".to_owned(),
        format!("1, 'Everything', 'test', '*', '*', 'active', 500, {expires_at}, 2000"),
        "2, 'Ended', 'live', 'read', '', 'revoked', NULL, NULL, 3000".to_owned(),
        "1, 'Nothing', 'live', '', '', 'active', NULL, 4001, 4000".to_owned(),
    ];
    for ((id, token), line) in KEYS.iter().zip(keys).zip(lines) {
        let revoked = match line.contains("'revoked'") {
            true => format!("3001, {ROOT}, 'leaked'"),
            false => "NULL, NULL, NULL, NULL".to_owned(),
        };
        let (sha256, digest) = sha256_and_digest("key", token);
        all += &format!("INSERT INTO keys VALUES ('{id}', {line}, {ROOT}, {revoked});");
        all += &format!(
            "INSERT INTO tokens VALUES ({sha256}, '{id}', 1, {digest}, 'kw_hint_{}', NULL);",
            &id[25..]
        );
        let version = if line.contains("'revoked'") { 2 } else { 1 };
        all += &unpublished("key", token, version);
    }
    let (sha256, digest) = sha256_and_digest("verifier", verifier);
    all += &format!(
        "INSERT INTO verifiers VALUES
            ('{VERIFIER}', 1, 'Gateway', {sha256}, 1, {digest}, 'kwv_hint', 7, {ROOT}, NULL);"
    );
    all + &unpublished("verifier", verifier, 1)
}

#[test]
fn the_tables_of_the_first_version_are_those_that_shipped() {
    let statements: Vec<String> = FIRST
        .split_terminator(";\n")
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(hex::encode(hash(&statements.join(";"))), FINGERPRINT);
}

#[test]
fn what_the_first_version_kept_is_there_and_good() {
    let mut world = World::builder().text("PEPPER_1", PEPPER).start();
    let tokens = ["kw_live", "kw_test", "kw_live", "kw_live"].map(tokens::token);
    let verifier = tokens::token("kwv_default");
    // In the year 2100.
    let far = 4_102_444_800_000;
    sql::run(&mut world, &rows(&tokens, &verifier, far));
    let admin = world.admin();

    // The keys, with nothing where the first version had nothing.
    let found = admin.keys();
    let ids: Vec<&str> = found
        .iter()
        .map(|key| key["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [KEYS[3], KEYS[2], KEYS[1], KEYS[0]],
        "the newest first"
    );
    let fresh = admin.create_named("Fresh");
    let members: Vec<&str> = fresh
        .item
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for key in &found {
        assert_members(key, &members);
    }
    let statuses: Vec<&Value> = found.iter().map(|key| &key["status"]).collect();
    assert_eq!(statuses, ["expired", "revoked", "active", "active"]);
    let [_, ended, everything, report] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(report["name"], "Nightly Report");
    assert_eq!(report["scopes"], json!(["read", "write"]));
    assert_eq!(report["hint"], "kw_hint_1");
    assert_eq!(report["created_at"], "1970-01-01T00:00:01Z");
    assert_eq!(report["metadata"], json!({}));
    assert_eq!(report["allowed_ips"], json!([]));
    assert_eq!(everything["accounts"], json!(["*"]));
    assert_eq!(everything["environment"], "test");
    assert_eq!(ended["revoked"]["reason"], "leaked");
    assert_eq!(ended["version"], 2);

    // They are found by what later versions look in.
    let listed = |query: &str| -> Vec<String> {
        let page = admin.get(&format!("/v1/keys?{query}")).good(200);
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|key| key["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(listed("search=nightly"), [KEYS[0]]);
    assert_eq!(listed("search=hint_2"), [KEYS[1]]);
    assert_eq!(listed("scope=write"), [KEYS[1], KEYS[0]]);
    assert_eq!(listed("account=acme"), [KEYS[1]]);
    assert_eq!(listed("sort=name&status=all").len(), 5);
    let counts = admin.get("/v1/keys/counts").good(200);
    assert_eq!(counts["active"], 3);
    assert_eq!(
        (&counts["expired"], &counts["revoked"]),
        (&json!(1), &json!(1))
    );

    // Each is looked at in time but the revoked one, and of what lies behind nobody
    // is told.
    let looked = sql::run(
        &mut world,
        "SELECT key, days, (SELECT count(*) FROM messages) AS told FROM notices ORDER BY key",
    );
    let looked = looked.as_array().unwrap();
    assert_eq!(looked.len(), 4, "{looked:?}");
    assert!(
        looked
            .iter()
            .all(|row| row["key"] != KEYS[2] && row["told"] == 0)
    );
    let over = looked.iter().find(|row| row["key"] == KEYS[3]).unwrap();
    assert_eq!(over["days"], -1);

    // The rest.
    let scopes = admin.get("/v1/scopes").good(200);
    assert_eq!(scopes["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        admin.get("/v1/scopes/write").good(200)["scope"]["retired"],
        true
    );
    let verifiers = admin.get("/v1/verifiers").good(200);
    assert_eq!(verifiers["items"][0]["id"], VERIFIER);
    assert_eq!(verifiers["items"][0]["hint"], "kwv_hint");
    assert_eq!(verifiers["items"][0]["last_used_at"], Value::Null);

    // Tokens are good as they were, asked for by the verifier that was there.
    let service = Verifier {
        door: world.door().clone(),
        id: VERIFIER.to_owned(),
        token: verifier,
    };
    let everything = json!({ "token": tokens[1], "environment": "test", "account": "acme" });
    eventually("the outbox goes on", EVENT, || {
        let published = [world.store().keys("key:"), world.store().keys("verifier:")];
        (published.concat().len() == 6).then_some(())
    });
    for consistency in ["eventual", "strong"] {
        let code = |index: usize| {
            let question = json!({ "token": tokens[index], "consistency": consistency });
            service.verdict(&question)["code"].clone()
        };
        assert_eq!(code(0), "valid", "{consistency}");
        assert_eq!(code(2), "revoked", "{consistency}");
        assert_eq!(code(3), "expired", "{consistency}");
        let mut everything = everything.clone();
        everything["consistency"] = json!(consistency);
        let verdict = service.verdict(&everything);
        assert_eq!(verdict["code"], "valid", "{consistency}");
    }

    // And they are changed as any other.
    let edit = json!({ "description": "Since the beginning", "scopes": ["read"] });
    let edited = admin.patch(&format!("/v1/keys/{}", KEYS[0]), "\"1\"", &edit);
    assert_eq!(edited.good(200)["key"]["version"], 2);
    let rotated = admin.change("rotate", KEYS[1]).good(200);
    assert!(rotated["token"].is_string());
    assert_eq!(service.verdict(&everything)["valid"], false);
    assert_eq!(admin.revoke(KEYS[0]).status, 200);
    assert_eq!(service.code(&tokens[0]), "revoked");
    let _ = admin.delete(&format!("/v1/verifiers/{VERIFIER}")).good(200);
    let question = json!({ "token": tokens[1], "consistency": "strong" });
    let _ = service.ask(&question).problem(401, "credential_invalid");

    let newest = sql::run(&mut world, "SELECT max(version) AS n FROM migrations");
    assert!(newest[0]["n"].as_i64().unwrap() > 10, "{newest}");
}
