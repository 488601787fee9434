//! `/v1/verifiers`: the credentials of services that ask for verdicts.

use keyway_core::{
    api::Page,
    audit::Event,
    digest::{Digest, DigestKind, Peppers},
    id::VerifierId,
    input::{Json, query},
    instant::Instant,
    key::PreviousToken,
    name::Name,
    problem::{Code, Problem},
    text::Text,
    token::{self, Hint, Token},
    verifier::{Verifier, VerifierDraft},
    version::Version,
};

use super::{
    Call, audit,
    changes::{Act, Changed, What},
    idempotency::Request,
    keys,
    outbox::{self, Target, Wait},
    records::{self, Publication},
};
use crate::{
    clock,
    http::respond,
    ledger::{Fault, Ledger, Row, values},
    platform::Response,
    random::Platform,
};

/// `POST /v1/verifiers`
pub(super) fn create(act: &Act<'_>) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let peppers = act.peppers()?;
    let draft = VerifierDraft::read(&Json::parse(&call.body)?)?;
    let token = mint(call)?;
    let verifier = Verifier {
        id: VerifierId::mint(&mut Platform).map_err(keys::tokens::dry)?,
        version: Version::FIRST,
        name: draft.name,
        hint: token.hint(),
        previous_token: None,
        created_at: call.now,
        created_by: act.caller.actor.clone(),
        last_used_at: None,
        removed_at: None,
    };
    ledger.run(
        "INSERT INTO verifiers (id, version, name, created_at, created_by, created_by_name) \
         VALUES (?, ?, ?, ?, ?, ?)",
        values()
            .text(&verifier.id.to_string())
            .number(verifier.version.get())
            .text(verifier.name.as_str())
            .instant(verifier.created_at)
            .text(&verifier.created_by.id.to_string())
            .text(verifier.created_by.name.as_str()),
    )?;
    insert_token(ledger, &peppers, &verifier, &token, call)?;
    let made = Some((Event::VerifierCreated, None, None));
    let mut changed = changed(act, verifier, made, Some(token), Wait::FirstAttempt)?;
    changed.is_new = true;
    Ok(changed)
}

/// `POST /v1/verifiers/{id}/rotate`
pub(super) fn rotate(act: &Act<'_>, id: VerifierId) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let rotation = call.rotation()?;
    let peppers = act.peppers()?;
    // What is asked for twice is another thing with another verifier.
    let what = [call.path.as_bytes(), b" ", &call.body].concat();
    let repeatable = Request::of(act.caller, call, &what);
    let mut verifier = in_service(act, id)?;
    if let Some(repeatable) = &repeatable
        && repeatable.result(ledger)?.is_some()
    {
        // What it took away is not known any more; it may be on its way.
        return changed(act, verifier, None, None, Wait::Arrival);
    }
    // A repetition after its `Idempotency-Key` was forgotten must not rotate again.
    call.precondition.check_if_said(verifier.version)?;
    let before = audit::shown(&verifier)?;
    let token = mint(call)?;
    let (ends_at, effect) = verifier.rotate(&rotation, token.hint(), call.now);
    save(ledger, &verifier)?;
    // There are never more than two: one that is in its grace ends here.
    ledger.run(
        "UPDATE verifier_tokens SET ends_at = iif(ends_at IS NULL, ?2, ?3) \
         WHERE verifier = ?1 AND (ends_at IS NULL OR ends_at > ?3)",
        values()
            .text(&id.to_string())
            .instant(ends_at)
            .instant(call.now),
    )?;
    insert_token(ledger, &peppers, &verifier, &token, call)?;
    if let Some(repeatable) = repeatable {
        repeatable.note(ledger, &id.to_string())?;
    }
    let made = Some((Event::VerifierRotated, Some(before), rotation.reason));
    changed(act, verifier, made, Some(token), Wait::after(effect))
}

/// `DELETE /v1/verifiers/{id}/tokens/previous`
pub(super) fn end_previous(act: &Act<'_>, id: VerifierId) -> Result<Changed, Problem> {
    let mut verifier = in_service(act, id)?;
    let (seen, before) = (verifier.version, audit::shown(&verifier)?);
    let mut made = None;
    if verifier.end_previous() {
        // As with a key: not another token than the one that was looked at.
        act.call.precondition.check_if_said(seen)?;
        end(act, &verifier)?;
        made = Some((Event::VerifierGraceEnded, Some(before), None));
    }
    changed(act, verifier, made, None, Wait::Arrival)
}

/// `DELETE /v1/verifiers/{id}`
pub(super) fn remove(act: &Act<'_>, id: VerifierId) -> Result<Changed, Problem> {
    let mut verifier = find(act, id)?;
    let before = audit::shown(&verifier)?;
    let mut made = None;
    if verifier.remove(act.call.now) {
        end(act, &verifier)?;
        made = Some((Event::VerifierRemoved, Some(before), None));
    }
    changed(act, verifier, made, None, Wait::Arrival)
}

/// `GET /v1/verifiers`: those in service.
pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let items = ledger.all(
        &select("v.removed_at IS NULL ORDER BY v.created_at DESC, v.id DESC"),
        values().instant(call.now),
        verifier,
    )?;
    respond::json(
        200,
        &Page {
            items,
            next_cursor: None,
        },
    )
}

/// What is published of the token whose `column` (ours, not a client's) is `value`.
pub(super) fn record(
    ledger: &Ledger,
    column: &'static str,
    value: &[u8; 32],
) -> Result<Option<Publication>, Fault> {
    let now = clock::now();
    let token = ledger.first(
        &format!("SELECT verifier, pepper, ends_at FROM verifier_tokens WHERE {column} = ?"),
        values().blob(value),
        |row| Ok((row.text(), row.integer(), row.optional_instant())),
    )?;
    let Some((id, pepper, ends_at)) = token else {
        return Ok(None);
    };
    let verifier = by_id(ledger, &id, now)?
        .ok_or_else(|| Fault::column("verifier_tokens.verifier: there is none"))?;
    records::publication(
        pepper,
        verifier.version.get(),
        &verifier.record(ends_at, now),
    )
    .map(Some)
}

/// What was done, if anything: what it was before, and why.
type Made = Option<(Event, Option<String>, Option<Text>)>;

/// Every token that can still be good, or is somewhere not known to have ended (as
/// of keys), is published as it is now, and the log says who did it.
fn changed(
    act: &Act<'_>,
    verifier: Verifier,
    made: Made,
    token: Option<Token>,
    wait: Wait,
) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let found = ledger.all(
        "SELECT digest, ends_at FROM ( \
            SELECT digest, ends_at FROM verifier_tokens WHERE verifier = ?1 \
            UNION SELECT c.digest, t.ends_at FROM verifier_tokens t \
                JOIN copies c ON c.sha256 = t.sha256 AND c.kind = 'verifier' \
                WHERE t.verifier = ?1) t \
         WHERE ends_at IS NULL OR ends_at >= ?2 \
            OR EXISTS (SELECT 1 FROM announcements a WHERE a.digest = t.digest)",
        values().text(&verifier.id.to_string()).instant(call.now),
        |row| Ok((Digest::from_bytes(row.blob()), row.optional_instant())),
    )?;
    let mut targets = Vec::new();
    for (digest, ends_at) in found {
        let target = Target {
            kind: DigestKind::Verifier,
            digest,
        };
        if made.is_some() {
            let known = verifier.known(ends_at, call.now);
            outbox::enqueue(ledger, act.regions, target, known, call.now)?;
        }
        targets.push(target);
    }
    if let Some((event, before, reason)) = made {
        let after = audit::shown(&verifier)?;
        let (before, reason) = (before.as_deref(), reason.as_ref());
        audit::note_change(
            ledger,
            act.caller,
            call,
            event,
            "",
            before,
            Some(&after),
            reason,
        )?;
    }
    Ok(Changed {
        what: What::Verifier(Box::new(verifier), token),
        targets,
        wait,
        is_new: false,
    })
}

fn mint(call: &Call) -> Result<Token, Problem> {
    token::mint_verifier(&call.workspace, &mut Platform).map_err(keys::tokens::dry)
}

/// The current token, that is: the one without an end.
fn insert_token(
    ledger: &Ledger,
    peppers: &Peppers,
    verifier: &Verifier,
    token: &Token,
    call: &Call,
) -> Result<(), Fault> {
    let (hash, pepper) = (token.hash(), peppers.current());
    let digest = pepper.digest(DigestKind::Verifier, &call.workspace, &hash);
    ledger.run(
        "INSERT INTO verifier_tokens (sha256, verifier, pepper, digest, hint) \
         VALUES (?, ?, ?, ?, ?)",
        values()
            .blob(hash.as_bytes())
            .text(&verifier.id.to_string())
            .number(pepper.number().get())
            .blob(digest.as_bytes())
            .text(verifier.hint.as_str()),
    )
}

fn save(ledger: &Ledger, verifier: &Verifier) -> Result<(), Fault> {
    ledger.run(
        "UPDATE verifiers SET version = ?2, removed_at = ?3 WHERE id = ?1",
        values()
            .text(&verifier.id.to_string())
            .number(verifier.version.get())
            .optional_instant(verifier.removed_at),
    )
}

/// The same, and the grace of its previous token is over.
fn end(act: &Act<'_>, verifier: &Verifier) -> Result<(), Fault> {
    save(act.ledger, verifier)?;
    act.ledger.run(
        "UPDATE verifier_tokens SET ends_at = ?2 WHERE verifier = ?1 AND ends_at > ?2",
        values()
            .text(&verifier.id.to_string())
            .instant(act.call.now),
    )
}

fn find(act: &Act<'_>, id: VerifierId) -> Result<Verifier, Problem> {
    by_id(act.ledger, &id.to_string(), act.call.now)?.ok_or_else(nobody)
}

/// What was removed has no other token any more.
fn in_service(act: &Act<'_>, id: VerifierId) -> Result<Verifier, Problem> {
    let verifier = find(act, id)?;
    match verifier.removed_at {
        None => Ok(verifier),
        Some(_) => Err(nobody()),
    }
}

fn by_id(ledger: &Ledger, id: &str, now: Instant) -> Result<Option<Verifier>, Fault> {
    ledger.first(
        &select("v.id = ?2"),
        values().instant(now).text(id),
        verifier,
    )
}

/// The columns that [`verifier`] reads, of those for which `condition` holds.
fn select(condition: &str) -> String {
    let mut statement = String::from(
        "SELECT v.id, v.version, v.name, t.hint, p.hint, p.ends_at, \
            v.created_at, v.created_by, v.created_by_name, v.last_used_at, v.removed_at \
         FROM verifiers v JOIN verifier_tokens t ON t.verifier = v.id AND t.ends_at IS NULL \
         LEFT JOIN verifier_tokens p ON p.verifier = v.id AND p.ends_at > ?1 \
         WHERE ",
    );
    statement.push_str(condition);
    statement
}

#[inline(never)]
fn verifier(row: &mut Row) -> Result<Verifier, Fault> {
    let id = VerifierId::parse(&row.text()).map_err(|_| Fault::column("verifiers.id"))?;
    Ok(Verifier {
        id,
        version: row.version(),
        name: Name::parse(&row.text()).map_err(|_| Fault::column("verifiers.name"))?,
        hint: Hint::from_stored(row.text()),
        previous_token: match (row.optional_text(), row.optional_instant()) {
            (Some(hint), Some(ends_at)) => Some(PreviousToken {
                hint: Hint::from_stored(hint),
                ends_at,
            }),
            _ => None,
        },
        created_at: row.instant(),
        created_by: keys::actor(row.text(), row.text())?,
        last_used_at: row.optional_instant(),
        removed_at: row.optional_instant(),
    })
}

fn nobody() -> Problem {
    Problem::new(
        Code::VerifierNotFound,
        "This workspace has no verifier of this id, or no longer.",
    )
}
