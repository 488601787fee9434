//! Is this token good, and for what?
//!
//! Verification is a step machine. It says what it needs to know
//! ([`Step::Load`]), is resumed with what was found, and ends with an
//! [`Outcome`]. It reads no clock and no storage itself; what an [`Isolate`]
//! remembers is at hand at every step and held by nobody in between.
//!
//! ```text
//! begin ─▶ Done                       malformed, or known and fresh: no I/O at all
//!   └────▶ Load { poll, store }       all at once: the feed, the caller, the key
//!            ├──▶ Done
//!            └──▶ Load { workspace }  the store had an older record than the view
//!                   └──▶ Done         knows of, none where there should be one,
//!                                     failed, or had one without our seal
//! ```

mod caller;
mod judge;
mod lookup;
pub mod proxy;
mod question;
mod verdict;

pub use caller::{Asker, Caller, CallerRefusal};
pub use lookup::{Anomaly, Load, Loaded};
#[cfg(feature = "openapi")]
pub use question::QuestionSchema;
pub use question::{Consistency, Question};
pub use verdict::{Refusal, Verdict, VerdictView, VerifiedKey};

use crate::{
    digest::{Digest, DigestKind, Peppers, TokenHash},
    instant::Instant,
    isolate::{Checked, Isolate},
    record::Fact,
    token::{Malformed, Shapes},
};
use lookup::{Answer, Lookup};

/// How often a verification asks for the view before it does without.
const POLLS: u8 = 3;

/// How far the view can be relied on for a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// It is fresh.
    Fresh,
    /// It is fresh enough, but no feed answers now.
    Unchecked,
    /// It has to be brought up to date first.
    Wait,
    /// It is too old, and no feed answers.
    Nothing,
}

/// What a verification does next.
#[derive(Debug)]
pub enum Step {
    /// It is over.
    Done(Box<Outcome>),
    /// It needs all of this, at once, and then goes on.
    Load(Loads),
}

/// How a verification ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With a verdict.
    Verdict {
        /// Which.
        verdict: Verdict,
        /// It was answered from a view older than B, because the operator
        /// prefers that to no answer.
        stale: bool,
    },
    /// Whoever asked gets none.
    Refused(CallerRefusal),
}

/// What a verification needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loads {
    /// The view brought up to date.
    pub poll: bool,
    /// What a feed knows of these, asked for with that poll.
    pub check: Vec<Digest>,
    /// The record of who asks.
    pub caller: Option<Load>,
    /// The record of the token.
    pub key: Option<Load>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brought {
    /// The poll's end; `None` where no feed answered.
    pub polled: Option<Checked>,
    /// The record of who asks, if it was asked for.
    pub caller: Option<Loaded>,
    /// The record of the token, likewise.
    pub key: Option<Loaded>,
}

/// A verification under way.
#[derive(Debug)]
pub struct Verification<'a> {
    question: Option<&'a Question>,
    shapes: &'a Shapes,
    /// Whether the checksum of the token was looked at.
    proved: bool,
    started: Instant,
    caller: Option<Lookup<'a>>,
    /// It was met before, so it need not be remembered.
    caller_is_met: bool,
    key: Result<Lookup<'a>, Verdict>,
    /// Whether the last step asked for the view.
    polling: bool,
    polls: u8,
    feeds_failed: bool,
}

impl<'a> Verification<'a> {
    /// Begins to answer `question`, asked by `asker` at `now`. Without a
    /// question only who asks is checked.
    #[must_use]
    pub fn begin(
        question: Option<&'a Question>,
        shapes: &'a Shapes,
        asker: Asker,
        peppers: &'a Peppers,
        now: Instant,
    ) -> Self {
        let Asker {
            workspace,
            verifier,
        } = asker;
        let caller_is_met = verifier.is_some_and(|caller| caller.digest.is_some());
        let caller = verifier.map(|Caller { hash, digest }| {
            let workspace = workspace.clone();
            let (kind, freshness) = (DigestKind::Verifier, Consistency::Eventual);
            Lookup::new(kind, workspace, hash, digest, peppers, freshness, now)
        });
        let outlined = |question: &'a Question| {
            let token = question.token();
            shapes.outline(token).map(|()| (question, token))
        };
        let key = match question.map(outlined) {
            None => Err(Verdict::Unavailable),
            Some(Err(malformed)) => Err(Verdict::Malformed(malformed)),
            Some(Ok((question, token))) => Ok(Lookup::new(
                DigestKind::Key,
                workspace,
                TokenHash::of_secret(token),
                None,
                peppers,
                question.consistency(),
                now,
            )),
        };
        Self {
            question,
            shapes,
            proved: false,
            started: now,
            caller,
            caller_is_met,
            key,
            polling: false,
            polls: 0,
            feeds_failed: false,
        }
    }

    /// Takes in what the last step asked for, and goes on.
    #[must_use]
    pub fn resume(
        &mut self,
        brought: Brought,
        isolate: &mut Isolate,
        now: Instant,
        note: &mut dyn FnMut(Anomaly),
    ) -> Step {
        if core::mem::take(&mut self.polling) {
            match &brought.polled {
                Some(checked) => self.lookups().for_each(|lookup| lookup.check(checked)),
                None => self.feeds_failed = true,
            }
        }
        if let (Some(caller), Some(loaded)) = (&mut self.caller, brought.caller) {
            caller.take(loaded, note);
        }
        if let (Ok(key), Some(loaded)) = (&mut self.key, brought.key) {
            key.take(loaded, note);
        }
        self.advance(isolate, now, note)
    }

    /// Goes as far as it can. What was odd, for the log, goes to `note`.
    #[must_use]
    pub fn advance(
        &mut self,
        isolate: &mut Isolate,
        now: Instant,
        note: &mut dyn FnMut(Anomaly),
    ) -> Step {
        isolate.observe(now);
        let trust = self.trust(isolate);
        let caller = self
            .caller
            .as_mut()
            .and_then(|lookup| lookup.advance(isolate, trust, now, note));
        // Who is refused learns nothing, and costs nothing more.
        if let Some(refusal) = self.refused_caller(now) {
            return Step::Done(Box::new(Outcome::Refused(refusal)));
        }
        self.meet(isolate);
        let mut key = match &mut self.key {
            Err(_) => None,
            Ok(lookup) => lookup.advance(isolate, trust, now, note),
        };
        if let Some(malformed) = self.disprove() {
            (self.key, key) = (Err(Verdict::Malformed(malformed)), None);
        }
        if caller.is_none() && key.is_none() && self.lookups().all(|l| l.answer().is_some()) {
            let outcome = self.outcome(now);
            self.count(&outcome, isolate, now);
            return Step::Done(Box::new(outcome));
        }
        let check: Vec<Digest> = match trust {
            Trust::Fresh | Trust::Wait => self
                .lookups()
                .filter_map(|lookup| lookup.to_check(isolate))
                .collect(),
            Trust::Unchecked | Trust::Nothing => Vec::new(),
        };
        let poll = !check.is_empty() || (trust == Trust::Wait && self.waits_for_the_view());
        if poll {
            self.polling = true;
            self.polls += 1;
        }
        Step::Load(Loads {
            poll,
            check,
            caller,
            key,
        })
    }

    /// Remembers who asks, once it is known to be good.
    fn meet(&mut self, isolate: &mut Isolate) {
        if !self.caller_is_met
            && let Some(caller) = &self.caller
            && caller.answer().is_some()
        {
            self.caller_is_met = true;
            isolate.callers_mut().meet(caller.met());
        }
    }

    /// Whoever only tries a key out, and is no service, does not use it.
    fn count(&self, outcome: &Outcome, isolate: &mut Isolate, now: Instant) {
        let (Some(caller), Outcome::Verdict { verdict, .. }) = (&self.caller, outcome) else {
            return;
        };
        let key = match verdict {
            Verdict::Valid(record) => Some((record.key, true)),
            Verdict::Refused(_, record) => Some((record.key, false)),
            Verdict::NotFound => None,
            // What costs nothing must not cost a poll (promise 9).
            Verdict::Malformed(_) | Verdict::Unavailable => return,
        };
        // First: where there are too many keys to count, it has its place.
        if let Some(Answer::Found(Fact::Verifier(record))) = caller.answer() {
            isolate.count(caller.workspace(), record.verifier.as_kind(), true, now);
        }
        if let Some((key, allowed)) = key {
            isolate.count(caller.workspace(), key.as_kind(), allowed, now);
        }
    }

    /// A token that is remembered needs no checksum. One that would be looked
    /// for does: made up or mistyped, it costs nothing more (promise 9).
    fn disprove(&mut self) -> Option<Malformed> {
        let is_open = matches!(&self.key, Ok(lookup) if lookup.answer().is_none());
        if !is_open || core::mem::replace(&mut self.proved, true) {
            return None;
        }
        self.shapes.check(self.question?.token()).err()
    }

    fn lookups(&mut self) -> impl Iterator<Item = &mut Lookup<'a>> {
        self.caller.iter_mut().chain(&mut self.key)
    }

    /// Not while the workspace object is asked, whose word needs no view.
    fn waits_for_the_view(&mut self) -> bool {
        self.lookups().any(|lookup| lookup.needs_view())
    }

    fn trust(&self, isolate: &Isolate) -> Trust {
        if isolate.is_fresh(self.started) && !self.feeds_failed {
            Trust::Fresh
        } else if !self.feeds_failed && self.polls < POLLS {
            Trust::Wait
        } else if isolate.is_within_bound(self.started) {
            Trust::Unchecked
        } else {
            Trust::Nothing
        }
    }

    fn refused_caller(&self, now: Instant) -> Option<CallerRefusal> {
        match self.caller.as_ref()?.answer()? {
            Answer::Found(Fact::Verifier(record)) if record.is_good(now) => None,
            Answer::Found(_) | Answer::Absent => Some(CallerRefusal::NotGood),
            Answer::Unavailable => Some(CallerRefusal::Unavailable),
        }
    }

    fn outcome(&mut self, now: Instant) -> Outcome {
        let stale = self.lookups().any(|lookup| lookup.is_stale());
        let verdict = match (&self.key, self.question) {
            (Err(verdict), _) => verdict.clone(),
            (Ok(lookup), Some(question)) => match lookup.answer() {
                Some(Answer::Found(Fact::Key(record))) => {
                    judge::judge(record.clone(), question, now)
                }
                Some(Answer::Absent) => Verdict::NotFound,
                Some(Answer::Found(Fact::Verifier(_)) | Answer::Unavailable) | None => {
                    Verdict::Unavailable
                }
            },
            (Ok(_), None) => Verdict::Unavailable,
        };
        Outcome::Verdict { verdict, stale }
    }
}

#[cfg(test)]
mod tests;
