//! A new key.

use keyway_core::{
    api::ChangedKey,
    digest::Peppers,
    id::KeyId,
    input::{Json, query},
    key::{Key, KeyDraft},
    problem::Problem,
    region::Regions,
    token::Token,
};
use worker::Response;

use super::{announce, rows, tokens};
use crate::{
    http::respond,
    ledger::Ledger,
    random::Platform,
    workspace::{Call, Workspace, authority::Caller, catalog, idempotency::Request, outbox::Wait},
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
        let (key, token) =
            ledger.atomically(|| create(&ledger, &peppers, &regions, &body, caller, call))?;
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
}

/// The new key and its token; or the one that the same request made before, and
/// none.
fn create(
    ledger: &Ledger,
    peppers: &Peppers,
    regions: &Regions,
    body: &Json<'_>,
    caller: &Caller,
    call: &Call,
) -> Result<(Key, Option<Token>), Problem> {
    let repeatable = Request::of(caller, call, &call.body);
    // Before the body is judged: what was right at the first request, such as an
    // expiry, need not be right any more.
    if let Some(id) = Request::made_key(repeatable.as_ref(), ledger)? {
        return Ok((rows::find_any(ledger, id)?, None));
    }
    let draft = KeyDraft::read(body, &catalog::books(ledger)?, call.now)?;
    let token = tokens::mint(draft.environment)?;
    let id = KeyId::mint(&mut Platform).map_err(tokens::dry)?;
    let key = Key::create(draft, id, token.hint(), caller.actor.clone(), call.now);
    rows::insert(ledger, &key)?;
    catalog::note(ledger, &key)?;
    tokens::insert(ledger, peppers, &key, &token, call)?;
    announce(ledger, regions, &key, call)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &key.id.to_string())?;
    }
    Ok((key, Some(token)))
}
