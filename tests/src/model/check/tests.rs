use super::{
    ACKNOWLEDGED, At, BACK, BACKWARDS, COST, DOUBT, Duration, LOST, Rules, STALE, UNEXPLAINED,
    UNKNOWN, WIDE, check, last_states,
};
use crate::model::{Action, Ask, Change, History, Outcome, Probe, Reading, Scope, Scopes};

/// A history in tenths of a second, of one key; B is one second.
#[derive(Default)]
struct Told(History);

fn at(tenths: u64) -> At {
    At::from_millis(tenths * 100)
}

impl Told {
    fn changed(mut self, action: Action, start: u64, end: u64, outcome: Outcome) -> Self {
        self.0.changes.push(Change {
            key: 0,
            action,
            start: at(start),
            end: at(end),
            outcome,
        });
        self
    }

    fn done(self, action: Action, start: u64, end: u64) -> Self {
        let status = 200;
        let pending = Vec::new();
        self.changed(action, start, end, Outcome::Done { status, pending })
    }

    fn pending(self, action: Action, start: u64, end: u64) -> Self {
        let status = 202;
        let pending = vec!["weur".to_owned()];
        self.changed(action, start, end, Outcome::Done { status, pending })
    }

    fn unknown(self, action: Action, start: u64, end: u64) -> Self {
        self.changed(action, start, end, Outcome::Unknown)
    }

    fn reading(mut self, isolate: &str, start: u64, end: u64, code: &str) -> Self {
        self.0.readings.push(Reading {
            key: 0,
            ask: Ask::default(),
            isolate: isolate.to_owned(),
            strong: isolate == "strong",
            start: at(start),
            end: at(end),
            code: code.to_owned(),
        });
        self
    }

    fn read(self, isolate: &str, start: u64, code: &str) -> Self {
        self.reading(isolate, start, start + 1, code)
    }

    fn strong(self, start: u64, code: &str) -> Self {
        self.read("strong", start, code)
    }

    /// The last reading was with that token.
    fn with(mut self, token: usize) -> Self {
        self.0.readings.last_mut().unwrap().ask.token = token;
        self
    }

    /// The last reading was for that.
    fn to(mut self, scope: Scope) -> Self {
        self.0.readings.last_mut().unwrap().ask.scope = Some(scope);
        self
    }

    fn rules_broken(&self) -> Vec<&'static str> {
        let findings = check(&self.0, Rules::of(Duration::from_secs(1)));
        findings
            .violations
            .iter()
            .map(|violation| violation.rule)
            .collect()
    }

    #[track_caller]
    fn holds(self) {
        assert_eq!(self.rules_broken(), [""; 0]);
    }

    #[track_caller]
    fn breaks(self, rule: &str) {
        assert_eq!(self.rules_broken(), [rule]);
    }
}

fn created() -> Told {
    Told::default().done(Action::Create, 0, 1)
}

#[test]
fn old_answers_are_fine_within_the_bound_and_not_after_it() {
    let revoked = || created().done(Action::Revoke, 20, 21);
    revoked().read("a", 31, "valid").holds();
    revoked().read("a", 32, "valid").breaks(STALE);
    revoked().read("a", 32, "revoked").holds();
    revoked()
        .read("a", 19, "valid")
        .read("b", 20, "revoked")
        .holds();
}

#[test]
fn after_202_nothing_is_promised_until_a_repetition_says_so() {
    let pending = || created().pending(Action::Revoke, 20, 70);
    pending().read("a", 200, "valid").holds();
    let repeated = || pending().done(Action::Revoke, 100, 101);
    repeated().read("a", 111, "valid").holds();
    repeated().read("a", 112, "valid").breaks(STALE);
}

#[test]
fn a_blocked_key_goes_on_and_both_are_known_in_time() {
    let story = || {
        created()
            .done(Action::Block, 20, 21)
            .done(Action::Unblock, 60, 61)
    };
    story()
        .read("a", 40, "blocked")
        .read("a", 80, "valid")
        .holds();
    story().read("a", 40, "valid").breaks(STALE);
    story().read("a", 80, "blocked").breaks(WIDE);
    story()
        .read("a", 62, "blocked")
        .read("a", 64, "valid")
        .holds();
}

#[test]
fn a_confirmed_create_is_known_in_time() {
    created().read("a", 11, "not_found").holds();
    created().read("a", 12, "not_found").breaks(UNKNOWN);
    let pending = Told::default().pending(Action::Create, 0, 1);
    pending.read("a", 100, "not_found").holds();
}

#[test]
fn an_isolate_does_not_go_back() {
    let revoked = || created().pending(Action::Revoke, 20, 70);
    revoked()
        .read("a", 80, "revoked")
        .read("b", 90, "valid")
        .holds();
    revoked()
        .read("a", 80, "revoked")
        .read("a", 90, "valid")
        .breaks(BACK);
    let story = created().pending(Action::Block, 20, 70);
    story
        .read("a", 80, "blocked")
        .read("a", 90, "valid")
        .breaks(BACKWARDS);
    created()
        .read("a", 5, "valid")
        .read("a", 8, "not_found")
        .breaks(BACKWARDS);
    // Those two were under way together.
    let overlap = revoked().reading("a", 80, 90, "revoked");
    overlap.reading("a", 85, 95, "valid").holds();
}

#[test]
fn strong_reads_are_never_old() {
    created()
        .done(Action::Block, 20, 21)
        .strong(22, "valid")
        .breaks(LOST);
    created()
        .pending(Action::Revoke, 20, 70)
        .strong(71, "valid")
        .breaks(BACK);
    created()
        .pending(Action::Revoke, 20, 70)
        .strong(21, "valid")
        .strong(30, "revoked")
        .holds();
    created()
        .pending(Action::Revoke, 20, 70)
        .strong(21, "revoked")
        .strong(30, "valid")
        .breaks(BACK);
    created().strong(5, "not_found").breaks(LOST);
}

#[test]
fn a_change_without_an_answer_happened_one_way_only() {
    let story = || created().unknown(Action::Revoke, 20, 30);
    story().strong(40, "valid").strong(50, "revoked").holds();
    story().strong(40, "valid").holds();
    story()
        .read("a", 40, "revoked")
        .strong(50, "valid")
        .breaks(UNEXPLAINED);
}

#[test]
fn valid_needs_a_reason() {
    let story = Told::default().done(Action::Create, 10, 11);
    story.read("a", 5, "valid").breaks(DOUBT);
    let mut told = created();
    told.0.made_up.push(Reading {
        key: 0,
        ask: Ask::default(),
        isolate: String::new(),
        strong: false,
        start: at(1),
        end: at(2),
        code: "valid".to_owned(),
    });
    told.breaks(DOUBT);
    created().read("a", 5, "expired").breaks(UNEXPLAINED);
}

#[test]
fn a_probe_costs_nothing() {
    let mut told = created();
    told.0.probes.push(Probe {
        at: at(1),
        isolate: String::new(),
        code: "malformed".to_owned(),
        store_reads: 1,
        object_calls: 0,
    });
    told.breaks(COST);
}

#[test]
fn an_answer_says_what_it_means() {
    let outcome = |status| Outcome::Done {
        status,
        pending: vec!["weur".to_owned()],
    };
    created()
        .changed(Action::Revoke, 20, 21, outcome(200))
        .breaks(ACKNOWLEDGED);
    created()
        .changed(Action::Unblock, 20, 21, outcome(200))
        .holds();
}

const READ: Scopes = Scopes {
    read: true,
    write: false,
};

fn edit(scopes: Scopes, version: u32) -> Action {
    Action::Edit { scopes, version }
}

fn rotate(token: usize) -> Action {
    let grace = false;
    Action::Rotate { token, grace }
}

fn rotate_gently(token: usize) -> Action {
    let grace = true;
    Action::Rotate { token, grace }
}

#[test]
fn a_scope_that_is_taken_away_is_gone_in_time_and_a_given_one_is_there() {
    let narrowed = || created().done(edit(READ, 1), 20, 21);
    let gone = "insufficient_scope";
    narrowed().read("a", 31, "valid").to(Scope::Write).holds();
    narrowed()
        .read("a", 32, "valid")
        .to(Scope::Write)
        .breaks(STALE);
    narrowed().read("a", 32, gone).to(Scope::Write).holds();
    narrowed().read("a", 32, "valid").to(Scope::Read).holds();
    narrowed().read("a", 32, gone).breaks(UNEXPLAINED);
    narrowed()
        .read("a", 32, gone)
        .to(Scope::Read)
        .breaks(UNEXPLAINED);
    let widened = || narrowed().done(edit(Scopes::ALL, 2), 60, 61);
    widened().read("a", 71, gone).to(Scope::Write).holds();
    widened().read("a", 72, gone).to(Scope::Write).breaks(WIDE);
    // Of the one writer at once.
    narrowed().strong(22, "valid").to(Scope::Write).breaks(LOST);
}

#[test]
fn an_edit_that_takes_something_away_is_not_acknowledged_too_early() {
    let hasty = || Outcome::Done {
        status: 200,
        pending: vec!["weur".to_owned()],
    };
    let narrowed = created().done(edit(READ, 1), 20, 21);
    narrowed
        .changed(edit(Scopes::ALL, 2), 30, 31, hasty())
        .holds();
    for action in [edit(READ, 1), rotate(1), Action::EndPrevious] {
        created()
            .changed(action, 20, 21, hasty())
            .breaks(ACKNOWLEDGED);
    }
    // While it is blocked it takes something away, too.
    created()
        .done(Action::Block, 20, 21)
        .changed(edit(READ, 2), 30, 31, hasty())
        .breaks(ACKNOWLEDGED);
}

#[test]
fn an_edit_overwrites_nothing_that_its_editor_has_not_seen() {
    let blocked = || created().done(Action::Block, 20, 21);
    blocked().done(edit(READ, 1), 30, 31).breaks(LOST);
    blocked()
        .changed(edit(READ, 1), 30, 31, Outcome::Refused)
        .holds();
    blocked()
        .changed(edit(READ, 2), 30, 31, Outcome::Refused)
        .breaks(LOST);
}

#[test]
fn a_rotation_at_once_ends_the_old_token_in_time() {
    let rotated = || created().done(rotate(1), 20, 21);
    rotated().read("a", 31, "valid").holds();
    rotated().read("a", 32, "valid").breaks(STALE);
    rotated().read("a", 32, "expired").holds();
    rotated().read("a", 25, "not_found").with(1).holds();
    rotated().read("a", 32, "valid").with(1).holds();
    rotated().read("a", 32, "not_found").with(1).breaks(UNKNOWN);
    rotated()
        .read("a", 32, "expired")
        .with(1)
        .breaks(UNEXPLAINED);
    rotated().strong(22, "valid").breaks(LOST);
    created().read("a", 5, "valid").with(1).breaks(DOUBT);
    // What one token is known to be says nothing of when the other is.
    rotated()
        .read("a", 22, "valid")
        .with(1)
        .read("a", 24, "valid")
        .holds();
    rotated()
        .read("a", 22, "expired")
        .read("a", 24, "valid")
        .breaks(BACKWARDS);
}

#[test]
fn with_a_grace_both_are_good_until_it_is_over_and_never_three() {
    let both = || created().done(rotate_gently(1), 20, 21);
    both()
        .read("a", 60, "valid")
        .read("a", 60, "valid")
        .with(1)
        .holds();
    both().read("a", 60, "expired").breaks(UNEXPLAINED);
    let ended = || both().done(Action::EndPrevious, 60, 61);
    ended().read("a", 71, "valid").holds();
    ended().read("a", 72, "valid").breaks(STALE);
    ended().read("a", 72, "valid").with(1).holds();
    for third in [rotate_gently(2), rotate(2)] {
        let third = || both().done(third, 60, 61);
        third().read("a", 72, "valid").breaks(STALE);
        third().read("a", 72, "valid").with(2).holds();
    }
    let second = both().done(rotate_gently(2), 60, 61);
    second.read("a", 72, "valid").with(1).holds();
}

#[test]
fn a_block_ends_the_grace_for_good() {
    let blocked = || {
        created()
            .done(rotate_gently(1), 20, 21)
            .done(Action::Block, 40, 41)
    };
    let unblocked = || blocked().done(Action::Unblock, 80, 81);
    blocked().read("a", 60, "valid").breaks(STALE);
    blocked().read("a", 60, "blocked").holds();
    unblocked().read("a", 100, "valid").breaks(STALE);
    unblocked().strong(82, "valid").breaks(LOST);
    unblocked().read("a", 100, "expired").holds();
    unblocked().read("a", 100, "valid").with(1).holds();
    // It was not good before the block, so its end is nobody's news.
    let ended_before = || {
        created()
            .done(rotate(1), 20, 21)
            .done(Action::Block, 40, 41)
    };
    ended_before().read("a", 60, "expired").holds();
    ended_before().read("a", 60, "valid").breaks(STALE);
    ended_before().strong(60, "expired").breaks(LOST);
    ended_before()
        .read("a", 60, "expired")
        .with(1)
        .breaks(UNEXPLAINED);
}

#[test]
fn a_rotation_that_is_asked_for_twice_happens_once() {
    let twice = || created().unknown(rotate(1), 20, 30).done(rotate(1), 40, 41);
    twice().read("a", 60, "valid").with(1).holds();
    twice().read("a", 60, "valid").breaks(STALE);
    twice().done(edit(READ, 2), 50, 51).holds();
    twice().done(edit(READ, 3), 50, 51).breaks(LOST);
}

#[test]
fn the_last_states_are_what_the_answers_leave_open() {
    let told = created()
        .done(edit(READ, 1), 20, 21)
        .unknown(rotate(1), 30, 31);
    let states = last_states(&told.0);
    let says: Vec<_> = states[&0]
        .iter()
        .map(|state| [0, 1].map(|token| state.says(Ask { token, scope: None })))
        .collect();
    assert_eq!(says, [["valid", "not_found"], ["expired", "valid"]]);
}

#[test]
fn no_order_at_all_is_a_loss() {
    created()
        .done(Action::Revoke, 20, 21)
        .done(Action::Unblock, 30, 31)
        .breaks(LOST);
}

#[test]
fn the_delay_is_that_of_the_last_old_answer() {
    let told = created().done(Action::Revoke, 20, 21);
    let told = told
        .read("a", 24, "valid")
        .read("b", 27, "valid")
        .read("b", 29, "revoked");
    let findings = check(&told.0, Rules::of(Duration::from_secs(1)));
    assert_eq!(findings.delays, [Duration::from_millis(600)]);
    assert!(findings.violations.is_empty());
    // That the new token is not known yet is another matter.
    let told = created()
        .done(rotate(1), 20, 21)
        .read("a", 24, "valid")
        .read("a", 27, "not_found")
        .with(1);
    let findings = check(&told.0, Rules::of(Duration::from_secs(1)));
    assert_eq!(findings.delays, [Duration::from_millis(300)]);
}
