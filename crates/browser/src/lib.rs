//! The core for the page, through wasm-bindgen.
