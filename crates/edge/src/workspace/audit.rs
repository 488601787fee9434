//! `/v1/audit`: what was done, by whom.
//!
//! [`note`] is called within the transaction of the change: there is both or
//! neither. What an entry is and how entries hang together, the core decides. No
//! statement but these two touches the table, so an entry outlasts what it is about.

use keyway_core::{
    audit::{self, AuditList, Entry, Event, Link, Via},
    id::KeyId,
    key::Key,
    output,
    problem::Problem,
    text::Text,
};
use serde::Serialize;

use super::{Call, authority::Caller, keys, notices};
use crate::{
    http::respond,
    ledger::{Ledger, Values, values},
    platform::Response,
    wire::Presented,
};

/// How long a refusal stands for others of its kind: a minute, in milliseconds.
const ONE_REFUSAL: i64 = 60_000;

/// What is noted of a change besides who, when and from where.
struct Noted<'a> {
    event: Event,
    /// The id of what was changed; empty for the workspace itself.
    about: &'a str,
    /// What that is called.
    name: &'a str,
    /// As it was shown before, as JSON; only what is different is noted.
    before: Option<&'a str>,
    /// The same of after.
    after: Option<&'a str>,
    reason: Option<&'a Text>,
}

/// Notes a change, within its transaction. What changed nothing is not noted.
fn note(ledger: &Ledger, caller: &Caller, call: &Call, noted: &Noted<'_>) -> Result<(), Problem> {
    let last = ledger.first(
        "SELECT number, at, hash FROM audit ORDER BY number DESC LIMIT 1",
        values(),
        |row| Ok((row.integer(), row.instant(), row.blob())),
    )?;
    let (number, at, link) = match last {
        // A clock that stepped back must not put an entry before the one that it
        // follows.
        Some((number, at, hash)) => (number + 1, at.max(call.now), Link::from_bytes(hash)),
        None => (1, call.now, Link::first(&call.workspace)),
    };
    let (before, after) = audit::difference(noted.before, noted.after);
    let (address, request) = call.origin.split_once(',').unwrap_or_default();
    let body = Entry {
        number,
        at,
        event: noted.event,
        by: &caller.actor,
        via: match call.presented {
            Some(Presented::Session(_)) => Via::Page,
            Some(Presented::Access(_)) => Via::Access,
            Some(Presented::Token(_)) | None => Via::Token,
        },
        about: noted.about,
        name: noted.name,
        before: &before,
        after: &after,
        reason: noted.reason,
        address: Some(address),
        request: Some(request),
    }
    .body();
    ledger.run(
        "INSERT INTO audit (number, at, event, member, about, hash, line) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        values()
            .number(number)
            .instant(at)
            .text(noted.event.as_str())
            .text(&caller.actor.id.to_string())
            .text(noted.about)
            .blob(link.next(&body).as_bytes())
            .text(&audit::chained(&link, &body)),
    )?;
    Ok(())
}

/// Notes a change of something that is answered as JSON, by that: as it was and as it
/// is. Before its id stands `kind`.
#[allow(clippy::too_many_arguments, reason = "all that is noted of a change")]
pub(super) fn note_change(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    kind: &str,
    before: Option<&str>,
    after: Option<&str>,
    reason: Option<&Text>,
) -> Result<(), Problem> {
    let (id, name) = audit::called(after.or(before));
    let mut about = kind.to_owned();
    about.push_str(&id);
    let noted = Noted {
        event,
        about: &about,
        name: &name,
        before,
        after,
        reason,
    };
    note(ledger, caller, call, &noted)
}

/// As it is answered, for what is noted of it.
pub(super) fn shown(value: &impl Serialize) -> Result<String, Problem> {
    // A change that cannot be noted is not made.
    output::json(value).map_err(|_| Problem::internal())
}

/// The same of a key.
pub(super) fn shown_key(key: &Key, call: &Call) -> Result<String, Problem> {
    shown(&key.clone().view(call.now))
}

/// A change of a key, or its creation where there is none `before`; and who is to
/// be told.
pub(super) fn note_key(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
    event: Event,
    before: Option<&str>,
    key: &Key,
    reason: Option<&Text>,
) -> Result<(), Problem> {
    let after = shown_key(key, call)?;
    note_change(
        ledger,
        caller,
        call,
        event,
        "",
        before,
        Some(&after),
        reason,
    )?;
    notices::of_key(ledger, caller, call, event, before, key, &after, reason)
}

/// Somebody we know wanted what they may not. The same again is not noted for a
/// minute, or it would be a way to fill the storage.
pub(super) fn note_refusal(
    ledger: &Ledger,
    caller: &Caller,
    wanted: &str,
    call: &Call,
) -> Result<(), Problem> {
    let lately = ledger.first(
        "SELECT 1 FROM audit WHERE at > ? AND +event = 'right.refused' AND +member = ? \
            AND json_extract(line, '$.name') = ?",
        values()
            .instant(call.now.plus_millis(-ONE_REFUSAL))
            .text(&caller.actor.id.to_string())
            .text(wanted),
        |row| Ok(row.integer()),
    )?;
    if lately.is_some() {
        return Ok(());
    }
    let about = call.path.split('/').nth(3).unwrap_or_default();
    let noted = Noted {
        event: Event::Refused,
        // Of which key, if the path names one.
        about: KeyId::parse(about).map_or("", |_| about),
        name: wanted,
        before: None,
        after: None,
        reason: None,
    };
    ledger.commit(&mut || note(ledger, caller, call, &noted))
}

/// `GET /v1/audit`; of one key, `GET /v1/keys/{id}/audit`.
pub(super) fn list(
    ledger: &Ledger,
    caller: &Caller,
    of: Option<KeyId>,
    call: &Call,
) -> Result<Response, Problem> {
    let list = AuditList::parse(&call.query, of)?;
    if let Some(id) = of {
        keys::find_audited(ledger, caller, id)?;
    }
    let (beyond, order) = if list.oldest_first {
        (" AND number > ?", " ORDER BY number LIMIT ")
    } else {
        (" AND number < ?", " ORDER BY number DESC LIMIT ")
    };
    let mut search = Search {
        statement: String::from("SELECT number, line FROM audit WHERE number > 0"),
        bindings: values(),
    };
    search.and(" AND about = ?", list.key.map(|id| id.to_string()));
    search.and(" AND member = ?", list.by.map(|id| id.to_string()));
    let event = list.event.map(|event| event.as_str().to_owned());
    search.and(" AND event = ?", event);
    search.and(
        " AND number >= (SELECT number FROM audit WHERE at >= ? ORDER BY at, number LIMIT 1)",
        list.from.map(|at| at.as_millis().to_string()),
    );
    search.and(
        " AND number <= (SELECT number FROM audit WHERE at < ? \
            ORDER BY at DESC, number DESC LIMIT 1)",
        list.to.map(|at| at.as_millis().to_string()),
    );
    search.and(beyond, list.after.map(|number| number.to_string()));
    search.statement.push_str(order);
    // One more than asked for tells whether there is another page.
    search.statement.push_str(&(list.limit + 1).to_string());
    let mut found = ledger.all(&search.statement, search.bindings, |row| {
        Ok((row.integer(), row.text()))
    })?;
    let limit = usize::try_from(list.limit).unwrap_or_default();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(number, _)| *number);
    let (start, between) = match call.lines {
        true => ("", "\n"),
        false => ("{\"items\":[", ","),
    };
    let mut out = String::from(start);
    for (_, line) in &found {
        out.push_str(line);
        out.push_str(between);
    }
    if call.lines {
        return respond::text(out, "application/x-ndjson");
    }
    if !found.is_empty() {
        out.pop();
    }
    out.push_str("],\"next_cursor\":");
    match next {
        Some(number) => {
            out.push('"');
            out.push_str(&number.to_string());
            out.push_str("\"}");
        }
        None => out.push_str("null}"),
    }
    respond::text(out, "application/json")
}

/// The statement that finds a page, as it grows.
pub(super) struct Search {
    pub(super) statement: String,
    pub(super) bindings: Values,
}

impl Search {
    /// SQLite takes a text for the number it is where it stands beside a number.
    #[inline(never)]
    pub(super) fn and(&mut self, condition: &str, value: Option<String>) {
        if let Some(value) = value {
            self.statement.push_str(condition);
            self.bindings.bind_text(&value);
        }
    }
}
