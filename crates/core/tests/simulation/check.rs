//! What must hold of every verdict, and what happened in a run.

use std::fmt;

use keyway_core::{
    record::Standing,
    verify::{Refusal, Verdict},
};

use crate::{
    isolates::Asked,
    keys,
    writer::{Revision, Writer},
};

/// How much was tried.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) runs: u64,
    pub(crate) verdicts: u64,
    pub(crate) unavailable: u64,
    pub(crate) stale: u64,
    pub(crate) changes: u64,
    pub(crate) acknowledged: u64,
    pub(crate) faults: u64,
    pub(crate) restarts: u64,
    pub(crate) clocks: u64,
    pub(crate) republished: u64,
    /// The longest time after an acknowledgement at which a verification began
    /// that was answered from before it.
    pub(crate) worst_delay: i64,
}

impl Totals {
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += 1;
        self.verdicts += other.verdicts;
        self.unavailable += other.unavailable;
        self.stale += other.stale;
        self.changes += other.changes;
        self.acknowledged += other.acknowledged;
        self.faults += other.faults;
        self.restarts += other.restarts;
        self.clocks += other.clocks;
        self.republished += other.republished;
        self.worst_delay = self.worst_delay.max(other.worst_delay);
    }

    /// A run in which nothing happens holds every promise.
    pub(crate) fn assert_that_it_was_a_test(&self) {
        assert!(self.verdicts > self.runs * 50, "{self}");
        assert!(self.unavailable * 4 < self.verdicts, "{self}");
        assert!(self.stale * 50 > self.verdicts, "{self}");
        assert!(self.acknowledged * 2 > self.changes, "{self}");
        assert!(self.faults > self.runs && self.clocks > 0, "{self}");
        assert!(self.restarts > self.runs / 2, "{self}");
        assert!(self.republished > self.runs, "{self}");
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{} runs: {} verdicts ({} unavailable, {} from a version that was not the newest), \
             {} changes ({} acknowledged), {} faults, {} restarts, {} clocks stepped back, \
             {} copies made under another pepper; the latest verification answered from before an acknowledged change began {} ms after it",
            self.runs,
            self.verdicts,
            self.unavailable,
            self.stale,
            self.changes,
            self.acknowledged,
            self.faults,
            self.restarts,
            self.clocks,
            self.republished,
            self.worst_delay
        )
    }
}

/// What an isolate has answered from, at the latest.
#[derive(Default, Clone)]
pub(crate) struct Seen {
    versions: Vec<(i64, u32)>,
}

/// Which version a verdict came from; 0 for a key that was not found.
fn version(verdict: &Verdict) -> Option<(u32, bool)> {
    match verdict {
        Verdict::Valid(record) => Some((record.version.get(), true)),
        Verdict::Refused(Refusal::Revoked | Refusal::Blocked, record) => {
            Some((record.version.get(), false))
        }
        Verdict::NotFound => Some((0, false)),
        Verdict::Unavailable => None,
        Verdict::Refused(..) | Verdict::Malformed(_) => panic!("no such verdict: {verdict:?}"),
    }
}

/// In real time, in milliseconds.
pub(crate) struct Times {
    pub(crate) now: i64,
    pub(crate) bound: i64,
    /// Since when no read of the store has missed the key.
    pub(crate) stored_since: Option<i64>,
    /// An isolate without the pepper that the key is published under refuses it.
    pub(crate) may_miss: bool,
    /// What is known of one of two digests is not known of the other.
    pub(crate) two_peppers: bool,
}

/// Holds a verdict against the rules.
pub(crate) fn verdict(
    asked: &Asked,
    verdict: &Verdict,
    writer: &Writer,
    seen: &mut [Seen],
    times: &Times,
    totals: &mut Totals,
) -> Result<(), String> {
    let Times {
        now,
        bound,
        stored_since,
        may_miss,
        two_peppers,
    } = *times;
    totals.verdicts += 1;
    let Some((answered, valid)) = version(verdict) else {
        totals.unavailable += 1;
        return Ok(());
    };
    if answered == 0 && may_miss && !asked.strong {
        return Ok(());
    }
    assert_eq!(seen.len(), keys::COUNT);
    let newest = writer.version(asked.key);
    if answered < newest {
        totals.stale += 1;
    }
    let what = format!(
        "at {now} key {} in region {}: a verification that began at {} was answered from version {answered}",
        asked.key, asked.place, asked.started_at
    );
    if answered > newest {
        return Err(format!("{what}, which does not exist"));
    }
    if answered > 0 {
        let standing = writer.standing(asked.key, answered);
        if valid != (standing == Standing::Active) {
            return Err(format!("promise 8: {what}, which is {standing:?}"));
        }
    }
    let later = |revision: &&Revision| revision.acknowledged_at.is_some();
    let versions = &writer.keys[asked.key].versions;
    let unseen = versions.iter().skip(usize::try_from(answered).unwrap());
    if let Some(revision) = unseen.clone().find(later) {
        let delay = asked.started_at - revision.acknowledged_at.unwrap();
        totals.worst_delay = totals.worst_delay.max(delay);
        if delay >= bound {
            return Err(format!(
                "promise 4: {what}, {delay} ms after a later one was acknowledged"
            ));
        }
    }
    if answered == 0 && stored_since.is_some_and(|since| asked.started_at >= since + bound) {
        return Err(format!(
            "rule 3: {what}, although the store has had it for long"
        ));
    }
    if asked.strong
        && unseen
            .clone()
            .any(|revision| revision.committed_at < asked.started_at)
    {
        return Err(format!("promise 3: {what}, although it asked the writer"));
    }
    let before = &mut seen[asked.key];
    let floor = before
        .versions
        .iter()
        .filter(|(ended_at, _)| *ended_at <= asked.started_at)
        .map(|(_, version)| *version)
        .max();
    if !two_peppers && floor.is_some_and(|floor| floor > answered) {
        return Err(format!("{what}, after version {floor:?}"));
    }
    before.versions.push((now, answered));
    Ok(())
}
