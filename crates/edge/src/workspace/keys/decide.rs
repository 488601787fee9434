//! What people decide of a key: block, unblock, revoke, delete.

use keyway_core::{
    id::KeyId,
    input::{Json, query},
    key::ReasonRequest,
    problem::Problem,
};
use worker::Response;

use super::{announce, changed, rows, tokens};
use crate::workspace::{Call, Workspace, authority::Caller, outbox::Wait};

/// What people decide of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::workspace) enum Change {
    Block,
    Unblock,
    Revoke,
    Delete,
}

impl Change {
    /// What narrows a key is acknowledged when every region knows (rule 6).
    fn wait(self) -> Wait {
        match self {
            Self::Block | Self::Revoke | Self::Delete => Wait::Arrival,
            Self::Unblock => Wait::FirstAttempt,
        }
    }
}

impl Workspace {
    /// `POST /v1/keys/{id}/block`, `/unblock`, `/revoke`, and `DELETE /v1/keys/{id}`
    pub(in crate::workspace) async fn change_key(
        &self,
        change: Change,
        caller: &Caller,
        id: KeyId,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let reason = if call.body.is_empty() {
            None
        } else {
            ReasonRequest::read(&Json::parse(&call.body)?)?.reason
        };
        let regions = self.regions()?;
        self.arm().await?;
        let ledger = self.ledger();
        let key = ledger.atomically(|| {
            let mut key = match change {
                // Asked for again, it says how far it has got.
                Change::Delete => rows::find_any(&ledger, id)?,
                _ => rows::find(&ledger, id)?,
            };
            let by = caller.actor.clone();
            let changed = match change {
                Change::Block => key.block(by, reason, call.now)?,
                Change::Unblock => key.unblock()?,
                Change::Revoke => key.revoke(by, reason, call.now),
                Change::Delete => key.delete(by, call.now),
            };
            if changed {
                rows::save_life(&ledger, &key)?;
                if change == Change::Delete {
                    rows::forget(&ledger, &key)?;
                }
                tokens::save_grace(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok(key)
        })?;
        let wait = change.wait();
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }
}
