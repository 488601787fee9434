//! What the API answers, as JSON.
//!
//! serde says what there is to write, and this writes it, in one way and into
//! memory. `serde_json` writes the same, but for every writer and layout there
//! is, and with errors that can happen nowhere here: 4 KB of the Worker.

use core::fmt::{self, Display, Write as _};

use serde::{Serialize, Serializer, ser};

/// A text under this name is JSON already.
pub(crate) const RAW: &str = "keyway::raw";

/// `value` as JSON, without blanks.
///
/// # Errors
///
/// [`Unwritable`], which nothing of ours is.
pub fn json(value: &dyn Writable) -> Result<String, Unwritable> {
    let mut json = Json {
        text: String::new(),
        is_raw: false,
    };
    value.write(&mut json)?;
    Ok(json.text)
}

/// Whatever serde can write, behind one pointer: what is around the writing is there
/// once, and not once for each type.
pub trait Writable {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// [`Unwritable`].
    fn write(&self, json: &mut Json) -> Result<(), Unwritable>;
}

impl<T: Serialize> Writable for T {
    fn write(&self, json: &mut Json) -> Result<(), Unwritable> {
        self.serialize(json)
    }
}

/// A fraction, a name that is no text, or what failed to say what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not written as JSON")
    }
}

impl core::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl From<fmt::Error> for Unwritable {
    fn from(_: fmt::Error) -> Self {
        Self
    }
}

/// A text of JSON that is being written.
#[derive(Debug)]
pub struct Json {
    text: String,
    /// Whether the text that comes next is written as it is.
    is_raw: bool,
}

type Written = Result<(), Unwritable>;

impl Json {
    fn open(&mut self, with: char) -> &mut Self {
        self.text.push(with);
        self
    }

    /// A comma, except after what has just been opened. Nothing but that ends
    /// with one of these.
    fn next(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    fn name(&mut self, name: &str) {
        self.next();
        self.quoted(name);
        self.text.push(':');
    }

    fn close(&mut self, with: &str) -> Written {
        self.text.push_str(with);
        Ok(())
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.escaped(text);
        self.text.push('"');
    }

    /// What RFC 8259, section 7, does not let stand for itself.
    fn escaped(&mut self, text: &str) {
        let is_special = |c: char| c < ' ' || c == '"' || c == '\\';
        for piece in text.split_inclusive(is_special) {
            let mut plain = piece.chars();
            let Some(last) = plain.next_back().filter(|&last| is_special(last)) else {
                self.text.push_str(piece);
                continue;
            };
            self.text.push_str(plain.as_str());
            self.text.push('\\');
            match last {
                '\n' => self.text.push('n'),
                '\r' => self.text.push('r'),
                '\t' => self.text.push('t'),
                '\u{8}' => self.text.push('b'),
                '\u{c}' => self.text.push('f'),
                '"' | '\\' => self.text.push(last),
                _ => {
                    let code = u32::from(last);
                    self.text.push_str("u00");
                    let digits = [code >> 4, code & 15];
                    let digits = digits.map(|digit| char::from_digit(digit, 16));
                    self.text.extend(digits.into_iter().flatten());
                }
            }
        }
    }

    fn shown(&mut self, value: &dyn Display) -> Written {
        self.text.push('"');
        write!(Escaping(self), "{value}")?;
        self.text.push('"');
        Ok(())
    }

    fn whole(&mut self, number: &dyn Display) -> Written {
        Ok(write!(self.text, "{number}")?)
    }
}

/// Takes what is shown piece by piece.
struct Escaping<'a>(&'a mut Json);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.escaped(text);
        Ok(())
    }
}

impl Serializer for &mut Json {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn serialize_bool(self, value: bool) -> Written {
        self.close(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.whole(&value)
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.whole(&value)
    }

    fn serialize_f32(self, _: f32) -> Written {
        Err(Unwritable)
    }

    fn serialize_f64(self, _: f64) -> Written {
        Err(Unwritable)
    }

    fn serialize_char(self, value: char) -> Written {
        self.shown(&value)
    }

    fn serialize_str(self, value: &str) -> Written {
        if core::mem::take(&mut self.is_raw) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.close("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    // Within whoever calls it, or the name that nobody wants stands in the data.
    #[inline(always)]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Written {
        self.is_raw = name == RAW;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.open('{').name(variant);
        value.serialize(&mut *self)?;
        self.close("}")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self.open('['))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unwritable> {
        Ok(self.open('['))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self.open('['))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        self.open('{').name(variant);
        Ok(self.open('['))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        Ok(self.open('{'))
    }

    // Likewise.
    #[inline(always)]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        Ok(self.open('{'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unwritable> {
        self.open('{').name(variant);
        Ok(self.open('{'))
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Written {
        self.shown(&value)
    }
}

impl ser::SerializeSeq for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.close("]")
    }
}

impl ser::SerializeTuple for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Written {
        self.close("]")
    }
}

impl ser::SerializeTupleStruct for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Written {
        self.close("]")
    }
}

impl ser::SerializeTupleVariant for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Written {
        self.close("]}")
    }
}

impl ser::SerializeMap for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Written {
        self.next();
        let start = self.text.len();
        key.serialize(&mut **self)?;
        match self.text.as_bytes().get(start) {
            Some(b'"') => Ok(()),
            _ => Err(Unwritable),
        }
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Written {
        self.text.push(':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.close("}")
    }
}

impl ser::SerializeStruct for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Written {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        self.close("}")
    }
}

impl ser::SerializeStructVariant for &mut Json {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Written {
        ser::SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Written {
        self.close("}}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// One of everything that serde knows, but for fractions.
    #[derive(Debug, Clone, Serialize)]
    enum Any {
        Unit,
        New(Box<Any>),
        Pair(Option<i64>, u64),
        Named { text: String, small: i8, c: char },
        Struct(Struct),
        Many(Vec<Any>),
        ByName(BTreeMap<String, Any>),
        Tuple((bool, (), [u16; 2])),
        Marker(Marker),
        Shown(Shown),
    }

    #[derive(Debug, Clone, Serialize)]
    struct Struct {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        maybe: Option<u32>,
        #[serde(flatten)]
        more: BTreeMap<String, i32>,
    }

    #[derive(Debug, Clone, Serialize)]
    struct Marker;

    #[derive(Debug, Clone)]
    struct Shown(String, char);

    impl Serialize for Shown {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{}{}", self.0, self.1))
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![".*", "[\\x00-\\x7f]*", "[{\\[\",:\\\\]*", any::<String>(),]
    }

    fn any_value() -> impl Strategy<Value = Any> {
        let flat = prop_oneof![
            Just(Any::Unit),
            any::<(Option<i64>, u64)>().prop_map(|(one, other)| Any::Pair(one, other)),
            (text(), any::<i8>(), any::<char>()).prop_map(|(text, small, c)| Any::Named {
                text,
                small,
                c
            }),
            (
                text(),
                any::<Option<u32>>(),
                prop::collection::btree_map(text(), any::<i32>(), 0..4)
            )
                .prop_map(|(text, maybe, more)| Any::Struct(Struct {
                    text,
                    maybe,
                    more
                })),
            any::<(bool, (), [u16; 2])>().prop_map(Any::Tuple),
            Just(Any::Marker(Marker)),
            (text(), any::<char>()).prop_map(|(text, c)| Any::Shown(Shown(text, c))),
        ];
        flat.prop_recursive(4, 64, 6, |inner| {
            prop_oneof![
                inner.clone().prop_map(|inner| Any::New(Box::new(inner))),
                prop::collection::vec(inner.clone(), 0..6).prop_map(Any::Many),
                prop::collection::btree_map(text(), inner, 0..6).prop_map(Any::ByName),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_serde_json_writes(value in any_value()) {
            prop_assert_eq!(json(&value).unwrap(), serde_json::to_string(&value).unwrap());
        }
    }

    #[test]
    fn every_character_is_written_as_serde_json_does() {
        for c in (0..0x300).filter_map(char::from_u32) {
            let text = format!("a{c}b{c}{c}");
            assert_eq!(json(&text).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }

    #[test]
    fn what_is_json_already_is_written_as_it_is() {
        struct Raw;
        impl Serialize for Raw {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(RAW, "{\"a\": 1.50}")
            }
        }
        let written = json(&(Raw, "{}", Raw)).unwrap();
        assert_eq!(written, r#"[{"a": 1.50},"{}",{"a": 1.50}]"#);
    }

    #[test]
    fn what_is_not_written_is_refused() {
        assert_eq!(json(&1.5), Err(Unwritable));
        assert_eq!(json(&BTreeMap::from([(1, 2)])), Err(Unwritable));
        assert_eq!(json(&BTreeMap::from([([(); 0], 2)])), Err(Unwritable));
    }
}
