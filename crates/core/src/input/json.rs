//! JSON as it was sent: members in order, none twice.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use crate::problem::{Code, Problem};

/// Members of one object, far beyond what any route takes. Looking for doubles
/// takes the square of it.
const MAX_MEMBERS: usize = 256;

/// A JSON value. Numbers are kept as what they are needed for: not at all yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Members in the order in which they were sent.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole body: UTF-8, one value, at most 128 levels deep.
    ///
    /// # Errors
    ///
    /// `body_missing` for nothing, `invalid_json` for anything else.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::new(
                Code::BodyMissing,
                "The request needs a JSON body.",
            ));
        }
        serde_json::from_slice(body).map_err(|error| {
            // serde_json repeats no part of the input but names of members, and
            // those only in our own message below: it may be safely shown.
            Problem::new(
                Code::InvalidJson,
                format!("The body is not valid JSON: {error}."),
            )
        })
    }

    /// What it is, in a word with its article.
    #[must_use]
    pub fn described(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "the JSON of JavaScript has doubles only"
    )]
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "the JSON of JavaScript has doubles only"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            // Two readers of one body must not see two different requests.
            if members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("a member is given twice"));
            }
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom("an object has too many members"));
            }
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}
