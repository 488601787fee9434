//! Reading requests, refusing bad ones, writing answers.

pub(crate) mod body;
pub(crate) mod credential;
pub(crate) mod csrf;
pub(crate) mod idempotency;
pub(crate) mod respond;

use keyway_core::problem::Problem;
use worker::{Headers, Request};

use crate::wire;

/// The value of a header, if it is there. The runtime joins repeated ones with
/// a comma.
pub(crate) fn header(headers: &Headers, name: &str) -> Result<Option<String>, Problem> {
    headers.get(name).map_err(wire::internal("header"))
}

/// What follows the `?` of the address, without parsing the rest of it.
pub(crate) fn query(request: &Request) -> String {
    let url = request.inner().url();
    url.split_once('?')
        .map(|(_, query)| query.to_owned())
        .unwrap_or_default()
}
