use proptest::prelude::*;

use super::*;
use crate::{
    catalog::Books,
    instant::Instant,
    key::KeyDraft,
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
    verify::Question,
};

fn now() -> Instant {
    Instant::parse("2026-11-21T12:00:00Z").unwrap()
}

fn draft(body: &str) -> Result<KeyDraft, Problem> {
    Ok(KeyDraft::read(
        &Json::parse(body.as_bytes())?,
        &books(),
        now(),
    )?)
}

fn books() -> Books {
    let entries = [("ok", false), ("old", true)];
    let scopes = entries.map(|(id, retired)| (ScopeId::parse(id).unwrap(), retired));
    let accounts = entries.map(|(id, retired)| (AccountId::parse(id).unwrap(), retired));
    Books {
        scopes: scopes.into_iter().collect(),
        accounts: accounts.into_iter().collect(),
    }
}

/// Code and pointer of everything that is wrong.
fn wrong(body: &str) -> Vec<(&'static str, String)> {
    let problem = draft(body).unwrap_err();
    if problem.errors().is_empty() {
        return vec![(problem.code().as_str(), String::new())];
    }
    assert_eq!(problem.code(), problem.errors()[0].code);
    problem
        .errors()
        .iter()
        .map(|error| (error.code.as_str(), error.pointer.clone()))
        .collect()
}

#[test]
fn a_name_is_all_a_key_needs() {
    let draft = draft(r#"{"name":"Reporting"}"#).unwrap();
    assert_eq!(draft.name.as_str(), "Reporting");
    assert_eq!(draft.environment.as_str(), "live");
    assert_eq!(draft.scopes, crate::grants::Grants::default());
    assert_eq!((draft.not_before, draft.expires_at), (None, None));
}

#[test]
fn everything_that_is_kept_with_a_key_is_read() {
    let draft = draft(
        r#"{"name":"Full","allowed_ips":["10.0.0.0/8"],"metadata":{ "n": 1.50 },
            "contacts":[{"email":"a@example.com","name":"Ada"}],"active":false,"locked":true,
            "webhook_url":"https://hooks.example.com/x"}"#,
    )
    .unwrap();
    assert_eq!(draft.allowed_ips.to_stored(), "10.0.0.0/8\n");
    assert_eq!(draft.metadata.as_str(), r#"{"n":1.50}"#);
    assert_eq!(draft.contacts[0].email.as_str(), "a@example.com");
    assert_eq!(
        draft.webhook_url.unwrap().as_str(),
        "https://hooks.example.com/x"
    );
    assert!(!draft.active && draft.locked == Some(true));
}

#[test]
fn each_mistake_in_what_is_kept_has_its_code_and_its_place() {
    let eleven = [r#"{"name":"A","email":"a@example.com"}"#; 11].join(",");
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(40), "]".repeat(40));
    let large = format!(r#"{{"x":"{}"}}"#, "y".repeat(5_000));
    let networks = [r#""10.0.0.1""#; 51].join(",");
    for (member, code, pointer) in [
        (r#""contacts":7"#.to_owned(), "wrong_type", "/contacts"),
        (
            r#""contacts":["a"]"#.to_owned(),
            "wrong_type",
            "/contacts/0",
        ),
        (
            r#""contacts":[{"name":"A"}]"#.to_owned(),
            "field_missing",
            "/contacts/0/email",
        ),
        (
            r#""contacts":[{"name":"A","email":"a"}]"#.to_owned(),
            "invalid_email",
            "/contacts/0/email",
        ),
        (
            r#""contacts":[{"name":"A","email":"a@example.com","phone":"1"}]"#.to_owned(),
            "unknown_field",
            "/contacts/0/phone",
        ),
        (
            format!(r#""contacts":[{eleven}]"#),
            "too_many_contacts",
            "/contacts",
        ),
        (
            r#""webhook_url":"http://hooks.example.com""#.to_owned(),
            "invalid_webhook_url",
            "/webhook_url",
        ),
        (
            r#""webhook_url":"https://10.0.0.1/""#.to_owned(),
            "webhook_not_public",
            "/webhook_url",
        ),
        (
            r#""allowed_ips":["10.0.0.1/33"]"#.to_owned(),
            "invalid_network",
            "/allowed_ips/0",
        ),
        (
            format!(r#""allowed_ips":[{networks}]"#),
            "too_many_networks",
            "/allowed_ips",
        ),
        (r#""metadata":[]"#.to_owned(), "wrong_type", "/metadata"),
        (
            format!(r#""metadata":{large}"#),
            "metadata_too_large",
            "/metadata",
        ),
        (
            format!(r#""metadata":{deep}"#),
            "metadata_too_deep",
            "/metadata",
        ),
        (r#""active":"no""#.to_owned(), "wrong_type", "/active"),
        (r#""locked":1"#.to_owned(), "wrong_type", "/locked"),
    ] {
        let body = format!(r#"{{"name":"x",{member}}}"#);
        assert_eq!(wrong(&body), [(code, pointer.to_owned())], "{member}");
    }
}

#[test]
fn each_mistake_has_its_code_and_its_place() {
    for (body, code, pointer) in [
        ("", "body_missing", ""),
        (" \n", "body_missing", ""),
        ("{", "invalid_json", ""),
        ("{\"name\":\"a\"} x", "invalid_json", ""),
        ("{\"name\":\"a\",\"name\":\"b\"}", "invalid_json", ""),
        ("{\"name\":\"\\ud800\"}", "invalid_json", ""),
        ("[]", "wrong_type", ""),
        ("null", "wrong_type", ""),
        ("{}", "field_missing", "/name"),
        (r#"{"name":null}"#, "wrong_type", "/name"),
        (r#"{"name":7}"#, "wrong_type", "/name"),
        (r#"{"name":""}"#, "invalid_name", "/name"),
        (r#"{"name":"a\u0000"}"#, "invalid_name", "/name"),
        (r#"{"name":"a","colour":"red"}"#, "unknown_field", "/colour"),
        (r#"{"name":"a","a/b~":1}"#, "unknown_field", "/a~1b~0"),
        (
            r#"{"name":"a","environment":"prod"}"#,
            "invalid_environment",
            "/environment",
        ),
        (r#"{"name":"a","scopes":"x"}"#, "wrong_type", "/scopes"),
        (
            r#"{"name":"a","scopes":["ok","No"]}"#,
            "malformed_scope_id",
            "/scopes/1",
        ),
        (
            r#"{"name":"a","scopes":["ok",2]}"#,
            "wrong_type",
            "/scopes/1",
        ),
        (
            r#"{"name":"a","scopes":["*","b"]}"#,
            "wildcard_not_alone",
            "/scopes",
        ),
        (
            r#"{"name":"a","expires_at":"soon"}"#,
            "invalid_time",
            "/expires_at",
        ),
        (
            r#"{"name":"a","expires_at":"2026-11-21T12:00:00Z"}"#,
            "expiry_in_past",
            "/expires_at",
        ),
        (
            r#"{"name":"a","expires_at":"2027-01-01T00:00:00Z","not_before":"2027-01-01T00:00:00Z"}"#,
            "not_before_after_expiry",
            "/expires_at",
        ),
    ] {
        assert_eq!(wrong(body), [(code, pointer.to_owned())], "{body}");
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let found =
        wrong(r#"{"environment":1,"scopes":["A","B"],"expires_at":"2020-01-01T00:00:00Z","x":1}"#);
    let codes: Vec<_> = found
        .iter()
        .map(|(code, at)| format!("{code}{at}"))
        .collect();
    assert_eq!(
        codes,
        [
            "field_missing/name",
            "wrong_type/environment",
            "malformed_scope_id/scopes/0",
            "malformed_scope_id/scopes/1",
            "expiry_in_past/expires_at",
            "unknown_field/x",
        ]
    );
}

#[test]
fn ten_thousand_scopes_are_too_many() {
    let scopes = vec!["\"a\""; 10_000].join(",");
    let body = format!(r#"{{"name":"a","scopes":[{scopes}]}}"#);
    assert_eq!(wrong(&body), [("too_many_scopes", "/scopes".to_owned())]);
}

#[test]
fn a_body_of_unknown_members_gets_a_short_answer() {
    let members: Vec<String> = (0..200).map(|i| format!("\"m{i}\":{i}")).collect();
    assert!(wrong(&format!("{{{}}}", members.join(","))).len() < 30);
    let members: Vec<String> = (0..5_000).map(|i| format!("\"m{i}\":{i}")).collect();
    assert_eq!(
        wrong(&format!("{{{}}}", members.join(","))),
        [("invalid_json", String::new())]
    );
}

#[test]
fn a_body_nested_too_deeply_is_refused() {
    let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        Json::parse(body.as_bytes()).unwrap_err().code(),
        Code::InvalidJson
    );
}

proptest! {
    #[test]
    fn promise_11_no_body_makes_a_reader_panic(bytes: Vec<u8>) {
        if let Ok(body) = Json::parse(&bytes) {
            let _ = KeyDraft::read(&body, &books(), now()).map_err(Problem::from);
            let _ = Question::read(&body).map_err(Problem::from);
        }
    }

    #[test]
    fn promise_11_no_near_miss_makes_a_reader_panic(
        body in r#"\{("(name|scopes|token|expires_at|x)":("[a-z*0-9:]{0,5}"|null|7|\[("[a-z*]",?){0,3}\])[,]?){0,4}\}"#,
    ) {
        if let Ok(body) = Json::parse(body.as_bytes()) {
            let _ = KeyDraft::read(&body, &books(), now()).map_err(Problem::from);
            let _ = Question::read(&body).map_err(Problem::from);
        }
    }
}
