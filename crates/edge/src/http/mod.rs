//! Reading requests, refusing bad ones, writing answers.

pub(crate) mod body;
pub(crate) mod credential;
pub(crate) mod csrf;
pub(crate) mod idempotency;
pub(crate) mod respond;

use crate::platform::{Headers, Request, internal};
use keyway_core::problem::Problem;

/// The value of a header, if it is there. The runtime joins repeated ones with
/// a comma.
pub(crate) fn header(headers: &Headers, name: &str) -> Result<Option<String>, Problem> {
    headers.get(name).map_err(internal("header"))
}

/// What follows the `?` of the address, without parsing the rest of it.
pub(crate) fn query(request: &Request) -> String {
    let url = request.url();
    url.split_once('?')
        .map(|(_, query)| query.to_owned())
        .unwrap_or_default()
}

/// The path of the address, as it was sent.
pub(crate) fn path(request: &Request) -> String {
    let url = request.url();
    // `https:`, nothing, the host, and the rest.
    let rest = url.splitn(4, '/').nth(3).unwrap_or_default();
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    ["/", path].concat()
}
