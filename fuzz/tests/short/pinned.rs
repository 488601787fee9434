//! What older versions wrote is still read.
//!
//! The stored values of the corpus were made by another implementation of the
//! formats. If such a test fails, the change needs a migration of every store,
//! not another corpus.

use keyway_core::{
    feed::{Announcement, Answer, Counts, Question, Seed, SeedCursor},
    record::{KeyRecord, Record, RecordError, VerifierRecord},
    verify::Outcome,
};
use keyway_fuzz::stored;

use crate::corpus;

fn input(target: &str, name: &str) -> Vec<u8> {
    let inputs = corpus::of(target);
    let found = inputs.into_iter().find(|(file, _)| file == name);
    found
        .unwrap_or_else(|| panic!("corpus/{target}/{name} is gone"))
        .1
}

fn code(name: &str) -> &'static str {
    match stored::answer(&input("stored", name)) {
        Outcome::Verdict {
            verdict,
            stale: false,
        } => verdict.code(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn values_that_version_1_stored_are_still_read() {
    for (name, expected) in [
        ("v1-key-active", "valid"),
        ("v1-key-blocked", "blocked"),
        ("v1-key-tombstone", "revoked"),
        ("v1-key-expired", "expired"),
        ("v1-key-grace-over", "expired"),
        ("v1-key-scheduled", "not_yet_valid"),
        ("v1-key-test-data", "wrong_environment"),
    ] {
        assert_eq!(code(name), expected, "{name}");
    }
    assert!(stored::admits(&input("stored", "v1-verifier-active")));
    assert!(!stored::admits(&input("stored", "v1-verifier-tombstone")));
}

#[test]
fn promise_8_values_of_a_later_version_or_of_nobody_let_nobody_in() {
    for name in [
        "later-field",
        "later-format",
        "of-another-token",
        "without-seal",
    ] {
        assert_eq!(code(name), "unavailable", "{name}");
        assert!(!stored::admits(&input("stored", name)), "{name}");
    }
}

#[test]
fn records_of_version_1_are_still_read() {
    for name in ["full", "plain", "bounded", "revoked"] {
        let bytes = input("record", &format!("v1-key-{name}"));
        assert!(KeyRecord::decode(&bytes).is_ok(), "{name}");
    }
    for name in ["v1-verifier", "v1-verifier-revoked", "v1-verifier-in-grace"] {
        let bytes = input("record", name);
        assert!(VerifierRecord::decode(&bytes).is_ok(), "{name}");
    }
    for (name, error) in [
        ("later-field", RecordError::Unreadable),
        ("later-format", RecordError::UnknownFormat),
    ] {
        let bytes = input("record", name);
        assert_eq!(KeyRecord::decode(&bytes), Err(error), "{name}");
    }
}

/// Two versions of the Worker run side by side during a deployment.
#[test]
fn messages_of_version_1_are_still_understood() {
    let message = |name: &str| input("feed", &format!("v1-{name}"));
    for name in ["question", "first-question"] {
        assert!(Question::decode(&message(name)).is_ok(), "{name}");
    }
    for name in ["answer", "quiet", "since", "more", "too-large-known"] {
        assert!(Answer::decode(&message(name)).is_ok(), "{name}");
    }
    let counted = Question::decode(&input("feed", "v2-question")).unwrap();
    assert_eq!(counted.used.len(), 1);
    let counts = Counts::decode(&message("counts")).unwrap();
    assert_eq!(counts.used, counted.used);
    assert!(Announcement::decode(&message("announcement")).is_ok());
    for name in ["seed", "seed-page"] {
        assert!(Seed::decode(&message(name)).is_ok(), "{name}");
    }
    assert!(SeedCursor::decode(&message("seed-cursor")).is_ok_and(|cursor| cursor.is_some()));
}
