//! Which tokens are to be kept as copies. A transaction cannot wait for the
//! cipher, so they are minted before the one that writes them.

use keyway_core::{
    id::KeyId,
    input::Json,
    key::{KeyDraft, read_import},
    problem::Problem,
    token::Token,
};
use worker::Env;

use super::{rows, tokens};
use crate::{
    config,
    ledger::Ledger,
    random::Platform,
    route::Manage,
    workspace::{Call, authority::Caller},
};

/// A place for each key that is asked for, or none at all. Whatever is wrong is
/// said later, in the transaction.
pub(in crate::workspace) fn to_keep(
    env: &Env,
    ledger: &Ledger,
    caller: &Caller,
    route: &Manage,
    call: &Call,
) -> Result<Vec<Option<(KeyId, Token)>>, Problem> {
    let mut found = Vec::new();
    let is_new = matches!(route, Manage::CreateKey | Manage::ImportKeys);
    if !is_new && !matches!(route, Manage::RotateKey(_)) || config::vault_keys(env).is_empty() {
        return Ok(found);
    }
    if let Manage::RotateKey(id) = *route {
        if let Ok(key) = rows::find(ledger, caller, id)
            && key.recoverable
        {
            found.push(Some((id, tokens::mint(key.environment)?)));
        }
        return Ok(found);
    }
    let Ok(body) = Json::parse(&call.body) else {
        return Ok(found);
    };
    let books = caller.books(ledger)?;
    if matches!(route, Manage::CreateKey) {
        found.push(of(KeyDraft::read(&body, &books, call.now).ok())?);
    } else if let Ok(items) = read_import(&body, &books, call.now) {
        for item in items {
            found.push(of(item.ok().map(|item| item.draft))?);
        }
    }
    Ok(found)
}

fn of(draft: Option<KeyDraft>) -> Result<Option<(KeyId, Token)>, Problem> {
    match draft {
        Some(draft) if draft.recoverable => {
            let id = KeyId::mint(&mut Platform).map_err(tokens::dry)?;
            Ok(Some((id, tokens::mint(draft.environment)?)))
        }
        _ => Ok(None),
    }
}
