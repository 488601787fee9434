//! The rows of a feed.

use keyway_core::{
    digest::Digest,
    feed::{Change, Epoch, Known, Question, Sequence, State},
    instant::Instant,
    problem::Problem,
};

use crate::ledger::{Fault, Ledger, Row, change, migrations::Migrations, values};

/// The statements are pinned by a test.
pub(super) const MIGRATIONS: Migrations = &[&[
    // One row per digest: a later change takes the place, and a later number.
    // `standing` as in records: 1 active, 2 blocked, 3 revoked.
    "CREATE TABLE entries (
        digest BLOB PRIMARY KEY,
        version INTEGER NOT NULL,
        standing INTEGER NOT NULL,
        sequence INTEGER NOT NULL UNIQUE,
        at INTEGER NOT NULL
    ) STRICT",
    "CREATE INDEX entries_oldest ON entries (at)",
    "CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        epoch BLOB,
        newest INTEGER NOT NULL,
        trimmed INTEGER NOT NULL
    ) STRICT",
    "INSERT INTO state (one, epoch, newest, trimmed) VALUES (1, NULL, 0, 0)",
]];

pub(super) struct Entries {
    ledger: Ledger,
}

impl Entries {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger }
    }

    /// Takes changes in. One that is known already gets a new number and a new
    /// time: it is announced again because it must be remembered for longer.
    pub(super) fn add(&self, changes: &[Change], now: Instant) -> Result<(), Problem> {
        self.ledger.atomically(|| {
            let mut newest = self.newest()?;
            for change in changes {
                newest += 1;
                // `Known::supersedes`, or equal.
                self.ledger.run(
                    "INSERT INTO entries (digest, version, standing, sequence, at)
                     VALUES (?, ?, ?, ?, ?)
                     ON CONFLICT (digest) DO UPDATE SET
                        version = excluded.version, standing = excluded.standing,
                        sequence = excluded.sequence, at = excluded.at
                     WHERE (entries.standing <> 3 AND excluded.standing = 3)
                        OR (excluded.version >= entries.version
                            AND (entries.standing <> 3 OR excluded.standing = 3))",
                    values()
                        .blob(change.digest.as_bytes())
                        .number(change.known.version.get())
                        .number(change.known.standing.to_byte())
                        .number(newest)
                        .instant(now),
                )?;
            }
            self.ledger
                .run("UPDATE state SET newest = ?", values().number(newest))?;
            Ok(())
        })
    }

    fn newest(&self) -> Result<i64, Fault> {
        let newest =
            self.ledger.first(
                "SELECT newest FROM state",
                values(),
                |row| Ok(row.integer()),
            )?;
        newest.ok_or_else(|| Fault::column("state"))
    }

    /// Notes that this instance is the one that answers.
    pub(super) fn begin(&self, epoch: Epoch) -> Result<(), Fault> {
        self.ledger.run(
            "UPDATE state SET epoch = ?",
            values().blob(&epoch.to_bytes()),
        )
    }

    /// The state, if `epoch` is still the one in the rows.
    pub(super) fn state(
        &self,
        epoch: Epoch,
        question: &Question,
        limit: usize,
    ) -> Result<Option<State>, Fault> {
        let state = self.ledger.first(
            "SELECT newest, trimmed FROM state WHERE epoch = ?",
            values().blob(&epoch.to_bytes()),
            |row| Ok((sequence(row)?, sequence(row)?)),
        )?;
        let Some((newest, trimmed)) = state else {
            return Ok(None);
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut state = State {
            epoch,
            newest,
            trimmed,
            entries: 0,
            limit: limit.unsigned_abs(),
        };
        if state.must_count(question) {
            // No further than it matters.
            let entries = self.ledger.first(
                "SELECT count(*) FROM (SELECT 1 FROM entries LIMIT ?)",
                values().number(limit.saturating_add(1)),
                |row| Ok(row.integer()),
            )?;
            state.entries = entries.unwrap_or(i64::MAX).unsigned_abs();
        }
        Ok(Some(state))
    }

    /// The changes after a number, one more than `page` if there are more.
    pub(super) fn after(
        &self,
        after: Sequence,
        page: usize,
    ) -> Result<Vec<(Sequence, Change)>, Fault> {
        let limit = i64::try_from(page).unwrap_or(i64::MAX).saturating_add(1);
        self.ledger.all(
            "SELECT sequence, digest, version, standing FROM entries
             WHERE sequence > ? ORDER BY sequence LIMIT ?",
            values()
                .number(i64::try_from(after.get()).unwrap_or(i64::MAX))
                .number(limit),
            |row| Ok((sequence(row)?, change(row)?)),
        )
    }

    /// What is known of a digest.
    pub(super) fn of(&self, digest: &Digest) -> Result<Option<Known>, Fault> {
        self.ledger.first(
            "SELECT digest, version, standing FROM entries WHERE digest = ?",
            values().blob(digest.as_bytes()),
            |row| change(row).map(|change| change.known),
        )
    }

    /// Drops what was announced before `before`, and notes up to which number
    /// something is missing now.
    pub(super) fn trim(&self, before: Instant) -> Result<(), Problem> {
        self.ledger.atomically(|| {
            self.ledger.run(
                "UPDATE state SET trimmed = max(trimmed, coalesce(
                    (SELECT max(sequence) FROM entries WHERE at < ?), 0))",
                values().instant(before),
            )?;
            self.ledger
                .run("DELETE FROM entries WHERE at < ?", values().instant(before))?;
            Ok(())
        })
    }
}

fn sequence(row: &mut Row) -> Result<Sequence, Fault> {
    let number = u64::try_from(row.integer());
    number
        .map(Sequence::new)
        .map_err(|_| Fault::column("of a sequence"))
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;
    use crate::ledger::migrations::fingerprint;

    /// The stored shape. What is pinned here has shipped: add a migration, never
    /// change one.
    #[test]
    fn the_migrations_are_pinned() {
        let found: Vec<String> = MIGRATIONS.iter().map(|one| fingerprint(one)).collect();
        assert_eq!(
            found,
            ["c6e395a8bb762d139cb0e0200d14e4dd27a55de5d8a371e4fcec858fbc67d8bb"]
        );
    }
}
