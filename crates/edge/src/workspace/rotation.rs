//! From one pepper to the next.
//!
//! A record lies in the store under a digest that was made with a pepper, so a
//! new pepper means a second copy of every record. While both are in force a
//! token is found under either. Which isolate knows which pepper is nothing that
//! this object could know: a deployment takes its time. Therefore
//!
//! - **a change goes to every copy**: what a token is or was published under is
//!   announced, and waited for, with each change of its key, whether the pepper
//!   is still configured or not. A feed needs no pepper to be told;
//! - **republishing changes nothing**: version and standing stay, so nothing is
//!   announced. A digest that was never in the store has no older version there.
//!   One that was (a rotation that is taken back) kept its row in the outbox all
//!   the time, for no row of it is ever dropped;
//! - **everything is republished**, what was revoked too: its owner is to read
//!   `revoked`, and not that there is no such key;
//! - **only the copy under the current pepper is made**. A key that is created
//!   meanwhile is unknown to an isolate that knows only the pepper before, for
//!   the seconds that a deployment takes. That isolate never accepted it either;
//! - **a change that comes before its key was republished** is announced under
//!   the one digest that there is. The copy is made from the rows afterwards, so
//!   it is never older.
//!
//! Some are queued at a time, so that the changes of people never wait behind a
//! million copies.

use keyway_core::{
    api::PepperView,
    digest::{DigestKind, Pepper, TokenHash},
    input::query,
    instant::Instant,
    problem::Problem,
    workspace::WorkspaceName,
};

use super::{Call, Workspace, outbox, schema};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, values},
    platform::Response,
};

/// Copies that wait to be written at one time.
const QUEUE: i64 = 100;
/// Until the queue is filled up again.
const PAUSE: i64 = 250;
/// The same after an error.
const LONG_PAUSE: i64 = 60_000;

/// How the copies of one kind are found, kept and replaced.
struct Table {
    kind: DigestKind,
    find: &'static str,
    keep: &'static str,
    replace: &'static str,
}

/// Services first: without them no key is verified.
static TABLES: [Table; 2] = [
    Table {
        kind: DigestKind::Verifier,
        find: "SELECT sha256, digest FROM verifier_tokens WHERE pepper <> ?1 LIMIT ?2",
        keep: "INSERT OR IGNORE INTO copies (digest, kind, sha256, pepper) \
               SELECT digest, 'verifier', sha256, pepper FROM verifier_tokens WHERE digest = ?",
        replace: "UPDATE verifier_tokens SET pepper = ?1, digest = ?2 WHERE digest = ?3",
    },
    Table {
        kind: DigestKind::Key,
        find: "SELECT sha256, digest FROM tokens WHERE pepper < ?1 OR pepper > ?1 LIMIT ?2",
        keep: "INSERT OR IGNORE INTO copies (digest, kind, sha256, pepper) \
               SELECT digest, 'key', sha256, pepper FROM tokens WHERE digest = ?",
        replace: "UPDATE tokens SET pepper = ?1, digest = ?2 WHERE digest = ?3",
    },
];

/// Takes up another pepper, or goes on with one whose records are not all there.
pub(super) fn take_up(ledger: &Ledger, pepper: &Pepper, now: Instant) -> Result<(), Problem> {
    let known = ledger.first(
        "UPDATE rotation SET due_at = iif(done_at IS NULL, ?2, NULL) WHERE pepper = ?1 \
         RETURNING pepper",
        values().number(number(pepper)).instant(now),
        |row| Ok(row.integer()),
    )?;
    if known.is_some() {
        return Ok(());
    }
    ledger.run("DELETE FROM rotation", values())?;
    ledger.run(
        "INSERT INTO rotation (pepper, records, moved, due_at) \
         SELECT ?1, (SELECT count(*) FROM tokens WHERE pepper < ?1 OR pepper > ?1) \
            + (SELECT count(*) FROM verifier_tokens WHERE pepper <> ?1), 0, ?2",
        values().number(number(pepper)).instant(now),
    )?;
    // What was emptied for want of its pepper may have it again. A write that is
    // still on its way from the instance before proves nothing.
    ledger.run(
        "UPDATE outbox SET confirmed = 0, ticket = ticket + 1, due_at = ?2 WHERE confirmed = ?1",
        values().number(outbox::EMPTIED).instant(now),
    )?;
    Ok(())
}

impl Workspace {
    /// `GET /v1/pepper`
    pub(super) fn pepper(&self, ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let peppers = self.peppers()?;
        let (records, moved, done_at) = ledger
            .first(
                "SELECT records, moved, done_at FROM rotation",
                values(),
                |row| Ok((row.integer(), row.integer(), row.optional_instant())),
            )?
            .ok_or_else(Problem::internal)?;
        let previous = peppers.newest_first().nth(1);
        // A location may go on missing what is new for as long as its store is
        // assumed to be stale, and finds it under the previous pepper until then.
        let margin = self.limits().retention_millis();
        respond::json(
            200,
            &PepperView {
                current: i64::from(peppers.current().number().get()),
                previous: previous.map(|pepper| i64::from(pepper.number().get())),
                records,
                republished: (moved - queued(ledger)?).max(0),
                previous_may_go_at: previous
                    .and(done_at)
                    .map(|done_at| done_at.plus_millis(margin)),
            },
        )
    }

    /// Queues some more copies, if it is time to.
    pub(super) fn go_on_rotating(&self, ledger: &Ledger, now: Instant) -> Result<(), Problem> {
        let due = ledger.first(
            "UPDATE rotation SET due_at = ?2 WHERE due_at <= ?1 RETURNING pepper",
            values().instant(now).instant(now.plus_millis(LONG_PAUSE)),
            |row| Ok(row.integer()),
        )?;
        if due.is_none() {
            return Ok(());
        }
        let peppers = self.peppers()?;
        let workspace = schema::read_name(ledger)?.ok_or_else(Problem::internal)?;
        ledger.commit(&mut || Ok(queue_some(ledger, peppers.current(), &workspace, now)?))
    }
}

fn queue_some(
    ledger: &Ledger,
    pepper: &Pepper,
    workspace: &WorkspaceName,
    now: Instant,
) -> Result<(), Fault> {
    let queued = queued(ledger)?;
    let mut moved = 0;
    for table in &TABLES {
        let rows = ledger.all(
            table.find,
            values()
                .number(number(pepper))
                .number(QUEUE - queued - moved),
            |row| Ok((row.blob(), row.blob::<32>())),
        )?;
        for (hash, old) in rows {
            let new = pepper.digest(table.kind, workspace, &TokenHash::from_bytes(hash));
            // What is under the new digest already is as new as under the old one.
            ledger.run(
                "INSERT INTO outbox \
                    (kind, digest, wanted, standing, announced_at, \
                     confirmed, ticket, claimed_until, attempts, due_at, written_at) \
                 SELECT kind, ?1, wanted, standing, 0, 0, 0, 0, 0, ?3, 0 FROM outbox \
                 WHERE kind = ?4 AND digest = ?2 \
                 ON CONFLICT (kind, digest) DO NOTHING",
                values()
                    .blob(new.as_bytes())
                    .blob(&old)
                    .instant(now)
                    .text(table.kind.as_str()),
            )?;
            ledger.run(table.keep, values().blob(&old))?;
            ledger.run(
                table.replace,
                values()
                    .number(number(pepper))
                    .blob(new.as_bytes())
                    .blob(&old),
            )?;
            moved += 1;
        }
    }
    let more = queued + moved > 0;
    ledger.run(
        "UPDATE rotation SET moved = moved + ?1, due_at = ?2, done_at = coalesce(done_at, ?3)",
        values()
            .number(moved)
            .optional_instant(more.then(|| now.plus_millis(PAUSE)))
            .optional_instant((!more).then_some(now)),
    )
}

/// Copies that the store is not known to have, as far as they are counted.
fn queued(ledger: &Ledger) -> Result<i64, Fault> {
    // The plus keeps SQLite to the index of what is not confirmed: in the end all
    // copies are among those that were never announced.
    let found = ledger.first(
        "SELECT count(*) FROM (SELECT 1 FROM outbox \
            WHERE confirmed < wanted AND +announced_at = 0 LIMIT ?)",
        values().number(QUEUE),
        |row| Ok(row.integer()),
    )?;
    Ok(found.unwrap_or_default())
}

fn number(pepper: &Pepper) -> u8 {
    pepper.number().get()
}
