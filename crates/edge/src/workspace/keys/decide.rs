//! What people decide of keys: block, unblock, revoke, delete.

use keyway_core::{
    audit::Event,
    id::KeyId,
    input::Json,
    key::{BulkRequest, Change, Key},
    problem::Problem,
    text::Text,
};

use super::{announce, changed, rows, tokens};
use crate::workspace::{
    audit,
    changes::{Act, Changed, What},
    notices,
    outbox::Wait,
};

/// What narrows a key is acknowledged when every region knows (rule 6).
fn wait(change: Change) -> Wait {
    match change {
        Change::Block | Change::Revoke | Change::Delete => Wait::Arrival,
        Change::Unblock => Wait::FirstAttempt,
    }
}

fn event(change: Change) -> Event {
    match change {
        Change::Block => Event::KeyBlocked,
        Change::Unblock => Event::KeyUnblocked,
        Change::Revoke => Event::KeyRevoked,
        Change::Delete => Event::KeyDeleted,
    }
}

/// Of one key, within a transaction; and whether it was not so before.
fn decide(
    act: &Act<'_>,
    change: Change,
    id: KeyId,
    reason: Option<&Text>,
) -> Result<(Key, bool), Problem> {
    let (ledger, caller) = (act.ledger, act.caller);
    let mut key = match change {
        // Asked for again, it says how far it has got.
        Change::Delete => rows::find_any(ledger, caller, id)?,
        _ => rows::find(ledger, caller, id)?,
    };
    let before = audit::shown_key(&key, act.call)?;
    let by = caller.actor.clone();
    let is_changed = key.change(change, by, reason.cloned(), act.call.now)?;
    if is_changed {
        rows::save_life(ledger, &key)?;
        if change == Change::Delete {
            rows::forget(ledger, &key)?;
        }
        tokens::save_grace(ledger, &key)?;
        announce(act, event(change), Some(&before), &key, reason)?;
    }
    Ok((key, is_changed))
}

/// `POST /v1/keys/{id}/block`, `/unblock`, `/revoke`, and `DELETE /v1/keys/{id}`
pub(in crate::workspace) fn change(
    act: &Act<'_>,
    change: Change,
    id: KeyId,
) -> Result<Changed, Problem> {
    let (key, _) = decide(act, change, id, act.call.reason()?.as_ref())?;
    changed(act, key, None, wait(change))
}

/// `POST /v1/keys/bulk`: each key on its own, in a transaction of its own, so one
/// that is refused holds up none; and one wait for all, and one letter to each member.
pub(in crate::workspace) fn change_each(act: &Act<'_>) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let request = BulkRequest::read(&Json::parse(&call.body)?)?;
    let change = request.action;
    act.caller.rights.allow(change.action())?;
    let (mut made, mut targets, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let reason = request.reason.as_ref();
    for id in request.ids {
        let result = ledger.atomically(|| decide(act, change, id, reason));
        if let Ok((key, is_changed)) = &result {
            targets.extend(tokens::targets(ledger, id, call.now)?);
            if *is_changed {
                keys.push(key.clone());
            }
        }
        made.push((id, result.map(|(key, _)| key)));
    }
    let event = event(change);
    ledger.commit(&mut || notices::of_keys(ledger, act.caller, call, event, &keys, reason))?;
    Ok(Changed {
        what: What::Keys(made),
        targets,
        wait: wait(change),
        is_new: false,
    })
}
