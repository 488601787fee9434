use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::{
    entropy::testing::Seeded,
    id::UsedId,
    usage::{Day, Tally},
    workspace::WorkspaceName,
};

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

fn known() -> impl Strategy<Value = Known> {
    (1_u32.., 1_u8..=3).prop_map(|(version, standing)| Known {
        version: Version::new(version).unwrap(),
        standing: Standing::from_byte(standing).unwrap(),
    })
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec(
        (digest(), known()).prop_map(|(digest, known)| Change { digest, known }),
        0..20,
    )
}

fn cursor() -> impl Strategy<Value = Cursor> {
    any::<(u64, u64)>().prop_map(|(epoch, sequence)| Cursor {
        epoch: Epoch(epoch),
        sequence: Sequence(sequence),
    })
}

prop_compose! {
    fn used()(
        key: u64, day: u32, allowed: u32, denied: u32,
        at in option::of(1_i64..=Instant::LAST.as_millis()), workspace in "[a-z0-9]{1,3}",
    ) -> Used {
        Used {
            workspace: WorkspaceName::parse(&workspace).unwrap(),
            id: UsedId::mint(&mut Seeded::new(key)).unwrap(),
            day: Day::new(day),
            tally: Tally {
                allowed,
                denied,
                last_used_at: at.map(|at| Instant::from_millis(at).unwrap()),
            },
        }
    }
}

fn reach() -> impl Strategy<Value = Reach> {
    prop_oneof![
        Just(Reach::Since),
        Just(Reach::Window),
        Just(Reach::TooLarge)
    ]
}

prop_compose! {
    fn answer()(
        reach in reach(), upto in cursor(), more: bool, changes in changes(),
        checked in vec(option::of(known()), 0..=CHECKS),
    ) -> Answer {
        Answer { reach, upto, more, changes, checked }
    }
}

prop_compose! {
    fn question()(
        cursor in option::of(cursor()), whole: bool, check in vec(digest(), 0..=CHECKS),
        used in vec(used(), 0..5),
    ) -> Question {
        Question { cursor, whole, check, used }
    }
}

prop_compose! {
    fn seed_cursor()(millis in 0_i64..=Instant::LAST.as_millis(), digest in digest()) -> SeedCursor {
        SeedCursor { announced_at: Instant::from_millis(millis).unwrap(), digest }
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        question in question(), answer in answer(), changes in changes(),
        next in option::of(seed_cursor()),
    ) {
        let counts = Counts { used: question.used.clone() };
        prop_assert_eq!(Counts::decode(&counts.encode()), Ok(counts));
        prop_assert_eq!(Question::decode(&question.encode()), Ok(question));
        prop_assert_eq!(Answer::decode(&answer.encode()), Ok(answer));
        let announcement = Announcement { changes: changes.clone() };
        prop_assert_eq!(Announcement::decode(&announcement.encode()), Ok(announcement));
        if let Some(next) = next {
            prop_assert_eq!(SeedCursor::decode(&next.encode()), Ok(Some(next)));
        }
        let seed = Seed { changes, next };
        prop_assert_eq!(Seed::decode(&seed.encode()), Ok(seed));
    }

    #[test]
    fn promise_8_a_torn_answer_is_not_read(answer in answer(), at in any::<prop::sample::Index>()) {
        let bytes = answer.encode();
        prop_assert_eq!(Answer::decode(&bytes[..at.index(bytes.len())]), Err(NotUnderstood));
        let mut longer = bytes.clone();
        longer.push(0);
        prop_assert_eq!(Answer::decode(&longer), Err(NotUnderstood));
        let mut later = bytes;
        later[0] = FORMAT + 1;
        prop_assert_eq!(Answer::decode(&later), Err(NotUnderstood));
    }

    #[test]
    fn promise_11_no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..200)) {
        let mut ours = bytes.clone();
        if let Some(first) = ours.first_mut() {
            *first = FORMAT;
        }
        for bytes in [bytes, ours] {
            let _ = Question::decode(&bytes);
            let _ = Answer::decode(&bytes);
            let _ = Announcement::decode(&bytes);
            let _ = Seed::decode(&bytes);
            let _ = SeedCursor::decode(&bytes);
        }
    }
}

#[test]
fn a_count_that_was_made_up_makes_no_room() {
    let mut bytes = Announcement::default().encode();
    bytes[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(Announcement::decode(&bytes), Err(NotUnderstood));
}

#[test]
fn promise_8_a_huge_answer_is_not_read() {
    assert_eq!(
        Answer::decode(&vec![FORMAT; MAX_ANSWER + 1]),
        Err(NotUnderstood)
    );
}

/// Two versions of the Worker may run side by side: the shapes are pinned.
#[test]
fn the_bytes_are_pinned() {
    let question = Question {
        cursor: Some(Cursor {
            epoch: Epoch(1),
            sequence: Sequence(2),
        }),
        whole: false,
        check: vec![Digest::from_bytes([3; 32])],
        used: vec![Used {
            workspace: WorkspaceName::default_workspace(),
            id: UsedId::from_bytes(*b"abcdefghijklmnopqrstuv").unwrap(),
            day: Day::new(6),
            tally: Tally {
                allowed: 7,
                denied: 8,
                last_used_at: Instant::from_millis(9),
            },
        }],
    };
    let used = format!(
        "0000000107{}{}{}{}",
        hex::encode("default"),
        hex::encode("abcdefghijklmnopqrstuv"),
        "000000060000000700000008",
        "0000000000000009"
    );
    assert_eq!(
        hex::encode(question.encode()),
        format!(
            "02010000000000000001000000000000000200{:02x}{}{used}",
            1,
            "03".repeat(32)
        )
    );
    let without = Question {
        used: Vec::new(),
        ..question.clone()
    };
    assert_eq!(
        hex::encode(without.encode()),
        format!(
            "0101000000000000000100000000000000020001{}",
            "03".repeat(32)
        )
    );
    let counts = Counts {
        used: question.used,
    };
    assert_eq!(hex::encode(counts.encode()), format!("01{used}"));
    let known = Known {
        version: Version::new(5).unwrap(),
        standing: Standing::Revoked,
    };
    let answer = Answer {
        reach: Reach::Window,
        upto: Cursor {
            epoch: Epoch(1),
            sequence: Sequence(2),
        },
        more: true,
        changes: vec![Change {
            digest: Digest::from_bytes([4; 32]),
            known,
        }],
        checked: vec![None, Some(known)],
    };
    assert_eq!(
        hex::encode(answer.encode()),
        format!(
            "0102000000000000000100000000000000020100000001{}0000000503020001{}",
            "04".repeat(32),
            "0000000503"
        )
    );
}
