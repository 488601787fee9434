//! Is this token good, and for what?
//!
//! Verification is a step machine. It says what it needs to know
//! ([`Step::Load`]), is resumed with what was found, and ends with a
//! [`Verdict`]. It reads no clock and no storage itself:
//!
//! ```text
//! begin ──▶ Verdict(malformed)                    no storage read at all
//!   └─────▶ Load(store) ──▶ Verdict               the record was there
//!                 └───────▶ Load(workspace) ──▶ Verdict
//!                           the store had none, failed, or had one that
//!                           does not carry our seal
//! ```
//!
//! A token nobody issued costs one question to the workspace object: a store
//! that is behind must not make a fresh key unknown. Made-up tokens do not get
//! that far, their checksum does not fit.

mod caller;
mod judge;
mod lookup;
mod question;
mod verdict;

pub use caller::{Caller, CallerRefusal, CallerStep, PendingCaller};
pub use lookup::{Anomaly, Load, Loaded};
#[cfg(feature = "openapi")]
pub use question::QuestionSchema;
pub use question::{Consistency, Question};
pub use verdict::{Refusal, Verdict, VerdictView, VerifiedKey};

use crate::{
    digest::{DigestKind, Peppers},
    instant::Instant,
    record::KeyRecord,
    token::{self, ApiPrefix},
    workspace::WorkspaceName,
};
use lookup::{Answer, Lookup, Progress};

/// What a verification does next.
#[derive(Debug)]
pub enum Step<'a> {
    /// It is over.
    Verdict(Box<Verdict>),
    /// It needs this, then it goes on.
    Load(Load, Pending<'a>),
}

/// A verification that waits for what it asked to be loaded.
#[derive(Debug)]
pub struct Pending<'a> {
    question: &'a Question,
    lookup: Lookup<'a>,
}

/// Begins to answer `question` within `workspace`.
#[must_use]
pub fn begin<'a>(
    question: &'a Question,
    prefix: &ApiPrefix,
    workspace: &WorkspaceName,
    peppers: &'a Peppers,
) -> Step<'a> {
    match token::parse_api(question.token(), prefix) {
        Err(malformed) => Step::Verdict(Box::new(Verdict::Malformed(malformed))),
        Ok(token) => {
            let (lookup, load) = Lookup::begin(
                DigestKind::Key,
                workspace.clone(),
                token.hash(),
                peppers,
                question.consistency(),
            );
            Step::Load(load, Pending { question, lookup })
        }
    }
}

impl<'a> Pending<'a> {
    /// Goes on with what was loaded. `now` is read after the load, so that a
    /// key that expired meanwhile is expired. What was odd about it, for the
    /// log, goes to `note`.
    #[must_use]
    pub fn resume(mut self, loaded: Loaded, now: Instant, note: impl FnMut(Anomaly)) -> Step<'a> {
        let verdict = match self.lookup.resume::<KeyRecord>(loaded, note) {
            Progress::Load(load) => return Step::Load(load, self),
            Progress::Done(Answer::Found(record)) => judge::judge(record, self.question, now),
            Progress::Done(Answer::Absent) => Verdict::NotFound,
            Progress::Done(Answer::Unavailable) => Verdict::Unavailable,
        };
        Step::Verdict(Box::new(verdict))
    }
}

#[cfg(test)]
mod tests;
