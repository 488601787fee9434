//! Those who change keys: what is asked for, and what is written down of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use super::{known::Known, shared::Shared};
use crate::{
    client::Request,
    globe::Isolate,
    model::{Action, At, Change, Outcome, Scopes},
    propagation::Propagation,
    random::Random,
};

/// Makes a key. When no answer comes, nobody knows its token and nobody asks for it.
pub(super) fn create(shared: &Shared, isolate: &Isolate) -> Option<Arc<Known>> {
    let start = shared.recorder.now();
    let scopes = Scopes::ALL.names();
    let request = Request::post("/v1/keys").bearer(&shared.root);
    let answer = isolate
        .door
        .try_send(&request.json(&json!({ "name": "storm", "scopes": scopes })));
    let answer = answer.ok().filter(|answer| answer.status == 201)?;
    let end = shared.recorder.now();
    let body = answer.good(201);
    let known = shared.add(text(&body["key"]["id"]), text(&body["token"]));
    let outcome = Outcome::Done {
        status: 201,
        pending: Propagation::read(&body["propagation"]).pending(),
    };
    record(shared, &known, Action::Create, (start, end), outcome);
    shared.touch(&known);
    Some(known)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Asks for a change, and writes down what became of it.
pub(super) fn act(shared: &Shared, isolate: &Isolate, known: &Known, action: Action) -> Outcome {
    shared.touch(known);
    let start = shared.recorder.now();
    let answer = isolate.door.try_send(&request(shared, known, action));
    let end = shared.recorder.now();
    let outcome = match answer {
        Ok(answer) if [200, 202].contains(&answer.status) => {
            let status = answer.status;
            let body = answer.good(status);
            if let (Action::Rotate { token, .. }, Some(text)) = (action, body["token"].as_str()) {
                known.learn(token, text.to_owned());
            }
            known.became(action);
            Outcome::Done {
                status,
                pending: Propagation::read(&body["propagation"]).pending(),
            }
        }
        Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
            Outcome::Refused
        }
        _ => Outcome::Unknown,
    };
    record(shared, known, action, (start, end), outcome.clone());
    outcome
}

fn request(shared: &Shared, known: &Known, action: Action) -> Request {
    let path = format!("/v1/keys/{}", known.id);
    let request = match action {
        // Not asked for in this way: a key that is there cannot be created.
        Action::Create => Request::post("/v1/keys"),
        Action::Block | Action::Unblock | Action::Revoke => {
            Request::post(&format!("{path}/{}", action.name()))
        }
        Action::Edit { scopes, version } => Request::new("PATCH", &path)
            .header("if-match", format!("\"{version}\""))
            .json(&json!({ "scopes": scopes.names() })),
        Action::Rotate { token, grace } => Request::post(&format!("{path}/rotate"))
            .header("idempotency-key", format!("storm-{}-{token}", known.key))
            .json(&json!({ "grace_seconds": if grace { 86_400 } else { 0 } })),
        Action::EndPrevious => Request::delete(&format!("{path}/tokens/previous")),
    };
    request.bearer(&shared.root)
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

/// Some change; mostly one that changes something. None when there is none that
/// can be asked for now.
pub(super) fn drawn(
    shared: &Shared,
    isolate: &Isolate,
    known: &Known,
    random: &mut Random,
) -> Option<Action> {
    let choice = random.below(20);
    let is = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
    if is(&known.graced) && random.below(3) == 0 {
        return Some(Action::EndPrevious);
    }
    if is(&known.blocked) && choice < 9 {
        return Some(Action::Unblock);
    }
    match choice {
        0..5 => Some(Action::Block),
        5..10 => edit(shared, isolate, known, random),
        10..13 => rotate(known, false),
        13..16 => rotate(known, true),
        16 => Some(Action::Unblock),
        17 => Some(Action::EndPrevious),
        _ => Some(Action::Revoke),
    }
}

/// A rotation, unless the key has had its share.
pub(super) fn rotate(known: &Known, grace: bool) -> Option<Action> {
    let token = known.number()?;
    Some(Action::Rotate { token, grace })
}

/// An edit of the version of now; rarely one of the version before, which must
/// be refused.
fn edit(shared: &Shared, isolate: &Isolate, known: &Known, random: &mut Random) -> Option<Action> {
    let (read, write) = (random.below(2) == 0, random.below(2) == 0);
    let version = version(shared, isolate, known)?;
    let before = u32::from(random.below(12) == 0);
    Some(Action::Edit {
        scopes: Scopes { read, write },
        version: version.saturating_sub(before),
    })
}

/// The version that a key has now.
pub(super) fn version(shared: &Shared, isolate: &Isolate, known: &Known) -> Option<u32> {
    let request = Request::get(&format!("/v1/keys/{}", known.id)).bearer(&shared.root);
    let answer = isolate.door.try_send(&request).ok()?;
    answer.header("etag")?.trim_matches('"').parse().ok()
}

/// The same change once more, after that answer. An edit is now one of the
/// version that it has made.
pub(super) fn again(action: Action, outcome: &Outcome) -> Action {
    match (action, outcome) {
        (Action::Edit { scopes, version }, Outcome::Done { .. }) => {
            let version = version + 1;
            Action::Edit { scopes, version }
        }
        _ => action,
    }
}
