//! The short way: what `entry.js` calls for a verification, before anything
//! else. One call in with the header and the body, one out with the answer; no
//! promise, no object of the runtime in between. Glue is most of what a
//! verification costs.

use core::cell::Cell;

use futures_util::FutureExt;
use js_sys::{JsString, Promise};
use keyway_core::{instant::Instant, isolate::FollowUp};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use crate::{
    http::respond,
    isolate,
    platform::{Context, Request, exports},
    verify::{self, Asked},
};

thread_local! {
    static FOLLOW_UP: Cell<FollowUp> = const { Cell::new(FollowUp::Nothing) };
}

/// The answer to `POST /v1/verify`, if it can be given without waiting for
/// anything; with HTTP 200 and [`answer_headers`]. `now` in milliseconds since
/// the epoch.
#[wasm_bindgen(js_name = verifyAtOnce)]
pub fn verify_at_once(authorization: &str, body: &str, now: f64) -> Option<JsString> {
    // Every question that finds a key is ASCII. What is not may have been no text.
    if !body.is_ascii() {
        return None;
    }
    let (answer, follow_up) = verify::at_once(authorization, body.as_bytes(), instant(now)?)?;
    FOLLOW_UP.set(follow_up);
    Some(answer)
}

/// The long way, for a request whose JSON body was read already: a `Response`.
/// `length` is what the body had in bytes before it was made text.
#[wasm_bindgen(js_name = verifyWithBody)]
pub fn verify_with_body(
    request: Request,
    env: Env,
    context: Context,
    body: String,
    length: f64,
) -> Promise {
    let body = as_it_came(body, length);
    let answering = async move { verify::answer(request, Asked::Read(body), &env, &context).await };
    exports::answer(answering.boxed_local())
}

/// The runtime puts a replacement in the place of what is no UTF-8, and drops a
/// byte order mark, which JSON does not have. Neither was asked for.
#[allow(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn as_it_came(body: String, length: f64) -> Vec<u8> {
    const NO_TEXT: &[u8] = &[0xff];
    if body.len() as f64 == length {
        body.into_bytes()
    } else {
        NO_TEXT.to_vec()
    }
}

/// Whether something is to follow the verification that was just answered. A
/// second call, because two values in one answer cost more.
#[wasm_bindgen(js_name = isFollowedUp)]
pub fn is_followed_up() -> bool {
    FOLLOW_UP.get() != FollowUp::Nothing
}

/// That.
#[wasm_bindgen(js_name = followUp)]
pub fn follow_up(env: Env) -> Promise {
    let what = FOLLOW_UP.replace(FollowUp::Nothing);
    exports::done(async move { isolate::follow_up(&env, what).await }.boxed_local())
}

/// Name and value in turn, of an answer with JSON.
#[wasm_bindgen(js_name = answerHeaders)]
pub fn answer_headers() -> Vec<String> {
    let json = [("content-type", "application/json")];
    let headers = respond::ALWAYS.iter().chain(&json);
    headers
        .flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()])
        .collect()
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a whole number far below 2^53"
)]
fn instant(millis: f64) -> Option<Instant> {
    Instant::from_millis(millis as i64)
}
