//! Was everything that was answered allowed, given what was acknowledged when?
//!
//! A test writes down every change and every verification with its real start
//! and end, by one clock ([`Recorder`]); [`check()`] then looks whether there is
//! an order of the changes that explains all answers. Pure: it knows nothing of
//! workerd, and its rules are tested here without one.
//!
//! A later kind of change joins in [`Action`] and [`State`]: what it makes of a
//! key, and which codes follow from that. What time alone changes, such as an
//! expiry, is left out: it would hold one machine's clock against another's.

mod action;
mod ask;
mod check;
mod history;
mod life;
mod readings;
mod report;
mod state;
mod story;

pub use action::Action;
pub use ask::{Ask, Scope, Scopes, TOKENS, Token};
pub use check::{Findings, Rules, Violation, check, last_states};
pub use history::{At, Change, History, Key, Outcome, Probe, Reading, Recorder};
pub use report::Report;
pub use state::{Standing, State};
