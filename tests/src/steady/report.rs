//! What came of a long life.

use std::{fmt, time::Duration};

/// Numbers of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// B.
    bound: Duration,
    /// Verifications, of whatever verdict.
    pub verifications: usize,
    /// Those without one.
    pub unavailable: usize,
    /// From the acknowledgement of a revocation to the first question that was
    /// refused, for each location.
    pub delays: Vec<Duration>,
    /// Bytes that the process of the isolates had, one look after the other.
    pub memory: Vec<u64>,
    /// What must not happen.
    pub violations: Vec<String>,
}

/// Looks that are few enough to say nothing of growth.
const FEW: usize = 60;

impl Report {
    /// Of a life that has just begun.
    #[must_use]
    pub fn new(bound: Duration) -> Self {
        Self {
            bound,
            verifications: 0,
            unavailable: 0,
            delays: Vec::new(),
            memory: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// The least of each quarter: what is left when all that can be given back
    /// has been.
    fn quarters(&self) -> Vec<u64> {
        let length = self.memory.len().div_ceil(4).max(1);
        let quarters = self.memory.chunks(length);
        quarters
            .filter_map(|part| part.iter().min().copied())
            .collect()
    }

    /// Whether the last quarter has no more than the second, but for what a
    /// garbage collector may be about to do.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        match self.quarters().as_slice() {
            [_, second, _, last] if self.memory.len() >= FEW => *last <= second + second / 5,
            _ => true,
        }
    }

    /// What went wrong, for people.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let late = self.delays.iter().filter(|delay| **delay > self.bound);
        let late = late.map(|delay| format!("a revoked key was good for {delay:?}"));
        let grown = (!self.is_flat()).then(|| "the memory grows".to_owned());
        self.violations
            .iter()
            .cloned()
            .chain(late)
            .chain(grown)
            .collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        let rank = |percent: usize| {
            let at = (delays.len() * percent).div_ceil(100).saturating_sub(1);
            delays.get(at).copied().unwrap_or_default().as_millis()
        };
        let quarters = self.quarters();
        let quarters: Vec<String> = quarters
            .iter()
            .map(|bytes| format!("{} MB", bytes / 1_000_000))
            .collect();
        writeln!(
            to,
            "steady          B = {} s, KV stale for five minutes",
            self.bound.as_secs()
        )?;
        writeln!(
            to,
            "verifications   {}, unavailable {}",
            self.verifications, self.unavailable
        )?;
        writeln!(
            to,
            "until refused   p50 {} ms, p90 {} ms, p99 {} ms, worst {} ms, of {} revocations at a location",
            rank(50),
            rank(90),
            rank(99),
            rank(100),
            delays.len()
        )?;
        write!(
            to,
            "memory          {} at least in each quarter",
            quarters.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_grows_and_late_refusals_are_failures() {
        let mut report = Report::new(Duration::from_secs(10));
        report.memory = (0..100).map(|at| 100 + at % 20).collect();
        report.delays = vec![Duration::from_secs(9)];
        assert!(report.failures().is_empty());
        report.memory = (0..100).map(|at| 100 + at).collect();
        assert_eq!(report.failures(), ["the memory grows"]);
        report.memory.truncate(8);
        report.delays.push(Duration::from_secs(11));
        assert_eq!(report.failures(), ["a revoked key was good for 11s"]);
    }
}
