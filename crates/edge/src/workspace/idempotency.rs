//! A creation that is asked for twice happens once.

use keyway_core::{
    digest::TokenHash,
    instant::Instant,
    member::Actor,
    problem::{Code, Problem},
};

use crate::ledger::{Ledger, blob, instant};

/// How long a key is remembered: 24 hours, in milliseconds.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The request that an `Idempotency-Key` stands for.
pub(super) struct Request<'a> {
    pub(super) member: &'a Actor,
    pub(super) key: &'a str,
    pub(super) body: &'a [u8],
    pub(super) now: Instant,
}

impl Request<'_> {
    fn fingerprint(&self) -> TokenHash {
        TokenHash::of_bytes(self.body)
    }

    /// The id of what the first request of this key made, if there was one.
    pub(super) fn result(&self, ledger: &Ledger) -> Result<Option<String>, Problem> {
        let oldest = self.now.plus_millis(-KEPT_MILLIS);
        let found = ledger.first(
            "SELECT fingerprint, result FROM idempotency
             WHERE member = ? AND key = ? AND created_at > ?",
            vec![
                self.member.id.to_string().into(),
                self.key.into(),
                instant(oldest),
            ],
            |row| Ok((TokenHash::from_bytes(row.blob()?), row.text()?)),
        )?;
        match found {
            None => Ok(None),
            Some((fingerprint, result)) if fingerprint.matches(&self.fingerprint()) => {
                Ok(Some(result))
            }
            Some(_) => Err(Problem::new(
                Code::IdempotencyKeyReused,
                "This Idempotency-Key was used with another body. Use a new one.",
            )),
        }
    }

    /// Remembers what was made. Within its transaction.
    pub(super) fn note(&self, ledger: &Ledger, result: &str) -> Result<(), Problem> {
        let oldest = self.now.plus_millis(-KEPT_MILLIS);
        ledger.run(
            "DELETE FROM idempotency WHERE created_at <= ?",
            vec![instant(oldest)],
        )?;
        ledger.run(
            "INSERT INTO idempotency (member, key, fingerprint, result, created_at)
             VALUES (?, ?, ?, ?, ?)",
            vec![
                self.member.id.to_string().into(),
                self.key.into(),
                blob(self.fingerprint().as_bytes()),
                result.into(),
                instant(self.now),
            ],
        )?;
        Ok(())
    }
}
