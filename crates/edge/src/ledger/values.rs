//! What takes the place of the question marks of a statement.

use js_sys::{Array, Uint8Array};
use keyway_core::instant::Instant;
use wasm_bindgen::JsValue;

/// The values of a statement, from left to right, on the other side already:
/// nothing of them is copied twice.
pub(crate) struct Values(pub(super) Array);

/// None yet.
pub(crate) fn values() -> Values {
    Values(Array::new())
}

// A statement has a handful of them, and there are hundreds: once is enough.
impl Values {
    #[inline(never)]
    fn push(self, value: &JsValue) -> Self {
        self.0.push(value);
        self
    }

    #[inline(never)]
    pub(crate) fn text(self, text: &str) -> Self {
        self.push(&JsValue::from_str(text))
    }

    #[inline(never)]
    pub(crate) fn optional_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self.push(&JsValue::NULL),
        }
    }

    /// A whole number that a double has exactly, as all of ours are.
    pub(crate) fn number(self, number: impl Into<i64>) -> Self {
        self.whole(number.into())
    }

    #[inline(never)]
    fn whole(self, number: i64) -> Self {
        self.push(&JsValue::from_f64(number as f64))
    }

    pub(crate) fn instant(self, at: Instant) -> Self {
        self.whole(at.as_millis())
    }

    #[inline(never)]
    pub(crate) fn optional_instant(self, at: Option<Instant>) -> Self {
        match at {
            Some(at) => self.instant(at),
            None => self.push(&JsValue::NULL),
        }
    }

    #[inline(never)]
    pub(crate) fn optional_number(self, number: Option<i64>) -> Self {
        match number {
            Some(number) => self.whole(number),
            None => self.push(&JsValue::NULL),
        }
    }

    #[inline(never)]
    pub(crate) fn blob(self, bytes: &[u8]) -> Self {
        self.push(&Uint8Array::from(bytes))
    }

    /// One more, where a statement grows; its number.
    pub(crate) fn bind_text(&mut self, text: &str) -> u32 {
        self.0.push(&JsValue::from_str(text))
    }

    /// The same of a number.
    pub(crate) fn bind_number(&mut self, number: i64) -> u32 {
        self.0.push(&JsValue::from_f64(number as f64))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u32 {
        self.0.length()
    }
}

impl Clone for Values {
    /// Another list: what is added to the one is not added to the other.
    fn clone(&self) -> Self {
        Self(self.0.slice(0, self.0.length()))
    }
}
