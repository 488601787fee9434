//! The list of keys.
//!
//! A page is found in one of two ways. If few keys meet one of the conditions, an
//! index finds those few, and they are held against the others and sorted. If
//! many meet every one, the keys are gone through in the order of the list until
//! the page is full, which is soon. Which way is told by counting, up to [`FEW`]:
//! SQLite's own statistics would have to be gathered, and go out of date.
//!
//! In the order of creation there is a third: the index of texts has the keys with
//! a word in that order too, so they are gone through, and no others.

use keyway_core::{
    api::{KeyCounts, Page},
    grants::Grants,
    input::query,
    key::{Cursor, KeyList, Place, Sort, Status},
    problem::Problem,
};

use super::{rows, search};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Values, values},
    platform::Response,
    workspace::{Call, authority::Caller},
};

/// So many keys are looked at one by one.
const FEW: i64 = 2_000;

/// `Key::status` a second time, at the instant that is bound. An end-to-end test
/// holds the two against each other.
const STATUS: &str = "(CASE
    WHEN k.life = 'revoked' THEN 'revoked'
    WHEN k.expires_at <= ?1 THEN 'expired'
    WHEN k.life = 'blocked' THEN 'blocked'
    WHEN k.not_before > ?1 THEN 'scheduled'
    ELSE 'active' END)";

/// What a key must be to be on the list.
struct Condition {
    /// For a key that is looked at. Where an index would do it, a plus sign keeps
    /// SQLite from using that and sorting.
    each: String,
    indexed: Option<Indexed>,
}

impl Condition {
    fn text(&self) -> Option<&str> {
        self.indexed.as_ref()?.text.as_deref()
    }
}

/// How an index finds the keys that meet a condition.
struct Indexed {
    /// For the keys.
    condition: String,
    /// Where they can be counted one by one: a table and what holds there.
    source: String,
    /// What the index of texts is asked, if it is that one.
    text: Option<String>,
}

impl Indexed {
    /// By an index of the keys themselves.
    fn column(condition: String) -> Self {
        let source = format!("keys k WHERE k.deleted_at IS NULL AND {condition}");
        Self {
            condition,
            source,
            text: None,
        }
    }
}

/// The statement that finds a page, as it grows.
struct Search {
    conditions: Vec<Condition>,
    /// From `?1` on; the first is the instant of the call.
    bindings: Values,
}

impl Search {
    fn bind(&mut self, text: &str) -> String {
        format!("?{}", self.bindings.bind_text(text))
    }

    fn add(&mut self, each: String, indexed: Option<Indexed>) {
        self.conditions.push(Condition { each, indexed });
    }

    /// A column that is compared in the same way with and without its index.
    fn compare(&mut self, column: &str, comparison: &str, value: i64) {
        let value = self.bindings.bind_number(value);
        self.compared(format!("{column} {comparison} ?{value}"));
    }

    fn equal(&mut self, column: &str, value: &str) {
        let value = self.bind(value);
        self.compared(format!("{column} = {value}"));
    }

    fn compared(&mut self, indexed: String) {
        self.add(format!("+{indexed}"), Some(Indexed::column(indexed)));
    }

    /// Who may do a thing may do it by name or as everything.
    fn granted(&mut self, kind: &str, entry: &str) {
        let entry = self.bind(entry);
        let of = format!("kind = '{kind}' AND entry IN ({entry}, '*')");
        self.add(
            format!("EXISTS (SELECT 1 FROM grants WHERE key = k.id AND {of})"),
            Some(Indexed {
                condition: format!("k.id IN (SELECT key FROM grants WHERE {of})"),
                source: format!("grants WHERE {of}"),
                text: None,
            }),
        );
    }

    /// The log knows everybody whom a token was shown, the key only the last one.
    fn shown(&mut self, member: &str) {
        let member = self.bind(member);
        let source = format!(
            "(SELECT id FROM keys WHERE created_by = {member} AND deleted_at IS NULL \
              UNION SELECT about FROM audit \
              WHERE member = {member} AND event IN ('key.rotated', 'key.revealed'))"
        );
        let condition = format!("k.id IN {source}");
        self.add(
            condition.clone(),
            Some(Indexed {
                condition,
                source,
                text: None,
            }),
        );
    }

    fn word(&mut self, word: &str) {
        let folded = search::fold(word);
        // Shorter ones are in no index.
        let long = folded.chars().count() > 2;
        // A phrase, in which a quote is written twice.
        let phrase =
            long.then(|| format!("\"{}\"", folded.split('"').collect::<Vec<_>>().join("\"\"")));
        let word = self.bind(&folded);
        let indexed = phrase.map(|phrase| {
            let text = format!("key_search MATCH {}", self.bind(&phrase));
            let source = format!("key_search WHERE {text}");
            Indexed {
                condition: format!("k.number IN (SELECT rowid FROM {source})"),
                source,
                text: Some(text),
            }
        });
        self.add(format!("instr(k.folded, {word}) > 0"), indexed);
    }

    fn statuses(&mut self, statuses: &[Status]) {
        // Words of our own enum, so they may stand in the statement.
        let words: Vec<&str> = statuses.iter().map(|status| status.as_str()).collect();
        let indexed = match statuses {
            [Status::Blocked] => Some("k.life = 'blocked'"),
            [Status::Revoked] => Some("k.life = 'revoked'"),
            [Status::Expired] => Some("coalesce(k.expires_at, 9007199254740991) <= ?1"),
            [Status::Scheduled] => Some("k.not_before IS NOT NULL AND k.not_before > ?1"),
            _ => None,
        };
        let each = format!("{STATUS} IN ('{}')", words.join("', '"));
        // The index leaves more than the status does: both.
        let indexed = indexed.map(|indexed| Indexed::column(format!("{indexed} AND {each}")));
        self.add(each, indexed);
    }

    /// The condition that few keys meet, if there is one.
    fn rarest(&self, ledger: &Ledger) -> Result<Option<&Condition>, Fault> {
        let mut rarest = None;
        let mut least = FEW + 1;
        for condition in &self.conditions {
            let Some(indexed) = &condition.indexed else {
                continue;
            };
            let found = ledger.first(
                &format!(
                    "SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {least}){}",
                    indexed.source,
                    self.unused()
                ),
                self.bindings.clone(),
                |row| Ok(row.integer()),
            )?;
            if let Some(found) = found.filter(|found| *found < least) {
                least = found;
                rarest = Some(condition);
            }
        }
        Ok(rarest)
    }

    /// A word that the index of texts can be gone through for, unless few keys meet
    /// another condition.
    fn walked<'a>(&'a self, rarest: Option<&'a Condition>) -> Option<&'a str> {
        match rarest {
            Some(rarest) => rarest.text(),
            None => self.conditions.iter().find_map(Condition::text),
        }
    }

    /// SQLite wants every value that is bound to be used.
    fn unused(&self) -> String {
        format!(" WHERE ?{} IS NOT 0.5", self.bindings.len())
    }
}

/// What a manager sees: keys without an account that they are not granted. The
/// ids of the accounts that they are granted are bound as a JSON list.
fn sight(bound: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM grants WHERE key = k.id AND kind = 'accounts' \
            AND entry NOT IN (SELECT value FROM json_each({bound})))"
    )
}

/// The list of them; ids have no character that JSON would want escaped. Nothing
/// for somebody who sees every key.
fn seen(caller: &Caller) -> Option<String> {
    match caller.rights.sight() {
        Some(Grants::Some(ids)) => {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            let ids = ids.join("\",\"");
            Some(if ids.is_empty() {
                "[]".to_owned()
            } else {
                format!("[\"{ids}\"]")
            })
        }
        Some(Grants::All) | None => None,
    }
}

/// `GET /v1/keys`
pub(in crate::workspace) fn list(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
) -> Result<Response, Problem> {
    let list = KeyList::parse(&call.query)?;
    let mut search = Search {
        conditions: Vec::new(),
        bindings: values().instant(call.now),
    };
    if let Some(seen) = seen(caller) {
        let bound = search.bind(&seen);
        search.add(sight(&bound), None);
    }
    search.statuses(&list.statuses);
    for word in &list.search {
        search.word(word);
    }
    if let Some(scope) = &list.scope {
        search.granted("scopes", scope.as_str());
    }
    if let Some(account) = &list.account {
        search.granted("accounts", account.as_str());
    }
    if let Some(environment) = list.environment {
        search.equal("k.environment", environment.as_str());
    }
    if let Some(member) = list.created_by {
        search.equal("k.created_by", &member.to_string());
    }
    if let Some(member) = list.shown_to {
        search.shown(&member.to_string());
    }
    if let Some(before) = list.expires_before {
        search.compare(
            "coalesce(k.expires_at, 9007199254740991)",
            "<",
            before.as_millis(),
        );
    }
    if let Some(since) = list.unused_since {
        search.compare("coalesce(k.last_used_at, 0)", "<", since.as_millis());
        search.compare("k.created_at", "<", since.as_millis());
    }
    if list.never_used {
        search.compare("coalesce(k.last_used_at, 0)", "=", 0);
    }
    // One more than asked for tells whether there is another page.
    let limit = usize::from(list.limit);
    let mut found = page(ledger, &search, &list, limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| more).map(ToString::to_string);
    let mut items = Vec::new();
    for cursor in found {
        let key = rows::by_number(ledger, cursor.number)?;
        items.push(key.view(call.now));
    }
    respond::json(200, &Page { items, next_cursor })
}

/// The places of the keys of a page.
fn page(
    ledger: &Ledger,
    search: &Search,
    list: &KeyList,
    limit: usize,
) -> Result<Vec<Cursor>, Fault> {
    let by = match list.sort {
        Sort::Created => "k.number",
        Sort::Name => "k.folded_name",
        Sort::Expires => "coalesce(k.expires_at, 9007199254740991)",
        Sort::Used => "coalesce(k.last_used_at, 0)",
    };
    let (direction, beyond) = if list.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let mut rarest = search.rarest(ledger)?;
    let mut bindings = search.bindings.clone();
    let mut conditions = String::new();
    let (mut from, mut by) = ("keys k", by);
    if list.sort == Sort::Created
        && let Some(text) = search.walked(rarest)
    {
        (from, by) = ("key_search CROSS JOIN keys k", "key_search.rowid");
        conditions = format!(" AND k.number = {by} AND {text}");
        rarest = None;
    }
    for condition in &search.conditions {
        let this = rarest.is_some_and(|rarest| core::ptr::eq(rarest, condition));
        let text = match &condition.indexed {
            Some(indexed) if this => &indexed.condition,
            _ => &condition.each,
        };
        conditions.extend([" AND ", text]);
    }
    // Few are sorted; many are gone through in order.
    let plus = if rarest.is_some() { "+" } else { "" };
    let then = match list.sort {
        Sort::Created => String::new(),
        _ => format!(", {plus}k.number {direction}"),
    };
    if let Some(after) = &list.after {
        let number = bindings.bind_number(after.number);
        match &after.value {
            Place::Number => {
                conditions.push_str(&format!(" AND {plus}{by} {beyond} ?{number}"));
            }
            value => {
                let value = match value {
                    Place::Name(name) => bindings.bind_text(name),
                    Place::Time(millis) => bindings.bind_number(*millis),
                    Place::Number => number,
                };
                conditions.push_str(&format!(
                    " AND {plus}{by} {beyond}= ?{value} \
                      AND ({by} {beyond} ?{value} OR k.number {beyond} ?{number})"
                ));
            }
        }
    }
    ledger.all(
        &format!(
            "SELECT k.number, {by} FROM {from} WHERE k.deleted_at IS NULL{conditions}{} \
             ORDER BY {plus}{by} {direction}{then} LIMIT {limit}",
            format_args!(" AND ?{} IS NOT 0.5", bindings.len())
        ),
        bindings,
        |row| {
            Ok(Cursor {
                number: row.integer(),
                value: match list.sort {
                    Sort::Created => Place::Number,
                    Sort::Name => Place::Name(row.text()),
                    Sort::Expires | Sort::Used => Place::Time(row.integer()),
                },
            })
        },
    )
}

/// Each status by what an index on it finds, and no further than
/// [`KeyCounts::MOST`]: to count a million keys would keep the object from
/// everything else for two seconds. What the caller sees comes where a `%` is.
const COUNTS: &str = "SELECT \
    (SELECT count(*) FROM (SELECT 1 FROM keys k WHERE %k.deleted_at IS NULL AND +k.life = 'active' \
        AND k.not_before IS NOT NULL AND k.not_before > ?1 \
        AND (k.expires_at IS NULL OR k.expires_at > ?1) LIMIT ?2)), \
    (SELECT count(*) FROM (SELECT 1 FROM keys k WHERE %k.deleted_at IS NULL AND k.life = 'active' \
        AND (k.not_before IS NULL OR k.not_before <= ?1) \
        AND (k.expires_at IS NULL OR k.expires_at > ?1) LIMIT ?2)), \
    (SELECT count(*) FROM (SELECT 1 FROM keys k WHERE %k.deleted_at IS NULL AND k.life = 'blocked' \
        AND (k.expires_at IS NULL OR k.expires_at > ?1) LIMIT ?2)), \
    (SELECT count(*) FROM (SELECT 1 FROM keys k WHERE %k.deleted_at IS NULL \
        AND k.life IN ('active', 'blocked') AND k.expires_at <= ?1 LIMIT ?2)), \
    (SELECT count(*) FROM (SELECT 1 FROM keys k WHERE %k.deleted_at IS NULL AND k.life = 'revoked' \
        LIMIT ?2))";

/// `GET /v1/keys/counts`
pub(in crate::workspace) fn counts(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let mut bindings = values().instant(call.now).number(KeyCounts::MOST);
    let mut theirs = String::new();
    if let Some(seen) = seen(caller) {
        bindings.bind_text(&seen);
        theirs = sight("?3") + " AND ";
    }
    let statement = COUNTS.split('%').collect::<Vec<_>>().join(&theirs);
    let counts = ledger.first(&statement, bindings, |row| {
        let mut next = || -> Result<u32, Fault> {
            Ok(u32::try_from(row.integer()).unwrap_or(KeyCounts::MOST))
        };
        Ok(KeyCounts {
            scheduled: next()?,
            active: next()?,
            blocked: next()?,
            expired: next()?,
            revoked: next()?,
        })
    })?;
    let counts = counts.unwrap_or_default();
    respond::json(200, &counts)
}
