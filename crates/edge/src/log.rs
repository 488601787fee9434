//! What is written to the log: facts, in one line each, and never anything that
//! a request brought along. Promise 2 is kept here by there being no way to log
//! a value that is not a word of ours, a number, or an error of the platform.

use core::fmt::Display;

/// Something that must not happen, did, and was survived.
pub(crate) fn anomaly(what: &str, fact: impl Display) {
    worker::console_warn!("{what}: {fact}");
}

/// Something that failed on our side.
pub(crate) fn fault(what: &str, error: impl Display) {
    worker::console_error!("{what}: {error}");
}
