//! Numbers from measurements.
//!
//! Machines have moods: what was measured in one round is held against what was
//! measured in the same round, and of the rounds the median counts. The least
//! and the most are shown beside it, so that nobody has to take it on trust.

/// The middle of some values, and how far they lie apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// `None` when there is none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = *values.get(middle)?;
        let median = if values.len() % 2 == 1 {
            upper
        } else {
            let lower = *values.get(middle.checked_sub(1)?)?;
            f64::midpoint(lower, upper)
        };
        Some(Self {
            least: *values.first()?,
            median,
            most: *values.last()?,
        })
    }
}

/// The ratios of what belongs together, round by round.
pub(crate) fn ratios(these: &[f64], to_those: &[f64]) -> Option<Spread> {
    let pairs = these.iter().zip(to_those);
    Spread::of(
        pairs
            .filter(|(_, that)| **that > 0.0)
            .map(|(this, that)| this / that),
    )
}

/// The smallest of the sorted values that so many percent of them do not
/// exceed (nearest rank). 0 when there is none.
pub(crate) fn percentile(sorted: &[u32], percent: usize) -> u32 {
    let rank = sorted.len().saturating_mul(percent).div_ceil(100);
    let index = rank.saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_two() {
        let odd = Spread::of([3.0, 1.0, 2.0]).unwrap();
        assert_eq!((odd.least, odd.median, odd.most), (1.0, 2.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0]).unwrap().median, 2.5);
        assert_eq!(Spread::of([7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_ratio_compares_within_a_round() {
        // The second round was half as fast for both, and nothing is seen of it.
        let ratios = ratios(&[80.0, 40.0, 90.0], &[100.0, 50.0, 100.0]).unwrap();
        assert_eq!((ratios.least, ratios.median, ratios.most), (0.8, 0.8, 0.9));
    }

    #[test]
    fn a_round_without_a_measurement_to_compare_with_is_left_out() {
        assert_eq!(ratios(&[1.0, 3.0], &[0.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(ratios(&[1.0], &[0.0]), None);
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 50), 50);
        assert_eq!(percentile(&hundred, 99), 99);
        assert_eq!(percentile(&hundred, 100), 100);
        assert_eq!(percentile(&[5, 9], 50), 5);
        assert_eq!(percentile(&[5, 9], 99), 9);
        assert_eq!(percentile(&[7], 50), 7);
        assert_eq!(percentile(&[], 50), 0);
    }
}
