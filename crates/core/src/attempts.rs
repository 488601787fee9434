//! How often somebody signed in lately, or failed to.
//!
//! A token has 178 random bits, so nobody guesses one, and no limit is needed
//! against that: this one is against noise. What failed counts by address: a wrong
//! token names nobody, so nobody can be locked out from elsewhere. What did not counts
//! by member, for a program that signs in again and again. It counts in memory: what a
//! new instance forgets is a minute's worth, and nobody fills a store.

use core::net::IpAddr;

use crate::{
    id::MemberId,
    instant::Instant,
    network::address,
    problem::{Code, Problem},
};

/// A minute, in milliseconds; `Retry-After` says so.
const WINDOW: i64 = 60_000;
/// More are not remembered: the oldest is forgotten then.
const REMEMBERED: usize = 1_000;

/// Whose attempts are counted: those from an address, that failed, or those of a
/// member, that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose(u64);

/// No address that anybody calls from begins so, nor a letter or a digit.
const MEMBER: u64 = 1 << 63;

impl Whose {
    /// Of IPv4 the address, of IPv6 the network: whoever has one has all of it. What is
    /// no address counts as one.
    #[must_use]
    pub fn address(text: &str) -> Self {
        Self(
            match address::parse(text).map(|address| address.to_canonical()) {
                Some(IpAddr::V4(address)) => u64::from(u32::from(address)),
                Some(IpAddr::V6(address)) => {
                    u64::try_from(u128::from(address) >> 64).unwrap_or_default()
                }
                None => 0,
            },
        )
    }

    /// The first eight of the random letters and digits of the id are enough.
    #[must_use]
    pub fn member(id: MemberId) -> Self {
        let first = id.body().first_chunk().copied().unwrap_or_default();
        Self(u64::from_be_bytes(first) | MEMBER)
    }
}

/// How many, and since when. The oldest comes first.
#[derive(Debug, Default)]
pub struct Attempts(Vec<(Whose, u8, Instant)>);

impl Attempts {
    /// Whether one more is looked at. From an address a good token waits, too:
    /// whether it is good must not be told.
    ///
    /// # Errors
    ///
    /// `too_many_attempts`.
    pub fn check(&self, whose: Whose, now: Instant) -> Result<(), Problem> {
        // What nobody reaches who only pasted the wrong thing, and no member by hand.
        let (most, why) = match whose.0 & MEMBER {
            0 => (
                10,
                "Too many sign-ins from this address have failed. Wait a minute, then try again.",
            ),
            _ => (
                30,
                "You have signed in too often. Wait a minute, then try again.",
            ),
        };
        let over = |(other, count, since): &(Whose, u8, Instant)| {
            *other == whose && *count >= most && is_recent(*since, now)
        };
        if self.0.iter().any(over) {
            return Err(Problem::new(Code::TooManyAttempts, why));
        }
        Ok(())
    }

    /// Notes one.
    pub fn note(&mut self, whose: Whose, now: Instant) {
        self.0.retain(|(_, _, since)| is_recent(*since, now));
        if let Some((_, count, _)) = self.0.iter_mut().find(|(other, _, _)| *other == whose) {
            *count = count.saturating_add(1);
            return;
        }
        if self.0.len() >= REMEMBERED {
            self.0.remove(0);
        }
        self.0.push((whose, 1, now));
    }
}

/// A clock that stepped back makes nobody wait for it.
fn is_recent(since: Instant, now: Instant) -> bool {
    (0..WINDOW).contains(&(now.as_millis() - since.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::testing::Seeded;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    fn fail(attempts: &mut Attempts, address: &str, times: usize, now: i64) {
        for _ in 0..times {
            attempts.note(Whose::address(address), at(now));
        }
    }

    #[test]
    fn who_failed_ten_times_waits_until_the_minute_is_over() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 9, 1_000);
        assert!(
            attempts
                .check(Whose::address("203.0.113.7"), at(1_000))
                .is_ok()
        );
        fail(&mut attempts, "203.0.113.7", 1, 30_000);
        let refused = attempts
            .check(Whose::address("203.0.113.7"), at(60_999))
            .unwrap_err();
        assert_eq!(refused.code(), Code::TooManyAttempts);
        assert!(
            attempts
                .check(Whose::address("203.0.113.7"), at(61_000))
                .is_ok()
        );
        // The next minute is another one.
        fail(&mut attempts, "203.0.113.7", 1, 61_000);
        assert!(
            attempts
                .check(Whose::address("203.0.113.7"), at(61_000))
                .is_ok()
        );
    }

    #[test]
    fn nobody_waits_for_what_others_did() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 50, 0);
        fail(&mut attempts, "2001:db8:0:1::7", 50, 0);
        for other in ["203.0.113.8", "2001:db8:0:2::7", "", "::1"] {
            assert!(
                attempts.check(Whose::address(other), at(0)).is_ok(),
                "{other}"
            );
        }
        for same in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8:0:1:ffff::1"] {
            assert!(
                attempts.check(Whose::address(same), at(0)).is_err(),
                "{same}"
            );
        }
    }

    #[test]
    fn many_addresses_take_no_more_room_than_is_given() {
        let mut attempts = Attempts::default();
        for number in 0..5_000_u32 {
            let address = core::net::Ipv4Addr::from(number).to_string();
            attempts.note(Whose::address(&address), at(0));
        }
        assert_eq!(attempts.0.len(), REMEMBERED);
    }

    #[test]
    fn a_member_waits_after_thirty_and_no_other_does() {
        let mut attempts = Attempts::default();
        let one = Whose::member(MemberId::mint(&mut Seeded::new(1)).unwrap());
        let other = Whose::member(MemberId::mint(&mut Seeded::new(2)).unwrap());
        for _ in 0..30 {
            assert!(attempts.check(one, at(0)).is_ok());
            attempts.note(one, at(0));
        }
        let refused = attempts.check(one, at(59_999)).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyAttempts);
        assert!(attempts.check(one, at(60_000)).is_ok());
        assert!(attempts.check(other, at(0)).is_ok());
    }

    #[test]
    fn a_clock_that_steps_back_locks_nobody_out() {
        let mut attempts = Attempts::default();
        fail(&mut attempts, "203.0.113.7", 10, 1_000_000);
        assert!(
            attempts
                .check(Whose::address("203.0.113.7"), at(999_999))
                .is_ok()
        );
    }
}
