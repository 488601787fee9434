//! Request bodies: JSON or a picture, and not too much of it.

use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::{Promise, Uint8Array, futures::JsFuture};
use keyway_core::problem::{Code, Problem};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::ReadableStream;

use super::header;
use crate::platform::Request;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    fn bytes(body: &ReadableStream, limit: usize, drain: usize) -> Promise;
}

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
    request: &Request,
    limit: usize,
) -> LocalBoxFuture<'_, Result<Vec<u8>, Problem>> {
    // Boxed, here and at the other seams: else every caller carries a copy of
    // the machine that an `async fn` is, and the Worker grows with each.
    async move {
        let media_type = header(&request.headers(), "content-type")?;
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
pub(crate) fn any(request: &Request, limit: usize) -> LocalBoxFuture<'_, Result<Vec<u8>, Problem>> {
    bounded(request, limit).boxed_local()
}

async fn bounded(request: &Request, limit: usize) -> Result<Vec<u8>, Problem> {
    let Some(body) = request.body() else {
        return Ok(Vec::new());
    };
    // A body that breaks off is the client's doing, and nobody is left to read the
    // answer; refusing it is all that matters.
    let read = JsFuture::from(bytes(&body, limit, DRAIN)).await;
    let read = read.map_err(|_| Problem::new(Code::InvalidJson, "The body broke off."))?;
    if read.is_undefined() {
        let detail = format!(
            "The body is too large; at most {} KB are taken.",
            limit / 1024
        );
        return Err(Problem::new(Code::BodyTooLarge, detail));
    }
    Ok(Uint8Array::new(&read).to_vec())
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
