//! What a key can be, what changes make of it, and what verdicts follow.

/// As much of a key as a verdict depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not created.
    Absent,
    /// Good.
    Active,
    /// Stopped for a while.
    Blocked,
    /// Stopped for ever.
    Revoked,
}

/// What can be asked of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Makes it.
    Create,
    /// Stops it for a while.
    Block,
    /// Lets it go on.
    Unblock,
    /// Stops it for ever.
    Revoke,
}

impl Action {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Create, Self::Block, Self::Unblock, Self::Revoke];

    /// As it is written in a path and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Revoke => "revoke",
        }
    }

    /// Whether it takes something away: its 200 means that every region knows.
    #[must_use]
    pub fn narrows(self) -> bool {
        matches!(self, Self::Block | Self::Revoke)
    }
}

impl State {
    /// What the action makes of it; the same when there is nothing to do, and
    /// `None` when the action must be refused.
    #[must_use]
    pub fn after(self, action: Action) -> Option<Self> {
        match (self, action) {
            (Self::Absent, Action::Create) => Some(Self::Active),
            (Self::Active | Self::Blocked, Action::Block) => Some(Self::Blocked),
            (Self::Active | Self::Blocked, Action::Unblock) => Some(Self::Active),
            (Self::Active | Self::Blocked | Self::Revoked, Action::Revoke) => Some(Self::Revoked),
            _ => None,
        }
    }

    /// Whether a verdict of that code can follow from it.
    #[must_use]
    pub fn explains(self, code: &str) -> bool {
        code == match self {
            Self::Absent => "not_found",
            Self::Active => "valid",
            Self::Blocked => "blocked",
            Self::Revoked => "revoked",
        }
    }

    /// Whether less is allowed than before.
    #[must_use]
    pub fn narrower_than(self, before: Self) -> bool {
        let rank = |state| match state {
            Self::Absent => 0,
            Self::Active => 3,
            Self::Blocked => 2,
            Self::Revoked => 1,
        };
        rank(self) < rank(before)
    }
}
