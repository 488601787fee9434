//! Several locations before one authority: who knows of a change, and when.
//!
//! Each test is one fault that matters. B is one second, and the KV of every
//! location answers what it once read until it is told to forget: staler than
//! any wait of these tests.

use std::{
    thread,
    time::{Duration, Instant},
};

use keyway_tests::{
    Admin, Created, Globe, Request, Verifier,
    deadline::{self, eventually},
    gate::{FEED, Passage, WORKSPACE, Way},
    globe::{BOUND, Isolate, REGIONS},
    kv::{Fault, Hold, Kind, Times},
    propagation::Propagation,
    tokens,
};
use serde_json::json;

/// A moment more than the bound: the clocks count in milliseconds.
const MOMENT: Duration = Duration::from_millis(20);

fn stale(globe: Globe) -> Globe {
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    globe
}

fn globe() -> Globe {
    stale(Globe::start())
}

/// Two isolates at every location, of which tests leave the second alone until
/// they need a fresh one.
fn globe_with_spare_isolates() -> Globe {
    stale(Globe::builder().isolates(2).start())
}

/// The first isolate of every location.
fn firsts(globe: &Globe) -> Vec<&Isolate> {
    globe
        .locations()
        .iter()
        .map(|location| &location.isolates[0])
        .collect()
}

/// The second isolate of every location.
fn spares(globe: &Globe) -> Vec<&Isolate> {
    globe
        .locations()
        .iter()
        .map(|location| &location.isolates[1])
        .collect()
}

/// The code of the verdict of that isolate, `unavailable` included.
#[track_caller]
fn code_at(globe: &Globe, isolate: &Isolate, token: &str) -> String {
    let question = json!({ "token": token });
    let request = Request::post("/v1/verify")
        .bearer(globe.root())
        .json(&question);
    let answer = isolate.door.send(&request);
    assert!([200, 503].contains(&answer.status), "{}", answer.text());
    let verdict = answer.json();
    let code = verdict["code"].as_str().expect("a code").to_owned();
    assert_eq!(verdict["valid"], json!(code == "valid"), "{verdict}");
    code
}

#[track_caller]
fn assert_code(globe: &Globe, isolates: &[&Isolate], token: &str, code: &str) {
    for isolate in isolates {
        assert_eq!(code_at(globe, isolate, token), code, "at {}", isolate.name);
    }
}

/// A key that every isolate has found good, from its KV.
#[track_caller]
fn known_everywhere(globe: &Globe, admin: &Admin) -> Created {
    let mark = globe.authority_kv().mark();
    let made = admin.create_named("Known");
    globe.authority_kv().wait_for_put(mark, "key:");
    // Twice: what was read while news came in is not kept.
    for _ in 0..2 {
        assert_code(globe, &firsts(globe), &made.token, "valid");
    }
    made
}

/// A change that every region has confirmed; when its answer was here.
#[track_caller]
fn confirmed(admin: &Admin, action: &str, id: &str) -> Instant {
    let body = admin.change(action, id).good(200);
    let propagation = Propagation::read(&body["propagation"]);
    assert_eq!(propagation.pending(), [""; 0]);
    assert_eq!(propagation.bound, BOUND);
    assert!(propagation.regions.keys().eq(sorted(&REGIONS)));
    Instant::now()
}

fn sorted<'a>(regions: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = regions.to_vec();
    sorted.sort_unstable();
    sorted
}

/// A narrowing change while one region cannot confirm it.
#[track_caller]
fn pending(admin: &Admin, action: &str, id: &str, regions: &[&str]) {
    let started = Instant::now();
    let body = admin.change(action, id).good(202);
    let propagation = Propagation::read(&body["propagation"]);
    assert_eq!(propagation.pending(), sorted(regions));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(9), "202 took {took:?}");
}

/// Repeats a change until every region has confirmed it.
#[track_caller]
fn confirmed_in_the_end(admin: &Admin, action: &str, id: &str) -> Instant {
    eventually("every region confirms", deadline::EVENT, || {
        let answer = admin.change(action, id);
        (answer.status == 200).then(Instant::now)
    })
}

/// Asks all the time from `acknowledged` on; after B there is one answer only.
#[track_caller]
fn assert_known_within_the_bound(
    globe: &Globe,
    isolates: &[&Isolate],
    token: &str,
    acknowledged: Instant,
    code: &str,
) {
    let end = acknowledged + BOUND * 3 / 2;
    thread::scope(|scope| {
        for isolate in isolates {
            scope.spawn(move || {
                while Instant::now() < end {
                    let late = acknowledged.elapsed();
                    let now = code_at(globe, isolate, token);
                    if late > BOUND + MOMENT {
                        let name = &isolate.name;
                        assert_eq!(now, code, "at {name}, {late:?} after the answer");
                    }
                    thread::sleep(Duration::from_millis(10));
                }
            });
        }
    });
}

#[test]
fn promise_4_a_revoke_is_known_everywhere_within_the_bound_though_kv_is_stale() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    let at = confirmed(&admin, "revoke", &made.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, "revoked");
    // Long after: the isolates still know better than their KV.
    thread::sleep(BOUND * 2);
    assert_code(&globe, &firsts(&globe), &made.token, "revoked");
}

#[test]
fn promise_4_block_and_unblock_are_known_everywhere_within_the_bound() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    for (action, code) in [
        ("block", "blocked"),
        ("unblock", "valid"),
        ("block", "blocked"),
    ] {
        let at = confirmed(&admin, action, &made.id);
        assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, code);
    }
    let at = confirmed(&admin, "revoke", &made.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, "revoked");
    let _ = admin
        .change("unblock", &made.id)
        .problem(409, "key_revoked");
}

#[test]
fn promise_4_a_removed_verifier_is_refused_everywhere_within_the_bound() {
    let globe = globe();
    let admin = globe.admin();
    let mark = globe.authority_kv().mark();
    let verifier = admin.verifier("Gateway");
    globe.authority_kv().wait_for_put(mark, "verifier:");
    let made = known_everywhere(&globe, &admin);
    let status_at = |isolate: &Isolate| {
        let request = Request::post("/v1/verify").bearer(&verifier.token);
        let answer = isolate
            .door
            .send(&request.json(&json!({ "token": made.token })));
        answer.status
    };
    for isolate in firsts(&globe) {
        assert_eq!(status_at(isolate), 200);
    }
    let body = admin
        .delete(&format!("/v1/verifiers/{}", verifier.id))
        .good(200);
    assert_eq!(Propagation::read(&body["propagation"]).pending(), [""; 0]);
    thread::sleep(BOUND + MOMENT);
    for isolate in firsts(&globe) {
        assert_eq!(status_at(isolate), 401, "at {}", isolate.name);
    }
}

#[test]
fn promise_4_a_fresh_isolate_knows_though_the_kv_at_its_location_is_stale() {
    let globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let (gone, stopped) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    let good = known_everywhere(&globe, &admin);
    confirmed(&admin, "revoke", &gone.id);
    confirmed(&admin, "block", &stopped.id);
    thread::sleep(BOUND + MOMENT);
    for (key, code) in [(&gone, "revoked"), (&stopped, "blocked"), (&good, "valid")] {
        assert_code(&globe, &spares(&globe), &key.token, code);
    }
}

#[test]
fn a_new_key_is_known_everywhere_within_the_bound_though_its_absence_is_remembered() {
    let globe = globe_with_spare_isolates();
    let admin = globe.admin();
    // Nothing arrives in KV while its absence is read.
    let away = Fault::Status(503);
    globe.authority_kv().fail(Kind::Put, away, Times::Always);
    let made = admin.create_named("New");
    assert_eq!(made.propagation.pending(), [""; 0]);
    thread::sleep(BOUND + MOMENT);
    assert_code(&globe, &firsts(&globe), &made.token, "valid");
    let mark = globe.authority_kv().mark();
    globe.authority_kv().heal();
    globe.authority_kv().wait_for_put(mark, "key:");
    assert_code(&globe, &firsts(&globe), &made.token, "valid");
    assert_code(&globe, &spares(&globe), &made.token, "valid");
    for location in globe.locations() {
        let reads = location.kv.history();
        assert!(
            reads
                .iter()
                .any(|read| read.key.starts_with("key:") && read.status == 404),
            "no absence was read at {}",
            location.region
        );
    }
}

#[test]
fn rule_6_a_feed_that_the_workspace_cannot_reach_is_named_as_pending() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    globe.set_publish("weur", Passage::Refused);
    pending(&admin, "revoke", &made.id, &["weur"]);
    // The others do not wait for it; the patience is longer than the bound.
    for region in ["enam", "apac"] {
        let isolate = &globe.location(region).isolates[0];
        assert_code(&globe, &[isolate], &made.token, "revoked");
    }
    globe.heal();
    let at = confirmed_in_the_end(&admin, "revoke", &made.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, "revoked");
}

#[test]
fn rule_6_a_feed_that_is_slow_to_confirm_is_waited_for() {
    let globe = globe();
    let admin = globe.admin();
    for passage in [Passage::Silent(BOUND), Passage::Late(BOUND)] {
        let made = known_everywhere(&globe, &admin);
        globe.set_publish("apac", passage);
        let started = Instant::now();
        let at = confirmed(&admin, "revoke", &made.id);
        assert!(
            started.elapsed() >= BOUND,
            "{passage:?}: it had not confirmed"
        );
        globe.set_publish("apac", Passage::Open);
        assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, "revoked");
    }
}

#[test]
fn rule_7_a_location_cut_off_from_its_feed_asks_another_one() {
    let globe = globe();
    let admin = globe.admin();
    let (gone, good) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    for passage in [Passage::Refused, Passage::Nonsense, Passage::AnswerLost] {
        globe.set_poll("weur", "weur", passage);
        let isolate = &globe.location("weur").isolates[0];
        thread::sleep(BOUND + MOMENT);
        assert_code(&globe, &[isolate], &good.token, "valid");
    }
    let isolate = &globe.location("weur").isolates[0];
    let at = confirmed(&admin, "revoke", &gone.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &gone.token, at, "revoked");
    assert_code(&globe, &[isolate], &good.token, "valid");
    let elsewhere = globe
        .gate()
        .calls_where(|way| way.from == "weur" && way.class == "Feed" && way.name != "weur");
    assert!(elsewhere > 0, "it asked no other feed");
}

#[test]
fn rule_7_a_location_cut_off_from_all_feeds_asks_the_workspace() {
    let globe = globe();
    let admin = globe.admin();
    let (gone, good) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    for feed in REGIONS {
        globe.set_poll("weur", feed, Passage::Refused);
    }
    let at = confirmed(&admin, "revoke", &gone.id);
    let isolate = &globe.location("weur").isolates[0];
    assert_known_within_the_bound(&globe, &[isolate], &gone.token, at, "revoked");
    assert_code(&globe, &[isolate], &good.token, "valid");
}

#[test]
fn promise_8_a_location_cut_off_from_everything_says_so_and_recovers() {
    let globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let (gone, good) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    let silence = Passage::Silent(Duration::from_secs(30));
    for passage in [Passage::Refused, Passage::Nonsense, silence] {
        // Each answer takes as long as the Worker is patient with everybody.
        let asked = if passage == silence { 1 } else { 2 };
        for feed in REGIONS {
            globe.set_poll("weur", feed, passage);
        }
        globe.set_ask("weur", passage);
        thread::sleep(BOUND + MOMENT);
        let isolates: Vec<&Isolate> = globe.location("weur").isolates.iter().collect();
        for made in [&good, &gone].into_iter().take(asked) {
            assert_code(&globe, &isolates[..asked], &made.token, "unavailable");
        }
        globe.heal();
        eventually("it recovers", deadline::EVENT, || {
            let code = code_at(&globe, isolates[0], &good.token);
            (code == "valid").then_some(())
        });
    }
    let at = confirmed(&admin, "revoke", &gone.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &gone.token, at, "revoked");
}

#[test]
fn an_operator_may_prefer_old_answers_to_none() {
    let globe = Globe::builder().text("STALE_GRACE_SECONDS", "3600").start();
    let globe = stale(globe);
    let admin = globe.admin();
    let good = known_everywhere(&globe, &admin);
    for feed in REGIONS {
        globe.set_poll("weur", feed, Passage::Refused);
    }
    globe.set_ask("weur", Passage::Refused);
    thread::sleep(BOUND * 2);
    let isolate = &globe.location("weur").isolates[0];
    assert_code(&globe, &[isolate], &good.token, "valid");
}

/// The answer to a poll says what was known when it was made, not when it came.
#[test]
fn rule_1_an_answer_of_the_feed_that_comes_late_is_as_old_as_its_question() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    for feed in REGIONS {
        globe.set_poll("weur", feed, Passage::Late(BOUND * 9 / 10));
    }
    globe.set_ask("weur", Passage::Refused);
    let isolate = &globe.location("weur").isolates[0];
    thread::sleep(BOUND);
    // A poll has been answered, and is on its way back, when it is revoked.
    let at = thread::scope(|scope| {
        scope.spawn(|| code_at(&globe, isolate, &made.token));
        thread::sleep(BOUND / 4);
        confirmed(&admin, "revoke", &made.id)
    });
    let end = at + BOUND * 4;
    while Instant::now() < end {
        let late = at.elapsed();
        let code = code_at(&globe, isolate, &made.token);
        if late > BOUND + MOMENT {
            assert!(
                ["revoked", "unavailable"].contains(&code.as_str()),
                "{code} {late:?} after"
            );
        }
    }
}

#[test]
fn promise_4_a_feed_that_was_put_back_learns_what_it_missed() {
    let mut globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let (gone, stopped) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    globe.authority().kill();
    let saved = REGIONS.map(|region| (region, globe.save_feed(region)));
    assert!(
        saved.iter().all(|(_, saved)| !saved.is_empty()),
        "feeds have files"
    );
    globe.authority().start_again();
    confirmed_in_the_end(&admin, "revoke", &gone.id);
    confirmed_in_the_end(&admin, "block", &stopped.id);
    // The isolates have seen more of the feed than it will have.
    thread::sleep(BOUND + MOMENT);
    assert_code(&globe, &firsts(&globe), &gone.token, "revoked");
    globe.authority().kill();
    for (region, saved) in &saved {
        globe.restore_feed(region, saved);
    }
    globe.authority().start_again();
    let all: Vec<&Isolate> = globe.isolates().collect();
    eventually("the feeds answer", deadline::EVENT, || {
        let code = code_at(&globe, all[1], &gone.token);
        (code != "unavailable").then_some(())
    });
    assert_code(&globe, &all, &gone.token, "revoked");
    assert_code(&globe, &all, &stopped.token, "blocked");
    // And what comes now arrives, though the isolates had seen higher numbers.
    let at = confirmed_in_the_end(&admin, "unblock", &stopped.id);
    assert_known_within_the_bound(&globe, &all, &stopped.token, at, "valid");
}

#[test]
fn promise_4_a_feed_that_was_lost_learns_what_it_missed() {
    let mut globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let gone = known_everywhere(&globe, &admin);
    confirmed(&admin, "revoke", &gone.id);
    globe.authority().kill();
    for region in REGIONS {
        globe.lose_feed(region);
        assert!(globe.save_feed(region).is_empty());
    }
    globe.authority().start_again();
    thread::sleep(BOUND + MOMENT);
    for isolate in globe.isolates() {
        let code = eventually("the feeds answer", deadline::EVENT, || {
            let code = code_at(&globe, isolate, &gone.token);
            (code != "unavailable").then_some(code)
        });
        assert_eq!(code, "revoked", "at {}", isolate.name);
    }
}

#[test]
fn promise_8_a_feed_that_cannot_learn_what_it_missed_makes_nothing_valid() {
    let mut globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let gone = known_everywhere(&globe, &admin);
    let at = confirmed(&admin, "revoke", &gone.id);
    globe.authority().kill();
    for region in REGIONS {
        globe.lose_feed(region);
    }
    globe.set_catch_up(Passage::Refused);
    for location in globe.locations() {
        globe.set_ask(&location.region, Passage::Refused);
    }
    globe.authority().start_again();
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    let end = Instant::now() + BOUND * 2;
    while Instant::now() < end {
        for isolate in globe.isolates() {
            let code = code_at(&globe, isolate, &gone.token);
            assert_ne!(code, "valid", "at {}", isolate.name);
        }
    }
    globe.heal();
    for isolate in globe.isolates() {
        eventually("it recovers", deadline::EVENT, || {
            (code_at(&globe, isolate, &gone.token) == "revoked").then_some(())
        });
    }
}

#[test]
fn rule_4_more_changes_than_the_window_takes_cost_nothing_but_time() {
    let globe = Globe::builder()
        .isolates(2)
        .text("WINDOW_ENTRIES", "4")
        .start();
    let globe = stale(globe);
    let admin = globe.admin();
    let keys: Vec<Created> = (0..12).map(|_| admin.create_named("Many")).collect();
    globe.authority_kv().wait("all records", 0, |since| {
        let puts = since
            .iter()
            .filter(|done| done.kind == Kind::Put && done.succeeded());
        puts.count() >= keys.len()
    });
    for key in &keys {
        assert_code(&globe, &firsts(&globe), &key.token, "valid");
    }
    let mut acknowledged = Instant::now();
    for key in keys.iter().step_by(2) {
        acknowledged = confirmed(&admin, "revoke", &key.id);
    }
    thread::sleep((acknowledged + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    for isolates in [firsts(&globe), spares(&globe)] {
        for (number, key) in keys.iter().enumerate() {
            let code = if number % 2 == 0 { "revoked" } else { "valid" };
            assert_code(&globe, &isolates, &key.token, code);
        }
        assert_code(&globe, &isolates, &tokens::token("kw_live"), "not_found");
    }
}

/// Its feed does not tell it, so the isolate has to ask the store again.
#[test]
fn rule_3_a_miss_is_remembered_for_no_longer_than_the_bound() {
    let globe = globe();
    let admin = globe.admin();
    // The feeds are awake: one that starts learns what it missed.
    known_everywhere(&globe, &admin);
    globe.set_publish("weur", Passage::Refused);
    let away = Fault::Status(503);
    globe.authority_kv().fail(Kind::Put, away, Times::Always);
    let made = admin.create_named("New");
    assert_eq!(made.propagation.pending(), ["weur"]);
    let location = globe.location("weur");
    assert_code(&globe, &firsts(&globe)[1..2], &made.token, "not_found");
    let mark = globe.authority_kv().mark();
    globe.authority_kv().heal();
    globe.authority_kv().wait_for_put(mark, "key:");
    location.kv.forget();
    thread::sleep(BOUND + MOMENT);
    assert_code(&globe, &firsts(&globe)[1..2], &made.token, "valid");
}

/// A feed that lost all numbers its changes anew, so that an isolate that had
/// read up to some number would miss what has a lower one now.
#[test]
fn rule_4_the_numbers_of_another_epoch_mean_nothing() {
    let mut globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let keys: Vec<Created> = (0..3).map(|_| known_everywhere(&globe, &admin)).collect();
    // Every isolate has read up to the third change.
    thread::sleep(BOUND);
    assert_code(&globe, &firsts(&globe), &keys[0].token, "valid");
    let at = confirmed(&admin, "revoke", &keys[0].id);
    globe.authority().kill();
    for region in REGIONS {
        globe.lose_feed(region);
    }
    globe.authority().start_again();
    // A feed numbers what it missed when it is first asked; then more changes
    // come than there were before.
    for isolate in spares(&globe) {
        let _ = code_at(&globe, isolate, &keys[1].token);
    }
    for action in ["block", "unblock", "block"] {
        confirmed_in_the_end(&admin, action, &keys[2].id);
    }
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    assert_code(&globe, &firsts(&globe), &keys[0].token, "revoked");
    assert_code(&globe, &firsts(&globe), &keys[1].token, "valid");
}

/// The isolate cannot learn what it missed, so it must forget what it cached.
#[test]
fn rule_4_a_new_epoch_whose_window_is_too_large_drops_the_cache() {
    let mut globe = stale(Globe::builder().text("WINDOW_ENTRIES", "2").start());
    let admin = globe.admin();
    let keys: Vec<Created> = (0..4).map(|_| known_everywhere(&globe, &admin)).collect();
    globe.authority().crash();
    let at = confirmed_in_the_end(&admin, "revoke", &keys[0].id);
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    assert_code(&globe, &firsts(&globe), &keys[0].token, "revoked");
    assert_code(&globe, &firsts(&globe), &keys[1].token, "valid");
}

#[test]
fn rule_5_what_an_isolate_learned_of_a_key_it_never_read_stays() {
    let globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let (gone, other) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    assert_code(&globe, &spares(&globe), &other.token, "valid");
    confirmed(&admin, "revoke", &gone.id);
    for _ in 0..3 {
        thread::sleep(BOUND);
        assert_code(&globe, &spares(&globe), &other.token, "valid");
    }
    assert_code(&globe, &spares(&globe), &gone.token, "revoked");
}

/// Where the window is too large nothing else would correct what was cached.
#[test]
fn rule_8_a_record_that_was_being_read_while_news_came_is_not_kept() {
    let globe = stale(Globe::builder().text("WINDOW_ENTRIES", "0").start());
    let admin = globe.admin();
    let other = known_everywhere(&globe, &admin);
    let mark = globe.authority_kv().mark();
    let gone = admin.create_named("Gone");
    globe.authority_kv().wait_for_put(mark, "key:");
    let location = globe.location("weur");
    let isolate = &location.isolates[0];
    assert_eq!(code_at(&globe, isolate, &other.token), "valid");
    let slow = Fault::Late(BOUND * 3 / 2);
    location.kv.fail(Kind::Get, slow, Times::Next(1));
    let at = thread::scope(|scope| {
        let reading = scope.spawn(|| code_at(&globe, isolate, &gone.token));
        location.kv.wait_until_under_way(Kind::Get, "key:");
        // Meanwhile the feed has been asked, and said that there is no news.
        thread::sleep(BOUND / 4);
        let at = confirmed(&admin, "revoke", &gone.id);
        while !reading.is_finished() {
            assert_eq!(code_at(&globe, isolate, &other.token), "valid");
        }
        // It started before: what it says is fine, and not to be remembered.
        assert_eq!(reading.join().unwrap(), "valid");
        at
    });
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    assert_eq!(code_at(&globe, isolate, &gone.token), "revoked");
}

/// Another region's feed may not know yet what its own had told it.
#[test]
fn promise_5_an_isolate_that_answered_revoked_does_not_go_back_with_another_feed() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    let good = known_everywhere(&globe, &admin);
    for region in ["enam", "apac"] {
        globe.set_publish(region, Passage::Refused);
    }
    pending(&admin, "revoke", &made.id, &["apac", "enam"]);
    let isolate = &globe.location("weur").isolates[0];
    assert_code(&globe, &[isolate], &made.token, "revoked");
    globe.set_poll("weur", "weur", Passage::Refused);
    for _ in 0..3 {
        thread::sleep(BOUND);
        assert_code(&globe, &[isolate], &good.token, "valid");
        assert_code(&globe, &[isolate], &made.token, "revoked");
    }
}

#[test]
fn a_small_cache_forgets_records_and_never_that_they_are_revoked() {
    let globe = stale(Globe::builder().text("CACHE_ENTRIES", "2").start());
    let admin = globe.admin();
    let keys: Vec<Created> = (0..6).map(|_| known_everywhere(&globe, &admin)).collect();
    let at = confirmed(&admin, "revoke", &keys[0].id);
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    for _ in 0..3 {
        for (number, key) in keys.iter().enumerate() {
            let code = if number == 0 { "revoked" } else { "valid" };
            assert_code(&globe, &firsts(&globe), &key.token, code);
        }
    }
}

#[test]
fn promise_5_a_record_that_lands_on_its_tombstone_brings_nothing_back() {
    let globe = globe_with_spare_isolates();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    let record = globe.store().dump();
    let mark = globe.authority_kv().mark();
    let at = confirmed(&admin, "revoke", &made.id);
    globe.authority_kv().wait_for_put(mark, "key:");
    for (key, value) in record {
        globe.store().put(&key, value);
    }
    for location in globe.locations() {
        location.kv.forget();
    }
    thread::sleep((at + BOUND + MOMENT).saturating_duration_since(Instant::now()));
    let all: Vec<&Isolate> = globe.isolates().collect();
    assert_code(&globe, &all, &made.token, "revoked");
}

#[test]
fn promise_3_a_pending_change_reaches_every_feed_after_kill_9() {
    let mut globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    globe.set_publish("weur", Passage::Refused);
    pending(&admin, "revoke", &made.id, &["weur"]);
    globe.crash();
    globe.heal();
    // Nobody repeats the change: the alarm alone brings it there.
    eventually("the feed knows", deadline::EVENT, || {
        let isolate = &globe.location("weur").isolates[0];
        (code_at(&globe, isolate, &made.token) == "revoked").then_some(())
    });
    let at = confirmed_in_the_end(&admin, "revoke", &made.id);
    assert_known_within_the_bound(&globe, &firsts(&globe), &made.token, at, "revoked");
}

#[test]
fn promise_9_a_malformed_token_costs_no_read_and_no_call_at_any_age_of_the_view() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    assert_code(&globe, &firsts(&globe), &made.token, "valid");
    for age in [BOUND / 10, BOUND * 3 / 4, BOUND * 3] {
        thread::sleep(age);
        for location in globe.locations() {
            let isolate = &location.isolates[0];
            let counts = || {
                let here = |way: &Way| way.from == location.region;
                (location.kv.mark(), globe.gate().calls_where(here))
            };
            let before = counts();
            for token in ["", "x", "kw_live_x", &tokens::token("kwv_default")] {
                assert_eq!(code_at(&globe, isolate, token), "malformed");
            }
            thread::sleep(Duration::from_millis(50));
            assert_eq!(counts(), before, "at {}", isolate.name);
        }
    }
}

/// Whoever changes a key through an isolate sees it there at once, by a poll.
/// Strangers must not be able to make it poll.
#[test]
fn a_change_makes_its_isolate_poll_and_a_refused_one_does_not() {
    // With this bound no poll is due for any other reason.
    let globe = stale(Globe::builder().text("BOUND_SECONDS", "300").start());
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    let isolate = &globe.location("weur").isolates[0];
    let polls = || {
        globe
            .gate()
            .calls_where(|way: &Way| way.from == "weur" && way.class == "Feed")
    };
    let block = |token: &str| {
        let path = format!("/v1/keys/{}/block", made.id);
        isolate.door.send(&Request::post(&path).bearer(token))
    };
    assert_eq!(code_at(&globe, isolate, &made.token), "valid");
    let before = polls();
    let _ = block(&tokens::token("kwm_default")).expect(401);
    assert_eq!(code_at(&globe, isolate, &made.token), "valid");
    assert_eq!(polls(), before);
    let _ = block(&admin.token).expect(200);
    assert_eq!(code_at(&globe, isolate, &made.token), "blocked");
    assert_eq!(polls(), before + 1);
}

/// What makes it fast: a service that asks about keys that are remembered costs
/// no read and no call, but for one poll beside its answers each time that half
/// the bound is over, which takes along what was counted.
#[test]
fn a_hot_verification_makes_no_request_but_a_poll_in_half_the_bound() {
    let globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    let location = globe.location("weur");
    let verifier = Verifier {
        door: location.isolates[0].door.clone(),
        ..admin.verifier("service")
    };
    let ask = || verifier.code(&made.token) == "valid";
    eventually("the verifier is known", deadline::EVENT, || {
        ask().then_some(())
    });
    let from_here = |class: &str| {
        let of_class = |way: &Way| way.from == location.region && way.class == class;
        globe.gate().calls_where(of_class)
    };
    // The last of what has to be learned is learned.
    eventually("all is remembered", deadline::EVENT, || {
        let before = (location.kv.mark(), from_here(WORKSPACE));
        let good = ask() && ask();
        (good && (location.kv.mark(), from_here(WORKSPACE)) == before).then_some(())
    });

    let (reads, calls, polls) = (location.kv.mark(), from_here(WORKSPACE), from_here(FEED));
    let (started, mut asked) = (Instant::now(), 0);
    while started.elapsed() < BOUND * 4 {
        assert!(ask());
        asked += 1;
    }
    let polls = from_here(FEED) - polls;
    let most = started.elapsed().as_millis() / (BOUND / 2).as_millis() + 1;
    assert_eq!((location.kv.mark(), from_here(WORKSPACE)), (reads, calls));
    assert!(
        (1..=most).contains(&(polls as u128)),
        "{polls} polls for {asked} verifications, instead of {most}"
    );
}

/// The operator's way out when a region's object is down for long.
#[test]
fn rule_6_a_region_that_is_deployed_away_holds_nothing_up() {
    let mut globe = globe();
    let admin = globe.admin();
    let made = known_everywhere(&globe, &admin);
    globe.set_publish("apac", Passage::Refused);
    pending(&admin, "revoke", &made.id, &["apac"]);
    globe.deploy("REGIONS", "enam weur");
    let answer = admin.change("revoke", &made.id).good(200);
    let propagation = Propagation::read(&answer["propagation"]);
    assert!(propagation.regions.keys().eq(["enam", "weur"]));
    // The location whose region is gone asks the nearest that is there.
    assert_code(&globe, &firsts(&globe), &made.token, "revoked");
}

#[test]
fn promise_4_a_region_that_is_added_knows_what_was_changed_before() {
    let mut globe = stale(Globe::builder().text("REGIONS", "enam weur").start());
    let admin = globe.admin();
    let (before, after) = (
        known_everywhere(&globe, &admin),
        known_everywhere(&globe, &admin),
    );
    let confirmed_by = |id: &str, regions: &[&str]| {
        let answer = admin.change("revoke", id).good(200);
        let propagation = Propagation::read(&answer["propagation"]);
        assert!(propagation.regions.keys().eq(sorted(regions)), "{answer}");
    };
    confirmed_by(&before.id, &["enam", "weur"]);
    globe.deploy("REGIONS", "enam weur apac");
    // Its KV still has the key as it was.
    assert_code(&globe, &firsts(&globe), &before.token, "revoked");
    assert_code(&globe, &firsts(&globe), &after.token, "valid");
    confirmed_by(&after.id, &REGIONS);
    thread::sleep(BOUND + MOMENT);
    assert_code(&globe, &firsts(&globe), &after.token, "revoked");
}
