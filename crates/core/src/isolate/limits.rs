//! How old what an isolate knows may be, and how much of it there may be.

use core::fmt;

/// The settings behind promise 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    bound_millis: i64,
    grace_millis: i64,
    window_millis: i64,
    window_entries: usize,
    cache_entries: usize,
}

/// A setting is out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    /// Which.
    pub setting: &'static str,
    /// At least.
    pub least: i64,
    /// At most.
    pub most: i64,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} must be a whole number from {} to {}",
            self.setting, self.least, self.most
        )
    }
}

impl core::error::Error for OutOfRange {}

/// Bytes that the cached records of one isolate may take: an eighth of what the
/// platform gives it.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            bound_millis: 10_000,
            grace_millis: 0,
            window_millis: 3_600_000,
            window_entries: 20_000,
            cache_entries: 20_000,
        }
    }
}

impl Limits {
    /// The settings by their names, with their defaults and ranges.
    pub const SETTINGS: [(&'static str, i64, i64, i64); 5] = [
        ("BOUND_SECONDS", 10, 1, 300),
        ("STALE_GRACE_SECONDS", 0, 0, 86_400),
        ("WINDOW_SECONDS", 3_600, 1, 86_400),
        ("WINDOW_ENTRIES", 20_000, 0, 200_000),
        ("CACHE_ENTRIES", 20_000, 0, 200_000),
    ];

    /// Reads the settings; `value` gives the text of one, where it is set. One
    /// that is out of its range goes to `note`, and its default is used.
    pub fn read(
        value: impl Fn(&'static str) -> Option<String>,
        mut note: impl FnMut(OutOfRange),
    ) -> Self {
        let mut values = [0_i64; 5];
        for (slot, (setting, default, least, most)) in values.iter_mut().zip(Self::SETTINGS) {
            *slot = match value(setting) {
                None => default,
                Some(text) => match text.trim().parse() {
                    Ok(number) if (least..=most).contains(&number) => number,
                    _ => {
                        note(OutOfRange {
                            setting,
                            least,
                            most,
                        });
                        default
                    }
                },
            };
        }
        let [bound, grace, window, window_entries, cache_entries] = values;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        Self {
            bound_millis: bound * 1_000,
            grace_millis: grace * 1_000,
            // A window shorter than the bound would forget what is still needed.
            window_millis: window.max(bound) * 1_000,
            window_entries: count(window_entries),
            cache_entries: count(cache_entries),
        }
    }

    /// B: how old a view may be for a verification that starts now.
    #[must_use]
    pub fn bound_millis(&self) -> i64 {
        self.bound_millis
    }

    /// How much older than B it may be where the operator prefers an old
    /// answer to none.
    #[must_use]
    pub fn grace_millis(&self) -> i64 {
        self.grace_millis
    }

    /// W: how long a change is kept, in feeds and isolates. Promise 4 assumes
    /// that the store is never staler than this.
    #[must_use]
    pub fn window_millis(&self) -> i64 {
        self.window_millis
    }

    /// How long a feed keeps a change, and a workspace tells a feed of it. It is
    /// longer than W, because a change may be announced again a quarter of W
    /// late (see the outbox).
    #[must_use]
    pub fn retention_millis(&self) -> i64 {
        self.window_millis + self.window_millis / 4
    }

    /// How long after a change was announced it is announced again, if the
    /// store still does not have it.
    #[must_use]
    pub fn reannounce_millis(&self) -> i64 {
        self.window_millis / 4
    }

    /// Changes that a window may have to be loaded as a whole.
    #[must_use]
    pub fn window_entries(&self) -> usize {
        self.window_entries
    }

    /// Records that the cache of an isolate holds at most.
    #[must_use]
    pub fn cache_entries(&self) -> usize {
        self.cache_entries
    }

    /// And how many bytes of them.
    #[must_use]
    pub fn cache_bytes(&self) -> usize {
        CACHE_BYTES
    }

    /// From this age on a poll is begun beside the verification.
    #[must_use]
    pub fn poll_after_millis(&self) -> i64 {
        self.bound_millis / 2
    }

    /// From this age on a verification waits for its poll.
    #[must_use]
    pub fn wait_after_millis(&self) -> i64 {
        self.bound_millis - self.margin_millis()
    }

    /// From this age on nothing is answered from the view, whatever became of
    /// the poll. What is left of B is for the clock: it stands still between two
    /// events, so a verification may have begun later than it says.
    #[must_use]
    pub fn useless_after_millis(&self) -> i64 {
        self.bound_millis - self.margin_millis() / 2
    }

    /// How long after a verification it is looked whether traffic has ended, and
    /// counts wait for a poll that nobody begins. A platform that lets work go
    /// on after an answer does so for 30 s.
    #[must_use]
    pub fn flush_after_millis(&self) -> i64 {
        (self.bound_millis * 5 / 2).min(25_000)
    }

    /// How long a feed gathers counts before it passes them on.
    #[must_use]
    pub fn gather_millis(&self) -> i64 {
        (self.bound_millis * 3).min(30_000)
    }

    fn margin_millis(&self) -> i64 {
        (self.bound_millis / 5).min(2_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_out_of_range_is_noted_and_its_default_used() {
        let set = |name: &str| match name {
            "BOUND_SECONDS" => Some("1".to_owned()),
            "CACHE_ENTRIES" => Some("many".to_owned()),
            "WINDOW_SECONDS" => Some("0".to_owned()),
            _ => None,
        };
        let mut noted = Vec::new();
        let limits = Limits::read(set, |error| noted.push(error.setting));
        assert_eq!(noted, ["WINDOW_SECONDS", "CACHE_ENTRIES"]);
        assert_eq!(limits.bound_millis(), 1_000);
        assert_eq!(limits.cache_entries(), 20_000);
    }

    #[test]
    fn the_defaults_are_the_defaults() {
        let limits = Limits::read(|_| None, |error| panic!("{error}"));
        assert_eq!(limits, Limits::default());
        assert_eq!(
            (limits.poll_after_millis(), limits.wait_after_millis()),
            (5_000, 8_000)
        );
    }
}
