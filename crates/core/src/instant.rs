//! Points in time, in UTC.
//!
//! Read and written by hand: a date library is 6 KB of the Worker for these two
//! functions. The tests hold them against one.

use core::fmt;

use serde::{Serialize, Serializer};

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
    /// 1970-01-01T00:00:00Z, the first one.
    pub const EPOCH: Self = Self(0);

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
    /// milliseconds are cut off; a leap second is the last millisecond before it.
    ///
    /// # Errors
    ///
    /// [`InvalidInstant`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidInstant> {
        millis(text.as_bytes())
            .and_then(Self::from_millis)
            .ok_or(InvalidInstant)
    }
}

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn millis(text: &[u8]) -> Option<i64> {
    let mut rest = text;
    let year = number::<4>(&mut rest)?;
    take(&mut rest, b"-")?;
    let month = number::<2>(&mut rest)?;
    take(&mut rest, b"-")?;
    let day = number::<2>(&mut rest)?;
    take(&mut rest, b"Tt")?;
    let hour = number::<2>(&mut rest)?;
    take(&mut rest, b":")?;
    let minute = number::<2>(&mut rest)?;
    take(&mut rest, b":")?;
    let second = number::<2>(&mut rest)?;
    let fraction = if take(&mut rest, b".").is_some() {
        fraction(&mut rest)?
    } else {
        0
    };
    let offset = match take(&mut rest, b"Zz+-")? {
        b'+' => offset(&mut rest)?,
        b'-' => -offset(&mut rest)?,
        _ => 0,
    };
    let valid = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && (second < 60 || (second == 60 && minute == 59))
        && rest.is_empty();
    let within = if second == 60 {
        MINUTE - 1
    } else {
        second * 1_000 + fraction
    };
    let of_day = (hour * 60 + minute) * MINUTE + within;
    valid.then(|| days_before(year, month, day) * DAY + of_day - offset)
}

fn number<const N: usize>(rest: &mut &[u8]) -> Option<i64> {
    let (digits, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i64::from(digit - b'0'))
    })
}

fn take(rest: &mut &[u8], any_of: &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    any_of.contains(first).then(|| *rest = after)?;
    Some(*first)
}

/// One digit or more, of which three count.
fn fraction(rest: &mut &[u8]) -> Option<i64> {
    let mut millis = 0;
    let mut worth = 100;
    let mut found = false;
    while let Some((digit, after)) = rest
        .split_first()
        .filter(|(digit, _)| digit.is_ascii_digit())
    {
        millis += worth * i64::from(digit - b'0');
        worth /= 10;
        found = true;
        *rest = after;
    }
    found.then_some(millis)
}

fn offset(rest: &mut &[u8]) -> Option<i64> {
    let hours = number::<2>(rest)?;
    take(rest, b":")?;
    let minutes = number::<2>(rest)?;
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes) * MINUTE)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in eras of 400 years
/// that begin in March, so that the leap day is the last of its year (Howard
/// Hinnant, "chrono-compatible low-level date algorithms").
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The reverse of [`days_before`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.0.div_euclid(DAY));
        let of_day = self.0.rem_euclid(DAY);
        let (minutes, millis) = (of_day / MINUTE, of_day % MINUTE);
        let (hour, minute, second, millis) =
            (minutes / 60, minutes % 60, millis / 1_000, millis % 1_000);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if millis > 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
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
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

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

    #[test]
    fn what_rfc_3339_allows_besides_is_read() {
        let plain = Instant::parse("2016-12-31T23:59:59.999Z").unwrap();
        for text in [
            "2016-12-31t23:59:59.999z",
            "2016-12-31T23:59:60Z",
            "2017-01-01T00:59:60.5+01:00",
        ] {
            assert_eq!(Instant::parse(text), Ok(plain), "{text}");
        }
        for text in [
            "2016-12-31T23:58:60Z",
            "2016-12-31T23:59:59.Z",
            "2016-12-31T23:59:59+24:00",
        ] {
            assert_eq!(Instant::parse(text), Err(InvalidInstant), "{text}");
        }
    }

    /// What another implementation makes of the text.
    fn reference(text: &str) -> Option<i64> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000_000))
            .ok()
            .filter(|millis| (0..=Instant::LAST.0).contains(millis))
    }

    proptest! {
        #[test]
        fn every_instant_is_written_as_a_date_library_writes_it(millis in 0..=Instant::LAST.0) {
            let at = Instant::from_millis(millis).unwrap();
            prop_assert_eq!(reference(&at.to_string()), Some(millis));
            prop_assert_eq!(Instant::parse(&at.to_string()), Ok(at));
        }

        #[test]
        fn every_text_is_read_as_a_date_library_reads_it(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][0-2][0-9]:[0-5][0-9])",
        ) {
            prop_assert_eq!(Instant::parse(&text).ok().map(Instant::as_millis), reference(&text));
        }

        #[test]
        fn promise_11_no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = Instant::parse(&text);
        }
    }
}
