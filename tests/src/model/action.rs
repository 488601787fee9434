//! What can be asked of a key.

use std::fmt;

use super::{Scopes, Token};

/// Something that a call of the API asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes it, with its first token and every scope.
    Create,
    /// Stops it for a while.
    Block,
    /// Lets it go on.
    Unblock,
    /// Stops it for ever.
    Revoke,
    /// Gives it these scopes and no others.
    Edit {
        /// What it may do from then on.
        scopes: Scopes,
        /// The version that the editor has seen: no other one is to be changed.
        version: u32,
    },
    /// Gives it another token. The same number asked for again is the same
    /// request again (`Idempotency-Key`), which makes one token at most.
    Rotate {
        /// The token that it makes.
        token: Token,
        /// Whether the one of now stays good beside it.
        grace: bool,
    },
    /// Ends the token of before.
    EndPrevious,
}

impl Action {
    /// The kind of action, as it is counted in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Revoke => "revoke",
            Self::Edit { .. } => "edit",
            Self::Rotate { grace: false, .. } => "rotate",
            Self::Rotate { grace: true, .. } => "rotate with a grace",
            Self::EndPrevious => "end the grace",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())?;
        match self {
            Self::Edit { scopes, version } => write!(to, " of version {version} to {scopes}"),
            Self::Rotate { token, .. } => write!(to, " to token {token}"),
            _ => Ok(()),
        }
    }
}
