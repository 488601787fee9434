//! A new key.

use futures_util::{FutureExt, future::LocalBoxFuture};
use keyway_core::{
    api::ChangedKey,
    digest::Peppers,
    id::KeyId,
    input::{Invalid, Json, query},
    key::{Imported, Key, KeyDraft},
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
        let ledger = self.ledger();
        // Whatever is wrong with the body is said later, in its transaction.
        let mut kept = match KeyDraft::read(&body, &caller.books(&ledger)?, call.now) {
            Ok(draft) => self.keep(&draft, call).await?,
            Err(_) => None,
        };
        let caller = &self.caller(&ledger, call)?;
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

    /// The token and its copy, if the key is to be recoverable.
    pub(super) fn keep<'a>(
        &'a self,
        draft: &'a KeyDraft,
        call: &'a Call,
    ) -> LocalBoxFuture<'a, Result<Option<Kept>, Problem>> {
        async move {
            if !draft.recoverable {
                return Ok(None);
            }
            let token = tokens::mint(draft.environment)?;
            let id = KeyId::mint(&mut Platform).map_err(tokens::dry)?;
            Kept::make(&self.env, &call.workspace, id, token).await
        }
        .boxed_local()
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
        return Ok((rows::find_any(ledger, caller, id)?, None));
    }
    let mut draft = KeyDraft::read(body, &caller.books(ledger)?, call.now)?;
    settle(ledger, &mut draft)?;
    let made = match kept {
        Some(kept) => Made::Kept(kept),
        None if draft.recoverable => return Err(no_vault().into()),
        None => Made::Now,
    };
    let (key, token) = add(ledger, peppers, regions, draft, made, caller, call)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &key.id.to_string())?;
    }
    Ok((key, token))
}

/// What is as the workspace has it where nobody says.
pub(super) fn settle(ledger: &Ledger, draft: &mut KeyDraft) -> Result<(), Problem> {
    if draft.locked.is_none() {
        draft.locked = Some(settings::read(ledger)?.locked_by_default);
    }
    Ok(())
}

/// The refusal of a key that is to be recoverable where none can be.
pub(super) fn no_vault() -> Invalid {
    let missing = Invalid::one(
        Code::VaultNotConfigured,
        "Keys cannot be recoverable here: the operator has not set a vault key (VAULT_KEY_1).",
    );
    missing.at("recoverable")
}

/// Where the token of a new key comes from.
pub(super) enum Made {
    /// It is minted now.
    Now,
    /// It was minted before, and a copy of it encrypted.
    Kept(Kept),
    /// It was made elsewhere.
    Elsewhere(Imported),
}

/// Writes a new key, and what is to be published of it; with the token, if there
/// is one to be shown. Within a transaction.
pub(super) fn add(
    ledger: &Ledger,
    peppers: &Peppers,
    regions: &Regions,
    draft: KeyDraft,
    made: Made,
    caller: &Caller,
    call: &Call,
) -> Result<(Key, Option<Token>), Problem> {
    let new_id = || KeyId::mint(&mut Platform).map_err(tokens::dry);
    let (id, token, copy, imported) = match made {
        Made::Kept(kept) => (kept.id, Some(kept.token), Some(kept.copy), None),
        Made::Now => (
            new_id()?,
            Some(tokens::mint(draft.environment)?),
            None,
            None,
        ),
        Made::Elsewhere(imported) => (new_id()?, None, None, Some(imported)),
    };
    let (hash, hint) = match (&token, imported) {
        (Some(token), _) => (token.hash(), token.hint()),
        (None, Some(imported)) => (imported.hash, imported.hint),
        (None, None) => return Err(Problem::internal()),
    };
    let key = Key::create(draft, id, hint, caller.actor.clone(), call.now);
    rows::insert(ledger, &key)?;
    if copy.is_some() {
        vault::note(ledger, id, copy.as_ref())?;
    }
    catalog::note(ledger, &key)?;
    tokens::insert(ledger, peppers, &key, &hash, call)?;
    announce(ledger, regions, &key, call)?;
    Ok((key, token))
}
