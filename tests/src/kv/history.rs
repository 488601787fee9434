//! What was asked of an endpoint.

use std::time::{Duration, Instant};

/// The kinds of operation of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reads one key, or several at once.
    Get,
    /// Writes one key.
    Put,
    /// Takes one key away.
    Delete,
    /// Lists keys.
    List,
}

/// One operation, as it went.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What was asked.
    pub kind: Kind,
    /// Of which key (the prefix, for a list).
    pub key: String,
    /// When it was answered.
    pub at: Instant,
    /// How long that took.
    pub took: Duration,
    /// What was answered; 0 when the connection broke instead.
    pub status: u16,
}

impl Operation {
    /// Whether it was done, as far as the Worker knows.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
