//! Who may ask for verdicts.

use core::fmt;

use super::{
    Anomaly, Consistency, Load, Loaded,
    lookup::{Answer, Lookup, Progress},
};
use crate::{
    digest::{DigestKind, Peppers},
    id::VerifierId,
    record::VerifierRecord,
    token::{Malformed, parse_verifier},
    workspace::WorkspaceName,
};

/// A verifier that was found good. Every question it asks is asked within its
/// workspace, whatever the question says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The tenant.
    pub workspace: WorkspaceName,
    /// Which of its verifiers.
    pub verifier: VerifierId,
}

/// Why a caller gets no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerRefusal {
    /// Not a verifier token; nothing was looked up.
    Malformed(Malformed),
    /// Never issued, or removed: the caller need not learn which.
    NotGood,
    /// Nobody can say now.
    Unavailable,
}

impl fmt::Display for CallerRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::NotGood => f.write_str("This verifier token is not good, or no longer."),
            Self::Unavailable => f.write_str("The verifier cannot be checked now."),
        }
    }
}

/// What the check of a caller does next.
#[derive(Debug)]
pub enum CallerStep<'a> {
    /// It is over.
    Done(Result<Caller, CallerRefusal>),
    /// It needs this, then it goes on.
    Load(Load, PendingCaller<'a>),
}

/// A check that waits for what it asked to be loaded.
#[derive(Debug)]
pub struct PendingCaller<'a> {
    workspace: WorkspaceName,
    lookup: Lookup<'a>,
}

impl Caller {
    /// Begins to check the verifier token `text`. Anybody can make up a token
    /// that names a workspace of their own invention: one that does not `exist`
    /// is refused before anything is looked up.
    #[must_use]
    pub fn begin<'a>(
        text: &str,
        exists: impl FnOnce(&WorkspaceName) -> bool,
        peppers: &'a Peppers,
    ) -> CallerStep<'a> {
        match parse_verifier(text) {
            Err(malformed) => CallerStep::Done(Err(CallerRefusal::Malformed(malformed))),
            Ok(token) if !exists(token.workspace()) => {
                CallerStep::Done(Err(CallerRefusal::NotGood))
            }
            Ok(token) => {
                let workspace = token.workspace().clone();
                let (lookup, load) = Lookup::begin(
                    DigestKind::Verifier,
                    workspace.clone(),
                    token.hash(),
                    peppers,
                    Consistency::Eventual,
                );
                CallerStep::Load(load, PendingCaller { workspace, lookup })
            }
        }
    }
}

impl<'a> PendingCaller<'a> {
    /// Goes on with what was loaded. What was odd about it, for the log, goes to
    /// `note`.
    #[must_use]
    pub fn resume(mut self, loaded: Loaded, note: impl FnMut(Anomaly)) -> CallerStep<'a> {
        CallerStep::Done(match self.lookup.resume::<VerifierRecord>(loaded, note) {
            Progress::Load(load) => return CallerStep::Load(load, self),
            Progress::Done(Answer::Found(record)) if !record.removed => Ok(Caller {
                workspace: self.workspace,
                verifier: record.verifier,
            }),
            Progress::Done(Answer::Found(_) | Answer::Absent) => Err(CallerRefusal::NotGood),
            Progress::Done(Answer::Unavailable) => Err(CallerRefusal::Unavailable),
        })
    }
}
