//! The Worker: it moves bytes between HTTP, the store and the workspace
//! object. What a key is and whether it is good, `keyway-core` decides.
//!
//! | room | what happens there |
//! |---|---|
//! | [`route`] | which call a method and path are |
//! | [`http`] | reading requests, refusing bad ones, writing answers |
//! | `hot` | the short way of a verification that has nothing to wait for |
//! | [`verify`] | the verifying side: isolate, store, then workspace object |
//! | `proxy` | a question of a reverse proxy, and the answer |
//! | [`manage`] | the managing side: passes a call on to its workspace |
//! | [`workspace`] | the one writer: a Durable Object with SQLite |
//! | [`feed`] | what changed lately, one Durable Object per region |
//! | [`platform`] | the runtime as it is, and what it calls |
//! | `isolate` | what one isolate remembers between requests |
//! | [`probes`] | is it up, and is it set up |

// The bindings of `worker` are exported for the runtime, not for readers.
#![allow(
    missing_docs,
    reason = "the attribute macros of `worker` write undocumented exports"
)]

mod access;
mod alarm;
mod clock;
mod config;
pub mod feed;
mod guard;
pub mod hot;
pub mod http;
mod isolate;
mod ledger;
mod log;
pub mod manage;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod platform;
pub mod probes;
mod proxy;
mod random;
pub mod route;
mod store;
pub mod verify;
mod wire;
pub mod workspace;

use keyway_core::problem::Problem;
use worker::Env;

use crate::{
    platform::{Context, Request, Response},
    route::{Manage, Route},
    verify::Asked,
};

// 2.8 KB smaller than what comes with Rust for wasm, and faster.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

async fn fetch(request: Request, env: &Env, context: &Context) -> Result<Response, Problem> {
    match route::find(&request.method(), &http::path(&request)) {
        Err(no_route) => no_route.respond(),
        Ok(Route::Health) => probes::health(),
        Ok(Route::Ready) => probes::ready(env).await,
        Ok(Route::Verify) => verify::answer(request, Asked::InBody, env, context).await,
        Ok(Route::Authorize) => verify::answer(request, Asked::InHeaders, env, context).await,
        Ok(Route::Manage(Manage::SignIn)) => manage::sign_in(request, env).await,
        Ok(Route::Manage(call)) => manage::forward(call, request, env).await,
    }
}
