//! What a statement answers.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use keyway_core::{instant::Instant, version::Version};
use wasm_bindgen::{JsCast, JsValue};

use super::Fault;

/// One row, whose columns are taken from left to right.
///
/// A column that holds something else than it is asked for gives an empty value,
/// and the row is not [`sound`](Row::sound) any more: it is asked once, when all
/// is read, and then nothing of it is used. To ask at each of the hundreds of
/// columns would take many times the code.
pub(crate) struct Row {
    columns: Array,
    next: u32,
    sound: bool,
}

impl Row {
    pub(super) fn new(columns: JsValue) -> Self {
        Self {
            columns: columns.unchecked_into(),
            next: 0,
            sound: true,
        }
    }

    /// Whether every column was what it was taken for.
    pub(super) fn sound(&self) -> Result<(), Fault> {
        match self.sound {
            true => Ok(()),
            false => Err(Fault(())),
        }
    }

    /// Beyond the last column, something that is of no type that is asked for.
    fn column(&mut self) -> JsValue {
        let column = self.columns.get(self.next);
        self.next += 1;
        column
    }

    /// `value`, or an empty one of a row that is not sound.
    fn known<T: Default>(&mut self, value: Option<T>, wanted: &str) -> T {
        if value.is_none() {
            self.sound = false;
            Fault::unexpected(wanted);
        }
        value.unwrap_or_default()
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> String {
        let text = self.column().as_string();
        self.known(text, "a text")
    }

    #[inline(never)]
    pub(crate) fn optional_text(&mut self) -> Option<String> {
        let column = self.column();
        if column.is_null() {
            return None;
        }
        Some(self.known(column.as_string(), "a text"))
    }

    #[inline(never)]
    pub(crate) fn integer(&mut self) -> i64 {
        let number = self.column().as_f64();
        self.known(number.and_then(whole), "a whole number")
    }

    #[inline(never)]
    pub(crate) fn optional_integer(&mut self) -> Option<i64> {
        let column = self.column();
        if column.is_null() {
            return None;
        }
        Some(self.known(column.as_f64().and_then(whole), "a whole number"))
    }

    pub(crate) fn blob<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    #[inline(never)]
    fn fill(&mut self, bytes: &mut [u8]) {
        let found = self.buffer();
        if found.length() as usize == bytes.len() {
            found.copy_to(bytes);
        } else {
            self.known::<()>(None, "a blob of the right length");
        }
    }

    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        self.buffer().to_vec()
    }

    pub(crate) fn optional_bytes(&mut self) -> Option<Vec<u8>> {
        if self.columns.get(self.next).is_null() {
            self.next += 1;
            return None;
        }
        Some(self.bytes())
    }

    #[inline(never)]
    fn buffer(&mut self) -> Uint8Array {
        let column = self.column();
        if column.is_instance_of::<ArrayBuffer>() {
            return Uint8Array::new(&column);
        }
        self.known::<()>(None, "a blob");
        Uint8Array::new_with_length(0)
    }

    #[inline(never)]
    pub(crate) fn version(&mut self) -> Version {
        let version = u32::try_from(self.integer()).ok().and_then(Version::new);
        if version.is_none() {
            self.known::<()>(None, "a version");
        }
        version.unwrap_or(Version::FIRST)
    }

    #[inline(never)]
    pub(crate) fn instant(&mut self) -> Instant {
        let millis = self.integer();
        self.moment(millis)
    }

    #[inline(never)]
    pub(crate) fn optional_instant(&mut self) -> Option<Instant> {
        let millis = self.optional_integer()?;
        Some(self.moment(millis))
    }

    fn moment(&mut self, millis: i64) -> Instant {
        let at = Instant::from_millis(millis);
        if at.is_none() {
            self.known::<()>(None, "an instant");
        }
        at.unwrap_or(Instant::EPOCH)
    }
}

/// A number that is one.
fn whole(number: f64) -> Option<i64> {
    let whole = number as i64;
    (whole as f64 == number).then_some(whole)
}
