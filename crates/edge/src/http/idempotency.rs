//! The `Idempotency-Key` header.

use keyway_core::{input::header::idempotency_key, problem::Problem};
use worker::Headers;

use super::header;

/// The key, if there is one.
///
/// # Errors
///
/// `invalid_idempotency_key`.
pub(crate) fn key(headers: &Headers) -> Result<Option<String>, Problem> {
    header(headers, "idempotency-key")?
        .map(|value| idempotency_key(&value))
        .transpose()
}
