//! A long life without faults: isolates that live for as long as the soak, with
//! more keys than their caches hold, a KV that is five minutes stale, and the
//! bound that is the default.
//!
//! What a storm of ten seconds cannot show: whether an isolate's memory grows,
//! and how long a revocation takes where the bound is what it usually is.

mod report;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

pub use report::Report;

use crate::{
    callers::{Admin, Created, Verifier},
    deadline,
    globe::Globe,
    kv::Hold,
    propagation::Propagation,
    random::Random,
    tokens,
};

/// B, in seconds.
const BOUND: u64 = 10;

/// What each location has read from its KV, it goes on reading for so long.
const STALE: Duration = Duration::from_secs(300);

/// Keys that are asked for all the time, and never change.
const KEYS: usize = 600;

/// Records that an isolate holds; it sees more.
const CACHE: usize = 200;

/// Threads that make a key, revoke it, and look how long it is good.
const REVOKERS: usize = 6;

/// Between two questions of one thread: what matters is how long, not how much.
const PAUSE: Duration = Duration::from_millis(10);

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_secs(5);

struct Shared {
    admin: Admin,
    /// The verifier, as each location sees it.
    places: Vec<Verifier>,
    keys: Vec<Created>,
    stop: AtomicBool,
    verifications: AtomicUsize,
    report: Mutex<Report>,
}

/// Goes on until `end`.
///
/// # Panics
/// When workerd or the Worker is missing, does not start, or falls.
#[must_use]
pub fn run(end: Instant) -> Report {
    let globe = Globe::builder()
        .text("BOUND_SECONDS", &BOUND.to_string())
        .text("CACHE_ENTRIES", &CACHE.to_string())
        .start();
    for location in globe.locations() {
        location
            .kv
            .hold(Hold::For(STALE), Hold::For(Duration::from_secs(60)));
    }
    let admin = globe.admin();
    let verifier = admin.verifier("Steady");
    let keys = (0..KEYS).map(|number| admin.create_named(&format!("Key {number}")));
    let shared = Shared {
        keys: keys.collect(),
        places: globe
            .isolates()
            .map(|isolate| Verifier {
                door: isolate.door.clone(),
                ..verifier.clone()
            })
            .collect(),
        admin,
        stop: AtomicBool::new(false),
        verifications: AtomicUsize::new(0),
        report: Mutex::new(Report::new(Duration::from_secs(BOUND))),
    };
    thread::scope(|scope| {
        for number in 0..shared.places.len() {
            let shared = &shared;
            scope.spawn(move || ask(shared, number));
        }
        for _ in 0..REVOKERS {
            scope.spawn(|| revoke(&shared));
        }
        while Instant::now() < end {
            let memory = globe.memory();
            shared.write(|report| report.memory.push(memory));
            thread::sleep(LOOK.min(end.saturating_duration_since(Instant::now())));
        }
        shared.stop.store(true, Ordering::SeqCst);
    });
    let mut report = shared
        .report
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    report.verifications = shared.verifications.into_inner();
    report
}

impl Shared {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::SeqCst)
    }

    fn write(&self, work: impl FnOnce(&mut Report)) {
        work(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn code(&self, verifier: &Verifier, token: &str) -> String {
        self.verifications.fetch_add(1, Ordering::Relaxed);
        let answer = verifier.ask(&json!({ "token": token }));
        let code = answer.json()["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if code == "unavailable" {
            self.write(|report| report.unavailable += 1);
        }
        code
    }
}

/// Keys that are good must be, and tokens that were never made must not.
fn ask(shared: &Shared, number: usize) {
    let place = &shared.places[number];
    let mut random = Random::new(number as u64);
    // What a location has just been told of, it may not know for B.
    let settled = Instant::now() + Duration::from_secs(BOUND);
    while shared.goes_on() {
        let (token, right) = match random.below(10) {
            0 => (tokens::token("kw_live"), "not_found"),
            _ => {
                let key = random.below(shared.keys.len());
                (shared.keys[key].token.clone(), "valid")
            }
        };
        let code = shared.code(place, &token);
        if code != right && code != "unavailable" && Instant::now() > settled {
            let what = format!("{code} instead of {right} at {}", place.door.origin());
            shared.write(|report| report.violations.push(what));
        }
        thread::sleep(PAUSE);
    }
}

/// Makes a key, waits until every location knows it, revokes it, and asks
/// everywhere until it is refused everywhere.
fn revoke(shared: &Shared) {
    while shared.goes_on() {
        let made = shared.admin.create_named("To be revoked");
        for place in &shared.places {
            deadline::eventually("a new key is good", deadline::EVENT, || {
                (shared.code(place, &made.token) == "valid").then_some(())
            });
        }
        let acknowledged = deadline::eventually("all confirm", deadline::EVENT, || {
            let answer = shared.admin.revoke(&made.id);
            let propagation = Propagation::read(&answer.json()["propagation"]);
            propagation.pending().is_empty().then(Instant::now)
        });
        let mut open: Vec<&Verifier> = shared.places.iter().collect();
        while !open.is_empty() && acknowledged.elapsed() < deadline::EVENT {
            open.retain(|place| {
                let late = acknowledged.elapsed();
                match shared.code(place, &made.token).as_str() {
                    "revoked" => {
                        shared.write(|report| report.delays.push(late));
                        false
                    }
                    // No answer at all is no refusal that would last.
                    _ => true,
                }
            });
            thread::sleep(PAUSE);
        }
        if !open.is_empty() {
            let what = format!("{} is good {:?} later", made.id, deadline::EVENT);
            shared.write(|report| report.violations.push(what));
        }
    }
}
