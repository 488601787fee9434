//! Request bodies: JSON or a picture, and not too much of it.

use futures_util::{FutureExt, StreamExt, future::LocalBoxFuture};
use keyway_core::problem::{Code, Problem};
use worker::Request;

use super::header;
use crate::wire;

/// What a body may have, in bytes.
pub(crate) const LIMIT: usize = 64 * 1024;

/// What the keys of an import may have.
pub(crate) const IMPORT_LIMIT: usize = 5 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away. A client that
/// is still sending when the connection closes never sees the answer.
const DRAIN: usize = 16 * 1024 * 1024;

/// The body, declared as JSON and of at most `limit` bytes. Empty where there is
/// none.
///
/// # Errors
///
/// `unsupported_media_type`, `body_too_large`.
pub(crate) fn json(
    request: &mut Request,
    limit: usize,
) -> LocalBoxFuture<'_, Result<Vec<u8>, Problem>> {
    // Boxed, here and at the other seams: else every caller carries a copy of
    // the machine that an `async fn` is, and the Worker grows with each.
    async move {
        let media_type = header(request.headers(), "content-type")?;
        let body = any(request, limit).await?;
        if !body.is_empty() && !media_type.as_deref().is_some_and(is_json) {
            return Err(Problem::new(
                Code::UnsupportedMediaType,
                "The body must be JSON, declared as `Content-Type: application/json`.",
            ));
        }
        Ok(body)
    }
    .boxed_local()
}

/// The body within the limit, whatever it is. Empty where there is none.
///
/// # Errors
///
/// `body_too_large`.
pub(crate) fn any(
    request: &mut Request,
    limit: usize,
) -> LocalBoxFuture<'_, Result<Vec<u8>, Problem>> {
    bounded(request, limit).boxed_local()
}

async fn bounded(request: &mut Request, limit: usize) -> Result<Vec<u8>, Problem> {
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    let mut stream = request.stream().map_err(wire::internal("body"))?;
    let mut body = Vec::new();
    let mut dropped = 0_usize;
    while let Some(chunk) = stream.next().await {
        // A body that breaks off is the client's doing, and nobody is left to
        // read the answer; refusing it is all that matters.
        let chunk = chunk.map_err(|_| Problem::new(Code::InvalidJson, "The body broke off."))?;
        if dropped == 0 && body.len().saturating_add(chunk.len()) <= limit {
            body.extend_from_slice(&chunk);
        } else {
            dropped = dropped.saturating_add(chunk.len());
            if dropped > DRAIN {
                break;
            }
        }
    }
    if dropped > 0 {
        let detail = format!(
            "The body is too large; at most {} KB are taken.",
            limit / 1024
        );
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    Ok(body)
}

/// `application/json`, with or without parameters (RFC 9110, 8.3.1).
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn only_json_is_json() {
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/jsonp",
            "text/json, application/json",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }
}
