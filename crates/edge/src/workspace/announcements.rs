//! From the rows to the feeds of the regions.
//!
//! A row is a change that a region's feed is not known to have; it goes when the
//! feed has confirmed. A feed keeps the later of two versions in whatever order
//! they arrive, so an announcement may be sent twice, late, or beside another:
//! there is nothing to undo.

use std::rc::Rc;

use keyway_core::{
    digest::Digest,
    feed::{Announcement, Change},
    instant::Instant,
    problem::Problem,
    region::{Region, Regions},
};

use super::{Workspace, outbox};
use crate::{
    clock,
    feed::link,
    guard,
    ledger::{Fault, Ledger, change, values},
};

/// Changes in one announcement.
const BATCH: i64 = 500;

/// An announcement that has no answer by then is sent again. Longer than the
/// link waits for one.
const CLAIM: i64 = 3_000;

/// Notes that every region is to hear of a change. Within its transaction.
pub(super) fn enqueue(
    ledger: &Ledger,
    regions: &Regions,
    change: Change,
    now: Instant,
) -> Result<(), Fault> {
    for region in regions.iter() {
        ledger.run(
            "INSERT INTO announcements \
                (region, digest, version, standing, claimed_until, attempts, due_at) \
             VALUES (?1, ?2, ?3, ?4, 0, 0, ?5) \
             ON CONFLICT (digest, region) DO UPDATE SET \
                version = excluded.version, standing = excluded.standing, \
                claimed_until = 0, attempts = 0, due_at = excluded.due_at",
            values()
                .text(region.as_str())
                .blob(change.digest.as_bytes())
                .number(change.known.version.get())
                .number(change.known.standing.to_byte())
                .instant(now),
        )?;
    }
    Ok(())
}

/// The regions that are not known to have heard of this digest, and whether an
/// attempt to tell them has failed.
pub(super) fn pending(ledger: &Ledger, digest: &Digest) -> Result<Vec<(Region, bool)>, Fault> {
    let rows = ledger.all(
        "SELECT region, attempts FROM announcements WHERE digest = ?",
        values().blob(digest.as_bytes()),
        |row| Ok((Region::parse(&row.text()), row.integer() > 0)),
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(region, failed)| Some((region?, failed)))
        .collect())
}

/// Takes up a change of the setting. What is due in a region that is gone would
/// stay due for ever. And a region that is new hears of everything since
/// `since`: its feed may have asked while this object still ran without it.
pub(super) fn take_up(
    ledger: &Ledger,
    regions: &Regions,
    since: Instant,
    now: Instant,
) -> Result<(), Problem> {
    const NOTED: &str = "SELECT value FROM settings WHERE name = 'regions'";
    let before = ledger.first(NOTED, values(), |row| Ok(row.text()))?;
    let names: Vec<&str> = regions.iter().map(Region::as_str).collect();
    let names = names.join(" ");
    if before.as_ref() == Some(&names) {
        return Ok(());
    }
    let before = before.and_then(|names| Regions::parse(&names).ok());
    for region in Region::ALL {
        let (was, is) = (
            before.as_ref().is_some_and(|known| known.contains(region)),
            regions.contains(region),
        );
        if was && !is {
            ledger.run(
                "DELETE FROM announcements WHERE region = ?",
                values().text(region.as_str()),
            )?;
        }
        if is && !was {
            ledger.run(
                "INSERT INTO announcements \
                    (region, digest, version, standing, claimed_until, attempts, due_at) \
                 SELECT ?1, digest, wanted, standing, 0, 0, ?3 FROM outbox \
                 WHERE announced_at >= ?2 \
                 ON CONFLICT (digest, region) DO NOTHING",
                values().text(region.as_str()).instant(since).instant(now),
            )?;
        }
    }
    ledger.run(
        "INSERT INTO settings (name, value) VALUES ('regions', ?) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values().text(&names),
    )?;
    Ok(())
}

impl Workspace {
    /// Begins to tell each region what is due there, in one message.
    pub(super) fn announce(&self, regions: &Regions) -> Result<(), Problem> {
        for region in regions.iter() {
            self.announce_to(region)?;
        }
        Ok(())
    }

    fn announce_to(&self, region: Region) -> Result<(), Problem> {
        let now = clock::now();
        let changes = self.ledger().all(
            "UPDATE announcements SET claimed_until = ?1 WHERE rowid IN ( \
                SELECT rowid FROM announcements \
                WHERE region = ?2 AND due_at <= ?3 AND claimed_until <= ?3 \
                ORDER BY due_at LIMIT ?4) \
             RETURNING digest, version, standing",
            values()
                .instant(now.plus_millis(CLAIM))
                .text(region.as_str())
                .instant(now)
                .number(BATCH),
            change,
        )?;
        if changes.is_empty() {
            return Ok(());
        }
        let (env, state) = (self.env.clone(), Rc::clone(&self.state));
        guard::outliving(&self.state, async move {
            let announcement = Announcement { changes };
            let arrived = link::announce(&env, region, &announcement).await;
            // What goes wrong here is logged where it does, and made good when
            // the claim runs out.
            let ledger = Ledger::open(&state);
            if settle(&ledger, region, &announcement.changes, arrived).is_ok() {
                let _ = outbox::arm_for_the_rest(&state).await;
            }
        });
        Ok(())
    }
}

/// Notes how an announcement ended. A row that wants a later version by now
/// stays as it is.
fn settle(ledger: &Ledger, region: Region, changes: &[Change], arrived: bool) -> Result<(), Fault> {
    let now = clock::now();
    for change in changes {
        let key = values()
            .text(region.as_str())
            .blob(change.digest.as_bytes())
            .number(change.known.version.get());
        if arrived {
            ledger.run(
                "DELETE FROM announcements WHERE region = ? AND digest = ? AND version <= ?",
                key,
            )?;
            continue;
        }
        let attempts = ledger.first(
            "SELECT attempts FROM announcements WHERE region = ? AND digest = ? AND version = ?",
            key.clone(),
            |row| Ok(row.integer()),
        )?;
        let Some(attempts) = attempts else {
            continue;
        };
        ledger.run(
            "UPDATE announcements SET attempts = attempts + 1, claimed_until = 0, due_at = ?4 \
             WHERE region = ?1 AND digest = ?2 AND version = ?3",
            key.instant(now.plus_millis(outbox::backoff(attempts))),
        )?;
    }
    Ok(())
}
