//! A panic must not hang anyone.
//!
//! With `panic=abort` a panic traps the whole Wasm instance. In the Worker the
//! caller gets an error at once; the caller of a Durable Object would wait for
//! minutes, because nothing tells the runtime that the object is gone. So the
//! object that is running is remembered while it runs, and a panic aborts it:
//! that breaks its storage at once, discards what was not committed, and fails
//! its caller. The lints leave no panic of ours; this is for the rest.

use std::{
    cell::{Cell, RefCell},
    task::Poll,
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::State;

use crate::{
    log,
    platform::{exports, words},
};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Abortable;

    #[wasm_bindgen(method, catch)]
    fn abort(this: &Abortable, reason: &str) -> Result<(), JsValue>;

    /// As a value, so that it comes with its stack.
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(error: &JsValue);
}

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    #[wasm_bindgen(js_name = markAsBroken)]
    fn mark_as_broken();
}

thread_local! {
    static RUNNING: RefCell<Option<Abortable>> = const { RefCell::new(None) };
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Runs the body of a Durable Object's handler. Boxed, so that there is one of
/// this for all.
pub(crate) fn guarded<T: 'static>(
    state: &State,
    mut work: LocalBoxFuture<'static, T>,
) -> LocalBoxFuture<'static, T> {
    let raw: &JsValue = state.as_raw().as_ref();
    let object: Abortable = raw.clone().unchecked_into();
    std::future::poll_fn(move |context| -> Poll<T> {
        // Set at each poll: other objects of the isolate run in between.
        RUNNING.set(Some(object.clone()));
        let poll = work.as_mut().poll(context);
        RUNNING.set(None);
        poll
    })
    .boxed_local()
}

/// Runs what outlives the call that began it.
pub(crate) fn outliving(state: &State, work: impl Future<Output = ()> + 'static) {
    let working = exports::done(guarded(state, work.boxed_local()));
    if let Err(thrown) = state.as_raw().wait_until(&working) {
        log::fault("object", words(&thrown));
    }
}

/// What the build puts in place of every panic, before the trap: a panic says
/// nothing, and its stack trace says where it was.
#[wasm_bindgen]
#[expect(
    unreachable_pub,
    reason = "an export for the build alone, and wasm-bindgen exports what is public"
)]
pub fn panicked() {
    // One more, in the middle of this: there is only the trap left.
    if PANICKED.replace(true) {
        return;
    }
    console_error(&js_sys::Error::new("panicked"));
    // Before the object is aborted: `abort` never returns.
    mark_as_broken();
    if let Some(object) = RUNNING.take() {
        let _ = object.abort("panic in a Durable Object");
    }
}
