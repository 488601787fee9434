//! The list of keys.

use keyway_core::{
    api::Page,
    input::query::{Cursor, KeyList},
    problem::Problem,
};
use worker::Response;

use super::rows;
use crate::{
    http::respond,
    ledger::{Ledger, instant},
    workspace::Call,
};

/// `GET /v1/keys`
pub(in crate::workspace) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    let list = KeyList::parse(&call.query)?;
    let mut bindings = vec![instant(call.now)];
    // Words of our own enum, so they may stand in the statement.
    let statuses: Vec<String> = list
        .statuses
        .iter()
        .map(|status| format!("'{}'", status.as_str()))
        .collect();
    let mut statement = format!(
        "{} WHERE k.deleted_at IS NULL AND {STATUS} IN ({})",
        rows::SELECT,
        statuses.join(", ")
    );
    if let Some(after) = list.after {
        statement.push_str(" AND (k.created_at, k.id) < (?2, ?3)");
        bindings.push(instant(after.created_at));
        bindings.push(after.id.to_string().into());
    }
    // One more than asked for tells whether there is another page.
    let limit = usize::from(list.limit);
    statement.push_str(&format!(
        " ORDER BY k.created_at DESC, k.id DESC LIMIT {}",
        limit + 1
    ));
    let mut keys = ledger.all(&statement, bindings, rows::key)?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next_cursor = keys.last().filter(|_| more).map(|last| {
        Cursor {
            created_at: last.created_at,
            id: last.id,
        }
        .to_string()
    });
    let items: Vec<_> = keys.into_iter().map(|key| key.view(call.now)).collect();
    respond::json(200, &Page { items, next_cursor })
}

/// `Key::status` a second time, for the list's filter, at the instant `?1`. An
/// end-to-end test holds the two against each other.
const STATUS: &str = "(CASE
    WHEN k.life = 'revoked' THEN 'revoked'
    WHEN k.expires_at <= ?1 THEN 'expired'
    WHEN k.life = 'blocked' THEN 'blocked'
    WHEN k.not_before > ?1 THEN 'scheduled'
    ELSE 'active' END)";
