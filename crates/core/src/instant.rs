//! Points in time, in UTC.

use core::fmt;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time in whole milliseconds since 1970-01-01T00:00:00Z, between
/// the years 1970 and 9999. Written and read as RFC 3339, always in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2027-01-31T22:59:59Z"))]
pub struct Instant(i64);

/// The text is no RFC 3339 date and time, or not of the years 1970–9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidInstant;

impl fmt::Display for InvalidInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a date and time of RFC 3339 with a time zone, such as 2027-01-31T22:59:59Z",
        )
    }
}

impl core::error::Error for InvalidInstant {}

impl Instant {
    /// 9999-12-31T23:59:59.999Z, the last instant RFC 3339 can write.
    pub const LAST: Self = Self(253_402_300_799_999);

    /// From milliseconds since the epoch; `None` outside 1970–9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        (0..=Self::LAST.0).contains(&millis).then_some(Self(millis))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// This instant and `millis` more, at most [`Instant::LAST`].
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis).clamp(0, Self::LAST.0))
    }

    /// Reads RFC 3339, section 5.6; any offset, kept as UTC. Fractions beyond
    /// milliseconds are cut off.
    ///
    /// # Errors
    ///
    /// [`InvalidInstant`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidInstant> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidInstant)?;
        i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000_000))
            .ok()
            .and_then(Self::from_millis)
            .ok_or(InvalidInstant)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .ok_or(fmt::Error)?;
        f.write_str(&text)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_offset_becomes_utc() {
        let at = Instant::parse("2027-02-01T00:30:00+01:00").unwrap();
        assert_eq!(at.to_string(), "2027-01-31T23:30:00Z");
        assert_eq!(
            Instant::parse("1970-01-01T00:00:00.0019Z")
                .unwrap()
                .as_millis(),
            1
        );
        assert_eq!(Instant::LAST.to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
        for text in [
            "",
            "2027-01-31",
            "2027-01-31T22:59:59",
            "2027-13-01T00:00:00Z",
            "tomorrow",
            "1969-12-31T23:59:59Z",
            "2027-02-29T00:00:00Z",
            "2027-01-31T24:00:00Z",
            "1700000000",
        ] {
            assert_eq!(Instant::parse(text), Err(InvalidInstant), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in 0..=Instant::LAST.0) {
            let at = Instant::from_millis(millis).unwrap();
            prop_assert_eq!(Instant::parse(&at.to_string()), Ok(at));
        }

        #[test]
        fn promise_11_no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = Instant::parse(&text);
        }
    }
}
