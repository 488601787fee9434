//! Numbers for people.

use crate::stats::Spread;

/// Thousands apart: `21,340`.
pub(super) fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    let length = digits.len();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && length.saturating_sub(index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The middle, and how far the rest lies apart: `0.62 (0.58–0.65)`.
pub(super) fn ratio(spread: Option<Spread>) -> String {
    spread.map_or_else(nothing, |spread| {
        format!(
            "{:.2} ({:.2}–{:.2})",
            spread.median, spread.lower, spread.upper
        )
    })
}

pub(super) fn rate(spread: Option<Spread>) -> String {
    spread.map_or_else(nothing, |spread| {
        format!(
            "{} ({}–{})",
            whole(spread.median),
            whole(spread.lower),
            whole(spread.upper)
        )
    })
}

/// Milliseconds, from nanoseconds.
pub(super) fn millis(nanos: f64) -> String {
    format!("{:.2} ms", nanos / 1e6)
}

/// Microseconds, from seconds.
pub(super) fn micros(seconds: f64) -> String {
    format!("{:.0} µs", seconds * 1e6)
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Kilobytes of 1,000 bytes, as the budgets count.
#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn kilobytes(bytes: usize) -> String {
    format!("{:.1} KB", bytes as f64 / 1e3)
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// What stands where nothing was measured.
pub(super) fn nothing() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(whole(0.4), "0");
        assert_eq!(whole(999.0), "999");
        assert_eq!(whole(1_000.0), "1,000");
        assert_eq!(whole(1_234_567.4), "1,234,567");
    }

    #[test]
    fn a_spread_shows_its_ends() {
        let spread = Spread {
            lower: 0.5,
            median: 0.604,
            upper: 0.7,
        };
        assert_eq!(ratio(Some(spread)), "0.60 (0.50–0.70)");
        assert_eq!(ratio(None), "–");
    }

    #[test]
    fn units_are_those_of_the_reader() {
        assert_eq!(millis(1_250_000.0), "1.25 ms");
        assert_eq!(micros(0.000_045_6), "46 µs");
        assert_eq!(percent(0.956), "96 %");
        assert_eq!(kilobytes(133_749), "133.7 KB");
        assert_eq!(megabytes(64_400_000), "64 MB");
    }
}
