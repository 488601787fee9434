//! How often keys are used.

use std::time::Duration;

use keyway_tests::{
    Admin, Globe, Verifier, World,
    deadline::{self, eventually},
    gate::Passage,
    moment::{ago, ahead, parsed},
};
use serde_json::{Value, json};

/// Counts are passed on within so many bounds; here one is a second.
fn quick() -> keyway_tests::world::Builder {
    World::builder().text("BOUND_SECONDS", "1")
}

fn usage(admin: &Admin, id: &str) -> Value {
    admin.get(&format!("/v1/keys/{id}/usage")).good(200)
}

/// Allowed and denied, over all days: midnight may come at any time.
fn sums(usage: &Value) -> (u64, u64) {
    let days = usage["days"].as_array().unwrap();
    let sum = |member: &str| days.iter().map(|day| day[member].as_u64().unwrap()).sum();
    (sum("allowed"), sum("denied"))
}

fn await_sums(admin: &Admin, id: &str, wanted: (u64, u64)) -> Value {
    eventually(&format!("{wanted:?} of {id}"), deadline::EVENT, || {
        Some(usage(admin, id)).filter(|usage| sums(usage) == wanted)
    })
}

fn ask(verifier: &Verifier, token: &str, scope: &str, code: &str) {
    let verdict = verifier.verdict(&json!({ "token": token, "scopes": [scope] }));
    assert_eq!(verdict["code"], code);
}

#[test]
fn uses_are_counted_and_shown_within_moments_also_when_no_more_follow() {
    let world = quick().start();
    let admin = world.admin();
    admin.scope("read");
    let create = |name| admin.create(&json!({ "name": name, "scopes": ["read"] }));
    let (used, unused) = (create("used"), create("unused"));
    assert_eq!(used.item["last_used_at"], Value::Null);
    let verifier = admin.verifier("service");
    let moment = |text: String| parsed(&Value::from(text));
    let before = moment(ago(Duration::from_secs(1)));
    for _ in 0..3 {
        ask(&verifier, &used.token, "read", "valid");
    }
    for _ in 0..2 {
        ask(&verifier, &used.token, "write", "insufficient_scope");
    }
    // To try a key out is no use of it, and neither is to ask about none.
    let _ = admin.as_verifier().code(&used.token);
    let _ = admin.as_verifier().code(&unused.token);
    let _ = verifier.code("nonsense");

    let shown = await_sums(&admin, &used.id, (3, 2));
    let last = parsed(&shown["last_used_at"]);
    assert!(
        before <= last && last <= moment(ahead(Duration::ZERO)),
        "{shown}"
    );
    assert_eq!(admin.key(&used.id)["last_used_at"], shown["last_used_at"]);
    assert_eq!(
        usage(&admin, &unused.id),
        json!({ "last_used_at": null, "days": [] })
    );

    ask(&verifier, &used.token, "read", "valid");
    let _ = admin.revoke(&used.id).good(200);
    eventually("the refusal", deadline::EVENT, || {
        (verifier.code(&used.token) == "revoked").then_some(())
    });
    let shown = eventually("one more", deadline::EVENT, || {
        let shown = usage(&admin, &used.id);
        (sums(&shown).0 >= 4 && sums(&shown).1 >= 3).then_some(shown)
    });
    let again = parsed(&shown["last_used_at"]);
    assert!(again > last, "{shown}");
}

#[test]
fn all_locations_are_counted_and_what_could_not_be_passed_on_is_not_lost() {
    let globe = Globe::start();
    let admin = globe.admin();
    let made = admin.create_named("k");
    let verifier = admin.verifier("service");
    let ask_everywhere = || {
        for isolate in globe.isolates() {
            let there = Verifier {
                door: isolate.door.clone(),
                ..verifier.clone()
            };
            // The first may still be answered "not there" by what this
            // isolate knew before the key was made.
            eventually("the key", deadline::EVENT, || {
                (there.code(&made.token) == "valid").then_some(())
            });
        }
    };
    let isolates = u64::try_from(globe.isolates().count()).unwrap();
    ask_everywhere();
    // What the feeds pass on does not arrive.
    let faults = globe.faults_met();
    globe.set_catch_up(Passage::Refused);
    eventually("a feed's attempt", deadline::EVENT, || {
        (globe.faults_met() > faults).then_some(())
    });
    globe.heal();
    // What stayed behind goes with what comes next.
    ask_everywhere();
    let _ = await_sums(&admin, &made.id, (2 * isolates, 0));
}

#[test]
fn the_usage_of_nobody_cannot_be_read() {
    let world = World::start();
    let none = "/v1/keys/key_0000000000000000000000/usage";
    let _ = world.admin().get(none).problem(404, "key_not_found");
}
