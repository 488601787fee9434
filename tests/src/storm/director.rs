//! Does to the world what the plan says.

use std::{collections::BTreeMap, sync::atomic::Ordering, thread, time::Instant};

use super::{
    plan::{Event, Fate, Kill, Plan},
    shared::Shared,
};
use crate::{
    globe::{Globe, REGIONS},
    object::Saved,
};

pub(super) struct Director<'a> {
    globe: &'a mut Globe,
    shared: &'a Shared,
    /// The feeds at the last kill.
    saved: BTreeMap<&'static str, Saved>,
}

impl<'a> Director<'a> {
    pub(super) fn new(globe: &'a mut Globe, shared: &'a Shared) -> Self {
        Self {
            globe,
            shared,
            saved: BTreeMap::new(),
        }
    }

    pub(super) fn follow(&mut self, plan: &Plan) {
        let start = Instant::now();
        for (at, event) in &plan.0 {
            thread::sleep(at.saturating_sub(start.elapsed()));
            self.shared.recorder.note(event.to_string());
            match event {
                Event::Begin(trouble) => trouble.begin(self.globe),
                Event::End(trouble) => trouble.end(self.globe),
                Event::Forget(region) => self.globe.location(region).kv.forget(),
                Event::Kill(kill) => self.kill(kill),
            }
        }
    }

    fn kill(&mut self, kill: &Kill) {
        if kill.edges {
            self.shared.generation.fetch_add(1, Ordering::SeqCst);
            self.globe.edges().kill();
        }
        if kill.authority {
            self.globe.authority().kill();
        }
        let now = self.shared.recorder.now();
        // What still hangs before a gate goes on when only one of them died.
        let all = kill.edges && kill.authority;
        self.shared.recorder.write(|history| {
            history.restarts += 1;
            if all {
                history.kills.push(now);
            }
        });
        if kill.authority {
            self.tamper(kill);
            self.globe.authority().start_again();
        }
        if kill.edges {
            self.globe.edges().start_again();
            self.shared.generation.fetch_add(1, Ordering::SeqCst);
        }
        self.shared.recorder.note("it is up again");
    }

    fn tamper(&mut self, kill: &Kill) {
        let now: BTreeMap<_, _> = REGIONS
            .into_iter()
            .map(|region| (region, self.globe.save_feed(region)))
            .collect();
        for (region, fate) in &kill.feeds {
            match (fate, self.saved.get(region)) {
                (Fate::Older, Some(saved)) => self.globe.restore_feed(region, saved),
                (Fate::Older, None) => {}
                (Fate::Lost, _) => self.globe.lose_feed(region),
            }
        }
        self.saved = now;
    }
}
