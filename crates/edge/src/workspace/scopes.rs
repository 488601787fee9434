//! `/v1/scopes`: what keys of this workspace may be granted.

use keyway_core::{
    api::{OneScope, Page},
    input::{Invalid, Json},
    name::Name,
    problem::{Code, Problem},
    scope::{Scope, ScopeBook, ScopeDraft, ScopeId},
    text::Text,
};
use worker::Response;

use super::Call;
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, instant},
};

pub(super) fn create(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    keyway_core::input::query::nothing(&call.query)?;
    let draft = ScopeDraft::read(&Json::parse(&call.body)?)?;
    let scope = ledger.atomically(|| {
        let scope = draft.into_scope(call.now).map_err(|_| Problem::internal())?;
        let taken = ledger.first(
            "SELECT 1 FROM scopes WHERE id = ?",
            vec![scope.id.as_str().into()],
            Row::integer,
        )?;
        if taken.is_some() {
            return Err(exists(&scope.id));
        }
        ledger.run(
            "INSERT INTO scopes (id, name, description, retired, created_at) VALUES (?, ?, ?, 0, ?)",
            vec![
                scope.id.as_str().into(),
                scope.name.as_str().into(),
                scope.description.as_ref().map(Text::as_str).into(),
                instant(scope.created_at),
            ],
        )?;
        Ok(scope)
    })?;
    respond::json(201, &OneScope { scope })
}

pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    keyway_core::input::query::nothing(&call.query)?;
    let items = ledger.all(
        "SELECT id, name, description, retired, created_at FROM scopes ORDER BY id",
        vec![],
        |row| {
            Ok(Scope {
                id: ScopeId::parse(&row.text()?).map_err(|_| Fault::column("scopes.id"))?,
                name: Name::parse(&row.text()?).map_err(|_| Fault::column("scopes.name"))?,
                description: match row.optional_text()? {
                    None => None,
                    Some(text) => {
                        Text::parse(&text).map_err(|_| Fault::column("scopes.description"))?
                    }
                },
                retired: row.integer()? != 0,
                created_at: row.instant()?,
            })
        },
    )?;
    respond::json(
        200,
        &Page {
            items,
            next_cursor: None,
        },
    )
}

/// What can be granted now.
pub(super) fn book(ledger: &Ledger) -> Result<ScopeBook, Fault> {
    let rows = ledger.all("SELECT id, retired FROM scopes", vec![], |row| {
        let id = ScopeId::parse(&row.text()?).map_err(|_| Fault::column("scopes.id"))?;
        Ok((id, row.integer()? != 0))
    })?;
    Ok(rows.into_iter().collect())
}

fn exists(id: &ScopeId) -> Problem {
    Invalid::one(Code::ScopeExists, format!("A scope `{id}` exists already."))
        .at("id")
        .into()
}
