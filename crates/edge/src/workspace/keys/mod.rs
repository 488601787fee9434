//! `/v1/keys`: a file for each thing that can be done with a key, two for where
//! keys and their tokens lie, and one for what is made before a token is written.

pub(super) mod avatar;
mod create;
mod decide;
mod edit;
mod import;
mod keep;
mod list;
mod rotate;
mod rows;
pub(super) mod search;
pub(super) mod tokens;

use keyway_core::{
    api::OneKey, audit::Event, feed::Known, id::KeyId, input::query, key::Key, problem::Problem,
    text::Text, token::Token,
};

use super::{
    Call, audit,
    authority::Caller,
    changes::{Act, Changed, What},
    outbox::{self, Wait},
};
use crate::{http::respond, ledger::Ledger, platform::Response};

pub(super) use create::create;
pub(super) use decide::{change, change_each};
pub(super) use edit::edit;
pub(super) use import::import;
pub(super) use keep::to_keep;
pub(super) use list::{counts, list};
pub(super) use rotate::{end_previous, rotate};
pub(super) use rows::{actor, by_id, find, find_audited, grants, save_revealed};
pub(super) use tokens::record;

/// `GET /v1/keys/{id}`
pub(super) fn read(
    ledger: &Ledger,
    caller: &Caller,
    id: KeyId,
    call: &Call,
) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let key = rows::find(ledger, caller, id)?;
    let tag = key.version.tag();
    let key = key.view(call.now);
    respond::tagged(200, &OneKey { key }, &tag)
}

/// Within the transaction of a change: what was published of the key is old, and
/// the log says who did it. Nothing was there `before` a new one.
fn announce(
    act: &Act<'_>,
    event: Event,
    before: Option<&str>,
    key: &Key,
    reason: Option<&Text>,
) -> Result<(), Problem> {
    let now = act.call.now;
    for target in tokens::targets(act.ledger, key.id, now)? {
        outbox::enqueue(act.ledger, act.regions, target, known(key), now)?;
    }
    audit::note_key(act.ledger, act.caller, act.call, event, before, key, reason)
}

fn known(key: &Key) -> Known {
    Known {
        version: key.version,
        standing: key.standing(),
    }
}

/// At the end of the transaction: what has to arrive, and what is said then.
fn changed(act: &Act<'_>, key: Key, token: Option<Token>, wait: Wait) -> Result<Changed, Problem> {
    Ok(Changed {
        targets: tokens::targets(act.ledger, key.id, act.call.now)?,
        what: What::Key(Box::new(key), token),
        wait,
        is_new: false,
    })
}
