//! What an isolate, a feed and a workspace say to each other, in bytes.
//!
//! Every message begins with the format's number, so that two versions of the
//! Worker that run side by side during a deployment refuse each other instead
//! of misreading. Numbers are big-endian. A message is read whole or not at all.

mod used;

use core::fmt;

pub use used::{Counts, USED};

use super::{Change, Cursor, Epoch, Known, Sequence};
use crate::{digest::Digest, instant::Instant, record::Standing, usage::Used, version::Version};

const FORMAT: u8 = 1;

/// A question that brings counts along. One without is written as before there
/// were any: most of them are, and a feed of that time understands them.
const FORMAT_WITH_COUNTS: u8 = 2;

/// Changes in one answer at most.
pub const PAGE: usize = 4_000;

/// Bytes of an answer at most; a longer one is not read.
pub const MAX_ANSWER: usize = 64 + PAGE * CHANGE + CHECKS * (1 + KNOWN);

/// Digests that one question may ask about: those of a caller and a key, each
/// under two peppers.
const CHECKS: usize = 8;

const KNOWN: usize = 5;
const CHANGE: usize = 32 + KNOWN;

/// The bytes are not such a message, or one of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnderstood;

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message of the feed cannot be read")
    }
}

impl core::error::Error for NotUnderstood {}

/// What an isolate asks its feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// How far it has read; `None` for an isolate that knows nothing.
    pub cursor: Option<Cursor>,
    /// It has given up on the whole window before, and would rather have it now.
    pub whole: bool,
    /// Besides: what is known of these?
    pub check: Vec<Digest>,
    /// And: this is what was counted; [`USED`] of them at most.
    pub used: Vec<Used>,
}

/// What the changes of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those after the cursor of the question.
    Since,
    /// The window from its beginning: what was known before counts no more.
    Window,
    /// None: there are too many to load. Each digest has to be asked about.
    TooLarge,
}

/// What a feed answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the changes are.
    pub reach: Reach,
    /// How far they reach.
    pub upto: Cursor,
    /// There are more after them; ask on from `upto`.
    pub more: bool,
    /// In the order of their numbers.
    pub changes: Vec<Change>,
    /// For each digest that was asked about, in that order.
    pub checked: Vec<Option<Known>>,
}

/// Changes on their way to a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Announcement {
    /// In any order.
    pub changes: Vec<Change>,
}

/// Where the next page of a [`Seed`] begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedCursor {
    /// When the last change of the page before was announced.
    pub announced_at: Instant,
    /// And which it was.
    pub digest: Digest,
}

/// What a workspace tells a feed that has just started: a page of what it has
/// announced within the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// In the order in which they were announced.
    pub changes: Vec<Change>,
    /// Where to go on, if there is more.
    pub next: Option<SeedCursor>,
}

impl Question {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = match self.used.is_empty() {
            true => Writer::new(),
            false => Writer(vec![FORMAT_WITH_COUNTS]),
        };
        out.byte(u8::from(self.cursor.is_some()));
        if let Some(cursor) = self.cursor {
            out.cursor(cursor);
        }
        out.byte(u8::from(self.whole));
        let checks = self.check.iter().take(CHECKS);
        out.byte(u8::try_from(checks.len()).unwrap_or(0));
        for digest in checks {
            out.bytes(digest.as_bytes());
        }
        if !self.used.is_empty() {
            out.used(&self.used);
        }
        out.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything that [`Question::encode`] does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotUnderstood> {
        let (mut input, counts) = match bytes.split_first() {
            Some((&FORMAT_WITH_COUNTS, rest)) => (Reader(rest), true),
            _ => (Reader::new(bytes)?, false),
        };
        let cursor = if input.flag()? {
            Some(input.cursor()?)
        } else {
            None
        };
        let whole = input.flag()?;
        let count = usize::from(input.byte()?);
        if count > CHECKS {
            return Err(NotUnderstood);
        }
        let mut check = Vec::with_capacity(count);
        for _ in 0..count {
            check.push(input.digest()?);
        }
        let used = match counts {
            true => input.used()?,
            false => Vec::new(),
        };
        if counts && used.is_empty() {
            return Err(NotUnderstood);
        }
        input.end()?;
        Ok(Self {
            cursor,
            whole,
            check,
            used,
        })
    }
}

impl Answer {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.byte(match self.reach {
            Reach::Since => 1,
            Reach::Window => 2,
            Reach::TooLarge => 3,
        });
        out.cursor(self.upto);
        out.byte(u8::from(self.more));
        out.changes(&self.changes);
        out.byte(u8::try_from(self.checked.len()).unwrap_or(u8::MAX));
        for checked in &self.checked {
            out.byte(u8::from(checked.is_some()));
            if let Some(known) = checked {
                out.known(*known);
            }
        }
        out.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything that [`Answer::encode`] does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotUnderstood> {
        if bytes.len() > MAX_ANSWER {
            return Err(NotUnderstood);
        }
        let mut input = Reader::new(bytes)?;
        let reach = match input.byte()? {
            1 => Reach::Since,
            2 => Reach::Window,
            3 => Reach::TooLarge,
            _ => return Err(NotUnderstood),
        };
        let upto = input.cursor()?;
        let more = input.flag()?;
        let changes = input.changes()?;
        let count = input.byte()?;
        let mut checked = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            checked.push(if input.flag()? {
                Some(input.known()?)
            } else {
                None
            });
        }
        input.end()?;
        Ok(Self {
            reach,
            upto,
            more,
            changes,
            checked,
        })
    }
}

impl Announcement {
    /// As bytes; [`PAGE`] changes at most are meant to be in one.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.changes(&self.changes);
        out.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything that [`Announcement::encode`] does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotUnderstood> {
        let mut input = Reader::new(bytes)?;
        let changes = input.changes()?;
        input.end()?;
        Ok(Self { changes })
    }
}

impl Seed {
    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.changes(&self.changes);
        out.byte(u8::from(self.next.is_some()));
        if let Some(next) = self.next {
            out.seed_cursor(next);
        }
        out.0
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything that [`Seed::encode`] does not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotUnderstood> {
        let mut input = Reader::new(bytes)?;
        let changes = input.changes()?;
        let next = if input.flag()? {
            Some(input.seed_cursor()?)
        } else {
            None
        };
        input.end()?;
        Ok(Self { changes, next })
    }
}

impl SeedCursor {
    /// As bytes: what a feed sends to get a further page. The first page is
    /// asked for with nothing.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        let mut out = Writer::new();
        out.seed_cursor(self);
        out.0
    }

    /// From bytes; `None` asks for the first page.
    ///
    /// # Errors
    ///
    /// [`NotUnderstood`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, NotUnderstood> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut input = Reader::new(bytes)?;
        let cursor = input.seed_cursor()?;
        input.end()?;
        Ok(Some(cursor))
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn new() -> Self {
        Self(vec![FORMAT])
    }

    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn cursor(&mut self, cursor: Cursor) {
        self.bytes(&cursor.epoch.to_bytes());
        self.bytes(&cursor.sequence.get().to_be_bytes());
    }

    fn seed_cursor(&mut self, cursor: SeedCursor) {
        self.bytes(&cursor.announced_at.as_millis().to_be_bytes());
        self.bytes(cursor.digest.as_bytes());
    }

    fn known(&mut self, known: Known) {
        self.bytes(&known.version.get().to_be_bytes());
        self.byte(known.standing.to_byte());
    }

    fn changes(&mut self, changes: &[Change]) {
        self.bytes(
            &u32::try_from(changes.len())
                .unwrap_or(u32::MAX)
                .to_be_bytes(),
        );
        for change in changes {
            self.bytes(change.digest.as_bytes());
            self.known(change.known);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, NotUnderstood> {
        match bytes.split_first() {
            Some((&FORMAT, rest)) => Ok(Self(rest)),
            _ => Err(NotUnderstood),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NotUnderstood> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(NotUnderstood)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, NotUnderstood> {
        self.array().map(|[byte]| byte)
    }

    fn flag(&mut self) -> Result<bool, NotUnderstood> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(NotUnderstood),
        }
    }

    fn digest(&mut self) -> Result<Digest, NotUnderstood> {
        self.array().map(Digest::from_bytes)
    }

    fn cursor(&mut self) -> Result<Cursor, NotUnderstood> {
        Ok(Cursor {
            epoch: Epoch::from_bytes(self.array()?),
            sequence: Sequence::new(u64::from_be_bytes(self.array()?)),
        })
    }

    fn seed_cursor(&mut self) -> Result<SeedCursor, NotUnderstood> {
        let millis = i64::from_be_bytes(self.array()?);
        Ok(SeedCursor {
            announced_at: Instant::from_millis(millis).ok_or(NotUnderstood)?,
            digest: self.digest()?,
        })
    }

    fn known(&mut self) -> Result<Known, NotUnderstood> {
        let version = Version::new(u32::from_be_bytes(self.array()?));
        let standing = Standing::from_byte(self.byte()?);
        Ok(Known {
            version: version.ok_or(NotUnderstood)?,
            standing: standing.ok_or(NotUnderstood)?,
        })
    }

    fn changes(&mut self) -> Result<Vec<Change>, NotUnderstood> {
        let count = u32::from_be_bytes(self.array()?);
        let count = usize::try_from(count).map_err(|_| NotUnderstood)?;
        // A number that was made up must not make room for what is not there.
        if count > self.0.len() / CHANGE {
            return Err(NotUnderstood);
        }
        let mut changes = Vec::with_capacity(count);
        for _ in 0..count {
            changes.push(Change {
                digest: self.digest()?,
                known: self.known()?,
            });
        }
        Ok(changes)
    }

    fn end(self) -> Result<(), NotUnderstood> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(NotUnderstood)
        }
    }
}

#[cfg(test)]
mod tests;
