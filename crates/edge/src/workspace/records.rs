//! What is published of a token, made anew from the rows each time it is
//! wanted: so it is always the newest version.

use keyway_core::{
    digest::{Digest, DigestKind, PepperNumber, TokenHash},
    problem::Problem,
    record::Record,
};
use worker::{Response, ResponseBuilder};

use super::{keys, verifiers};
use crate::{
    http::respond,
    ledger::{Fault, Ledger, blob},
    wire,
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
    let found = match kind {
        DigestKind::Key => keys::record(ledger, "sha256", blob(hash.as_bytes()))?,
        DigestKind::Verifier => verifiers::record(ledger, "sha256", blob(hash.as_bytes()))?,
    };
    match found {
        None => respond::empty(&[]),
        Some(publication) => {
            let headers = respond::headers(&[("content-type", "application/octet-stream")])
                .map_err(wire::internal("answer"))?;
            Ok(ResponseBuilder::new()
                .with_headers(headers)
                .fixed(publication.record))
        }
    }
}

/// The record that belongs under a digest of the store.
pub(super) fn under(
    ledger: &Ledger,
    kind: DigestKind,
    digest: &Digest,
) -> Result<Option<Publication>, Fault> {
    match kind {
        DigestKind::Key => keys::record(ledger, "digest", blob(digest.as_bytes())),
        DigestKind::Verifier => verifiers::record(ledger, "digest", blob(digest.as_bytes())),
    }
}

/// Puts a publication together.
pub(super) fn publication(
    pepper: i64,
    version: u32,
    record: &impl Record,
) -> Result<Publication, Fault> {
    let pepper = u8::try_from(pepper).ok().and_then(PepperNumber::new);
    Ok(Publication {
        pepper: pepper.ok_or_else(|| Fault::column("pepper"))?,
        version: i64::from(version),
        record: record
            .encode()
            .map_err(|_| Fault::column("record: it is too large"))?,
    })
}
