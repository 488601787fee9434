//! From one pepper to the next: both are good meanwhile, and nobody notices when
//! the first one goes.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use keyway_tests::{
    Admin, Created, Globe, Request, Verifier, World,
    deadline::{self, eventually},
    globe::BOUND,
    kv::{Fault, Hold, Kind, Times},
    shape::assert_members,
    tokens,
};
use serde_json::{Value, json};

const PEPPER: &str = "/v1/pepper";

fn pepper(admin: &Admin) -> Value {
    let pepper = admin.get(PEPPER).good(200);
    let members = [
        "current",
        "previous",
        "records",
        "republished",
        "previous_may_go_at",
    ];
    assert_members(&pepper, &members);
    pepper
}

/// Waits until everything is in the store under the current pepper.
#[track_caller]
fn done(admin: &Admin, current: u8, records: u32) {
    let pepper = eventually("all is republished", deadline::EVENT, || {
        let pepper = pepper(admin);
        (pepper["republished"] == pepper["records"]).then_some(pepper)
    });
    assert_eq!(pepper["current"], current);
    assert_eq!(pepper["records"], records);
}

/// What the store has by now, for taking away.
fn stored(world: &World) -> BTreeSet<String> {
    world.store().dump().into_keys().collect()
}

/// The values of one pepper are gone from the store, for good.
fn take_away(world: &World, keys: &BTreeSet<String>) {
    for key in keys {
        world.store().remove(key);
    }
}

/// A key of each kind, and a service that asks. Four records in all.
struct Cast {
    good: Created,
    blocked: Created,
    revoked: Created,
    verifier: Verifier,
}

impl Cast {
    fn of(admin: &Admin) -> Self {
        let cast = Self {
            good: admin.create_named("Good"),
            blocked: admin.create_named("Blocked"),
            revoked: admin.create_named("Revoked"),
            verifier: admin.verifier("A service"),
        };
        let _ = admin.change("block", &cast.blocked.id).good(200);
        assert_eq!(admin.revoke(&cast.revoked.id).status, 200);
        cast
    }

    #[track_caller]
    fn assert_unchanged(&self) {
        assert_eq!(self.verifier.code(&self.good.token), "valid");
        assert_eq!(self.verifier.code(&self.blocked.token), "blocked");
        assert_eq!(self.verifier.code(&self.revoked.token), "revoked");
    }
}

fn wait_until_all_is_stored(world: &World, count: usize) {
    eventually("all records are stored", deadline::EVENT, || {
        (world.store().dump().len() >= count).then_some(())
    });
}

#[test]
fn all_is_published_under_the_new_pepper_and_the_first_may_go() {
    let mut world = World::start();
    let admin = world.admin();
    let cast = Cast::of(&admin);
    wait_until_all_is_stored(&world, 4);
    let alone = pepper(&admin);
    assert_eq!(
        (&alone["current"], &alone["records"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(alone["previous"], Value::Null);
    assert_eq!(alone["previous_may_go_at"], Value::Null);
    let old = stored(&world);

    world.deploy("PEPPER_2", &tokens::random(48));
    cast.assert_unchanged();
    done(&admin, 2, 4);
    cast.assert_unchanged();
    let after = eventually("it says when", deadline::EVENT, || {
        let pepper = pepper(&admin);
        (!pepper["previous_may_go_at"].is_null()).then_some(pepper)
    });
    assert_eq!(after["previous"], 1);
    // Nothing more is begun, by another instance either.
    world.crash();
    assert_eq!(pepper(&admin), after);

    world.withdraw("PEPPER_1");
    take_away(&world, &old);
    cast.assert_unchanged();
    assert_eq!(world.log().with("outbox"), [""; 0]);
    let gone = pepper(&admin);
    assert_eq!(gone["previous"], Value::Null);
    assert_eq!(gone["previous_may_go_at"], Value::Null);
    // What is changed from now on is found too.
    let _ = admin.change("unblock", &cast.blocked.id).good(200);
    assert_eq!(cast.verifier.strong_code(&cast.blocked.token), "valid");
    assert_eq!(admin.revoke(&cast.good.id).status, 200);
    assert_eq!(cast.verifier.strong_code(&cast.good.token), "revoked");
}

#[test]
fn traffic_alone_begins_a_rotation() {
    let mut world = World::start();
    let admin = world.admin();
    let made = admin.create_named("Used");
    wait_until_all_is_stored(&world, 1);
    world.deploy("PEPPER_2", &tokens::random(48));
    // The writer is asked for one record. Nobody opens the page.
    assert_eq!(admin.as_verifier().strong_code(&made.token), "valid");
    wait_until_all_is_stored(&world, 2);
}

#[test]
fn promise_3_kill_9_in_the_middle_of_a_rotation_loses_nothing() {
    let mut world = World::start();
    let admin = world.admin();
    let made: Vec<Created> = (0..30).map(|_| admin.create_named("One of many")).collect();
    wait_until_all_is_stored(&world, 30);
    let old = stored(&world);
    world
        .kv()
        .fail(Kind::Put, Fault::Status(500), Times::Always);
    world.deploy("PEPPER_2", &tokens::random(48));
    let stuck = eventually("it has begun", deadline::EVENT, || {
        let pepper = pepper(&admin);
        (pepper["records"] == 30).then_some(pepper)
    });
    assert_eq!(stuck["republished"], 0);
    assert_eq!(stuck["previous_may_go_at"], Value::Null);
    for round in 0..3 {
        world.crash();
        assert_eq!(pepper(&admin)["previous_may_go_at"], Value::Null);
        if round == 1 {
            world.kv().heal();
        }
    }
    done(&admin, 2, 30);
    world.withdraw("PEPPER_1");
    take_away(&world, &old);
    let verifier = admin.as_verifier();
    for key in &made {
        assert_eq!(verifier.code(&key.token), "valid");
    }
}

#[test]
fn a_pepper_that_was_removed_too_early_makes_no_key_unusable_for_good() {
    let mut world = World::start();
    let admin = world.admin();
    let cast = Cast::of(&admin);
    wait_until_all_is_stored(&world, 4);
    world.deploy("PEPPER_2", &tokens::random(48));
    world.withdraw("PEPPER_1");
    // A change that comes before its key has been republished.
    let _ = admin.change("unblock", &cast.blocked.id).good(200);
    done(&admin, 2, 4);
    // A miss is remembered for as long as the bound.
    for (key, code) in [
        (&cast.good, "valid"),
        (&cast.blocked, "valid"),
        (&cast.revoked, "revoked"),
    ] {
        eventually("it is known again", deadline::EVENT, || {
            let answer = cast.verifier.ask(&json!({ "token": key.token }));
            (answer.status == 200 && answer.json()["code"] == code).then_some(())
        });
    }
}

#[test]
fn promise_5_a_rotation_that_is_taken_back_and_begun_anew_brings_nothing_back() {
    let mut world = World::start();
    let admin = world.admin();
    let cast = Cast::of(&admin);
    wait_until_all_is_stored(&world, 4);
    let first = stored(&world);
    let second = tokens::random(48);
    world.deploy("PEPPER_2", &second);
    done(&admin, 2, 4);
    let late = admin.create_named("Made under the second");
    let third = admin.create_named("To be revoked");
    wait_until_all_is_stored(&world, 10);
    let before: Vec<String> = stored(&world).difference(&first).cloned().collect();
    let values: Vec<_> = before.iter().map(|key| world.store().get(key)).collect();

    world.withdraw("PEPPER_2");
    done(&admin, 1, 6);
    cast.assert_unchanged();
    assert_eq!(cast.verifier.code(&late.token), "valid");
    assert_eq!(admin.revoke(&third.id).status, 200);
    assert_eq!(cast.verifier.code(&third.token), "revoked");
    // It cannot be sealed under the second pepper, so its record there goes.
    let emptied = eventually("it is gone", deadline::EVENT, || {
        let mut changed = before.iter().zip(&values);
        changed.find_map(|(key, was)| {
            let now = world.store().get(key);
            (now != *was).then_some(now)
        })
    });
    assert!(emptied.unwrap().bytes.is_empty());

    // No feed knows of it any more.
    world.deploy("PEPPER_2", &second);
    assert_eq!(cast.verifier.code(&third.token), "revoked");
    cast.assert_unchanged();
    done(&admin, 2, 6);
    world.withdraw("PEPPER_1");
    cast.assert_unchanged();
    assert_eq!(cast.verifier.code(&late.token), "valid");
    assert_eq!(cast.verifier.code(&third.token), "revoked");
}

/// What each isolate says of a token.
fn codes(globe: &Globe, token: &str) -> Vec<String> {
    let request = Request::post("/v1/verify")
        .bearer(globe.root())
        .json(&json!({ "token": token }));
    let answers = globe
        .isolates()
        .map(|isolate| isolate.door.send(&request).json());
    answers
        .map(|answer| answer["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The objects are of the new deployment, the isolates of the old one.
#[test]
fn promise_4_a_change_reaches_isolates_that_know_only_the_first_pepper() {
    let mut globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let admin = globe.admin();
    let made = [(); 3].map(|()| admin.create_named("Known"));
    let service = admin.verifier("A service");
    eventually("all are stored", deadline::EVENT, || {
        (globe.store().dump().len() == 4).then_some(())
    });
    for key in &made {
        for _ in 0..2 {
            assert_eq!(codes(&globe, &key.token), ["valid"; 3]);
        }
    }
    globe.authority().deploy("PEPPER_2", &tokens::random(48));
    done(&admin, 2, 4);

    let [revoked, blocked, rotated] = &made;
    assert_eq!(admin.revoke(&revoked.id).status, 200);
    let _ = admin.change("block", &blocked.id).good(200);
    let rotate = format!("/v1/keys/{}/rotate", rotated.id);
    let _ = admin
        .post(&rotate, &json!({ "grace_seconds": 0 }))
        .good(200);
    assert_eq!(
        admin
            .delete(&format!("/v1/verifiers/{}", service.id))
            .status,
        200
    );
    let acknowledged = Instant::now();
    thread::sleep(BOUND + Duration::from_millis(20));
    assert!(acknowledged.elapsed() > BOUND);
    assert_eq!(codes(&globe, &revoked.token), ["revoked"; 3]);
    assert_eq!(codes(&globe, &blocked.token), ["blocked"; 3]);
    assert_eq!(codes(&globe, &rotated.token), ["expired"; 3]);
    for isolate in globe.isolates() {
        let asked = Verifier {
            door: isolate.door.clone(),
            ..service.clone()
        };
        assert_eq!(asked.ask(&json!({ "token": revoked.token })).status, 401);
    }
}
