//! How often a thing has changed.

use serde::Serialize;

/// Counts the changes of one key or verifier, from 1. Of two records for the
/// same digest the higher version is the newer one; nothing else orders them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32, minimum = 1))]
#[serde(transparent)]
pub struct Version(u32);

impl Version {
    /// The version of what was just created.
    pub const FIRST: Self = Self(1);

    /// `None` for 0, which no version has.
    #[must_use]
    pub fn new(value: u32) -> Option<Self> {
        (value > 0).then_some(Self(value))
    }

    /// The version after one more change.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// As it stands in the headers `ETag` and `If-Match` (RFC 9110, 8.8.3).
    #[must_use]
    pub fn tag(self) -> String {
        format!("\"{}\"", self.0)
    }

    /// The number itself.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}
