//! Which changes a feed answers a question with.

use super::{Cursor, Epoch, Question, Reach, Sequence};

/// What a feed knows of itself at the moment of a question, read from its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Its epoch.
    pub epoch: Epoch,
    /// The number of the newest change.
    pub newest: Sequence,
    /// The highest number among the changes that have left the window.
    pub trimmed: Sequence,
    /// How many changes the window has.
    pub entries: u64,
    /// How many it may have to be loaded as a whole.
    pub limit: u64,
}

/// What to answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What the changes mean to whoever asked.
    pub reach: Reach,
    /// The changes after this number; none at all where it is `None`.
    pub after: Option<Sequence>,
}

impl State {
    /// Rule 4: who has read up to a point that this feed knows gets what came
    /// after it; everybody else gets the whole window, or is told that it is
    /// too large.
    #[must_use]
    pub fn plan(&self, question: &Question) -> Plan {
        let loadable = self.entries <= self.limit;
        match question.cursor {
            Some(cursor) if self.knows(cursor) && !(question.whole && loadable) => Plan {
                reach: Reach::Since,
                after: Some(cursor.sequence),
            },
            _ if loadable => Plan {
                reach: Reach::Window,
                after: Some(Sequence::START),
            },
            _ => Plan {
                reach: Reach::TooLarge,
                after: None,
            },
        }
    }

    /// Whether the answer depends on how many changes there are, which costs
    /// something to know.
    #[must_use]
    pub fn must_count(&self, question: &Question) -> bool {
        question.whole || !question.cursor.is_some_and(|cursor| self.knows(cursor))
    }

    /// Whether nothing is missing between this point and now.
    fn knows(&self, cursor: Cursor) -> bool {
        cursor.epoch == self.epoch && (self.trimmed..=self.newest).contains(&cursor.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: State = State {
        epoch: Epoch(7),
        newest: Sequence(20),
        trimmed: Sequence(10),
        entries: 8,
        limit: 8,
    };

    fn asked(cursor: Option<(u64, u64)>, whole: bool) -> Question {
        Question {
            cursor: cursor.map(|(epoch, sequence)| Cursor {
                epoch: Epoch(epoch),
                sequence: Sequence(sequence),
            }),
            whole,
            check: Vec::new(),
            used: Vec::new(),
        }
    }

    #[test]
    fn a_known_cursor_gets_what_came_after_it() {
        for at in [10, 15, 20] {
            let plan = STATE.plan(&asked(Some((7, at)), false));
            assert_eq!(
                (plan.reach, plan.after),
                (Reach::Since, Some(Sequence(at))),
                "{at}"
            );
        }
    }

    #[test]
    fn rule_4_an_unknown_cursor_gets_the_whole_window() {
        // None, one that was trimmed away, one from the future, another epoch.
        for cursor in [None, Some((7, 9)), Some((7, 21)), Some((8, 15))] {
            let plan = STATE.plan(&asked(cursor, false));
            assert_eq!(
                (plan.reach, plan.after),
                (Reach::Window, Some(Sequence::START))
            );
            let large = State {
                entries: 9,
                ..STATE
            };
            assert_eq!(large.plan(&asked(cursor, true)).reach, Reach::TooLarge);
        }
    }

    #[test]
    fn the_whole_window_is_given_again_only_where_it_fits() {
        assert_eq!(STATE.plan(&asked(Some((7, 15)), true)).reach, Reach::Window);
        let large = State {
            entries: 9,
            ..STATE
        };
        assert_eq!(large.plan(&asked(Some((7, 15)), true)).reach, Reach::Since);
    }
}
