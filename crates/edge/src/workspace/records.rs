//! What is published of a token, made anew from the rows each time it is
//! wanted: so it is always the newest version.

use super::{keys, outbox::Target, verifiers};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, Values, values},
    platform::Response,
};
use keyway_core::{
    digest::{Digest, DigestKind, PepperNumber, TokenHash},
    problem::Problem,
    record::Record,
};

/// A record and which pepper seals it.
pub(super) struct Publication {
    pub(super) pepper: PepperNumber,
    pub(super) version: i64,
    pub(super) record: Vec<u8>,
}

/// The record of a token, for a verification that the store could not answer.
pub(super) fn answer(
    ledger: &Ledger,
    kind: DigestKind,
    hash: &TokenHash,
) -> Result<Response, Problem> {
    match of(ledger, kind, "sha256", hash.as_bytes())? {
        None => respond::empty(&[]),
        Some(publication) => respond::octets(&publication.record),
    }
}

/// The record that belongs under a digest of the store.
pub(super) fn under(
    ledger: &Ledger,
    kind: DigestKind,
    digest: &Digest,
) -> Result<Option<Publication>, Fault> {
    let copy = ledger.first(
        "SELECT sha256, pepper FROM copies WHERE digest = ?",
        values().blob(digest.as_bytes()),
        |row| Ok((row.blob(), row.integer())),
    )?;
    let Some((hash, number)) = copy else {
        return of(ledger, kind, "digest", digest.as_bytes());
    };
    let mut found = of(ledger, kind, "sha256", &hash)?;
    if let Some(publication) = &mut found {
        publication.pepper = pepper(number)?;
    }
    Ok(found)
}

fn of(
    ledger: &Ledger,
    kind: DigestKind,
    column: &'static str,
    value: &[u8; 32],
) -> Result<Option<Publication>, Fault> {
    match kind {
        DigestKind::Key => keys::record(ledger, column, value),
        DigestKind::Verifier => verifiers::record(ledger, column, value),
    }
}

/// Every digest of a kind that `statement` finds.
pub(super) fn targets(
    ledger: &Ledger,
    kind: DigestKind,
    statement: &str,
    values: Values,
) -> Result<Vec<Target>, Fault> {
    ledger.all(statement, values, |row| {
        let digest = Digest::from_bytes(row.blob());
        Ok(Target { kind, digest })
    })
}

fn pepper(number: i64) -> Result<PepperNumber, Fault> {
    let number = u8::try_from(number).ok().and_then(PepperNumber::new);
    number.ok_or_else(|| Fault::column("pepper"))
}

/// Puts a publication together.
pub(super) fn publication(
    number: i64,
    version: u32,
    record: &impl Record,
) -> Result<Publication, Fault> {
    Ok(Publication {
        pepper: pepper(number)?,
        version: i64::from(version),
        record: record
            .encode()
            .map_err(|_| Fault::column("record: it is too large"))?,
    })
}
