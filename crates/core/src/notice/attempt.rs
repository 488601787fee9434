//! When a delivery is tried, and what becomes of it.

use crate::instant::Instant;

/// Seconds after the attempt before: the schedule of Standard Webhooks 1.0.0, of
/// which the first is made at once. 75.6 hours in all.
const SCHEDULE: [i64; 10] = [
    0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

/// A letter is not worth three days: 7.6 hours.
const LETTER_ATTEMPTS: usize = 6;

/// No receiver may put a delivery off for longer, in seconds.
const LONGEST: i64 = 86_400;

/// Which way a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To an endpoint.
    Webhook,
    /// To an address.
    Letter,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answer {
    /// The receiver's HTTP status; `None` where there was no answer.
    pub status: Option<u16>,
    /// After how many seconds it wants to be asked again.
    pub retry_after: Option<i64>,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It has arrived.
    Delivered,
    /// It is tried again then.
    Again(Instant),
    /// Nobody will ever want anything there.
    Gone,
    /// It was tried often enough.
    GivenUp,
}

impl Answer {
    /// What becomes of a delivery that was tried `attempts` times, this one
    /// included. `jitter` is a random byte: up to a tenth is added, so that what was
    /// down does not get everything back at once.
    #[must_use]
    pub fn fate(self, route: Route, attempts: i64, jitter: u8, now: Instant) -> Fate {
        match self.status {
            Some(200..=299) => return Fate::Delivered,
            Some(410) => return Fate::Gone,
            _ => {}
        }
        let schedule = match route {
            Route::Webhook => &SCHEDULE[..],
            Route::Letter => SCHEDULE.get(..LETTER_ATTEMPTS).unwrap_or_default(),
        };
        let next = usize::try_from(attempts)
            .ok()
            .and_then(|at| schedule.get(at));
        let Some(wait) = next else {
            return Fate::GivenUp;
        };
        let wait = wait * 1_000;
        let wait = wait + wait / 10 * i64::from(jitter) / 255;
        // RFC 9110, section 10.2.3; RFC 6585, section 4.
        let wanted = match self.status {
            Some(429 | 503) => self.retry_after.unwrap_or(0).clamp(0, LONGEST),
            _ => 0,
        };
        Fate::Again(now.plus_millis(wait.max(wanted * 1_000)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn status(status: u16) -> Answer {
        Answer {
            status: Some(status),
            retry_after: None,
        }
    }

    #[test]
    fn a_receiver_that_never_answers_is_tried_ten_times_in_75_hours() {
        let (mut now, mut attempts) = (Instant::EPOCH, 0);
        loop {
            attempts += 1;
            match Answer::default().fate(Route::Webhook, attempts, 0, now) {
                Fate::Again(at) => now = at,
                fate => {
                    assert_eq!(fate, Fate::GivenUp);
                    break;
                }
            }
        }
        assert_eq!((attempts, now.as_millis()), (10, 272_105_000));
        assert_eq!(
            Answer::default().fate(Route::Letter, 6, 0, now),
            Fate::GivenUp
        );
    }

    #[test]
    fn only_2xx_has_arrived_and_410_is_the_end() {
        let now = Instant::EPOCH;
        for code in 100..600 {
            let fate = status(code).fate(Route::Webhook, 1, 0, now);
            match code {
                200..=299 => assert_eq!(fate, Fate::Delivered, "{code}"),
                410 => assert_eq!(fate, Fate::Gone),
                _ => assert_eq!(fate, Fate::Again(now.plus_millis(5_000)), "{code}"),
            }
        }
    }

    #[test]
    fn retry_after_counts_where_it_is_meant() {
        let wait = |code, retry_after| {
            let answer = Answer {
                status: Some(code),
                retry_after: Some(retry_after),
            };
            match answer.fate(Route::Webhook, 1, 0, Instant::EPOCH) {
                Fate::Again(at) => at.as_millis() / 1_000,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((wait(429, 60), wait(503, 60), wait(500, 60)), (60, 60, 5));
        assert_eq!((wait(429, 1), wait(429, -9)), (5, 5));
        assert_eq!(wait(503, i64::MAX), LONGEST);
    }

    proptest! {
        #[test]
        fn an_attempt_is_never_early_and_a_tenth_late_at_most(
            attempts in 1_i64..10, jitter in any::<u8>(),
        ) {
            let wait = SCHEDULE[usize::try_from(attempts).unwrap()] * 1_000;
            let Fate::Again(at) = status(500).fate(Route::Webhook, attempts, jitter, Instant::EPOCH)
            else { panic!() };
            prop_assert!((wait..=wait + wait / 10).contains(&at.as_millis()));
        }
    }
}
