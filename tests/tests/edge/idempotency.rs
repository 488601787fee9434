//! `Idempotency-Key`: a create that is asked for again is made once.

use std::{sync::Barrier, thread};

use keyway_tests::{
    Answer, Request, World,
    gate::Passage,
    kv::{Fault, Kind, Times},
    shape::assert_members,
};
use serde_json::{Value, json};

fn create(world: &World, key: &str, body: &Value) -> Request {
    Request::post("/v1/keys")
        .bearer(world.root())
        .header("idempotency-key", key)
        .json(body)
}

#[track_caller]
fn id_of(body: &Value) -> String {
    body["key"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no key: {body}"))
        .to_owned()
}

/// The id of a replay, which shows the key and no token.
#[track_caller]
fn replayed(answer: Answer) -> String {
    let body = answer.good(200);
    assert_members(&body, &["key", "propagation"]);
    id_of(&body)
}

#[test]
fn the_same_create_again_is_the_same_key_without_its_token() {
    let world = World::start();
    let request = create(&world, "order-66", &json!({ "name": "Once" }));
    let first = world.send(&request).good(201);
    assert!(first["token"].is_string());
    assert_eq!(replayed(world.send(&request)), id_of(&first));
    assert_eq!(replayed(world.send(&request)), id_of(&first));
    assert_eq!(world.admin().keys().len(), 1);
}

#[test]
fn the_same_create_at_the_same_moment_is_one_key() {
    for round in 0..4 {
        let world = World::start();
        let request = create(&world, "at-once", &json!({ "name": "Once" }));
        let answers = at_the_same_moment(&world, &vec![request; 6]);
        let created: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .collect();
        assert_eq!(
            created.len(),
            1,
            "round {round}: {:?}",
            answers
                .iter()
                .map(|answer| answer.status)
                .collect::<Vec<_>>()
        );
        let id = id_of(&created[0].json());
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            assert_eq!(replayed(answer), id);
        }
        assert_eq!(world.admin().keys().len(), 1);
    }
}

#[test]
fn different_creates_with_one_key_at_the_same_moment_are_one_key_and_refusals() {
    let world = World::start();
    let requests: Vec<_> = (0..6)
        .map(|number| {
            create(
                &world,
                "at-once",
                &json!({ "name": format!("Name {number}") }),
            )
        })
        .collect();
    let answers = at_the_same_moment(&world, &requests);
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        let _ = answer.problem(422, "idempotency_key_reused");
    }
    assert_eq!(world.admin().keys().len(), 1);
}

fn at_the_same_moment(world: &World, requests: &[Request]) -> Vec<Answer> {
    let barrier = Barrier::new(requests.len());
    thread::scope(|scope| {
        let running: Vec<_> = requests
            .iter()
            .map(|request| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    world.send(request)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn a_key_in_quotes_is_the_same_key() {
    let world = World::start();
    let body = json!({ "name": "Once" });
    let id = id_of(&world.send(&create(&world, "\"8e03978e\"", &body)).good(201));
    assert_eq!(replayed(world.send(&create(&world, "8e03978e", &body))), id);
    assert_eq!(
        replayed(world.send(&create(&world, "\"8e03978e\"", &body))),
        id
    );
}

#[test]
fn another_body_under_the_same_key_is_refused() {
    let world = World::start();
    world.admin().scope("a");
    let first = json!({ "name": "Once" });
    let _ = world.send(&create(&world, "k", &first)).good(201);
    for other in [
        json!({ "name": "Other" }),
        json!({ "name": "Once", "environment": "test" }),
        json!({ "name": "Once", "scopes": ["a"] }),
        json!({ "name": "Once", "scopes": ["*"] }),
        json!({ "name": "Once", "expires_at": "2099-01-01T00:00:00Z" }),
        json!({ "name": "Once", "not_before": "2099-01-01T00:00:00Z" }),
    ] {
        let _ = world
            .send(&create(&world, "k", &other))
            .problem(422, "idempotency_key_reused");
    }
    assert_eq!(world.admin().keys().len(), 1);
    let _ = world.send(&create(&world, "K", &first)).good(201);
    assert_eq!(
        world.admin().keys().len(),
        2,
        "another key is another create"
    );
}

#[test]
fn a_refused_create_leaves_its_key_unused() {
    let world = World::start();
    world
        .send(&create(&world, "k", &json!({ "name": "" })))
        .field_problem("invalid_name", "/name");
    world
        .send(&create(
            &world,
            "k",
            &json!({ "name": "x", "scopes": ["nope"] }),
        ))
        .field_problem("unknown_scope", "/scopes/0");
    let _ = world
        .send(&create(&world, "k", &json!({ "name": "Good" })))
        .good(201);
}

#[test]
fn a_key_of_another_shape_is_refused() {
    let world = World::start();
    let long = "k".repeat(256);
    let tries: [&[u8]; 6] = [
        b"",
        b"\"\"",
        b"\"half",
        long.as_bytes(),
        "schl\u{fc}ssel".as_bytes(),
        b"a\"b",
    ];
    for key in tries {
        let request = Request::post("/v1/keys")
            .bearer(world.root())
            .header("idempotency-key", key)
            .json(&json!({ "name": "x" }));
        let _ = world.send(&request).problem(400, "invalid_idempotency_key");
    }
    let twice = create(&world, "a", &json!({ "name": "x" })).header("idempotency-key", "b");
    let answer = world.send(&twice);
    assert!(
        answer.status == 400,
        "two keys: {} {}",
        answer.status,
        answer.text()
    );
    assert!(world.admin().keys().is_empty());
}

#[test]
fn promise_3_a_create_is_replayed_after_kill_9() {
    let mut world = World::start();
    let request = create(&world, "k", &json!({ "name": "Once" }));
    let id = id_of(&world.send(&request).good(201));
    world.crash();
    assert_eq!(replayed(world.send(&request)), id);
    assert_eq!(world.admin().keys().len(), 1);
}

#[test]
fn a_create_whose_answer_was_lost_is_made_once() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let request = create(&world, "k", &json!({ "name": "Once" }));
    world.gate().set(Passage::AnswerLost);
    let lost = world.send(&request);
    assert_eq!(
        lost.status,
        503,
        "nobody can say what became of it: {}",
        lost.text()
    );
    world.gate().set(Passage::Open);
    let id = replayed(world.send(&request));
    let keys = world.admin().keys();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["id"], id);
}

#[test]
fn a_create_that_was_killed_half_way_is_made_at_most_once() {
    let mut world = World::start();
    // The record is committed, and its write to KV takes for ever.
    world.kv().fail(
        Kind::Put,
        Fault::Delay(std::time::Duration::from_secs(30)),
        Times::Next(1),
    );
    let request = create(&world, "k", &json!({ "name": "Once" }));
    let door = world.door().clone();
    let sent = request.clone();
    let asking = thread::spawn(move || door.try_send(&sent));
    world.kv().wait_until_under_way(Kind::Put, "key:");
    world.kill();
    let _ = asking.join().unwrap();
    world.kv().heal();
    world.start_again();
    let answer = world.send(&request);
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    let keys = world.admin().keys();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["id"], answer.json()["key"]["id"]);
}
