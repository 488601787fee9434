//! `/v1/reviews`: that somebody went through the keys that nobody uses.

use keyway_tests::{Request, World, shape::assert_members};
use serde_json::{Value, json};

const REVIEWS: &str = "/v1/reviews";

/// The numbers of each, in the order of the list.
fn counts(listed: &Value) -> Vec<Value> {
    assert_members(listed, &["items", "next_cursor"]);
    assert_eq!(listed["next_cursor"], Value::Null);
    let items = listed["items"].as_array().unwrap();
    items
        .iter()
        .map(|review| {
            assert_members(review, &["at", "by", "kept", "blocked", "revoked"]);
            assert_members(&review["by"], &["id", "name"]);
            json!([review["kept"], review["blocked"], review["revoked"]])
        })
        .collect()
}

#[test]
fn the_latest_reviews_are_listed_newest_first() {
    let mut world = World::start();
    let admin = world.admin();
    assert!(counts(&admin.get(REVIEWS).good(200)).is_empty());

    let body = json!({ "kept": 3, "blocked": 1, "revoked": 1_000_000 });
    let noted = admin.post(REVIEWS, &body).good(201);
    assert_members(&noted, &["review"]);
    let review = &noted["review"];
    assert_eq!(review["by"]["name"], "Root");
    assert_eq!(review["by"]["id"], "mem_0000000000000000000000");
    world.crash();
    let listed = admin.get(REVIEWS).good(200);
    assert_eq!(counts(&listed), [json!([3, 1, 1_000_000])]);
    assert_eq!(listed["items"][0], *review);

    for kept in 0..21 {
        let body = json!({ "kept": kept, "blocked": 0, "revoked": 0 });
        let _ = admin.post(REVIEWS, &body).good(201);
    }
    let wanted: Vec<Value> = (1..21).rev().map(|kept| json!([kept, 0, 0])).collect();
    assert_eq!(counts(&admin.get(REVIEWS).good(200)), wanted);
}

#[test]
fn a_review_that_makes_no_sense_is_refused_and_not_noted() {
    let world = World::start();
    let admin = world.admin();
    for (name, value, code) in [
        ("kept", json!(-1), "invalid_count"),
        ("blocked", json!(1_000_001), "invalid_count"),
        ("revoked", json!(4_294_967_296_u64), "invalid_count"),
        ("kept", json!(0.5), "wrong_type"),
        ("blocked", json!("1"), "wrong_type"),
        ("revoked", Value::Null, "wrong_type"),
        ("by", json!("me"), "unknown_field"),
    ] {
        let mut body = json!({ "kept": 1, "blocked": 1, "revoked": 1 });
        body[name] = value;
        let pointer = format!("/{name}");
        admin.post(REVIEWS, &body).field_problem(code, &pointer);
    }
    let several = json!({ "kept": -1, "blocked": true });
    let problem = admin.post(REVIEWS, &several).problem(422, "invalid_count");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3, "{problem}");
    let _ = admin
        .get("/v1/reviews?limit=5")
        .problem(400, "unknown_parameter");
    let _ = admin.delete(REVIEWS).problem(405, "method_not_allowed");
    let stranger = Request::get(REVIEWS);
    let _ = world.send(&stranger).problem(401, "credential_missing");
    assert!(counts(&admin.get(REVIEWS).good(200)).is_empty());
}
