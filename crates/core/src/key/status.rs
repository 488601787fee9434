//! Where a key stands.

use serde::{Serialize, Serializer};

use crate::{instant::Instant, member::Actor, text::Text};

/// What people decided of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// In use.
    Active,
    /// Out of use until someone says otherwise.
    Blocked(Decision),
    /// Ended for good.
    Revoked(Decision),
}

/// Who took a key out of use, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Actor,
    /// Why, in their words.
    pub reason: Option<Text>,
}

/// Where a key stands at one instant, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum Status {
    /// Good later.
    Scheduled,
    /// Good.
    Active,
    /// Out of use, can come back.
    Blocked,
    /// Its time is over; can be extended.
    Expired,
    /// Ended for good.
    Revoked,
}

impl Status {
    /// Every status, in the order of a key's life.
    pub const ALL: [Self; 5] = [
        Self::Scheduled,
        Self::Active,
        Self::Blocked,
        Self::Expired,
        Self::Revoked,
    ];

    /// As it stands in JSON and in the list's filter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// `None` for any other word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
