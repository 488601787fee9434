//! An object's alarm. Bound by hand, as the store is.

use js_sys::{Promise, futures::JsFuture};
use keyway_core::{instant::Instant, problem::Problem};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::State;

use crate::platform::internal;

#[wasm_bindgen]
extern "C" {
    type Alarms;

    #[wasm_bindgen(method, catch, js_name = getAlarm)]
    fn get_alarm(this: &Alarms) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &Alarms, at: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = deleteAlarm)]
    fn delete_alarm(this: &Alarms) -> Result<Promise, JsValue>;
}

/// When it goes off next.
pub(crate) async fn get(state: &State) -> Result<Option<Instant>, Problem> {
    let at = settled(of(state).get_alarm()).await?;
    Ok(at
        .as_f64()
        .and_then(|millis| Instant::from_millis(millis as i64)))
}

/// Sets it, or takes it away.
pub(crate) async fn set(state: &State, at: Option<Instant>) -> Result<(), Problem> {
    let alarms = of(state);
    settled(match at {
        Some(at) => alarms.set_alarm(at.as_millis() as f64),
        None => alarms.delete_alarm(),
    })
    .await?;
    Ok(())
}

fn of(state: &State) -> Alarms {
    let storage = state.storage();
    let raw: &JsValue = storage.as_raw().as_ref();
    raw.clone().unchecked_into()
}

async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, Problem> {
    let settled = match promise {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    settled.map_err(internal("alarm"))
}
