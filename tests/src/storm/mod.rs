//! A storm: random changes and verifications at every location while things
//! break and heal, from a seed, with everything written down and checked.
//!
//! The seed decides what is asked and what breaks when. What meets what is up
//! to the machine, so a seed that failed may need more than one replay.

mod acts;
mod asks;
mod calm;
mod director;
mod epilogue;
mod finale;
mod known;
mod load;
mod plan;
mod probe;
mod settings;
mod shared;
mod trouble;

use std::{sync::atomic::Ordering, thread};

pub use settings::Settings;

use crate::{
    model::{Findings, History, Rules, Violation, check},
    storm::{director::Director, plan::Plan, shared::Shared},
};

/// One storm that is over.
#[derive(Debug)]
pub struct Storm {
    /// What it was like.
    pub settings: Settings,
    /// What happened.
    pub history: History,
    /// What that shows.
    pub findings: Findings,
    /// How many operations met a fault.
    pub faults: usize,
}

impl Storm {
    /// Runs the storm of that seed.
    ///
    /// # Panics
    /// When workerd or the Worker is missing, does not start, or falls.
    #[must_use]
    pub fn run(seed: u64) -> Self {
        let settings = Settings::of(seed);
        let mut globe = settings.globe();
        let shared = Shared::new(&globe);
        let plan = Plan::of(&settings);
        load::first_keys(&shared);
        thread::scope(|scope| {
            for number in 0..settings.changers {
                let (shared, settings) = (&shared, &settings);
                scope.spawn(move || load::change(shared, settings, number));
            }
            for number in 0..shared.isolates.len() {
                let (shared, settings) = (&shared, &settings);
                scope.spawn(move || asks::ask(shared, settings, number));
            }
            let directed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                Director::new(&mut globe, &shared).follow(&plan);
            }));
            shared.stop.store(true, Ordering::SeqCst);
            // What still hangs in a fault should not hold up the end.
            globe.heal();
            shared.recorder.note("all is healed");
            if let Err(panic) = directed {
                std::panic::resume_unwind(panic);
            }
        });
        finale::play(&mut globe, &shared);
        epilogue::play(&mut globe, &shared);
        let history = shared.recorder.history();
        let findings = check(&history, Rules::of(settings.bound));
        Self {
            settings,
            history,
            findings,
            faults: globe.faults_met(),
        }
    }

    /// What went wrong, for people: the seed, the first violations, and what
    /// led to them.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let violations = &self.findings.violations;
        if violations.is_empty() {
            return None;
        }
        let mut text = format!(
            "seed {} broke {} rules; again with KEYWAY_SEED={0}\n{:?}\n",
            self.settings.seed,
            violations.len(),
            self.settings,
        );
        // One of each kind, the earliest.
        for (at, violation) in violations.iter().enumerate() {
            let same = |earlier: &&Violation| earlier.rule == violation.rule;
            match violations[..at].iter().filter(same).count() {
                0 => text += &self.history.story(violation),
                1..4 => text += &format!("also {:?}: {}\n", violation.key, violation.text),
                _ => {}
            }
        }
        Some(text)
    }
}
