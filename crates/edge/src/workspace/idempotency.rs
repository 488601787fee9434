//! A creation that is asked for twice happens once.

use keyway_core::{
    digest::TokenHash,
    id::KeyId,
    instant::Instant,
    member::Actor,
    problem::{Code, Problem},
};

use super::{Call, authority::Caller};
use crate::ledger::{Fault, Ledger, values};

/// How long a key is remembered: 24 hours, in milliseconds.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The request that an `Idempotency-Key` stands for.
pub(super) struct Request<'a> {
    member: &'a Actor,
    key: &'a str,
    body: &'a [u8],
    now: Instant,
}

impl<'a> Request<'a> {
    /// A `call` for `what` by this caller, if it is one that may be repeated.
    pub(super) fn of(caller: &'a Caller, call: &'a Call, what: &'a [u8]) -> Option<Self> {
        Some(Self {
            member: &caller.actor,
            key: call.idempotency_key.as_deref()?,
            body: what,
            now: call.now,
        })
    }

    /// The key that the first request of this one's made or changed.
    pub(super) fn made_key(
        request: Option<&Self>,
        ledger: &Ledger,
    ) -> Result<Option<KeyId>, Problem> {
        let Some(request) = request else {
            return Ok(None);
        };
        let Some(id) = request.result(ledger)? else {
            return Ok(None);
        };
        let id = KeyId::parse(&id).map_err(|_| Fault::column("idempotency.result"))?;
        Ok(Some(id))
    }

    fn fingerprint(&self) -> TokenHash {
        TokenHash::of_bytes(self.body)
    }

    /// What is noted of what the first request of this key made, if there was one:
    /// an id, or several.
    pub(super) fn result(&self, ledger: &Ledger) -> Result<Option<String>, Problem> {
        let oldest = self.now.plus_millis(-KEPT_MILLIS);
        let found = ledger.first(
            "SELECT fingerprint, result FROM idempotency \
             WHERE member = ? AND key = ? AND created_at > ?",
            values()
                .text(&self.member.id.to_string())
                .text(self.key)
                .instant(oldest),
            |row| Ok((TokenHash::from_bytes(row.blob()), row.text())),
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

    /// Remembers what was made, by now. Within its transaction.
    pub(super) fn note(&self, ledger: &Ledger, result: &str) -> Result<(), Problem> {
        let oldest = self.now.plus_millis(-KEPT_MILLIS);
        ledger.run(
            "DELETE FROM idempotency WHERE created_at <= ?",
            values().instant(oldest),
        )?;
        ledger.run(
            "INSERT OR REPLACE INTO idempotency (member, key, fingerprint, result, created_at) \
             VALUES (?, ?, ?, ?, ?)",
            values()
                .text(&self.member.id.to_string())
                .text(self.key)
                .blob(self.fingerprint().as_bytes())
                .text(result)
                .instant(self.now),
        )?;
        Ok(())
    }
}
