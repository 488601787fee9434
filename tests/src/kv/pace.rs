//! The platform's limit on writes: one a second to one key.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_secs(1);

/// When each key was last written, if the limit is kept at all.
#[derive(Debug, Default)]
pub(super) struct Pace {
    kept: bool,
    last: BTreeMap<String, Instant>,
}

impl Pace {
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    /// Whether a write that arrives now is taken.
    pub(super) fn takes(&mut self, key: &str, now: Instant) -> bool {
        if !self.kept {
            return true;
        }
        let soon = |last: &Instant| now.saturating_duration_since(*last) < PAUSE;
        if self.last.get(key).is_some_and(soon) {
            return false;
        }
        self.last.insert(key.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant, Pace};

    #[test]
    fn a_second_write_within_a_second_is_not_taken() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let after = |millis| start + Duration::from_millis(millis);
        assert!(pace.takes("a", start) && pace.takes("a", start), "not kept");
        pace.keep();
        assert!(pace.takes("a", start));
        assert!(!pace.takes("a", after(999)));
        assert!(pace.takes("b", after(999)));
        assert!(pace.takes("a", after(1_000)), "a refusal does not count");
    }
}
