//! The only clock.

use keyway_core::instant::Instant;
use worker::Date;

/// The platform's time. It stands still while a request computes, and moves on
/// with its I/O.
pub(crate) fn now() -> Instant {
    i64::try_from(Date::now().as_millis())
        .ok()
        .and_then(Instant::from_millis)
        .unwrap_or(Instant::LAST)
}
