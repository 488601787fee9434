//! The tokens of keys, and what is published of them.

use keyway_core::{
    digest::{DigestKind, Peppers, TokenHash},
    entropy::EntropyError,
    environment::Environment,
    id::KeyId,
    instant::Instant,
    key::Key,
    problem::Problem,
    token::{self, ApiPrefix, Token},
};

use super::rows;
use crate::{
    clock,
    ledger::{Fault, Ledger, values},
    log,
    random::Platform,
    workspace::{
        Call,
        outbox::Target,
        records::{self, Publication},
    },
};

pub(super) fn mint(environment: Environment) -> Result<Token, Problem> {
    token::mint_api(&ApiPrefix::default(), environment, &mut Platform).map_err(dry)
}

/// The current token of a key, that is: the one without an end.
pub(super) fn insert(
    ledger: &Ledger,
    peppers: &Peppers,
    key: &Key,
    hash: &TokenHash,
    call: &Call,
) -> Result<(), Fault> {
    let pepper = peppers.current();
    let digest = pepper.digest(DigestKind::Key, &call.workspace, hash);
    ledger.run(
        "INSERT INTO tokens (sha256, key, pepper, digest, hint, ends_at) \
         VALUES (?, ?, ?, ?, ?, NULL)",
        values()
            .blob(hash.as_bytes())
            .text(&key.id.to_string())
            .number(pepper.number().get())
            .blob(digest.as_bytes())
            .text(key.hint.as_str()),
    )
}

/// The key that has, or had, the token of this hash.
pub(super) fn owner(ledger: &Ledger, hash: &TokenHash) -> Result<Option<Key>, Fault> {
    let id = ledger.first(
        "SELECT key FROM tokens WHERE sha256 = ?",
        values().blob(hash.as_bytes()),
        |row| Ok(row.text()),
    )?;
    let Some(id) = id else {
        return Ok(None);
    };
    let id = KeyId::parse(&id).map_err(|_| Fault::column("tokens.key"))?;
    rows::by_id(ledger, id)
}

/// Ends the token of now at `ends_at`. There are never more than two: one that is
/// in its grace ends here.
pub(super) fn end_current(
    ledger: &Ledger,
    id: KeyId,
    ends_at: Instant,
    now: Instant,
) -> Result<(), Fault> {
    ledger.run(
        "UPDATE tokens SET ends_at = iif(ends_at IS NULL, ?2, ?3) \
         WHERE key = ?1 AND (ends_at IS NULL OR ends_at > ?3)",
        values().text(&id.to_string()).instant(ends_at).instant(now),
    )
}

/// Ends what a key had as its previous token no later than the key says.
pub(super) fn save_grace(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let Some(previous) = &key.previous else {
        return Ok(());
    };
    ledger.run(
        "UPDATE tokens SET ends_at = ?2 WHERE key = ?1 AND ends_at > ?2",
        values().text(&key.id.to_string()).instant(previous.ends_at),
    )
}

/// What is published of a key, and can still be good, or is somewhere not known
/// to have ended: a repeated call waits for that too (rule 6). Any other token
/// that ended stays ended, whatever becomes of its key. A token has a digest for
/// each pepper that it was published under, and some isolate may know only one.
pub(super) fn targets(ledger: &Ledger, id: KeyId, now: Instant) -> Result<Vec<Target>, Fault> {
    records::targets(
        ledger,
        DigestKind::Key,
        "SELECT digest FROM ( \
            SELECT digest, ends_at FROM tokens WHERE key = ?1 \
            UNION SELECT c.digest, t.ends_at FROM tokens t \
                JOIN copies c ON c.sha256 = t.sha256 AND c.kind = 'key' WHERE t.key = ?1) t \
         WHERE ends_at IS NULL OR ends_at >= ?2 \
            OR EXISTS (SELECT 1 FROM announcements a WHERE a.digest = t.digest)",
        values().text(&id.to_string()).instant(now),
    )
}

/// What is published of the token whose `column` (ours, not a client's) is `value`.
pub(in crate::workspace) fn record(
    ledger: &Ledger,
    column: &'static str,
    value: &[u8; 32],
) -> Result<Option<Publication>, Fault> {
    let token = ledger.first(
        &format!("SELECT key, pepper, ends_at FROM tokens WHERE {column} = ?"),
        values().blob(value),
        |row| Ok((row.text(), row.integer(), row.optional_instant())),
    )?;
    let Some((id, pepper, ends_at)) = token else {
        return Ok(None);
    };
    let id = KeyId::parse(&id).map_err(|_| Fault::column("tokens.key"))?;
    let key = rows::by_id(ledger, id)?
        .ok_or_else(|| Fault::column("tokens.key: there is no such key"))?;
    records::publication(
        pepper,
        key.version.get(),
        &key.record(ends_at, clock::now()),
    )
    .map(Some)
}

pub(in crate::workspace) fn dry(error: EntropyError) -> Problem {
    log::fault("randomness", error);
    Problem::internal()
}
