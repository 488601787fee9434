//! What a verification asks.

use std::fmt;

/// A token of a key: the first is 0. Numbers are given when a token is asked
/// for, so some were never made.
pub type Token = usize;

/// As many tokens as a key can have.
pub const TOKENS: usize = 16;

/// Something that a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One of them.
    Read,
    /// The other.
    Write,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// As the API has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The scopes of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes {
    /// Has [`Scope::Read`].
    pub read: bool,
    /// Has [`Scope::Write`].
    pub write: bool,
}

impl Scopes {
    /// Every scope.
    pub const ALL: Self = Self {
        read: true,
        write: true,
    };
    /// None.
    pub const NONE: Self = Self {
        read: false,
        write: false,
    };

    /// Whether it is one of them.
    #[must_use]
    pub fn have(self, scope: Scope) -> bool {
        match scope {
            Scope::Read => self.read,
            Scope::Write => self.write,
        }
    }

    /// Whether all of the others are among them.
    #[must_use]
    pub fn cover(self, others: Self) -> bool {
        Scope::ALL
            .into_iter()
            .all(|scope| self.have(scope) || !others.have(scope))
    }

    /// As the API has them.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let held = Scope::ALL.into_iter().filter(|scope| self.have(*scope));
        held.map(Scope::name).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "[{}]", self.names().join(" "))
    }
}

/// What is asked about a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// The token that is shown.
    pub token: Token,
    /// What it is to be good for, if for something.
    pub scope: Option<Scope>,
}

impl Ask {
    /// Everything that can be asked with that token.
    pub fn with(token: Token) -> impl Iterator<Item = Self> {
        let scopes = [None, Some(Scope::Read), Some(Scope::Write)];
        scopes.into_iter().map(move |scope| Self { token, scope })
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "token {}", self.token)?;
        self.scope
            .map_or(Ok(()), |scope| write!(to, " to {}", scope.name()))
    }
}
