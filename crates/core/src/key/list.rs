//! Which keys a list is asked for, and in which order.

use super::Status;
use crate::{
    digits::whole,
    environment::Environment,
    grants::Grantable,
    id::{KeyId, MemberId},
    input::query::{invalid, parameters, unknown},
    instant::Instant,
    problem::Problem,
    scope::{AccountId, ScopeId},
    token::{self, ApiPrefix},
};

/// Items on a page where nothing is said.
const DEFAULT_LIMIT: u8 = 50;
/// Items on a page at most.
const MAX_LIMIT: u8 = 100;
/// Characters that are searched for at most.
const MAX_SEARCH: usize = 200;

/// What `GET /v1/keys` is asked for. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// Which keys; all but the revoked unless said otherwise.
    pub statuses: Vec<Status>,
    /// Words of which each is somewhere in the name, the hint, the id or a contact.
    pub search: Vec<String>,
    /// May do this, by name or as everything.
    pub scope: Option<ScopeId>,
    /// For this account, by name or as for everybody.
    pub account: Option<AccountId>,
    /// For this data.
    pub environment: Option<Environment>,
    /// Created by this member.
    pub created_by: Option<MemberId>,
    /// Created by this member, or their token was shown to them later: by rotation,
    /// or because they looked at it again.
    pub shown_to: Option<MemberId>,
    /// With an expiry before this.
    pub expires_before: Option<Instant>,
    /// Made before this, and not used since.
    pub unused_since: Option<Instant>,
    /// Never used.
    pub never_used: bool,
    /// By what they are sorted.
    pub sort: Sort,
    /// The last first.
    pub descending: bool,
    /// How many, 1–100.
    pub limit: u8,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// By what keys are sorted; among equals by their creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// In the order in which they were created.
    Created,
    /// By name, without regard to case.
    Name,
    /// By expiry; those without one are last.
    Expires,
    /// By their last use; those without one are first.
    Used,
}

/// The place of the last key of a page. Sent in hex, so that nobody is tempted to
/// make one up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which key, by the number of its creation.
    pub number: i64,
    /// What it is sorted by, besides.
    pub value: Place,
}

/// What a key is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Its number alone.
    Number,
    /// Milliseconds.
    Time(i64),
    /// A folded name.
    Name(String),
}

impl Cursor {
    fn parse(text: &str, sort: Sort) -> Option<Self> {
        let plain = String::from_utf8(hex::decode(text).ok()?).ok()?;
        let (number, value) = plain.split_once(' ')?;
        let value = match sort {
            Sort::Created if value.is_empty() => Place::Number,
            Sort::Created => return None,
            Sort::Name => Place::Name(value.to_owned()),
            Sort::Expires | Sort::Used => Place::Time(value.parse().ok()?),
        };
        Some(Self {
            number: number.parse().ok()?,
            value,
        })
    }
}

impl core::fmt::Display for Cursor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let number = self.number;
        let plain = match &self.value {
            Place::Number => format!("{number} "),
            Place::Time(millis) => format!("{number} {millis}"),
            Place::Name(name) => format!("{number} {name}"),
        };
        f.write_str(&hex::encode(plain))
    }
}

impl Default for KeyList {
    fn default() -> Self {
        Self {
            statuses: Status::ALL
                .into_iter()
                .filter(|status| *status != Status::Revoked)
                .collect(),
            search: Vec::new(),
            scope: None,
            account: None,
            environment: None,
            created_by: None,
            shown_to: None,
            expires_before: None,
            unused_since: None,
            never_used: false,
            sort: Sort::Created,
            descending: true,
            limit: DEFAULT_LIMIT,
            after: None,
        }
    }
}

impl KeyList {
    /// Reads `status=active,blocked&search=report&limit=50&cursor=…`, without the
    /// `?`.
    ///
    /// # Errors
    ///
    /// `unknown_parameter` or `invalid_parameter`.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let mut list = Self::default();
        let mut cursor = None;
        for (name, value) in parameters(query)? {
            let wrong = |why: &str| invalid(&name, why);
            match name.as_str() {
                "status" => list.statuses = statuses(&value)?,
                "search" => list.search = words(&value)?,
                "scope" => list.scope = Some(entry(&name, &value)?),
                "account" => list.account = Some(entry(&name, &value)?),
                "environment" => {
                    let environment = Environment::parse(&value);
                    list.environment =
                        Some(environment.ok_or_else(|| wrong("it is `live` or `test`"))?);
                }
                "created_by" | "shown_to" => {
                    let member = MemberId::parse(&value);
                    let member = Some(member.map_err(|_| wrong("it is the id of a member"))?);
                    match name.as_str() {
                        "created_by" => list.created_by = member,
                        _ => list.shown_to = member,
                    }
                }
                "expires_before" => list.expires_before = Some(instant(&name, &value)?),
                "unused_since" => list.unused_since = Some(instant(&name, &value)?),
                "never_used" => {
                    list.never_used = match value.as_str() {
                        "true" => true,
                        "false" => false,
                        _ => return Err(wrong("it is `true` or `false`")),
                    };
                }
                "sort" => (list.sort, list.descending) = sort(&value)?,
                "limit" => {
                    list.limit = whole(&value)
                        .and_then(|limit| u8::try_from(limit).ok())
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| wrong("it is a number from 1 to 100"))?;
                }
                "cursor" => cursor = Some(value),
                _ => return Err(unknown()),
            }
        }
        if let Some(cursor) = cursor {
            let after = Cursor::parse(&cursor, list.sort);
            let why = "it is the `next_cursor` of a page of the same list";
            list.after = Some(after.ok_or_else(|| invalid("cursor", why))?);
        }
        Ok(list)
    }
}

fn statuses(value: &str) -> Result<Vec<Status>, Problem> {
    if value == "all" {
        return Ok(Status::ALL.into());
    }
    value
        .split(',')
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

/// A token must not be in an address: those are logged and remembered.
fn words(value: &str) -> Result<Vec<String>, Problem> {
    if value.chars().count() > MAX_SEARCH {
        return Err(invalid("search", "it has more than 200 characters"));
    }
    // No text that is searched has one, and the index would take it for an end.
    if value.chars().any(char::is_control) {
        return Err(invalid("search", "it has a control character"));
    }
    let words = value.split_whitespace();
    if words.clone().any(is_token) {
        let why = "it is a token, which must not be in an address; search for its first or last \
                   four characters, and treat it as leaked";
        return Err(invalid("search", why));
    }
    // Of an id only what tells it from others is searched.
    let told_apart = |word| match KeyId::parse(word) {
        Ok(_) => word.split_once('_').map_or(word, |(_, rest)| rest),
        Err(_) => word,
    };
    Ok(words.map(|word| told_apart(word).to_owned()).collect())
}

/// Of whatever kind, and with whatever around it.
fn is_token(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    token::parse_api(bare, &ApiPrefix::default()).is_ok()
        || token::parse_management(bare).is_ok()
        || token::parse_verifier(bare).is_ok()
}

fn entry<T: Grantable>(name: &str, value: &str) -> Result<T, Problem> {
    T::from_text(value).ok_or_else(|| invalid(name, "there is no such id"))
}

fn instant(name: &str, value: &str) -> Result<Instant, Problem> {
    Instant::parse(value).map_err(|_| invalid(name, "it is a time of RFC 3339"))
}

fn sort(value: &str) -> Result<(Sort, bool), Problem> {
    let (word, descending) = match value.strip_prefix('-') {
        Some(word) => (word, true),
        None => (value, false),
    };
    let sort = match word {
        "created" => Sort::Created,
        "name" => Sort::Name,
        "expires" => Sort::Expires,
        "used" => Sort::Used,
        _ => {
            let why = "it is created, name, expires or used, and a minus before it turns it round";
            return Err(invalid("sort", why));
        }
    };
    Ok((sort, descending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{entropy::testing::Seeded, problem::Code};
    use proptest::prelude::*;

    #[test]
    fn nothing_asked_is_all_but_the_revoked_the_newest_first() {
        let list = KeyList::parse("").unwrap();
        assert_eq!(list, KeyList::default());
        assert!(!list.statuses.contains(&Status::Revoked) && list.statuses.len() == 4);
        assert_eq!((list.limit, list.descending), (50, true));
    }

    #[test]
    fn everything_can_be_asked_at_once() {
        let list = KeyList::parse(
            "status=active%2Crevoked&search=night+%D9%85%D9%81&scope=a%3Aread&account=acme\
             &environment=test&created_by=mem_0000000000000000000000\
             &shown_to=mem_0000000000000000000000\
             &expires_before=2026-12-01T00:00:00Z&unused_since=2026-08-01T00%3A00%3A00%2B02%3A00\
             &never_used=true&sort=-name&limit=7",
        )
        .unwrap();
        assert_eq!(list.statuses, [Status::Active, Status::Revoked]);
        assert_eq!(list.search, ["night", "مف"]);
        assert_eq!(list.scope, ScopeId::parse("a:read").ok());
        assert_eq!(list.account, AccountId::parse("acme").ok());
        assert_eq!(list.environment, Some(Environment::Test));
        assert!(list.created_by.is_some() && list.shown_to.is_some() && list.never_used);
        assert_eq!(
            list.unused_since,
            Instant::parse("2026-07-31T22:00:00Z").ok()
        );
        assert_eq!((list.sort, list.descending), (Sort::Name, true));
        assert_eq!(list.limit, 7);
        assert_eq!(KeyList::parse("status=all").unwrap().statuses.len(), 5);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let long = format!("search={}", "x".repeat(201));
        for query in [
            "status=",
            "status=alive",
            "status=active,,blocked",
            "limit=0",
            "limit=101",
            "limit=%2B5",
            "limit=x",
            "cursor=x",
            "cursor=",
            "status=all&status=all",
            "scope=A",
            "account=",
            "environment=prod",
            "created_by=key_0000000000000000000000",
            "shown_to=mem_0",
            "expires_before=tomorrow",
            "never_used=1",
            "sort=size",
            "sort=--name",
            "search=%ff",
            "search=%2",
            "search=a%00bc",
            "search=%0A",
            &long,
        ] {
            let code = KeyList::parse(query).unwrap_err().code();
            assert_eq!(code, Code::InvalidParameter, "{query}");
        }
        for query in ["x=1", "Status=all", "statu%73=all&y"] {
            let code = KeyList::parse(query).unwrap_err().code();
            assert_eq!(code, Code::UnknownParameter, "{query}");
        }
    }

    #[test]
    fn promise_2_a_token_is_not_searched_for() {
        let token = "kw_live_00000000000000000000000000000000000a";
        let mut random = Seeded::new(5);
        let whole = token::mint_api(&ApiPrefix::default(), Environment::Live, &mut random).unwrap();
        let root = token::mint_root(&mut random).unwrap();
        for around in ["x+{}", "\"{}\"", "'{}',", "({})"] {
            for token in [whole.reveal(), root.reveal()] {
                let query = format!("search={}", around.replace("{}", token));
                let problem = KeyList::parse(&query).unwrap_err();
                assert_eq!(problem.code(), Code::InvalidParameter, "{around}");
                assert!(!problem.detail().contains(token));
            }
        }
        assert!(KeyList::parse(&format!("search={token}")).is_ok(), "none");
    }

    #[test]
    fn a_whole_id_is_searched_by_what_tells_it_from_others() {
        let list = KeyList::parse("search=key_0123456789ABCDEFGHIJab+key_x").unwrap();
        assert_eq!(list.search, ["0123456789ABCDEFGHIJab", "key_x"]);
    }

    #[test]
    fn a_cursor_comes_back_for_the_same_order_and_no_other() {
        for (sort, value) in [
            ("created", Place::Number),
            ("-name", Place::Name("é b".to_owned())),
            ("expires", Place::Time(i64::MAX)),
            ("used", Place::Time(0)),
        ] {
            let cursor = Cursor { number: 7, value };
            let query = format!("cursor={cursor}&sort={sort}");
            assert_eq!(KeyList::parse(&query).unwrap().after, Some(cursor));
        }
        let by_time = Cursor {
            number: 7,
            value: Place::Time(1),
        };
        assert!(KeyList::parse(&format!("cursor={by_time}")).is_err());
    }

    proptest! {
        #[test]
        fn promise_11_no_query_makes_the_reader_panic(query in ".{0,60}") {
            let _ = KeyList::parse(&query);
        }

        #[test]
        fn what_a_form_encodes_is_what_is_searched(text in "[a-z%+&=é ]{1,30}") {
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let list = KeyList::parse(&format!("search={encoded}")).unwrap();
            prop_assert_eq!(list.search.join(" "), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
