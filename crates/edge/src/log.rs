//! What is written to the log: facts, in one line each, and never anything that
//! a request brought along. Promise 2 is kept here by there being no way to log
//! a value that is not a word of ours, a number, or an error of the platform.

use core::fmt::Display;

/// Something that must not happen, did, and was survived.
pub(crate) fn anomaly(what: &str, fact: impl Display) {
    worker::console_warn!("{what}: {}", one_line(&fact));
}

/// Something that failed on our side.
pub(crate) fn fault(what: &str, error: impl Display) {
    worker::console_error!("{what}: {}", one_line(&error));
}

/// The platform repeats its errors on further lines, with where they came from.
fn one_line(fact: &dyn Display) -> String {
    fact.to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
