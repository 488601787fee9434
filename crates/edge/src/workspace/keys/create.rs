//! A new key.

use keyway_core::{
    api::ChangedKey,
    digest::Peppers,
    id::KeyId,
    input::{Invalid, Json, query},
    key::{Key, KeyDraft},
    problem::{Code, Problem},
    region::Regions,
    token::Token,
};
use worker::Response;

use super::{announce, rows, tokens};
use crate::{
    http::respond,
    ledger::Ledger,
    random::Platform,
    workspace::{
        Call, Workspace,
        authority::Caller,
        catalog,
        idempotency::Request,
        outbox::Wait,
        settings,
        vault::{self, Kept},
    },
};

impl Workspace {
    /// `POST /v1/keys`
    pub(in crate::workspace) async fn create_key(
        &self,
        caller: &Caller,
        call: &Call,
    ) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let peppers = self.peppers()?;
        let regions = self.regions()?;
        let body = Json::parse(&call.body)?;
        self.arm().await?;
        let ledger = self.ledger();
        let mut kept = self.keep(&ledger, &body, call).await?;
        let (key, token) = ledger.atomically(|| {
            create(
                &ledger,
                &peppers,
                &regions,
                &body,
                kept.take(),
                caller,
                call,
            )
        })?;
        let propagation = self
            .propagate_key(&ledger, key.id, Wait::FirstAttempt, call)
            .await?;
        // A repeated request finds what the first one made, and no token: it
        // left the system once, and is not there to be given again.
        let status = if token.is_some() { 201 } else { 200 };
        let tag = key.version.tag();
        let answer = ChangedKey {
            key: key.view(call.now),
            token: token.as_ref().map(Token::reveal),
            propagation,
        };
        respond::tagged(status, &answer, &tag)
    }

    /// The token and its copy, if the key is to be recoverable. Whatever is wrong
    /// with the body is said later, in its transaction.
    async fn keep(
        &self,
        ledger: &Ledger,
        body: &Json<'_>,
        call: &Call,
    ) -> Result<Option<Kept>, Problem> {
        let draft = KeyDraft::read(body, &catalog::books(ledger)?, call.now).ok();
        let Some(draft) = draft.filter(|draft| draft.recoverable) else {
            return Ok(None);
        };
        let token = tokens::mint(draft.environment)?;
        let id = KeyId::mint(&mut Platform).map_err(tokens::dry)?;
        Kept::make(&self.env, &call.workspace, id, token).await
    }
}

/// The new key and its token; or the one that the same request made before, and
/// none.
fn create(
    ledger: &Ledger,
    peppers: &Peppers,
    regions: &Regions,
    body: &Json<'_>,
    kept: Option<Kept>,
    caller: &Caller,
    call: &Call,
) -> Result<(Key, Option<Token>), Problem> {
    let repeatable = Request::of(caller, call, &call.body);
    // Before the body is judged: what was right at the first request, such as an
    // expiry, need not be right any more.
    if let Some(id) = Request::made_key(repeatable.as_ref(), ledger)? {
        return Ok((rows::find_any(ledger, id)?, None));
    }
    let mut draft = KeyDraft::read(body, &catalog::books(ledger)?, call.now)?;
    if draft.locked.is_none() {
        draft.locked = Some(settings::read(ledger)?.locked_by_default);
    }
    let (id, token, copy) = match kept {
        Some(kept) => (kept.id, kept.token, Some(kept.copy)),
        None if draft.recoverable => {
            let missing = Invalid::one(
                Code::VaultNotConfigured,
                "Keys cannot be recoverable here: the operator has not set a vault key \
                 (VAULT_KEY_1).",
            );
            return Err(missing.at("recoverable").into());
        }
        None => {
            let id = KeyId::mint(&mut Platform).map_err(tokens::dry)?;
            (id, tokens::mint(draft.environment)?, None)
        }
    };
    let key = Key::create(draft, id, token.hint(), caller.actor.clone(), call.now);
    rows::insert(ledger, &key)?;
    vault::note(ledger, id, copy.as_ref())?;
    catalog::note(ledger, &key)?;
    tokens::insert(ledger, peppers, &key, &token, call)?;
    announce(ledger, regions, &key, call)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &key.id.to_string())?;
    }
    Ok((key, Some(token)))
}
