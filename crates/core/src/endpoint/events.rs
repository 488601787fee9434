//! What an endpoint is told of.

use serde::{Serialize, Serializer};

use crate::{
    input::{
        Invalid, Json,
        read::{self, collected, items},
    },
    notice::Occasion,
    output,
    problem::Code,
};

/// Names of events, each once; none is every one. As JSON, which is how they are kept
/// and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events(String);

impl Events {
    /// Every event, those that come later among them.
    #[must_use]
    pub fn all() -> Self {
        Self("[]".to_owned())
    }

    /// Reads a member of a body.
    pub(super) fn read(value: &Json<'_>) -> Result<Self, Invalid> {
        let items = items(value, "event", Occasion::ALL.len(), Code::TooManyEvents)?;
        let wanted = collected(items, occasion)?;
        let mut json = String::from("[");
        for occasion in Occasion::ALL {
            if wanted.contains(occasion) {
                json.push_str(if json.len() > 1 { ",\"" } else { "\"" });
                json.push_str(occasion.as_str());
                json.push('"');
            }
        }
        json.push(']');
        Ok(Self(json))
    }

    /// As they were stored.
    #[must_use]
    pub fn from_stored(json: String) -> Self {
        Self(json)
    }

    /// For the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn occasion(value: &Json<'_>) -> Result<Occasion, Invalid> {
    Occasion::parse(read::string(value)?).ok_or_else(|| {
        Invalid::one(
            Code::UnknownEvent,
            "There is no such event. They are named as `key.revoked`.",
        )
    })
}

impl Serialize for Events {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(output::RAW, &self.0)
    }
}
