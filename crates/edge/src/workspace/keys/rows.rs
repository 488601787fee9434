//! The rows of keys.

use keyway_core::{
    avatar::AvatarTag,
    contact,
    environment::Environment,
    grants::{Grantable, Grants},
    id::{KeyId, MemberId},
    key::{Decision, Key, Life, PreviousToken},
    member::{Action, Actor},
    metadata::Metadata,
    name::Name,
    network::Networks,
    problem::{Code, Problem},
    text::Text,
    token::Hint,
    webhook::WebhookUrl,
};

use super::search;
use crate::{
    ledger::{Fault, Ledger, Row, Values, values},
    workspace::{authority::Caller, vault},
};

/// A key that is on the lists of whoever calls.
pub(in crate::workspace) fn find(
    ledger: &Ledger,
    caller: &Caller,
    id: KeyId,
) -> Result<Key, Problem> {
    let key = find_any(ledger, caller, id)?;
    match key.deleted_at {
        None => Ok(key),
        Some(_) => Err(not_found()),
    }
}

/// A key that whoever calls may see, also one that was deleted.
pub(super) fn find_any(ledger: &Ledger, caller: &Caller, id: KeyId) -> Result<Key, Problem> {
    by_id(ledger, id)?
        .filter(|key| caller.rights.show(key))
        .ok_or_else(not_found)
}

/// A key whose entries in the log whoever calls may see: those of a deleted one
/// are for those who see all of the log.
pub(in crate::workspace) fn find_audited(
    ledger: &Ledger,
    caller: &Caller,
    id: KeyId,
) -> Result<Key, Problem> {
    match caller.rights.allow(Action::ReadLog) {
        Ok(()) => find_any(ledger, caller, id),
        Err(_) => find(ledger, caller, id),
    }
}

fn not_found() -> Problem {
    Problem::new(Code::KeyNotFound, "This workspace has no key of this id.")
}

pub(in crate::workspace) fn by_id(ledger: &Ledger, id: KeyId) -> Result<Option<Key>, Fault> {
    ledger.first(
        &format!("{SELECT} WHERE k.id = ?"),
        values().text(&id.to_string()),
        key,
    )
}

/// A key of a list.
pub(super) fn by_number(ledger: &Ledger, number: i64) -> Result<Key, Fault> {
    ledger
        .first(
            &format!("{SELECT} WHERE k.number = ?"),
            values().number(number),
            key,
        )?
        .ok_or_else(|| Fault::column("keys.number: there is no such key"))
}

/// The columns that [`key`] reads, with the hint of the current token.
const SELECT: &str = "SELECT k.id, k.version, k.name, k.environment, k.scopes, k.accounts, \
    k.life, k.not_before, k.expires_at, k.created_at, k.created_by, k.created_by_name, \
    k.blocked_at, k.blocked_by, k.blocked_by_name, k.blocked_reason, \
    k.revoked_at, k.revoked_by, k.revoked_by_name, k.revoked_reason, t.hint, \
    k.last_used_at, k.description, k.deleted_at, \
    k.allowed_ips, k.metadata, k.contacts, k.webhook_url, k.locked, \
    k.recoverable, k.revealed_at, k.revealed_by, k.revealed_by_name, k.revealed_reason, \
    (SELECT p.hint FROM tokens p WHERE p.key = k.id AND p.ends_at IS NOT NULL \
        ORDER BY p.ends_at DESC LIMIT 1), \
    (SELECT max(p.ends_at) FROM tokens p WHERE p.key = k.id), \
    (SELECT a.tag FROM avatars a WHERE a.key = k.id) \
    FROM keys k JOIN tokens t ON t.key = k.id AND t.ends_at IS NULL";

// Read in several places, and large: once is enough.
#[inline(never)]
fn key(row: &mut Row) -> Result<Key, Fault> {
    let id = KeyId::parse(&row.text()).map_err(|_| Fault::column("keys.id"))?;
    let version = row.version();
    let name = Name::parse(&row.text()).map_err(|_| Fault::column("keys.name"))?;
    let environment = Environment::parse(&row.text());
    let environment = environment.ok_or_else(|| Fault::column("keys.environment"))?;
    let scopes = grants(row, "keys.scopes")?;
    let accounts = grants(row, "keys.accounts")?;
    let life = row.text();
    let not_before = row.optional_instant();
    let expires_at = row.optional_instant();
    let created_at = row.instant();
    let created_by = actor(row.text(), row.text())?;
    let blocked = decision(row)?;
    let revoked = decision(row)?;
    let hint = Hint::from_stored(row.text());
    let last_used_at = row.optional_instant();
    let description = optional_text(row, "keys.description")?;
    let deleted_at = row.optional_instant();
    let allowed_ips = Networks::from_stored(&row.text());
    let allowed_ips = allowed_ips.ok_or_else(|| Fault::column("keys.allowed_ips"))?;
    let metadata = Metadata::from_stored(row.text());
    let metadata = metadata.ok_or_else(|| Fault::column("keys.metadata"))?;
    let contacts = contact::from_stored(&row.text());
    let contacts = contacts.ok_or_else(|| Fault::column("keys.contacts"))?;
    let webhook_url = match row.optional_text() {
        None => None,
        Some(url) => Some(WebhookUrl::parse(&url).map_err(|_| Fault::column("keys.webhook_url"))?),
    };
    let locked = row.integer() != 0;
    let recoverable = row.integer() != 0;
    let revealed = decision(row)?;
    let previous = match (row.optional_text(), row.optional_instant()) {
        (Some(hint), Some(ends_at)) => Some(PreviousToken {
            hint: Hint::from_stored(hint),
            ends_at,
        }),
        _ => None,
    };
    let avatar = row.optional_text().map(AvatarTag::from_stored);
    let life = match (life.as_str(), blocked, revoked) {
        ("active", None, None) => Life::Active,
        ("blocked", Some(decision), None) => Life::Blocked(decision),
        ("revoked", None, Some(decision)) => Life::Revoked(decision),
        _ => return Err(Fault::column("keys.life")),
    };
    Ok(Key {
        id,
        version,
        name,
        description,
        environment,
        scopes,
        accounts,
        allowed_ips,
        metadata,
        contacts,
        webhook_url,
        locked,
        recoverable,
        revealed,
        avatar,
        hint,
        previous,
        created_at,
        created_by,
        not_before,
        expires_at,
        life,
        last_used_at,
        deleted_at,
    })
}

/// When, by whom, under what name, and why.
fn decision(row: &mut Row) -> Result<Option<Decision>, Fault> {
    let at = row.optional_instant();
    let by = row.optional_text();
    let by_name = row.optional_text();
    let reason = optional_text(row, "of a reason")?;
    let (Some(at), Some(by), Some(by_name)) = (at, by, by_name) else {
        return Ok(None);
    };
    Ok(Some(Decision {
        at,
        by: actor(by, by_name)?,
        reason,
    }))
}

fn optional_text(row: &mut Row, column: &str) -> Result<Option<Text>, Fault> {
    match row.optional_text() {
        None => Ok(None),
        Some(text) => Text::parse(&text).map_err(|_| Fault::column(column)),
    }
}

pub(in crate::workspace) fn grants<T: Grantable>(
    row: &mut Row,
    column: &str,
) -> Result<Grants<T>, Fault> {
    Grants::from_stored(&row.text()).ok_or_else(|| Fault::column(column))
}

/// A member as they were noted with what they did.
pub(in crate::workspace) fn actor(id: String, name: String) -> Result<Actor, Fault> {
    let id = MemberId::parse(&id).map_err(|_| Fault::column("of a member"))?;
    Ok(Actor { id, name })
}

pub(super) fn insert(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "INSERT INTO keys (id, version, name, description, scopes, accounts, not_before, \
            expires_at, allowed_ips, metadata, contacts, webhook_url, \
            environment, created_at, created_by, created_by_name, locked, recoverable, \
            life, number) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', \
            (SELECT coalesce(max(number), 0) + 1 FROM keys))",
        details(key)
            .text(key.environment.as_str())
            .instant(key.created_at)
            .text(&key.created_by.id.to_string())
            .text(&key.created_by.name)
            .number(key.locked)
            .number(key.recoverable),
    )?;
    save_life(ledger, key)?;
    search::index(ledger, key)
}

/// The id, the version, and what an edit may change.
fn details(key: &Key) -> Values {
    values()
        .text(&key.id.to_string())
        .number(key.version.get())
        .text(key.name.as_str())
        .optional_text(key.description.as_ref().map(Text::as_str))
        .text(&key.scopes.to_stored())
        .text(&key.accounts.to_stored())
        .optional_instant(key.not_before)
        .optional_instant(key.expires_at)
        .text(&key.allowed_ips.to_stored())
        .text(key.metadata.as_str())
        .text(&contact::to_stored(&key.contacts))
        .optional_text(key.webhook_url.as_ref().map(WebhookUrl::as_str))
}

pub(super) fn save_version(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "UPDATE keys SET version = ?2 WHERE id = ?1",
        values().text(&key.id.to_string()).number(key.version.get()),
    )
}

/// Writes what an edit may have changed of a key, and its version.
pub(super) fn save_details(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "UPDATE keys SET version = ?2, name = ?3, description = ?4, scopes = ?5, accounts = ?6, \
            not_before = ?7, expires_at = ?8, allowed_ips = ?9, metadata = ?10, contacts = ?11, \
            webhook_url = ?12 \
         WHERE id = ?1",
        details(key),
    )?;
    save_life(ledger, key)?;
    search::index(ledger, key)
}

/// And when, by whom, under what name, and why: four values.
fn decided(values: Values, decision: Option<&Decision>) -> Values {
    let reason = decision.and_then(|decision| decision.reason.as_ref());
    let by = decision.map(|decision| decision.by.id.to_string());
    values
        .optional_instant(decision.map(|decision| decision.at))
        .optional_text(by.as_deref())
        .optional_text(decision.map(|decision| decision.by.name.as_str()))
        .optional_text(reason.map(Text::as_str))
}

/// Writes what people decided of a key, and its version.
pub(super) fn save_life(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let (life, blocked, revoked) = match &key.life {
        Life::Active => ("active", None, None),
        Life::Blocked(decision) => ("blocked", Some(decision), None),
        Life::Revoked(decision) => ("revoked", None, Some(decision)),
    };
    let known = values()
        .text(&key.id.to_string())
        .number(key.version.get())
        .text(life);
    // Nobody is shown the token of a revoked key, so no copy of it is kept.
    if revoked.is_some() {
        vault::note(ledger, key.id, None)?;
    }
    ledger.run(
        "UPDATE keys SET version = ?2, life = ?3, \
            blocked_at = ?4, blocked_by = ?5, blocked_by_name = ?6, blocked_reason = ?7, \
            revoked_at = ?8, revoked_by = ?9, revoked_by_name = ?10, revoked_reason = ?11 \
         WHERE id = ?1",
        decided(decided(known, blocked), revoked),
    )
}

/// Writes who was shown the token of a key last.
pub(in crate::workspace) fn save_revealed(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "UPDATE keys SET revealed_at = ?2, revealed_by = ?3, revealed_by_name = ?4, \
            revealed_reason = ?5 \
         WHERE id = ?1",
        decided(values().text(&key.id.to_string()), key.revealed.as_ref()),
    )
}

/// Takes a deleted key off the lists, and away what it forgets.
pub(super) fn forget(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let id = key.id.to_string();
    ledger.run(
        "UPDATE keys SET deleted_at = ?2, last_used_at = NULL, folded_name = '', folded = '' \
         WHERE id = ?1",
        values().text(&id).optional_instant(key.deleted_at),
    )?;
    save_details(ledger, key)?;
    ledger.run("DELETE FROM grants WHERE key = ?", values().text(&id))?;
    forget_avatar(ledger, key.id)?;
    ledger.run("DELETE FROM usage WHERE key = ?", values().text(&id))
}

/// Takes away the picture of a key, if it has one.
pub(super) fn forget_avatar(ledger: &Ledger, id: KeyId) -> Result<(), Fault> {
    ledger.run(
        "DELETE FROM avatars WHERE key = ?",
        values().text(&id.to_string()),
    )
}
