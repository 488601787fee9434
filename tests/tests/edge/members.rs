//! `/v1/members`: who is here, and by which token they are known.

use keyway_tests::{Answer, Page, World, callers::Admin, moment::ahead, shape::assert_members};
use serde_json::{Value, json};
use std::time::Duration;

/// Invites a manager with API access to the account, and is them.
fn manager(world: &World, account: &str) -> (Admin, String) {
    let admin = world.admin();
    let invited = admin
        .post(
            "/v1/members",
            &json!({
                "name": "Mo", "email": "mo@example.com", "api_access": true,
                "accounts": [account], "scopes": ["*"],
            }),
        )
        .good(201);
    let member = Admin {
        door: world.door().clone(),
        token: invited["token"].as_str().unwrap().to_owned(),
    };
    (member, invited["member"]["id"].as_str().unwrap().to_owned())
}

#[track_caller]
fn assert_problem_at(answer: Answer, status: u16, code: &str, pointer: &str) {
    let problem = answer.problem(status, code);
    let errors = problem["errors"].as_array().unwrap();
    assert!(
        errors.iter().any(|error| error["pointer"] == pointer),
        "{problem}"
    );
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").unwrap().to_owned()
}

#[test]
fn a_member_is_invited_read_and_listed() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let answer = admin.post(
        "/v1/members",
        &json!({ "name": "Mo", "email": "Mo@Example.com", "accounts": ["acme"] }),
    );
    assert_eq!(etag(&answer), "\"1\"");
    let body = answer.good(201);
    assert_members(&body, &["member", "token"]);
    let member = &body["member"];
    assert_members(
        member,
        &[
            "id",
            "version",
            "kind",
            "name",
            "email",
            "role",
            "api_access",
            "accounts",
            "scopes",
            "suspended",
            "notices",
            "token",
            "created_at",
            "created_by",
        ],
    );
    assert_eq!(
        (&member["kind"], &member["role"], &member["api_access"]),
        (&json!("person"), &json!("manager"), &json!(false))
    );
    assert!(body["token"].as_str().unwrap().starts_with("kwm_default_"));
    let hint = member["token"]["hint"].as_str().unwrap();
    assert!(
        hint.starts_with("kwm_default_") && hint.contains('…'),
        "{hint}"
    );

    let id = member["id"].as_str().unwrap();
    let read = admin.get(&format!("/v1/members/{id}")).good(200);
    assert_eq!(read, json!({ "member": member }));
    let program = admin
        .post("/v1/members", &json!({ "name": "Deploys" }))
        .good(201);
    assert_eq!(program["member"]["kind"], "service");
    let listed = admin.get("/v1/members").good(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed["next_cursor"], Value::Null);

    // The same person, however it is written.
    let again = admin.post(
        "/v1/members",
        &json!({ "name": "Mo again", "email": "MO@EXAMPLE.COM" }),
    );
    assert_problem_at(again, 409, "member_exists", "/email");
    let _ = admin
        .get("/v1/members/mem_0123456789ABCDEFGHIJab")
        .problem(404, "member_not_found");
}

#[test]
fn a_member_signs_in_and_is_told_what_they_may_do() {
    let world = World::start();
    world.admin().account("acme");
    let (member, id) = manager(&world, "acme");
    let page = Page::sign_in(world.door(), &member.token);
    let who = page.get("/v1/session").good(200);
    assert_eq!(who["session"]["member"]["id"], json!(id));
    assert_eq!(who["session"]["member"]["role"], "manager");
    assert_eq!(
        who["session"]["member"]["may"],
        json!([
            "session",
            "settings.read",
            "keys.read",
            "audit.read",
            "catalog.read",
            "keys.create",
            "keys.edit",
            "keys.rotate",
            "keys.block"
        ])
    );
    let key = member
        .create(&json!({ "name": "Theirs", "accounts": ["acme"] }))
        .item;
    assert_eq!(key["created_by"], json!({ "id": id, "name": "Mo" }));
    let used = world.admin().get(&format!("/v1/members/{id}")).good(200);
    assert!(
        used["member"]["token"]["last_used_at"].is_string(),
        "{used}"
    );
}

#[test]
fn who_may_not_do_everything_is_told_whom_to_ask() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (member, _) = manager(&world, "acme");
    let asked = |caller: &Admin| {
        let session = caller.get("/v1/session").good(200);
        session["session"]["administrators"].clone()
    };
    assert_eq!(asked(&member), json!([]), "the root token is nobody to ask");
    let mut first = Value::Null;
    let mut last = String::new();
    for at in 1..=7 {
        let ada = json!({ "name": format!("Ada {at}"), "email": format!("ada{at}@example.com"), "role": "administrator" });
        let invited = admin.post("/v1/members", &ada).good(201);
        let id = invited["member"]["id"].as_str().unwrap();
        match at {
            1 => {
                let path = format!("/v1/members/{id}");
                let tag = etag(&admin.get(&path));
                let other = admin.post(
                    "/v1/members",
                    &json!({ "name": "Bo", "email": "bo@example.com", "role": "administrator" }),
                );
                first = other.good(201)["member"].clone();
                let _ = admin
                    .patch(&path, &tag, &json!({ "suspended": true }))
                    .good(200);
            }
            _ => last = invited["token"].as_str().unwrap().to_owned(),
        }
    }
    let ask = asked(&member);
    assert_eq!(ask.as_array().map(Vec::len), Some(5), "{ask}");
    assert_eq!(
        ask[0],
        json!({ "name": first["name"], "email": first["email"] }),
        "those for longest first, and not who is suspended: {ask}"
    );
    let page = Page::sign_in(world.door(), &member.token);
    assert_eq!(
        page.get("/v1/session").good(200)["session"]["administrators"],
        ask
    );
    let ada = Admin {
        door: world.door().clone(),
        token: last,
    };
    assert_eq!(asked(&ada), json!([]), "an administrator asks nobody");
}

#[test]
fn promise_10_a_manager_sees_just_the_keys_of_their_accounts() {
    let world = World::start();
    let admin = world.admin();
    for account in ["acme", "globex"] {
        admin.account(account);
    }
    let theirs = admin
        .create(&json!({ "name": "Theirs", "accounts": ["acme"] }))
        .id;
    let nobodys = admin.create_named("Nobody's").id;
    let (member, _) = manager(&world, "acme");
    let mut hidden = Vec::new();
    for accounts in [json!(["globex"]), json!(["acme", "globex"]), json!(["*"])] {
        hidden.push(
            admin
                .create(&json!({ "name": "Hidden", "accounts": accounts }))
                .id,
        );
    }
    let seen: Vec<Value> = member
        .keys()
        .into_iter()
        .map(|key| key["id"].clone())
        .collect();
    assert_eq!(seen, [json!(nobodys), json!(theirs)]);
    for search in [
        "?search=Hidden",
        "?account=globex",
        "?sort=name&search=idden",
    ] {
        let found = member.get(&format!("/v1/keys{search}")).good(200);
        assert_eq!(found["items"], json!([]), "{search}");
    }
    assert_eq!(member.get("/v1/keys/counts").good(200)["active"], 2);
    assert_eq!(admin.get("/v1/keys/counts").good(200)["active"], 5);
    for id in &hidden {
        let key = format!("/v1/keys/{id}");
        let _ = member.get(&key).problem(404, "key_not_found");
        let _ = member
            .get(&format!("{key}/usage"))
            .problem(404, "key_not_found");
        let _ = member
            .get(&format!("{key}/avatar"))
            .problem(404, "key_not_found");
        let _ = member
            .patch(&key, "\"1\"", &json!({ "name": "x" }))
            .problem(404, "key_not_found");
        let _ = member.change("block", id).problem(404, "key_not_found");
        let _ = member
            .post(&format!("{key}/rotate"), &json!({}))
            .problem(404, "key_not_found");
        assert_eq!(admin.key(id)["version"], 1);
    }
    let bulk = json!({ "action": "block", "ids": [hidden[0], theirs] });
    let bulk = member.post("/v1/keys/bulk", &bulk).good(200);
    assert_eq!(bulk["results"][0]["problem"]["code"], "key_not_found");
    assert_eq!(bulk["results"][1]["key"]["status"], "blocked");
    let revoke = json!({ "action": "revoke", "ids": [theirs] });
    let _ = member
        .post("/v1/keys/bulk", &revoke)
        .problem(403, "role_insufficient");

    let accounts = member.get("/v1/accounts").good(200);
    assert_eq!(accounts["items"].as_array().unwrap().len(), 1);
    let _ = member
        .get("/v1/accounts/globex")
        .problem(404, "account_not_found");
}

#[test]
fn promise_10_nobody_grants_what_they_do_not_have() {
    let world = World::start();
    let admin = world.admin();
    for account in ["acme", "globex"] {
        admin.account(account);
    }
    admin.scope("read");
    admin.scope("write");
    let (member, id) = manager(&world, "acme");
    let edit = json!({ "scopes": ["read"] });
    let _ = admin
        .patch(&format!("/v1/members/{id}"), "\"1\"", &edit)
        .good(200);
    for (key, code, pointer) in [
        (
            json!({ "accounts": ["globex"] }),
            "account_not_granted",
            "/accounts/0",
        ),
        (
            json!({ "accounts": ["*"] }),
            "account_not_granted",
            "/accounts",
        ),
        (
            json!({ "scopes": ["read", "write"] }),
            "scope_not_granted",
            "/scopes/1",
        ),
        (json!({ "scopes": ["*"] }), "scope_not_granted", "/scopes"),
    ] {
        let mut key = key;
        key["name"] = json!("More");
        assert_problem_at(member.post("/v1/keys", &key), 403, code, pointer);
        let import = json!({ "keys": [key] });
        let request = member
            .request("POST", "/v1/keys/import")
            .header("idempotency-key", format!("{code}-{pointer}"));
        let imported = world.send(&request.json(&import)).good(200);
        assert_eq!(imported["results"][0]["problem"]["code"], code);
    }
    let own = member.create(&json!({ "name": "K", "accounts": ["acme"], "scopes": ["read"] }));
    let more = json!({ "scopes": ["read", "write"] });
    let path = format!("/v1/keys/{}", own.id);
    assert_problem_at(
        member.patch(&path, "\"1\"", &more),
        403,
        "scope_not_granted",
        "/scopes/1",
    );

    // What an administrator gave the key stays, and its token is not for them.
    let _ = admin.patch(&path, "\"1\"", &more).good(200);
    let named = member
        .patch(&path, "\"2\"", &json!({ "name": "Renamed" }))
        .good(200);
    assert_eq!(named["key"]["scopes"], json!(["read", "write"]));
    let _ = member
        .post(&format!("{path}/rotate"), &json!({}))
        .problem(403, "scope_not_granted");
}

#[test]
fn promise_10_what_is_taken_from_a_member_is_gone_with_their_next_call() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (member, id) = manager(&world, "acme");
    let page = Page::sign_in(world.door(), &member.token);
    let path = format!("/v1/members/{id}");
    let edit = |change: Value| {
        let tag = etag(&admin.get(&path));
        admin.patch(&path, &tag, &change).good(200)
    };
    let _ = page.get("/v1/keys").good(200);
    let _ = edit(json!({ "api_access": false }));
    let _ = page.get("/v1/keys").problem(403, "api_access_missing");
    let _ = member.get("/v1/keys").problem(403, "api_access_missing");
    let _ = page.get("/v1/session").good(200);
    let _ = edit(json!({ "suspended": true }));
    for answer in [page.get("/v1/session"), member.get("/v1/session")] {
        let detail = answer.problem(401, "credential_invalid");
        assert!(
            detail["detail"].as_str().unwrap().contains("suspended"),
            "{detail}"
        );
    }
    let _ = edit(json!({ "suspended": false, "api_access": true }));
    let _ = page.get("/v1/keys").good(200);

    let _ = admin.delete(&path).good(200);
    for answer in [page.get("/v1/session"), member.get("/v1/keys")] {
        let _ = answer.problem(401, "credential_invalid");
    }
    let _ = admin.get(&path).problem(404, "member_not_found");
    assert_eq!(admin.get("/v1/members").good(200)["items"], json!([]));
    // The address is free again.
    let _ = manager(&world, "acme");
}

#[test]
fn a_management_token_is_replaced_and_taken_away() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (member, id) = manager(&world, "acme");
    let page = Page::sign_in(world.door(), &member.token);
    let path = format!("/v1/members/{id}/token");
    let expiry = json!({ "expires_at": ahead(Duration::from_secs(3600)) });
    let replaced = admin.post(&path, &expiry).good(201);
    assert!(replaced["member"]["token"]["expires_at"].is_string());
    for answer in [page.get("/v1/session"), member.get("/v1/session")] {
        let _ = answer.problem(401, "credential_invalid");
    }
    let member = Admin {
        token: replaced["token"].as_str().unwrap().to_owned(),
        ..member
    };
    let _ = member.get("/v1/keys").good(200);
    for _ in 0..2 {
        let taken = admin.delete(&path).good(200);
        assert_eq!(taken["member"]["token"], Value::Null);
    }
    let _ = member.get("/v1/keys").problem(401, "credential_invalid");
    let _ = admin
        .post(&path, &json!({ "expires_at": "2020-01-01T00:00:00Z" }))
        .problem(422, "expiry_in_past");
}

#[test]
fn the_last_administrator_stays_one() {
    let world = World::start();
    let admin = world.admin();
    let invite = |name: &str| {
        let invited = admin
            .post(
                "/v1/members",
                &json!({ "name": name, "email": format!("{name}@example.com"), "role": "administrator" }),
            )
            .good(201);
        let path = format!("/v1/members/{}", invited["member"]["id"].as_str().unwrap());
        let token = invited["token"].as_str().unwrap().to_owned();
        (
            path,
            Admin {
                door: world.door().clone(),
                token,
            },
        )
    };
    let (ada, as_ada) = invite("ada");
    for change in [json!({ "role": "manager" }), json!({ "suspended": true })] {
        let _ = as_ada
            .patch(&ada, "\"1\"", &change)
            .problem(409, "last_administrator");
    }
    let _ = as_ada.delete(&ada).problem(409, "last_administrator");
    let (grace, _) = invite("grace");
    let _ = as_ada
        .patch(&grace, "\"1\"", &json!({ "suspended": true }))
        .good(200);
    let _ = as_ada.delete(&ada).problem(409, "last_administrator");
    let _ = as_ada
        .patch(&grace, "\"2\"", &json!({ "suspended": false }))
        .good(200);
    let _ = as_ada.delete(&ada).good(200);
    let _ = as_ada.get("/v1/keys").problem(401, "credential_invalid");
}

#[test]
fn a_lost_race_about_a_member_is_told() {
    let world = World::start();
    let admin = world.admin();
    admin.account("acme");
    let (_, id) = manager(&world, "acme");
    let path = format!("/v1/members/{id}");
    let _ = admin
        .patch(&path, "\"1\"", &json!({ "name": "Mona" }))
        .good(200);
    let late = admin.patch(&path, "\"1\"", &json!({ "suspended": true }));
    let _ = late.problem(412, "precondition_failed");
    let blind = admin.request("PATCH", &path).json(&json!({}));
    let _ = world.send(&blind).problem(428, "precondition_required");
}
