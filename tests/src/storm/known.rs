//! What those who ask know of a key.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use crate::{
    model::{Action, Ask, Key, Scope, TOKENS, Token},
    random::Random,
};

/// A key whose creation was acknowledged.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) id: String,
    /// Those that were answered. Of a rotation without an answer nobody knows
    /// the token.
    tokens: Mutex<Vec<(Token, String)>>,
    /// Tokens that were asked for.
    numbered: AtomicUsize,
    /// Changes that were asked for, and those of them without an answer: with
    /// many of those, too many orders are possible to say anything.
    pub(super) changes: AtomicUsize,
    pub(super) unknown: AtomicUsize,
    /// When it was last changed, in milliseconds.
    pub(super) touched: AtomicU64,
    /// Whether it is blocked, and whether it has a token in its grace, as far as
    /// those know who ask for changes.
    pub(super) blocked: AtomicBool,
    pub(super) graced: AtomicBool,
    /// Nothing more will become of it.
    pub(super) over: AtomicBool,
}

/// Enough for the key to have had every kind, and few enough to ask for all of
/// them at the end.
const SHARE: usize = 6;

impl Known {
    /// One that was created, with its first token.
    pub(super) fn new(key: Key, id: String, token: String) -> Self {
        Self {
            key,
            id,
            tokens: Mutex::new(vec![(0, token)]),
            numbered: AtomicUsize::new(1),
            changes: AtomicUsize::new(0),
            unknown: AtomicUsize::new(0),
            touched: AtomicU64::new(0),
            blocked: AtomicBool::new(false),
            graced: AtomicBool::new(false),
            over: AtomicBool::new(false),
        }
    }

    pub(super) fn may_change(&self) -> bool {
        self.changes.load(Ordering::SeqCst) < 14 && self.unknown.load(Ordering::SeqCst) < 3
    }

    /// The number of a token that is asked for; none when it has had its share.
    pub(super) fn number(&self) -> Option<Token> {
        let next = |number| (number < SHARE.min(TOKENS)).then_some(number + 1);
        let order = Ordering::SeqCst;
        self.numbered.fetch_update(order, order, next).ok()
    }

    /// A token was answered.
    pub(super) fn learn(&self, token: Token, text: String) {
        self.lock().push((token, text));
    }

    /// That change was answered as done.
    pub(super) fn became(&self, action: Action) {
        let set = |flag: &AtomicBool, value| flag.store(value, Ordering::SeqCst);
        match action {
            Action::Block => {
                set(&self.blocked, true);
                set(&self.graced, false);
            }
            Action::Unblock => set(&self.blocked, false),
            Action::Revoke => set(&self.over, true),
            Action::Rotate { grace, .. } => set(&self.graced, grace),
            Action::EndPrevious => set(&self.graced, false),
            Action::Create | Action::Edit { .. } => {}
        }
    }

    /// The tokens that are known, in the order in which they were.
    pub(super) fn tokens(&self) -> Vec<Token> {
        self.lock().iter().map(|(token, _)| *token).collect()
    }

    /// The token itself, if it is known.
    pub(super) fn text(&self, token: Token) -> Option<String> {
        let known = self.lock();
        let mut known = known.iter();
        known
            .find(|(known, _)| *known == token)
            .map(|(_, text)| text.clone())
    }

    /// With the tokens that are good, as far as is known: the last one, and in
    /// its grace the one before.
    pub(super) fn good(&self) -> Vec<Ask> {
        let most = 1 + usize::from(self.graced.load(Ordering::SeqCst));
        let last = self.tokens().into_iter().rev().take(most);
        last.map(|token| Ask { token, scope: None }).collect()
    }

    /// Everything that can be asked with the tokens that are known.
    pub(super) fn asks(&self) -> Vec<Ask> {
        self.tokens().into_iter().flat_map(Ask::with).collect()
    }

    /// Some question; mostly one whose answer the last change may have changed.
    pub(super) fn ask(&self, random: &mut Random) -> Ask {
        let tokens = self.tokens();
        let among = match random.below(6) {
            0 => tokens.len(),
            _ => tokens.len().min(2),
        };
        let token = tokens[tokens.len() - 1 - random.below(among)];
        let scope = match random.below(4) {
            0 => None,
            choice => Some(Scope::ALL[choice % 2]),
        };
        Ask { token, scope }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Token, String)>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
