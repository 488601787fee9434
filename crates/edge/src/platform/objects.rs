//! The way to an object.

use futures_util::{FutureExt, future::LocalBoxFuture};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::Env;

use super::{Request, within, words};
use crate::log;

#[wasm_bindgen(module = "/src/platform.js")]
extern "C" {
    #[wasm_bindgen(js_name = ask)]
    fn asking(object: &Stub, address: &str, body: &Uint8Array) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    type Namespace;

    #[wasm_bindgen(method, catch, js_name = getByName)]
    fn get_by_name(this: &Namespace, name: &str, options: &JsValue) -> Result<Stub, JsValue>;

    /// What stands for an object.
    pub(crate) type Stub;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn fetch(this: &Stub, request: &Request) -> Result<Promise, JsValue>;
}

/// The object of a name. Where it is to be made, if it is not there yet: near
/// `location`.
pub(crate) fn named(
    env: &Env,
    binding: &str,
    name: &str,
    location: Option<&str>,
) -> Result<Stub, JsValue> {
    let options = Object::new();
    if let Some(location) = location {
        Reflect::set(&options, &"locationHint".into(), &location.into())?;
    }
    let namespace = Reflect::get(env, &binding.into())?;
    if namespace.is_undefined() {
        return Err("it is not bound".into());
    }
    let namespace: Namespace = namespace.unchecked_into();
    namespace.get_by_name(name, &options)
}

/// Status and bytes of what an object answers to bytes; `None` when it does not, which
/// is logged as of `what`.
pub(crate) fn ask(
    what: &'static str,
    object: Result<Stub, JsValue>,
    address: String,
    body: Vec<u8>,
    millis: u32,
) -> LocalBoxFuture<'static, Option<(u16, Vec<u8>)>> {
    async move {
        let asked = object.map(|object| {
            let body = Uint8Array::from(body.as_slice());
            asking(&object, &address, &body)
        });
        match within(millis, asked).await {
            Some(Ok(answer)) => {
                let answer: Array = answer.unchecked_into();
                let bytes = Uint8Array::new(&answer.get(1)).to_vec();
                Some((answer.get(0).as_f64()? as u16, bytes))
            }
            Some(Err(error)) => {
                log::anomaly(what, words(&error));
                None
            }
            None => {
                log::anomaly(what, "no answer in time");
                None
            }
        }
    }
    .boxed_local()
}
