//! The only clock.

use keyway_core::instant::Instant;

/// The platform's time. It stands still while a request computes, and moves on
/// with its I/O.
pub(crate) fn now() -> Instant {
    Instant::from_millis(js_sys::Date::now() as i64).unwrap_or(Instant::LAST)
}
