//! Sign-in by Cloudflare Access: whom its word lets in, and whom it does not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keyway_tests::{
    Answer, Page, Request, World,
    team::{AUDIENCE, Signer, Team, sign_in, signed},
};
use serde_json::{Value, json};

const MO: &str = "mo@example.com";

/// A manager of that address; their id.
fn invite(world: &World, email: &str) -> String {
    let answer = world.admin().post(
        "/v1/members",
        &json!({ "name": "Mo", "email": email, "api_access": true, "accounts": ["*"], "scopes": ["*"] }),
    );
    let id = &answer.good(201)["member"]["id"];
    id.as_str().unwrap().to_owned()
}

/// The page that this answer signed in.
#[track_caller]
fn page(world: &World, answer: Answer) -> Page {
    Page::signed_in(world.door(), &answer.expect(201))
}

#[track_caller]
fn assert_refused(answer: Answer, part: &str) {
    let problem = answer.problem(401, "credential_invalid");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(part), "{detail}");
}

#[test]
fn who_access_lets_through_is_signed_in_as_the_member_of_that_address() {
    let team = Team::start();
    let world = team.world().start();
    let id = invite(&world, "Mo@Example.com");
    let token = team.token(MO);

    // The page asks first, and is told what to do.
    let known = Request::new("GET", "/v1/session").header("cf-access-jwt-assertion", &token);
    let _ = world.send(&known).problem(401, "access_sign_in");

    let mo = page(&world, world.send(&sign_in(&token)));
    let session = mo.get("/v1/session").good(200);
    assert_eq!(session["session"]["member"]["id"], id);
    assert_eq!(session["session"]["member"]["role"], "manager");
    let made = mo.post("/v1/keys", &json!({ "name": "Mo's" })).good(201);
    assert_eq!(made["key"]["created_by"]["id"], id);
    // The keys of the team are asked for once in a while, and not for each token.
    let _ = world.send(&sign_in(&team.token(MO))).expect(201);
    assert_eq!(team.asked(), 1);
}

#[test]
fn who_is_no_member_is_told_whom_to_ask() {
    let team = Team::start();
    let world = team.world().start();
    let _ = invite(&world, MO);
    assert_refused(
        world.send(&sign_in(&team.token("eve@example.com"))),
        "Ask an administrator",
    );
    // What looks alike is somebody else: a full-width o.
    assert_refused(
        world.send(&sign_in(&team.token("m\u{ff4f}@example.com"))),
        "Ask an administrator",
    );
}

#[test]
fn promise_10_a_session_by_access_ends_with_the_member_and_with_the_address() {
    let team = Team::start();
    let world = team.world().start();
    let admin = world.admin();
    for (change, method) in [
        (json!({ "suspended": true }), "PATCH"),
        (json!({ "email": "other@example.com" }), "PATCH"),
        (Value::Null, "DELETE"),
    ] {
        let id = invite(&world, MO);
        let mo = page(&world, world.send(&sign_in(&team.token(MO))));
        let _ = mo.get("/v1/keys").good(200);
        let target = format!("/v1/members/{id}");
        if method == "PATCH" {
            let _ = admin.patch(&target, "\"1\"", &change).good(200);
        } else {
            let _ = admin.delete(&target).expect(200);
        }
        let _ = mo.get("/v1/keys").problem(401, "credential_invalid");
        if change["suspended"] == true {
            assert_refused(world.send(&sign_in(&team.token(MO))), "suspended");
        }
        let _ = admin.delete(&target);
        // Who has the address afterwards is somebody else.
        let next = invite(&world, MO);
        let _ = mo.get("/v1/keys").problem(401, "credential_invalid");
        let _ = admin.delete(&format!("/v1/members/{next}")).expect(200);
    }
}

#[test]
fn a_token_that_access_did_not_make_for_us_lets_nobody_in() {
    let team = Team::start();
    let world = team.world().start();
    let _ = invite(&world, MO);
    let claims = team.claims(MO);
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        signed(Signer::One, &claims)
    };
    let good = signed(Signer::One, &claims);
    let (head, by) = good.rsplit_once('.').unwrap();
    let forged = with("email", json!("eve@example.com"));
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "kid": "one" }).to_string()),
        head.split_once('.').unwrap().1,
    );
    // Signed with a key whose name is that of another one.
    let mislabelled = {
        let two = signed(Signer::Two, &claims);
        let head = good.split_once('.').unwrap().0;
        format!("{head}.{}", two.split_once('.').unwrap().1)
    };
    for (token, part) in [
        ("x".to_owned(), "no token"),
        ("a.b.c".to_owned(), "no token"),
        (head.to_owned(), "no token"),
        (unsigned, "RS256"),
        (
            format!("{}.{by}", forged.rsplit_once('.').unwrap().0),
            "signature",
        ),
        (mislabelled, "signature"),
        (format!("{head}."), "signature"),
        (signed(Signer::Two, &claims), "no such key"),
        (with("aud", json!(["another"])), "another application"),
        (
            with("iss", json!("https://eve.cloudflareaccess.com")),
            "another team",
        ),
        (with("exp", json!(1_700_000_000)), "expired"),
        (with("nbf", json!(4_000_000_000_u32)), "not good yet"),
        (with("email", Value::Null), "management token"),
    ] {
        assert_refused(world.send(&sign_in(&token)), part);
    }
    assert!(team.asked() <= 2, "{}", team.asked());
    let _ = world.send(&sign_in(&good)).expect(201);
}

#[test]
fn a_sign_in_by_access_comes_from_the_page() {
    let team = Team::start();
    let world = team.world().start();
    let _ = invite(&world, MO);
    let elsewhere =
        Request::new("POST", "/v1/session").header("cf-access-jwt-assertion", team.token(MO));
    let _ = world.send(&elsewhere).problem(403, "csrf_refused");
    // And the word of Access alone manages nothing.
    let call = Request::new("GET", "/v1/keys").header("cf-access-jwt-assertion", team.token(MO));
    let _ = world.send(&call).problem(401, "credential_missing");
}

#[test]
fn a_management_token_is_stronger_than_the_word_of_access() {
    let team = Team::start();
    let world = team.world().start();
    let request = Page::sign_in_request(world.root())
        .header("cf-access-jwt-assertion", team.token("eve@example.com"));
    let root = page(&world, world.send(&request));
    let session = root.get("/v1/session").good(200);
    assert_eq!(session["session"]["member"]["name"], "Root");
    assert_eq!(team.asked(), 0);
}

#[test]
fn a_new_isolate_knows_all_keys_of_the_team() {
    let team = Team::start();
    let mut world = team.world().start();
    let _ = invite(&world, MO);
    let _ = world.send(&sign_in(&team.token(MO))).expect(201);
    team.has(Some(&[Signer::One, Signer::Two]));
    world.crash();
    let two = signed(Signer::Two, &team.claims(MO));
    let _ = world.send(&sign_in(&two)).expect(201);
    let _ = world.send(&sign_in(&team.token(MO))).expect(201);
}

#[test]
fn promise_8_without_the_keys_of_the_team_nobody_is_let_in() {
    let team = Team::start();
    team.has(None);
    let world = team.world().start();
    let _ = invite(&world, MO);
    let _ = world
        .send(&sign_in(&team.token(MO)))
        .problem(503, "unavailable");
    team.has(Some(&[Signer::One]));
    let _ = world.send(&sign_in(&team.token(MO))).expect(201);
}

#[test]
fn where_access_is_not_set_up_its_header_means_nothing() {
    let team = Team::start();
    let world = World::start();
    let token = team.token(MO);
    let answer = world.send(&sign_in(&token));
    let problem = answer.problem(503, "not_configured");
    assert!(problem["detail"].as_str().unwrap().contains("ACCESS_TEAM"));
    let known = Request::new("GET", "/v1/session").header("cf-access-jwt-assertion", &token);
    let _ = world.send(&known).problem(401, "credential_missing");
    assert_eq!(team.asked(), 0);
}

#[test]
fn a_wrong_setting_is_named_by_readyz_and_lets_nobody_in() {
    let team = Team::start();
    for (name, value) in [("ACCESS_TEAM", "acme"), ("ACCESS_AUDIENCE", "a,b")] {
        let world = World::builder()
            .text("ACCESS_TEAM", "https://acme.cloudflareaccess.com")
            .text("ACCESS_AUDIENCE", AUDIENCE)
            .text(name, value)
            .start();
        let ready = world.send(&Request::new("GET", "/readyz"));
        let ready: Value = ready.good(503);
        assert_eq!(ready["checks"]["ACCESS_TEAM"], "invalid", "{ready}");
        let _ = world
            .send(&sign_in(&team.token(MO)))
            .problem(503, "not_configured");
    }
}
