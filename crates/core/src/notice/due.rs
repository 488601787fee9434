//! What time alone brings about, and when to look again.

use super::{DAY, Notices, Occasion};
use crate::instant::Instant;

/// "On the day" of an end: half a day ahead, so that of a key that ends at the end
/// of a day people hear at noon.
const ON_THE_DAY: i64 = DAY / 2;

/// Stands among the leads for the end itself: there is nothing after it.
const OVER: i64 = -1;

/// What a key says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Not good from then on.
    pub ends_at: Option<Instant>,
    /// Since when nobody has used it: the last use, or else when it could have been
    /// used first. `None` where it cannot be used now, so nobody wonders.
    pub quiet_since: Option<Instant>,
}

/// What was told of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Of which end.
    pub ends_at: Option<Instant>,
    /// The shortest lead, in days, that was told of that end; below 0 the end.
    pub days: Option<i64>,
    /// Since when nobody used it, when that was told.
    pub unused_since: Option<Instant>,
}

/// What is due now, and what then was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// At most one notice of the end.
    pub ending: Option<Occasion>,
    /// Whether nobody has used it for long.
    pub unused: bool,
    /// What was told, once these are.
    pub told: Told,
    /// Before then there is nothing to tell; [`Instant::LAST`] for never.
    pub look_at: Instant,
}

/// What is to be told of a key at `now`. Each is told once, also when the clock
/// jumps: of several that have become due only the one nearest to the end, because
/// the others are not true any more. A new end is told anew, its use too.
#[must_use]
pub fn plan(facts: Facts, told: Told, notices: &Notices, now: Instant) -> Plan {
    let mut days = match told.ends_at == facts.ends_at {
        true => told.days,
        false => None,
    };
    let mut look_at = Instant::LAST;
    let mut ending = None;
    if let Some(end) = facts.ends_at {
        let mut next = OVER;
        if now < end {
            look_at = end;
            // The shortest of those that are due is the nearest to the end.
            let mut nearest = None;
            for &lead in &notices.expiry_days {
                let lead = i64::from(lead);
                let before = if lead == 0 { ON_THE_DAY } else { lead * DAY };
                let at = end.plus_millis(-before);
                if at <= now {
                    nearest = Some(nearest.map_or(lead, |nearest: i64| nearest.min(lead)));
                } else if days.is_none_or(|told| lead < told) {
                    look_at = look_at.min(at);
                }
            }
            next = nearest.unwrap_or(i64::MAX);
        }
        if next < days.unwrap_or(i64::MAX) {
            days = Some(next);
            ending = Some(match next {
                OVER => Occasion::Expired,
                _ => Occasion::Expiring,
            });
        }
    }
    let mut unused_since = told.unused_since;
    let mut unused = false;
    if let Some(quiet) = notices.unused_days
        && days != Some(OVER)
    {
        let quiet = i64::from(quiet) * DAY;
        let at = facts.quiet_since.unwrap_or(now).plus_millis(quiet);
        if now < at {
            look_at = look_at.min(at);
        } else {
            unused = unused_since != facts.quiet_since;
            unused_since = facts.quiet_since;
            // Whoever uses it from now on does not leave it for long enough before.
            look_at = look_at.min(now.plus_millis(quiet));
        }
    }
    Plan {
        ending,
        unused,
        told: Told {
            ends_at: facts.ends_at,
            days,
            unused_since,
        },
        look_at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const END: i64 = 1_000 * DAY;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    fn facts(quiet_since: i64) -> Facts {
        Facts {
            ends_at: Some(at(END)),
            quiet_since: Some(at(quiet_since)),
        }
    }

    fn leads(unused_days: Option<u16>) -> Notices {
        Notices {
            unused_days,
            ..Notices::default()
        }
    }

    /// What is told of a key when somebody looks at these times.
    fn told(notices: &Notices, looks: &[i64]) -> Vec<(i64, Occasion, Option<i64>)> {
        let mut told = Told::default();
        let mut all = Vec::new();
        for &look in looks {
            let plan = plan(facts(END - 20 * DAY), told, notices, at(look));
            told = plan.told;
            all.extend(plan.ending.map(|ending| (look, ending, told.days)));
        }
        all
    }

    #[test]
    fn each_lead_is_told_once_and_then_the_end() {
        use Occasion::{Expired, Expiring};
        let mut looks = Vec::new();
        let mut now = at(END - 20 * DAY);
        let mut state = Told::default();
        // As the alarm does it.
        while now < Instant::LAST {
            looks.push(now.as_millis());
            let plan = plan(facts(0), state, &leads(None), now);
            state = plan.told;
            now = plan.look_at;
        }
        let expected = [
            (END - 14 * DAY, Expiring, Some(14)),
            (END - 3 * DAY, Expiring, Some(3)),
            (END - DAY, Expiring, Some(1)),
            (END - DAY / 2, Expiring, Some(0)),
            (END, Expired, Some(OVER)),
        ];
        assert_eq!(looks.len(), 6);
        assert_eq!(told(&leads(None), &looks), expected);
    }

    #[test]
    fn a_clock_that_jumps_tells_only_what_is_nearest() {
        use Occasion::{Expired, Expiring};
        let none = leads(None);
        assert_eq!(
            told(&none, &[END - 20 * DAY, END - 2 * DAY, END - 2 * DAY + 1]),
            [(END - 2 * DAY, Expiring, Some(3))]
        );
        assert_eq!(
            told(&none, &[END - 20 * DAY, END + 9 * DAY, END + 10 * DAY]),
            [(END + 9 * DAY, Expired, Some(OVER))]
        );
        // Back and forth again.
        assert_eq!(
            told(&none, &[END - DAY, END - 14 * DAY, END - DAY, END, END - 1]).len(),
            2
        );
    }

    #[test]
    fn another_end_is_told_anew() {
        let before = plan(facts(0), Told::default(), &leads(None), at(END)).told;
        let longer = Facts {
            ends_at: Some(at(END + 30 * DAY)),
            ..facts(0)
        };
        let looked = plan(longer, before, &leads(None), at(END + 1));
        assert_eq!((looked.ending, looked.look_at), (None, at(END + 16 * DAY)));
        let due = plan(longer, looked.told, &leads(None), looked.look_at);
        assert_eq!(due.ending, Some(Occasion::Expiring));
        let without = Facts {
            ends_at: None,
            ..facts(0)
        };
        let looked = plan(without, before, &leads(None), at(END + 1));
        assert_eq!((looked.ending, looked.look_at), (None, Instant::LAST));
    }

    #[test]
    fn a_key_that_nobody_uses_is_told_once_until_it_is_used() {
        let quiet = |since| Facts {
            ends_at: None,
            quiet_since: Some(at(since)),
        };
        let ninety = leads(Some(90));
        let first = plan(quiet(0), Told::default(), &ninety, at(DAY));
        assert_eq!((first.unused, first.look_at), (false, at(90 * DAY)));
        let due = plan(quiet(0), first.told, &ninety, at(90 * DAY));
        assert_eq!((due.unused, due.look_at), (true, at(180 * DAY)));
        let again = plan(quiet(0), due.told, &ninety, at(180 * DAY));
        assert!(!again.unused);
        // Used meanwhile, and then not again.
        let used = plan(quiet(100 * DAY), again.told, &ninety, at(181 * DAY));
        assert_eq!((used.unused, used.look_at), (false, at(190 * DAY)));
        assert!(plan(quiet(100 * DAY), used.told, &ninety, at(190 * DAY)).unused);
        // Out of use, nobody wonders; nor where nobody wants to know.
        let blocked = Facts {
            quiet_since: None,
            ..quiet(0)
        };
        assert!(!plan(blocked, Told::default(), &ninety, at(500 * DAY)).unused);
        let off = plan(quiet(0), Told::default(), &leads(None), at(500 * DAY));
        assert_eq!((off.unused, off.look_at), (false, Instant::LAST));
    }

    proptest! {
        /// Under any clock: no lead twice, none after a shorter one, nothing that is
        /// not true, and whoever looks when they were told to misses nothing.
        #[test]
        fn each_notice_comes_once_under_any_clock(
            looks in prop::collection::vec(END - 40 * DAY..END + 40 * DAY, 1..60),
            days in prop::collection::vec(0_u16..60, 0..8),
            sorted in any::<bool>(),
        ) {
            let notices = Notices { expiry_days: days, ..leads(None) };
            let mut looks = looks;
            if sorted {
                looks.sort_unstable();
            }
            let all = told(&notices, &looks);
            for pair in all.windows(2) {
                prop_assert!(pair[1].2 < pair[0].2, "{all:?}");
            }
            for (look, occasion, days) in all {
                prop_assert_eq!(occasion == Occasion::Expired, look >= END);
                let days = days.unwrap();
                let lead = if days == 0 { DAY / 2 } else { days * DAY };
                prop_assert!(look >= END || END - look <= lead);
            }
        }

        #[test]
        fn nothing_is_due_before_the_time_to_look(
            start in END - 40 * DAY..END + DAY,
            days in prop::collection::vec(0_u16..60, 0..8),
            since in END - 200 * DAY..END,
            part in 0.0..1.0_f64,
        ) {
            let notices = Notices { expiry_days: days, ..Notices::default() };
            let first = plan(facts(since), Told::default(), &notices, at(start));
            prop_assert!(first.look_at > at(start));
            let ahead = first.look_at.as_millis().min(END + 400 * DAY) - start;
            let between = start + (ahead as f64 * part) as i64;
            let next = plan(facts(since), first.told, &notices, at(between));
            prop_assert_eq!((next.ending, next.unused), (None, false));
        }
    }
}
