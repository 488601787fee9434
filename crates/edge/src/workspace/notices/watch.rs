//! What time alone brings about: the end of keys, and that nobody uses them. Each
//! key has a row that says when it is to be looked at.

use keyway_core::{
    id::KeyId,
    instant::Instant,
    key::{Key, Life},
    notice::{self, Facts, Notices, Occasion, Payload, Plan, Told},
    problem::Problem,
};

use super::raise;
use crate::{
    ledger::{Fault, Ledger, Values, values},
    workspace::{Call, audit, keys, settings},
};

/// Keys that one alarm looks at, and so many more where all are gone through.
const BATCH: i64 = 50;

/// Reads what was told of a key.
const TOLD: &str = "SELECT key, ends_at, days, unused_since FROM notices WHERE ";

/// Follows a change of a key. Its end is told from now on: what of that lies behind
/// already, whoever made the change knows.
pub(super) fn follow(
    ledger: &Ledger,
    occasion: Occasion,
    key: &Key,
    call: &Call,
) -> Result<(), Problem> {
    let told = match occasion {
        Occasion::Created => None,
        Occasion::Updated => {
            let told = found(ledger, "key = ?", values().text(&key.id.to_string()))?;
            match told.into_iter().next() {
                Some((_, told)) if told.ends_at == key.expires_at => return Ok(()),
                told => told.map(|(_, told)| told),
            }
        }
        Occasion::Revoked | Occasion::Deleted => return Ok(forget(ledger, key.id)?),
        _ => return Ok(()),
    };
    let notices = &call.settings(ledger)?.notices;
    let plan = planned(key, told.unwrap_or_default(), notices, call.now);
    Ok(save(ledger, key.id, &plan)?)
}

fn planned(key: &Key, told: Told, notices: &Notices, now: Instant) -> Plan {
    let mut quiet_since = key.created_at;
    for at in [key.not_before, key.last_used_at].into_iter().flatten() {
        quiet_since = quiet_since.max(at);
    }
    let facts = Facts {
        ends_at: key.expires_at,
        quiet_since: matches!(key.life, Life::Active).then_some(quiet_since),
    };
    notice::plan(facts, told, notices, now)
}

/// Tells what is due of some keys, and goes on where all are gone through. What goes
/// wrong with one holds up none: it is looked at again in an hour.
pub(super) fn look(ledger: &Ledger, mails: bool, now: Instant) -> Result<(), Problem> {
    const AGAIN: i64 = 3_600_000;
    let due = found(
        ledger,
        "key IN (SELECT key FROM notices WHERE look_at <= ?1 ORDER BY look_at LIMIT ?2)
            OR key IN (SELECT n.key FROM settings s JOIN notices n ON n.key > s.value
                WHERE s.name = 'looked' ORDER BY n.key LIMIT ?2)",
        values().instant(now).number(BATCH),
    )?;
    let notices = settings::read(ledger)?.notices;
    ledger.run(
        "UPDATE settings SET value = coalesce((SELECT max(key) FROM (SELECT key FROM notices \
            WHERE key > value ORDER BY key LIMIT ?)), value) \
         WHERE name = 'looked'",
        values().number(BATCH),
    )?;
    ledger.run(
        "DELETE FROM settings WHERE name = 'looked' \
            AND NOT EXISTS (SELECT 1 FROM notices WHERE key > value)",
        values(),
    )?;
    for (id, told) in due {
        if ledger
            .commit(&mut || look_at(ledger, id, told, &notices, mails, now))
            .is_err()
        {
            ledger.run(
                "UPDATE notices SET look_at = ? WHERE key = ?",
                values()
                    .instant(now.plus_millis(AGAIN))
                    .text(&id.to_string()),
            )?;
        }
    }
    Ok(())
}

fn look_at(
    ledger: &Ledger,
    id: KeyId,
    told: Told,
    notices: &Notices,
    mails: bool,
    now: Instant,
) -> Result<(), Problem> {
    let key = keys::by_id(ledger, id)?.filter(|key| !matches!(key.life, Life::Revoked(_)));
    let Some(key) = key else {
        return Ok(forget(ledger, id)?);
    };
    let plan = planned(&key, told, notices, now);
    save(ledger, id, &plan)?;
    let shown = audit::shown(&key.view(now))?;
    let unused = plan.unused.then_some(Occasion::Unused);
    for occasion in plan.ending.into_iter().chain(unused) {
        raise::tell(
            ledger,
            raise::Told {
                payload: Payload {
                    occasion,
                    at: now,
                    before: None,
                    after: Some(&shown),
                    by: None,
                    reason: None,
                },
                key: Some(&key),
                contacts: match mails && notices.email_contacts {
                    true => notice::contacts_of(&shown),
                    false => Vec::new(),
                },
                members: mails,
            },
        )?;
    }
    Ok(())
}

/// Other settings: every key is looked at, from the first one on.
pub(in crate::workspace) fn look_at_all(ledger: &Ledger) -> Result<(), Fault> {
    ledger.run(
        "INSERT OR REPLACE INTO settings (name, value) VALUES ('looked', '')",
        values(),
    )
}

fn found(ledger: &Ledger, which: &str, values: Values) -> Result<Vec<(KeyId, Told)>, Fault> {
    let mut statement = TOLD.to_owned();
    statement.push_str(which);
    ledger.all(&statement, values, |row| {
        let id = KeyId::parse(&row.text()).map_err(|_| Fault::column("notices.key"))?;
        let told = Told {
            ends_at: row.optional_instant(),
            days: row.optional_integer(),
            unused_since: row.optional_instant(),
        };
        Ok((id, told))
    })
}

fn save(ledger: &Ledger, id: KeyId, plan: &Plan) -> Result<(), Fault> {
    let Told {
        ends_at,
        days,
        unused_since,
    } = plan.told;
    ledger.run(
        "INSERT OR REPLACE INTO notices (key, ends_at, days, unused_since, look_at) \
         VALUES (?, ?, ?, ?, ?)",
        values()
            .text(&id.to_string())
            .optional_instant(ends_at)
            .optional_number(days)
            .optional_instant(unused_since)
            .instant(plan.look_at),
    )
}

fn forget(ledger: &Ledger, id: KeyId) -> Result<(), Fault> {
    ledger.run(
        "DELETE FROM notices WHERE key = ?",
        values().text(&id.to_string()),
    )
}
