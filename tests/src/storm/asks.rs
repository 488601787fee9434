//! Those who ask for verdicts.

use std::{io, sync::atomic::Ordering, thread, time::Duration};

use serde_json::json;

use super::{known::Known, settings::Settings, shared::Shared};
use crate::{
    client::Request,
    globe::Isolate,
    model::{Ask, Reading},
    random::Random,
    tokens,
};

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
                    let ask = known.ask(&mut random);
                    read(shared, isolate, caller, &known, ask, choice <= 2);
                }
            }
        }
    }
}

/// Asks for one key all over the world, beyond the bound of its last change.
pub(super) fn watch(shared: &Shared, random: &mut Random, known: &Known, time: Duration) {
    let end = shared.recorder.now() + time;
    while !shared.stopped() && shared.recorder.now() < end {
        let isolate = &shared.isolates[random.below(shared.isolates.len())];
        let ask = known.ask(random);
        read(shared, isolate, &shared.root, known, ask, false);
        thread::sleep(Duration::from_millis(10 + random.below(20) as u64));
    }
}

/// Asks for a verdict, and writes it down; the code, if there was one.
pub(super) fn read(
    shared: &Shared,
    isolate: &Isolate,
    caller: &str,
    known: &Known,
    ask: Ask,
    strong: bool,
) -> Option<String> {
    let reading = verdict(
        shared,
        isolate,
        caller,
        &known.text(ask.token)?,
        ask,
        strong,
    )?;
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
    ask: Ask,
    strong: bool,
) -> Option<String> {
    let token = known.text(ask.token)?;
    verdict(shared, isolate, &shared.root, &token, ask, strong).map(|reading| reading.code)
}

fn read_made_up(shared: &Shared, isolate: &Isolate, caller: &str) {
    let token = tokens::token("kw_live");
    if let Some(reading) = verdict(shared, isolate, caller, &token, Ask::default(), false) {
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
    ask: Ask,
    strong: bool,
) -> Option<Reading> {
    let mut question = json!({ "token": token });
    if let Some(scope) = ask.scope {
        question["scopes"] = json!([scope.name()]);
    }
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
        ask,
        isolate: shared.isolate(&isolate.name, life),
        strong,
        start,
        end,
        code,
    })
}
