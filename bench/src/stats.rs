//! Numbers from measurements.
//!
//! Machines have moods: what was measured in one round is held against what was
//! measured in the same round, and of the rounds the median counts. The middle
//! half is shown beside it, so that nobody has to take it on trust. (Rounds are
//! short: among many there is always one that somebody else had the machine in.)

/// The middle of some values, and how far they lie apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// A quarter of them is below.
    pub(crate) lower: f64,
    pub(crate) median: f64,
    /// A quarter of them is above.
    pub(crate) upper: f64,
}

impl Spread {
    /// `None` when there is none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Some(Self {
            lower: quarter(&values, 1)?,
            median: quarter(&values, 2)?,
            upper: quarter(&values, 3)?,
        })
    }
}

/// The value so many quarters of the way through, between two of the sorted
/// values where it falls there. `None` when there is none.
#[allow(clippy::cast_precision_loss, reason = "four at most")]
fn quarter(sorted: &[f64], quarters: usize) -> Option<f64> {
    let way = sorted.len().checked_sub(1)?.saturating_mul(quarters);
    let before = sorted.get(way / 4)?;
    let after = sorted.get(way.div_ceil(4))?;
    Some(before + (after - before) * (way % 4) as f64 / 4.0)
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
        assert_eq!(Spread::of([3.0, 1.0, 2.0]).unwrap().median, 2.0);
        assert_eq!(Spread::of([4.0, 1.0]).unwrap().median, 2.5);
        assert_eq!(Spread::of([7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn the_middle_half_leaves_out_a_quarter_on_each_side() {
        let of = |values: &[f64]| {
            let spread = Spread::of(values.iter().copied()).unwrap();
            (spread.lower, spread.upper)
        };
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0, 500.0]), (2.0, 4.0));
        assert_eq!(of(&[0.0, 1.0]), (0.25, 0.75));
        assert_eq!(of(&[7.0]), (7.0, 7.0));
    }

    #[test]
    fn a_ratio_compares_within_a_round() {
        // The second round was half as fast for both, and nothing is seen of it.
        let ratios = ratios(&[80.0, 40.0, 90.0], &[100.0, 50.0, 100.0]).unwrap();
        assert_eq!((ratios.lower, ratios.median), (0.8, 0.8));
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
