//! What people decide of keys: block, unblock, revoke, delete.

use keyway_core::{
    api::{ChangedKeys, KeyResult},
    id::KeyId,
    input::{Json, query},
    key::{BulkRequest, Change, Key},
    problem::Problem,
    region::Regions,
    text::Text,
};
use worker::Response;

use super::{announce, changed, rows, tokens};
use crate::{
    http::respond,
    ledger::Ledger,
    workspace::{Call, Workspace, authority::Caller, outbox::Wait},
};

/// What narrows a key is acknowledged when every region knows (rule 6).
fn wait(change: Change) -> Wait {
    match change {
        Change::Block | Change::Revoke | Change::Delete => Wait::Arrival,
        Change::Unblock => Wait::FirstAttempt,
    }
}

/// Who decides what, and why.
struct Decided<'a> {
    change: Change,
    caller: &'a Caller,
    reason: Option<Text>,
}

impl Decided<'_> {
    /// Of one key, in a transaction of its own.
    fn make(
        &self,
        ledger: &Ledger,
        regions: &Regions,
        id: KeyId,
        call: &Call,
    ) -> Result<Key, Problem> {
        ledger.atomically(|| {
            let mut key = match self.change {
                // Asked for again, it says how far it has got.
                Change::Delete => rows::find_any(ledger, self.caller, id)?,
                _ => rows::find(ledger, self.caller, id)?,
            };
            let by = self.caller.actor.clone();
            if key.change(self.change, by, self.reason.clone(), call.now)? {
                rows::save_life(ledger, &key)?;
                if self.change == Change::Delete {
                    rows::forget(ledger, &key)?;
                }
                tokens::save_grace(ledger, &key)?;
                announce(ledger, regions, &key, call)?;
            }
            Ok(key)
        })
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
        let decided = Decided {
            change,
            caller,
            reason: call.reason()?,
        };
        let regions = self.regions()?;
        let ledger = self.ledger();
        let key = decided.make(&ledger, &regions, id, call)?;
        let wait = wait(change);
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }

    /// `POST /v1/keys/bulk`: each key on its own, so one that is refused holds up
    /// none; and one wait for all.
    pub(in crate::workspace) async fn change_keys(
        &self,
        caller: &Caller,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let request = BulkRequest::read(&Json::parse(&call.body)?)?;
        caller.rights.allow(request.action.action())?;
        let decided = Decided {
            change: request.action,
            caller,
            reason: request.reason,
        };
        let regions = self.regions()?;
        let ledger = self.ledger();
        let (mut made, mut targets) = (Vec::new(), Vec::new());
        for id in request.ids {
            let result = decided.make(&ledger, &regions, id, call);
            if result.is_ok() {
                targets.extend(tokens::targets(&ledger, id, call.now)?);
            }
            made.push((id, result));
        }
        let wait = wait(decided.change);
        let propagation = self.propagate(&targets, wait).await?;
        let status = wait.status(&propagation);
        let mut results = Vec::new();
        for (id, result) in &made {
            let (key, problem) = match result {
                Ok(key) => (Some(key.clone().view(call.now)), None),
                Err(problem) => (None, Some(problem.document())),
            };
            results.push(KeyResult {
                id: *id,
                key,
                problem,
            });
        }
        let answer = ChangedKeys {
            results,
            propagation,
        };
        respond::json(status, &answer)
    }
}
