//! `/v1/keys`.

use keyway_core::{
    api::{ChangedKey, OneKey, Page, Propagation},
    digest::{DigestKind, Peppers},
    entropy::EntropyError,
    environment::Environment,
    feed::Known,
    grants::{Grantable, Grants},
    id::{KeyId, MemberId},
    input::{
        Json,
        query::{self, Cursor, KeyList},
    },
    instant::Instant,
    key::{
        Decision, Effect, Key, KeyDraft, KeyEdit, Life, PreviousToken, ReasonRequest, RotateRequest,
    },
    member::Actor,
    name::Name,
    problem::{Code, Problem},
    region::Regions,
    text::Text,
    token::{self, ApiPrefix, Hint, Token},
};
use worker::{Response, SqlStorageValue};

use super::{
    Call, Workspace,
    authority::Caller,
    catalog, idempotency,
    outbox::{self, Target, Wait},
    records::{self, Publication},
};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, blob, instant, optional_instant},
    log,
    random::Platform,
};

/// What people decide of a key.
#[derive(Clone, Copy)]
pub(super) enum Change {
    Block,
    Unblock,
    Revoke,
}

impl Change {
    /// What narrows a key is acknowledged when every region knows (rule 6).
    fn wait(self) -> Wait {
        match self {
            Self::Block | Self::Revoke => Wait::Arrival,
            Self::Unblock => Wait::FirstAttempt,
        }
    }
}

impl Workspace {
    /// `POST /v1/keys`
    pub(super) async fn create_key(
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

    /// `POST /v1/keys/{id}/block`, `/unblock`, `/revoke`
    pub(super) async fn change_key(
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
            let mut key = find(&ledger, id)?;
            let by = caller.actor.clone();
            let changed = match change {
                Change::Block => key.block(by, reason, call.now)?,
                Change::Unblock => key.unblock()?,
                Change::Revoke => key.revoke(by, reason, call.now),
            };
            if changed {
                save_life(&ledger, &key)?;
                save_grace(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok(key)
        })?;
        let wait = change.wait();
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }

    /// `PATCH /v1/keys/{id}`
    pub(super) async fn edit_key(&self, id: KeyId, call: &Call) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let body = Json::parse(&call.body)?;
        let regions = self.regions()?;
        self.arm().await?;
        let ledger = self.ledger();
        let (key, effect) = ledger.atomically(|| {
            let mut key = find(&ledger, id)?;
            call.precondition.check(key.version)?;
            let edit = KeyEdit::read(&body, &key, &catalog::books(&ledger)?, call.now)?;
            let effect = key.apply(edit)?;
            if effect != Effect::None {
                save_details(&ledger, &key)?;
                catalog::note(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok((key, effect))
        })?;
        // What is taken away must not be had any more, as after a revocation.
        let wait = match effect {
            Effect::Narrowed => Wait::Arrival,
            Effect::None | Effect::Kept => Wait::FirstAttempt,
        };
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }

    /// `POST /v1/keys/{id}/rotate`
    pub(super) async fn rotate_key(
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
        self.arm().await?;
        let ledger = self.ledger();
        // What is asked for twice is another thing with another key.
        let what = [format!("rotate {id} ").as_bytes(), &call.body].concat();
        let (key, token) = ledger.atomically(|| {
            let repeatable = repeatable(caller, call, &what);
            let mut key = find(&ledger, id)?;
            if made_before(&ledger, repeatable.as_ref())?.is_some() {
                return Ok((key, None));
            }
            let token = mint(key.environment)?;
            let ends_at = key.rotate(&rotation, token.hint(), call.now)?;
            save_version(&ledger, &key)?;
            // There are never more than two: one that is in its grace ends here.
            ledger.run(
                "UPDATE tokens SET ends_at = iif(ends_at IS NULL, ?2, ?3)
                 WHERE key = ?1 AND (ends_at IS NULL OR ends_at > ?3)",
                vec![id.to_string().into(), instant(ends_at), instant(call.now)],
            )?;
            insert_token(&ledger, &peppers, &key, &token, call)?;
            announce(&ledger, &regions, &key, call)?;
            if let Some(repeatable) = repeatable {
                repeatable.note(&ledger, &id.to_string())?;
            }
            Ok((key, Some(token)))
        })?;
        let wait = match rotation.grace_seconds {
            0 => Wait::Arrival,
            _ => Wait::FirstAttempt,
        };
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed_with(key, token.as_ref(), wait, propagation, call)
    }

    /// `DELETE /v1/keys/{id}/tokens/previous`
    pub(super) async fn end_previous(&self, id: KeyId, call: &Call) -> Result<Response, Problem> {
        query::nothing(&call.query)?;
        let regions = self.regions()?;
        self.arm().await?;
        let ledger = self.ledger();
        let key = ledger.atomically(|| {
            let mut key = find(&ledger, id)?;
            if key.end_previous(call.now)? {
                save_version(&ledger, &key)?;
                save_grace(&ledger, &key)?;
                announce(&ledger, &regions, &key, call)?;
            }
            Ok(key)
        })?;
        let wait = Wait::Arrival;
        let propagation = self.propagate_key(&ledger, id, wait, call).await?;
        changed(key, wait, propagation, call)
    }

    async fn propagate_key(
        &self,
        ledger: &Ledger,
        id: KeyId,
        wait: Wait,
        call: &Call,
    ) -> Result<Propagation, Problem> {
        let targets = targets(ledger, id, call.now)?;
        self.propagate(&targets, wait).await
    }
}

/// Within the transaction of a change: what was published of the key is old.
fn announce(ledger: &Ledger, regions: &Regions, key: &Key, call: &Call) -> Result<(), Fault> {
    for target in targets(ledger, key.id, call.now)? {
        outbox::enqueue(ledger, regions, target, known(key), call.now)?;
    }
    Ok(())
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
    let status = match wait {
        Wait::Arrival if !propagation.regions.all() => 202,
        Wait::Arrival | Wait::FirstAttempt => 200,
    };
    let tag = key.version.tag();
    let answer = ChangedKey {
        key: key.view(call.now),
        token: token.map(Token::reveal),
        propagation,
    };
    respond::tagged(status, &answer, &tag)
}

/// `GET /v1/keys`
pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    let list = KeyList::parse(&call.query)?;
    let mut bindings = vec![instant(call.now)];
    // Words of our own enum, so they may stand in the statement.
    let statuses: Vec<String> = list
        .statuses
        .iter()
        .map(|status| format!("'{}'", status.as_str()))
        .collect();
    let mut statement = format!("{SELECT} WHERE {STATUS} IN ({})", statuses.join(", "));
    if let Some(after) = list.after {
        statement.push_str(" AND (k.created_at, k.id) < (?2, ?3)");
        bindings.push(instant(after.created_at));
        bindings.push(after.id.to_string().into());
    }
    // One more than asked for tells whether there is another page.
    let limit = usize::from(list.limit);
    statement.push_str(&format!(
        " ORDER BY k.created_at DESC, k.id DESC LIMIT {}",
        limit + 1
    ));
    let mut keys = ledger.all(&statement, bindings, key)?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next_cursor = keys.last().filter(|_| more).map(|last| {
        Cursor {
            created_at: last.created_at,
            id: last.id,
        }
        .to_string()
    });
    let items: Vec<_> = keys.into_iter().map(|key| key.view(call.now)).collect();
    respond::json(200, &Page { items, next_cursor })
}

/// `GET /v1/keys/{id}`
pub(super) fn read(ledger: &Ledger, id: KeyId, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let key = find(ledger, id)?;
    let tag = key.version.tag();
    let key = key.view(call.now);
    respond::tagged(200, &OneKey { key }, &tag)
}

/// What is published of the token whose `column` (ours, not a client's) is `value`.
pub(super) fn record(
    ledger: &Ledger,
    column: &'static str,
    value: SqlStorageValue,
) -> Result<Option<Publication>, Fault> {
    let token = ledger.first(
        &format!("SELECT key, pepper, ends_at FROM tokens WHERE {column} = ?"),
        vec![value],
        |row| Ok((row.text()?, row.integer()?, row.optional_instant()?)),
    )?;
    let Some((id, pepper, ends_at)) = token else {
        return Ok(None);
    };
    let id = KeyId::parse(&id).map_err(|_| Fault::column("tokens.key"))?;
    let key =
        by_id(ledger, id)?.ok_or_else(|| Fault::column("tokens.key: there is no such key"))?;
    records::publication(pepper, key.version.get(), &key.record(ends_at)).map(Some)
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
    let repeatable = repeatable(caller, call, &call.body);
    // Before the body is judged: what was right at the first request, such as an
    // expiry, need not be right any more.
    if let Some(id) = made_before(ledger, repeatable.as_ref())? {
        return Ok((find(ledger, id)?, None));
    }
    let draft = KeyDraft::read(body, &catalog::books(ledger)?, call.now)?;
    let token = mint(draft.environment)?;
    let id = KeyId::mint(&mut Platform).map_err(dry)?;
    let key = Key::create(draft, id, token.hint(), caller.actor.clone(), call.now);
    insert(ledger, &key)?;
    catalog::note(ledger, &key)?;
    insert_token(ledger, peppers, &key, &token, call)?;
    announce(ledger, regions, &key, call)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &key.id.to_string())?;
    }
    Ok((key, Some(token)))
}

/// What an `Idempotency-Key` stands for: `what`, asked for by this caller.
fn repeatable<'a>(
    caller: &'a Caller,
    call: &'a Call,
    what: &'a [u8],
) -> Option<idempotency::Request<'a>> {
    let key = call.idempotency_key.as_ref()?;
    Some(idempotency::Request {
        member: &caller.actor,
        key,
        body: what,
        now: call.now,
    })
}

/// The key that the same request made or changed before.
fn made_before(
    ledger: &Ledger,
    repeatable: Option<&idempotency::Request<'_>>,
) -> Result<Option<KeyId>, Problem> {
    let Some(id) = repeatable
        .map(|request| request.result(ledger))
        .transpose()?
        .flatten()
    else {
        return Ok(None);
    };
    let id = KeyId::parse(&id).map_err(|_| Fault::column("idempotency.result"))?;
    Ok(Some(id))
}

fn mint(environment: Environment) -> Result<Token, Problem> {
    token::mint_api(&ApiPrefix::default(), environment, &mut Platform).map_err(dry)
}

/// The current token of a key, that is: the one without an end.
fn insert_token(
    ledger: &Ledger,
    peppers: &Peppers,
    key: &Key,
    token: &Token,
    call: &Call,
) -> Result<(), Fault> {
    let hash = token.hash();
    let pepper = peppers.current();
    let digest = pepper.digest(DigestKind::Key, &call.workspace, &hash);
    ledger.run(
        "INSERT INTO tokens (sha256, key, pepper, digest, hint, ends_at)
         VALUES (?, ?, ?, ?, ?, NULL)",
        vec![
            blob(hash.as_bytes()),
            key.id.to_string().into(),
            i64::from(pepper.number().get()).into(),
            blob(digest.as_bytes()),
            key.hint.as_str().into(),
        ],
    )
}

fn known(key: &Key) -> Known {
    Known {
        version: key.version,
        standing: key.standing(),
    }
}

fn dry(error: EntropyError) -> Problem {
    log::fault("randomness", error);
    Problem::internal()
}

pub(super) fn find(ledger: &Ledger, id: KeyId) -> Result<Key, Problem> {
    by_id(ledger, id)?
        .ok_or_else(|| Problem::new(Code::KeyNotFound, "This workspace has no key of this id."))
}

fn by_id(ledger: &Ledger, id: KeyId) -> Result<Option<Key>, Fault> {
    ledger.first(
        &format!("{SELECT} WHERE k.id = ?"),
        vec![id.to_string().into()],
        key,
    )
}

/// What is published of a key, and can still be good, or is somewhere not known
/// to have ended: a repeated call waits for that too (rule 6). Any other token
/// that ended stays ended, whatever becomes of its key.
fn targets(ledger: &Ledger, id: KeyId, now: Instant) -> Result<Vec<Target>, Fault> {
    ledger.all(
        "SELECT digest FROM tokens WHERE key = ? AND (ends_at IS NULL OR ends_at >= ?
            OR EXISTS (SELECT 1 FROM announcements a WHERE a.digest = tokens.digest))",
        vec![id.to_string().into(), instant(now)],
        |row| {
            let digest = keyway_core::digest::Digest::from_bytes(row.blob()?);
            Ok(Target {
                kind: DigestKind::Key,
                digest,
            })
        },
    )
}

/// The columns that [`key`] reads, with the hint of the current token.
const SELECT: &str = "SELECT k.id, k.version, k.name, k.environment, k.scopes, k.accounts,
    k.life, k.not_before, k.expires_at, k.created_at, k.created_by, k.created_by_name,
    k.blocked_at, k.blocked_by, k.blocked_by_name, k.blocked_reason,
    k.revoked_at, k.revoked_by, k.revoked_by_name, k.revoked_reason, t.hint,
    k.last_used_at, k.description,
    (SELECT p.hint FROM tokens p WHERE p.key = k.id AND p.ends_at IS NOT NULL
        ORDER BY p.ends_at DESC LIMIT 1),
    (SELECT max(p.ends_at) FROM tokens p WHERE p.key = k.id)
    FROM keys k JOIN tokens t ON t.key = k.id AND t.ends_at IS NULL";

/// [`Key::status`] a second time, for the list's filter, at the instant `?1`. An
/// end-to-end test holds the two against each other.
const STATUS: &str = "(CASE
    WHEN k.life = 'revoked' THEN 'revoked'
    WHEN k.expires_at <= ?1 THEN 'expired'
    WHEN k.life = 'blocked' THEN 'blocked'
    WHEN k.not_before > ?1 THEN 'scheduled'
    ELSE 'active' END)";

// Read in several places, and large: once is enough.
#[inline(never)]
fn key(row: &mut Row) -> Result<Key, Fault> {
    let id = KeyId::parse(&row.text()?).map_err(|_| Fault::column("keys.id"))?;
    let version = row.version()?;
    let name = Name::parse(&row.text()?).map_err(|_| Fault::column("keys.name"))?;
    let environment = Environment::parse(&row.text()?);
    let environment = environment.ok_or_else(|| Fault::column("keys.environment"))?;
    let scopes = grants(row, "keys.scopes")?;
    let accounts = grants(row, "keys.accounts")?;
    let life = row.text()?;
    let not_before = row.optional_instant()?;
    let expires_at = row.optional_instant()?;
    let created_at = row.instant()?;
    let created_by = actor(row.text()?, row.text()?)?;
    let blocked = decision(row)?;
    let revoked = decision(row)?;
    let hint = Hint::from_stored(row.text()?);
    let last_used_at = row.optional_instant()?;
    let description = optional_text(row, "keys.description")?;
    let previous = match (row.optional_text()?, row.optional_instant()?) {
        (Some(hint), Some(ends_at)) => Some(PreviousToken {
            hint: Hint::from_stored(hint),
            ends_at,
        }),
        _ => None,
    };
    let life = match (life.as_str(), blocked, revoked) {
        ("active", None, None) => Life::Active,
        ("blocked", Some(decision), None) => Life::Blocked(decision),
        ("revoked", None, Some(decision)) => Life::Revoked(decision),
        _ => return Err(Fault::column("keys.life")),
    };
    Ok(Key {
        id,
        version,
        name,
        description,
        environment,
        scopes,
        accounts,
        hint,
        previous,
        created_at,
        created_by,
        not_before,
        expires_at,
        life,
        last_used_at,
    })
}

/// When, by whom, under what name, and why.
fn decision(row: &mut Row) -> Result<Option<Decision>, Fault> {
    let at = row.optional_instant()?;
    let by = row.optional_text()?;
    let by_name = row.optional_text()?;
    let reason = optional_text(row, "of a reason")?;
    let (Some(at), Some(by), Some(by_name)) = (at, by, by_name) else {
        return Ok(None);
    };
    Ok(Some(Decision {
        at,
        by: actor(by, by_name)?,
        reason,
    }))
}

fn optional_text(row: &mut Row, column: &str) -> Result<Option<Text>, Fault> {
    match row.optional_text()? {
        None => Ok(None),
        Some(text) => Text::parse(&text).map_err(|_| Fault::column(column)),
    }
}

fn grants<T: Grantable>(row: &mut Row, column: &str) -> Result<Grants<T>, Fault> {
    Grants::from_stored(&row.text()?).ok_or_else(|| Fault::column(column))
}

/// A member as they were noted with what they did.
pub(super) fn actor(id: String, name: String) -> Result<Actor, Fault> {
    let id = MemberId::parse(&id).map_err(|_| Fault::column("of a member"))?;
    Ok(Actor { id, name })
}

fn insert(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "INSERT INTO keys (id, version, name, environment, scopes, accounts, life,
            not_before, expires_at, created_at, created_by, created_by_name, description)
         VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?)",
        vec![
            key.id.to_string().into(),
            i64::from(key.version.get()).into(),
            key.name.as_str().into(),
            key.environment.as_str().into(),
            key.scopes.to_stored().into(),
            key.accounts.to_stored().into(),
            optional_instant(key.not_before),
            optional_instant(key.expires_at),
            instant(key.created_at),
            key.created_by.id.to_string().into(),
            key.created_by.name.as_str().into(),
            key.description.as_ref().map(Text::as_str).into(),
        ],
    )
}

fn save_version(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "UPDATE keys SET version = ?2 WHERE id = ?1",
        vec![
            key.id.to_string().into(),
            i64::from(key.version.get()).into(),
        ],
    )
}

/// Ends what a key had as its previous token no later than the key says.
fn save_grace(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let Some(previous) = &key.previous else {
        return Ok(());
    };
    ledger.run(
        "UPDATE tokens SET ends_at = ?2 WHERE key = ?1 AND ends_at > ?2",
        vec![key.id.to_string().into(), instant(previous.ends_at)],
    )
}

/// Writes what an edit may have changed of a key, and its version.
fn save_details(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    ledger.run(
        "UPDATE keys SET version = ?2, name = ?3, description = ?4, scopes = ?5, accounts = ?6,
            not_before = ?7, expires_at = ?8
         WHERE id = ?1",
        vec![
            key.id.to_string().into(),
            i64::from(key.version.get()).into(),
            key.name.as_str().into(),
            key.description.as_ref().map(Text::as_str).into(),
            key.scopes.to_stored().into(),
            key.accounts.to_stored().into(),
            optional_instant(key.not_before),
            optional_instant(key.expires_at),
        ],
    )
}

/// Writes what people decided of a key, and its version.
fn save_life(ledger: &Ledger, key: &Key) -> Result<(), Fault> {
    let (life, blocked, revoked) = match &key.life {
        Life::Active => ("active", None, None),
        Life::Blocked(decision) => ("blocked", Some(decision), None),
        Life::Revoked(decision) => ("revoked", None, Some(decision)),
    };
    let mut bindings = vec![
        key.id.to_string().into(),
        i64::from(key.version.get()).into(),
        life.into(),
    ];
    for decision in [blocked, revoked] {
        let reason = decision.and_then(|decision| decision.reason.as_ref());
        bindings.extend([
            optional_instant(decision.map(|decision| decision.at)),
            decision.map(|decision| decision.by.id.to_string()).into(),
            decision.map(|decision| decision.by.name.clone()).into(),
            reason.map(|reason| reason.as_str().to_owned()).into(),
        ]);
    }
    ledger.run(
        "UPDATE keys SET version = ?2, life = ?3,
            blocked_at = ?4, blocked_by = ?5, blocked_by_name = ?6, blocked_reason = ?7,
            revoked_at = ?8, revoked_by = ?9, revoked_by_name = ?10, revoked_reason = ?11
         WHERE id = ?1",
        bindings,
    )
}
