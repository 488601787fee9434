//! The end of a storm: all is healed, so all must work and agree.
//!
//! Every key is brought to a confirmed state, and then read at every isolate,
//! those of before and fresh ones. What locations remember of KV stays as
//! stale as it is.

use std::{
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    load,
    shared::{Known, Shared},
};
use crate::{
    client::Request,
    deadline,
    globe::{Globe, Isolate, Location},
    kv::Kind,
    model::{Action, Probe},
    tokens,
};

/// A moment more than the bound, for the clocks.
const MOMENT: Duration = Duration::from_millis(60);

pub(super) fn play(globe: &mut Globe, shared: &Shared) {
    let keys = shared.keys();
    let isolate = &shared.desk;
    thread::scope(|scope| {
        for part in keys.chunks(keys.len().div_ceil(3).max(1)) {
            scope.spawn(move || {
                for known in part {
                    settle(shared, isolate, known);
                }
            });
        }
    });
    thread::sleep(crate::globe::BOUND + MOMENT);
    read_everywhere(shared, &keys);
    shared.generation.fetch_add(1, Ordering::SeqCst);
    globe.edges().crash();
    shared.generation.fetch_add(1, Ordering::SeqCst);
    shared.recorder.note("fresh isolates for the end");
    shared.recorder.write(|history| history.restarts += 1);
    // Some at once, and some when all that the isolate knows of them is what its
    // view kept.
    let (now, later) = keys.split_at(keys.len() / 2);
    read_everywhere(shared, now);
    thread::sleep(crate::globe::BOUND);
    read_everywhere(shared, later);
    for location in globe.locations() {
        for isolate in &location.isolates {
            probe(globe, shared, location, isolate);
        }
    }
}

/// Asks for what the key is already, until every region has confirmed it.
fn settle(shared: &Shared, isolate: &Isolate, known: &Arc<Known>) {
    insist(shared, "a strong read", || {
        load::read(shared, isolate, &shared.root, known, true).map(|code| {
            let action = match code.as_str() {
                "valid" => Action::Unblock,
                "blocked" => Action::Block,
                "revoked" => Action::Revoke,
                // The checker says what is wrong with it.
                _ => return,
            };
            insist(shared, "every region confirms", || {
                let outcome = load::act(shared, isolate, known, action);
                outcome.is_everywhere().then_some(())
            });
            // Promise 5: it must be refused, and change nothing.
            if action == Action::Revoke {
                load::act(shared, isolate, known, Action::Unblock);
            }
        })
    });
}

fn read_everywhere(shared: &Shared, keys: &[Arc<Known>]) {
    thread::scope(|scope| {
        for isolate in &shared.isolates {
            scope.spawn(move || {
                for known in keys {
                    insist(shared, "a verdict", || {
                        load::read(shared, isolate, &shared.root, known, false)
                    });
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

/// Counts what a malformed token costs, while nothing else goes on.
fn probe(globe: &Globe, shared: &Shared, location: &Location, isolate: &Isolate) {
    let counts = || {
        let reads = location.kv.history();
        let reads = reads.iter().filter(|done| done.kind == Kind::Get).count();
        let calls = globe.gate().calls_where(|way| way.from == location.region);
        (reads, calls)
    };
    // A poll in the background may still be under way.
    let mut before = counts();
    for _ in 0..20 {
        thread::sleep(Duration::from_millis(50));
        if std::mem::replace(&mut before, counts()) == before {
            break;
        }
    }
    let wrong_checksum = format!("kw_live_{}000000", tokens::random(30));
    for token in ["x", "kw_live_", &wrong_checksum] {
        let question = json!({ "token": token });
        let request = Request::post("/v1/verify")
            .bearer(&shared.root)
            .json(&question);
        let Ok(answer) = isolate.door.try_send(&request) else {
            continue;
        };
        let (reads, calls) = counts();
        let probe = Probe {
            at: shared.recorder.now(),
            isolate: isolate.name.clone(),
            code: answer.json()["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            store_reads: reads - before.0,
            object_calls: calls - before.1,
        };
        shared.recorder.write(|history| history.probes.push(probe));
    }
}
