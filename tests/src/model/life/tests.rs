use super::{At, Change, Life, Outcome, lives};
use crate::model::{
    Action, Scopes,
    Standing::{self, Absent, Active, Blocked, Revoked},
};

fn change(action: Action, start: u64, end: u64, outcome: Outcome) -> Change {
    Change {
        key: 0,
        action,
        start: At::from_secs(start),
        end: At::from_secs(end),
        outcome,
    }
}

fn done() -> Outcome {
    Outcome::Done {
        status: 200,
        pending: Vec::new(),
    }
}

fn all<'a>(changes: &'a [Change], kills: &[u64]) -> Vec<Life<'a>> {
    let kills: Vec<At> = kills.iter().map(|at| At::from_secs(*at)).collect();
    lives(&changes.iter().collect::<Vec<_>>(), &kills).unwrap()
}

fn states(life: &Life<'_>) -> Vec<Standing> {
    let versions = life.versions.iter();
    versions.map(|version| version.state.standing()).collect()
}

#[test]
fn changes_one_after_the_other_have_one_life() {
    let changes = [
        change(Action::Create, 1, 2, done()),
        change(Action::Block, 3, 4, done()),
        change(Action::Block, 5, 6, done()),
        change(Action::Revoke, 7, 8, done()),
        change(Action::Unblock, 9, 10, Outcome::Refused),
    ];
    let found = all(&changes, &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(states(&found[0]), [Absent, Active, Blocked, Revoked]);
    let blocked = &found[0].versions[2];
    assert_eq!(
        blocked.confirmed,
        Some(At::from_secs(4)),
        "the first answer"
    );
    assert_eq!(
        (blocked.from, blocked.by),
        (At::from_secs(3), At::from_secs(4))
    );
}

#[test]
fn a_change_without_an_answer_happened_late_or_never() {
    let changes = [
        change(Action::Create, 1, 2, done()),
        change(Action::Block, 3, 4, Outcome::Unknown),
        change(Action::Block, 5, 6, done()),
        change(Action::Unblock, 7, 8, done()),
    ];
    let found = all(&changes, &[]);
    let mut ends: Vec<_> = found
        .iter()
        .map(|life| *states(life).last().unwrap())
        .collect();
    ends.dedup();
    assert!(ends.contains(&Active) && ends.contains(&Blocked));
    // A kill puts an end to what was under way.
    let found = all(&changes, &[4]);
    assert!(
        found
            .iter()
            .all(|life| states(life).last() == Some(&Active))
    );
}

#[test]
fn changes_at_the_same_time_happened_in_either_order() {
    let changes = [
        change(Action::Create, 1, 2, done()),
        change(Action::Block, 3, 6, done()),
        change(Action::Unblock, 4, 5, done()),
    ];
    let ends: Vec<_> = all(&changes, &[])
        .iter()
        .map(|life| *states(life).last().unwrap())
        .collect();
    assert_eq!(ends, [Active, Blocked]);
}

#[test]
fn answers_that_no_order_explains_have_no_life() {
    let changes = [
        change(Action::Create, 1, 2, done()),
        change(Action::Revoke, 3, 4, done()),
        change(Action::Unblock, 5, 6, done()),
    ];
    assert!(all(&changes, &[]).is_empty());
}

#[test]
fn of_two_edits_of_one_version_one_happened() {
    let to = |scopes| Action::Edit { scopes, version: 1 };
    let edit = |action, outcome| change(action, 3, 6, outcome);
    let narrow = |outcome| edit(to(Scopes::NONE), outcome);
    let other = |outcome| {
        let read = true;
        edit(to(Scopes { read, write: false }), outcome)
    };
    let create = change(Action::Create, 1, 2, done());
    let both = [create.clone(), narrow(done()), other(done())];
    assert!(all(&both, &[]).is_empty());
    let one = [create.clone(), narrow(done()), other(Outcome::Refused)];
    assert_eq!(all(&one, &[]).len(), 1);
    let none = [create, narrow(Outcome::Refused), other(Outcome::Refused)];
    assert!(all(&none, &[]).is_empty(), "nobody else changed it");
}

#[test]
fn nothing_is_kept_of_lives_that_are_too_many() {
    let mut changes = vec![change(Action::Create, 0, 1, done())];
    for _ in 0..12 {
        changes.push(change(Action::Block, 2, 3, Outcome::Unknown));
        changes.push(change(Action::Unblock, 2, 3, Outcome::Unknown));
    }
    assert!(lives(&changes.iter().collect::<Vec<_>>(), &[]).is_none());
}
