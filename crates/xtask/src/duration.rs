//! Durations for people.

use std::time::Duration;

/// `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn short(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_fits_the_length() {
        for (millis, expected) in [
            (40, "0.0 s"),
            (1_449, "1.4 s"),
            (12_300, "12 s"),
            (185_400, "3 min 05 s"),
        ] {
            assert_eq!(short(Duration::from_millis(millis)), expected);
        }
    }
}
