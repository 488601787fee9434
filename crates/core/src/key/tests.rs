use proptest::prelude::*;

use super::*;
use crate::entropy::testing::Seeded;

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn key(not_before: Option<i64>, expires_at: Option<i64>) -> Key {
    let draft = KeyDraft {
        name: Name::parse("Reporting").unwrap(),
        description: None,
        environment: Environment::Live,
        scopes: Grants::default(),
        accounts: Grants::default(),
        allowed_ips: Networks::default(),
        metadata: Metadata::default(),
        contacts: Vec::new(),
        webhook_url: None,
        active: true,
        locked: None,
        recoverable: false,
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
    let blocked = key.view(at(7)).blocked.unwrap().clone();
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
        prop_assert_eq!(key.record(None, at(now)).standing, Standing::Revoked);
    }
}

mod edits {
    use super::*;
    use crate::{
        catalog::Books,
        input::Json,
        scope::{AccountId, ScopeId},
    };

    const NOW: i64 = 1_000;

    fn books() -> Books {
        let entries = [("a", false), ("b", false), ("old", true)];
        let scopes = entries.map(|(id, retired)| (ScopeId::parse(id).unwrap(), retired));
        let accounts = entries.map(|(id, retired)| (AccountId::parse(id).unwrap(), retired));
        Books {
            scopes: scopes.into_iter().collect(),
            accounts: accounts.into_iter().collect(),
        }
    }

    fn read(key: &Key, body: &str) -> Result<KeyEdit, Problem> {
        let body = Json::parse(body.as_bytes())?;
        Ok(KeyEdit::read(&body, key, &books(), at(NOW))?)
    }

    fn edit(key: &mut Key, body: &str) -> Effect {
        let edit = read(key, body).unwrap();
        key.apply(edit, &Actor::root(), at(NOW)).unwrap()
    }

    fn iso(millis: i64) -> String {
        at(millis).to_string()
    }

    #[test]
    fn an_edit_says_whether_it_takes_anything_away() {
        let mut key = key(None, None);
        for (body, effect) in [
            ("{}", Effect::None),
            (
                r#"{"name":"Reporting","description":null,"scopes":[]}"#,
                Effect::None,
            ),
            (r#"{"name":"Other"}"#, Effect::Kept),
            (r#"{"description":"Nightly"}"#, Effect::Kept),
            (r#"{"scopes":["a","b"]}"#, Effect::Kept),
            (r#"{"scopes":["b"]}"#, Effect::Narrowed),
            (r#"{"scopes":["*"]}"#, Effect::Kept),
            (r#"{"scopes":["*"],"accounts":["*"]}"#, Effect::Kept),
            (r#"{"accounts":["a"]}"#, Effect::Narrowed),
            (r#"{"scopes":["a"],"accounts":["*"]}"#, Effect::Narrowed),
            (
                &format!(r#"{{"expires_at":"{}"}}"#, iso(9_000)),
                Effect::Narrowed,
            ),
            (
                &format!(r#"{{"expires_at":"{}"}}"#, iso(10_000)),
                Effect::Kept,
            ),
            (
                &format!(r#"{{"expires_at":"{}"}}"#, iso(8_000)),
                Effect::Narrowed,
            ),
            (r#"{"expires_at":null}"#, Effect::Kept),
            (
                &format!(r#"{{"not_before":"{}"}}"#, iso(5_000)),
                Effect::Narrowed,
            ),
            (
                &format!(r#"{{"not_before":"{}"}}"#, iso(4_000)),
                Effect::Kept,
            ),
            (r#"{"not_before":null}"#, Effect::Kept),
        ] {
            let before = key.version;
            assert_eq!(edit(&mut key, body), effect, "{body}");
            let after = if effect == Effect::None {
                before
            } else {
                before.next()
            };
            assert_eq!(key.version, after, "{body}");
        }
        assert_eq!(key.name.as_str(), "Other");
    }

    #[test]
    fn what_a_key_has_may_stay_and_nothing_retired_comes_to_it() {
        let mut key = key(None, None);
        key.scopes = Grants::Some([ScopeId::parse("old").unwrap()].into_iter().collect());
        assert_eq!(edit(&mut key, r#"{"scopes":["old","a"]}"#), Effect::Kept);
        assert_eq!(edit(&mut key, r#"{"scopes":["a"]}"#), Effect::Narrowed);
        let refused = read(&key, r#"{"scopes":["old"],"accounts":["old"]}"#).unwrap_err();
        let codes: Vec<_> = refused.errors().iter().map(|error| error.code).collect();
        assert_eq!(codes, [Code::RetiredScope, Code::RetiredAccount]);
    }

    #[test]
    fn an_expired_key_can_be_extended_and_keeps_its_end_otherwise() {
        let mut key = key(None, Some(NOW - 1));
        assert_eq!(key.status(at(NOW)), Status::Expired);
        let same = format!(r#"{{"expires_at":"{}"}}"#, iso(NOW - 1));
        assert_eq!(edit(&mut key, &same), Effect::None);
        let past = format!(r#"{{"expires_at":"{}"}}"#, iso(NOW));
        assert_eq!(read(&key, &past).unwrap_err().code(), Code::ExpiryInPast);
        let later = format!(r#"{{"expires_at":"{}"}}"#, iso(NOW + 1));
        assert_eq!(edit(&mut key, &later), Effect::Kept);
        assert_eq!(key.status(at(NOW)), Status::Active);
    }

    #[test]
    fn no_edit_makes_a_key_end_before_it_begins() {
        let key = key(Some(5_000), Some(9_000));
        let wrong = |body: &str| {
            let problem = read(&key, body).unwrap_err();
            (problem.code(), problem.errors()[0].pointer.clone())
        };
        let reversed = Code::NotBeforeAfterExpiry;
        for (start, end, pointer) in [
            (Some(9_000), None, "/not_before"),
            (None, Some(5_000), "/expires_at"),
            (Some(9_500), Some(9_400), "/expires_at"),
        ] {
            let member =
                |name: &str, at: Option<i64>| at.map(|at| format!(r#""{name}":"{}""#, iso(at)));
            let members: Vec<String> = [member("not_before", start), member("expires_at", end)]
                .into_iter()
                .flatten()
                .collect();
            let body = format!("{{{}}}", members.join(","));
            assert_eq!(wrong(&body), (reversed, pointer.to_owned()), "{body}");
        }
        let both = format!(
            r#"{{"not_before":"{}","expires_at":"{}"}}"#,
            iso(9_500),
            iso(9_600)
        );
        assert!(read(&key, &both).is_ok());
        let without = format!(r#"{{"not_before":null,"expires_at":"{}"}}"#, iso(4_000));
        assert!(read(&key, &without).is_ok());
        let open = format!(r#"{{"not_before":"{}","expires_at":null}}"#, iso(9_500));
        assert!(read(&key, &open).is_ok());
    }

    #[test]
    fn what_narrows_from_where_and_whether_a_key_works() {
        let mut key = key(None, None);
        assert_eq!(
            edit(&mut key, r#"{"allowed_ips":["10.0.0.0/8"]}"#),
            Effect::Narrowed
        );
        assert_eq!(
            edit(&mut key, r#"{"allowed_ips":["10.0.0.0/8","192.0.2.1"]}"#),
            Effect::Kept
        );
        assert_eq!(edit(&mut key, r#"{"allowed_ips":null}"#), Effect::Kept);
        assert_eq!(edit(&mut key, r#"{"active":false}"#), Effect::Narrowed);
        assert_eq!(key.status(at(NOW)), Status::Blocked);
        assert_eq!(edit(&mut key, r#"{"active":false}"#), Effect::None);
        let version = key.version;
        let back = edit(&mut key, r#"{"active":true,"metadata":{"plan":"pro"}}"#);
        assert_ne!(back, Effect::None);
        assert_eq!(key.version, version.next(), "one edit is one version");
        assert_eq!(key.status(at(NOW)), Status::Active);
        assert_eq!(
            edit(&mut key, r#"{"metadata":{"plan":null,"seats":3}}"#),
            Effect::Kept
        );
        assert_eq!(key.metadata.as_str(), r#"{"seats":3}"#);
        assert_eq!(edit(&mut key, r#"{"metadata":null}"#), Effect::Kept);
        assert!(key.metadata.is_empty());
    }

    #[test]
    fn a_locked_key_keeps_its_name_times_and_contacts() {
        let mut key = key(None, Some(9_000));
        key.locked = true;
        for body in [
            r#"{"name":"Other"}"#.to_owned(),
            format!(r#"{{"expires_at":"{}"}}"#, iso(9_500)),
            format!(r#"{{"not_before":"{}"}}"#, iso(5_000)),
            r#"{"contacts":[{"name":"A","email":"a@example.com"}],"scopes":["a"]}"#.to_owned(),
        ] {
            let before = key.clone();
            let wanted = read(&key, &body).unwrap();
            let refused = key.apply(wanted, &Actor::root(), at(NOW)).unwrap_err();
            assert_eq!(refused.code(), Code::Locked, "{body}");
            assert_eq!(key, before);
        }
        for body in [
            r#"{"name":"Reporting"}"#,
            r#"{"scopes":["a"],"description":"x","webhook_url":"https://a.example.com"}"#,
            r#"{"active":false}"#,
            r#"{"active":true}"#,
        ] {
            edit(&mut key, body);
        }
        assert_eq!(key.block(Actor::root(), None, at(NOW)), Ok(true));
        assert!(key.revoke(Actor::root(), None, at(NOW)));
    }

    #[test]
    fn promise_5_a_revoked_key_is_not_edited() {
        let mut key = key(None, None);
        key.revoke(Actor::root(), None, at(0));
        let before = key.clone();
        let wanted = read(&key, r#"{"name":"Alive"}"#).unwrap();
        assert_eq!(
            key.apply(wanted, &Actor::root(), at(NOW))
                .unwrap_err()
                .code(),
            Code::KeyRevoked
        );
        assert_eq!(key, before);
    }
}

mod rotations {
    use super::*;
    use crate::input::Json;

    const HOUR: i64 = 3_600_000;

    fn read(body: &str) -> Result<RotateRequest, Problem> {
        Ok(RotateRequest::read(&Json::parse(body.as_bytes())?)?)
    }

    fn grace(seconds: i64) -> RotateRequest {
        RotateRequest {
            grace_seconds: seconds,
            reason: None,
        }
    }

    fn hint(text: &str) -> Hint {
        Hint::from_stored(text.to_owned())
    }

    #[test]
    fn a_token_that_is_over_is_over_whatever_the_readers_clock_says() {
        let key = key(None, None);
        assert_eq!(key.record(None, at(5)).token_ends_at, None);
        assert_eq!(key.record(Some(at(6)), at(5)).token_ends_at, Some(at(6)));
        for end in [0, 4, 5] {
            let over = key.record(Some(at(end)), at(5)).token_ends_at;
            assert_eq!(over, Some(Instant::EPOCH));
        }
    }

    #[test]
    fn a_rotation_that_cuts_a_grace_short_takes_a_token_away() {
        let mut key = key(None, None);
        let mut rotate = |now| key.rotate(&grace(3_600), hint("new"), at(now)).unwrap().1;
        assert_eq!(rotate(0), Effect::Kept);
        assert_eq!(rotate(3_599_999), Effect::Narrowed);
        assert_eq!(rotate(7_199_999), Effect::Kept, "it was over by itself");
    }

    #[test]
    fn a_grace_is_none_or_an_hour_to_thirty_days() {
        assert_eq!(read("{}").unwrap(), grace(0));
        for good in [0, 3_600, 86_400, 2_592_000] {
            let body = format!(r#"{{"grace_seconds":{good}}}"#);
            assert_eq!(read(&body).unwrap(), grace(good));
        }
        for bad in ["1", "3599", "2592001", "-3600", "1e30"] {
            let body = format!(r#"{{"grace_seconds":{bad}}}"#);
            let code = read(&body).unwrap_err().code();
            assert!(
                [Code::InvalidGrace, Code::WrongType].contains(&code),
                "{bad}"
            );
        }
        for bad in ["3600.5", "\"3600\"", "true"] {
            let body = format!(r#"{{"grace_seconds":{bad}}}"#);
            assert_eq!(read(&body).unwrap_err().code(), Code::WrongType, "{bad}");
        }
    }

    #[test]
    fn the_old_token_stays_for_the_grace_and_no_longer() {
        let mut key = key(None, None);
        let first = key.hint.clone();
        let (ends_at, effect) = key.rotate(&grace(3_600), hint("new"), at(10)).unwrap();
        assert_eq!(effect, Effect::Kept);
        assert_eq!(ends_at, at(10 + HOUR));
        assert_eq!((key.version.get(), key.hint.as_str()), (2, "new"));
        let shown = |key: &Key, now| key.view(now).previous_token.cloned();
        assert_eq!(
            shown(&key, at(10 + HOUR - 1)),
            Some(PreviousToken {
                hint: first,
                ends_at
            })
        );
        assert_eq!(shown(&key, at(10 + HOUR)), None);

        assert!(key.end_previous(at(20)).unwrap());
        assert_eq!((shown(&key, at(20)), key.version.get()), (None, 3));
        assert!(!key.end_previous(at(21)).unwrap());
        assert_eq!(key.version.get(), 3);
    }

    #[test]
    fn a_rotation_without_grace_ends_the_old_token_at_once() {
        let mut key = key(None, None);
        let rotated = key.rotate(&grace(0), hint("new"), at(10)).unwrap();
        assert_eq!(rotated, (at(10), Effect::Narrowed));
        assert_eq!(key.view(at(10)).previous_token, None);
    }

    #[test]
    fn blocking_ends_the_grace_for_good() {
        let mut key = key(None, None);
        key.rotate(&grace(3_600), hint("new"), at(0)).unwrap();
        key.block(Actor::root(), None, at(5)).unwrap();
        key.unblock().unwrap();
        assert_eq!(key.previous.as_ref().unwrap().ends_at, at(5));
        assert_eq!(key.view(at(5)).previous_token, None);
    }

    #[test]
    fn no_token_outlives_its_key() {
        let mut short = key(None, Some(HOUR));
        let before = short.clone();
        let problem = short.rotate(&grace(3_600), hint("new"), at(1)).unwrap_err();
        assert_eq!(problem.code(), Code::GraceBeyondExpiry);
        assert_eq!(problem.errors()[0].pointer, "/grace_seconds");
        let problem = short.rotate(&grace(0), hint("new"), at(HOUR)).unwrap_err();
        assert_eq!(problem.code(), Code::KeyExpired);
        assert_eq!(short, before);
        assert!(short.rotate(&grace(3_600), hint("new"), at(0)).is_ok());
    }

    #[test]
    fn promise_5_a_revoked_key_is_not_rotated() {
        let mut key = key(None, None);
        key.rotate(&grace(3_600), hint("new"), at(0)).unwrap();
        key.revoke(Actor::root(), None, at(1));
        let before = key.clone();
        let refused = key.rotate(&grace(0), hint("newer"), at(2)).unwrap_err();
        assert_eq!(refused.code(), Code::KeyRevoked);
        assert_eq!(
            key.end_previous(at(2)).unwrap_err().code(),
            Code::KeyRevoked
        );
        assert_eq!(key, before);
        assert_eq!(key.view(at(2)).previous_token, None);
    }
}
