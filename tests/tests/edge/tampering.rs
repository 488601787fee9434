//! KV values that are not what Keyway wrote. Promise 8: refused, then the
//! object is asked; the seal makes write access to KV worth nothing.

use keyway_tests::{
    Verifier, World,
    gate::Passage,
    kv::{Kind, Value},
};
use serde_json::json;

/// The one KV key that a change has written first.
#[track_caller]
fn new_key(world: &World, prefix: &str, change: impl FnOnce()) -> String {
    let before = world.store().keys(prefix);
    change();
    let mut after = world.store().keys(prefix);
    after.retain(|key| !before.contains(key));
    assert_eq!(after.len(), 1, "one new {prefix}");
    after.remove(0)
}

/// Values nobody sealed, made of a good one.
fn forgeries(good: &[u8]) -> Vec<(String, Vec<u8>)> {
    let text = |what: &str, bytes: &[u8]| (what.to_owned(), bytes.to_vec());
    let mut forged = vec![
        text("nothing", b""),
        text("an empty object", b"{}"),
        text("null", b"null"),
        text("a word", b"active"),
        text("no UTF-8", &[0xff, 0xfe, 0, 1]),
        text("zeroes", &vec![0; good.len()]),
        text("twice", &[good, good].concat()),
        text("a newline after it", &[good, b"\n"].concat()),
        text("a blank before it", &[b" ", good].concat()),
        text("a megabyte", &vec![b'x'; 1 << 20]),
        text("the first half", &good[..good.len() / 2]),
        text("all but the last byte", &good[..good.len() - 1]),
        text("all but the first byte", &good[1..]),
        text("another version, zero", &[b"0", &good[1..]].concat()),
        text("another version, nine", &[b"9", &good[1..]].concat()),
    ];
    for at in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[at] ^= 1 << (at % 8);
        forged.push((format!("byte {at} of {} changed", good.len()), bytes));
    }
    forged
}

fn put(world: &World, key: &str, bytes: Vec<u8>) {
    world.store().put(
        key,
        Value {
            bytes,
            metadata: None,
        },
    );
}

/// One whose isolates keep no records, so that each verification reads KV.
fn forgetful() -> World {
    World::builder().gated().text("CACHE_ENTRIES", "0").start()
}

#[track_caller]
fn assert_unavailable(verifier: &Verifier, token: &str, what: &str) {
    let answer = verifier.ask(&json!({ "token": token }));
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    assert_eq!(answer.problem(503, "unavailable")["valid"], false);
}

#[test]
fn promise_8_a_forged_record_is_never_believed_and_the_object_decides() {
    let mut world = forgetful();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let mut made = None;
    let key = new_key(&world, "key:", || made = Some(admin.create_named("Good")));
    let token = made.unwrap().token;
    let verifier = admin.as_verifier();
    let good = world.store().get(&key).unwrap().bytes;
    let forged = forgeries(&good);
    for (what, bytes) in &forged {
        put(&world, &key, bytes.clone());
        let calls = world.gate().calls();
        assert_eq!(verifier.code(&token), "valid", "{what}: the object knows");
        assert!(world.gate().calls() > calls, "{what}: it was believed");
    }
    world.gate().set(Passage::Refused);
    for (what, bytes) in &forged {
        put(&world, &key, bytes.clone());
        assert_unavailable(&verifier, &token, what);
    }
    put(&world, &key, good);
    assert_eq!(verifier.code(&token), "valid");
}

#[test]
fn promise_8_a_forged_tombstone_makes_no_key_good() {
    let world = World::start();
    let admin = world.admin();
    let mut made = None;
    let key = new_key(&world, "key:", || made = Some(admin.create_named("Gone")));
    let made = made.unwrap();
    let _ = admin.revoke(&made.id);
    world.kv().wait("the tombstone", 0, |since| {
        since
            .iter()
            .filter(|done| done.kind == Kind::Put && done.succeeded())
            .count()
            == 2
    });
    let verifier = admin.as_verifier();
    let tombstone = world.store().get(&key).unwrap().bytes;
    for (what, bytes) in forgeries(&tombstone) {
        put(&world, &key, bytes);
        assert_eq!(verifier.code(&made.token), "revoked", "{what}");
    }
}

#[test]
fn promise_8_a_record_moved_to_another_digest_is_not_believed() {
    let mut world = forgetful();
    world.expect_in_log("the gate");
    let admin = world.admin();
    admin.scope("power");
    let mut made = Vec::new();
    let weak = new_key(&world, "key:", || made.push(admin.create_named("Weak")));
    let strong = new_key(&world, "key:", || {
        made.push(admin.create(&json!({ "name": "Strong", "scopes": ["*"] })))
    });
    let verifier = admin.verifier("v");
    let question = json!({ "token": made[0].token, "scopes": ["power"] });
    assert_eq!(verifier.verdict(&question)["code"], "insufficient_scope");
    let value = world.store().get(&strong).unwrap();
    world.store().put(&weak, value.clone());
    assert_eq!(verifier.verdict(&question)["code"], "insufficient_scope");
    world.gate().set(Passage::Refused);
    assert_unavailable(&verifier, &made[0].token, "moved");

    // A key's record is no verifier's, wherever it lies, and the reverse.
    world.gate().set(Passage::Open);
    let removed = admin.verifier("removed");
    let verifiers = world.store().keys("verifier:");
    let _ = admin.delete(&format!("/v1/verifiers/{}", removed.id));
    world
        .outbox_kv()
        .wait("the tombstone of the verifier", 0, |since| {
            since
                .iter()
                .filter(|done| {
                    done.key.starts_with("verifier:") && done.kind == Kind::Put && done.succeeded()
                })
                .count()
                == 3
        });
    let records: Vec<Value> = verifiers
        .iter()
        .map(|name| world.store().get(name).unwrap())
        .chain([value])
        .collect();
    for record in records {
        for name in &verifiers {
            world.store().put(name, record.clone());
        }
        world.store().put(&weak, record);
        let answer = removed.ask(&question);
        assert_eq!(
            answer.status,
            401,
            "a removed verifier is let in: {}",
            answer.text()
        );
        assert_eq!(verifier.verdict(&question)["code"], "insufficient_scope");
    }
}

#[test]
fn promise_8_a_forged_verifier_is_not_believed() {
    let mut world = forgetful();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let token = admin.create_named("k").token;
    let mut made = None;
    let key = new_key(&world, "verifier:", || made = Some(admin.verifier("v")));
    let verifier = made.unwrap();
    let good = world.store().get(&key).unwrap().bytes;
    let forged = forgeries(&good);
    for (what, bytes) in &forged {
        put(&world, &key, bytes.clone());
        let calls = world.gate().calls();
        assert_eq!(verifier.code(&token), "valid", "{what}: the object knows");
        assert!(world.gate().calls() > calls, "{what}: it was believed");
    }
    world.gate().set(Passage::Refused);
    for (what, bytes) in forged {
        put(&world, &key, bytes);
        assert_unavailable(&verifier, &token, &what);
    }
}

#[test]
fn a_forged_record_leaves_one_line_in_the_log_that_says_so() {
    let world = World::start();
    let admin = world.admin();
    let mut made = None;
    let key = new_key(&world, "key:", || made = Some(admin.create_named("Good")));
    let token = made.unwrap().token;
    let before = world.log().lines().len();
    put(&world, &key, b"forged-by-hand".to_vec());
    assert_eq!(admin.as_verifier().code(&token), "valid");
    let lines = world.log().lines();
    assert_eq!(lines.len(), before + 1, "{lines:#?}");
    let line = &lines[before];
    assert!(
        !line.contains("forged-by-hand"),
        "the value is not repeated: {line}"
    );
    assert!(
        !line.contains(key.strip_prefix("key:").unwrap()),
        "nor is the digest: {line}"
    );
}

#[test]
fn a_record_under_another_pepper_is_not_believed() {
    let world = World::start();
    let other = World::start();
    let key = new_key(&world, "key:", || {
        let _ = world.admin().create_named("Here");
    });
    let mut made = None;
    let elsewhere = new_key(&other, "key:", || {
        made = Some(other.admin().create_named("Elsewhere"))
    });
    // Somebody with write access to this KV plants a record that they sealed themselves.
    let value = other.store().get(&elsewhere).unwrap();
    world.store().put(&elsewhere, value.clone());
    world.store().put(&key, value);
    assert_eq!(
        world.admin().as_verifier().code(&made.unwrap().token),
        "not_found"
    );
}
