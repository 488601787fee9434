//! Which region's feed is asked.

use crate::{instant::Instant, region::Region};

/// A feed that did not answer is left alone for this long.
const REST_MILLIS: i64 = 5_000;

/// After this long with another region's feed the own one is tried again. Each
/// change of feeds costs a load of the whole window.
const RETURN_MILLIS: i64 = 60_000;

#[derive(Debug)]
struct Source {
    region: Region,
    rests_until: Option<Instant>,
}

impl Source {
    fn is_up(&self, now: Instant) -> bool {
        self.rests_until.is_none_or(|end| now >= end)
    }
}

/// The feeds in the order in which they are asked: the isolate's own, then the
/// nearest.
#[derive(Debug)]
pub(super) struct Sources {
    order: Vec<Source>,
    current: Option<(Region, Instant)>,
}

impl Sources {
    pub(super) fn new(order: Vec<Region>) -> Self {
        let source = |region| Source {
            region,
            rests_until: None,
        };
        Self {
            order: order.into_iter().map(source).collect(),
            current: None,
        }
    }

    /// Rule 7, its first half. `None` when every feed failed a moment ago.
    pub(super) fn pick(&self, now: Instant) -> Option<Region> {
        let mut up = self.order.iter().filter(|source| source.is_up(now));
        let best = up.next()?.region;
        match self.current {
            Some((current, since)) if now.as_millis() - since.as_millis() < RETURN_MILLIS => {
                let current = core::iter::once(best)
                    .chain(up.map(|source| source.region))
                    .find(|region| *region == current);
                Some(current.unwrap_or(best))
            }
            _ => Some(best),
        }
    }

    pub(super) fn answered(&mut self, region: Region, now: Instant) {
        if self.current.is_none_or(|(current, _)| current != region) {
            self.current = Some((region, now));
        }
        self.rest(region, None);
    }

    pub(super) fn failed(&mut self, region: Region, now: Instant) {
        if let Some((current, since)) = &mut self.current
            && *current != region
        {
            *since = now;
        }
        self.rest(region, Some(now.plus_millis(REST_MILLIS)));
    }

    fn rest(&mut self, region: Region, until: Option<Instant>) {
        let mut order = self.order.iter_mut();
        if let Some(source) = order.find(|source| source.region == region) {
            source.rests_until = until;
        }
    }

    /// After the clock stepped back no end of a rest means anything.
    pub(super) fn forget_times(&mut self, now: Instant) {
        for source in &mut self.order {
            source.rests_until = None;
        }
        if let Some((_, since)) = &mut self.current {
            *since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Region::{Apac, Enam, Weur};

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis).unwrap()
    }

    #[test]
    fn rule_7_another_feed_is_asked_when_one_fails_and_the_own_one_again_later() {
        let mut sources = Sources::new(vec![Weur, Enam, Apac]);
        assert_eq!(sources.pick(at(0)), Some(Weur));
        sources.failed(Weur, at(0));
        assert_eq!(sources.pick(at(1)), Some(Enam));
        sources.answered(Enam, at(1));
        // It stays there, although its own is not resting any more …
        assert_eq!(sources.pick(at(REST_MILLIS)), Some(Enam));
        // … until it has been away for long.
        assert_eq!(sources.pick(at(1 + RETURN_MILLIS)), Some(Weur));
        sources.failed(Enam, at(2));
        sources.failed(Apac, at(2));
        assert_eq!(sources.pick(at(3)), None);
        assert_eq!(sources.pick(at(REST_MILLIS)), Some(Weur));
    }
}
