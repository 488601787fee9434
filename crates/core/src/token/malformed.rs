//! What is wrong with a text that should be a token.
//!
//! Most refused tokens are good tokens that were handled badly: quoted in a
//! shell, cut in an e-mail, pasted into the wrong field. The diagnosis never
//! repeats any of the text, which may be a secret all the same.

use core::fmt;

use super::{ApiPrefix, MANAGEMENT, TAIL, TokenKind, VERIFIER};
use crate::{base62, environment::Environment};

/// Why a text is not a token of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// No text at all.
    Empty,
    /// Quotes around it, straight or typographic.
    Quoted,
    /// An authentication scheme such as `Bearer` before it.
    SchemeIncluded,
    /// White space or a line break before, after or inside it.
    WhiteSpace,
    /// A token, but of another kind.
    WrongKind {
        /// What it is.
        found: TokenKind,
        /// What is wanted here.
        wanted: TokenKind,
    },
    /// It does not begin like a token of this kind.
    UnknownPrefix,
    /// The prefix is right, but neither `live` nor `test` follows.
    UnknownEnvironment,
    /// The last part is this many characters short.
    TooShort(usize),
    /// The last part has this many characters too many.
    TooLong(usize),
    /// The last part has something other than letters and digits.
    ForbiddenCharacter,
    /// Everything looks right, but a character is not the one that was issued.
    Checksum,
}

// Piece by piece and without `write!`, here and wherever the page reads it:
// that is less code, there and in the Worker.
impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("There is no token here."),
            Self::Quoted => f.write_str(
                "There are quotes around the token. Send it without them; a shell or an .env \
                 file may have kept them.",
            ),
            Self::SchemeIncluded => {
                f.write_str("The word before the token belongs to the header, not to the token.")
            }
            Self::WhiteSpace => f.write_str(
                "There is white space or a line break in or around the token. It is one word.",
            ),
            Self::WrongKind { found, wanted } => {
                f.write_str("This is ")?;
                f.write_str(found.described())?;
                f.write_str(", but ")?;
                f.write_str(wanted.described())?;
                f.write_str(" is wanted here.")
            }
            Self::UnknownPrefix => f.write_str(
                "It does not begin like a token of this service. The beginning may be cut off, or \
                 it belongs to something else.",
            ),
            Self::UnknownEnvironment => {
                f.write_str("After the prefix a token says live or test; this one does not.")
            }
            Self::TooShort(missing) => {
                f.write_str("The token is cut off: ")?;
                f.write_str(&characters(*missing))?;
                f.write_str(" missing at the end.")
            }
            Self::TooLong(extra) => {
                f.write_str("The token is too long: ")?;
                f.write_str(&characters(*extra))?;
                f.write_str(" too many at the end.")
            }
            Self::ForbiddenCharacter => f.write_str(
                "There is a character in the token that no token has; only letters and digits \
                 follow the last underscore.",
            ),
            Self::Checksum => f.write_str(
                "A character of the token is wrong: its checksum does not fit. Copy it again \
                 instead of typing it.",
            ),
        }
    }
}

impl core::error::Error for Malformed {}

fn characters(count: usize) -> String {
    if count == 1 {
        "1 character is".to_owned()
    } else {
        count.to_string() + " characters are"
    }
}

pub(super) fn diagnose_api(text: &str, prefix: &ApiPrefix) -> Malformed {
    if let Some(found) = looks_wrong(text).or_else(|| wrong_kind(text, TokenKind::Api)) {
        return found;
    }
    match text
        .strip_prefix(prefix.as_str())
        .and_then(|rest| rest.strip_prefix('_'))
    {
        None => Malformed::UnknownPrefix,
        Some(rest) => match rest.split_once('_') {
            Some((environment, tail)) if Environment::parse(environment).is_some() => {
                diagnose_tail(tail)
            }
            None if Environment::parse(rest).is_some() => Malformed::TooShort(TAIL),
            _ => Malformed::UnknownEnvironment,
        },
    }
}

pub(super) fn diagnose_credential(text: &str, wanted: TokenKind) -> Malformed {
    if let Some(found) = looks_wrong(text).or_else(|| wrong_kind(text, wanted)) {
        return found;
    }
    let first = if wanted == TokenKind::Management {
        MANAGEMENT
    } else {
        VERIFIER
    };
    match text
        .strip_prefix(first)
        .and_then(|rest| rest.strip_prefix('_'))
    {
        None => Malformed::UnknownPrefix,
        // The workspace is part of every credential; a name of a wrong shape
        // cannot be told from a token that lost its beginning.
        Some(rest) => match rest.split_once('_') {
            Some((_, tail)) => match diagnose_tail(tail) {
                Malformed::Checksum if super::parse::tail_fits(tail) => Malformed::UnknownPrefix,
                found => found,
            },
            None => Malformed::TooShort(TAIL),
        },
    }
}

fn looks_wrong(text: &str) -> Option<Malformed> {
    let is_quote = |c| {
        matches!(
            c,
            '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»'
        )
    };
    let trimmed = text.trim();
    let scheme = trimmed
        .split_once(char::is_whitespace)
        .map(|(first, _)| first);
    if trimmed.is_empty() {
        Some(Malformed::Empty)
    } else if trimmed.starts_with(is_quote) || trimmed.ends_with(is_quote) {
        Some(Malformed::Quoted)
    } else if scheme.is_some_and(|word| {
        ["bearer", "token", "basic", "authorization:", "x-api-key:"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    }) {
        Some(Malformed::SchemeIncluded)
    } else if text.contains(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}') {
        Some(Malformed::WhiteSpace)
    } else {
        None
    }
}

fn wrong_kind(text: &str, wanted: TokenKind) -> Option<Malformed> {
    let mut parts = text.split('_');
    let found = match (parts.next(), parts.next()) {
        (Some(MANAGEMENT), Some(_)) => TokenKind::Management,
        (Some(VERIFIER), Some(_)) => TokenKind::Verifier,
        (Some(prefix), Some(environment))
            if ApiPrefix::parse(prefix).is_ok() && Environment::parse(environment).is_some() =>
        {
            TokenKind::Api
        }
        _ => return None,
    };
    (found != wanted).then_some(Malformed::WrongKind { found, wanted })
}

fn diagnose_tail(tail: &str) -> Malformed {
    if !tail.bytes().all(base62::is_digit) {
        return Malformed::ForbiddenCharacter;
    }
    match tail.len() {
        length if length < TAIL => Malformed::TooShort(TAIL - length),
        length if length > TAIL => Malformed::TooLong(length - TAIL),
        _ => Malformed::Checksum,
    }
}
