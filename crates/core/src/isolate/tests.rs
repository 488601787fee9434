use super::*;
use crate::{
    feed::{Change, Cursor, Epoch, Reach, Sequence},
    id::{UsedId, VerifierId},
    name::Name,
    record::VerifierRecord,
    version::Version,
};
use std::rc::Rc;

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn digest(number: u8) -> Digest {
    Digest::from_bytes([number; 32])
}

fn known(version: u32, standing: Standing) -> Known {
    Known {
        version: Version::new(version).unwrap(),
        standing,
    }
}

fn fact(version: u32) -> Fact {
    Fact::Verifier(Rc::new(VerifierRecord {
        verifier: VerifierId::mint(&mut crate::entropy::testing::Seeded::new(1)).unwrap(),
        version: Version::new(version).unwrap(),
        standing: Standing::Active,
        name: Name::parse("Gateway").unwrap(),
        token_ends_at: None,
    }))
}

fn isolate() -> Isolate {
    Isolate::new(Limits::default(), vec![Region::Weur, Region::Enam])
}

fn begin(isolate: &mut Isolate, now: i64) -> Box<Poll> {
    match isolate.begin_poll(Vec::new(), at(now)) {
        Begin::Poll(poll) => poll,
        other => panic!("{other:?}"),
    }
}

fn answer(epoch: u8, sequence: u64, reach: Reach, changes: Vec<Change>) -> Answer {
    Answer {
        reach,
        upto: Cursor {
            epoch: Epoch::from_bytes([epoch; 8]),
            sequence: Sequence::new(sequence),
        },
        more: false,
        changes,
        checked: Vec::new(),
    }
}

fn finish(isolate: &mut Isolate, poll: &Poll, answer: &Answer, now: i64) -> Finished {
    isolate.finish_poll(poll, Some(&answer.encode()), at(now))
}

/// One whose view is of `now`.
fn fresh(now: i64, changes: Vec<Change>) -> Isolate {
    let mut isolate = isolate();
    let poll = begin(&mut isolate, now);
    let answer = answer(1, 5, Reach::Window, changes);
    assert!(matches!(
        finish(&mut isolate, &poll, &answer, now),
        Finished::UpToDate(_)
    ));
    isolate
}

#[test]
fn rule_1_the_view_is_as_old_as_the_question() {
    let mut isolate = isolate();
    assert_eq!(isolate.age(at(0)), None);
    let poll = begin(&mut isolate, 1_000);
    let _ = finish(
        &mut isolate,
        &poll,
        &answer(1, 5, Reach::Window, vec![]),
        2_400,
    );
    assert_eq!(isolate.age(at(3_000)), Some(2_000));
    assert!(isolate.is_fresh(at(9_000)) && !isolate.is_fresh(at(9_001)));
    assert!(isolate.is_within_bound(at(10_000)) && !isolate.is_within_bound(at(10_001)));
}

#[test]
fn rule_1_a_clock_that_steps_back_makes_the_view_useless_until_the_next_poll() {
    let mut isolate = fresh(100_000, vec![]);
    let under_way = begin(&mut isolate, 101_000);
    isolate.observe(at(50_000));
    assert_eq!(isolate.age(at(50_000)), None);
    // One that began by the old clock says nothing about the new one.
    let _ = finish(
        &mut isolate,
        &under_way,
        &answer(1, 5, Reach::Since, vec![]),
        50_001,
    );
    assert_eq!(isolate.age(at(50_001)), None);
    let poll = begin(&mut isolate, 50_002);
    let _ = finish(
        &mut isolate,
        &poll,
        &answer(1, 5, Reach::Since, vec![]),
        50_003,
    );
    assert_eq!(isolate.age(at(50_003)), Some(1));
}

#[test]
fn rule_3_a_miss_is_believed_for_b_from_when_it_was_asked_for() {
    let mut isolate = fresh(0, vec![]);
    isolate.keep_absent(digest(1), at(0));
    assert!(matches!(
        isolate.cached(&digest(1), at(10_000)),
        Held::Absent
    ));
    assert!(matches!(
        isolate.cached(&digest(1), at(10_001)),
        Held::Nothing
    ));
    // Nor from the future, after the clock stepped back.
    isolate.keep_absent(digest(1), at(20_000));
    assert!(matches!(
        isolate.cached(&digest(1), at(10_000)),
        Held::Nothing
    ));
}

#[test]
fn rule_4_a_new_epoch_drops_what_was_known() {
    let revoked = Change {
        digest: digest(1),
        known: known(2, Standing::Revoked),
    };
    let mut isolate = fresh(0, vec![revoked]);
    isolate.keep(digest(2), fact(1));
    let late = begin(&mut isolate, 1);
    let poll = begin(&mut isolate, 1);
    let _ = finish(&mut isolate, &poll, &answer(2, 1, Reach::Window, vec![]), 2);
    assert!(matches!(isolate.cached(&digest(2), at(2)), Held::Nothing));
    assert_eq!(isolate.newest(&digest(1)), None);
    // What was asked in the old epoch is overtaken, whatever it says.
    let old = answer(1, 6, Reach::Since, vec![revoked]);
    assert_eq!(finish(&mut isolate, &late, &old, 3), Finished::More);
    assert_eq!(isolate.newest(&digest(1)), None);
}

#[test]
fn rule_4_a_window_that_is_too_large_is_asked_about() {
    let mut isolate = isolate();
    let poll = begin(&mut isolate, 0);
    let _ = finish(
        &mut isolate,
        &poll,
        &answer(1, 5, Reach::TooLarge, vec![]),
        0,
    );
    assert!(isolate.is_fresh(at(0)) && isolate.must_check());
    let Begin::Poll(poll) = isolate.begin_poll(vec![digest(1), digest(2)], at(1)) else {
        panic!("a question about digests need not wait");
    };
    let mut checked = answer(1, 5, Reach::Since, vec![]);
    checked.checked = vec![None, Some(known(3, Standing::Active))];
    let Finished::UpToDate(found) = finish(&mut isolate, &poll, &checked, 1) else {
        panic!("it fits");
    };
    assert_eq!(found.of(&digest(1)), Some(None));
    assert_eq!(found.of(&digest(2)), Some(Some(known(3, Standing::Active))));
    assert_eq!(found.of(&digest(3)), None);
    // A change of what is cached is taken in although no entry is kept.
    isolate.keep(digest(2), fact(3));
    let poll = begin(&mut isolate, 2);
    let change = Change {
        digest: digest(2),
        known: known(4, Standing::Active),
    };
    let _ = finish(
        &mut isolate,
        &poll,
        &answer(1, 6, Reach::Since, vec![change]),
        2,
    );
    assert!(matches!(isolate.cached(&digest(2), at(2)), Held::Nothing));
}

/// Its answer is from before what the view has taken in since: a record that was
/// held against it would be kept, and nothing would tell of the change again.
#[test]
fn rule_4_a_check_that_news_have_overtaken_is_asked_again() {
    let mut isolate = isolate();
    let poll = begin(&mut isolate, 0);
    let window = answer(1, 5, Reach::TooLarge, vec![]);
    let _ = finish(&mut isolate, &poll, &window, 0);
    let Begin::Poll(late) = isolate.begin_poll(vec![digest(1)], at(1)) else {
        panic!("a question about digests need not wait");
    };
    let revoked = Change {
        digest: digest(1),
        known: known(2, Standing::Revoked),
    };
    let poll = begin(&mut isolate, 2);
    let news = answer(1, 6, Reach::Since, vec![revoked]);
    let _ = finish(&mut isolate, &poll, &news, 2);
    let mut checked = answer(1, 5, Reach::Since, vec![]);
    checked.checked = vec![Some(known(1, Standing::Active))];
    assert_eq!(finish(&mut isolate, &late, &checked, 3), Finished::More);
}

/// The writer knows a token by its hash, under whichever pepper. So it is not
/// known whether it announces anything under this digest.
#[test]
fn rule_5_the_word_of_the_writer_is_believed_for_less_than_b_where_no_feed_spoke_of_the_digest() {
    let spoken_of = Change {
        digest: digest(2),
        known: known(1, Standing::Active),
    };
    let mut isolate = fresh(0, vec![spoken_of]);
    isolate.keep_asked(digest(1), fact(1), at(1_000));
    isolate.keep_asked(digest(2), fact(1), at(1_000));
    let mut is_held = |number, now| {
        let held = isolate.cached(&digest(number), at(now));
        matches!(held, Held::Found(_))
    };
    assert!(is_held(1, 9_999) && !is_held(1, 10_000));
    assert!(is_held(2, 9_999) && is_held(2, 10_000));
    // Nor after the clock stepped back.
    assert!(!is_held(1, 999));
}

#[test]
fn rule_5_an_entry_stays_for_a_window_at_least() {
    let change = Change {
        digest: digest(1),
        known: known(2, Standing::Blocked),
    };
    let mut isolate = fresh(0, vec![change]);
    let mut now = 0;
    while now < Limits::default().window_millis() {
        now += 5_000;
        let poll = begin(&mut isolate, now);
        let _ = finish(
            &mut isolate,
            &poll,
            &answer(1, 5, Reach::Since, vec![]),
            now,
        );
        assert_eq!(isolate.newest(&digest(1)), Some(change.known), "{now}");
    }
    for _ in 0..4_000 {
        now += 5_000;
        let poll = begin(&mut isolate, now);
        let _ = finish(
            &mut isolate,
            &poll,
            &answer(1, 5, Reach::Since, vec![]),
            now,
        );
    }
    assert_eq!(isolate.newest(&digest(1)), None, "and not for ever");
}

#[test]
fn rule_7_another_feed_is_asked_and_then_none() {
    let mut isolate = isolate();
    for region in [Region::Weur, Region::Enam] {
        let poll = begin(&mut isolate, 0);
        assert_eq!(poll.region, region);
        assert_eq!(isolate.finish_poll(&poll, None, at(0)), Finished::Failed);
    }
    assert!(matches!(
        isolate.begin_poll(Vec::new(), at(1)),
        Begin::NoFeed
    ));
}

#[test]
fn a_poll_under_way_is_a_time_that_runs_out() {
    let mut isolate = isolate();
    assert!(isolate.poll_is_due(at(0)));
    let _lost = begin(&mut isolate, 0);
    assert!(!isolate.poll_is_due(at(0)));
    let _lost_too = begin(&mut isolate, 0);
    assert!(matches!(isolate.begin_poll(Vec::new(), at(1)), Begin::Busy));
    assert!(matches!(
        isolate.begin_poll(vec![digest(1)], at(1)),
        Begin::Poll(_)
    ));
    assert!(isolate.poll_is_due(at(LEASE_MILLIS)));
    let _ = begin(&mut isolate, LEASE_MILLIS);
}

#[test]
fn promise_8_an_answer_that_does_not_fit_its_question_is_a_failure() {
    let change = |version| Change {
        digest: digest(1),
        known: known(version, Standing::Active),
    };
    let mut too_many_checks = answer(1, 6, Reach::Since, vec![]);
    too_many_checks.checked = vec![None];
    for nonsense in [
        answer(2, 6, Reach::Since, vec![change(2)]),
        answer(1, 4, Reach::Since, vec![change(2)]),
        answer(1, 6, Reach::TooLarge, vec![change(2)]),
        too_many_checks,
    ] {
        let mut isolate = fresh(0, vec![]);
        let poll = begin(&mut isolate, 1);
        let finished = finish(&mut isolate, &poll, &nonsense, 2);
        assert_eq!(finished, Finished::Failed, "{nonsense:?}");
        assert_eq!(isolate.age(at(2)), Some(2), "the view is as it was");
    }
    let mut isolate = fresh(0, vec![]);
    let poll = begin(&mut isolate, 1);
    let torn = &answer(1, 6, Reach::Since, vec![change(2)]).encode()[..40];
    assert_eq!(
        isolate.finish_poll(&poll, Some(torn), at(2)),
        Finished::Failed
    );
}

#[test]
fn a_cache_of_nothing_holds_nothing_and_a_small_one_what_is_used() {
    let mut none = Cache::new(0, 1_000_000);
    none.put(digest(1), Cached::Found(fact(1)));
    assert_eq!(none.len(), 0);

    let mut cache = Cache::new(10, 1_000_000);
    cache.put(digest(0), Cached::Found(fact(1)));
    for number in 1..200 {
        cache.put(digest(number), Cached::Found(fact(1)));
        assert!(
            cache.get(&digest(0)).is_some(),
            "it is asked for all the time"
        );
        assert!(cache.len() <= 10);
    }
    let weight = Cached::Found(fact(1)).weight();
    let mut narrow = Cache::new(1_000, weight * 8);
    for number in 0..100 {
        narrow.put(digest(number), Cached::Found(fact(1)));
        assert!(narrow.len() <= 8);
    }
}

#[test]
fn what_makes_a_cached_record_out_of_date_overrules_it_or_takes_it_away() {
    let mut cache = Cache::new(10, 1_000_000);
    cache.put(digest(1), Cached::Found(fact(2)));
    cache.learn(&digest(1), known(1, Standing::Revoked));
    assert!(
        matches!(cache.get(&digest(1)), Some(Cached::Found(fact)) if fact.known() == known(1, Standing::Revoked)),
        "promise 5: whatever the version"
    );
    cache.put(digest(2), Cached::Found(fact(2)));
    cache.learn(&digest(2), known(2, Standing::Active));
    assert!(cache.get(&digest(2)).is_some());
    cache.learn(&digest(2), known(3, Standing::Active));
    assert!(cache.get(&digest(2)).is_none());
}

fn used(isolate: &mut Isolate, now: i64) {
    let id = UsedId::mint(&mut crate::entropy::testing::Seeded::new(1)).unwrap();
    isolate.count(&WorkspaceName::default_workspace(), id, true, at(now));
}

#[test]
fn counts_go_when_traffic_ends_and_nobody_polls() {
    let flush = |plan| FollowUp::Flush {
        after_millis: 25_000,
        plan,
    };
    let mut isolate = Isolate::new(
        Limits::read(
            |name| (name == "BOUND_SECONDS").then(|| "300".to_owned()),
            |wrong| panic!("{wrong}"),
        ),
        vec![Region::Weur],
    );
    let poll = begin(&mut isolate, 0);
    let _ = finish(&mut isolate, &poll, &answer(1, 5, Reach::Window, vec![]), 0);
    assert_eq!(isolate.follow_up(at(0)), FollowUp::Nothing);
    used(&mut isolate, 0);
    assert_eq!(isolate.follow_up(at(0)), flush(0));
    used(&mut isolate, 12_000);
    assert_eq!(isolate.follow_up(at(12_000)), FollowUp::Nothing);
    // Traffic goes on: somebody else waits for its end from here on.
    used(&mut isolate, 13_000);
    assert_eq!(isolate.follow_up(at(13_000)), flush(1));
    assert!(!isolate.must_flush(0) && isolate.must_flush(1));
    // And for half a minute at most, although the view is good for longer.
    used(&mut isolate, 30_000);
    assert_eq!(isolate.follow_up(at(30_000)), FollowUp::Poll);
    let poll = begin(&mut isolate, 30_000);
    assert_eq!(poll.question.used[0].tally.allowed, 4);
    assert!(!isolate.must_flush(1), "the poll has taken it along");
}
