//! What is written to the log: facts, in one line each, and never anything that
//! a request brought along. Promise 2 is kept here by there being no way to log
//! a value that is not a word of ours, a number, or an error of the platform.

use core::fmt::Display;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(line: &str);

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn report(line: &str);
}

/// Something that must not happen, did, and was survived.
pub(crate) fn anomaly(what: &str, fact: impl Display) {
    warn(&[what, ": ", &fact.to_string()].concat());
}

/// Something that failed on our side.
pub(crate) fn fault(what: &str, error: impl Display) {
    report(&[what, ": ", &error.to_string()].concat());
}
