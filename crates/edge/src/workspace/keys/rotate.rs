//! Another token for the same key.

use keyway_core::{
    id::KeyId,
    input::{Json, query},
    key::{Effect, RotateRequest},
    problem::Problem,
};
use worker::Response;

use super::{announce, changed, changed_with, rows, search, tokens};
use crate::workspace::{
    Call, Workspace,
    authority::Caller,
    idempotency::Request,
    outbox::Wait,
    vault::{self, Kept},
};

impl Workspace {
    /// `POST /v1/keys/{id}/rotate`
    pub(in crate::workspace) async fn rotate_key(
        &self,
        caller: &Caller,
        id: KeyId,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let rotation = if call.body.is_empty() {
            RotateRequest::default()
        } else {
            RotateRequest::read(&Json::parse(&call.body)?)?
        };
        let (peppers, regions) = (self.peppers()?, self.regions()?);
        let ledger = self.ledger();
        let before = rows::find(&ledger, caller, id)?;
        let mut kept = None;
        if before.recoverable {
            let token = tokens::mint(before.environment)?;
            kept = Kept::make(&self.env, &call.workspace, id, token).await?;
        }
        let caller = &self.caller(&ledger, call)?;
        // What is asked for twice is another thing with another key.
        let what = [format!("rotate {id} ").as_bytes(), &call.body].concat();
        let (key, token, effect) = ledger.atomically(|| {
            let repeatable = Request::of(caller, call, &what);
            let mut key = rows::find(&ledger, caller, id)?;
            caller.rights.allow_token_of(&key)?;
            if Request::made_key(repeatable.as_ref(), &ledger)?.is_some() {
                // What it took away is not known any more; it may be on its way.
                return Ok((key, None, Effect::Narrowed));
            }
            let (token, copy) = match kept.take() {
                Some(kept) => (kept.token, Some(kept.copy)),
                None => (tokens::mint(key.environment)?, None),
            };
            let (ends_at, effect) = key.rotate(&rotation, token.hint(), call.now)?;
            rows::save_version(&ledger, &key)?;
            search::index(&ledger, &key)?;
            tokens::end_current(&ledger, id, ends_at, call.now)?;
            tokens::insert(&ledger, &peppers, &key, &token.hash(), call)?;
            vault::note(&ledger, id, copy.as_ref())?;
            announce(&ledger, &regions, &key, call)?;
            if let Some(repeatable) = repeatable {
                repeatable.note(&ledger, &id.to_string())?;
            }
            Ok((key, Some(token), effect))
        })?;
        let wait = Wait::after(effect);
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed_with(key, token.as_ref(), wait, propagation, call)
    }

    /// `DELETE /v1/keys/{id}/tokens/previous`
    pub(in crate::workspace) async fn end_previous(
        &self,
        caller: &Caller,
        id: KeyId,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let regions = self.regions()?;
        let ledger = self.ledger();
        let key = ledger.atomically(|| {
            let mut key = rows::find(&ledger, caller, id)?;
            let seen = key.version;
            if key.end_previous(call.now)? {
                // Else a rotation meanwhile would have another token ended than the
                // one that somebody looked at. Where none is left, none is.
                call.precondition.check_if_said(seen)?;
                rows::save_version(&ledger, &key)?;
                tokens::save_grace(&ledger, &key)?;
                search::index(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok(key)
        })?;
        let wait = Wait::Arrival;
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }
}
