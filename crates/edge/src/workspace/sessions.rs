//! `/v1/session`: signing the page in and out; `/v1/sessions`: all of one's pages.

use keyway_core::{
    api::{OneSession, OpenSession, Page, Session, SessionMember},
    audit::Event,
    input::query,
    member::Role,
    problem::{Code, Problem},
    session::{self, LIFETIME_MILLIS, SessionSecret},
};

use super::{
    Call, audit,
    authority::{Caller, Known},
    members,
};
use crate::{
    http::respond,
    ledger::{Ledger, values},
    log,
    platform::Response,
    random::Platform,
    route::Manage,
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
    ledger.commit(&mut || {
        // A program that signs in again and again must not fill the storage: who has
        // a hundred pages signs the oldest out with the next.
        ledger.run(
            "DELETE FROM sessions WHERE expires_at <= ?1 OR member = ?2 AND sha256 NOT IN \
                (SELECT sha256 FROM sessions WHERE member = ?2 ORDER BY created_at DESC LIMIT 99)",
            values()
                .instant(call.now)
                .text(&caller.actor.id.to_string()),
        )?;
        let (address, _) = call.origin.split_once(',').unwrap_or_default();
        let browser = session::browser(&call.body);
        ledger.run(
            "INSERT INTO sessions (sha256, member, credential, created_at, expires_at, email, \
                address, browser) \
             VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''))",
            values()
                .blob(secret.hash().as_bytes())
                .text(&caller.actor.id.to_string())
                .blob(credential)
                .instant(call.now)
                .instant(expires_at)
                .optional_text(email)
                .text(address)
                .text(&browser),
        )?;
        note(ledger, caller, call, Event::SignedIn, "")
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
                Some(caller) => note(ledger, caller, call, Event::SignedOut, ""),
                None => Ok(()),
            }
        })?;
    }
    respond::empty(&[("set-cookie", &session::clear_cookie(&call.workspace))])
}

/// One's own pages: seeing them, and ending one or all. A page is called by the
/// beginning of what is stored of its secret. Nobody gets from there to the secret,
/// which has 256 random bits.
pub(super) fn answer(
    ledger: &Ledger,
    caller: &Caller,
    route: &Manage,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let own = match &call.presented {
        Some(Presented::Session(hash)) => hash.as_bytes().as_slice(),
        _ => &[],
    };
    let about = match route {
        Manage::EndSession(id) => id.to_string(),
        Manage::EndSessions => String::new(),
        _ => return list(ledger, caller, own, call),
    };
    let mut ended_own = about.is_empty();
    ledger.commit(&mut || {
        let ended = ledger.all(
            "DELETE FROM sessions WHERE member = ?1 \
                AND (?2 = '' OR 'ses_' || lower(substr(hex(sha256), 1, 22)) = ?2) \
             RETURNING sha256 = ?3",
            values()
                .text(&caller.actor.id.to_string())
                .text(&about)
                .blob(own),
            |row| Ok(row.integer()),
        )?;
        ended_own |= ended.contains(&1);
        if ended.is_empty() && !about.is_empty() {
            return Err(Problem::new(
                Code::SessionNotFound,
                "You have no open session of this id. It may have ended.",
            ));
        }
        note(ledger, caller, call, Event::SignedOut, &about)
    })?;
    let cleared = session::clear_cookie(&call.workspace);
    let headers = [("set-cookie", cleared.as_str())];
    respond::empty(if ended_own { &headers } else { &[] })
}

fn list(ledger: &Ledger, caller: &Caller, own: &[u8], call: &Call) -> Result<Response, Problem> {
    let items = ledger.all(
        "SELECT 'ses_' || lower(substr(hex(sha256), 1, 22)), created_at, expires_at, address, \
            browser, sha256 = ?3 \
         FROM sessions WHERE member = ?1 AND expires_at > ?2 ORDER BY created_at DESC",
        values()
            .text(&caller.actor.id.to_string())
            .instant(call.now)
            .blob(own),
        |row| {
            Ok(OpenSession {
                id: row.text(),
                created_at: row.instant(),
                expires_at: row.instant(),
                address: row.optional_text(),
                browser: row.optional_text(),
                current: row.integer() != 0,
            })
        },
    )?;
    let page = Page {
        items,
        next_cursor: None,
    };
    respond::json(200, &page)
}

fn note(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    about: &str,
) -> Result<(), Problem> {
    audit::note_change(ledger, caller, call, event, about, None, None, None)
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
