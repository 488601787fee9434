//! The runtime as it is: its requests and answers, promises and objects.
//!
//! `worker` wraps them for whatever a Worker may do, and brings along what none of
//! ours does. Here is what this one needs, bound by hand.

pub mod exports;
pub(crate) mod objects;

use js_sys::{Promise, Uint8Array, futures::JsFuture};
use keyway_core::problem::Problem;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
pub(crate) use web_sys::{Headers, Request, Response};
pub(crate) use worker::worker_sys::Context;

use crate::log;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    #[wasm_bindgen(js_name = within)]
    fn race(work: &Promise, millis: u32) -> Promise;

    fn after(millis: u32) -> Promise;

    fn said(thrown: &JsValue) -> String;
}

/// What `work` comes to, or `None` when it takes longer than `millis`. What was asked
/// for goes on all the same; only nobody waits for it.
pub(crate) async fn within(
    millis: u32,
    work: Result<Promise, JsValue>,
) -> Option<Result<JsValue, JsValue>> {
    let raced = match work {
        Ok(work) => JsFuture::from(race(&work, millis)).await,
        Err(error) => Err(error),
    };
    match raced {
        Ok(value) if value.is_undefined() => None,
        raced => Some(raced),
    }
}

/// Lets so many milliseconds pass.
pub(crate) async fn rest(millis: u32) {
    let _ = JsFuture::from(after(millis)).await;
}

/// The bytes of an `arrayBuffer()`.
pub(crate) async fn bytes(body: Result<Promise, JsValue>) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(body?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What the runtime threw, in words for the log.
pub(crate) fn words(thrown: &JsValue) -> String {
    said(thrown)
}

/// For what the runtime refuses although it never should.
pub(crate) fn internal(what: &'static str) -> impl Fn(JsValue) -> Problem {
    move |thrown| {
        log::fault(what, words(&thrown));
        Problem::internal()
    }
}
