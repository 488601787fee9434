//! A value of the store, whoever wrote it: an older version of ours, a newer
//! one, or somebody who may write there and has no pepper.

use keyway_core::{
    digest::{Digest, DigestKind},
    environment::Environment,
    record::{KeyRecord, Record, Standing, VerifierRecord},
    seal,
    verify::{Anomaly, CallerRefusal, Loaded, Outcome, Verdict},
};

use crate::{
    given::{TOKEN, VERIFIER, change, digest, now, pepper},
    world::{Ended, World},
};

/// Nobody gets in but by the active record that we sealed for that very token.
pub fn run(bytes: &[u8]) {
    let (here, at_caller) = (key_digest(), digest(DigestKind::Verifier, VERIFIER));
    check_key(bytes);
    check_caller(bytes);

    let sealed = seal::seal(&pepper(), &here, bytes.to_vec());
    check_key(&sealed);
    assert_broken(&changed(bytes, sealed));
    check_caller(&seal::seal(&pepper(), &at_caller, bytes.to_vec()));
    // A good record, moved to another token by hand.
    assert_broken(&seal::seal(&pepper(), &at_caller, bytes.to_vec()));

    check_workspace(bytes);
}

/// How a key's token is judged where the store has this value, and nothing else
/// answers.
#[must_use]
pub fn answer(value: &[u8]) -> Outcome {
    World::storing(value).key().outcome
}

/// Whether a verifier may ask where the store has this value, likewise.
#[must_use]
pub fn admits(value: &[u8]) -> bool {
    matches!(
        World::storing(value).caller().outcome,
        Outcome::Verdict { .. }
    )
}

fn key_digest() -> Digest {
    digest(DigestKind::Key, TOKEN)
}

/// The value with one bit of record or seal another one.
fn changed(bytes: &[u8], mut sealed: Vec<u8>) -> Vec<u8> {
    let (at, bit) = change(bytes, sealed.len());
    sealed[at] ^= bit;
    sealed
}

fn check_key(value: &[u8]) {
    let ended = World::storing(value).key();
    match seal::open(&pepper(), &key_digest(), value) {
        Err(_) => assert_ended_in_doubt(&ended, Anomaly::BrokenSeal),
        Ok(bytes) => match KeyRecord::decode(bytes) {
            Err(error) => assert_ended_in_doubt(&ended, Anomaly::StoreRecord(error)),
            Ok(record) => assert_judged(&ended, &record),
        },
    }
}

/// And the writer, who knows no such token, is believed.
fn assert_broken(value: &[u8]) {
    let mut world = World::storing(value);
    assert_ended_in_doubt(&world.key(), Anomaly::BrokenSeal);
    world.workspace = Loaded::Absent;
    assert_eq!(world.key().outcome, verdict(Verdict::NotFound));
}

/// Promise 8.
fn assert_ended_in_doubt(ended: &Ended, because: Anomaly) {
    assert_eq!(ended.outcome, verdict(Verdict::Unavailable));
    assert_eq!(ended.odd, [because, Anomaly::WorkspaceFailed]);
}

fn assert_judged(ended: &Ended, record: &KeyRecord) {
    let over = |end: Option<_>| end.is_some_and(|end| now() >= end);
    let is_good = record.standing == Standing::Active
        && record.environment == Environment::Live
        && record.not_before.is_none_or(|start| start <= now())
        && !over(record.expires_at)
        && !over(record.token_ends_at);
    let Outcome::Verdict {
        verdict,
        stale: false,
    } = &ended.outcome
    else {
        panic!("{:?}", ended.outcome);
    };
    match verdict {
        Verdict::Valid(found) => assert!(is_good && ***found == *record, "{verdict:?}"),
        Verdict::Refused(_, found) => assert!(!is_good && ***found == *record, "{verdict:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(verdict.view(false).valid, is_good);
    keyway_core::output::json(&verdict.view(false)).unwrap();
}

fn check_caller(value: &[u8]) {
    let ended = World::storing(value).caller();
    let caller = digest(DigestKind::Verifier, VERIFIER);
    let record = seal::open(&pepper(), &caller, value)
        .ok()
        .and_then(|bytes| VerifierRecord::decode(bytes).ok());
    match (record.map(|record| record.standing), ended.outcome) {
        (Some(Standing::Active), Outcome::Verdict { .. })
        | (None, Outcome::Refused(CallerRefusal::Unavailable))
        | (Some(Standing::Blocked | Standing::Revoked), Outcome::Refused(CallerRefusal::NotGood)) =>
            {}
        (standing, outcome) => panic!("{standing:?}: {outcome:?}"),
    }
}

/// The workspace object's word has no seal, for it never leaves the platform.
/// It is read like any other.
fn check_workspace(bytes: &[u8]) {
    let world = World {
        store: Loaded::Failed,
        workspace: Loaded::Found(bytes.to_vec()),
        ..World::storing(&[])
    };
    let ended = world.key();
    match KeyRecord::decode(bytes) {
        Ok(record) => assert_judged(&ended, &record),
        Err(error) => {
            assert_eq!(ended.outcome, verdict(Verdict::Unavailable));
            let odd = [Anomaly::StoreFailed, Anomaly::WorkspaceRecord(error)];
            assert_eq!(ended.odd, odd);
        }
    }
}

fn verdict(verdict: Verdict) -> Outcome {
    Outcome::Verdict {
        verdict,
        stale: false,
    }
}
