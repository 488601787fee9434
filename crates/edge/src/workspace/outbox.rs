//! From the rows to the store and to the feeds, however often it takes.
//!
//! One row per published digest says which version is wanted in the store and
//! which is known to be there. The record is made from the rows at the moment
//! of writing, so only the newest version is ever written and one that was
//! overtaken is skipped. What goes to the feeds of the regions is in
//! [`announcements`](super::announcements).
//!
//! Three rules keep the store from being wrong for longer than it must:
//!
//! - **A claim is a time that runs out**, not a flag that a crash could leave
//!   standing. Whoever wins it writes; everybody else looks at the row.
//! - **A write is never given up**, only no longer waited for: it lives in a
//!   future of its own until the store has answered, and settles its row then.
//! - **A write that ends after another was begun proves nothing.** The store
//!   keeps what landed last, and an old record that lands on a tombstone would
//!   bring a revoked key back. So its row counts as unconfirmed again and the
//!   newest version is written once more. `ticket` tells which write is the last.
//!
//! And one keeps the feeds from forgetting too early what the store does not
//! know yet: while a write is outstanding, its change is announced again and
//! again, a quarter of the window apart.

use std::rc::Rc;

use futures_util::{FutureExt, future::LocalBoxFuture};
use keyway_core::{
    api::{Delivery, Propagation, Reached},
    digest::{Digest, DigestKind},
    entropy::Entropy,
    feed::{Change, Known},
    instant::Instant,
    key::Effect,
    problem::Problem,
    region::Regions,
    seal,
};
use worker::State;

use super::{Workspace, announcements, records};
use crate::{
    alarm, clock, guard,
    ledger::{Fault, Ledger, change, values},
    log, platform,
    random::Platform,
    store,
};

/// The store takes one write a second per key.
const PAUSE: i64 = 1_000;
/// A write that has no answer by then may be overtaken by another.
const CLAIM: i64 = 12_000;
/// How long the answer to a change waits for it to arrive.
const PATIENCE: i64 = 5_000;
/// How often it looks.
const GLANCE: u32 = 10;
/// The longest wait between two attempts.
const LONGEST: i64 = 60_000;
/// An alarm is never set for later than in 30 days; it goes off, and is set again.
const FURTHEST: i64 = 30 * 86_400_000;
/// Until the alarm takes over what a request could not finish.
const SAFETY: i64 = 2_000;
/// Writes that one alarm begins.
const BATCH: i64 = 25;
/// Stands for the version of a value that has no record: later than any.
pub(super) const EMPTIED: i64 = 1 << 32;

/// What is published under one digest.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) kind: DigestKind,
    pub(super) digest: Digest,
}

/// How long to wait for a change to arrive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// For the first attempt, at the store and at each feed: a new key that has
    /// not arrived everywhere harms nobody.
    FirstAttempt,
    /// Through the attempts that follow a failure, until every feed has it: a
    /// revoked one does not stop working before. The store is not waited for;
    /// the feeds overrule it.
    Arrival,
}

impl Wait {
    /// What is taken away must not be had any more, as after a revocation; and who
    /// changes nothing may be repeating what took something away.
    pub(super) fn after(effect: Effect) -> Self {
        match effect {
            Effect::Narrowed | Effect::None => Self::Arrival,
            Effect::Kept => Self::FirstAttempt,
        }
    }

    /// 200, or 202 where a region does not know yet what every one has to.
    pub(super) fn status(self, propagation: &Propagation) -> u16 {
        match self {
            Self::Arrival if !propagation.regions.all() => 202,
            Self::Arrival | Self::FirstAttempt => 200,
        }
    }
}

/// Notes that this version of a record is wanted in the store and in the feeds.
/// Within the transaction of the change. It is due at once, whatever became of
/// the version before.
pub(super) fn enqueue(
    ledger: &Ledger,
    regions: &Regions,
    target: Target,
    known: Known,
    now: Instant,
) -> Result<(), Fault> {
    ledger.run(
        "INSERT INTO outbox \
            (kind, digest, wanted, standing, announced_at, \
             confirmed, ticket, claimed_until, attempts, due_at, written_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, ?5, 0) \
         ON CONFLICT (kind, digest) DO UPDATE SET \
            wanted = max(wanted, excluded.wanted), \
            standing = excluded.standing, \
            announced_at = excluded.announced_at, \
            attempts = 0, \
            due_at = max(excluded.due_at, written_at + ?6)",
        values()
            .text(target.kind.as_str())
            .blob(target.digest.as_bytes())
            .number(known.version.get())
            .number(known.standing.to_byte())
            .instant(now)
            .number(PAUSE),
    )?;
    let change = Change {
        digest: target.digest,
        known,
    };
    announcements::enqueue(ledger, regions, change, now)
}

/// What a feed that has just started is told: the changes that were announced
/// at `since` or later, after `after`.
pub(super) fn announced(
    ledger: &Ledger,
    since: Instant,
    after: Option<(Instant, Digest)>,
    limit: i64,
) -> Result<Vec<(Instant, Change)>, Fault> {
    let (at, digest) = after.map_or((since, [0; 32]), |(at, digest)| (at, *digest.as_bytes()));
    ledger.all(
        "SELECT announced_at, digest, wanted, standing FROM outbox \
         WHERE announced_at >= ?1 AND (announced_at, digest) > (?2, ?3) \
         ORDER BY announced_at, digest LIMIT ?4",
        values()
            .instant(since)
            .instant(at)
            .blob(&digest)
            .number(limit),
        |row| Ok((row.instant(), change(row)?)),
    )
}

impl Workspace {
    /// Sees to it that what is about to be committed is published even if this
    /// process dies right after. Called before the transaction: an alarm
    /// without work is harmless, work without an alarm would be lost.
    pub(super) fn arm(&self) -> LocalBoxFuture<'_, Result<(), Problem>> {
        async move { self.set_safety_alarm().await }.boxed_local()
    }

    async fn set_safety_alarm(&self) -> Result<(), Problem> {
        let in_time = clock::now().plus_millis(SAFETY);
        let standing = alarm::get(&self.state).await?;
        if standing.is_none_or(|at| at > in_time) {
            alarm::set(&self.state, Some(in_time)).await?;
        }
        Ok(())
    }

    /// Publishes `targets`, as far as that goes while a client waits.
    pub(super) fn propagate<'a>(
        &'a self,
        targets: &'a [Target],
        wait: Wait,
    ) -> LocalBoxFuture<'a, Result<Propagation, Problem>> {
        async move { self.publish(targets, wait).await }.boxed_local()
    }

    async fn publish(&self, targets: &[Target], wait: Wait) -> Result<Propagation, Problem> {
        let deadline = clock::now().plus_millis(PATIENCE);
        let regions = self.regions()?;
        let reached = loop {
            let mut waiting = false;
            let mut pending = Vec::new();
            for target in targets {
                if let Some(standing) = standing(&self.ledger(), *target)?
                    && !standing.arrived
                {
                    self.begin(*target)?;
                    waiting |= wait == Wait::FirstAttempt && standing.due && !standing.failed;
                }
                for (region, failed) in announcements::pending(&self.ledger(), &target.digest)? {
                    waiting |= wait == Wait::Arrival || !failed;
                    pending.push(region);
                }
            }
            self.announce(&regions)?;
            if !waiting || clock::now() >= deadline {
                break regions
                    .iter()
                    .map(|region| {
                        let delivery = if pending.contains(&region) {
                            Delivery::Pending
                        } else {
                            Delivery::Confirmed
                        };
                        (region, delivery)
                    })
                    .collect();
            }
            platform::rest(GLANCE).await;
        };
        arm_for_the_rest(&self.state).await?;
        Ok(Propagation {
            regions: Reached(reached),
            bound_seconds: self.limits().bound_millis() / 1_000,
        })
    }

    /// The alarm: begins whatever is due.
    pub(super) async fn publish_due(&self) -> Result<(), Problem> {
        if !self.awake()? {
            return Ok(());
        }
        let ledger = self.ledger();
        let now = clock::now();
        if let Err(problem) = self.go_on_rotating(&ledger, now) {
            log::fault("rotation", problem.detail());
        }
        let due = ledger.all(
            "SELECT kind, digest FROM outbox \
             WHERE confirmed < wanted AND due_at <= ?1 AND claimed_until <= ?1 \
             ORDER BY due_at LIMIT ?2",
            values().instant(now).number(BATCH),
            |row| {
                let kind = DigestKind::parse(&row.text());
                Ok(Target {
                    kind: kind.ok_or_else(|| Fault::column("outbox.kind"))?,
                    digest: Digest::from_bytes(row.blob()),
                })
            },
        )?;
        for target in due {
            // One row that cannot be published must not hold up the others.
            if let Err(problem) = self.begin(target) {
                log::fault("outbox", problem.detail());
            }
        }
        // Nor a store without a pepper the feeds, which need none.
        if let Err(problem) = self.regions().and_then(|regions| self.announce(&regions)) {
            log::fault("outbox", problem.detail());
        }
        // Last, and nothing of it is waited for: whoever is told, and however slow they
        // are, what was revoked is published before.
        let told = self.notify(&ledger);
        if let Err(problem) = &told {
            log::fault("notices", problem.detail());
        }
        // For what will fail again there is no use in coming back at once.
        let pause = if told.is_err() { PAUSE } else { 0 };
        set_next_alarm(&self.state, now.plus_millis(pause)).await
    }

    /// Begins one write of the newest version, if it is due and nobody else is
    /// at it. What becomes of it is in the row.
    fn begin(&self, target: Target) -> Result<(), Problem> {
        let ledger = self.ledger();
        let Some(ticket) = claim(&ledger, target, clock::now())? else {
            return Ok(());
        };
        let publication = records::under(&ledger, target.kind, &target.digest)?
            .ok_or_else(|| Fault::column("outbox.digest: nothing belongs to it"))?;
        let peppers = self.peppers()?;
        let again = self.again();
        // Without its pepper there is no seal. But what the store has must not
        // outlast the change: nobody asks for it now, and the pepper may come
        // back when the feeds have forgotten. What is empty has no seal either,
        // so whoever finds it asks here. Once is enough, until the peppers change.
        let (value, version) = match peppers.get(publication.pepper) {
            Some(pepper) => (
                seal::seal(pepper, &target.digest, publication.record),
                publication.version,
            ),
            None => (Vec::new(), EMPTIED),
        };
        let key = target.digest.store_key(target.kind);
        let (env, state) = (self.env.clone(), Rc::clone(&self.state));
        guard::outliving(&self.state, async move {
            let written = match store::write(&env, &key, &value).await {
                Ok(()) => Some(version),
                Err(error) => {
                    log::anomaly("store write", platform::words(&error));
                    None
                }
            };
            // What goes wrong here is logged where it does, and made good when
            // the claim runs out.
            let settled = settle(&Ledger::open(&state), target, ticket, written, &again);
            if settled.is_ok() {
                let _ = arm_for_the_rest(&state).await;
            }
        });
        Ok(())
    }

    fn again(&self) -> Again {
        Again {
            regions: self.regions().unwrap_or_default(),
            after: self.limits().reannounce_millis(),
        }
    }
}

/// To whom, and after how long, a change is announced again that the store does
/// not have yet.
struct Again {
    regions: Regions,
    after: i64,
}

/// Sets the alarm for the next thing that is due, or none.
pub(super) fn arm_for_the_rest(state: &State) -> LocalBoxFuture<'_, Result<(), Problem>> {
    async move { set_next_alarm(state, Instant::EPOCH).await }.boxed_local()
}

/// Not before `deliver_at` for what is to be told.
async fn set_next_alarm(state: &State, deliver_at: Instant) -> Result<(), Problem> {
    // The platform takes five parts of a `SELECT` at most.
    let next = Ledger::open(state).first(
        "SELECT min(at) FROM ( \
            SELECT min(max(due_at, claimed_until)) AS at FROM outbox WHERE confirmed < wanted \
            UNION ALL SELECT min(max(due_at, claimed_until)) FROM announcements \
            UNION ALL SELECT due_at FROM rotation \
            UNION ALL SELECT max(min(at), ?1) FROM ( \
                SELECT min(at) AS at FROM lanes \
                UNION ALL SELECT min(look_at) FROM notices WHERE look_at < ?2 \
                UNION ALL SELECT 0 FROM settings WHERE name = 'looked' \
                UNION ALL SELECT min(previous_until) FROM endpoints \
                    WHERE previous_until IS NOT NULL))",
        values().instant(deliver_at).instant(Instant::LAST),
        |row| Ok(row.optional_instant()),
    )?;
    // The platform takes none before 1970 or after 2189, and a key may end then.
    let now = clock::now();
    let latest = now.plus_millis(FURTHEST);
    let next = next.flatten().map(|at| at.clamp(now, latest));
    alarm::set(state, next).await
}

/// What is known of a digest.
struct Arrival {
    arrived: bool,
    /// Not so within a second of the write before.
    due: bool,
    failed: bool,
}

fn standing(ledger: &Ledger, target: Target) -> Result<Option<Arrival>, Fault> {
    ledger.first(
        "SELECT confirmed >= wanted, due_at <= ?3, attempts FROM outbox \
         WHERE kind = ?1 AND digest = ?2",
        values()
            .text(target.kind.as_str())
            .blob(target.digest.as_bytes())
            .instant(clock::now()),
        |row| {
            Ok(Arrival {
                arrived: row.integer() != 0,
                due: row.integer() != 0,
                failed: row.integer() > 0,
            })
        },
    )
}

/// The ticket of the write that may now begin. Looking and taking are one
/// statement.
fn claim(ledger: &Ledger, target: Target, now: Instant) -> Result<Option<i64>, Fault> {
    ledger.first(
        "UPDATE outbox SET ticket = ticket + 1, claimed_until = ?1 \
         WHERE kind = ?2 AND digest = ?3 \
            AND confirmed < wanted AND due_at <= ?4 AND claimed_until <= ?4 \
         RETURNING ticket",
        values()
            .instant(now.plus_millis(CLAIM))
            .text(target.kind.as_str())
            .blob(target.digest.as_bytes())
            .instant(now),
        |row| Ok(row.integer()),
    )
}

/// Notes how the write of `ticket` ended: with `written` in the store, or not.
fn settle(
    ledger: &Ledger,
    target: Target,
    ticket: i64,
    written: Option<i64>,
    again: &Again,
) -> Result<(), Fault> {
    let now = clock::now();
    let key = || {
        values()
            .text(target.kind.as_str())
            .blob(target.digest.as_bytes())
    };
    let found = ledger.first(
        "SELECT ticket, attempts, announced_at, digest, wanted, standing \
         FROM outbox WHERE kind = ? AND digest = ?",
        key(),
        |row| Ok((row.integer(), row.integer(), row.instant(), change(row)?)),
    )?;
    let Some((last, attempts, announced_at, change)) = found else {
        return Ok(());
    };
    // A copy under a new pepper is no change, so no feed has to know of it.
    let was_announced = announced_at > Instant::EPOCH;
    if was_announced && now.as_millis() - announced_at.as_millis() >= again.after {
        announcements::enqueue(ledger, &again.regions, change, now)?;
        ledger.run(
            "UPDATE outbox SET announced_at = ?3 WHERE kind = ?1 AND digest = ?2",
            key().instant(now),
        )?;
    }
    if last != ticket {
        // It takes a ticket too: the other write, if it is still under way,
        // proves nothing either.
        log::anomaly(
            "store write",
            "ended after a later one was begun; writing once more",
        );
        return ledger.run(
            "UPDATE outbox SET ticket = ticket + 1, confirmed = 0, due_at = ?3 \
             WHERE kind = ?1 AND digest = ?2",
            key().instant(now.plus_millis(PAUSE)),
        );
    }
    let (attempts, wait) = match written {
        Some(_) => (0, PAUSE),
        None => (attempts + 1, backoff(attempts)),
    };
    ledger.run(
        "UPDATE outbox SET confirmed = max(confirmed, ?3), attempts = ?4, due_at = ?5, \
            written_at = ?6, claimed_until = 0 \
         WHERE kind = ?1 AND digest = ?2",
        key()
            .number(written.unwrap_or(0))
            .number(attempts)
            .instant(now.plus_millis(wait))
            .instant(now),
    )
}

/// Doubles with every failure, and is spread: what was down must not get
/// everything back in one moment.
pub(super) fn backoff(failures_before: i64) -> i64 {
    let doublings = u32::try_from(failures_before.clamp(0, 10)).unwrap_or(0);
    let wait = PAUSE
        .saturating_mul(2_i64.saturating_pow(doublings))
        .min(LONGEST);
    let mut byte = [0_u8; 1];
    // Without randomness all wait equally long, which is no harm.
    let _ = Platform.fill(&mut byte);
    wait + wait / 4 * i64::from(byte[0]) / 255
}
