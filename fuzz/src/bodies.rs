//! Every JSON body that a route reads.

use std::borrow::Cow;

use keyway_core::{
    catalog::{Entry, EntryDraft, EntryEdit},
    id::MemberId,
    input::Json,
    key::{BulkRequest, Effect, KeyDraft, KeyEdit, ReasonRequest, RotateRequest, read_import},
    member::{Actor, Member, MemberDraft, MemberEdit, MemberTokenDraft, Role},
    problem::{Code, FieldError, Problem},
    review::ReviewDraft,
    scope::{AccountId, ScopeId},
    session::SignIn,
    verifier::VerifierDraft,
    verify::Question,
};
use serde_json::Value;

use crate::{
    given::{self, books, now},
    json, show,
};

/// Characters of an unknown member's name that a pointer repeats.
const SHOWN: usize = 64;

/// A member that no route has.
const UNHEARD_OF: &str = "unheard-of";

struct Body {
    required: &'static [&'static str],
    optional: &'static [&'static str],
    read: fn(&Json<'_>) -> Result<(), Problem>,
    /// What is wrong with it may be said with an id out of it.
    names_ids: bool,
}

const BODIES: [Body; 16] = [
    Body {
        required: &["name"],
        optional: &[
            "description",
            "environment",
            "scopes",
            "accounts",
            "allowed_ips",
            "metadata",
            "contacts",
            "webhook_url",
            "active",
            "locked",
            "recoverable",
            "not_before",
            "expires_at",
        ],
        read: key,
        names_ids: true,
    },
    Body {
        required: &[],
        optional: &[
            "name",
            "description",
            "scopes",
            "accounts",
            "allowed_ips",
            "metadata",
            "contacts",
            "webhook_url",
            "active",
            "not_before",
            "expires_at",
        ],
        read: key_edit,
        names_ids: true,
    },
    Body {
        required: &[],
        optional: &["grace_seconds", "reason"],
        read: |body| {
            let grace = RotateRequest::read(body)?.grace_seconds;
            assert!(grace == 0 || (3_600..=2_592_000).contains(&grace));
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["action", "ids"],
        optional: &["reason"],
        read: |body| {
            let ids = BulkRequest::read(body)?.ids;
            assert!((1..=100).contains(&ids.len()));
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["keys"],
        optional: &[],
        read: import,
        names_ids: true,
    },
    Body {
        required: &[],
        optional: &["reason"],
        read: |body| {
            drop(ReasonRequest::read(body)?);
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["id"],
        optional: &["name", "description"],
        read: |body| {
            let draft = EntryDraft::<ScopeId>::read(body)?;
            drop(Entry::create(draft, now()).unwrap());
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["id"],
        optional: &["name", "description"],
        read: |body| {
            let draft = EntryDraft::<AccountId>::read(body)?;
            drop(Entry::create(draft, now()).unwrap());
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &[],
        optional: &["name", "description", "retired"],
        read: |body| {
            drop(EntryEdit::read(body)?);
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["kept", "blocked", "revoked"],
        optional: &[],
        read: |body| {
            let review = ReviewDraft::read(body)?;
            assert!(review.kept.max(review.blocked).max(review.revoked) <= 1_000_000);
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["name"],
        optional: &[],
        read: |body| {
            drop(VerifierDraft::read(body)?);
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["name"],
        optional: &[
            "email",
            "role",
            "api_access",
            "accounts",
            "scopes",
            "token_expires_at",
        ],
        read: |body| {
            let draft = MemberDraft::read(body, &books(), now())?;
            assert!(draft.token.expires_at.is_none_or(|end| end > now()));
            // A program leads nobody.
            assert!(draft.email.is_some() || draft.rights.role == Role::Manager);
            Ok(())
        },
        names_ids: true,
    },
    Body {
        required: &[],
        optional: &[
            "name",
            "email",
            "role",
            "api_access",
            "accounts",
            "scopes",
            "suspended",
        ],
        read: member_edit,
        names_ids: true,
    },
    Body {
        required: &[],
        optional: &["expires_at"],
        read: |body| {
            let end = MemberTokenDraft::read(body, now())?.expires_at;
            assert!(end.is_none_or(|end| end > now()));
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["token"],
        optional: &["workspace"],
        read: |body| {
            assert!(SignIn::read(body, true)?.token().is_some());
            Ok(())
        },
        names_ids: false,
    },
    Body {
        required: &["token"],
        optional: &["environment", "account", "scopes", "ip", "consistency"],
        read: |body| {
            drop(Question::read(body)?);
            Ok(())
        },
        names_ids: false,
    },
];

/// A body means to us what it means to another reader. What is taken has known
/// members only and all that are required; what is refused says where, in a
/// place that is there or should be.
pub fn run(bytes: &[u8]) {
    let body = match Json::parse(bytes) {
        Ok(body) => body,
        Err(problem) => return assert_unread(bytes, &problem),
    };
    let reference: Value = serde_json::from_slice(bytes).unwrap();
    assert!(json::same(&body, &reference));
    for kind in &BODIES {
        match (kind.read)(&body) {
            Ok(()) => kind.assert_taken(&body),
            Err(problem) => {
                kind.assert_refused(&body, &problem);
                if !kind.names_ids {
                    assert_nothing_shown(bytes, &problem);
                }
            }
        }
    }
}

/// No key begins its life at its end.
fn key(body: &Json<'_>) -> Result<(), Problem> {
    let draft = KeyDraft::read(body, &books(), now())?;
    assert!(draft.expires_at.is_none_or(|end| end > now()));
    if let (Some(start), Some(end)) = (draft.not_before, draft.expires_at) {
        assert!(start < end);
    }
    for scope in draft.scopes.named() {
        assert!(books().scopes.grantable(scope).is_ok(), "{scope}");
    }
    Ok(())
}

/// Each key of an import is as one that is created, and no token is two keys'.
fn import(body: &Json<'_>) -> Result<(), Problem> {
    let mut hashes = Vec::new();
    for item in read_import(body, &books(), now())? {
        let item = item?;
        assert!(item.draft.expires_at.is_none_or(|end| end > now()));
        if let Some(imported) = item.imported {
            assert!(!item.draft.recoverable);
            assert!((1..=32).contains(&imported.hint.as_str().chars().count()));
            assert!(!hashes.contains(&imported.hash));
            hashes.push(imported.hash);
        }
    }
    Ok(())
}

/// And none comes to begin after its end.
fn key_edit(body: &Json<'_>) -> Result<(), Problem> {
    let mut key = given::key();
    let edit = KeyEdit::read(body, &key, &books(), now())?;
    let before = key.clone();
    let effect = key.apply(edit, &Actor::root(), now())?;
    assert_eq!(effect == Effect::None, key == before);
    if let (Some(start), Some(end)) = (key.not_before, key.expires_at) {
        assert!(start < end);
    }
    Ok(())
}

/// A program stays one, and so leads nobody.
fn member_edit(body: &Json<'_>) -> Result<(), Problem> {
    let named = Json::Object(vec![("name".into(), Json::String("Deployment".into()))]);
    let draft = MemberDraft::read(&named, &books(), now())?;
    let program = Member::invite(draft, MemberId::ROOT, Actor::root(), now());
    let edit = MemberEdit::read(body, &program, &books())?;
    let next = program.edited(edit, 0)?;
    assert!(next.email.is_none() && !next.leads());
    assert_eq!(next.version == program.version, next == program);
    Ok(())
}

fn assert_unread(bytes: &[u8], problem: &Problem) {
    let is_empty = bytes.iter().all(u8::is_ascii_whitespace);
    let wanted = if is_empty {
        Code::BodyMissing
    } else {
        Code::InvalidJson
    };
    assert_eq!(problem.code(), wanted);
    assert_nothing_shown(bytes, problem);
}

fn assert_nothing_shown(bytes: &[u8], problem: &Problem) {
    let sent = String::from_utf8_lossy(bytes);
    show::nothing_secret(&sent, problem.detail());
    for error in problem.errors() {
        show::nothing_secret(&sent, &error.detail);
    }
}

impl Body {
    fn knows(&self, name: &str) -> bool {
        self.required.contains(&name) || self.optional.contains(&name)
    }

    fn assert_taken(&self, body: &Json<'_>) {
        let Json::Object(members) = body else {
            panic!("{body:?} was taken");
        };
        for (name, _) in members {
            assert!(self.knows(name), "{name} was taken");
        }
        let mut more = members.clone();
        more.push((UNHEARD_OF.into(), Json::Null));
        self.assert_refuses(more, Code::UnknownField, UNHEARD_OF);
        for required in self.required {
            let mut fewer = members.clone();
            fewer.retain(|(name, _)| name != required);
            self.assert_refuses(fewer, Code::FieldMissing, required);
        }
    }

    fn assert_refuses(&self, members: Vec<(Cow<'_, str>, Json<'_>)>, code: Code, name: &str) {
        let body = Json::Object(members);
        let problem = (self.read)(&body).unwrap_err();
        self.assert_refused(&body, &problem);
        let pointer = format!("/{name}");
        let mut errors = problem.errors().iter();
        assert!(errors.any(|error| error.code == code && error.pointer == pointer));
    }

    fn assert_refused(&self, body: &Json<'_>, problem: &Problem) {
        let first = problem.errors().first().expect("a refusal says where");
        assert_eq!(problem.code(), first.code);
        for error in problem.errors() {
            assert!(self.points(body, error), "{error:?} of {body:?}");
            assert!(!error.detail.is_empty());
        }
        keyway_core::output::json(&problem.document()).unwrap();
    }

    /// Whether the error is about something that is there, or is missing.
    fn points(&self, body: &Json<'_>, error: &FieldError) -> bool {
        let FieldError { pointer, code, .. } = error;
        match code {
            Code::FieldMissing => {
                let name = pointer.strip_prefix('/').unwrap_or_default();
                let is_ours = self.required.contains(&name)
                    || name.starts_with("contacts/")
                    || name.starts_with("keys/");
                // A list that must have something may be there and empty.
                let is_empty = |found: &Json<'_>| *found == Json::Array(Vec::new());
                is_ours && json::at(body, pointer).is_none_or(is_empty)
            }
            Code::UnknownField
                if pointer.starts_with("/contacts/") || pointer.starts_with("/keys/") =>
            {
                true
            }
            Code::UnknownField => self.unknown(body).any(|name| {
                let shown: String = name.chars().take(SHOWN).collect();
                *pointer == format!("/{}", shown.replace('~', "~0").replace('/', "~1"))
            }),
            _ => json::at(body, pointer).is_some(),
        }
    }

    fn unknown<'a>(&self, body: &'a Json<'_>) -> impl Iterator<Item = &'a str> {
        let members: &[(Cow<'_, str>, Json<'_>)] = match body {
            Json::Object(members) => members,
            _ => &[],
        };
        members
            .iter()
            .map(|(name, _)| &**name)
            .filter(|name| !self.knows(name))
    }
}
