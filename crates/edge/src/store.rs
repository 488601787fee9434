//! The KV namespace `KEYS`: sealed records, readable in every location.
//!
//! Bound by hand. The wrapper of `worker` makes its options with a serialiser
//! that nothing else here needs, and looks up each method anew with each call.

use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::{Object, Promise, Reflect, Uint8Array, futures::JsFuture};
use keyway_core::verify::Loaded;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::Env;

use crate::{
    log,
    platform::{within, words},
};

#[wasm_bindgen]
extern "C" {
    type Namespace;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Namespace, key: &str, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Namespace, key: &str, value: &Uint8Array) -> Result<Promise, JsValue>;
}

pub(crate) const BINDING: &str = "KEYS";

/// How long a location may answer from its own copy, in seconds: the least the
/// platform allows.
const CACHE_SECONDS: u8 = 30;

/// A read that takes longer has failed: the workspace object is asked instead.
const READ_MILLIS: u32 = 2_000;

fn open(env: &Env) -> Result<Namespace, JsValue> {
    let binding = Reflect::get(env, &BINDING.into())?;
    if binding.is_undefined() {
        return Err("the namespace KEYS is not bound".into());
    }
    Ok(binding.unchecked_into())
}

/// The value under `key`.
pub(crate) fn read<'a>(env: &'a Env, key: &'a str) -> LocalBoxFuture<'a, Loaded> {
    async move {
        match within(READ_MILLIS, get(env, key)).await {
            Some(Ok(found)) if found.is_null() => Loaded::Absent,
            Some(Ok(found)) => Loaded::Found(Uint8Array::new(&found).to_vec()),
            None => {
                log::anomaly("store", "no answer in time");
                Loaded::Failed
            }
            Some(Err(error)) => {
                log::anomaly("store", words(&error));
                Loaded::Failed
            }
        }
    }
    .boxed_local()
}

fn get(env: &Env, key: &str) -> Result<Promise, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"type".into(), &"arrayBuffer".into())?;
    Reflect::set(&options, &"cacheTtl".into(), &CACHE_SECONDS.into())?;
    open(env)?.get(key, &options)
}

/// Overwrites the value under `key`. Nothing is ever deleted: a tombstone must
/// be found, not missed.
pub(crate) async fn write(env: &Env, key: &str, value: &[u8]) -> Result<(), JsValue> {
    let put = open(env)?.put(key, &Uint8Array::from(value))?;
    JsFuture::from(put).await?;
    Ok(())
}

/// Whether the store answers at all.
pub(crate) async fn answers(env: &Env) -> bool {
    read(env, "probe").await != Loaded::Failed
}
