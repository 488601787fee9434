//! Answers, with the headers that every one of them carries.

use js_sys::Uint8Array;
use keyway_core::{
    output::{self, Writable},
    problem::Problem,
    verify::proxy::CHALLENGE,
};
use wasm_bindgen::JsValue;
use web_sys::ResponseInit;

use crate::{
    log,
    platform::{Headers, Response, internal},
};

/// On every answer of the Worker. The page's files have their own, in
/// `www/_headers`. There is no CORS header: no other origin may read anything.
pub(crate) const ALWAYS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    (
        "strict-transport-security",
        "max-age=63072000; includeSubDomains",
    ),
    ("x-content-type-options", "nosniff"),
];

/// An answer of the runtime's, with the headers of every one and `more`.
fn made(status: u16, body: Option<&[u8]>, more: &[(&str, &str)]) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in ALWAYS.iter().chain(more) {
        headers.set(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers_headers(&headers);
    let body = body.map(Uint8Array::from);
    Response::new_with_opt_js_u8_array_and_init(body.as_ref(), &init)
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &dyn Writable) -> Result<Response, Problem> {
    json_with(status, body, &[("content-type", "application/json")])
}

/// A JSON answer about something that has a version: `If-Match` wants its `tag`.
pub(crate) fn tagged(status: u16, body: &dyn Writable, tag: &str) -> Result<Response, Problem> {
    let headers = [("content-type", "application/json"), ("etag", tag)];
    json_with(status, body, &headers)
}

/// A JSON answer with headers of its own, the content type among them.
pub(crate) fn json_with(
    status: u16,
    body: &dyn Writable,
    more: &[(&str, &str)],
) -> Result<Response, Problem> {
    let text = output::json(body).map_err(|error| {
        log::fault("answer", error);
        Problem::internal()
    })?;
    answer(status, text.as_bytes(), more)
}

/// An answer with a body of any kind, or without one.
pub(crate) fn answer(status: u16, body: &[u8], more: &[(&str, &str)]) -> Result<Response, Problem> {
    made(status, Some(body), more).map_err(internal("answer"))
}

/// What was written before it was asked for.
pub(crate) fn text(text: String, media_type: &str) -> Result<Response, Problem> {
    answer(200, text.as_bytes(), &[("content-type", media_type)])
}

/// A picture that somebody gave us: no more than that, whatever it says it is.
pub(crate) fn picture(bytes: &[u8], media_type: &str, tag: &str) -> Result<Response, Problem> {
    let inert = "default-src 'none'; frame-ancestors 'none'; sandbox";
    let headers = [
        ("content-type", media_type),
        ("content-security-policy", inert),
        ("etag", tag),
    ];
    answer(200, bytes, &headers)
}

/// An answer without a body.
pub(crate) fn empty(more: &[(&str, &str)]) -> Result<Response, Problem> {
    made(204, None, more).map_err(internal("answer"))
}

/// What one part of us tells another.
pub(crate) fn octets(bytes: &[u8]) -> Result<Response, Problem> {
    answer(200, bytes, &[("content-type", "application/octet-stream")])
}

/// A refusal, as RFC 9457 has it.
pub(crate) fn problem(problem: &Problem) -> Result<Response, JsValue> {
    problem_with(problem, &[])
}

/// A refusal with more headers.
pub(crate) fn problem_with(problem: &Problem, more: &[(&str, &str)]) -> Result<Response, JsValue> {
    let mut all = extra(problem);
    all.extend_from_slice(more);
    let text = output::json(&problem.document());
    let text = text.map_err(|_| JsValue::from("a refusal is not written as JSON"))?;
    made(problem.code().status(), Some(text.as_bytes()), &all)
}

/// A refusal whose document has more members than others.
pub(crate) fn problem_as(problem: &Problem, document: &dyn Writable) -> Result<Response, Problem> {
    json_with(problem.code().status(), document, &extra(problem))
}

/// The headers that go with a refusal of its status.
fn extra(problem: &Problem) -> Vec<(&'static str, &'static str)> {
    let mut headers = vec![("content-type", "application/problem+json")];
    match problem.code().status() {
        401 => headers.push(("www-authenticate", CHALLENGE)),
        429 => headers.push(("retry-after", "60")),
        503 => headers.push(("retry-after", "5")),
        _ => {}
    }
    headers
}
