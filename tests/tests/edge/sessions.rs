//! `/v1/sessions`: one's own signed-in pages; and who is let try to sign in.

use keyway_tests::{
    Answer, Door, Page, Request, World, callers::COOKIE, moment::parsed, shape::assert_members,
    tokens,
};
use serde_json::{Value, json};

const SESSION: [&str; 6] = [
    "id",
    "created_at",
    "expires_at",
    "address",
    "browser",
    "current",
];

fn try_from(door: &Door, token: &str, address: &str, browser: &str) -> Answer {
    let request = Page::sign_in_request(token)
        .header("cf-connecting-ip", address)
        .header("user-agent", browser);
    door.send(&request)
}

#[track_caller]
fn sign_in(door: &Door, token: &str, address: &str, browser: &str) -> Page {
    let answer = try_from(door, token, address, browser).expect(201);
    let cookie = answer.header("set-cookie").expect("a cookie");
    let value = cookie.split(['=', ';']).nth(1).expect("its value");
    Page {
        door: door.clone(),
        cookie: value.to_owned(),
    }
}

#[track_caller]
fn listed(page: &Page) -> Vec<Value> {
    let list = page.get("/v1/sessions").good(200);
    assert_eq!(list["next_cursor"], Value::Null);
    list["items"].as_array().expect("items").clone()
}

fn is_in(page: &Page) -> bool {
    page.get("/v1/session").status == 200
}

/// A manager with a token.
fn somebody(world: &World) -> String {
    let made = world
        .admin()
        .post("/v1/members", &json!({ "name": "Ada" }))
        .good(201);
    made["token"].as_str().expect("a token").to_owned()
}

#[test]
fn somebody_sees_their_own_pages_and_nothing_that_lets_anyone_in() {
    let world = World::start();
    let (door, token) = (world.door(), somebody(&world));
    let _other = world.page();
    let first = sign_in(
        door,
        &token,
        "203.0.113.7",
        "Mozilla/5.0 (X11; Linux) Firefox/140.0",
    );
    let second = sign_in(door, &token, "2001:db8::7", &"é".repeat(300));
    let answer = second.get("/v1/sessions");
    let text = answer.text();
    for secret in [&first.cookie, &second.cookie] {
        let random = secret.split_once('.').expect("two parts").1;
        assert!(!text.contains(random), "{text}");
    }
    let sessions = listed(&second);
    assert_eq!(
        sessions.len(),
        2,
        "those of the administrator are not among them"
    );
    for session in &sessions {
        assert_members(session, &SESSION);
        assert!(parsed(&session["expires_at"]) > parsed(&session["created_at"]));
    }
    assert_eq!(sessions[0]["current"], true);
    assert_eq!(
        [&sessions[0]["address"], &sessions[0]["browser"]],
        [&json!("2001:db8::7"), &Value::Null]
    );
    assert_eq!(sessions[1]["current"], false);
    assert_eq!(sessions[1]["address"], "203.0.113.7");
    assert_eq!(
        sessions[1]["browser"],
        "Mozilla/5.0 (X11; Linux) Firefox/140.0"
    );

    // The id is no key to anything.
    let id = sessions[1]["id"].as_str().unwrap();
    for value in [id, &format!("default.{id}"), id.trim_start_matches("ses_")] {
        let page = Page {
            door: door.clone(),
            cookie: value.to_owned(),
        };
        assert!(!is_in(&page));
    }
    // By the token, too.
    let by_token = world
        .send(&Request::get("/v1/sessions").bearer(&token))
        .good(200);
    let none_is_current = by_token["items"]
        .as_array()
        .unwrap()
        .iter()
        .all(|one| one["current"] == false);
    assert!(none_is_current, "{by_token}");
}

#[test]
fn ending_a_page_ends_it_with_its_next_call_and_no_other() {
    let mut world = World::start();
    let token = somebody(&world);
    let admin = world.page();
    let pages = [1, 2, 3].map(|_| sign_in(world.door(), &token, "203.0.113.7", "x"));
    let [here, gone, stays] = &pages;
    let at = |page: &Page| {
        let own = listed(page).into_iter().find(|one| one["current"] == true);
        format!(
            "/v1/sessions/{}",
            own.expect("its own")["id"].as_str().unwrap()
        )
    };
    let (of_gone, of_admin, of_here) = (at(gone), at(&admin), at(here));
    let end = |page: &Page, path: &str| page.door.send(&page.request("DELETE", path));

    // Nobody ends another's.
    let _ = end(here, &of_admin).problem(404, "session_not_found");
    let _ = end(&admin, &of_gone).problem(404, "session_not_found");
    assert!(is_in(&admin) && is_in(gone));
    let answer = end(here, &of_gone).expect(204);
    assert_eq!(answer.header("set-cookie"), None);
    assert!(!is_in(gone), "it is out");
    assert!(is_in(here) && is_in(stays));
    let _ = end(here, &of_gone).problem(404, "session_not_found");
    let _ = end(here, "/v1/sessions/x").problem(400, "malformed_id");
    let _ = end(here, &format!("{of_here}?x=1")).problem(400, "unknown_parameter");
    world.crash();
    assert!(!is_in(gone), "promise 3");

    let answer = end(here, &of_here).expect(204);
    let cleared = answer.header("set-cookie").expect("a cleared cookie");
    assert!(cleared.starts_with(&format!("{COOKIE}=;")), "{cleared}");
    assert!(!is_in(here) && is_in(stays));
}

#[test]
fn signing_out_everywhere_ends_all_of_ones_pages_and_nobody_elses() {
    let world = World::start();
    let token = somebody(&world);
    let admin = world.page();
    let pages = [1, 2, 3].map(|_| sign_in(world.door(), &token, "203.0.113.7", "x"));
    let answer = world
        .send(&pages[0].request("DELETE", "/v1/sessions"))
        .expect(204);
    assert!(
        answer
            .header("set-cookie")
            .is_some_and(|cookie| cookie.contains("Max-Age=0"))
    );
    assert!(pages.iter().all(|page| !is_in(page)));
    assert!(is_in(&admin));
    let again = sign_in(world.door(), &token, "203.0.113.7", "x");
    assert_eq!(listed(&again).len(), 1, "the token stays good");
    // One call, one entry.
    let log = world.admin().get("/v1/audit?event=session.ended").good(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
}

#[test]
fn who_signs_in_again_and_again_keeps_a_hundred_pages() {
    let world = World::start();
    let pages: Vec<Page> = (0..102).map(|_| world.page()).collect();
    let last = pages.last().unwrap();
    assert_eq!(listed(last).len(), 100);
    assert!(is_in(last) && is_in(&pages[50]));
    let out = pages.iter().filter(|page| !is_in(page)).count();
    assert_eq!(out, 2);
}

#[test]
fn who_fails_to_sign_in_again_and_again_has_to_wait_and_nobody_else_has() {
    let world = World::start();
    let (door, wrong) = (world.door(), tokens::token("kwm_default"));
    let from = |address: &str, token: &str| try_from(door, token, address, "x");
    let token = somebody(&world);
    // No such token, and one that is good no longer: the same answer.
    let id = world.admin().get("/v1/members").good(200)["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/members/{id}/token");
    let _ = world.admin().delete(&path).good(200);
    let refusals = [&wrong, &token].map(|token| {
        from("203.0.113.7", token)
            .problem(401, "credential_invalid")
            .to_string()
    });
    assert_eq!(refusals[0], refusals[1]);
    for _ in 2..10 {
        let _ = from("203.0.113.7", &wrong).problem(401, "credential_invalid");
    }
    for token in [wrong.as_str(), world.root()] {
        let answer = from("203.0.113.7", token);
        assert_eq!(answer.header("retry-after"), Some("60"));
        assert_eq!(answer.header("set-cookie"), None);
        let _ = answer.problem(429, "too_many_attempts");
    }
    let _ = sign_in(door, world.root(), "203.0.113.8", "x");
    // Who is in stays in, and programs do not sign in.
    let _ = world.admin().create_named("k");
}

#[test]
fn who_signs_in_again_and_again_waits_and_nobody_else_does() {
    let world = World::start();
    let (door, token) = (world.door(), somebody(&world));
    let last = (0..60)
        .map(|_| try_from(door, &token, "203.0.113.9", "x"))
        .find(|answer| answer.status == 429)
        .expect("it ends");
    assert_eq!(last.header("retry-after"), Some("60"));
    let _ = last.problem(429, "too_many_attempts");
    // Not even from elsewhere; others from there do.
    let _ = try_from(door, &token, "203.0.113.10", "x").problem(429, "too_many_attempts");
    let _ = sign_in(door, world.root(), "203.0.113.9", "x");
    // The token itself is as good as before.
    let mut ada = world.admin();
    ada.token = token;
    let _ = ada.get("/v1/session").good(200);
}
