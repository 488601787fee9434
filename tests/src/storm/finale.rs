//! The end of a storm: all is healed, so all must work and agree.
//!
//! Every key is brought to a confirmed state, and then every token of it is read
//! at every isolate, those of before and fresh ones. What locations remember of
//! KV stays as stale as it is.

use std::{
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{acts::act, asks::read, calm, known::Known, probe::probe, shared::Shared};
use crate::{
    deadline,
    globe::Globe,
    model::{Action, Ask, Outcome},
};

/// A moment more than the bound, for the clocks.
const MOMENT: Duration = Duration::from_millis(60);

type Step = fn(&Shared, &Known);
type Asks = fn(&Known) -> Vec<Ask>;

/// What is done to each key, and what is asked of it when that is known everywhere.
const STEPS: [(Step, Asks); 3] = [
    (settle, Known::asks),
    (calm::begin, Known::good),
    (calm::change, Known::asks),
];

pub(super) fn play(globe: &mut Globe, shared: &Shared) {
    let keys = shared.keys();
    for (step, asks) in STEPS {
        in_parts(&keys, |known| step(shared, known));
        thread::sleep(crate::globe::BOUND + MOMENT);
        read_everywhere(shared, &keys, asks);
    }
    shared.generation.fetch_add(1, Ordering::SeqCst);
    globe.edges().crash();
    shared.generation.fetch_add(1, Ordering::SeqCst);
    shared.recorder.note("fresh isolates for the end");
    shared.recorder.write(|history| history.restarts += 1);
    // Some at once, and some when all that the isolate knows of them is what its
    // view kept.
    let (now, later) = keys.split_at(keys.len() / 2);
    read_everywhere(shared, now, Known::asks);
    thread::sleep(crate::globe::BOUND);
    read_everywhere(shared, later, Known::asks);
    for location in globe.locations() {
        for isolate in &location.isolates {
            probe(globe, shared, location, isolate);
        }
    }
}

fn in_parts(keys: &[Arc<Known>], work: impl Fn(&Known) + Sync) {
    thread::scope(|scope| {
        for part in keys.chunks(keys.len().div_ceil(3).max(1)) {
            scope.spawn(|| part.iter().for_each(|known| work(known)));
        }
    });
}

/// Asks for what the key is already, until every region has confirmed it.
fn settle(shared: &Shared, known: &Known) {
    let isolate = &shared.desk;
    let ask = Ask::default();
    insist(shared, "a strong read", || {
        read(shared, isolate, &shared.root, known, ask, true).map(|code| {
            let action = match code.as_str() {
                "valid" | "expired" => Action::Unblock,
                "blocked" => Action::Block,
                "revoked" => Action::Revoke,
                // The checker says what is wrong with it.
                _ => return,
            };
            confirm(shared, known, action);
        })
    });
}

/// Asks for it until every region has confirmed.
pub(super) fn confirm(shared: &Shared, known: &Known, action: Action) {
    insist(shared, "every region confirms", || {
        let outcome = act(shared, &shared.desk, known, action);
        // What is refused now will be.
        (outcome.is_everywhere() || outcome == Outcome::Refused).then_some(())
    });
}

fn read_everywhere(shared: &Shared, keys: &[Arc<Known>], asks: Asks) {
    thread::scope(|scope| {
        for isolate in &shared.isolates {
            scope.spawn(move || {
                for known in keys {
                    for ask in asks(known) {
                        insist(shared, "a verdict", || {
                            read(shared, isolate, &shared.root, known, ask, false)
                        });
                    }
                }
            });
        }
    });
}

/// Tries until it is done; that it never is would be a fault of its own. Whether
/// it is done is the answer.
pub(super) fn insist<T>(
    shared: &Shared,
    what: &str,
    mut attempt: impl FnMut() -> Option<T>,
) -> bool {
    let end = Instant::now() + deadline::EVENT;
    while attempt().is_none() {
        if Instant::now() > end {
            let now = shared.recorder.now();
            let text = format!("{what}: not within {:?} of the end", deadline::EVENT);
            shared
                .recorder
                .write(|history| history.stuck.push((now, text)));
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
    true
}
