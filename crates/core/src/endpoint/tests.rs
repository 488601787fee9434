use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{input::Json, output};

fn endpoint(key: Option<&str>) -> Endpoint {
    Endpoint {
        id: EndpointId::parse("whk_0123456789ABCDEFGHIJab").unwrap(),
        key: key.map(|key| KeyId::parse(key).unwrap()),
        url: WebhookUrl::parse("https://hooks.example.com/").unwrap(),
        description: None,
        events: Events::all(),
        active: true,
        disabled_at: None,
        disabled_why: None,
        previous_secret_ends_at: None,
        created_at: Instant::EPOCH,
        delivered_at: None,
        recent_failures: 0,
    }
}

fn edit(body: &Value) -> EndpointEdit {
    EndpointEdit::read(&Json::parse(body.to_string().as_bytes()).unwrap()).unwrap()
}

fn refused<T>(
    read: impl Fn(&Json<'_>) -> Result<T, crate::input::Invalid>,
    body: &Value,
) -> Vec<(String, Code)> {
    let problem: Problem = read(&Json::parse(body.to_string().as_bytes()).unwrap())
        .map(drop)
        .unwrap_err()
        .into();
    let errors = problem.errors().iter();
    errors.map(|it| (it.pointer.clone(), it.code)).collect()
}

#[test]
fn events_are_kept_once_each_and_answered_as_a_list() {
    let edit = edit(&json!({ "events": ["key.revoked", "key.created", "key.revoked"] }));
    let events = edit.events.unwrap();
    assert_eq!(events.as_str(), r#"["key.created","key.revoked"]"#);
    assert_eq!(output::json(&events).unwrap(), events.as_str());
    assert_eq!(Events::all().as_str(), "[]");
}

#[test]
fn everything_that_is_wrong_is_said_with_where() {
    let wrong = refused(
        EndpointDraft::read,
        &json!({ "events": ["key.revoked", "key.*", 1], "description": "x".repeat(501), "u": 1 }),
    );
    assert_eq!(
        wrong,
        [
            ("/url".into(), Code::FieldMissing),
            ("/description".into(), Code::InvalidText),
            ("/events/1".into(), Code::UnknownEvent),
            ("/events/2".into(), Code::WrongType),
            ("/u".into(), Code::UnknownField),
        ]
    );
    let many = vec!["key.revoked"; 100];
    let wrong = refused(EndpointEdit::read, &json!({ "events": many, "url": null }));
    assert_eq!(
        wrong,
        [
            ("/url".into(), Code::WrongType),
            ("/events".into(), Code::TooManyEvents)
        ]
    );
    for seconds in [1, 3_599, 2_592_001, -1] {
        let wrong = refused(SecretRequest::read, &json!({ "grace_seconds": seconds }));
        assert_eq!(wrong, [("/grace_seconds".into(), Code::InvalidGrace)]);
    }
}

#[test]
fn a_grace_is_a_day_unless_said_otherwise() {
    for (body, seconds) in [
        ("{}", 86_400),
        (r#"{"grace_seconds":0}"#, 0),
        (r#"{"grace_seconds":2592000}"#, 2_592_000),
    ] {
        let request = SecretRequest::read(&Json::parse(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(request.grace_seconds, seconds, "{body}");
    }
}

#[test]
fn a_keys_own_endpoint_stays_where_the_key_says() {
    let mut own = endpoint(Some("key_0123456789ABCDEFGHIJab"));
    assert_eq!(
        own.is_the_workspaces().unwrap_err().code(),
        Code::WebhookOfKey
    );
    let moved = edit(&json!({ "url": "https://elsewhere.example.com/" }));
    let refused = own.apply(moved.clone(), Instant::EPOCH).unwrap_err();
    assert_eq!(refused.code(), Code::WebhookOfKey);
    let quiet = edit(&json!({ "events": ["key.revoked"], "active": false }));
    own.apply(quiet, Instant::EPOCH).unwrap();
    assert!(!own.active);
    let mut free = endpoint(None);
    free.apply(moved, Instant::EPOCH).unwrap();
    assert_eq!(free.url.as_str(), "https://elsewhere.example.com/");
}

#[test]
fn what_stopped_by_itself_says_so_until_it_is_switched_on() {
    let mut it = endpoint(None);
    it.active = false;
    it.disabled_at = Some(Instant::EPOCH);
    it.disabled_why = Some("gone".into());
    let later = Instant::from_millis(1).unwrap();
    it.apply(edit(&json!({ "active": false })), later).unwrap();
    assert_eq!(it.disabled_why.as_deref(), Some("gone"));
    assert_eq!(it.is_on().unwrap_err().code(), Code::WebhookDisabled);
    it.apply(edit(&json!({ "active": true })), later).unwrap();
    assert_eq!(
        (it.active, it.disabled_at, it.disabled_why.clone()),
        (true, None, None)
    );
    assert!(it.is_on().is_ok());
    it.apply(edit(&json!({ "active": false })), later).unwrap();
    assert_eq!(it.disabled_at, Some(later));
    assert_eq!(it.disabled_why.as_deref(), Some("by_hand"));
}

#[test]
fn a_trial_is_a_message_like_others() {
    let by = Actor {
        name: "\"Q\"".into(),
        ..Actor::root()
    };
    let sent: Value = serde_json::from_str(&endpoint(None).trial(&by, Instant::EPOCH)).unwrap();
    assert_eq!(
        sent,
        json!({ "type": "webhook.test", "timestamp": "1970-01-01T00:00:00Z", "data": {
            "webhook": { "id": "whk_0123456789ABCDEFGHIJab" },
            "by": { "id": "mem_0000000000000000000000", "name": "\"Q\"" },
        } })
    );
}

#[test]
fn the_log_is_asked_for_by_endpoint_key_and_outcome() {
    let list = DeliveryList::parse(
        "webhook=whk_0123456789ABCDEFGHIJab&key=key_0123456789ABCDEFGHIJab&outcome=failed\
         &limit=200&cursor=7",
    );
    let list = list.unwrap();
    assert!(list.webhook.is_some() && list.key.is_some());
    assert_eq!(
        (list.outcome, list.limit, list.after),
        (Some("failed"), 200, Some(7))
    );
    assert_eq!(DeliveryList::parse("").unwrap().limit, 50);
    for query in [
        "webhook=key_0123456789ABCDEFGHIJab",
        "key=1",
        "outcome=lost",
        "limit=0",
        "limit=201",
        "cursor=-1",
    ] {
        let code = DeliveryList::parse(query).unwrap_err().code();
        assert_eq!(code, Code::InvalidParameter, "{query}");
    }
    let code = DeliveryList::parse("status=500").unwrap_err().code();
    assert_eq!(code, Code::UnknownParameter);
}

proptest! {
    #[test]
    fn promise_11_no_query_makes_the_reader_panic(query in ".{0,60}") {
        let _ = DeliveryList::parse(&query);
    }
}
