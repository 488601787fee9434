//! What one isolate knows of its region's feed, and how old that is.

use super::{Limits, generations::Generations};
use crate::{
    digest::Digest,
    feed::{Answer, Change, Cursor, Known, Question, Reach},
    instant::Instant,
    region::Region,
};

/// How much of the window the view has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Nothing: a new isolate, or one whose feed began a new epoch.
    Nothing,
    /// Some pages of it; more are to come.
    Pages,
    /// All of it.
    Whole,
    /// None of it, because it is too large. What changes from here on is
    /// learned; each record that is not cached has to be asked about.
    TooLarge {
        /// When to ask for the whole window again.
        again_at: Instant,
    },
}

/// A poll that is under way.
#[derive(Debug, Clone)]
pub struct Poll {
    /// Whose feed to ask.
    pub region: Region,
    /// What to ask it.
    pub question: Question,
    pub(super) asked_at: Instant,
    /// As the view was when the poll began.
    pub(super) incarnation: u32,
    pub(super) doubts: u32,
    pub(super) lease: Option<usize>,
}

/// What an answer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applied {
    /// The view is as new as the question.
    UpToDate,
    /// There is more to ask for.
    More,
    /// The view began anew while the answer was on its way; it means nothing
    /// any more.
    Overtaken,
}

/// The answer does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nonsense;

#[derive(Debug)]
pub(super) struct View {
    extent: Extent,
    cursor: Option<(Region, Cursor)>,
    /// Rule 1: the isolate's own clock, read before the question was sent.
    as_of: Option<Instant>,
    entries: Generations<Known>,
    turned_at: Instant,
    /// Counts how often the view began anew.
    incarnation: u32,
    /// Counts the answers that brought anything (rule 8).
    news: u32,
    /// Counts how often the age became unknown: a poll that began before does
    /// not tell it.
    doubts: u32,
}

impl View {
    pub(super) fn new() -> Self {
        Self {
            extent: Extent::Nothing,
            cursor: None,
            as_of: None,
            entries: Generations::new(),
            turned_at: Instant::EPOCH,
            incarnation: 0,
            news: 0,
            doubts: 0,
        }
    }

    /// How old the view is at `at`, in milliseconds; `None` where it cannot be
    /// used at all.
    pub(super) fn age(&self, at: Instant) -> Option<i64> {
        match self.extent {
            Extent::Nothing | Extent::Pages => None,
            Extent::Whole | Extent::TooLarge { .. } => {
                self.as_of.map(|as_of| at.as_millis() - as_of.as_millis())
            }
        }
    }

    pub(super) fn is_too_large(&self) -> bool {
        matches!(self.extent, Extent::TooLarge { .. })
    }

    pub(super) fn entry(&self, digest: &Digest) -> Option<Known> {
        self.entries.get(digest).copied()
    }

    pub(super) fn news(&self) -> u32 {
        self.news
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Its age counts as unknown until the next poll.
    pub(super) fn doubt(&mut self) {
        self.as_of = None;
        self.doubts = self.doubts.wrapping_add(1);
    }

    /// Rule 1, its last sentence. What was learned stays true; only its age is
    /// unknown, until the next poll.
    pub(super) fn clock_stepped_back(&mut self, now: Instant) {
        self.doubt();
        self.turned_at = now;
    }

    pub(super) fn question(&self, region: Region, check: Vec<Digest>, now: Instant) -> Question {
        let cursor = self.cursor.filter(|(of, _)| *of == region);
        let whole = match self.extent {
            Extent::TooLarge { again_at } => now >= again_at,
            Extent::Nothing | Extent::Pages | Extent::Whole => false,
        };
        Question {
            cursor: cursor.map(|(_, cursor)| cursor),
            whole,
            check,
            used: Vec::new(),
        }
    }

    pub(super) fn poll(&self, region: Region, check: Vec<Digest>, now: Instant) -> Poll {
        Poll {
            region,
            question: self.question(region, check, now),
            asked_at: now,
            incarnation: self.incarnation,
            doubts: self.doubts,
            lease: None,
        }
    }

    /// Takes an answer in. `learn` is told of each change, `forget` that all
    /// that was cached may be out of date.
    pub(super) fn apply(
        &mut self,
        poll: &Poll,
        answer: &Answer,
        limits: &Limits,
        now: Instant,
        mut learn: impl FnMut(&Change),
        forget: impl FnOnce(),
    ) -> Result<Applied, Nonsense> {
        if answer.checked.len() != poll.question.check.len() {
            return Err(Nonsense);
        }
        if poll.incarnation != self.incarnation {
            return Ok(Applied::Overtaken);
        }
        match (answer.reach, poll.question.cursor) {
            (Reach::Since, Some(asked))
                if answer.upto.epoch == asked.epoch && answer.upto.sequence >= asked.sequence => {}
            (Reach::Since, _) => return Err(Nonsense),
            (Reach::TooLarge, _) if !answer.changes.is_empty() || answer.more => {
                return Err(Nonsense);
            }
            // Rule 4: what was known of another epoch is not carried over.
            (Reach::Window | Reach::TooLarge, _) => {
                forget();
                self.begin_anew(now);
                self.extent = match answer.reach {
                    Reach::TooLarge => Extent::TooLarge {
                        again_at: now.plus_millis(limits.reannounce_millis()),
                    },
                    Reach::Since | Reach::Window => Extent::Pages,
                };
            }
        }
        self.turn_if_over(limits, now);
        for change in &answer.changes {
            learn(change);
            if !self.is_too_large() {
                let known = match self.entries.get(&change.digest) {
                    Some(before) => before.latest(change.known),
                    None => change.known,
                };
                self.entries.insert(change.digest, known);
            }
        }
        if !answer.changes.is_empty() {
            self.news = self.news.wrapping_add(1);
        }
        let behind = self.advance(poll.region, answer.upto);
        if answer.more {
            return Ok(Applied::More);
        }
        if self.extent == Extent::Pages {
            self.extent = Extent::Whole;
        }
        // Entries stay for up to two windows, hence twice as many.
        if self.entries.len() > limits.window_entries().saturating_mul(2) {
            self.entries.clear();
            self.extent = Extent::TooLarge {
                again_at: now.plus_millis(limits.window_millis()),
            };
        }
        if poll.doubts == self.doubts {
            self.as_of = self.as_of.max(Some(poll.asked_at));
        }
        // What it was asked to check is from before news that a cache has taken in
        // already: a record that was held against it would be kept, and would not
        // hear of them again.
        if behind && !poll.question.check.is_empty() {
            return Ok(Applied::Overtaken);
        }
        Ok(Applied::UpToDate)
    }

    /// Two polls may run side by side; the one that reached less must not take
    /// the cursor back. Whether it is that one.
    fn advance(&mut self, region: Region, upto: Cursor) -> bool {
        let behind = self.cursor.is_some_and(|(of, cursor)| {
            of == region && cursor.epoch == upto.epoch && cursor.sequence > upto.sequence
        });
        if !behind {
            self.cursor = Some((region, upto));
        }
        behind
    }

    fn begin_anew(&mut self, now: Instant) {
        self.entries.clear();
        self.turned_at = now;
        self.cursor = None;
        self.as_of = None;
        self.incarnation = self.incarnation.wrapping_add(1);
        self.news = self.news.wrapping_add(1);
    }

    /// Rule 5: an entry stays for a whole window at least.
    fn turn_if_over(&mut self, limits: &Limits, now: Instant) {
        if now.as_millis() - self.turned_at.as_millis() >= limits.retention_millis() {
            self.entries.turn();
            self.turned_at = now;
        }
    }
}
