//! What one isolate remembers between requests, and how long it may believe it.
//!
//! An isolate has a *view* of its region's feed and a *cache* of records. The
//! rules by which both stay true while the store is minutes stale (numbers as in
//! the design):
//!
//! 1. The view is as old as the question it answers: its time is this isolate's
//!    clock, read before the poll was sent. No two clocks are ever compared. A
//!    clock that steps back makes the view's age unknown, which is infinite.
//! 2. At each verdict the record's version is held against the view's entry; an
//!    older record is never used.
//! 3. A miss of the store is an answer only where the view has no entry, and
//!    is remembered for B at most.
//! 4. A new isolate, an unknown cursor or a new epoch loads the whole window and
//!    drops the cache; where it is too large, each cold record is asked about.
//! 5. An entry stays for W.
//! 6. (The writer's: a change is acknowledged when every feed has it.)
//! 7. When a feed does not answer: another region's, then the workspace object,
//!    then no answer.
//! 8. Nothing is awaited that another request began, and a record that was being
//!    read while news came in is answered and not cached.
//!
//! Everything here is plain data and told the time; it never waits. A poll is
//! begun with [`Isolate::begin_poll`], carried by the caller, and ended with
//! [`Isolate::finish_poll`]; in between nothing is held.

mod cache;
mod callers;
mod generations;
mod limits;
mod sources;
mod view;

use cache::{Cache, Cached};
pub(crate) use callers::{Callers, Met};
use generations::Generations;
pub use limits::{Limits, OutOfRange};
use sources::Sources;
pub use view::Poll;
use view::{Applied, View};

use crate::{
    digest::Digest,
    feed::{Answer, Known, USED},
    id::UsedId,
    instant::Instant,
    record::{Fact, Standing},
    region::Region,
    usage::Usage,
    workspace::WorkspaceName,
};

/// A poll that has no answer by then is not reckoned with any more. A time, and
/// not a flag: whoever carried it may be gone.
const LEASE_MILLIS: i64 = 2_000;

/// Polls that requests may wait for at a time.
const LEASES: usize = 2;

/// Versions that are remembered of what was answered from, per half.
const WITNESSED: usize = 20_000;

/// Keys whose use is counted between two polls.
const COUNTED: usize = 10_000;

/// What was counted waits no longer than this while there is traffic.
const LATE_MILLIS: i64 = 30_000;

/// After a poll failed the next one in the background comes no sooner.
const QUIET_MILLIS: i64 = 250;

/// What an isolate remembers.
#[derive(Debug)]
pub struct Isolate {
    limits: Limits,
    sources: Sources,
    view: View,
    cache: Cache,
    /// What was answered from. So that no answer is older than one before it,
    /// also when the record has left the cache and the store has gone back.
    witnessed: Generations<Known>,
    callers: Callers,
    usage: Usage,
    /// Since when something of it waits.
    counted_since: Option<Instant>,
    /// When the last wait for an end of the traffic began, and which one it was.
    flush_planned: Option<(Instant, u32)>,
    leases: [Option<Instant>; LEASES],
    quiet_until: Option<Instant>,
    latest: Instant,
}

/// Whether a poll may begin.
#[derive(Debug)]
pub enum Begin {
    /// It may: carry it, and bring the answer back.
    Poll(Box<Poll>),
    /// Others are at it. Look again in a moment.
    Busy,
    /// No feed answers at present.
    NoFeed,
}

/// What should follow a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// Nothing.
    Nothing,
    /// A poll.
    Poll,
    /// A poll too, but later: traffic may end here, and what was counted must
    /// not wait for the next verification.
    Flush {
        /// How much later.
        after_millis: u64,
        /// For [`Isolate::must_flush`], then.
        plan: u32,
    },
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// The view is as new as the poll. What was found of the digests that were
    /// asked about besides.
    UpToDate(Checked),
    /// There is more to load: begin another.
    More,
    /// This feed cannot be relied on now: begin another, it goes elsewhere.
    Failed,
}

/// What a feed knew of some digests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    found: Vec<(Digest, Option<Known>)>,
    news: u32,
}

impl Checked {
    /// Nothing was asked about.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    pub(crate) fn of(&self, digest: &Digest) -> Option<Option<Known>> {
        let mut found = self.found.iter();
        found.find(|(of, _)| of == digest).map(|(_, known)| *known)
    }

    pub(crate) fn news(&self) -> u32 {
        self.news
    }
}

/// How many things an isolate remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Records, and misses.
    pub cached: usize,
    /// Changes.
    pub entries: usize,
}

/// What the cache has under a digest.
#[derive(Debug, Clone)]
pub(crate) enum Held {
    Found(Fact),
    Absent,
    Nothing,
}

impl Isolate {
    /// One that knows nothing yet. `feeds` in the order in which they are asked.
    #[must_use]
    pub fn new(limits: Limits, feeds: Vec<Region>) -> Self {
        Self {
            limits,
            sources: Sources::new(feeds),
            view: View::new(),
            cache: Cache::new(limits.cache_entries(), limits.cache_bytes()),
            witnessed: Generations::new(),
            callers: Callers::default(),
            usage: Usage::new(COUNTED),
            counted_since: None,
            flush_planned: None,
            leases: [None; LEASES],
            quiet_until: None,
            latest: Instant::EPOCH,
        }
    }

    /// Its settings.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How much it remembers.
    #[must_use]
    pub fn size(&self) -> Size {
        Size {
            cached: self.cache.len(),
            entries: self.view.entries(),
        }
    }

    /// How old the view is at `at`, in milliseconds; `None` is infinite.
    #[must_use]
    pub fn age(&self, at: Instant) -> Option<i64> {
        self.view.age(at)
    }

    /// Whether a verification that started at `at` need not wait for a poll.
    #[must_use]
    pub fn is_fresh(&self, at: Instant) -> bool {
        let age = self.view.age(at);
        age.is_some_and(|age| age <= self.limits.wait_after_millis())
    }

    /// Whether one may be answered from this view at all.
    pub(crate) fn is_within_bound(&self, at: Instant) -> bool {
        let age = self.view.age(at);
        age.is_some_and(|age| age <= self.limits.useless_after_millis())
    }

    /// Or only because the operator prefers an old answer to none.
    pub(crate) fn is_within_grace(&self, at: Instant) -> bool {
        let most = self.limits.useless_after_millis() + self.limits.grace_millis();
        self.limits.grace_millis() > 0 && self.view.age(at).is_some_and(|age| age <= most)
    }

    /// Tells the time. Called with every reading of the clock.
    pub fn observe(&mut self, now: Instant) {
        if now < self.latest {
            self.view.clock_stepped_back(now);
            self.leases = [None; LEASES];
            self.quiet_until = None;
            self.flush_planned = self.flush_planned.map(|(_, plan)| (now, plan));
            self.counted_since = self.counted_since.map(|_| now);
            self.sources.forget_times(now);
        }
        self.latest = now;
    }

    /// Something was changed through this very isolate: the next verification
    /// here is to see it, so that whoever tries it out is not confused.
    pub fn doubt(&mut self) {
        self.view.doubt();
    }

    /// Whether a poll should begin beside the verifications.
    pub fn poll_is_due(&mut self, now: Instant) -> bool {
        self.observe(now);
        let old = self
            .view
            .age(now)
            .is_none_or(|age| age > self.limits.poll_after_millis());
        old && self.quiet_until.is_none_or(|end| now >= end)
            && !self.leased(now).any(|leased| leased)
    }

    /// What should follow a verification, beside it.
    pub fn follow_up(&mut self, now: Instant) -> FollowUp {
        let waits = |since: Instant| now.as_millis() - since.as_millis();
        let is_late = self
            .counted_since
            .is_some_and(|since| waits(since) >= LATE_MILLIS);
        if self.poll_is_due(now) || is_late {
            return FollowUp::Poll;
        }
        if self.usage.is_empty() {
            return FollowUp::Nothing;
        }
        let after = self.limits.flush_after_millis();
        let plan = match self.flush_planned {
            Some((planned, _)) if waits(planned) < after / 2 => return FollowUp::Nothing,
            Some((_, plan)) => plan.wrapping_add(1),
            None => 0,
        };
        self.flush_planned = Some((now, plan));
        FollowUp::Flush {
            after_millis: after.unsigned_abs(),
            plan,
        }
    }

    /// Ends the wait of a [`FollowUp::Flush`]: whether traffic has ended, so that
    /// nobody has planned another one since, and something is still there that no
    /// poll has taken along.
    pub fn must_flush(&mut self, plan: u32) -> bool {
        let is_last = self.flush_planned.is_some_and(|(_, last)| last == plan);
        is_last && !self.usage.is_empty()
    }

    /// Counts a verification of this key, or for this verifier.
    pub(crate) fn count(
        &mut self,
        workspace: &WorkspaceName,
        id: UsedId,
        allowed: bool,
        now: Instant,
    ) {
        self.usage.count(workspace, id, allowed, now);
        self.counted_since = self.counted_since.or(Some(now));
    }

    fn leased(&self, now: Instant) -> impl Iterator<Item = bool> {
        self.leases
            .iter()
            .map(move |lease| lease.is_some_and(|end| now < end))
    }

    /// Begins a poll that a verification waits for, or one beside them. One that
    /// asks about digests cannot be shared, so it need not wait for others.
    pub fn begin_poll(&mut self, check: Vec<Digest>, now: Instant) -> Begin {
        self.observe(now);
        let Some(region) = self.sources.pick(now) else {
            return Begin::NoFeed;
        };
        let free = self.leased(now).position(|leased| !leased);
        if free.is_none() && check.is_empty() {
            return Begin::Busy;
        }
        let mut poll = self.view.poll(region, check, now);
        poll.question.used = self.usage.take(USED);
        if self.usage.is_empty() {
            self.counted_since = None;
        }
        if let Some(lease) = free
            && let Some(slot) = self.leases.get_mut(lease)
        {
            *slot = Some(now.plus_millis(LEASE_MILLIS));
            poll.lease = free;
        }
        Begin::Poll(Box::new(poll))
    }

    /// Ends a poll: with the bytes that came back, or without.
    pub fn finish_poll(&mut self, poll: &Poll, answer: Option<&[u8]>, now: Instant) -> Finished {
        self.observe(now);
        // If the lease had run out somebody else may hold it by now. Giving it
        // up for them costs one poll more, and nothing else.
        if let Some(slot) = poll.lease.and_then(|lease| self.leases.get_mut(lease)) {
            *slot = None;
        }
        let applied = answer
            .and_then(|bytes| Answer::decode(bytes).ok())
            .and_then(|answer| {
                self.apply(poll, &answer, now)
                    .map(|applied| (applied, answer))
            });
        match applied {
            None => {
                self.usage.add(&poll.question.used);
                self.counted_since = self.counted_since.or(Some(now));
                self.sources.failed(poll.region, now);
                self.quiet_until = Some(now.plus_millis(QUIET_MILLIS));
                Finished::Failed
            }
            Some((applied, answer)) => {
                self.sources.answered(poll.region, now);
                self.quiet_until = None;
                match applied {
                    Applied::More | Applied::Overtaken => Finished::More,
                    Applied::UpToDate => Finished::UpToDate(Checked {
                        found: poll
                            .question
                            .check
                            .iter()
                            .copied()
                            .zip(answer.checked)
                            .collect(),
                        news: self.view.news(),
                    }),
                }
            }
        }
    }

    fn apply(&mut self, poll: &Poll, answer: &Answer, now: Instant) -> Option<Applied> {
        let (view, cache) = (&mut self.view, core::cell::RefCell::new(&mut self.cache));
        view.apply(
            poll,
            answer,
            &self.limits,
            now,
            |change| cache.borrow_mut().learn(&change.digest, change.known),
            || cache.borrow_mut().clear(),
        )
        .ok()
    }

    pub(crate) fn callers(&self) -> &Callers {
        &self.callers
    }

    pub(crate) fn callers_mut(&mut self) -> &mut Callers {
        &mut self.callers
    }

    /// The newest that is known of a record without having it.
    pub(crate) fn newest(&self, digest: &Digest) -> Option<Known> {
        let entry = self.view.entry(digest);
        let witnessed = self.witnessed.get(digest).copied();
        match (entry, witnessed) {
            (Some(entry), Some(witnessed)) => Some(entry.latest(witnessed)),
            (one, other) => one.or(other),
        }
    }

    /// Rule 4: whether a record that was not cached must be asked about.
    pub(crate) fn must_check(&self) -> bool {
        self.view.is_too_large()
    }

    /// Counts what was learned, for rule 8.
    pub(crate) fn news(&self) -> u32 {
        self.view.news()
    }

    pub(crate) fn cached(&mut self, digest: &Digest, now: Instant) -> Held {
        match self.cache.get(digest) {
            None => Held::Nothing,
            Some(Cached::Found(fact)) => Held::Found(fact),
            Some(Cached::Brief(fact, asked_at)) => {
                if (0..self.limits.useless_after_millis()).contains(&age(now, asked_at)) {
                    Held::Found(fact)
                } else {
                    Held::Nothing
                }
            }
            // Rule 3: a miss is believed for B, from the moment it was asked for.
            Some(Cached::Absent(asked_at)) => {
                if (0..=self.limits.bound_millis()).contains(&age(now, asked_at)) {
                    Held::Absent
                } else {
                    Held::Nothing
                }
            }
        }
    }

    pub(crate) fn keep(&mut self, digest: Digest, fact: Fact) {
        self.cache.put(digest, Cached::Found(fact));
    }

    /// Keeps the word of the writer. It knows a token by its hash, whatever the
    /// pepper: it may have published nothing under this digest, or not yet, and
    /// then announces nothing under it. Where no feed has spoken of the digest
    /// the record is believed for no longer than a view would be.
    pub(crate) fn keep_asked(&mut self, digest: Digest, fact: Fact, asked_at: Instant) {
        let cached = match self.view.entry(&digest) {
            Some(_) => Cached::Found(fact),
            None => Cached::Brief(fact, asked_at),
        };
        self.cache.put(digest, cached);
    }

    pub(crate) fn keep_absent(&mut self, digest: Digest, asked_at: Instant) {
        self.cache.put(digest, Cached::Absent(asked_at));
    }

    /// This is what an answer is about to be made from.
    pub(crate) fn witness(&mut self, digest: Digest, known: Known) {
        let before = self.witnessed.get(&digest).copied();
        if before == Some(known) {
            return;
        }
        self.cache.learn(&digest, known);
        let known = before.map_or(known, |before| before.latest(known));
        if self.witnessed.young() >= WITNESSED {
            self.witnessed.turn();
        }
        self.witnessed.insert(digest, known);
    }
}

/// Whether what is known of a record says enough for a verdict without it.
pub(crate) fn decides(known: Known) -> bool {
    known.standing != Standing::Active
}

fn age(now: Instant, then: Instant) -> i64 {
    now.as_millis() - then.as_millis()
}

#[cfg(test)]
mod tests;
