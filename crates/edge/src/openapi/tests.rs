use keyway_core::{
    catalog::{Books, EntryDraft, EntryEdit},
    endpoint::{EndpointDraft, EndpointEdit, SecretRequest},
    id::{KeyId, MemberId},
    input::Json,
    instant::Instant,
    key::{BulkRequest, Key, KeyDraft, KeyEdit, ReasonRequest, RotateRequest, read_import},
    member::{Actor, Member, MemberDraft, MemberEdit, MemberTokenDraft},
    problem::{Code, Problem},
    review::ReviewDraft,
    scope::{AccountId, ScopeId},
    session::SignIn,
    settings::SettingsEdit,
    token::Hint,
    verifier::VerifierDraft,
    verify::Question,
    workspace::WorkspaceDraft,
};
use serde_json::Value;

use crate::route::{self, NoRoute};

fn document() -> Value {
    serde_json::to_value(super::document()).unwrap()
}

#[test]
fn every_path_of_the_document_is_a_route_with_these_methods_and_no_others() {
    let document = document();
    let mut calls = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let id = match path.split('/').nth(2) {
            Some("members") => "mem_0000000000000000000000",
            Some("verifiers") => "ver_0000000000000000000000",
            Some("webhooks") => "whk_0000000000000000000000",
            Some("deliveries") => "dlv_0000000000000000000000",
            Some("sessions") => "ses_0000000000000000000000",
            Some("keys") => "key_0000000000000000000000",
            _ => "a",
        };
        let path = path.replace("{id}", id);
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let documented = methods.get(method.to_lowercase()).is_some();
            let found = route::find(method, &path);
            if method != "HEAD" {
                assert_eq!(documented, found.is_ok(), "{method} {path}");
            }
            assert!(
                !matches!(found, Err(NoRoute::Path | NoRoute::Id(_))),
                "{path}"
            );
            calls += usize::from(documented);
        }
    }
    assert_eq!(
        calls, 68,
        "a route that the document does not have, or the reverse"
    );
}

/// Each member that a schema has is known to the reader of that body, and a
/// member that it does not have is refused.
#[test]
fn the_bodies_of_the_document_are_the_bodies_that_are_read() {
    fn refuses(read: impl Fn(&Json<'_>) -> Result<(), Problem>, member: &str) -> bool {
        let body = format!("{{\"{member}\":true}}");
        let body = Json::parse(body.as_bytes()).unwrap();
        read(&body).err().is_some_and(|problem| {
            problem
                .errors()
                .iter()
                .any(|error| error.code == Code::UnknownField)
        })
    }
    type Read = fn(&Json<'_>) -> Result<(), Problem>;
    let readers: [(&str, Read); 22] = [
        ("CreateKey", |body| {
            let now = Instant::from_millis(0).unwrap();
            KeyDraft::read(body, &Books::default(), now)
                .map(drop)
                .map_err(Into::into)
        }),
        ("EditKey", |body| {
            let edit = KeyEdit::read(body, &some_key(), &Books::default(), Instant::EPOCH);
            edit.map(drop).map_err(Into::into)
        }),
        ("RotateKey", |body| {
            RotateRequest::read(body).map(drop).map_err(Into::into)
        }),
        ("ChangeKeys", |body| {
            BulkRequest::read(body).map(drop).map_err(Into::into)
        }),
        ("ImportKeys", |body| {
            let read = read_import(body, &Books::default(), Instant::EPOCH);
            read.map(drop).map_err(Into::into)
        }),
        ("ImportKey", |body| {
            let body = Json::Object(vec![("keys".into(), Json::Array(vec![body.clone()]))]);
            let read = read_import(&body, &Books::default(), Instant::EPOCH)?;
            read.into_iter()
                .try_for_each(|item| item.map(drop).map_err(Into::into))
        }),
        ("Reason", |body| {
            ReasonRequest::read(body).map(drop).map_err(Into::into)
        }),
        ("EntryDraft_ScopeId", |body| {
            let read = EntryDraft::<ScopeId>::read(body);
            read.map(drop).map_err(Into::into)
        }),
        ("EntryDraft_AccountId", |body| {
            let read = EntryDraft::<AccountId>::read(body);
            read.map(drop).map_err(Into::into)
        }),
        ("EditEntry", |body| {
            EntryEdit::read(body).map(drop).map_err(Into::into)
        }),
        ("NoteReview", |body| {
            ReviewDraft::read(body).map(drop).map_err(Into::into)
        }),
        ("EditSettings", |body| {
            SettingsEdit::read(body).map(drop).map_err(Into::into)
        }),
        ("InviteMember", |body| {
            let read = MemberDraft::read(body, &Books::default(), Instant::EPOCH);
            read.map(drop).map_err(Into::into)
        }),
        ("EditMember", |body| {
            let read = MemberEdit::read(body, &some_member(), &Books::default());
            read.map(drop).map_err(Into::into)
        }),
        ("CreateMemberToken", |body| {
            let read = MemberTokenDraft::read(body, Instant::EPOCH);
            read.map(drop).map_err(Into::into)
        }),
        ("CreateVerifier", |body| {
            VerifierDraft::read(body).map(drop).map_err(Into::into)
        }),
        ("CreateWebhook", |body| {
            EndpointDraft::read(body).map(drop).map_err(Into::into)
        }),
        ("EditWebhook", |body| {
            EndpointEdit::read(body).map(drop).map_err(Into::into)
        }),
        ("RotateWebhook", |body| {
            SecretRequest::read(body).map(drop).map_err(Into::into)
        }),
        ("SignIn", |body| {
            SignIn::read(body, true).map(drop).map_err(Into::into)
        }),
        ("CreateWorkspace", |body| {
            WorkspaceDraft::read(body).map(drop).map_err(Into::into)
        }),
        ("Question", |body| {
            Question::read(body).map(drop).map_err(Into::into)
        }),
    ];
    let document = document();
    for (schema, read) in readers {
        let members = document.pointer(&format!("/components/schemas/{schema}/properties"));
        let members = members.and_then(Value::as_object);
        let members = members.unwrap_or_else(|| panic!("no schema {schema}"));
        for member in members.keys() {
            assert!(!refuses(read, member), "{schema} does not read `{member}`");
        }
        assert!(refuses(read, "surely_not"), "{schema}");
    }
}

fn some_member() -> Member {
    let body = Json::parse(br#"{"name":"x"}"#).unwrap();
    let draft = MemberDraft::read(&body, &Books::default(), Instant::EPOCH).unwrap();
    let id = MemberId::parse("mem_0123456789ABCDEFGHIJab").unwrap();
    Member::invite(draft, id, Actor::root(), Instant::EPOCH)
}

/// The document says so, too.
#[test]
fn no_body_of_the_document_has_members_that_are_not_named() {
    let document = document();
    let mut open = Vec::new();
    let mut bodies = 0;
    for methods in document["paths"].as_object().unwrap().values() {
        for call in methods.as_object().unwrap().values() {
            let schema = call.pointer("/requestBody/content/application~1json/schema");
            let Some(schema) = schema else { continue };
            bodies += 1;
            let name = schema["$ref"].as_str().unwrap();
            let body = document.pointer(name.trim_start_matches('#')).unwrap();
            if body["additionalProperties"] != false {
                open.push(name.to_owned());
            }
        }
    }
    assert!(bodies > 15, "{bodies}");
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn what_is_left_out_of_a_request_is_not_null() {
    let document = document();
    for methods in document["paths"].as_object().unwrap().values() {
        for call in methods.as_object().unwrap().values() {
            for parameter in call["parameters"].as_array().into_iter().flatten() {
                let schema = parameter["schema"].to_string();
                assert!(!schema.contains("null"), "{parameter}");
            }
        }
    }
}

fn some_key() -> Key {
    let body = Json::parse(br#"{"name":"x"}"#).unwrap();
    let draft = KeyDraft::read(&body, &Books::default(), Instant::EPOCH).unwrap();
    let id = KeyId::parse("key_0000000000000000000000").unwrap();
    let hint = Hint::from_stored(String::new());
    Key::create(draft, id, hint, Actor::root(), Instant::EPOCH)
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.push(reference);
                }
                members
                    .values()
                    .for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
