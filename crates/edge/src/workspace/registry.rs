//! `/v1/workspaces`: which there are. Kept by the default one, which alone makes
//! them. One that is made is a row here; its object comes into being with the first
//! call for it.

use keyway_core::{
    api::{OneWorkspace, Page},
    audit::Event,
    input::{Json, query},
    problem::{Code, Problem},
    workspace::{Workspace, WorkspaceDraft, WorkspaceName},
};

use super::{Call, audit, authority::Caller};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, values},
    platform::Response,
};

/// All names where no other workspace was made.
pub(super) const DEFAULT: &str = "default";

/// `POST /v1/workspaces`
pub(super) fn create(ledger: &Ledger, caller: &Caller, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let WorkspaceDraft { name } = WorkspaceDraft::read(&Json::parse(&call.body)?)?;
    let workspace = Workspace {
        name,
        created_at: call.now,
    };
    let after = audit::shown(&workspace)?;
    let name = workspace.name.as_str();
    ledger.commit(&mut || {
        let is_new = ledger.first(
            "INSERT INTO workspaces SELECT ?1, ?2 WHERE ?1 <> 'default' \
             ON CONFLICT DO NOTHING RETURNING 1",
            values().text(name).instant(call.now),
            |row| Ok(row.integer()),
        )?;
        if is_new.is_none() {
            return Err(Problem::new(
                Code::WorkspaceExists,
                "There is a workspace of this name already.",
            ));
        }
        let mut about = "workspaces/".to_owned();
        about.push_str(name);
        let (event, after) = (Event::WorkspaceCreated, Some(after.as_str()));
        audit::note_change(ledger, caller, call, event, &about, None, after, None)
    })?;
    respond::json(201, &OneWorkspace { workspace })
}

/// `GET /v1/workspaces`: all.
pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let items = ledger.all(
        "SELECT 'default', min(applied_at) FROM migrations \
         UNION ALL SELECT name, created_at FROM workspaces ORDER BY 2, 1",
        values(),
        |row| {
            let name = WorkspaceName::parse(&row.text());
            Ok(Workspace {
                name: name.map_err(|_| Fault::column("workspaces.name"))?,
                created_at: row.instant(),
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

/// See [`super::link::MADE`]: a name on each line.
pub(super) fn made(ledger: &Ledger, name: &[u8]) -> Result<String, Fault> {
    let made = ledger.first(
        "SELECT group_concat(name, char(10)) FROM (SELECT 'default' AS name \
            UNION ALL SELECT name FROM workspaces) WHERE ?1 IN ('', name)",
        values().text(str::from_utf8(name).unwrap_or_default()),
        |row| Ok(row.optional_text()),
    )?;
    Ok(made.flatten().unwrap_or_default())
}
