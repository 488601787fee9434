//! Those who change keys, and those who ask for verdicts.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    settings::Settings,
    shared::{Known, Shared},
};
use crate::{
    client::{Answer, Request},
    globe::Isolate,
    model::{Action, At, Change, Outcome, Reading},
    propagation::Propagation,
    random::Random,
    tokens,
};

/// Keys that are there before anything breaks.
const FIRST: usize = 4;

pub(super) fn first_keys(shared: &Shared) {
    for _ in 0..FIRST {
        create(shared, &shared.desk);
    }
}

/// One thread that makes and changes keys.
pub(super) fn change(shared: &Shared, settings: &Settings, number: usize) {
    let mut random = Random::new(settings.seed ^ (0x0063_6861_6e67 + number as u64));
    let mut own: Vec<Arc<Known>> = Vec::new();
    while !shared.stopped() {
        thread::sleep(Duration::from_millis(40 + random.below(160) as u64));
        let isolate = match random.below(8) {
            0 => &shared.isolates[random.below(shared.isolates.len())],
            _ => &shared.desk,
        };
        // A revoked one only now and then: nothing becomes of it any more.
        if random.below(10) > 0 {
            own.retain(|known| !known.over.load(Ordering::SeqCst));
        }
        if own.is_empty() || (own.len() < settings.keys && random.below(4) == 0) {
            own.extend(create(shared, isolate));
            continue;
        }
        // Now and then one that another thread may be changing too.
        let keys = shared.keys();
        let known = match random.below(8) {
            0 => &keys[random.below(keys.len())],
            _ => &own[random.below(own.len())],
        };
        // Mostly one that changes something.
        let action = match (known.blocked.load(Ordering::SeqCst), random.below(20)) {
            (false, 0..12) | (true, 16..18) => Action::Block,
            (true, 0..12) | (false, 18..) => Action::Unblock,
            _ => Action::Revoke,
        };
        let at_rest = shared.is_rested(known) || random.below(8) == 0;
        if !at_rest || !known.may_change() {
            continue;
        }
        // What nobody has read nobody can remember. Twice: what was read while
        // news came in is not kept.
        for reader in shared.isolates.iter().filter(|_| random.below(5) > 0) {
            for _ in 0..2 {
                read(shared, reader, &shared.root, known, false);
            }
        }
        let mut outcome = act(shared, isolate, known, action);
        // Whoever got no good answer asks again.
        if !outcome.is_everywhere() && random.below(2) == 0 && known.may_change() {
            outcome = act(shared, isolate, known, action);
        }
        if outcome.is_everywhere() && random.below(8) > 0 {
            watch(shared, &mut random, known, settings.bound * 2);
        }
    }
}

/// Asks for one key all over the world, beyond the bound of its last change.
fn watch(shared: &Shared, random: &mut Random, known: &Known, time: Duration) {
    let end = shared.recorder.now() + time;
    while !shared.stopped() && shared.recorder.now() < end {
        let isolate = &shared.isolates[random.below(shared.isolates.len())];
        read(shared, isolate, &shared.root, known, false);
        thread::sleep(Duration::from_millis(10 + random.below(20) as u64));
    }
}

/// Makes a key. When no answer comes, nobody knows its token and nobody asks for it.
fn create(shared: &Shared, isolate: &Isolate) -> Option<Arc<Known>> {
    let start = shared.recorder.now();
    let request = Request::post("/v1/keys").bearer(&shared.root);
    let answer = isolate
        .door
        .try_send(&request.json(&json!({ "name": "storm" })));
    let answer = answer.ok().filter(|answer| answer.status == 201)?;
    let end = shared.recorder.now();
    let body = answer.good(201);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let known = shared.add(text(&body["key"]["id"]), text(&body["token"]));
    let outcome = Outcome::Done {
        status: 201,
        pending: Propagation::read(&body["propagation"]).pending(),
    };
    record(shared, &known, Action::Create, (start, end), outcome);
    shared.touch(&known);
    Some(known)
}

/// Asks for a change, and writes down what became of it.
pub(super) fn act(
    shared: &Shared,
    isolate: &Isolate,
    known: &Arc<Known>,
    action: Action,
) -> Outcome {
    shared.touch(known);
    let start = shared.recorder.now();
    let path = format!("/v1/keys/{}/{}", known.id, action.name());
    let request = Request::post(&path).bearer(&shared.root);
    let outcome = outcome(isolate.door.try_send(&request));
    let end = shared.recorder.now();
    record(shared, known, action, (start, end), outcome.clone());
    if outcome.is_everywhere() {
        let (over, blocked) = (action == Action::Revoke, action == Action::Block);
        known.over.fetch_or(over, Ordering::SeqCst);
        known.blocked.store(blocked, Ordering::SeqCst);
    }
    outcome
}

fn outcome(answer: io::Result<Answer>) -> Outcome {
    match answer {
        Ok(answer) if [200, 202].contains(&answer.status) => {
            let status = answer.status;
            let body = answer.good(status);
            Outcome::Done {
                status,
                pending: Propagation::read(&body["propagation"]).pending(),
            }
        }
        Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
            Outcome::Refused
        }
        _ => Outcome::Unknown,
    }
}

fn record(
    shared: &Shared,
    known: &Known,
    action: Action,
    (start, end): (At, At),
    outcome: Outcome,
) {
    known.changes.fetch_add(1, Ordering::SeqCst);
    if outcome == Outcome::Unknown {
        known.unknown.fetch_add(1, Ordering::SeqCst);
    }
    let change = Change {
        key: known.key,
        action,
        start,
        end,
        outcome,
    };
    shared
        .recorder
        .write(|history| history.changes.push(change));
}

/// One thread that asks one isolate.
pub(super) fn ask(shared: &Shared, settings: &Settings, number: usize) {
    let mut random = Random::new(settings.seed ^ (0x0061_736b + number as u64));
    let isolate = &shared.isolates[number];
    while !shared.stopped() {
        thread::sleep(Duration::from_millis(20 + random.below(60) as u64));
        let caller = &shared.callers[random.below(shared.callers.len())];
        match random.below(20) {
            0 => read_made_up(shared, isolate, caller),
            choice => {
                if let Some(known) = shared.interesting(&mut random) {
                    read(shared, isolate, caller, &known, choice <= 2);
                }
            }
        }
    }
}

/// Asks for a verdict, and writes it down; whether there was one.
pub(super) fn read(
    shared: &Shared,
    isolate: &Isolate,
    caller: &str,
    known: &Known,
    strong: bool,
) -> Option<String> {
    let reading = verdict(shared, isolate, caller, &known.token, strong)?;
    let code = reading.code.clone();
    let key = known.key;
    let reading = Reading { key, ..reading };
    shared
        .recorder
        .write(|history| history.readings.push(reading));
    Some(code)
}

/// Asks for a verdict without writing it down.
pub(super) fn look(
    shared: &Shared,
    isolate: &Isolate,
    known: &Known,
    strong: bool,
) -> Option<String> {
    verdict(shared, isolate, &shared.root, &known.token, strong).map(|reading| reading.code)
}

fn read_made_up(shared: &Shared, isolate: &Isolate, caller: &str) {
    let token = tokens::token("kw_live");
    if let Some(reading) = verdict(shared, isolate, caller, &token, false) {
        shared
            .recorder
            .write(|history| history.made_up.push(reading));
    }
}

fn verdict(
    shared: &Shared,
    isolate: &Isolate,
    caller: &str,
    token: &str,
    strong: bool,
) -> Option<Reading> {
    let mut question = json!({ "token": token });
    if strong {
        question["consistency"] = json!("strong");
    }
    let request = Request::post("/v1/verify").bearer(caller).json(&question);
    let life = shared.generation.load(Ordering::SeqCst);
    let start = shared.recorder.now();
    let answer = isolate.door.try_send(&request);
    let end = shared.recorder.now();
    let code = match answer {
        Ok(answer) if answer.status == 503 => {
            shared.recorder.write(|history| history.unavailable += 1);
            return None;
        }
        Ok(answer) if answer.status == 200 => {
            let verdict = answer.good(200);
            let code = verdict["code"].as_str().unwrap_or_default().to_owned();
            // Services look at this and nothing else.
            if verdict["valid"] == json!(code == "valid") {
                code
            } else {
                verdict.to_string()
            }
        }
        Ok(answer) => format!("HTTP {}: {}", answer.status, answer.text()),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => "a hang".to_owned(),
        Err(_) => {
            shared.recorder.write(|history| history.unanswered += 1);
            // It is being killed: asking again at once tells nothing.
            thread::sleep(Duration::from_millis(40));
            return None;
        }
    };
    Some(Reading {
        key: 0,
        isolate: shared.isolate(&isolate.name, life),
        strong,
        start,
        end,
        code,
    })
}
