//! Another token for the same key.

use keyway_core::{audit::Event, id::KeyId, key::Effect, problem::Problem};

use super::{announce, changed, rows, search, tokens};
use crate::workspace::{
    audit,
    changes::{Act, Changed},
    idempotency::Request,
    outbox::Wait,
    vault::{self, Kept},
};

/// `POST /v1/keys/{id}/rotate`
pub(in crate::workspace) fn rotate(
    act: &Act<'_>,
    id: KeyId,
    mut kept: Vec<Option<Kept>>,
) -> Result<Changed, Problem> {
    let (ledger, caller, call) = (act.ledger, act.caller, act.call);
    let rotation = call.rotation()?;
    let peppers = act.peppers()?;
    // What is asked for twice is another thing with another key.
    let what = [format!("rotate {id} ").as_bytes(), &call.body].concat();
    let repeatable = Request::of(caller, call, &what);
    let mut key = rows::find(ledger, caller, id)?;
    caller.rights.allow_token_of(&key)?;
    if Request::made_key(repeatable.as_ref(), ledger)?.is_some() {
        // What it took away is not known any more; it may be on its way.
        return changed(act, key, None, Wait::after(Effect::Narrowed));
    }
    let (token, copy) = match kept.pop().flatten() {
        Some(kept) => (kept.token, Some(kept.copy)),
        None => (tokens::mint(key.environment)?, None),
    };
    let before = audit::shown_key(&key, call)?;
    let (ends_at, effect) = key.rotate(&rotation, token.hint(), call.now)?;
    rows::save_version(ledger, &key)?;
    search::index(ledger, &key)?;
    tokens::end_current(ledger, id, ends_at, call.now)?;
    tokens::insert(ledger, &peppers, &key, &token.hash(), call)?;
    vault::note(ledger, id, copy.as_ref())?;
    let reason = rotation.reason.as_ref();
    announce(act, Event::KeyRotated, Some(&before), &key, reason)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &id.to_string())?;
    }
    changed(act, key, Some(token), Wait::after(effect))
}

/// `DELETE /v1/keys/{id}/tokens/previous`
pub(in crate::workspace) fn end_previous(act: &Act<'_>, id: KeyId) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let mut key = rows::find(ledger, act.caller, id)?;
    let seen = key.version;
    let before = audit::shown_key(&key, call)?;
    if key.end_previous(call.now)? {
        // Else a rotation meanwhile would have another token ended than the one
        // that somebody looked at. Where none is left, none is.
        call.precondition.check_if_said(seen)?;
        rows::save_version(ledger, &key)?;
        tokens::save_grace(ledger, &key)?;
        search::index(ledger, &key)?;
        announce(act, Event::KeyGraceEnded, Some(&before), &key, None)?;
    }
    changed(act, key, None, Wait::Arrival)
}
