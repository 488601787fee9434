use super::{Ask, State};
use crate::model::{Action, Scope, Scopes};

fn after(actions: &[Action]) -> Option<State> {
    let one = |state: State, action: &Action| state.after(*action);
    actions.iter().try_fold(State::ABSENT, one)
}

fn says(actions: &[Action]) -> Vec<&'static str> {
    let state = after(actions).unwrap();
    let tokens = (0..3).map(|token| Ask { token, scope: None });
    tokens.map(|ask| state.says(ask)).collect()
}

const ROTATE: Action = Action::Rotate {
    token: 1,
    grace: false,
};
const GENTLY: Action = Action::Rotate {
    token: 1,
    grace: true,
};
const THIRD: Action = Action::Rotate {
    token: 2,
    grace: true,
};

#[test]
fn a_key_has_one_token_and_another_one_during_a_grace() {
    use Action::{Block, Create, EndPrevious, Revoke, Unblock};
    for (actions, expected) in [
        (&[][..], ["not_found"; 3]),
        (&[Create], ["valid", "not_found", "not_found"]),
        (&[Create, ROTATE], ["expired", "valid", "not_found"]),
        (&[Create, GENTLY], ["valid", "valid", "not_found"]),
        (&[Create, GENTLY, THIRD], ["expired", "valid", "valid"]),
        (
            &[Create, GENTLY, EndPrevious],
            ["expired", "valid", "not_found"],
        ),
        (
            &[Create, GENTLY, Block],
            ["blocked", "blocked", "not_found"],
        ),
        (
            &[Create, GENTLY, Block, Unblock],
            ["expired", "valid", "not_found"],
        ),
        // What was good when it was blocked may be given a grace.
        (
            &[Create, Block, GENTLY, Unblock],
            ["valid", "valid", "not_found"],
        ),
        (
            &[Create, GENTLY, Revoke],
            ["revoked", "revoked", "not_found"],
        ),
    ] {
        assert_eq!(says(actions), expected, "{actions:?}");
    }
}

#[test]
fn nothing_becomes_of_a_revoked_key() {
    let revoked = [Action::Create, ROTATE, Action::Revoke];
    let state = after(&revoked).unwrap();
    let edit = Action::Edit {
        scopes: Scopes::NONE,
        version: 3,
    };
    for action in [
        Action::Create,
        Action::Block,
        Action::Unblock,
        Action::EndPrevious,
        THIRD,
        edit,
    ] {
        assert_eq!(state.after(action), None, "{action}");
    }
    // A repetition is answered, and changes nothing.
    for action in [ROTATE, Action::Revoke] {
        assert_eq!(state.after(action), Some(state), "{action}");
    }
}

#[test]
fn what_is_published_of_a_token_that_is_over_is_from_any_time_since() {
    use Action::{Block, Create, Revoke, Unblock};
    let old = Ask::default();
    let may_be = |actions: &[Action]| -> Vec<&str> {
        let state = after(actions).unwrap();
        let codes = ["valid", "expired", "blocked", "revoked"];
        let said = codes.into_iter().filter(|code| state.explains(old, code));
        said.collect()
    };
    assert_eq!(may_be(&[Create, ROTATE]), ["expired"]);
    assert_eq!(may_be(&[Create, ROTATE, Block]), ["expired", "blocked"]);
    assert_eq!(
        may_be(&[Create, ROTATE, Block, Revoke]),
        ["expired", "blocked", "revoked"]
    );
    assert_eq!(may_be(&[Create, Block, ROTATE]), ["blocked"]);
    assert_eq!(
        may_be(&[Create, Block, ROTATE, Unblock]),
        ["expired", "blocked"]
    );
    assert_eq!(may_be(&[Create, GENTLY, Block]), ["blocked"]);
    assert_eq!(may_be(&[Create, GENTLY, Revoke]), ["revoked"]);
}

#[test]
fn narrower_is_what_is_good_for_less_with_a_token() {
    let read = Scopes {
        read: true,
        write: false,
    };
    let edit = |scopes| Action::Edit { scopes, version: 1 };
    let created = after(&[Action::Create]).unwrap();
    for (action, narrower) in [
        (Action::Block, true),
        (Action::Revoke, true),
        (Action::Unblock, false),
        (edit(read), true),
        (edit(Scopes::ALL), false),
        (ROTATE, true),
        (GENTLY, false),
    ] {
        let after = created.after(action).unwrap();
        assert_eq!(after.narrower_than(&created), narrower, "{action}");
    }
    let write = Ask {
        token: 0,
        scope: Some(Scope::Write),
    };
    let less = created.after(edit(read)).unwrap();
    assert!(less.less_than(&created, write));
    assert!(!less.less_than(&created, Ask::default()));
    let two = after(&[Action::Create, GENTLY]).unwrap();
    assert!(two.after(THIRD).unwrap().narrower_than(&two));
    let blocked = after(&[Action::Create, ROTATE, Action::Block]).unwrap();
    let unblocked = blocked.after(Action::Unblock).unwrap();
    assert!(!unblocked.narrower_than(&blocked));
}
