//! Numbered migrations of an object's tables.
//!
//! A migration that has shipped never changes; what comes later is appended.
//! Each runs once per object, in the transaction that notes it.

use keyway_core::{instant::Instant, problem::Problem};

use super::{Fault, Ledger, values};

/// Migration `n` of these takes an object from version `n` to `n + 1`.
pub(crate) type Migrations = &'static [&'static [&'static str]];

/// Brings the tables up to date. Within a transaction.
pub(crate) fn migrate(
    ledger: &Ledger,
    migrations: Migrations,
    now: Instant,
) -> Result<(), Problem> {
    ledger.run(
        "CREATE TABLE IF NOT EXISTS migrations (
            version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL
        ) STRICT",
        values(),
    )?;
    let applied = ledger
        .first(
            "SELECT coalesce(max(version), 0) FROM migrations",
            values(),
            |row| Ok(row.integer()),
        )?
        .unwrap_or(0);
    for (number, statements) in (1_i64..).zip(migrations) {
        if number <= applied {
            continue;
        }
        for statement in *statements {
            ledger.run(statement, values())?;
        }
        ledger.run(
            "INSERT INTO migrations (version, applied_at) VALUES (?, ?)",
            values().number(number).instant(now),
        )?;
    }
    Ok(())
}

/// How many migrations this object has seen. None: an object that was only
/// asked has no tables, and must not get them by being asked.
pub(crate) fn applied(ledger: &Ledger) -> Result<i64, Fault> {
    let exists = ledger.first(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'",
        values(),
        |row| Ok(row.integer()),
    )?;
    if exists != Some(1) {
        return Ok(0);
    }
    let newest = ledger.first("SELECT max(version) FROM migrations", values(), |row| {
        Ok(row.optional_integer())
    })?;
    Ok(newest.flatten().unwrap_or(0))
}

/// Of one migration, however its statements are laid out.
#[cfg(test)]
pub(crate) fn fingerprint(statements: &[&str]) -> String {
    let words: Vec<String> = statements
        .iter()
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let hash = keyway_core::digest::TokenHash::of_secret(&words.join(";"));
    hex::encode(hash.as_bytes())
}
