//! `/v1/verifiers`: the credentials of services that ask for verdicts.

use keyway_core::{
    api::Page,
    audit::Event,
    digest::DigestKind,
    entropy::EntropyError,
    feed::Known,
    id::VerifierId,
    input::{Json, query},
    name::Name,
    problem::{Code, Problem},
    token::{self, Hint},
    verifier::{Verifier, VerifierDraft},
    version::Version,
};
use worker::Response;

use super::{
    Call,
    audit::{self, Noted},
    changes::{Act, Changed, What},
    keys,
    outbox::{self, Target, Wait},
    records::{self, Publication},
};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Row, values},
    log,
    random::Platform,
};

/// `POST /v1/verifiers`
pub(super) fn create(act: &Act<'_>) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let peppers = act.peppers()?;
    let draft = VerifierDraft::read(&Json::parse(&call.body)?)?;
    let token = token::mint_verifier(&call.workspace, &mut Platform).map_err(dry)?;
    let verifier = Verifier {
        id: VerifierId::mint(&mut Platform).map_err(dry)?,
        version: Version::FIRST,
        name: draft.name,
        hint: token.hint(),
        created_at: call.now,
        created_by: act.caller.actor.clone(),
        removed_at: None,
    };
    let hash = token.hash();
    let pepper = peppers.current();
    let digest = pepper.digest(DigestKind::Verifier, &call.workspace, &hash);
    let target = Target {
        kind: DigestKind::Verifier,
        digest,
    };
    ledger.run(
        "INSERT INTO verifiers (id, version, name, sha256, pepper, digest, hint,
            created_at, created_by, created_by_name)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values()
            .text(&verifier.id.to_string())
            .number(verifier.version.get())
            .text(verifier.name.as_str())
            .blob(hash.as_bytes())
            .number(pepper.number().get())
            .blob(digest.as_bytes())
            .text(verifier.hint.as_str())
            .instant(verifier.created_at)
            .text(&verifier.created_by.id.to_string())
            .text(verifier.created_by.name.as_str()),
    )?;
    outbox::enqueue(ledger, act.regions, target, known(&verifier), call.now)?;
    note(act, Event::VerifierCreated, None, &verifier)?;
    Ok(Changed {
        what: What::Verifier(Box::new(verifier), Some(token)),
        targets: vec![target],
        wait: Wait::FirstAttempt,
        is_new: true,
    })
}

/// `DELETE /v1/verifiers/{id}`
pub(super) fn remove(act: &Act<'_>, id: VerifierId) -> Result<Changed, Problem> {
    let (ledger, call) = (act.ledger, act.call);
    let mut verifier = find(ledger, id)?;
    let targets = records::targets(
        ledger,
        DigestKind::Verifier,
        "SELECT digest FROM verifiers WHERE id = ?1
         UNION SELECT c.digest FROM verifiers v
            JOIN copies c ON c.sha256 = v.sha256 AND c.kind = 'verifier'
            WHERE v.id = ?1",
        values().text(&id.to_string()),
    )?;
    let before = audit::shown(&verifier)?;
    if verifier.remove(call.now) {
        ledger.run(
            "UPDATE verifiers SET version = ?, removed_at = ? WHERE id = ?",
            values()
                .number(verifier.version.get())
                .optional_instant(verifier.removed_at)
                .text(&id.to_string()),
        )?;
        for target in &targets {
            outbox::enqueue(ledger, act.regions, *target, known(&verifier), call.now)?;
        }
        note(act, Event::VerifierRemoved, Some(&before), &verifier)?;
    }
    Ok(Changed {
        what: What::Verifier(Box::new(verifier), None),
        targets,
        wait: Wait::Arrival,
        is_new: false,
    })
}

/// `GET /v1/verifiers`: those in service.
pub(super) fn list(ledger: &Ledger, call: &Call) -> Result<Response, Problem> {
    query::nothing(&call.query)?;
    let items = ledger.all(
        &format!("{SELECT} WHERE removed_at IS NULL ORDER BY created_at DESC, id DESC"),
        values(),
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

/// What is published of the verifier whose `column` (ours, not a client's) is `value`.
pub(super) fn record(
    ledger: &Ledger,
    column: &'static str,
    value: &[u8; 32],
) -> Result<Option<Publication>, Fault> {
    let found = ledger.first(
        &format!("{SELECT} WHERE {column} = ?"),
        values().blob(value),
        |row| Ok((verifier(row)?, row.integer())),
    )?;
    found
        .map(|(verifier, pepper)| {
            records::publication(pepper, verifier.version.get(), &verifier.record())
        })
        .transpose()
}

/// In the log.
fn note(
    act: &Act<'_>,
    event: Event,
    before: Option<&str>,
    verifier: &Verifier,
) -> Result<(), Problem> {
    let noted = Noted {
        event,
        about: &verifier.id.to_string(),
        name: verifier.name.as_str(),
        before,
        after: Some(&audit::shown(verifier)?),
        reason: None,
    };
    audit::note(act.ledger, act.caller, act.call, &noted)
}

fn known(verifier: &Verifier) -> Known {
    Known {
        version: verifier.version,
        standing: verifier.standing(),
    }
}

fn dry(error: EntropyError) -> Problem {
    log::fault("randomness", error);
    Problem::internal()
}

fn find(ledger: &Ledger, id: VerifierId) -> Result<Verifier, Problem> {
    ledger
        .first(
            &format!("{SELECT} WHERE id = ?"),
            values().text(&id.to_string()),
            verifier,
        )?
        .ok_or_else(|| {
            Problem::new(
                Code::VerifierNotFound,
                "This workspace has no verifier of this id.",
            )
        })
}

/// The columns that [`verifier`] reads, and the number of the pepper.
const SELECT: &str = "SELECT id, version, name, hint, created_at, created_by, created_by_name,
    removed_at, pepper FROM verifiers";

#[inline(never)]
fn verifier(row: &mut Row) -> Result<Verifier, Fault> {
    let id = VerifierId::parse(&row.text()).map_err(|_| Fault::column("verifiers.id"))?;
    let version = u32::try_from(row.integer()).ok().and_then(Version::new);
    Ok(Verifier {
        id,
        version: version.ok_or_else(|| Fault::column("verifiers.version"))?,
        name: Name::parse(&row.text()).map_err(|_| Fault::column("verifiers.name"))?,
        hint: Hint::from_stored(row.text()),
        created_at: row.instant(),
        created_by: keys::actor(row.text(), row.text())?,
        removed_at: row.optional_instant(),
    })
}
