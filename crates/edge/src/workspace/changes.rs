//! Changes that are published: one transaction, then the way to every region,
//! then the answer that says how far it got.
//!
//! What all of them do is done here, once. A change itself never waits: what it
//! needs that takes waiting (the copies of tokens) is made before, and who calls
//! is asked again afterwards.

use keyway_core::{
    api::{ChangedKey, ChangedKeys, ChangedVerifier, KeyResult, Propagation},
    digest::Peppers,
    id::KeyId,
    input::query,
    key::{Change, Key},
    problem::Problem,
    region::Regions,
    token::Token,
    verifier::Verifier,
};
use worker::Env;

use super::{
    Call, Workspace,
    authority::Caller,
    keys,
    outbox::{self, Target, Wait},
    vault::{self, Kept},
    verifiers,
};
use crate::{config, http::respond, ledger::Ledger, platform::Response, route::Manage};

/// A change under way: who makes it, and where it is written.
pub(super) struct Act<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) env: &'a Env,
    pub(super) regions: &'a Regions,
    pub(super) caller: &'a Caller,
    pub(super) call: &'a Call,
}

impl Act<'_> {
    /// Only for what makes a token: what is taken away must not need them.
    pub(super) fn peppers(&self) -> Result<Peppers, Problem> {
        config::peppers(self.env)
    }

    /// Within the transaction.
    fn make(&self, route: &Manage, kept: Vec<Option<Kept>>) -> Result<Outcome, Problem> {
        let changed = match *route {
            Manage::ImportKeys => return keys::import(self, kept).map(Outcome::Left),
            Manage::CreateKey => keys::create(self, kept),
            Manage::EditKey(id) => keys::edit(self, id),
            Manage::BlockKey(id) => keys::change(self, Change::Block, id),
            Manage::UnblockKey(id) => keys::change(self, Change::Unblock, id),
            Manage::RevokeKey(id) => keys::change(self, Change::Revoke, id),
            Manage::DeleteKey(id) => keys::change(self, Change::Delete, id),
            Manage::RotateKey(id) => keys::rotate(self, id, kept),
            Manage::EndPreviousToken(id) => keys::end_previous(self, id),
            Manage::CreateVerifier => verifiers::create(self),
            Manage::RotateVerifier(id) => verifiers::rotate(self, id),
            Manage::EndVerifierToken(id) => verifiers::end_previous(self, id),
            Manage::RemoveVerifier(id) => verifiers::remove(self, id),
            _ => Err(Problem::internal()),
        };
        changed.map(Outcome::Changed)
    }
}

/// What a transaction has led to.
enum Outcome {
    Changed(Changed),
    /// Publishing is left to the alarm.
    Left(Response),
}

/// What was changed, and what has to arrive before that is said.
pub(super) struct Changed {
    pub(super) what: What,
    pub(super) targets: Vec<Target>,
    pub(super) wait: Wait,
    /// Whether it was not there before.
    pub(super) is_new: bool,
}

/// What is shown of it; a token only to who made it.
pub(super) enum What {
    Key(Box<Key>, Option<Token>),
    Keys(Vec<(KeyId, Result<Key, Problem>)>),
    Verifier(Box<Verifier>, Option<Token>),
}

impl Workspace {
    /// Makes a change by a `caller` who may, and answers when it is published.
    pub(super) async fn change(&self, route: &Manage, call: &Call) -> Result<Response, Problem> {
        self.arm().await?;
        let ledger = self.ledger();
        let mut caller = self.caller(&ledger, call)?;
        let tokens = keys::to_keep(&self.env, &ledger, &caller, route, call)?;
        let mut kept = Vec::new();
        if !tokens.is_empty() {
            kept = vault::keep(&self.env, &call.workspace, tokens).await?;
            caller = self.caller(&ledger, call)?;
        }
        query::nothing(&call.query)?;
        let regions = self.regions()?;
        let act = Act {
            ledger: &ledger,
            env: &self.env,
            regions: &regions,
            caller: &caller,
            call,
        };
        let outcome = match route {
            // A transaction for each key.
            Manage::ChangeKeys => Outcome::Changed(keys::change_each(&act)?),
            _ => ledger.atomically(|| act.make(route, kept))?,
        };
        match outcome {
            Outcome::Changed(changed) => {
                let propagation = self.propagate(&changed.targets, changed.wait).await?;
                changed.answer(propagation, call)
            }
            Outcome::Left(response) => {
                outbox::arm_for_the_rest(&self.state).await?;
                Ok(response)
            }
        }
    }
}

impl Changed {
    fn answer(self, propagation: Propagation, call: &Call) -> Result<Response, Problem> {
        let status = match self.is_new {
            true => 201,
            false => self.wait.status(&propagation),
        };
        match self.what {
            What::Key(key, token) => {
                let tag = key.version.tag();
                let answer = ChangedKey {
                    key: key.view(call.now),
                    token: token.as_ref().map(Token::reveal),
                    propagation,
                };
                respond::tagged(status, &answer, &tag)
            }
            What::Keys(made) => {
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
            What::Verifier(verifier, token) => {
                let tag = verifier.version.tag();
                let answer = ChangedVerifier {
                    verifier: *verifier,
                    token: token.as_ref().map(Token::reveal),
                    propagation,
                };
                respond::tagged(status, &answer, &tag)
            }
        }
    }
}
