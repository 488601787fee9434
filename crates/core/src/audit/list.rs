//! Which entries of the log are asked for, and in which order.

use super::Event;
use crate::{
    digits::whole,
    id::{KeyId, MemberId},
    input::query::{invalid, parameters, unknown},
    instant::Instant,
    problem::Problem,
};

/// Entries on a page where nothing is said.
const DEFAULT_LIMIT: i64 = 50;
/// Entries on a page at most.
const MAX_LIMIT: i64 = 1_000;

/// What `GET /v1/audit` is asked for. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditList {
    /// What was done to this key.
    pub key: Option<KeyId>,
    /// What this member did.
    pub by: Option<MemberId>,
    /// What happened.
    pub event: Option<Event>,
    /// Not before this.
    pub from: Option<Instant>,
    /// Before this.
    pub to: Option<Instant>,
    /// The oldest first, else the newest.
    pub oldest_first: bool,
    /// How many, 1–1000.
    pub limit: i64,
    /// The number of the last entry of the page before.
    pub after: Option<i64>,
}

impl Default for AuditList {
    fn default() -> Self {
        Self {
            key: None,
            by: None,
            event: None,
            from: None,
            to: None,
            oldest_first: false,
            limit: DEFAULT_LIMIT,
            after: None,
        }
    }
}

impl AuditList {
    /// Reads `event=key.revoked&order=oldest&limit=50&cursor=…`, without the `?`; where
    /// the path names the key, of that one.
    ///
    /// # Errors
    ///
    /// `unknown_parameter` or `invalid_parameter`.
    pub fn parse(query: &str, of: Option<KeyId>) -> Result<Self, Problem> {
        let mut list = Self {
            key: of,
            ..Self::default()
        };
        for (name, value) in parameters(query)? {
            let (is_right, why) = match name.as_str() {
                "key" if of.is_none() => {
                    list.key = KeyId::parse(&value).ok();
                    (list.key.is_some(), "it is the id of a key")
                }
                "by" => {
                    list.by = MemberId::parse(&value).ok();
                    (list.by.is_some(), "it is the id of a member")
                }
                "event" => {
                    list.event = Event::parse(&value);
                    (list.event.is_some(), "there is no such event")
                }
                "from" => {
                    list.from = Instant::parse(&value).ok();
                    (list.from.is_some(), "it is a time of RFC 3339")
                }
                "to" => {
                    list.to = Instant::parse(&value).ok();
                    (list.to.is_some(), "it is a time of RFC 3339")
                }
                "order" => {
                    list.oldest_first = value == "oldest";
                    let is_right = list.oldest_first || value == "newest";
                    (is_right, "it is `newest` or `oldest`")
                }
                "limit" => {
                    list.limit = whole(&value).unwrap_or_default();
                    let is_right = (1..=MAX_LIMIT).contains(&list.limit);
                    (is_right, "it is a number from 1 to 1000")
                }
                "cursor" => {
                    list.after = whole(&value);
                    let why = "it is the `next_cursor` of a page, or the number of an entry";
                    (list.after.is_some(), why)
                }
                _ => return Err(unknown()),
            };
            if !is_right {
                return Err(invalid(&name, why));
            }
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;
    use proptest::prelude::*;

    #[test]
    fn nothing_asked_is_everything_the_newest_first() {
        let list = AuditList::parse("", None).unwrap();
        assert_eq!(list, AuditList::default());
        assert_eq!((list.limit, list.oldest_first), (50, false));
    }

    #[test]
    fn everything_can_be_asked_at_once() {
        let list = AuditList::parse(
            "key=key_0123456789ABCDEFGHIJab&by=mem_0000000000000000000000&event=key.revoked\
             &from=2026-11-01T00:00:00Z&to=2026-12-01T00%3A00%3A00%2B01%3A00&order=oldest\
             &limit=1000&cursor=17",
            None,
        )
        .unwrap();
        assert_eq!(list.key, KeyId::parse("key_0123456789ABCDEFGHIJab").ok());
        assert_eq!(list.by, Some(MemberId::ROOT));
        assert_eq!(list.event, Some(Event::KeyRevoked));
        assert_eq!(list.from, Instant::parse("2026-11-01T00:00:00Z").ok());
        assert_eq!(list.to, Instant::parse("2026-11-30T23:00:00Z").ok());
        assert_eq!(
            (list.oldest_first, list.limit, list.after),
            (true, 1000, Some(17))
        );
        assert!(!AuditList::parse("order=newest", None).unwrap().oldest_first);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for query in [
            "key=mem_0123456789ABCDEFGHIJab",
            "by=key_0123456789ABCDEFGHIJab",
            "event=key.exploded",
            "event=",
            "from=yesterday",
            "to=2026-11-31T00:00:00Z",
            "order=up",
            "limit=0",
            "limit=1001",
            "limit=%2B5",
            "cursor=-1",
            "cursor=",
            "cursor=99999999999999999999",
            "order=oldest&order=oldest",
        ] {
            let code = AuditList::parse(query, None).unwrap_err().code();
            assert_eq!(code, Code::InvalidParameter, "{query}");
        }
        let id = KeyId::parse("key_0123456789ABCDEFGHIJab").ok();
        assert_eq!(AuditList::parse("limit=7", id).unwrap().key, id);
        let twice = AuditList::parse("key=key_0123456789ABCDEFGHIJab", id);
        assert_eq!(twice.unwrap_err().code(), Code::UnknownParameter);
        for query in ["x=1", "Event=key.created", "format=csv"] {
            let code = AuditList::parse(query, None).unwrap_err().code();
            assert_eq!(code, Code::UnknownParameter, "{query}");
        }
    }

    proptest! {
        #[test]
        fn promise_11_no_query_makes_the_reader_panic(query in ".{0,60}") {
            let _ = AuditList::parse(&query, None);
        }
    }
}
