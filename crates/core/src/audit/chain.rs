//! How the entries hang together.
//!
//! ```text
//! {"hash":"…","previous":"…","number":7,…}
//! hash = SHA-256(previous ‖ {"number":7,…})
//! ```
//!
//! The line of an entry begins with both hashes, in lower-case hex, and goes on
//! with the entry's own members. So a line can be checked by itself, without a
//! reader of JSON, and two lines by whether the second names the first.

use core::fmt::{self, Write as _};

use crate::{digest::TokenHash, workspace::WorkspaceName};

/// A place in the chain: the hash of an entry and of all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; 32]);

impl Link {
    /// Where the chain of a workspace begins. It covers the name, so that no chain
    /// passes for another workspace's.
    #[must_use]
    pub fn first(workspace: &WorkspaceName) -> Self {
        Self::of(b"keyway/audit/v1/", workspace.as_str())
    }

    /// As it was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The link after this one, by an entry's body.
    #[must_use]
    pub fn next(&self, body: &str) -> Self {
        Self::of(&self.0, body)
    }

    fn of(before: &[u8], text: &str) -> Self {
        let hash = TokenHash::of_bytes(&[before, text.as_bytes()].concat());
        Self(*hash.as_bytes())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The line of an entry, given the link before it and the entry's body.
#[must_use]
pub fn chained(previous: &Link, body: &str) -> String {
    let mut line = String::from("{\"hash\":\"");
    line.push_str(&hex::encode(previous.next(body).0));
    line.push_str("\",\"previous\":\"");
    line.push_str(&hex::encode(previous.0));
    line.push_str("\",");
    line.push_str(body.strip_prefix('{').unwrap_or(body));
    line
}

/// What a check found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// How many entries.
    pub entries: usize,
    /// The last link. If it is the workspace's own, nothing is missing at the end.
    pub last: Option<Link>,
}

/// The first line that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// This line, counted from 1, is no entry.
    Unreadable(usize),
    /// The entry on this line was changed.
    Changed(usize),
    /// Something was taken out before this line, put in, or moved.
    Unlinked(usize),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, why) = match self {
            Self::Unreadable(line) => (line, " is no entry of an audit log."),
            Self::Changed(line) => (line, " was changed."),
            Self::Unlinked(line) => (
                line,
                " does not follow the one before it: something was taken out, put in or moved there.",
            ),
        };
        f.write_str("Line ")?;
        write_digits(f, *line)?;
        f.write_str(why)
    }
}

/// Where this runs on the page, nothing formats numbers.
fn write_digits(f: &mut fmt::Formatter<'_>, number: usize) -> fmt::Result {
    if number > 9 {
        write_digits(f, number / 10)?;
    }
    let digit = u32::try_from(number % 10).unwrap_or_default();
    f.write_char(char::from_digit(digit, 10).unwrap_or('0'))
}

/// Checks an export: each line an entry, in their order, from anywhere on.
///
/// # Errors
///
/// [`Broken`] says where the chain breaks first.
pub fn check(export: &str) -> Result<Checked, Broken> {
    let mut checked = Checked {
        entries: 0,
        last: None,
    };
    for (index, line) in export.lines().enumerate() {
        let line_number = index + 1;
        let (hash, previous, body) = read(line).ok_or(Broken::Unreadable(line_number))?;
        if previous.next(&body) != hash {
            return Err(Broken::Changed(line_number));
        }
        if checked.last.is_some_and(|last| last != previous) {
            return Err(Broken::Unlinked(line_number));
        }
        checked = Checked {
            entries: line_number,
            last: Some(hash),
        };
    }
    Ok(checked)
}

fn read(line: &str) -> Option<(Link, Link, String)> {
    let (hash, rest) = link(line.strip_prefix("{\"hash\":\"")?)?;
    let (previous, rest) = link(rest.strip_prefix("\",\"previous\":\"")?)?;
    let body = ["{", rest.strip_prefix("\",")?].concat();
    Some((hash, previous, body))
}

/// Only as it is written: another spelling would be another line of the same hash.
fn link(text: &str) -> Option<(Link, &str)> {
    let (digits, rest) = text.split_at_checked(64)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    let link = Link(bytes);
    (hex::encode(bytes) == digits).then_some((link, rest))
}
