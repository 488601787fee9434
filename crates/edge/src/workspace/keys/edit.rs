//! Another name, other rights, another time.

use keyway_core::{
    audit::Event,
    id::KeyId,
    input::Json,
    key::{Effect, KeyEdit},
    problem::Problem,
};

use super::{announce, changed, rows, tokens};
use crate::workspace::{
    audit, catalog,
    changes::{Act, Changed},
    outbox::Wait,
};

/// `PATCH /v1/keys/{id}`
pub(in crate::workspace) fn edit(act: &Act<'_>, id: KeyId) -> Result<Changed, Problem> {
    let (ledger, caller, call) = (act.ledger, act.caller, act.call);
    let body = Json::parse(&call.body)?;
    let mut key = rows::find(ledger, caller, id)?;
    call.precondition.check(key.version)?;
    let edit = KeyEdit::read(&body, &key, &caller.books(ledger)?, call.now)?;
    let url = edit.webhook_url.as_ref().and_then(Option::as_ref);
    call.refuse_own(url, "webhook_url")?;
    let before = audit::shown_key(&key, call)?;
    let effect = key.apply(edit, &caller.actor, call.now)?;
    if effect != Effect::None {
        rows::save_details(ledger, &key)?;
        tokens::save_grace(ledger, &key)?;
        catalog::note(ledger, &key)?;
        announce(act, Event::KeyUpdated, Some(&before), &key, None)?;
    }
    changed(act, key, None, Wait::after(effect))
}
