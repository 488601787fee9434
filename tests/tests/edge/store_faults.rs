//! KV or the Workspace object fails. Promise 8: when in doubt, refuse.

use std::{collections::BTreeMap, thread, time::Duration};

use keyway_tests::{
    Request, World,
    deadline::{self, eventually},
    gate::Passage,
    kv::{Fault, Kind, Operation, Times},
    propagation::Propagation,
    random::Random,
    tokens,
};
use serde_json::json;

fn is_key_put(done: &Operation) -> bool {
    done.kind == Kind::Put && done.key.starts_with("key:")
}

#[test]
fn a_key_that_is_created_while_kv_fails_is_good_at_once() {
    for fault in [
        Fault::Status(503),
        Fault::Status(500),
        Fault::Status(429),
        Fault::Cut,
    ] {
        let world = World::start();
        let admin = world.admin();
        let verifier = admin.verifier("v");
        world.kv().fail(Kind::Put, fault, Times::Always);
        let made = admin.create_named("Pending");
        assert_eq!(made.propagation.pending(), [""; 0], "KV is not part of it");
        assert!(world.store().keys("key:").is_empty());
        assert_eq!(
            verifier.code(&made.token),
            "valid",
            "{fault:?}: the object is asked on a miss"
        );

        let mark = world.kv().mark();
        world.kv().heal();
        world.kv().wait_for_put(mark, "key:");
        assert_eq!(
            world.store().keys("key:").len(),
            1,
            "{fault:?}: the outbox delivered"
        );
        assert_eq!(verifier.code(&made.token), "valid");
    }
}

#[test]
fn a_revoke_while_kv_fails_is_known_without_it() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let made = admin.create_named("Gone");
    world.kv().go_down();
    let body = admin.revoke(&made.id).good(200);
    assert_eq!(Propagation::read(&body["propagation"]).pending(), [""; 0]);
    assert_eq!(body["key"]["status"], "revoked");
    assert_eq!(verifier.strong_code(&made.token), "revoked");
    assert_eq!(
        verifier.code(&made.token),
        "revoked",
        "KV cannot be read: the object is asked"
    );

    let mark = world.kv().mark();
    world.kv().heal();
    world.kv().wait_for_put(mark, "key:");
    assert_eq!(verifier.code(&made.token), "revoked");
    let again = admin.revoke(&made.id).good(200);
    assert_eq!(again["key"], body["key"]);
}

#[test]
fn a_write_whose_answer_was_lost_is_written_again_to_no_harm() {
    let world = World::start();
    let admin = world.admin();
    world
        .kv()
        .fail(Kind::Put, Fault::LostAnswer, Times::Next(1));
    let mark = world.kv().mark();
    let made = admin.create_named("Twice");
    world.kv().wait_for_put(mark, "key:");
    assert_eq!(world.store().keys("key:").len(), 1);
    assert_eq!(admin.as_verifier().code(&made.token), "valid");
}

#[test]
fn a_slow_kv_does_not_hold_an_answer_back_for_long() {
    let world = World::start();
    let admin = world.admin();
    world.kv().fail(
        Kind::Put,
        Fault::Delay(Duration::from_secs(15)),
        Times::Always,
    );
    let started = std::time::Instant::now();
    let made = admin.create_named("Slow");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "a create took {took:?}");
    assert_eq!(admin.as_verifier().strong_code(&made.token), "valid");
}

#[test]
fn the_newest_version_is_what_ends_in_kv() {
    let world = World::start();
    let admin = world.admin();
    world
        .kv()
        .fail(Kind::Put, Fault::Status(503), Times::Next(2));
    let made = admin.create_named("Pending, then gone");
    let _ = admin.revoke(&made.id);
    world.kv().wait_for_put(0, "key:");
    let mark = world.kv().mark();
    // Revoked in the first write that succeeds, or else in a later one.
    if admin.as_verifier().code(&made.token) != "revoked" {
        world.kv().wait_for_put(mark, "key:");
    }
    assert_eq!(admin.as_verifier().code(&made.token), "revoked");
    let tombstone = world.store().dump();
    let _ = admin.create_named("Another");
    assert_eq!(
        world.store().get(&tombstone.keys().next().unwrap().clone()),
        tombstone.values().next().cloned()
    );
}

/// A write that nobody waits for any more may still be under way. When it lands
/// after the tombstone, something has to write the tombstone again.
#[test]
fn promise_5_a_write_that_comes_late_does_not_bring_a_revoked_key_back() {
    let world = World::start();
    let admin = world.admin();
    // The record lands right after the tombstone, which the outbox writes when it
    // has waited long enough for an answer.
    world
        .kv()
        .fail(Kind::Put, Fault::Overtaken(deadline::EVENT), Times::Next(1));
    let made = admin.create_named("Late");
    assert!([200, 202].contains(&admin.revoke(&made.id).status));
    // What verdicts say does not depend on it: the view knows that the key is
    // revoked. Once the window is over, all depends on it.
    world
        .kv()
        .wait("the record, late, and the tombstone again", 0, |since| {
            since.iter().filter(|done| is_key_put(done)).count() >= 3
        });
    assert_eq!(admin.as_verifier().code(&made.token), "revoked");
    assert_eq!(admin.as_verifier().strong_code(&made.token), "revoked");
}

#[test]
fn a_tombstone_is_written_over_the_record_and_nothing_is_ever_deleted() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let made = admin.create_named("Gone");
    let before = world.store().keys("");
    let _ = admin.revoke(&made.id);
    let _ = admin.delete(&format!("/v1/verifiers/{}", verifier.id));
    world.kv().wait("the tombstones", 0, |since| {
        let puts = |prefix: &str| {
            since
                .iter()
                .filter(|done| {
                    done.kind == Kind::Put && done.succeeded() && done.key.starts_with(prefix)
                })
                .count()
        };
        puts("key:") == 2 && puts("verifier:") == 2
    });
    assert_eq!(
        world.store().keys(""),
        before,
        "the same keys, other values"
    );
    assert!(
        world
            .kv()
            .history()
            .iter()
            .all(|done| done.kind != Kind::Delete),
        "no KV delete"
    );
}

#[test]
fn one_kv_key_is_written_at_most_once_a_second() {
    let world = World::start();
    let admin = world.admin();
    let ids: Vec<String> = (0..3)
        .map(|_| admin.create_named("Short-lived").id)
        .collect();
    for id in &ids {
        let _ = admin.revoke(id);
        let _ = admin.revoke(id);
    }
    let verifier = admin.verifier("v");
    let _ = admin.delete(&format!("/v1/verifiers/{}", verifier.id));
    world.kv().wait("all tombstones", 0, |since| {
        since
            .iter()
            .filter(|done| done.kind == Kind::Put && done.succeeded())
            .count()
            >= 8
    });
    let mut last: BTreeMap<String, Operation> = BTreeMap::new();
    for done in world
        .kv()
        .history()
        .into_iter()
        .filter(|done| done.kind == Kind::Put)
    {
        if let Some(before) = last.get(&done.key) {
            let apart = done.at - before.at;
            // The two clocks are one, but the way here is not always equally long.
            assert!(
                apart >= Duration::from_millis(950),
                "{} was written twice within {apart:?}",
                done.key
            );
        }
        last.insert(done.key.clone(), done);
    }
}

#[test]
fn promise_8_while_kv_is_down_the_object_answers() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let (good, gone) = (admin.create_named("Good"), admin.create_named("Gone"));
    let _ = admin.revoke(&gone.id);
    for fault in [Fault::Status(503), Fault::Status(429), Fault::Cut] {
        world.kv().heal();
        world.kv().fail(Kind::Get, fault, Times::Always);
        assert_eq!(verifier.code(&good.token), "valid", "{fault:?}");
        assert_eq!(verifier.code(&gone.token), "revoked", "{fault:?}");
        assert_eq!(
            verifier.code(&tokens::token("kw_live")),
            "not_found",
            "{fault:?}"
        );
    }
}

#[test]
fn promise_8_while_the_object_is_out_of_reach_kv_answers_what_it_knows() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let (good, gone) = (admin.create_named("Good"), admin.create_named("Gone"));
    let _ = admin.revoke(&gone.id);
    world.outbox_kv().wait("the tombstone", 0, |since| {
        since
            .iter()
            .filter(|done| is_key_put(done) && done.succeeded())
            .count()
            == 3
    });
    for passage in [Passage::Refused, Passage::Nonsense] {
        world.gate().set(passage);
        assert_eq!(verifier.code(&good.token), "valid", "{passage:?}");
        assert_eq!(verifier.code(&gone.token), "revoked", "{passage:?}");
        // Had it been created lately, the feed would have said so.
        assert_eq!(
            verifier.code(&tokens::token("kw_live")),
            "not_found",
            "{passage:?}"
        );
        assert_unavailable(
            &world,
            &verifier.token,
            json!({ "token": good.token, "consistency": "strong" }),
        );
    }
}

#[track_caller]
fn assert_unavailable(world: &World, caller: &str, question: serde_json::Value) {
    let answer = world.send(&Request::post("/v1/verify").bearer(caller).json(&question));
    let problem = answer.problem(503, "unavailable");
    assert_eq!(problem["valid"], false, "{problem}");
    assert!(problem.get("key").is_none());
}

#[test]
fn promise_8_nothing_reachable_is_unavailable_and_never_valid() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let good = admin.create_named("Good");
    assert_eq!(verifier.code(&good.token), "valid");
    for passage in [Passage::Refused, Passage::Nonsense, Passage::AnswerLost] {
        for fault in [Fault::Status(503), Fault::Cut] {
            world.kv().heal();
            world.gate().set(passage);
            world.kv().fail(Kind::Get, fault, Times::Always);
            for caller in [&admin.token, &verifier.token] {
                assert_unavailable(&world, caller, json!({ "token": good.token }));
                assert_unavailable(
                    &world,
                    caller,
                    json!({ "token": good.token, "consistency": "strong" }),
                );
            }
        }
    }
    world.gate().set(Passage::Open);
    world.kv().heal();
    assert_eq!(verifier.code(&good.token), "valid", "and it recovers");
}

#[test]
fn managing_while_the_object_is_out_of_reach_is_unavailable() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let page = world.page();
    let made = admin.create_named("Before");
    for passage in [Passage::Refused, Passage::Nonsense] {
        world.gate().set(passage);
        let answers = [
            admin.get("/v1/keys"),
            admin.get(&format!("/v1/keys/{}", made.id)),
            admin.post("/v1/keys", &json!({ "name": "x" })),
            admin.revoke(&made.id),
            admin.get("/v1/scopes"),
            admin.post("/v1/scopes", &json!({ "id": "x" })),
            admin.get("/v1/verifiers"),
            admin.post("/v1/verifiers", &json!({ "name": "x" })),
            page.get("/v1/keys"),
            page.get("/v1/session"),
            world.send(&keyway_tests::Page::sign_in_request(world.root())),
        ];
        for answer in answers {
            assert_eq!(answer.headers("set-cookie").len(), 0);
            // An answer that is not the object's is no answer, whatever it says.
            if passage == Passage::Refused {
                let _ = answer.problem(503, "unavailable");
            } else {
                assert!(answer.status >= 500, "{}: {}", answer.to, answer.text());
            }
        }
    }
    world.gate().set(Passage::Open);
    assert_eq!(admin.keys().len(), 1, "nothing was made");
    assert_eq!(admin.key(&made.id)["status"], "active");
}

/// A slow KV read holds up nobody else.
#[test]
fn a_slow_read_does_not_hold_up_the_others() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let token = admin.create_named("k").token;
    world.kv().fail(
        Kind::Get,
        Fault::Delay(Duration::from_secs(3)),
        Times::Next(1),
    );
    thread::scope(|scope| {
        let slow = scope.spawn(|| verifier.code(&token));
        // The record of the verifier or that of the key: both are read at once.
        world.kv().wait_until_held_back();
        let started = std::time::Instant::now();
        assert_eq!(verifier.code(&token), "valid");
        assert!(
            started.elapsed() < Duration::from_secs(2),
            "held up for {:?}",
            started.elapsed()
        );
        assert_eq!(slow.join().unwrap(), "valid");
    });
}

/// Longer than anybody should wait for a verdict.
const SILENCE: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn a_kv_that_does_not_answer_is_given_up_and_the_object_decides() {
    let world = World::start();
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let token = admin.create_named("k").token;
    world
        .kv()
        .fail(Kind::Get, Fault::Delay(SILENCE), Times::Always);
    for caller in [&admin.as_verifier(), &verifier] {
        let started = std::time::Instant::now();
        assert_eq!(caller.code(&token), "valid");
        assert!(
            started.elapsed() < PATIENCE,
            "it took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn promise_8_an_object_that_does_not_answer_is_given_up() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let admin = world.admin();
    let verifier = admin.verifier("v");
    let token = admin.create_named("k").token;
    world.gate().set(Passage::Silent(SILENCE));
    assert_eq!(verifier.code(&token), "valid", "KV knows it");
    let started = std::time::Instant::now();
    assert_unavailable(
        &world,
        &verifier.token,
        json!({ "token": token, "consistency": "strong" }),
    );
    assert!(
        started.elapsed() < PATIENCE,
        "it took {:?}",
        started.elapsed()
    );
}

#[test]
fn many_pending_records_are_all_delivered() {
    const KEYS: usize = 60;
    let world = World::start();
    let admin = world.admin();
    world.kv().go_down();
    let made: Vec<_> = (0..KEYS).map(|_| admin.create_named("Pending")).collect();
    // The feeds know, so no answer waits for the store.
    thread::scope(|scope| {
        for key in made.iter().step_by(3) {
            let admin = &admin;
            scope.spawn(move || admin.revoke(&key.id).expect(200));
        }
    });
    world.kv().heal();
    eventually("all records are in KV", deadline::EVENT, || {
        (world.store().keys("key:").len() == KEYS).then_some(())
    });
    let verifier = admin.as_verifier();
    for (number, key) in made.iter().enumerate() {
        let expected = if number % 3 == 0 { "revoked" } else { "valid" };
        assert_eq!(verifier.code(&key.token), expected);
    }
}

/// Writes of one key overtake each other on slow ways; the newest stays.
#[test]
fn promise_5_revokes_that_race_with_slow_writes_end_in_tombstones() {
    let world = World::start();
    let admin = world.admin();
    let mut random = Random::new(5);
    let keys: Vec<_> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..6)
            .map(|_| {
                let delays: Vec<Duration> = (0..4)
                    .map(|_| Duration::from_millis(random.below(900) as u64))
                    .collect();
                let (admin, kv) = (admin.clone(), world.kv());
                scope.spawn(move || {
                    let mut made = Vec::new();
                    for delay in delays {
                        kv.fail(Kind::Put, Fault::Delay(delay), Times::Next(2));
                        let key = admin.create_named("Raced");
                        let (one, two) = (admin.revoke(&key.id), admin.revoke(&key.id));
                        assert!(
                            [200, 202].contains(&one.status) && [200, 202].contains(&two.status)
                        );
                        made.push(key);
                    }
                    made
                })
            })
            .collect();
        lanes
            .into_iter()
            .flat_map(|lane| lane.join().unwrap())
            .collect()
    });
    world.kv().heal();
    let verifier = admin.as_verifier();
    for key in &keys {
        eventually("the tombstone is in KV", deadline::EVENT, || {
            (verifier.code(&key.token) == "revoked").then_some(())
        });
    }
    // And nothing comes after it.
    for key in &keys {
        assert_eq!(verifier.code(&key.token), "revoked");
    }
}
