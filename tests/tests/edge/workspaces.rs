//! `/v1/workspaces`: several tenants, and nothing that crosses between them.

use std::{collections::BTreeSet, thread, time::Duration};

use keyway_tests::{
    Admin, Answer, Globe, Request, Verifier, World,
    callers::COOKIE,
    client::Door,
    deadline::{self, eventually},
    globe::{BOUND, REGIONS},
    kv::Hold,
    shape::assert_members,
    sink::Sink,
    team::{Team, sign_in as by_access},
    tokens,
};
use serde_json::{Value, json};

use crate::roles::CALLS;

const ACME: &str = "acme";
const WHICH: &str = "x-keyway-workspace";
const PICTURE: &[u8] = include_bytes!("../../../fuzz/corpus/avatar/png");

#[track_caller]
fn make(admin: &Admin, name: &str) -> Value {
    let made = admin
        .post("/v1/workspaces", &json!({ "name": name }))
        .good(201);
    assert_members(&made, &["workspace"]);
    assert_members(&made["workspace"], &["name", "created_at"]);
    assert_eq!(made["workspace"]["name"], name);
    made["workspace"].clone()
}

/// An administrator of the workspace, invited by the root token.
#[track_caller]
fn invite(root: &Admin, workspace: &str) -> Admin {
    let body = json!({ "name": "Ada", "email": "ada@example.com", "role": "administrator" });
    let request = root
        .request("POST", "/v1/members")
        .header(WHICH, workspace)
        .json(&body);
    let invited = root.door.send(&request).good(201);
    let token = invited["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with(&format!("kwm_{workspace}_")), "{token}");
    Admin {
        door: root.door.clone(),
        token,
    }
}

/// The one that exists, and another one with an administrator.
#[track_caller]
fn two(world: &World) -> (Admin, Admin) {
    let root = world.admin();
    let _ = make(&root, ACME);
    let other = invite(&root, ACME);
    (root, other)
}

fn items(answer: Answer) -> Vec<Value> {
    answer.good(200)["items"].as_array().unwrap().clone()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

#[test]
fn promise_3_the_root_token_makes_a_workspace_once_and_it_stays() {
    let mut world = World::start();
    let root = world.admin();
    let listed = |root: &Admin| items(root.get("/v1/workspaces"));
    assert_eq!(listed(&root).len(), 1);
    assert_eq!(listed(&root)[0]["name"], "default");
    let made = make(&root, ACME);
    for name in [ACME, "default"] {
        let again = root.post("/v1/workspaces", &json!({ "name": name }));
        let _ = again.problem(409, "workspace_exists");
    }
    for name in ["root", "Acme", "a_b", "-a", "", &"a".repeat(33)] {
        let refused = root.post("/v1/workspaces", &json!({ "name": name }));
        refused.field_problem("invalid_name", "/name");
    }
    world.crash();
    assert_eq!(listed(&root)[1], made);
    assert_eq!(listed(&root).len(), 2);
    let log = items(root.get("/v1/audit?event=workspace.created"));
    assert_eq!(log.len(), 1, "once, and not for what was refused");
    assert_eq!(log[0]["about"], "workspaces/acme");
    assert_eq!(log[0]["name"], ACME);

    // It begins empty, with the rules of every workspace.
    let ada = invite(&root, ACME);
    assert!(ada.keys().is_empty());
    assert_eq!(
        ada.verifier("Gateway").code(&ada.create_named("k").token),
        "valid"
    );
    let session = ada.get("/v1/session").good(200);
    assert_eq!(session["session"]["workspace"], ACME);
    // And with a chain of its own.
    let first = items(ada.get("/v1/audit?order=oldest"));
    assert_eq!(first[0]["number"], 1);
    assert_eq!(first[0]["event"], "member.added");
}

#[test]
fn promise_10_workspaces_are_made_and_listed_by_the_root_token_in_the_default_one_alone() {
    let world = World::start();
    let (root, ada) = two(&world);
    let here = invite(&root, "default");
    let elsewhere = |request: Request| world.send(&request.header(WHICH, ACME));
    let body = json!({ "name": "third" });
    for admin in [&here, &ada] {
        let _ = admin.get("/v1/workspaces").problem(403, "root_required");
        let refused = admin.post("/v1/workspaces", &body);
        let _ = refused.problem(403, "root_required");
        let session = admin.get("/v1/session").good(200);
        let may = session["session"]["member"]["may"].as_array().unwrap();
        assert!(!may.contains(&json!("workspaces")), "{session}");
    }
    for (method, body) in [("GET", None), ("POST", Some(&body))] {
        let request = root.request(method, "/v1/workspaces");
        let request = body.map_or(request.clone(), |body| request.json(body));
        let _ = elsewhere(request).problem(403, "root_required");
    }
    let session = root.get("/v1/session").good(200);
    let may = session["session"]["member"]["may"].as_array().unwrap();
    assert!(may.contains(&json!("workspaces")), "{session}");
    assert_eq!(items(root.get("/v1/workspaces")).len(), 2);
}

/// One of everything, in the workspace of that administrator.
struct Furniture {
    key: String,
    member: String,
    verifier: String,
    webhook: String,
    delivery: String,
    session: String,
}

const SCOPE: &str = "secret:scope";
const ACCOUNT: &str = "secret-account";

fn furnish(world: &World, admin: &Admin) -> Furniture {
    admin.scope(SCOPE);
    admin.account(ACCOUNT);
    let key = admin.create(&json!({
        "name": "Theirs", "scopes": [SCOPE], "accounts": [ACCOUNT], "recoverable": true,
    }));
    let avatar = admin.request("PUT", &format!("/v1/keys/{}/avatar", key.id));
    let avatar = avatar.header("content-type", "image/png").body(PICTURE);
    let _ = world.send(&avatar).good(200);
    let grace = json!({ "grace_seconds": 86_400 });
    let _ = admin
        .post(&format!("/v1/keys/{}/rotate", key.id), &grace)
        .good(200);
    let verifier = admin.verifier("Theirs");
    let rotate = format!("/v1/verifiers/{}/rotate", verifier.id);
    let _ = admin.post(&rotate, &grace).good(200);
    let member = admin.post("/v1/members", &json!({ "name": "Deploys" }));
    let member = id(&member.good(201)["member"]);
    let webhook = json!({ "url": "https://hooks.example.com/theirs" });
    let webhook = id(&admin.post("/v1/webhooks", &webhook).good(201)["webhook"]);
    let test = admin.request("POST", &format!("/v1/webhooks/{webhook}/test"));
    assert!(world.send(&test).status < 300);
    // Until it has settled: what is held against it later must not change by itself.
    let delivery = eventually("a delivery", deadline::REQUEST, || {
        let all = items(admin.get("/v1/deliveries"));
        let sent = all.iter().all(|one| one["outcome"] == "delivered");
        (sent && !all.is_empty()).then(|| id(&all[0]))
    });
    let signed_in = world.send(&keyway_tests::Page::sign_in_request(&admin.token));
    let _ = signed_in.expect(201);
    let session = id(&items(admin.get("/v1/sessions"))[0]);
    Furniture {
        key: key.id,
        member,
        verifier: verifier.id,
        webhook,
        delivery,
        session,
    }
}

/// All that can be read of a workspace, but for what reading itself changes.
fn everything(admin: &Admin, furniture: &Furniture) -> Vec<String> {
    let mut read: Vec<String> = [
        "/v1/keys?status=all",
        "/v1/verifiers",
        "/v1/scopes",
        "/v1/accounts",
        "/v1/webhooks",
        "/v1/deliveries",
        "/v1/sessions",
        "/v1/settings",
        "/v1/reviews",
        "/v1/audit?limit=1000",
        "/v1/members",
    ]
    .iter()
    .map(|target| admin.get(target).expect(200).text())
    .collect();
    let avatar = format!("/v1/keys/{}/avatar", furniture.key);
    read.push(hex::encode(admin.get(&avatar).expect(200).body));
    read
}

/// Every call there is, in one workspace with the ids of another: by an
/// administrator of it and by the root token, who may do everything there.
#[test]
fn every_call_with_the_ids_of_another_workspace_finds_nothing_and_changes_nothing() {
    let sink = Sink::start();
    let world = sink
        .world()
        .text("VAULT_KEY_1", "a vault key of thirty-two letters")
        .start();
    let (root, ada) = two(&world);
    let theirs = furnish(&world, &root);
    let before = everything(&root, &theirs);
    let ids = [
        &theirs.key,
        &theirs.member,
        &theirs.verifier,
        &theirs.webhook,
        &theirs.delivery,
        &theirs.session,
        SCOPE,
        ACCOUNT,
    ];
    let (mut named, mut listed) = (0, 0);
    for (method, path, _) in CALLS {
        let id = match path.split('/').nth(2) {
            Some("keys") => &theirs.key,
            Some("sessions") => &theirs.session,
            Some("members") => &theirs.member,
            Some("verifiers") => &theirs.verifier,
            Some("webhooks") => &theirs.webhook,
            Some("deliveries") => &theirs.delivery,
            Some("scopes") => SCOPE,
            _ => ACCOUNT,
        };
        let target = path.replace("{id}", id);
        let request = Request::new(method, &target).header("if-match", "\"1\"");
        let request = match *method {
            "PUT" => request.header("content-type", "image/png").body(PICTURE),
            "PATCH" if path.starts_with("/v1/webhooks") => {
                request.json(&json!({ "active": false }))
            }
            "PATCH" => request.json(&json!({ "name": "Ours" })),
            "POST" if path.ends_with("/test") || path.ends_with("/resend") => request,
            "POST" if path.contains("{id}") => request.json(&json!({})),
            _ => request,
        };
        for request in [
            request.clone().bearer(&ada.token),
            request.clone().bearer(&root.token).header(WHICH, ACME),
        ] {
            if path.contains("{id}") {
                let answer = world.send(&request);
                assert_eq!(answer.status, 404, "{request}: {}", answer.text());
                named += 1;
            } else if *method == "GET" && !path.starts_with("/v1/workspaces") {
                let text = world.send(&request).expect(200).text();
                for id in ids {
                    // The log says what was asked for in vain, by no id.
                    assert!(!text.contains(id), "{id} is in {request}: {text}");
                }
                listed += 1;
            }
        }
    }
    assert!(named > 60 && listed > 20, "{named} {listed}");

    // And where ids stand in a query or a body.
    for target in [
        format!("/v1/keys?created_by={}", theirs.member),
        format!("/v1/audit?key={}", theirs.key),
        format!("/v1/audit?by={}", theirs.member),
        format!("/v1/deliveries?webhook={}", theirs.webhook),
        format!("/v1/webhooks?key={}", theirs.key),
    ] {
        let answer = ada.get(&target);
        let empty =
            answer.status == 404 || answer.status == 200 && answer.json()["items"] == json!([]);
        assert!(empty, "{target}: {}", answer.text());
    }
    let bulk = json!({ "action": "revoke", "ids": [theirs.key] });
    let results = ada.post("/v1/keys/bulk", &bulk).good(200);
    assert_eq!(results["results"][0]["problem"]["code"], "key_not_found");
    for (member, value) in [("scopes", SCOPE), ("accounts", ACCOUNT)] {
        let refused = ada.post("/v1/keys", &json!({ "name": "k", member: [value] }));
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
    assert_eq!(everything(&root, &theirs), before);
}

/// Which cookie the answer sets: its name and its value.
#[track_caller]
fn set(answer: &Answer) -> (String, String) {
    let cookie = answer.header("set-cookie").expect("a cookie");
    let (name, rest) = cookie.split_once('=').unwrap();
    let value = rest.split_once(';').unwrap().0;
    (name.to_owned(), value.to_owned())
}

fn sign_in(token: &str, workspace: Option<&str>) -> Request {
    let mut body = json!({ "token": token });
    if let Some(workspace) = workspace {
        body["workspace"] = json!(workspace);
    }
    Request::post("/v1/session")
        .header("x-keyway-page", "1")
        .json(&body)
}

/// As the page sends it, with all cookies that its browser has.
fn paged(method: &str, target: &str, cookies: &[(String, String)], workspace: &str) -> Request {
    let pairs = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let request = Request::new(method, target)
        .header("cookie", pairs.collect::<Vec<_>>().join("; "))
        .header("x-keyway-page", "1");
    match workspace {
        "" => request,
        workspace => request.header(WHICH, workspace),
    }
}

#[test]
fn a_browser_is_signed_in_to_several_workspaces_side_by_side() {
    let world = World::start();
    let (root, ada) = two(&world);
    let answers = [
        world.send(&sign_in(&root.token, None)),
        world.send(&sign_in(&ada.token, None)),
    ];
    let cookies = answers.each_ref().map(set);
    assert_eq!(cookies[0].0, COOKIE);
    assert_eq!(cookies[1].0, "__Host-keyway-acme");
    let names = |workspace: &str| {
        let who = world.send(&paged("GET", "/v1/session", &cookies, workspace));
        let session = &who.good(200)["session"];
        (
            session["workspace"].as_str().unwrap().to_owned(),
            session["member"]["name"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(names(""), ("default".into(), "Root".into()));
    assert_eq!(names("default"), ("default".into(), "Root".into()));
    assert_eq!(names(ACME), ("acme".into(), "Ada".into()));
    let made = paged("POST", "/v1/keys", &cookies, ACME).json(&json!({ "name": "Acme's" }));
    let _ = world.send(&made).good(201);
    assert_eq!(ada.keys().len(), 1);
    assert!(root.keys().is_empty());

    // Out of one, and the other stays.
    let out = world.send(&paged("DELETE", "/v1/session", &cookies, ACME));
    assert_eq!(
        set(&out.expect(204)),
        ("__Host-keyway-acme".into(), String::new())
    );
    let over = world.send(&paged("GET", "/v1/session", &cookies, ACME));
    let _ = over.problem(401, "credential_invalid");
    assert_eq!(names("").0, "default");
    // Without being signed in it is no mistake, there as here.
    let out = world.send(&paged("DELETE", "/v1/session", &[], ACME));
    assert_eq!(set(&out.expect(204)).0, "__Host-keyway-acme");
}

#[test]
fn the_root_token_signs_in_to_the_workspace_that_is_named_and_no_other_token_does() {
    let world = World::start();
    let (root, ada) = two(&world);
    let answer = world.send(&sign_in(&root.token, Some(ACME))).expect(201);
    let cookies = [set(&answer)];
    assert_eq!(answer.json()["session"]["workspace"], ACME);
    let _ = world
        .send(&paged("GET", "/v1/members", &cookies, ACME))
        .good(200);
    let _ = world
        .send(&paged("GET", "/v1/members", &cookies, ""))
        .problem(401, "credential_missing");

    let _ = world.send(&sign_in(&ada.token, Some(ACME))).expect(201);
    let refused = world.send(&sign_in(&ada.token, Some("default")));
    let _ = refused.problem(401, "credential_invalid");
    let here = invite(&root, "default");
    let refused = world.send(&sign_in(&here.token, Some(ACME)));
    let _ = refused.problem(401, "credential_invalid");
    // Who may make it is told that it is not there.
    let unknown = world.send(&sign_in(&root.token, Some("elsewhere")));
    let _ = unknown.problem(404, "workspace_not_found");
    world
        .send(&sign_in(&root.token, Some("Elsewhere")))
        .field_problem("invalid_name", "/workspace");
}

#[test]
fn a_credential_of_one_workspace_is_none_in_another() {
    let world = World::start();
    let (root, ada) = two(&world);
    let here = invite(&root, "default");
    let (ours, theirs) = (
        ada.create_named("Ours").token,
        here.create_named("Theirs").token,
    );
    for (admin, other) in [(&here, ACME), (&ada, "default")] {
        let request = admin.request("GET", "/v1/keys");
        let _ = world
            .send(&request.clone().header(WHICH, other))
            .problem(401, "credential_invalid");
        let _ = world
            .send(&request.clone().header(WHICH, "elsewhere"))
            .problem(401, "credential_invalid");
        let named = if other == ACME { "default" } else { ACME };
        let _ = world.send(&request.header(WHICH, named)).good(200);
    }

    // A session under the cookie of another one, by its own value or with a name put on.
    let (_, value) = set(&world.send(&sign_in(&ada.token, None)).expect(201));
    let random = value.split_once('.').unwrap().1;
    for (name, value, workspace) in [
        (COOKIE, value.clone(), ""),
        (COOKIE, format!("default.{random}"), ""),
        ("__Host-keyway-acme", value.clone(), ""),
        ("__Host-keyway-acme", value.clone(), "default"),
        ("__Host-keyway-other", format!("other.{random}"), "other"),
    ] {
        let cookies = [(name.to_owned(), value)];
        let answer = world.send(&paged("GET", "/v1/keys", &cookies, workspace));
        assert_eq!(answer.status, 401, "{name} {workspace}: {}", answer.text());
    }

    // Keys and verifiers: a key is asked for within the verifier's workspace.
    for (verifier, good, bad) in [
        (ada.verifier("Ours"), &ours, &theirs),
        (here.verifier("Theirs"), &theirs, &ours),
    ] {
        assert_eq!(verifier.code(good), "valid");
        assert_eq!(verifier.strong_code(good), "valid");
        for _ in 0..2 {
            assert_eq!(verifier.code(bad), "not_found");
            assert_eq!(verifier.strong_code(bad), "not_found");
        }
        let proxied = Request::get("/v1/auth")
            .header("x-keyway-verifier", &verifier.token)
            .bearer(bad);
        assert_eq!(world.send(&proxied).status, 401);
        // Another one's name on it makes it another token.
        let moved = match verifier.token.strip_prefix("kwv_acme_") {
            Some(rest) => format!("kwv_default_{rest}"),
            None => verifier.token.replace("kwv_default_", "kwv_acme_"),
        };
        let question = json!({ "token": good });
        let moved = Verifier {
            token: moved,
            ..verifier
        };
        let _ = moved.ask(&question).problem(401, "credential_invalid");
    }
}

#[test]
fn access_signs_in_to_a_workspace_whoever_is_a_member_there() {
    let team = Team::start();
    let world = team.world().start();
    let (root, _) = two(&world);
    let mo = json!({ "name": "Mo", "email": "mo@example.com", "role": "administrator" });
    let _ = root.post("/v1/members", &mo).good(201);
    let to = |email: &str, workspace: &str| {
        let request = by_access(&team.token(email));
        world.send(&request.json(&json!({ "workspace": workspace })))
    };
    // Ada is a member of acme, and Mo, who may write any address into the other one, is not.
    let answer = to("ada@example.com", ACME).expect(201);
    assert_eq!(set(&answer).0, "__Host-keyway-acme");
    assert_eq!(answer.json()["session"]["workspace"], ACME);
    let _ = to("mo@example.com", ACME).problem(401, "credential_invalid");
    let _ = to("ada@example.com", "default").problem(401, "credential_invalid");
    let _ = to("mo@example.com", "default").expect(201);
    let _ = to("mo@example.com", "elsewhere").problem(401, "credential_invalid");
    // The page of a workspace that nobody is signed in to is told what to do.
    let who = Request::get("/v1/session")
        .header("cf-access-jwt-assertion", team.token("ada@example.com"))
        .header(WHICH, ACME);
    let _ = world.send(&who).problem(401, "access_sign_in");
}

#[test]
fn verifications_do_not_ask_which_workspaces_there_are() {
    let world = World::builder().gated().start();
    let (_, ada) = two(&world);
    let verifier = ada.verifier("Gateway");
    let token = ada.create_named("k").token;
    assert_eq!(verifier.code(&token), "valid");
    let calls = world.gate().calls();
    assert_eq!(verifier.code(&token), "valid");
    let unknown = Verifier {
        token: tokens::token("kwv_elsewhere"),
        ..verifier
    };
    let refused = unknown.ask(&json!({ "token": token }));
    let _ = refused.problem(401, "credential_invalid");
    assert_eq!(world.gate().calls(), calls, "no object was asked");
}

/// A feed that starts knows what it may have missed of all workspaces: the KV of
/// each location still has the key as good.
#[test]
fn promise_4_a_feed_that_starts_knows_what_another_workspace_revoked() {
    let mut globe = Globe::start();
    for location in globe.locations() {
        location.kv.hold(Hold::ForEver, Hold::ForEver);
    }
    let root = globe.admin();
    let _ = make(&root, ACME);
    let ada = invite(&root, ACME);
    let mark = globe.authority_kv().mark();
    let verifier = ada.verifier("Gateway");
    globe.authority_kv().wait_for_put(mark, "verifier:");
    let mark = globe.authority_kv().mark();
    let key = ada.create_named("Known");
    globe.authority_kv().wait_for_put(mark, "key:");
    let doors: Vec<Door> = globe
        .isolates()
        .map(|isolate| isolate.door.clone())
        .collect();
    let assert_codes = |token: &str, code: &str| {
        for door in &doors {
            let verifier = Verifier {
                door: door.clone(),
                ..verifier.clone()
            };
            assert_eq!(verifier.code(token), code);
        }
    };
    assert_codes(&key.token, "valid");
    let _ = ada.revoke(&key.id).good(200);
    globe.kill();
    for region in REGIONS {
        globe.lose_feed(region);
    }
    globe.start_again();
    thread::sleep(BOUND + Duration::from_millis(20));
    assert_codes(&key.token, "revoked");
}

#[test]
fn a_workspace_has_its_own_list_of_everything() {
    let world = World::start();
    let (root, ada) = two(&world);
    let names = |admin: &Admin, target: &str| -> BTreeSet<String> {
        let all = items(admin.get(target));
        let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
        all.iter().map(name).collect()
    };
    // The same names and ids in both, and neither knows.
    for (admin, name) in [(&root, "one"), (&ada, "two")] {
        for (target, body) in [
            ("/v1/scopes", json!({ "id": "same", "name": name })),
            ("/v1/accounts", json!({ "id": "same", "name": name })),
        ] {
            let _ = admin.post(target, &body).good(201);
            assert_eq!(names(admin, target), BTreeSet::from([name.to_owned()]));
        }
    }
}
