//! `/v1/members`: who may do what here, and the tokens by which they are known.

use keyway_core::{
    api::{ChangedMember, Page},
    audit::Event,
    contact::{Contact, Email},
    id::MemberId,
    input::{Json, query},
    instant::Instant,
    member::{
        Member, MemberDraft, MemberEdit, MemberToken, MemberTokenDraft, MemberView, Rights, Role,
    },
    name::Name,
    problem::{Code, Problem},
    token::{self, Hint, Token},
};

use super::{
    Call, audit,
    authority::{Caller, Known},
    catalog,
    keys::{self, search, tokens},
    notices,
};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, Values, values},
    platform::Response,
    random::Platform,
    route::Manage,
};

/// A token that is used all the time is noted as used once a minute.
const NOTED_MILLIS: i64 = 60_000;

/// What can be done with one member, and the list of all.
pub(super) fn answer(
    ledger: &Ledger,
    caller: &Caller,
    route: &Manage,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    match route {
        Manage::InviteMember => invite(ledger, caller, call),
        Manage::ReadMember(id) => shown(200, find(ledger, *id)?.view(), None),
        Manage::EditMember(id) => edit(ledger, caller, *id, call),
        Manage::RemoveMember(id) => remove(ledger, caller, *id, call),
        Manage::ReplaceMemberToken(id) => replace_token(ledger, caller, *id, call),
        Manage::RevokeMemberToken(id) => revoke_token(ledger, caller, *id, call),
        _ => list(ledger),
    }
}

/// The member whose management token this is.
///
/// # Errors
///
/// `credential_invalid`, in the same words for what never was and what is over,
/// but for a suspension: who is told of that has the token.
pub(super) fn behind(ledger: &Ledger, known: &Known, now: Instant) -> Result<Member, Problem> {
    let (by, value) = match known {
        Known::Token(hash) => ("c.sha256 = ?", values().blob(hash.as_bytes())),
        Known::Access(email) => (
            "m.folded_email = ?",
            values().text(&search::fold(email.as_str())),
        ),
    };
    let found = ledger.first(&format!("{SELECT} WHERE {by}"), value, member)?;
    let good = |member: &Member| match known {
        Known::Token(_) => {
            let token = member.token.as_ref();
            token.is_some_and(|token| token.expires_at.is_none_or(|end| end > now))
        }
        // Letters that only look alike are alike to the index, and not to us.
        Known::Access(email) => member
            .email
            .as_ref()
            .is_some_and(|own| own.as_str().eq_ignore_ascii_case(email.as_str())),
    };
    let Some(member) = found.filter(good) else {
        return Err(Problem::new(
            Code::CredentialInvalid,
            match known {
                Known::Token(_) => "This credential is not good, or no longer.",
                Known::Access(_) => {
                    "Nobody here has the address that Cloudflare Access knows you by. Ask an \
                     administrator."
                }
            },
        ));
    };
    if member.suspended {
        return Err(Problem::new(
            Code::CredentialInvalid,
            "You are suspended here. Ask an administrator.",
        ));
    }
    let Known::Token(credential) = known else {
        return Ok(member);
    };
    let used = member.token.as_ref().and_then(|token| token.last_used_at);
    if used.is_none_or(|at| now.as_millis() - at.as_millis() >= NOTED_MILLIS) {
        ledger.run(
            "UPDATE credentials SET last_used_at = ? WHERE sha256 = ?",
            values().instant(now).blob(credential.as_bytes()),
        )?;
    }
    Ok(member)
}

fn invite(ledger: &Ledger, caller: &Caller, call: &Call) -> Result<Response, Problem> {
    let draft = MemberDraft::read(&Json::parse(&call.body)?, &caller.books(ledger)?, call.now)?;
    let (id, token) = (
        MemberId::mint(&mut Platform).map_err(tokens::dry)?,
        mint(call)?,
    );
    let expires_at = draft.token.expires_at;
    let member = Member::invite(draft, id, caller.actor.clone(), call.now);
    let view = ledger.atomically(|| {
        alone(ledger, &member)?;
        ledger.run(
            "INSERT INTO members (id, version, name, email, folded_email, role, api_access, \
                accounts, scopes, suspended, notices, created_at, created_by, created_by_name) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            state(&member)
                .instant(member.created_at)
                .text(&member.created_by.id.to_string())
                .text(&member.created_by.name),
        )?;
        give(ledger, id, &token, expires_at, call.now)?;
        let view = find(ledger, id)?.view();
        note(ledger, caller, call, None, Some(&view))?;
        Ok(view)
    })?;
    shown(201, view, Some(&token))
}

/// The newest first.
fn list(ledger: &Ledger) -> Result<Response, Problem> {
    let members = ledger.all(
        &format!("{SELECT} WHERE m.removed_at IS NULL ORDER BY m.created_at DESC, m.id DESC"),
        values(),
        member,
    )?;
    let items = members.into_iter().map(Member::view).collect();
    let page = Page {
        items,
        next_cursor: None,
    };
    respond::json(200, &page)
}

/// Whom a manager may ask: those who lead the workspace, for longest first.
pub(super) fn administrators(ledger: &Ledger) -> Result<Vec<Contact>, Fault> {
    let leading = ledger.all(
        &format!(
            "{SELECT} WHERE m.removed_at IS NULL AND m.role = 'administrator' AND m.suspended = 0
             ORDER BY m.created_at, m.id LIMIT 5"
        ),
        values(),
        member,
    )?;
    let contact = |member: Member| {
        let Member { name, email, .. } = member;
        email.map(|email| Contact { name, email })
    };
    Ok(leading.into_iter().filter_map(contact).collect())
}

/// Who chose to be told of what happens.
pub(super) fn told(ledger: &Ledger) -> Result<Vec<Member>, Fault> {
    ledger.all(
        &format!("{SELECT} WHERE m.notices = 1 AND m.suspended = 0 AND m.removed_at IS NULL"),
        values(),
        member,
    )
}

fn edit(ledger: &Ledger, caller: &Caller, id: MemberId, call: &Call) -> Result<Response, Problem> {
    let body = Json::parse(&call.body)?;
    let view = ledger.atomically(|| {
        let member = find(ledger, id)?;
        call.precondition.check(member.version)?;
        let edit = MemberEdit::read(&body, &member, &catalog::books(ledger)?)?;
        let next = member.edited(edit, leaders_beside(ledger, id)?)?;
        if next == member {
            return Ok(next.view());
        }
        alone(ledger, &next)?;
        ledger.run(
            "UPDATE members SET version = ?2, name = ?3, email = ?4, folded_email = ?5, \
                role = ?6, api_access = ?7, accounts = ?8, scopes = ?9, suspended = ?10, \
                notices = ?11 \
             WHERE id = ?1",
            state(&next),
        )?;
        changed(ledger, caller, call, member, next)
    })?;
    shown(200, view, None)
}

/// Who is removed is out with all that they were known by. What they did stays
/// under their name.
fn remove(
    ledger: &Ledger,
    caller: &Caller,
    id: MemberId,
    call: &Call,
) -> Result<Response, Problem> {
    let view = ledger.atomically(|| {
        let member = find(ledger, id)?;
        call.precondition.check_if_said(member.version)?;
        member.spare(leaders_beside(ledger, id)?)?;
        take(ledger, id)?;
        ledger.run(
            "UPDATE members SET removed_at = ?2, folded_email = NULL WHERE id = ?1",
            values().text(&id.to_string()).instant(call.now),
        )?;
        let mut view = member.view();
        note(ledger, caller, call, Some(&view), None)?;
        view.token = None;
        Ok(view)
    })?;
    shown(200, view, None)
}

fn replace_token(
    ledger: &Ledger,
    caller: &Caller,
    id: MemberId,
    call: &Call,
) -> Result<Response, Problem> {
    let draft = if call.body.is_empty() {
        MemberTokenDraft::default()
    } else {
        MemberTokenDraft::read(&Json::parse(&call.body)?, call.now)?
    };
    let token = mint(call)?;
    let view = ledger.atomically(|| {
        let member = find(ledger, id)?;
        take(ledger, id)?;
        give(ledger, id, &token, draft.expires_at, call.now)?;
        changed(ledger, caller, call, member, find(ledger, id)?)
    })?;
    shown(201, view, Some(&token))
}

fn revoke_token(
    ledger: &Ledger,
    caller: &Caller,
    id: MemberId,
    call: &Call,
) -> Result<Response, Problem> {
    let view = ledger.atomically(|| {
        let member = find(ledger, id)?;
        if member.token.is_none() {
            return Ok(member.view());
        }
        take(ledger, id)?;
        changed(ledger, caller, call, member, find(ledger, id)?)
    })?;
    shown(200, view, None)
}

/// Notes what was done to a member in the log, and gives them as they are now.
fn changed(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    before: Member,
    after: Member,
) -> Result<MemberView, Problem> {
    let (before, after) = (before.view(), after.view());
    note(ledger, caller, call, Some(&before), Some(&after))?;
    Ok(after)
}

fn note(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    before: Option<&MemberView>,
    after: Option<&MemberView>,
) -> Result<(), Problem> {
    let event = match (before, after) {
        (None, _) => Event::MemberAdded,
        (Some(_), None) => Event::MemberRemoved,
        (Some(_), Some(_)) => Event::MemberChanged,
    };
    let json = |member: Option<&MemberView>| member.map(audit::shown).transpose();
    let (before, after) = (json(before)?, json(after)?);
    let (before, after) = (before.as_deref(), after.as_deref());
    audit::note_change(ledger, caller, call, event, "", before, after, None)?;
    notices::of_member(ledger, caller, call, event, before, after)
}

fn mint(call: &Call) -> Result<Token, Problem> {
    token::mint_management(&call.workspace, &mut Platform).map_err(tokens::dry)
}

/// Notes a new token. There is one at most: the one before was taken.
fn give(
    ledger: &Ledger,
    id: MemberId,
    token: &Token,
    expires_at: Option<Instant>,
    now: Instant,
) -> Result<(), Fault> {
    ledger.run(
        "INSERT INTO credentials (sha256, member, hint, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?)",
        values()
            .blob(token.hash().as_bytes())
            .text(&id.to_string())
            .text(token.hint().as_str())
            .instant(now)
            .optional_instant(expires_at),
    )
}

/// Takes the token, and every page that was signed in with it.
fn take(ledger: &Ledger, id: MemberId) -> Result<(), Fault> {
    for statement in [
        "DELETE FROM sessions WHERE member = ?",
        "DELETE FROM credentials WHERE member = ?",
    ] {
        ledger.run(statement, values().text(&id.to_string()))?;
    }
    Ok(())
}

/// How many lead the workspace beside this one.
fn leaders_beside(ledger: &Ledger, id: MemberId) -> Result<u64, Fault> {
    let found = ledger.first(
        "SELECT count(*) FROM members \
         WHERE removed_at IS NULL AND role = 'administrator' AND suspended = 0 AND id <> ?",
        values().text(&id.to_string()),
        |row| Ok(row.integer()),
    )?;
    Ok(found
        .and_then(|found| u64::try_from(found).ok())
        .unwrap_or(0))
}

/// Nobody else has the address.
fn alone(ledger: &Ledger, member: &Member) -> Result<(), Problem> {
    let Some(folded) = folded_email(member) else {
        return Ok(());
    };
    let taken = ledger.first(
        "SELECT 1 FROM members WHERE folded_email = ? AND id <> ?",
        values().text(&folded).text(&member.id.to_string()),
        |row| Ok(row.integer()),
    )?;
    match taken {
        None => Ok(()),
        Some(_) => Err(keyway_core::member::exists()),
    }
}

fn folded_email(member: &Member) -> Option<String> {
    member
        .email
        .as_ref()
        .map(|email| search::fold(email.as_str()))
}

fn find(ledger: &Ledger, id: MemberId) -> Result<Member, Problem> {
    let found = ledger.first(
        &format!("{SELECT} WHERE m.id = ? AND m.removed_at IS NULL"),
        values().text(&id.to_string()),
        member,
    )?;
    found.ok_or_else(|| {
        Problem::new(
            Code::MemberNotFound,
            "This workspace has no member of this id.",
        )
    })
}

fn shown(status: u16, member: MemberView, token: Option<&Token>) -> Result<Response, Problem> {
    let tag = member.version.tag();
    let answer = ChangedMember {
        member,
        token: token.map(Token::reveal),
    };
    respond::tagged(status, &answer, &tag)
}

/// The columns that people may change, after the id.
fn state(member: &Member) -> Values {
    values()
        .text(&member.id.to_string())
        .number(member.version.get())
        .text(member.name.as_str())
        .optional_text(member.email.as_ref().map(Email::as_str))
        .optional_text(folded_email(member).as_deref())
        .text(member.rights.role.as_str())
        .number(member.rights.api_access)
        .text(&member.rights.accounts.to_stored())
        .text(&member.rights.scopes.to_stored())
        .number(member.suspended)
        .number(member.notices)
}

/// The columns that [`member`] reads.
const SELECT: &str = "SELECT m.id, m.version, m.name, m.email, m.role, m.api_access, m.accounts, \
    m.scopes, m.suspended, m.notices, m.created_at, m.created_by, m.created_by_name, \
    c.hint, c.created_at, c.expires_at, c.last_used_at \
    FROM members m LEFT JOIN credentials c ON c.member = m.id";

#[inline(never)]
fn member(row: &mut Row) -> Result<Member, Fault> {
    let id = MemberId::parse(&row.text()).map_err(|_| Fault::column("members.id"))?;
    let version = row.version();
    let name = Name::parse(&row.text()).map_err(|_| Fault::column("members.name"))?;
    let email = match row.optional_text() {
        None => None,
        Some(text) => Some(Email::parse(&text).map_err(|_| Fault::column("members.email"))?),
    };
    let rights = Rights {
        role: Role::parse(&row.text()).ok_or_else(|| Fault::column("members.role"))?,
        api_access: row.integer() != 0,
        accounts: keys::grants(row, "members.accounts")?,
        scopes: keys::grants(row, "members.scopes")?,
        root: false,
    };
    let suspended = row.integer() != 0;
    let notices = row.integer() != 0;
    let created_at = row.instant();
    let created_by = keys::actor(row.text(), row.text())?;
    let token = match (row.optional_text(), row.optional_instant()) {
        (Some(hint), Some(created_at)) => Some(MemberToken {
            hint: Hint::from_stored(hint),
            created_at,
            expires_at: row.optional_instant(),
            last_used_at: row.optional_instant(),
        }),
        _ => None,
    };
    Ok(Member {
        id,
        version,
        name,
        email,
        rights,
        suspended,
        notices,
        token,
        created_at,
        created_by,
    })
}
