//! A new key.

use keyway_core::{
    audit::Event,
    digest::Peppers,
    id::KeyId,
    input::{Invalid, Json},
    key::{Imported, Key, KeyDraft},
    problem::{Code, Problem},
    token::Token,
};

use super::{announce, changed, rows, tokens};
use crate::{
    random::Platform,
    workspace::{
        catalog,
        changes::{Act, Changed},
        idempotency::Request,
        outbox::Wait,
        vault::{self, Kept},
    },
};

/// `POST /v1/keys`: the new key and its token; or the one that the same request
/// made before, and none.
pub(in crate::workspace) fn create(
    act: &Act<'_>,
    mut kept: Vec<Option<Kept>>,
) -> Result<Changed, Problem> {
    let (ledger, caller, call) = (act.ledger, act.caller, act.call);
    let peppers = act.peppers()?;
    let body = Json::parse(&call.body)?;
    let repeatable = Request::of(caller, call, &call.body);
    // Before the body is judged: what was right at the first request, such as an
    // expiry, need not be right any more.
    if let Some(id) = Request::made_key(repeatable.as_ref(), ledger)? {
        // Its token left the system once, and is not there to be given again.
        let key = rows::find_any(ledger, caller, id)?;
        return changed(act, key, None, Wait::FirstAttempt);
    }
    let mut draft = KeyDraft::read(&body, &caller.books(ledger)?, call.now)?;
    call.refuse_own(draft.webhook_url.as_ref(), "webhook_url")?;
    settle(act, &mut draft)?;
    let made = match kept.pop().flatten() {
        Some(kept) => Made::Kept(kept),
        None if draft.recoverable => return Err(no_vault().into()),
        None => Made::Now,
    };
    let (key, token) = add(act, &peppers, draft, made)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &key.id.to_string())?;
    }
    let mut changed = changed(act, key, token, Wait::FirstAttempt)?;
    changed.is_new = true;
    Ok(changed)
}

/// What is as the workspace has it where nobody says.
pub(super) fn settle(act: &Act<'_>, draft: &mut KeyDraft) -> Result<(), Problem> {
    if draft.locked.is_none() {
        draft.locked = Some(act.call.settings(act.ledger)?.locked_by_default);
    }
    Ok(())
}

/// The refusal of a key that is to be recoverable where none can be.
pub(super) fn no_vault() -> Invalid {
    let missing = Invalid::one(
        Code::VaultNotConfigured,
        "Keys cannot be recoverable here: the operator has not set a vault key (VAULT_KEY_1).",
    );
    missing.at("recoverable")
}

/// Where the token of a new key comes from.
pub(super) enum Made {
    /// It is minted now.
    Now,
    /// It was minted before, and a copy of it encrypted.
    Kept(Kept),
    /// It was made elsewhere.
    Elsewhere(Imported),
}

/// Writes a new key, and what is to be published of it; with the token, if there
/// is one to be shown. Within a transaction.
pub(super) fn add(
    act: &Act<'_>,
    peppers: &Peppers,
    draft: KeyDraft,
    made: Made,
) -> Result<(Key, Option<Token>), Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let new_id = || KeyId::mint(&mut Platform).map_err(tokens::dry);
    let (id, token, copy, imported) = match made {
        Made::Kept(kept) => (kept.id, Some(kept.token), Some(kept.copy), None),
        Made::Now => (
            new_id()?,
            Some(tokens::mint(draft.environment)?),
            None,
            None,
        ),
        Made::Elsewhere(imported) => (new_id()?, None, None, Some(imported)),
    };
    let (hash, hint) = match (&token, imported) {
        (Some(token), _) => (token.hash(), token.hint()),
        (None, Some(imported)) => (imported.hash, imported.hint),
        (None, None) => return Err(Problem::internal()),
    };
    let key = Key::create(draft, id, hint, act.caller.actor.clone(), call.now);
    rows::insert(ledger, &key)?;
    if copy.is_some() {
        vault::note(ledger, id, copy.as_ref())?;
    }
    catalog::note(ledger, &key)?;
    tokens::insert(ledger, peppers, &key, &hash, call)?;
    announce(act, Event::KeyCreated, None, &key, None)?;
    Ok((key, token))
}
