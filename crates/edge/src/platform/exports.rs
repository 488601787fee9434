//! What the runtime calls, by way of `entry.js`. The macros of `worker` write a
//! promise of its own kind for each of these; here is one for all.

use std::rc::Rc;

use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::{Promise, futures::future_to_promise};
use keyway_core::problem::Problem;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Env, State, worker_sys::DurableObjectState};

use super::{Context, Request, Response};
use crate::{feed, guard::guarded, http::respond, workspace};

/// Any call of the Worker.
#[wasm_bindgen]
pub fn fetch(request: Request, env: Env, context: Context) -> Promise {
    answer(async move { crate::fetch(request, &env, &context).await }.boxed_local())
}

/// The object of a workspace.
#[wasm_bindgen]
pub struct Workspace(Rc<workspace::Workspace>);

#[wasm_bindgen]
impl Workspace {
    /// Makes it, in memory.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self(Rc::new(workspace::Workspace::new(State::from(state), env)))
    }

    /// Any call of it.
    pub fn fetch(&self, request: Request) -> Promise {
        let object = Rc::clone(&self.0);
        let answering = async move { object.fetch(request).await }.boxed_local();
        answer(guarded(self.0.state(), answering))
    }

    /// Its alarm.
    pub fn alarm(&self) -> Promise {
        let object = Rc::clone(&self.0);
        let working = async move { object.alarm().await }.boxed_local();
        promise(guarded(self.0.state(), working))
    }
}

/// The object of a region.
#[wasm_bindgen]
pub struct Feed(Rc<feed::Feed>);

#[wasm_bindgen]
impl Feed {
    /// Makes it, in memory.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self(Rc::new(feed::Feed::new(State::from(state), env)))
    }

    /// Any call of it.
    pub fn fetch(&self, request: Request) -> Promise {
        let object = Rc::clone(&self.0);
        let answering = async move { object.answer(request).await }.boxed_local();
        answer(guarded(self.0.state(), answering))
    }
}

type Answering = LocalBoxFuture<'static, Result<Response, Problem>>;

/// A promise of the answer, or of the refusal.
pub(crate) fn answer(answering: Answering) -> Promise {
    promise(
        async move {
            let answered = answering.await;
            let answered = answered.or_else(|problem| respond::problem(&problem));
            answered.map(JsValue::from)
        }
        .boxed_local(),
    )
}

/// A promise that something is done, whatever comes of it.
pub(crate) fn done(work: LocalBoxFuture<'static, ()>) -> Promise {
    promise(work.map(|()| Ok(JsValue::UNDEFINED)).boxed_local())
}

fn promise(work: LocalBoxFuture<'static, Result<JsValue, JsValue>>) -> Promise {
    future_to_promise(work)
}
