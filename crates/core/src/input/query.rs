//! The query part of a list's address.

use crate::{
    id::KeyId,
    instant::Instant,
    key::Status,
    problem::{Code, Problem},
};

/// Items on a page where nothing is said.
const DEFAULT_LIMIT: u8 = 50;
/// Items on a page at most.
const MAX_LIMIT: u8 = 100;

/// What `GET /v1/keys` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// Which keys; all but the revoked unless said otherwise.
    pub statuses: Vec<Status>,
    /// How many, 1–100.
    pub limit: u8,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// The place of the last key of a page: keys are listed newest first. Sent in
/// hex, so that nobody is tempted to make one up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When that key was made.
    pub created_at: Instant,
    /// Which it is, among those made in the same millisecond.
    pub id: KeyId,
}

impl Cursor {
    fn parse(text: &str) -> Option<Self> {
        let plain = String::from_utf8(hex::decode(text).ok()?).ok()?;
        let (created_at, id) = plain.split_once(' ')?;
        Some(Self {
            created_at: Instant::from_millis(created_at.parse().ok()?)?,
            id: KeyId::parse(id).ok()?,
        })
    }
}

impl core::fmt::Display for Cursor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let plain = format!("{} {}", self.created_at.as_millis(), self.id);
        f.write_str(&hex::encode(plain))
    }
}

impl KeyList {
    /// Reads `status=active,blocked&limit=50&cursor=…`, without the `?`.
    ///
    /// # Errors
    ///
    /// `unknown_parameter` or `invalid_parameter`.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut list = Self {
            statuses: Status::ALL
                .into_iter()
                .filter(|status| *status != Status::Revoked)
                .collect(),
            limit: DEFAULT_LIMIT,
            after: None,
        };
        let mut seen = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if seen.contains(&name) {
                return Err(invalid(name, "it is given twice"));
            }
            seen.push(name);
            match name {
                "status" => list.statuses = statuses(value)?,
                "limit" => {
                    list.limit = value
                        .parse()
                        .ok()
                        // A plus sign is a blank in a query, and no digit.
                        .filter(|_| value.bytes().all(|byte| byte.is_ascii_digit()))
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| invalid(name, "it is a number from 1 to 100"))?;
                }
                "cursor" => {
                    list.after = Some(
                        Cursor::parse(value)
                            .ok_or_else(|| invalid(name, "it is the `next_cursor` of a page"))?,
                    );
                }
                _ => return Err(unknown()),
            }
        }
        Ok(list)
    }
}

/// For the routes without parameters.
///
/// # Errors
///
/// `unknown_parameter` for any.
pub fn nothing(query: &str) -> Result<(), Problem> {
    if query.is_empty() {
        Ok(())
    } else {
        Err(unknown())
    }
}

fn statuses(value: &str) -> Result<Vec<Status>, Problem> {
    if value == "all" {
        return Ok(Status::ALL.into());
    }
    value
        .split(',')
        .flat_map(encoded_commas)
        .map(Status::parse)
        .collect::<Option<_>>()
        .ok_or_else(|| {
            invalid(
                "status",
                "it is `all`, or one or more of scheduled, active, blocked, expired and revoked, \
                 with commas between",
            )
        })
}

/// A form encodes the comma. Searched for by one character: searching for more
/// brings in a machine of 2 KB.
fn encoded_commas(part: &str) -> impl Iterator<Item = &str> {
    part.split('%').enumerate().map(|(at, word)| match at {
        0 => word,
        // A word that is none stays one.
        _ => word
            .strip_prefix("2C")
            .or_else(|| word.strip_prefix("2c"))
            .unwrap_or("%"),
    })
}

fn invalid(name: &str, why: &str) -> Problem {
    let name: String = name.chars().take(64).collect();
    Problem::new(
        Code::InvalidParameter,
        format!("The parameter `{name}` is not right: {why}."),
    )
}

fn unknown() -> Problem {
    Problem::new(
        Code::UnknownParameter,
        "The address has a query parameter that is unknown here.",
    )
}
