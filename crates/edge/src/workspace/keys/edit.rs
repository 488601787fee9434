//! Another name, other rights, another time.

use keyway_core::{
    id::KeyId,
    input::{Json, query},
    key::{Effect, KeyEdit},
    problem::Problem,
};
use worker::Response;

use super::{announce, changed, rows, tokens};
use crate::workspace::{Call, Workspace, authority::Caller, catalog, outbox::Wait};

impl Workspace {
    /// `PATCH /v1/keys/{id}`
    pub(in crate::workspace) async fn edit_key(
        &self,
        caller: &Caller,
        id: KeyId,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let body = Json::parse(&call.body)?;
        let regions = self.regions()?;
        let ledger = self.ledger();
        let (key, effect) = ledger.atomically(|| {
            let mut key = rows::find(&ledger, caller, id)?;
            call.precondition.check(key.version)?;
            let edit = KeyEdit::read(&body, &key, &caller.books(&ledger)?, call.now)?;
            let effect = key.apply(edit, &caller.actor, call.now)?;
            if effect != Effect::None {
                rows::save_details(&ledger, &key)?;
                tokens::save_grace(&ledger, &key)?;
                catalog::note(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok((key, effect))
        })?;
        let wait = Wait::after(effect);
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }
}
