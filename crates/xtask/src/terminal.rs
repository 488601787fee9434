//! Words for the person at the terminal.
//!
//! Nothing here fails: a terminal that was closed, or a pipe that nobody reads
//! any more, must not keep the rest from being cleaned up.

use std::{
    io::{self, Write as _},
    time::Instant,
};

use crate::duration;

/// What the command was run for: to standard output.
pub(crate) fn show(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// What happens meanwhile: to standard error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The one line that says why there was no success.
pub(crate) fn error(text: &str) {
    say(&format!("error: {text}"));
}

/// A step that takes a while: announced at once, timed until [`Step::done`].
pub(crate) struct Step {
    began: Instant,
}

impl Step {
    pub(crate) fn begin(what: &str) -> Self {
        say(&format!("keyway: {what} …"));
        Self {
            began: Instant::now(),
        }
    }

    pub(crate) fn done(self, what: &str) {
        say(&format!(
            "keyway: {what} in {}",
            duration::short(self.began.elapsed())
        ));
    }
}
