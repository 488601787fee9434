//! The `Idempotency-Key` header.

use crate::platform::Headers;
use keyway_core::{input::header::idempotency_key, problem::Problem};

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
