//! `/healthz` and `/readyz`.

use keyway_tests::{
    Request, World,
    deadline::{EVENT, eventually},
    gate::Passage,
    shape::assert_members,
    tokens,
};
use serde_json::json;

#[test]
fn healthz_answers_without_storage() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    world.kv().go_down();
    world.gate().set(Passage::Refused);
    let body = world.send(&Request::get("/healthz")).expect(200).json();
    assert_eq!(body, json!({ "status": "ok" }));
    assert!(
        world.kv().history().is_empty(),
        "no KV operation: {:?}",
        world.kv().history()
    );
    assert_eq!(world.gate().calls(), 0, "no call of the object");
}

#[test]
fn the_worker_comes_back_after_kill_9_and_sigterm() {
    let mut world = World::start();
    let _ = world.send(&Request::get("/healthz")).expect(200);
    world.crash();
    let _ = world.send(&Request::get("/healthz")).expect(200);
    world.terminate();
    world.start_again();
    let _ = world.send(&Request::get("/healthz")).expect(200);
}

#[test]
fn readyz_says_that_all_is_well() {
    let world = World::start();
    let body = world.send(&Request::get("/readyz")).good(200);
    let checks = json!({
        "PEPPER_1": "ok", "ROOT_TOKEN": "ok", "KEYS": "ok", "WORKSPACE": "ok",
        "FEED enam": "ok", "FEED weur": "ok", "FEED apac": "ok",
    });
    assert_eq!(body, json!({ "status": "ready", "checks": checks }));
}

#[test]
fn readyz_names_what_is_not_and_tells_no_secret() {
    let pepper = tokens::random(20);
    for (builder, wrong) in [
        (World::builder().withhold("PEPPER_1"), "PEPPER_1"),
        (World::builder().withhold("ROOT_TOKEN"), "ROOT_TOKEN"),
        (World::builder().text("PEPPER_1", &pepper), "PEPPER_1"),
        (World::builder().text("PEPPER_1", ""), "PEPPER_1"),
        (World::builder().text("ROOT_TOKEN", "letmein"), "ROOT_TOKEN"),
        (World::builder().text("REGIONS", "weur mars"), "REGIONS"),
    ] {
        let world = builder.start();
        let answer = world.send(&Request::get("/readyz")).expect(503);
        answer.assert_unstored();
        assert!(
            !answer.text().contains(&pepper) && !answer.text().contains("letmein"),
            "{}",
            answer.text()
        );
        let body = answer.json();
        assert_members(&body, &["status", "checks"]);
        assert_eq!(body["status"], "not_ready");
        let checks = body["checks"].as_object().unwrap();
        let failing: Vec<&String> = checks
            .iter()
            .filter(|(_, found)| *found != "ok")
            .map(|(name, _)| name)
            .collect();
        assert_eq!(failing, [wrong], "{body}");
        // Nothing is served on half a configuration.
        let root = if wrong == "ROOT_TOKEN" {
            "letmein".to_owned()
        } else {
            world.root().to_owned()
        };
        let refused = world.send(
            &Request::post("/v1/keys")
                .bearer(&root)
                .json(&json!({ "name": "x" })),
        );
        assert!([401, 503].contains(&refused.status), "{}", refused.text());
        if wrong == "PEPPER_1" || wrong == "REGIONS" {
            let _ = refused.problem(503, "not_configured");
        }
    }
}

#[test]
fn what_is_set_up_wrongly_is_named_in_the_log() {
    for (name, value, logged) in [
        (
            "PEPPER_1",
            "too short",
            "PEPPER_1: it needs at least 32 char",
        ),
        (
            "VAULT_KEY_1",
            "too short",
            "VAULT_KEY_1: it needs at least 32 char",
        ),
        ("REGION", "mars", "REGION is not one of the regions"),
    ] {
        let world = World::builder().text(name, value).start();
        let _ = world.admin().get("/v1/session");
        let question = json!({ "token": tokens::token("kw_live") });
        let _ = world.admin().as_verifier().ask(&question);
        eventually(logged, EVENT, || {
            let lines = world.log().with(logged);
            (!lines.is_empty()).then_some(())
        });
    }
}

#[test]
fn readyz_says_what_is_out_of_reach() {
    let mut world = World::builder().gated().start();
    world.expect_in_log("the gate");
    let failing = |world: &World| {
        let body = world.send(&Request::get("/readyz")).expect(503).json();
        let checks = body["checks"].as_object().unwrap().clone();
        checks
            .into_iter()
            .filter(|(_, found)| found != "ok")
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    world.kv().go_down();
    assert_eq!(failing(&world), ["KEYS"]);
    world.kv().heal();
    world.gate().set(Passage::Refused);
    assert_eq!(failing(&world), ["WORKSPACE"]);
    world.gate().set(Passage::Nonsense);
    assert_eq!(failing(&world), ["WORKSPACE"]);
    world.gate().set(Passage::Open);
    let _ = world.send(&Request::get("/readyz")).good(200);
}
