//! What was done, and how soon a change was known.

use std::{collections::BTreeMap, fmt, time::Duration};

use super::{Findings, History, Outcome};

/// Sums over any number of histories.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Histories.
    pub storms: usize,
    changes: BTreeMap<&'static str, usize>,
    acknowledged: usize,
    later: usize,
    refused: usize,
    unknown: usize,
    codes: BTreeMap<String, usize>,
    strong: usize,
    made_up: usize,
    malformed: usize,
    unavailable: usize,
    unanswered: usize,
    /// Faults that were met by an operation.
    pub faults: usize,
    restarts: usize,
    undecided: usize,
    delays: Vec<Duration>,
    took: Vec<Duration>,
}

/// The one of these that so many of a hundred do not exceed: the nearest rank.
fn rank(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at.min(last)).copied().unwrap_or_default()
}

impl Report {
    /// Adds one history; `faults` is how many operations met one.
    pub fn add(&mut self, history: &History, findings: &Findings, faults: usize) {
        self.storms += 1;
        self.faults += faults;
        self.restarts += history.restarts;
        self.undecided += findings.undecided;
        for change in &history.changes {
            *self.changes.entry(change.action.name()).or_default() += 1;
            *match &change.outcome {
                Outcome::Done { pending, .. } if pending.is_empty() => &mut self.acknowledged,
                Outcome::Done { .. } => &mut self.later,
                Outcome::Refused => &mut self.refused,
                Outcome::Unknown => &mut self.unknown,
            } += 1;
        }
        for reading in &history.readings {
            *self.codes.entry(reading.code.clone()).or_default() += 1;
            self.strong += usize::from(reading.strong);
        }
        self.made_up += history.made_up.len();
        self.malformed += history.probes.len();
        self.unavailable += history.unavailable;
        self.unanswered += history.unanswered;
        self.delays.extend(&findings.delays);
        self.delays.sort_unstable();
        let took = history.readings.iter();
        self.took
            .extend(took.map(|reading| reading.end - reading.start));
        self.took.sort_unstable();
    }

    /// How many verifications were answered, 503 included.
    #[must_use]
    pub fn verifications(&self) -> usize {
        let verdicts: usize = self.codes.values().sum();
        verdicts + self.made_up + self.unavailable
    }

    /// The delay that so many of a hundred confirmed narrowing changes do not exceed.
    #[must_use]
    pub fn delay(&self, percent: usize) -> Duration {
        rank(&self.delays, percent)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |counts: &mut dyn Iterator<Item = (String, usize)>| -> String {
            let parts: Vec<String> = counts
                .map(|(name, count)| format!("{name} {count}"))
                .collect();
            parts.join(", ")
        };
        let mut changes = self
            .changes
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        let mut codes = self
            .codes
            .iter()
            .map(|(code, count)| (code.clone(), *count));
        let verifications = self.verifications();
        // For people: a share in tenths of a percent is precise enough.
        let share = self.unavailable * 1_000 / verifications.max(1);
        writeln!(to, "storms          {}", self.storms)?;
        writeln!(to, "changes         {}", list(&mut changes))?;
        writeln!(
            to,
            "  answered      everywhere {}, pending {}, refused {}, no answer {}",
            self.acknowledged, self.later, self.refused, self.unknown
        )?;
        writeln!(
            to,
            "verifications   {verifications} ({} strong, {} of made-up tokens, {} malformed besides)",
            self.strong, self.made_up, self.malformed
        )?;
        writeln!(to, "  verdicts      {}", list(&mut codes))?;
        writeln!(
            to,
            "  unavailable   {} ({}.{} %), without an answer {}",
            self.unavailable,
            share / 10,
            share % 10,
            self.unanswered
        )?;
        writeln!(
            to,
            "  took          p50 {} ms, p99 {} ms",
            rank(&self.took, 50).as_millis(),
            rank(&self.took, 99).as_millis()
        )?;
        writeln!(to, "faults met      {}", self.faults)?;
        writeln!(to, "restarts        {}", self.restarts)?;
        if self.undecided > 0 {
            writeln!(to, "undecided keys  {}", self.undecided)?;
        }
        write!(
            to,
            "until refused   p50 {} ms, p90 {} ms, p99 {} ms, worst {} ms, of {} confirmed narrowing changes",
            self.delay(50).as_millis(),
            self.delay(90).as_millis(),
            self.delay(99).as_millis(),
            self.delay(100).as_millis(),
            self.delays.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Findings, History, Report};

    #[test]
    fn the_share_of_delays_is_that_of_the_nearest_rank() {
        let mut report = Report::default();
        assert_eq!(report.delay(50), Duration::ZERO);
        let findings = Findings {
            delays: (1..=10).map(Duration::from_millis).collect(),
            ..Findings::default()
        };
        report.add(&History::default(), &findings, 0);
        let delays = [50, 90, 99, 100].map(|percent| report.delay(percent).as_millis());
        assert_eq!(delays, [5, 9, 10, 10]);
    }
}
