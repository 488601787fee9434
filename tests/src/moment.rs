//! Times as the API writes them.

use std::time::Duration;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// RFC 3339, that long from now.
///
/// # Panics
/// In the year 10000.
#[must_use]
pub fn ahead(by: Duration) -> String {
    written(OffsetDateTime::now_utc() + by)
}

/// RFC 3339, that long ago.
///
/// # Panics
/// Never in our time.
#[must_use]
pub fn ago(by: Duration) -> String {
    written(OffsetDateTime::now_utc() - by)
}

fn written(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).expect("a time that can be written")
}

/// The instant of an RFC 3339 text in UTC.
///
/// # Panics
/// When it is anything else.
#[track_caller]
#[must_use]
pub fn parsed(text: &serde_json::Value) -> OffsetDateTime {
    let text = text.as_str().unwrap_or_else(|| panic!("no time: {text}"));
    assert!(text.ends_with('Z'), "not written in UTC: {text}");
    OffsetDateTime::parse(text, &Rfc3339).unwrap_or_else(|error| panic!("{text}: {error}"))
}
