//! `kill -9` of workerd at bad moments. Promise 3: an acknowledged change survives.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use keyway_tests::{
    Request, World,
    deadline::{self, eventually},
    kv::{Fault, Kind, Times},
};
use serde_json::json;

#[test]
fn promise_3_an_acknowledged_create_survives_kill_9() {
    let mut world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Survivor");
    world.crash();
    assert_eq!(admin.key(&made.id), made.item);
    assert_eq!(admin.as_verifier().code(&made.token), "valid");
    assert_eq!(admin.as_verifier().strong_code(&made.token), "valid");
}

#[test]
fn promise_3_an_acknowledged_revoke_survives_kill_9() {
    let mut world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Gone");
    let answer = admin.revoke(&made.id);
    assert!([200, 202].contains(&answer.status));
    world.crash();
    let key = admin.key(&made.id);
    assert_eq!(key, answer.json()["key"], "who, when and why");
    assert_eq!(admin.as_verifier().strong_code(&made.token), "revoked");
    if answer.status == 202 {
        wait_for_the_tombstone(&world, &made.token);
    }
    assert_eq!(admin.as_verifier().code(&made.token), "revoked");
}

/// After a 202 the outbox delivers, crash or not.
fn wait_for_the_tombstone(world: &World, token: &str) {
    let verifier = world.admin().as_verifier();
    eventually("the tombstone is in KV", deadline::EVENT, || {
        (verifier.code(token) == "revoked").then_some(())
    });
}

/// Creates and revokes run while workerd is killed under them, again and
/// again; whatever was acknowledged by then must hold.
#[test]
fn promise_3_what_was_acknowledged_before_kill_9_in_the_middle_holds() {
    let mut world = World::start();
    let admin = world.admin();
    let mut acknowledged: Vec<(String, String, bool)> = Vec::new();
    for round in 0..4 {
        let seen = Mutex::new(Vec::new());
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let create = Request::post("/v1/keys")
                        .bearer(&admin.token)
                        .json(&json!({ "name": "Stressed" }));
                    while !stop.load(Ordering::SeqCst) {
                        let Ok(made) = admin.door.try_send(&create) else {
                            return;
                        };
                        assert_eq!(made.status, 201, "{}", made.text());
                        let made = made.json();
                        let (id, token) = (
                            made["key"]["id"].as_str().unwrap().to_owned(),
                            made["token"].as_str().unwrap().to_owned(),
                        );
                        let revoke =
                            Request::post(&format!("/v1/keys/{id}/revoke")).bearer(&admin.token);
                        // The create is acknowledged; the revoke only when it is answered.
                        let revoked = match admin.door.try_send(&revoke) {
                            Ok(answer) => {
                                assert!([200, 202].contains(&answer.status), "{}", answer.text());
                                Some(true)
                            }
                            Err(_) => None,
                        };
                        seen.lock().unwrap().push((id, token, revoked));
                        if revoked.is_none() {
                            return;
                        }
                    }
                });
            }
            // No clock: after so many acknowledgements, wherever the others are.
            while seen.lock().unwrap().len() < 4 + round {
                thread::yield_now();
            }
            world.kill();
            stop.store(true, Ordering::SeqCst);
        });
        world.start_again();
        for (id, token, revoked) in seen.into_inner().unwrap() {
            let key = admin.key(&id);
            if revoked == Some(true) {
                assert_eq!(key["status"], "revoked", "round {round}: {key}");
            }
            acknowledged.push((id, token, key["status"] == "revoked"));
        }
    }
    let verifier = admin.as_verifier();
    for (id, token, revoked) in &acknowledged {
        let expected = if *revoked { "revoked" } else { "valid" };
        assert_eq!(verifier.strong_code(token), expected, "{id}");
    }
}

#[test]
fn promise_3_the_outbox_delivers_after_kill_9_without_being_asked() {
    let mut world = World::start();
    let admin = world.admin();
    world.kv().go_down();
    let made = admin.create_named("Pending");
    let gone = admin.create_named("Gone");
    let _ = admin.revoke(&gone.id).expect(200);
    world.kill();
    assert!(world.store().keys("key:").is_empty());
    world.kv().heal();
    let mark = world.kv().mark();
    world.start_again();
    // No request: the alarm alone wakes the object.
    world.kv().wait("both records", mark, |since| {
        since
            .iter()
            .filter(|done| {
                done.kind == Kind::Put && done.succeeded() && done.key.starts_with("key:")
            })
            .count()
            >= 2
    });
    assert_eq!(world.store().keys("key:").len(), 2);
    let verifier = admin.as_verifier();
    assert_eq!(verifier.code(&made.token), "valid");
    assert_eq!(verifier.code(&gone.token), "revoked");
}

#[test]
fn a_kill_while_the_outbox_writes_loses_nothing() {
    let mut world = World::start();
    let admin = world.admin();
    let gone = admin.create_named("Gone");
    world.kv().fail(
        Kind::Put,
        Fault::Delay(Duration::from_secs(30)),
        Times::Always,
    );
    let door = world.door().clone();
    let request = Request::post(&format!("/v1/keys/{}/revoke", gone.id)).bearer(world.root());
    let asking = thread::spawn(move || door.try_send(&request));
    world.kv().wait_until_under_way(Kind::Put, "key:");
    // Before its answer, or after a 202: the change is in the object either way.
    world.kill();
    let _ = asking.join().unwrap();
    world.kv().heal();
    let mark = world.kv().mark();
    world.start_again();
    world.kv().wait_for_put(mark, "key:");
    assert_eq!(admin.key(&gone.id)["status"], "revoked");
    assert_eq!(admin.as_verifier().code(&gone.token), "revoked");
}
