//! What an operator's own systems keep with a key, handed out with each verdict.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{input::Json, output};

/// A JSON object in at most [`Metadata::MAX`] bytes: its text, with numbers as
/// they were sent, whatever their precision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(String);

/// Why a value is no metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidMetadata {
    /// Not an object.
    NotAnObject,
    /// More than [`Metadata::MAX`] bytes; this many.
    TooLarge(usize),
    /// More than [`Metadata::DEPTH`] levels.
    TooDeep,
}

impl fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("metadata is a JSON object"),
            Self::TooLarge(found) => write!(
                f,
                "metadata has at most {} bytes without white space; this has {found}",
                Metadata::MAX
            ),
            Self::TooDeep => {
                write!(f, "metadata is at most {} levels deep", Metadata::DEPTH)
            }
        }
    }
}

impl core::error::Error for InvalidMetadata {}

impl Default for Metadata {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl Metadata {
    /// Bytes at most: 4 KB.
    pub const MAX: usize = 4_096;
    /// Objects and lists within each other at most.
    pub const DEPTH: usize = 16;

    /// Of a value.
    ///
    /// # Errors
    ///
    /// [`InvalidMetadata`].
    pub fn new(value: &Json<'_>) -> Result<Self, InvalidMetadata> {
        if !matches!(value, Json::Object(_)) {
            return Err(InvalidMetadata::NotAnObject);
        }
        if value.depth() > Self::DEPTH {
            return Err(InvalidMetadata::TooDeep);
        }
        let mut text = String::new();
        value.write(&mut text);
        match text.len() {
            length if length > Self::MAX => Err(InvalidMetadata::TooLarge(length)),
            _ => Ok(Self(text)),
        }
    }

    /// With the changes of `patch`, a JSON Merge Patch (RFC 7396, section 2): null
    /// takes away.
    ///
    /// # Errors
    ///
    /// [`InvalidMetadata`] of the patch or the result.
    pub fn merged(&self, patch: &Json<'_>) -> Result<Self, InvalidMetadata> {
        if !matches!(patch, Json::Object(_)) {
            return Err(InvalidMetadata::NotAnObject);
        }
        // What was stored is an object; of anything else nothing is kept.
        let before = Json::parse_text(&self.0).ok();
        Self::new(&merge(before.as_ref(), patch))
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == "{}"
    }

    /// The text of the object, as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The reverse of [`Metadata::as_str`].
    #[must_use]
    pub fn from_stored(text: String) -> Option<Self> {
        let is_object = matches!(Json::parse_text(&text), Ok(Json::Object(_)));
        is_object.then_some(Self(text))
    }
}

impl Serialize for Metadata {
    /// As it is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(output::RAW, &self.0)
    }
}

fn merge<'a>(target: Option<&Json<'a>>, patch: &Json<'a>) -> Json<'a> {
    let Json::Object(changes) = patch else {
        return patch.clone();
    };
    let mut members = match target {
        Some(Json::Object(members)) => members.clone(),
        _ => Vec::new(),
    };
    for (name, change) in changes {
        let place = members.iter().position(|(known, _)| known == name);
        let before = place.and_then(|place| members.get(place));
        let after = (*change != Json::Null).then(|| merge(before.map(|(_, one)| one), change));
        match (place, after) {
            (Some(place), None) => drop(members.remove(place)),
            (Some(place), Some(after)) => {
                if let Some((_, member)) = members.get_mut(place) {
                    *member = after;
                }
            }
            (None, Some(after)) => members.push((name.clone(), after)),
            (None, None) => {}
        }
    }
    Json::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Result<Metadata, InvalidMetadata> {
        Metadata::new(&Json::parse_text(text).unwrap())
    }

    fn merged(target: &Metadata, patch: &str) -> Result<Metadata, InvalidMetadata> {
        target.merged(&Json::parse_text(patch).unwrap())
    }

    #[test]
    fn numbers_and_texts_stay_as_they_were_sent() {
        let sent =
            " { \"id\" : 12345678901234567890123, \"a b\" : \" x \\\" \", \"n\": [1.0, 2e3 ] } ";
        let kept = read(sent).unwrap();
        let text = r#"{"id":12345678901234567890123,"a b":" x \" ","n":[1.0,2e3]}"#;
        assert_eq!(kept.as_str(), text);
        assert_eq!(output::json(&kept).unwrap(), text);
        assert_eq!(output::json(&[&kept]).unwrap(), format!("[{text}]"));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let large = |more: usize| format!("{{\"x\":\"{}\"}}", "y".repeat(Metadata::MAX - 8 + more));
        assert!(read(&large(0)).is_ok());
        assert_eq!(
            read(&large(1)),
            Err(InvalidMetadata::TooLarge(Metadata::MAX + 1))
        );
        let deep = |levels: usize| {
            format!(
                "{{\"x\":{}{}}}",
                "[".repeat(levels - 1),
                "]".repeat(levels - 1)
            )
        };
        assert!(read(&deep(Metadata::DEPTH)).is_ok());
        assert_eq!(
            read(&deep(Metadata::DEPTH + 1)),
            Err(InvalidMetadata::TooDeep)
        );
        let none = Metadata::default();
        assert_eq!(
            merged(&none, &deep(Metadata::DEPTH + 1)),
            Err(InvalidMetadata::TooDeep)
        );
        for other in ["[]", "1", "null"] {
            assert_eq!(read(other), Err(InvalidMetadata::NotAnObject));
            assert_eq!(merged(&none, other), Err(InvalidMetadata::NotAnObject));
            assert_eq!(Metadata::from_stored(other.to_owned()), None);
        }
    }

    /// RFC 7396, appendix A, those whose target and result are objects.
    #[test]
    fn the_examples_of_the_standard() {
        for (target, patch, result) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (
                r#"{"a":{"b":"c"}}"#,
                r#"{"a":{"b":"d","c":null}}"#,
                r#"{"a":{"b":"d"}}"#,
            ),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            let found = merged(&read(target).unwrap(), patch).unwrap();
            assert_eq!(found.as_str(), result, "{target} with {patch}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                members(inner),
            ]
        })
    }

    fn members(of: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        prop::collection::btree_map("[ab\"\\\\é]{0,2}", of, 0..4)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    }

    /// RFC 7396, section 2, word for word.
    fn standard(target: Option<&Value>, patch: &Value) -> Value {
        let Value::Object(changes) = patch else {
            return patch.clone();
        };
        let mut result = match target {
            Some(Value::Object(members)) => members.clone(),
            _ => serde_json::Map::new(),
        };
        for (name, change) in changes {
            if change.is_null() {
                result.remove(name);
            } else {
                let merged = standard(result.get(name), change);
                result.insert(name.clone(), merged);
            }
        }
        Value::Object(result)
    }

    proptest! {
        #[test]
        fn a_merge_is_the_standards(target in members(value()), patch in members(value())) {
            let Ok(kept) = read(&serde_json::to_string_pretty(&target).unwrap()) else {
                return Ok(());
            };
            prop_assert_eq!(&json!(kept.as_str().parse::<Value>().unwrap()), &target);
            if let Ok(merged) = merged(&kept, &patch.to_string()) {
                let merged: Value = merged.as_str().parse().unwrap();
                prop_assert_eq!(merged, standard(Some(&target), &patch));
            }
        }
    }
}
