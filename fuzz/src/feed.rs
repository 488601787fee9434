//! What an isolate, a feed and a workspace say to each other.

use core::fmt::Debug;

use keyway_core::{
    digest::DigestKind,
    environment::Environment,
    feed::{Announcement, Answer, Counts, Known, NotUnderstood, Question, Seed, SeedCursor},
    grants::Grants,
    id::KeyId,
    metadata::Metadata,
    name::Name,
    network::Networks,
    record::{KeyRecord, Record, Standing},
    seal,
    verify::{Outcome, Verdict},
    version::Version,
};

use crate::{
    given::{TOKEN, digest, pepper},
    world::World,
};

/// What is read is written again to the very same bytes, and is read whole or
/// not at all. No answer of a feed makes a superseded record good.
pub fn run(bytes: &[u8]) {
    message(bytes, Question::decode, Question::encode);
    message(bytes, Counts::decode, Counts::encode);
    message(bytes, Answer::decode, Answer::encode);
    message(bytes, Announcement::decode, Announcement::encode);
    message(bytes, Seed::decode, Seed::encode);
    message(bytes, SeedCursor::decode, |cursor| {
        cursor.map(SeedCursor::encode).unwrap_or_default()
    });
    polled(bytes);
}

fn message<T: Debug + PartialEq>(
    bytes: &[u8],
    decode: fn(&[u8]) -> Result<T, NotUnderstood>,
    encode: fn(&T) -> Vec<u8>,
) {
    let Ok(message) = decode(bytes) else {
        return;
    };
    assert_eq!(encode(&message), bytes, "{message:?}");
    if let Some((first, rest)) = bytes.split_first() {
        let (_, shorter) = bytes.split_last().unwrap();
        let longer = [bytes, &[0]].concat();
        let later = [&[first + 1], rest].concat();
        assert_ne!(decode(shorter), Ok(message));
        assert_eq!(decode(&longer), Err(NotUnderstood));
        assert_eq!(decode(&later), Err(NotUnderstood));
    }
}

/// The store has a good record, and the feed answers every poll with `bytes`.
fn polled(bytes: &[u8]) {
    let record = KeyRecord {
        key: KeyId::parse("key_0123456789ABCDEFGHIJab").unwrap(),
        version: Version::new(7).unwrap(),
        standing: Standing::Active,
        environment: Environment::Live,
        name: Name::parse("Reporting").unwrap(),
        scopes: Grants::All,
        accounts: Grants::All,
        allowed_ips: Networks::default(),
        metadata: Metadata::default(),
        not_before: None,
        expires_at: None,
        token_ends_at: None,
    };
    let here = digest(DigestKind::Key, TOKEN);
    let known = Known {
        version: record.version,
        standing: record.standing,
    };
    let mut world = World::storing(&seal::seal(&pepper(), &here, record.encode().unwrap()));
    world.feed = bytes.to_vec();
    let Outcome::Verdict {
        verdict,
        stale: false,
    } = world.key().outcome
    else {
        panic!("nobody was to be refused");
    };
    let answer = Answer::decode(bytes);
    let superseded = answer.iter().any(|answer| {
        let changes = answer.changes.iter();
        let mut changes = changes.filter(|change| change.digest == here);
        changes.any(|change| change.known.supersedes(known))
    });
    match verdict {
        Verdict::Valid(_) => assert!(answer.is_ok() && !superseded, "{answer:?}"),
        // What is said of a revoked or blocked key is enough to refuse it.
        Verdict::Refused(..) => assert!(answer.is_ok(), "{answer:?}"),
        Verdict::Unavailable => {}
        other => panic!("{other:?}"),
    }
}
