//! `/v1/keys`: a file for each thing that can be done with a key, and two for
//! where keys and their tokens lie.

pub(super) mod avatar;
mod create;
mod decide;
mod edit;
mod import;
mod list;
mod rotate;
mod rows;
pub(super) mod search;
pub(super) mod tokens;

use keyway_core::{
    api::{ChangedKey, OneKey, Propagation},
    feed::Known,
    id::KeyId,
    input::query,
    key::Key,
    problem::Problem,
    region::Regions,
    token::Token,
};
use worker::Response;

use super::{
    Call, Workspace,
    authority::Caller,
    outbox::{self, Wait},
};
use crate::{
    http::respond,
    ledger::{Fault, Ledger},
};

pub(super) use list::{counts, list};
pub(super) use rows::{actor, find, find_audited, grants, save_revealed};
pub(super) use tokens::record;

impl Workspace {
    async fn propagate_key(
        &self,
        ledger: &Ledger,
        id: KeyId,
        wait: Wait,
        call: &Call,
    ) -> Result<Propagation, Problem> {
        let targets = tokens::targets(ledger, id, call.now)?;
        self.propagate(&targets, wait).await
    }
}

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

/// Within the transaction of a change: what was published of the key is old.
fn announce(ledger: &Ledger, regions: &Regions, key: &Key, call: &Call) -> Result<(), Fault> {
    for target in tokens::targets(ledger, key.id, call.now)? {
        outbox::enqueue(ledger, regions, target, known(key), call.now)?;
    }
    Ok(())
}

fn known(key: &Key) -> Known {
    Known {
        version: key.version,
        standing: key.standing(),
    }
}

fn changed(
    key: Key,
    wait: Wait,
    propagation: Propagation,
    call: &Call,
) -> Result<Response, Problem> {
    changed_with(key, None, wait, propagation, call)
}

fn changed_with(
    key: Key,
    token: Option<&Token>,
    wait: Wait,
    propagation: Propagation,
    call: &Call,
) -> Result<Response, Problem> {
    let status = wait.status(&propagation);
    let tag = key.version.tag();
    let answer = ChangedKey {
        key: key.view(call.now),
        token: token.map(Token::reveal),
        propagation,
    };
    respond::tagged(status, &answer, &tag)
}
