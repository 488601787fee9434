//! `/v1/scopes` and `/v1/accounts`: what keys of this workspace may be granted.
//!
//! Which keys have an entry is in the table `grants`, so that nobody has to
//! look through all keys for it.

use keyway_core::{
    api::{OneAccount, OneScope, Page},
    audit::Event,
    catalog::{self, Book, Books, Entry, EntryDraft, EntryEdit},
    grants::{Grantable, Grants},
    input::{Json, query},
    key::Key,
    name::Name,
    problem::Problem,
    scope::{AccountId, ScopeId},
    text::Text,
};
use serde::Serialize;

use super::{Call, audit, authority::Caller};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, Values, values},
    platform::Response,
};

/// Which of the two.
pub(super) trait Listed: Grantable + Serialize {
    /// Its table, and what stands for it in `grants`.
    const TABLE: &'static str;

    /// What stands before its id in the log: one may be that of a scope and of an
    /// account.
    const KIND: &'static str;

    /// One entry, as the API answers it.
    fn one(entry: Entry<Self>) -> impl Serialize;
}

impl Listed for ScopeId {
    const TABLE: &'static str = "scopes";
    const KIND: &'static str = "scopes/";

    fn one(scope: Entry<Self>) -> impl Serialize {
        OneScope { scope }
    }
}

impl Listed for AccountId {
    const TABLE: &'static str = "accounts";
    const KIND: &'static str = "accounts/";

    fn one(account: Entry<Self>) -> impl Serialize {
        OneAccount { account }
    }
}

pub(super) fn create<T: Listed>(
    ledger: &Ledger,
    caller: &Caller,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let draft = EntryDraft::<T>::read(&Json::parse(&call.body)?)?;
    let entry = ledger.atomically(|| {
        let entry = Entry::create(draft, call.now)?;
        if find(ledger, &entry.id)?.is_some() {
            return Err(catalog::exists(&entry.id));
        }
        ledger.run(
            &format!(
                "INSERT INTO {} (id, version, name, description, retired, created_at) \
                 VALUES (?, ?, ?, ?, ?, ?)",
                T::TABLE
            ),
            state(&entry).instant(entry.created_at),
        )?;
        let (event, after) = (Event::CatalogCreated, audit::shown(&entry)?);
        audit::note_change(
            ledger,
            caller,
            call,
            event,
            T::KIND,
            None,
            Some(&after),
            None,
        )?;
        Ok(entry)
    })?;
    answer(201, entry)
}

pub(super) fn list<T: Listed>(
    ledger: &Ledger,
    granted: Option<&Grants<T>>,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let mut items = ledger.all(
        &format!("{} ORDER BY id", select::<T>()),
        values(),
        entry::<T>,
    )?;
    items.retain(|entry| granted.is_none_or(|granted| granted.allow(&entry.id)));
    let page = Page {
        items,
        next_cursor: None,
    };
    respond::json(200, &page)
}

pub(super) fn read<T: Listed>(
    ledger: &Ledger,
    granted: Option<&Grants<T>>,
    id: &T,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let entry = find(ledger, id)?.filter(|_| granted.is_none_or(|granted| granted.allow(id)));
    answer(200, entry.ok_or_else(catalog::not_found::<T>)?)
}

pub(super) fn edit<T: Listed>(
    ledger: &Ledger,
    caller: &Caller,
    id: &T,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let edit = EntryEdit::read(&Json::parse(&call.body)?)?;
    let entry = ledger.atomically(|| {
        let mut entry = find(ledger, id)?.ok_or_else(catalog::not_found::<T>)?;
        call.precondition.check(entry.version)?;
        let before = audit::shown(&entry)?;
        if entry.apply(edit) {
            ledger.run(
                &format!(
                    "UPDATE {} SET version = ?2, name = ?3, description = ?4, retired = ?5 \
                     WHERE id = ?1",
                    T::TABLE
                ),
                state(&entry),
            )?;
            let (event, after) = (Event::CatalogUpdated, audit::shown(&entry)?);
            let (before, after) = (Some(before.as_str()), Some(after.as_str()));
            audit::note_change(ledger, caller, call, event, T::KIND, before, after, None)?;
        }
        Ok(entry)
    })?;
    answer(200, entry)
}

/// A key that was revoked has what it had, but nobody asks for it any more.
pub(super) fn delete<T: Listed>(
    ledger: &Ledger,
    caller: &Caller,
    id: &T,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    ledger.atomically(|| {
        let entry = find(ledger, id)?.ok_or_else(catalog::not_found::<T>)?;
        let keys = ledger.first(
            "SELECT count(*) FROM grants g JOIN keys k ON k.id = g.key \
             WHERE g.kind = ? AND g.entry = ? AND k.life <> 'revoked'",
            values().text(T::TABLE).text(id.text()),
            |row| Ok(row.integer()),
        )?;
        match keys.and_then(|keys| u64::try_from(keys).ok()) {
            Some(0) => {}
            keys => return Err(catalog::in_use(id, keys.unwrap_or(u64::MAX))),
        }
        ledger.run(
            &format!("DELETE FROM {} WHERE id = ?", T::TABLE),
            values().text(id.text()),
        )?;
        let (event, before) = (Event::CatalogDeleted, audit::shown(&entry)?);
        audit::note_change(
            ledger,
            caller,
            call,
            event,
            T::KIND,
            Some(&before),
            None,
            None,
        )
    })?;
    respond::empty(&[])
}

/// What can be granted now.
pub(super) fn books(ledger: &Ledger) -> Result<Books, Fault> {
    Ok(Books {
        scopes: book(ledger)?,
        accounts: book(ledger)?,
    })
}

fn book<T: Listed>(ledger: &Ledger) -> Result<Book<T>, Fault> {
    let statement = format!("SELECT id, retired FROM {}", T::TABLE);
    let entries = ledger.all(&statement, values(), |row| {
        Ok((id(row)?, row.integer() != 0))
    })?;
    Ok(entries.into_iter().collect())
}

/// Notes what a key is granted by name, in the place of what was noted before.
pub(super) fn note(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "DELETE FROM grants WHERE key = ?",
        values().text(&key.id.to_string()),
    )?;
    note_each(ledger, key, &key.scopes)?;
    note_each(ledger, key, &key.accounts)
}

fn note_each<T: Listed>(ledger: &Ledger, key: &Key, grants: &Grants<T>) -> Result<(), Fault> {
    // Whoever has everything is found with each entry.
    let all = matches!(grants, Grants::All).then_some(Grants::<T>::WILDCARD);
    for entry in grants.named().map(T::text).chain(all) {
        ledger.run(
            "INSERT INTO grants (kind, entry, created_at, key) VALUES (?, ?, ?, ?)",
            values()
                .text(T::TABLE)
                .text(entry)
                .instant(key.created_at)
                .text(&key.id.to_string()),
        )?;
    }
    Ok(())
}

fn answer<T: Listed>(status: u16, entry: Entry<T>) -> Result<Response, Problem> {
    let tag = entry.version.tag();
    respond::tagged(status, &T::one(entry), &tag)
}

fn select<T: Listed>() -> String {
    format!(
        "SELECT id, version, name, description, retired, created_at FROM {}",
        T::TABLE
    )
}

fn find<T: Listed>(ledger: &Ledger, id: &T) -> Result<Option<Entry<T>>, Fault> {
    let statement = format!("{} WHERE id = ?", select::<T>());
    ledger.first(&statement, values().text(id.text()), entry)
}

fn entry<T: Listed>(row: &mut Row) -> Result<Entry<T>, Fault> {
    Ok(Entry {
        id: id(row)?,
        version: row.version(),
        name: Name::parse(&row.text()).map_err(|_| Fault::column("of a name"))?,
        description: match row.optional_text() {
            None => None,
            Some(text) => Text::parse(&text).map_err(|_| Fault::column("of a description"))?,
        },
        retired: row.integer() != 0,
        created_at: row.instant(),
    })
}

fn id<T: Listed>(row: &mut Row) -> Result<T, Fault> {
    T::from_text(&row.text()).ok_or_else(|| Fault::column("of an entry's id"))
}

/// The columns that people may change, after the id.
fn state<T: Listed>(entry: &Entry<T>) -> Values {
    values()
        .text(entry.id.text())
        .number(entry.version.get())
        .text(entry.name.as_str())
        .optional_text(entry.description.as_ref().map(Text::as_str))
        .number(entry.retired)
}
