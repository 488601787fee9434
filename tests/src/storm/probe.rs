//! Counts what a malformed token costs, while nothing else goes on.

use std::{thread, time::Duration};

use serde_json::json;

use super::shared::Shared;
use crate::{
    client::Request,
    globe::{Globe, Isolate, Location},
    kv::Kind,
    model::Probe,
    tokens,
};

pub(super) fn probe(globe: &Globe, shared: &Shared, location: &Location, isolate: &Isolate) {
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
