//! How often somebody failed to sign in lately.
//!
//! A token has 178 random bits, so nobody guesses one, and no limit is needed
//! against that: this one is against noise. It counts by address and by nothing
//! else. A wrong token names nobody, so there is no member whose attempts could be
//! counted, and none who could be locked out from elsewhere. It counts in memory:
//! what a new instance forgets is a minute's worth, and nobody fills a store.

use core::net::IpAddr;

use crate::{
    instant::Instant,
    network::address,
    problem::{Code, Problem},
};

/// A minute, in milliseconds; `Retry-After` says so.
const WINDOW: i64 = 60_000;
/// What nobody reaches who only pasted the wrong thing.
const MOST: u8 = 10;
/// More are not remembered: the oldest is forgotten then.
const ADDRESSES: usize = 1_000;

/// By address: how many, and since when. The oldest comes first.
#[derive(Debug, Default)]
pub struct Attempts(Vec<(u64, u8, Instant)>);

impl Attempts {
    /// Whether one more is looked at. A good token waits, too: whether it is good
    /// must not be told.
    ///
    /// # Errors
    ///
    /// `too_many_attempts`.
    pub fn check(&self, address: &str, now: Instant) -> Result<(), Problem> {
        let from = network(address);
        let over = |(other, count, since): &(u64, u8, Instant)| {
            *other == from && *count >= MOST && is_recent(*since, now)
        };
        if self.0.iter().any(over) {
            return Err(Problem::new(
                Code::TooManyAttempts,
                "Too many sign-ins from this address have failed. Wait a minute, then try again.",
            ));
        }
        Ok(())
    }

    /// Notes one that failed.
    pub fn failed(&mut self, address: &str, now: Instant) {
        let from = network(address);
        self.0.retain(|(_, _, since)| is_recent(*since, now));
        if let Some((_, count, _)) = self.0.iter_mut().find(|(other, _, _)| *other == from) {
            *count = count.saturating_add(1);
            return;
        }
        if self.0.len() >= ADDRESSES {
            self.0.remove(0);
        }
        self.0.push((from, 1, now));
    }
}

/// A clock that stepped back makes nobody wait for it.
fn is_recent(since: Instant, now: Instant) -> bool {
    (0..WINDOW).contains(&(now.as_millis() - since.as_millis()))
}

/// An address of IPv4; of IPv6 the network, for whoever has one has all of it. What
/// is neither counts as one.
fn network(address: &str) -> u64 {
    match address::parse(address).map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => u64::from(u32::from(address)),
        Some(IpAddr::V6(address)) => u64::try_from(u128::from(address) >> 64).unwrap_or_default(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    fn fail(attempts: &mut Attempts, address: &str, times: usize, now: i64) {
        for _ in 0..times {
            attempts.failed(address, at(now));
        }
    }

    #[test]
    fn who_failed_ten_times_waits_until_the_minute_is_over() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 9, 1_000);
        assert!(attempts.check("203.0.113.7", at(1_000)).is_ok());
        fail(&mut attempts, "203.0.113.7", 1, 30_000);
        let refused = attempts.check("203.0.113.7", at(60_999)).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyAttempts);
        assert!(attempts.check("203.0.113.7", at(61_000)).is_ok());
        // The next minute is another one.
        fail(&mut attempts, "203.0.113.7", 1, 61_000);
        assert!(attempts.check("203.0.113.7", at(61_000)).is_ok());
    }

    #[test]
    fn nobody_waits_for_what_others_did() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 50, 0);
        fail(&mut attempts, "2001:db8:0:1::7", 50, 0);
        for other in ["203.0.113.8", "2001:db8:0:2::7", "", "::1"] {
            assert!(attempts.check(other, at(0)).is_ok(), "{other}");
        }
        for same in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8:0:1:ffff::1"] {
            assert!(attempts.check(same, at(0)).is_err(), "{same}");
        }
    }

    #[test]
    fn many_addresses_take_no_more_room_than_is_given() {
        let mut attempts = Attempts::default();
        for number in 0..5_000_u32 {
            attempts.failed(&core::net::Ipv4Addr::from(number).to_string(), at(0));
        }
        assert_eq!(attempts.0.len(), ADDRESSES);
    }

    #[test]
    fn a_clock_that_steps_back_locks_nobody_out() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 10, 1_000_000);
        assert!(attempts.check("203.0.113.7", at(999_999)).is_ok());
    }
}
