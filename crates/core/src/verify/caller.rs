//! Who may ask for verdicts.

use core::fmt;

use crate::{
    digest::{Digest, TokenHash},
    isolate::Isolate,
    token::{Malformed, parse_verifier},
    workspace::WorkspaceName,
};

/// Who asks. Every question is asked within one workspace, whatever the
/// question says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The tenant.
    pub workspace: WorkspaceName,
    /// The verifier token that has to be looked up; `None` for somebody who is
    /// known to be good already.
    pub verifier: Option<Caller>,
}

/// A verifier token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub(super) hash: TokenHash,
    /// Under the current pepper, where it need not be computed.
    pub(super) digest: Option<Digest>,
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

impl Asker {
    /// Whoever sends the verifier token `text`. Anybody can make up a token that
    /// names a workspace of their own invention: it is looked up like any other, and
    /// nobody has published it.
    ///
    /// # Errors
    ///
    /// [`CallerRefusal`] for a text that is no verifier token.
    pub fn verifier(text: &str) -> Result<Self, CallerRefusal> {
        let token = parse_verifier(text).map_err(CallerRefusal::Malformed)?;
        Ok(Self {
            workspace: token.workspace().clone(),
            verifier: Some(Caller {
                hash: token.hash(),
                digest: None,
            }),
        })
    }

    /// As [`Asker::verifier`] for a token that was found good by this isolate
    /// before. That it was says nothing of whether it still is: its record is
    /// looked at like any other's.
    #[must_use]
    pub fn met(text: &str, isolate: &Isolate) -> Option<Self> {
        let hash = TokenHash::of_secret(text);
        let met = isolate.callers().find(&hash)?;
        Some(Self {
            workspace: met.workspace.clone(),
            verifier: Some(Caller {
                hash,
                digest: Some(met.digest),
            }),
        })
    }

    /// Somebody who may ask within this workspace, as was found elsewhere.
    #[must_use]
    pub fn trusted(workspace: WorkspaceName) -> Self {
        Self {
            workspace,
            verifier: None,
        }
    }
}
