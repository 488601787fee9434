//! How often keys are used, and when verifiers were last: what the feeds pass on,
//! and what is shown of it.

use keyway_core::{
    api::{DayUsage, KeyUsage},
    feed::Counts,
    id::{KeyId, VerifierId},
    input::query,
    instant::Instant,
    problem::Problem,
    usage::{DAYS, Day, Tally, Used},
};

use super::{Call, authority::Caller, keys};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, values},
    log,
    platform::Response,
};

/// Takes counts in. What is gone by now is passed over.
pub(super) fn add(ledger: &Ledger, body: &[u8], now: Instant) -> Result<Response, Problem> {
    let counts = Counts::decode(body).map_err(|error| {
        log::anomaly("workspace", error);
        Problem::internal()
    })?;
    ledger.atomically(|| {
        for used in &counts.used {
            add_one(ledger, used)?;
        }
        let oldest = Day::of(now).number().saturating_sub(DAYS);
        ledger.run("DELETE FROM usage WHERE day < ?", values().number(oldest))?;
        Ok(())
    })?;
    respond::empty(&[])
}

fn add_one(ledger: &Ledger, used: &Used) -> Result<(), Fault> {
    let key: KeyId = used.id.as_kind();
    let key = key.to_string();
    ledger.run(
        "INSERT INTO usage (key, day, allowed, denied) \
         SELECT id, ?2, ?3, ?4 FROM keys WHERE id = ?1 AND deleted_at IS NULL \
         ON CONFLICT (key, day) DO UPDATE SET \
            allowed = allowed + excluded.allowed, denied = denied + excluded.denied",
        values()
            .text(&key)
            .number(used.day.number())
            .number(used.tally.allowed)
            .number(used.tally.denied),
    )?;
    ledger.run(
        "UPDATE keys SET last_used_at = ?2 \
         WHERE id = ?1 AND deleted_at IS NULL AND ?2 > coalesce(last_used_at, 0)",
        values()
            .text(&key)
            .optional_instant(used.tally.last_used_at),
    )?;
    let verifier: VerifierId = used.id.as_kind();
    ledger.run(
        "UPDATE verifiers SET last_used_at = ?2 \
         WHERE id = ?1 AND ?2 > coalesce(last_used_at, 0)",
        values()
            .text(&verifier.to_string())
            .optional_instant(used.tally.last_used_at),
    )
}

/// `GET /v1/keys/{id}/usage`
pub(super) fn read(
    ledger: &Ledger,
    caller: &Caller,
    id: KeyId,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let last_used_at = keys::find(ledger, caller, id)?.last_used_at;
    let days = ledger.all(
        "SELECT day, allowed, denied FROM usage WHERE key = ? ORDER BY day DESC",
        values().text(&id.to_string()),
        |row| {
            let mut number = || {
                let number = u32::try_from(row.integer());
                number.map_err(|_| Fault::column("of usage"))
            };
            let day = Day::new(number()?);
            Ok(DayUsage::new(
                day,
                Tally {
                    allowed: number()?,
                    denied: number()?,
                    last_used_at: None,
                },
            ))
        },
    )?;
    respond::json(200, &KeyUsage { last_used_at, days })
}
