//! What a key can be, what changes make of it, and what verdicts follow.

use std::fmt;

use super::{Action, Ask, Scopes, TOKENS};

/// What people decided of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not created.
    Absent,
    /// Good.
    Active,
    /// Stopped for a while.
    Blocked,
    /// Stopped for ever.
    Revoked,
}

/// What became of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It was not made.
    Unmade,
    /// The one that the key has.
    Current,
    /// The one of before, good beside it.
    Previous,
    /// It is over, whatever becomes of its key. So nobody is told of later
    /// changes of the key under its digest, and what is published there may be
    /// from any time since: `active` or `blocked` say what the key was by then.
    Over { active: bool, blocked: bool },
}

/// As much of a key as a verdict depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct State {
    standing: Standing,
    /// Counts the changes, as the key's `ETag` does.
    version: u32,
    scopes: Scopes,
    tokens: [Fate; TOKENS],
}

impl State {
    /// A key that was not created.
    pub const ABSENT: Self = Self {
        standing: Standing::Absent,
        version: 0,
        scopes: Scopes::ALL,
        tokens: [Fate::Unmade; TOKENS],
    };

    /// What people decided of it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// What the action makes of it; the same when there is nothing to do, and
    /// `None` when the action must be refused.
    #[must_use]
    pub fn after(self, action: Action) -> Option<Self> {
        let mut next = self;
        match (self.standing, action) {
            (Standing::Absent, Action::Create) => {
                next.standing = Standing::Active;
                next.tokens[0] = Fate::Current;
            }
            (Standing::Absent, _) | (_, Action::Create) => return None,
            // The same request again.
            (_, Action::Rotate { token, .. }) if self.tokens[token] != Fate::Unmade => {}
            (_, Action::Revoke) => {
                next.end(Fate::Previous);
                next.standing = Standing::Revoked;
            }
            (Standing::Revoked, _) => return None,
            (Standing::Blocked, Action::Block) => {}
            (_, Action::Block) => {
                next.end(Fate::Previous);
                next.standing = Standing::Blocked;
            }
            (_, Action::Unblock) => next.standing = Standing::Active,
            (_, Action::Edit { version, .. }) if version != self.version => return None,
            (_, Action::Edit { scopes, .. }) => next.scopes = scopes,
            (_, Action::Rotate { token, grace }) => {
                next.end(Fate::Previous);
                if grace {
                    next.turn(Fate::Current, Fate::Previous);
                } else {
                    next.end(Fate::Current);
                }
                next.tokens[token] = Fate::Current;
            }
            (_, Action::EndPrevious) => next.end(Fate::Previous),
        }
        if next != self {
            next.version += 1;
            next.note_what_is_over();
        }
        Some(next)
    }

    fn turn(&mut self, from: Fate, into: Fate) {
        for fate in self.tokens.iter_mut().filter(|fate| **fate == from) {
            *fate = into;
        }
    }

    fn end(&mut self, which: Fate) {
        let over = Fate::Over {
            active: false,
            blocked: false,
        };
        self.turn(which, over);
    }

    fn note_what_is_over(&mut self) {
        for fate in &mut self.tokens {
            if let Fate::Over { active, blocked } = fate {
                *active |= self.standing == Standing::Active;
                *blocked |= self.standing == Standing::Blocked;
            }
        }
    }

    /// The code of the verdict that the one writer gives. In the order of
    /// DESIGN 8.
    #[must_use]
    pub fn says(&self, ask: Ask) -> &'static str {
        match (self.standing, self.tokens[ask.token]) {
            (Standing::Absent, _) | (_, Fate::Unmade) => "not_found",
            (Standing::Revoked, _) => "revoked",
            (Standing::Blocked, _) => "blocked",
            (Standing::Active, Fate::Over { .. }) => "expired",
            (Standing::Active, _) => match ask.scope {
                Some(scope) if !self.scopes.have(scope) => "insufficient_scope",
                _ => "valid",
            },
        }
    }

    /// Whether a verdict of that code can follow from it, anywhere.
    #[must_use]
    pub fn explains(&self, ask: Ask, code: &str) -> bool {
        let left = match (self.tokens[ask.token], code) {
            (Fate::Over { active, .. }, "expired") => active,
            (Fate::Over { blocked, .. }, "blocked") => blocked,
            _ => false,
        };
        left || code == self.says(ask)
    }

    /// Whether a token is good for less than before.
    #[must_use]
    pub fn narrower_than(&self, before: &Self) -> bool {
        (0..TOKENS)
            .flat_map(Ask::with)
            .any(|ask| self.less_than(before, ask))
    }

    /// The same of one question.
    #[must_use]
    pub fn less_than(&self, before: &Self, ask: Ask) -> bool {
        let rank = |state: &Self| match state.says(ask) {
            "valid" => 3,
            "insufficient_scope" => 2,
            // A token that is over is the one or the other, as its key is.
            "blocked" | "expired" => 1,
            _ => 0,
        };
        rank(self) < rank(before)
    }

    /// Whether 200 to an action that made this of `before` has to mean that
    /// every region knows (rule 6): it takes something away, or was meant to.
    #[must_use]
    pub fn is_due_everywhere(&self, before: &Self, action: Action) -> bool {
        match action {
            Action::Block | Action::Revoke | Action::EndPrevious => true,
            Action::Rotate { grace, .. } => !grace || self.narrower_than(before),
            Action::Edit { .. } => self == before || !self.scopes.cover(before.scopes),
            Action::Create | Action::Unblock => false,
        }
    }
}

impl fmt::Debug for State {
    /// In a few words: it stands in the text of a violation.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |wanted| self.tokens.iter().position(|fate| *fate == wanted);
        write!(to, "{:?}", self.standing)?;
        if let Some(current) = one(Fate::Current) {
            write!(to, " v{} {} token {current}", self.version, self.scopes)?;
        }
        one(Fate::Previous).map_or(Ok(()), |previous| write!(to, " and {previous}"))
    }
}

#[cfg(test)]
mod tests;
