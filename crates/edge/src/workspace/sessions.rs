//! `/v1/session`: signing the page in and out.

use keyway_core::{
    api::{OneSession, Session, SessionMember},
    audit::Event,
    member::Role,
    problem::Problem,
    session::{self, LIFETIME_MILLIS, SessionSecret},
};
use worker::Response;

use super::{
    Call,
    audit::{self, Noted},
    authority::{Caller, Known},
    members,
};
use crate::{
    http::respond,
    ledger::{Ledger, values},
    log,
    random::Platform,
    wire::Presented,
};

pub(super) fn sign_in(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    vault: bool,
) -> Result<Response, Problem> {
    let secret = SessionSecret::mint(call.workspace.clone(), &mut Platform).map_err(|error| {
        log::fault("session", error);
        Problem::internal()
    })?;
    let expires_at = call.now.plus_millis(LIFETIME_MILLIS);
    // No token has this hash.
    let nobodys = [0; 32];
    let (credential, email) = match &caller.known {
        Known::Token(hash) => (hash.as_bytes(), None),
        Known::Access(email) => (&nobodys, Some(email.as_str())),
    };
    ledger.atomically(|| {
        ledger.run(
            "DELETE FROM sessions WHERE expires_at <= ?",
            values().instant(call.now),
        )?;
        ledger.run(
            "INSERT INTO sessions (sha256, member, credential, created_at, expires_at, email)
             VALUES (?, ?, ?, ?, ?, ?)",
            values()
                .blob(secret.hash().as_bytes())
                .text(&caller.actor.id.to_string())
                .blob(credential)
                .instant(call.now)
                .instant(expires_at)
                .optional_text(email),
        )?;
        note(ledger, caller, call, Event::SignedIn)
    })?;
    let session = Session {
        expires_at: Some(expires_at),
        ..view(ledger, caller, call, vault)?
    };
    let headers = [
        ("content-type", "application/json"),
        ("set-cookie", &secret.set_cookie()),
    ];
    respond::json_with(201, &OneSession { session }, &headers)
}

pub(super) fn who_am_i(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    vault: bool,
) -> Result<Response, Problem> {
    keyway_core::input::query::nothing(&call.query)?;
    respond::json(
        200,
        &OneSession {
            session: view(ledger, caller, call, vault)?,
        },
    )
}

/// Signing out twice, or from a session that is over, is no mistake.
pub(super) fn sign_out(
    ledger: &Ledger,
    caller: Option<&Caller>,
    call: &Call,
) -> Result<Response, Problem> {
    if let Some(Presented::Session(hash)) = &call.presented {
        ledger.commit(&mut || {
            ledger.run(
                "DELETE FROM sessions WHERE sha256 = ?",
                values().blob(hash.as_bytes()),
            )?;
            match caller {
                Some(caller) => note(ledger, caller, call, Event::SignedOut),
                None => Ok(()),
            }
        })?;
    }
    respond::empty(&[("set-cookie", &session::clear_cookie())])
}

fn note(ledger: &Ledger, caller: &Caller, call: &Call, event: Event) -> Result<(), Problem> {
    let noted = Noted {
        event,
        about: "",
        name: "",
        before: None,
        after: None,
        reason: None,
    };
    audit::note(ledger, caller, call, &noted)
}

fn view(ledger: &Ledger, caller: &Caller, call: &Call, vault: bool) -> Result<Session, Problem> {
    let administrators = match caller.rights.role {
        Role::Administrator => Vec::new(),
        Role::Manager => members::administrators(ledger)?,
    };
    Ok(Session {
        member: SessionMember {
            id: caller.actor.id,
            name: caller.actor.name.clone(),
            role: caller.rights.role,
            may: caller.rights.allowed().collect(),
        },
        workspace: call.workspace.clone(),
        vault,
        administrators,
        expires_at: caller.session_ends_at,
    })
}
