use proptest::prelude::*;

use super::*;
use crate::entropy::testing::Seeded;

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn key(not_before: Option<i64>, expires_at: Option<i64>) -> Key {
    let draft = KeyDraft {
        name: Name::parse("Reporting").unwrap(),
        environment: Environment::Live,
        scopes: Grants::default(),
        accounts: Grants::default(),
        not_before: not_before.map(at),
        expires_at: expires_at.map(at),
    };
    let id = KeyId::mint(&mut Seeded::new(1)).unwrap();
    Key::create(
        draft,
        id,
        Hint::from_stored("kw_live_abcd…wxyz".into()),
        Actor::root(),
        at(0),
    )
}

#[test]
fn time_alone_takes_a_key_from_scheduled_over_active_to_expired() {
    let key = key(Some(10), Some(20));
    for (now, status) in [
        (0, Status::Scheduled),
        (9, Status::Scheduled),
        (10, Status::Active),
        (19, Status::Active),
        (20, Status::Expired),
    ] {
        assert_eq!(key.status(at(now)), status, "{now}");
    }
}

#[test]
fn a_blocked_key_still_expires() {
    let mut key = key(None, Some(20));
    assert_eq!(key.block(Actor::root(), None, at(1)), Ok(true));
    assert_eq!(key.status(at(19)), Status::Blocked);
    assert_eq!(key.status(at(20)), Status::Expired);
}

#[test]
fn promise_5_revoking_again_changes_nothing() {
    let mut key = key(None, None);
    let reason = Text::parse("leaked").unwrap();
    assert!(key.revoke(Actor::root(), reason, at(5)));
    let first = key.clone();
    assert_eq!(key.version, Version::FIRST.next());
    assert!(!key.revoke(Actor::root(), None, at(9)));
    assert_eq!(key, first);
}

#[test]
fn a_blocked_key_comes_back_and_each_change_is_a_version() {
    let mut key = key(None, None);
    let reason = Text::parse("odd traffic").unwrap();
    assert_eq!(key.block(Actor::root(), reason.clone(), at(5)), Ok(true));
    assert_eq!(key.block(Actor::root(), None, at(6)), Ok(false));
    assert_eq!(key.version.get(), 2);
    let blocked = key.clone().view(at(7)).blocked.unwrap();
    assert_eq!((blocked.at, blocked.reason), (at(5), reason));
    assert_eq!(key.unblock(), Ok(true));
    assert_eq!(key.unblock(), Ok(false));
    assert_eq!((key.version.get(), key.status(at(8))), (3, Status::Active));
    assert_eq!(key.view(at(8)).blocked, None);
}

#[test]
fn promise_5_a_revoked_key_is_neither_blocked_nor_unblocked() {
    let mut key = key(None, None);
    key.revoke(Actor::root(), None, at(1));
    let before = key.clone();
    let code = |result: Result<bool, Problem>| result.unwrap_err().code();
    assert_eq!(
        code(key.block(Actor::root(), None, at(2))),
        Code::KeyRevoked
    );
    assert_eq!(code(key.unblock()), Code::KeyRevoked);
    assert_eq!(key, before);
}

proptest! {
    #[test]
    fn promise_5_a_revoked_key_is_revoked_at_every_instant(
        start in proptest::option::of(0_i64..100), end in proptest::option::of(0_i64..100),
        revoked in 0_i64..100, now in 0_i64..200,
    ) {
        let mut key = key(start, end);
        key.revoke(Actor::root(), None, at(revoked));
        prop_assert_eq!(key.status(at(now)), Status::Revoked);
        prop_assert_eq!(key.record(None).standing, Standing::Revoked);
    }
}
