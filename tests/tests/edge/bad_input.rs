//! Bad input, and what it gets: a 4xx problem with a code of its own, nothing
//! changed, nothing in the log but the fact, and the next request works.

use std::time::Duration;

use keyway_tests::{
    Request, World,
    moment::{ago, ahead},
};
use serde_json::{Value, json};

/// In every bad body: must not turn up in the log.
const MARK: &str = "zq-mark-7731";

/// One bad request and its refusal.
struct Bad {
    what: &'static str,
    request: Request,
    status: u16,
    code: &'static str,
    pointer: Option<&'static str>,
}

fn bad(what: &'static str, request: Request, status: u16, code: &'static str) -> Bad {
    Bad {
        what,
        request,
        status,
        code,
        pointer: None,
    }
}

/// Well-formed JSON with a bad field.
fn field(what: &'static str, request: Request, code: &'static str, pointer: &'static str) -> Bad {
    Bad {
        what,
        request,
        status: 422,
        code,
        pointer: Some(pointer),
    }
}

/// Sends the table, and holds what must hold of every refusal.
#[track_caller]
fn assert_all_refused(world: &World, table: Vec<Bad>) {
    let admin = world.admin();
    let before = (
        admin.keys(),
        admin.get("/v1/scopes").text(),
        admin.get("/v1/verifiers").text(),
    );
    let (stored, lines) = (world.store().dump(), world.log().lines());
    let mut wrong = Vec::new();
    for bad in table {
        let answer = world.send(&bad.request);
        let found = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        let pointed = bad.pointer.is_none_or(|pointer| {
            found["errors"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|error| error["pointer"] == pointer && error["code"] == bad.code)
        });
        if answer.status != bad.status || found["code"] != bad.code || !pointed {
            wrong.push(format!(
                "{} ({}): wanted {} {} {:?}, got {} {}",
                bad.what,
                answer.to,
                bad.status,
                bad.code,
                bad.pointer,
                answer.status,
                answer.text()
            ));
            continue;
        }
        // And its shape.
        match bad.pointer {
            Some(pointer) => answer.field_problem(bad.code, pointer),
            None => {
                let _ = answer.problem(bad.status, bad.code);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} refusals are not as promised:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let after = (
        admin.keys(),
        admin.get("/v1/scopes").text(),
        admin.get("/v1/verifiers").text(),
    );
    assert_eq!(before, after, "nothing changed");
    assert_eq!(world.store().dump(), stored, "nothing was stored");
    let told = world.log().with(MARK);
    assert!(told.is_empty(), "the input is in the log: {told:?}");
    let lines_after = world.log().lines();
    assert_eq!(
        lines_after[lines.len()..],
        [] as [String; 0],
        "a refusal is the client's news, not the operator's"
    );
    let made = admin.create_named("After the storm");
    assert_eq!(
        admin.as_verifier().code(&made.token),
        "valid",
        "the Worker still answers"
    );
}

#[test]
fn promise_11_bad_bodies_are_refused() {
    let world = World::start();
    let post = |target: &str| Request::post(target).bearer(world.root());
    let json_post = |target: &str| post(target).header("content-type", "application/json");
    let large = format!(
        "{{\"name\":\"{MARK}\",\"x\":\"{}\"}}",
        "x".repeat(10_000_000)
    );
    let deep = "[".repeat(20_000);
    let deep_objects = "{\"a\":".repeat(10_000);
    let mut table = Vec::new();
    for target in ["/v1/keys", "/v1/scopes", "/v1/verifiers", "/v1/verify"] {
        table.extend([
            bad("no body", post(target), 400, "body_missing"),
            bad(
                "no body of the right type",
                json_post(target),
                400,
                "body_missing",
            ),
            bad(
                "an empty chunked body",
                json_post(target).chunked(),
                400,
                "body_missing",
            ),
            bad(
                "nothing but white space",
                json_post(target).body(" \n\t "),
                400,
                "body_missing",
            ),
            bad(
                "half an object",
                json_post(target).body(format!("{{\"name\": \"{MARK}")),
                400,
                "invalid_json",
            ),
            bad("no JSON", json_post(target).body(MARK), 400, "invalid_json"),
            bad(
                "two values",
                json_post(target).body("{} {}"),
                400,
                "invalid_json",
            ),
            bad(
                "a member twice",
                json_post(target).body("{\"name\":\"x\",\"name\":\"y\"}"),
                400,
                "invalid_json",
            ),
            bad(
                "a comma too many",
                json_post(target).body("{\"name\":\"x\",}"),
                400,
                "invalid_json",
            ),
            bad(
                "no UTF-8",
                json_post(target).body(b"{\"name\":\"\xff\xfe\"}".as_slice()),
                400,
                "invalid_json",
            ),
            bad(
                "half a surrogate pair",
                json_post(target).body("{\"name\":\"\\ud800\"}"),
                400,
                "invalid_json",
            ),
            bad(
                "a raw control character",
                json_post(target).body("{\"name\":\"a\nb\"}"),
                400,
                "invalid_json",
            ),
            bad(
                "a number beyond all bounds",
                json_post(target).body("{\"name\":1e999999}"),
                400,
                "invalid_json",
            ),
            bad(
                "a byte order mark",
                json_post(target).body("\u{feff}{}"),
                400,
                "invalid_json",
            ),
            bad(
                "20,000 lists in each other",
                json_post(target).body(deep.clone()),
                400,
                "invalid_json",
            ),
            bad(
                "10,000 objects in each other",
                json_post(target).body(deep_objects.clone()),
                400,
                "invalid_json",
            ),
            bad(
                "10 MB",
                json_post(target).body(large.clone()),
                413,
                "body_too_large",
            ),
            bad(
                "10 MB in chunks",
                json_post(target).body(large.clone()).chunked(),
                413,
                "body_too_large",
            ),
            bad(
                "one byte above 64 KB",
                json_post(target).body(" ".repeat(65_537)),
                413,
                "body_too_large",
            ),
            bad(
                "no content type",
                post(target).body("{}"),
                415,
                "unsupported_media_type",
            ),
            bad(
                "a form",
                post(target)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body("name=x"),
                415,
                "unsupported_media_type",
            ),
            bad(
                "plain text",
                post(target).header("content-type", "text/plain").body("{}"),
                415,
                "unsupported_media_type",
            ),
            bad(
                "nearly JSON",
                post(target)
                    .header("content-type", "application/jsonp")
                    .body("{}"),
                415,
                "unsupported_media_type",
            ),
            bad(
                "JSON behind another type",
                post(target)
                    .header("content-type", "text/plain; a=application/json")
                    .body("{}"),
                415,
                "unsupported_media_type",
            ),
            field("a list", json_post(target).body("[]"), "wrong_type", ""),
            field("null", json_post(target).body("null"), "wrong_type", ""),
            field(
                "a text",
                json_post(target).body(format!("\"{MARK}\"")),
                "wrong_type",
                "",
            ),
            field("a number", json_post(target).body("5"), "wrong_type", ""),
        ]);
    }
    assert_all_refused(&world, table);
}

#[test]
fn a_body_of_64_kb_and_a_charset_are_fine() {
    let world = World::start();
    let body = json!({ "name": "x" }).to_string();
    let padded = format!("{body}{}", " ".repeat(65_536 - body.len()));
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON;charset=UTF-8",
    ] {
        let request = Request::post("/v1/keys")
            .bearer(world.root())
            .header("content-type", content_type);
        let _ = world.send(&request.clone().body(padded.clone())).good(201);
        let _ = world
            .send(&request.body(padded.clone()).chunked())
            .good(201);
    }
}

#[test]
fn promise_11_bad_keys_are_refused() {
    let world = World::start();
    world.admin().scope("known");
    world.admin().scope("other");
    let key = |body: Value| Request::post("/v1/keys").bearer(world.root()).json(&body);
    let with = |member: &str, value: Value| {
        let mut body = json!({ "name": MARK });
        body[member] = value;
        key(body)
    };
    let many = vec!["s"; 10_000];
    let (past, soon, later) = (
        ago(Duration::from_secs(1)),
        ahead(Duration::from_secs(60)),
        ahead(Duration::from_secs(120)),
    );
    assert_all_refused(
        &world,
        vec![
            field("no name", key(json!({})), "field_missing", "/name"),
            field(
                "a name of null",
                with("name", Value::Null),
                "wrong_type",
                "/name",
            ),
            field(
                "a name that is a number",
                with("name", json!(5)),
                "wrong_type",
                "/name",
            ),
            field(
                "a name that is a list",
                with("name", json!([MARK])),
                "wrong_type",
                "/name",
            ),
            field(
                "a name of 0 characters",
                with("name", json!("")),
                "invalid_name",
                "/name",
            ),
            field(
                "a name of blanks",
                with("name", json!("  \u{a0}\u{200b} ")),
                "invalid_name",
                "/name",
            ),
            field(
                "a name of 101 characters",
                with("name", json!("é".repeat(101))),
                "invalid_name",
                "/name",
            ),
            field(
                "a name with a NUL",
                with("name", json!("a\u{0}b")),
                "invalid_name",
                "/name",
            ),
            field(
                "a name with a line break",
                with("name", json!("a\nb")),
                "invalid_name",
                "/name",
            ),
            field(
                "a name with an escape sequence",
                with("name", json!("a\u{1b}[31mb")),
                "invalid_name",
                "/name",
            ),
            field(
                "a name that turns the text around",
                with("name", json!("a\u{202e}b")),
                "invalid_name",
                "/name",
            ),
            field(
                "an unknown field",
                with("nmae", json!("x")),
                "unknown_field",
                "/nmae",
            ),
            field(
                "an unknown field with a slash",
                with("a/b~c", json!("x")),
                "unknown_field",
                "/a~1b~0c",
            ),
            field(
                "a field of the answer",
                with("id", json!("key_0000000000000000000000")),
                "unknown_field",
                "/id",
            ),
            field(
                "a field of another spelling",
                with("Name", json!("x")),
                "unknown_field",
                "/Name",
            ),
            field(
                "an environment that is none",
                with("environment", json!("prod")),
                "invalid_environment",
                "/environment",
            ),
            field(
                "an environment in capitals",
                with("environment", json!("LIVE")),
                "invalid_environment",
                "/environment",
            ),
            field(
                "an environment that is a number",
                with("environment", json!(1)),
                "wrong_type",
                "/environment",
            ),
            field(
                "scopes that are a text",
                with("scopes", json!("known")),
                "wrong_type",
                "/scopes",
            ),
            field(
                "scopes that are an object",
                with("scopes", json!({})),
                "wrong_type",
                "/scopes",
            ),
            field(
                "a scope that is a number",
                with("scopes", json!(["known", 5])),
                "wrong_type",
                "/scopes/1",
            ),
            field(
                "10,000 scopes",
                with("scopes", json!(many)),
                "too_many_scopes",
                "/scopes",
            ),
            field(
                "a scope of another shape",
                with("scopes", json!(["Known Scope"])),
                "malformed_scope_id",
                "/scopes/0",
            ),
            field(
                "an empty scope",
                with("scopes", json!([""])),
                "malformed_scope_id",
                "/scopes/0",
            ),
            field(
                "a partial wildcard",
                with("scopes", json!(["known", "reporting:*"])),
                "malformed_scope_id",
                "/scopes/1",
            ),
            field(
                "a scope nobody made",
                with("scopes", json!(["known", "unknown"])),
                "unknown_scope",
                "/scopes/1",
            ),
            field(
                "a time that is none",
                with("expires_at", json!("tomorrow")),
                "invalid_time",
                "/expires_at",
            ),
            field(
                "a time without a zone",
                with("expires_at", json!("2099-01-01T00:00:00")),
                "invalid_time",
                "/expires_at",
            ),
            field(
                "a day",
                with("expires_at", json!("2099-01-01")),
                "invalid_time",
                "/expires_at",
            ),
            field(
                "a day that is none",
                with("expires_at", json!("2099-02-30T00:00:00Z")),
                "invalid_time",
                "/expires_at",
            ),
            field(
                "the year 10000",
                with("expires_at", json!("10000-01-01T00:00:00Z")),
                "invalid_time",
                "/expires_at",
            ),
            field(
                "a year before all",
                with("not_before", json!("0000-01-01T00:00:00Z")),
                "invalid_time",
                "/not_before",
            ),
            field(
                "a time that is a number",
                with("expires_at", json!(4_102_444_800_u64)),
                "wrong_type",
                "/expires_at",
            ),
            field(
                "a start that is a truth",
                with("not_before", json!(true)),
                "wrong_type",
                "/not_before",
            ),
            field(
                "an expiry in the past",
                with("expires_at", json!(past)),
                "expiry_in_past",
                "/expires_at",
            ),
            field(
                "an expiry long ago",
                with("expires_at", json!("1970-01-01T00:00:00Z")),
                "expiry_in_past",
                "/expires_at",
            ),
            field(
                "a start after the end",
                key(json!({ "name": MARK, "not_before": later, "expires_at": soon })),
                "not_before_after_expiry",
                "/expires_at",
            ),
            field(
                "a start at the end",
                key(json!({ "name": MARK, "not_before": soon, "expires_at": soon })),
                "not_before_after_expiry",
                "/expires_at",
            ),
        ],
    );
}

#[test]
fn all_errors_of_a_body_are_told_at_once() {
    let world = World::start();
    let body = json!({ "name": "", "environment": "prod", "scopes": [5, "x y"], "expires_at": "tomorrow", "zzz": 1 });
    let problem = world.admin().post("/v1/keys", &body);
    let status = problem.status;
    let problem = problem.json();
    assert_eq!(status, 422, "{problem}");
    let mut pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/environment",
            "/expires_at",
            "/name",
            "/scopes/0",
            "/scopes/1",
            "/zzz"
        ]
    );
}

#[test]
fn a_body_of_nothing_but_errors_gets_a_short_answer() {
    let world = World::start();
    let members: serde_json::Map<String, Value> = (0..5_000)
        .map(|number| (format!("f{number}"), json!(1)))
        .collect();
    let answer = world.admin().post("/v1/keys", &Value::Object(members));
    assert!([400, 422].contains(&answer.status), "{}", answer.text());
    assert!(
        answer.body.len() < 16 * 1024,
        "{} bytes of errors",
        answer.body.len()
    );
}

#[test]
fn promise_11_bad_scopes_verifiers_and_reasons_are_refused() {
    let world = World::start();
    let admin = world.admin();
    let made = admin.create_named("k");
    let revoke = format!("/v1/keys/{}/revoke", made.id);
    let post = |target: &str, body: Value| Request::post(target).bearer(world.root()).json(&body);
    let scope = |body| post("/v1/scopes", body);
    let verifier = |body| post("/v1/verifiers", body);
    assert_all_refused(
        &world,
        vec![
            field(
                "a scope without an id",
                scope(json!({ "name": MARK })),
                "field_missing",
                "/id",
            ),
            field(
                "a scope id that is a number",
                scope(json!({ "id": 1 })),
                "wrong_type",
                "/id",
            ),
            field(
                "a scope id with a blank",
                scope(json!({ "id": "a b" })),
                "malformed_scope_id",
                "/id",
            ),
            field(
                "a scope id with a capital",
                scope(json!({ "id": "Read" })),
                "malformed_scope_id",
                "/id",
            ),
            field(
                "the wildcard",
                scope(json!({ "id": "*" })),
                "malformed_scope_id",
                "/id",
            ),
            field(
                "an empty scope id",
                scope(json!({ "id": "" })),
                "malformed_scope_id",
                "/id",
            ),
            field(
                "a scope id of 65 characters",
                scope(json!({ "id": "a".repeat(65) })),
                "malformed_scope_id",
                "/id",
            ),
            field(
                "a scope name that is empty",
                scope(json!({ "id": "a", "name": "" })),
                "invalid_name",
                "/name",
            ),
            field(
                "a scope name with a control character",
                scope(json!({ "id": "a", "name": "\u{7}" })),
                "invalid_name",
                "/name",
            ),
            field(
                "an unknown field of a scope",
                scope(json!({ "id": "a", "retired": true })),
                "unknown_field",
                "/retired",
            ),
            field(
                "a description that is a number",
                scope(json!({ "id": "a", "description": 5 })),
                "wrong_type",
                "/description",
            ),
            field(
                "a verifier without a name",
                verifier(json!({})),
                "field_missing",
                "/name",
            ),
            field(
                "a verifier without a name in it",
                verifier(json!({ "name": " " })),
                "invalid_name",
                "/name",
            ),
            field(
                "a verifier of 101 characters",
                verifier(json!({ "name": "n".repeat(101) })),
                "invalid_name",
                "/name",
            ),
            field(
                "an unknown field of a verifier",
                verifier(json!({ "name": "x", "token": MARK })),
                "unknown_field",
                "/token",
            ),
            field(
                "a reason of 501 characters",
                post(&revoke, json!({ "reason": "r".repeat(501) })),
                "invalid_text",
                "/reason",
            ),
            field(
                "a reason with a control character",
                post(&revoke, json!({ "reason": "\u{1b}" })),
                "invalid_text",
                "/reason",
            ),
            field(
                "a reason that is a number",
                post(&revoke, json!({ "reason": 5 })),
                "wrong_type",
                "/reason",
            ),
            field(
                "an unknown field of a revocation",
                post(&revoke, json!({ "resaon": MARK })),
                "unknown_field",
                "/resaon",
            ),
            bad(
                "a revocation that is no JSON",
                Request::post(&revoke)
                    .bearer(world.root())
                    .header("content-type", "application/json")
                    .body(MARK),
                400,
                "invalid_json",
            ),
            bad(
                "a revocation of another type",
                Request::post(&revoke)
                    .bearer(world.root())
                    .header("content-type", "text/plain")
                    .body("{}"),
                415,
                "unsupported_media_type",
            ),
            bad(
                "a revocation of 10 MB",
                post(&revoke, json!({ "reason": "r".repeat(10_000_000) })),
                413,
                "body_too_large",
            ),
        ],
    );
    assert_eq!(admin.key(&made.id)["status"], "active");
}

#[test]
fn promise_11_bad_questions_are_refused() {
    let world = World::start();
    let verifier = world.admin().verifier("v");
    let ask = |body: Value| {
        Request::post("/v1/verify")
            .bearer(&verifier.token)
            .json(&body)
    };
    let with = |member: &str, value: Value| {
        let mut body = json!({ "token": MARK });
        body[member] = value;
        ask(body)
    };
    let many: Vec<String> = (0..3_000).map(|number| format!("s{number}")).collect();
    let mut table = vec![
        field("no token", ask(json!({})), "field_missing", "/token"),
        field(
            "a token of null",
            with("token", Value::Null),
            "wrong_type",
            "/token",
        ),
        field(
            "a token that is a number",
            with("token", json!(5)),
            "wrong_type",
            "/token",
        ),
        field(
            "a token that is a list",
            with("token", json!([MARK])),
            "wrong_type",
            "/token",
        ),
        field(
            "an unknown field",
            with("tokne", json!("x")),
            "unknown_field",
            "/tokne",
        ),
        field(
            "scopes that are a text",
            with("scopes", json!("a")),
            "wrong_type",
            "/scopes",
        ),
        field(
            "a scope that is a number",
            with("scopes", json!([1])),
            "wrong_type",
            "/scopes/0",
        ),
        field(
            "a scope of another shape",
            with("scopes", json!(["a b"])),
            "malformed_scope_id",
            "/scopes/0",
        ),
        field(
            "the wildcard",
            with("scopes", json!(["*"])),
            "malformed_scope_id",
            "/scopes/0",
        ),
        field(
            "too many scopes",
            with("scopes", json!(many)),
            "too_many_scopes",
            "/scopes",
        ),
        field(
            "an environment that is none",
            with("environment", json!("prod")),
            "invalid_environment",
            "/environment",
        ),
        field(
            "an environment that is a number",
            with("environment", json!(1)),
            "wrong_type",
            "/environment",
        ),
        field(
            "an account that is a number",
            with("account", json!(1)),
            "wrong_type",
            "/account",
        ),
        field(
            "a consistency that is a number",
            with("consistency", json!(1)),
            "wrong_type",
            "/consistency",
        ),
        bad(
            "a token of 100,000 characters",
            with("token", json!("k".repeat(100_000))),
            413,
            "body_too_large",
        ),
    ];
    // A key that exists is as little let through by a bad question.
    let good = world.admin().create_named("k").token;
    table.push(field(
        "a good token and an unknown field",
        ask(json!({ "token": good, "x": 1 })),
        "unknown_field",
        "/x",
    ));
    assert_all_refused(&world, table);
    for (member, value) in [("account", json!("A B")), ("consistency", json!("weak"))] {
        let answer = world.send(&with(member, value));
        let problem = answer.json();
        assert_eq!(answer.status, 422, "{problem}");
        assert_eq!(
            problem["errors"][0]["pointer"],
            format!("/{member}"),
            "{problem}"
        );
    }
}

#[test]
fn bad_parameters_are_refused() {
    let world = World::start();
    let _ = world.admin().create_named("k");
    let get = |target: &str| Request::get(target).bearer(world.root());
    let mut table = vec![
        bad(
            "an unknown parameter",
            get("/v1/keys?serach=x"),
            400,
            "unknown_parameter",
        ),
        bad(
            "an unknown parameter without a value",
            get("/v1/keys?x"),
            400,
            "unknown_parameter",
        ),
        bad(
            "a parameter twice",
            get("/v1/keys?limit=1&limit=2"),
            400,
            "invalid_parameter",
        ),
    ];
    for limit in [
        "+5",
        "%2B5",
        "0",
        "101",
        "-1",
        "abc",
        "",
        "1.5",
        "99999999999999999999",
        "1%00",
        "%31x",
    ] {
        table.push(bad(
            "a limit that is none",
            get(&format!("/v1/keys?limit={limit}")),
            400,
            "invalid_parameter",
        ));
    }
    for status in [
        "gone",
        "",
        "active,,",
        "ACTIVE",
        "active,gone",
        "all,gone",
        "%ff",
    ] {
        table.push(bad(
            "a status that is none",
            get(&format!("/v1/keys?status={status}")),
            400,
            "invalid_parameter",
        ));
    }
    for cursor in [
        "x",
        "",
        "AAAA",
        "%00",
        "-1",
        "key_0000000000000000000000",
        &"A".repeat(2_000),
    ] {
        table.push(bad(
            "a cursor that is none",
            get(&format!("/v1/keys?cursor={cursor}")),
            400,
            "invalid_parameter",
        ));
    }
    assert_all_refused(&world, table);
}

#[test]
fn what_is_not_there_is_refused() {
    let world = World::start();
    let send = |method: &str, target: &str| Request::new(method, target).bearer(world.root());
    let mut table = Vec::new();
    for target in [
        "/v1",
        "/v1/",
        "/v2/keys",
        "/v1//keys",
        "//v1/keys",
        "/v1/key",
        "/V1/keys",
        "/v1/keys/a/b",
        "/v1/keys/a/revoke/b",
        "/v1/verify/x",
        "/v1/session/x",
        "/healthz/",
        "/v1/%6beys",
        "/.env",
        "/admin.php",
    ] {
        table.push(bad(
            "a path that is not there",
            send("GET", target),
            404,
            "route_not_found",
        ));
    }
    assert_all_refused(&world, table);

    let id = format!("key_{}", "0".repeat(22));
    let (key, revoke) = (format!("/v1/keys/{id}"), format!("/v1/keys/{id}/revoke"));
    for (method, target, allowed) in [
        ("PUT", "/v1/keys", vec!["GET", "POST"]),
        ("DELETE", "/v1/keys", vec!["GET", "POST"]),
        ("TRACE", "/v1/keys", vec!["GET", "POST"]),
        ("PROPFIND", "/v1/keys", vec!["GET", "POST"]),
        ("POST", &key, vec!["DELETE", "GET", "PATCH"]),
        ("PUT", &key, vec!["DELETE", "GET", "PATCH"]),
        ("GET", &revoke, vec!["POST"]),
        ("DELETE", "/v1/scopes", vec!["GET", "POST"]),
        ("POST", "/v1/scopes/a", vec!["DELETE", "GET", "PATCH"]),
        ("PUT", "/v1/accounts/a", vec!["DELETE", "GET", "PATCH"]),
        ("PUT", "/v1/verifiers", vec!["GET", "POST"]),
        ("PUT", "/v1/webhooks", vec!["GET", "POST"]),
        ("POST", "/v1/deliveries", vec!["GET"]),
        ("GET", "/v1/verify", vec!["POST"]),
        ("PUT", "/v1/session", vec!["DELETE", "GET", "POST"]),
        ("POST", "/healthz", vec!["GET"]),
        ("DELETE", "/readyz", vec!["GET"]),
    ] {
        let answer = world.send(&send(method, target));
        let allow = answer
            .header("allow")
            .unwrap_or_else(|| panic!("no Allow: {method} {target}: {}", answer.text()))
            .to_owned();
        let _ = answer.problem(405, "method_not_allowed");
        let allow: Vec<&str> = allow
            .split(',')
            .map(str::trim)
            .filter(|name| !["HEAD", "OPTIONS"].contains(name))
            .collect();
        let mut sorted = allow.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, allowed, "{method} {target}");
    }
}

#[test]
fn no_credential_is_told_before_anything_about_the_body_or_what_exists() {
    let world = World::start();
    let id = world.admin().create_named("k").id;
    for request in [
        Request::get(&format!("/v1/keys/{id}")),
        Request::get(&format!("/v1/keys/key_{}", "0".repeat(22))),
        Request::post("/v1/keys")
            .header("content-type", "application/json")
            .body("{nonsense"),
        Request::post("/v1/keys").body("x".repeat(100_000)),
        Request::post(&format!("/v1/keys/{id}/revoke")),
        Request::post("/v1/verify")
            .header("content-type", "application/json")
            .body("{nonsense"),
        Request::get("/v1/keys?limit=0"),
    ] {
        let answer = world.send(&request);
        assert!(answer.header("www-authenticate").is_some(), "{}", answer.to);
        let _ = answer.problem(401, "credential_missing");
    }
}

#[test]
fn a_call_that_takes_no_body_refuses_one() {
    let world = World::start();
    let id = world.admin().create_named("k").id;
    let verifier = world.admin().verifier("v").id;
    let calls = [
        ("GET", "/v1/keys".to_owned()),
        ("GET", format!("/v1/keys/{id}")),
        ("GET", "/v1/scopes".to_owned()),
        ("GET", "/v1/verifiers".to_owned()),
        ("DELETE", format!("/v1/verifiers/{verifier}")),
        (
            "DELETE",
            format!("/v1/verifiers/{verifier}/tokens/previous"),
        ),
        ("GET", "/v1/deliveries".to_owned()),
    ];
    let table = calls.iter().map(|(method, target)| {
        let body = json!({ "name": MARK });
        let request = Request::new(method, target)
            .bearer(world.root())
            .json(&body);
        bad(
            "a body where none is taken",
            request,
            400,
            "unexpected_body",
        )
    });
    assert_all_refused(&world, table.collect());
}
