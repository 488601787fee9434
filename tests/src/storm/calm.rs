//! What chance alone would leave out of some storms: changes that follow each
//! other, while nothing breaks. Before each of the two every isolate has read the
//! keys, in the versions that they have by then.

use std::sync::atomic::Ordering;

use super::{
    acts::{rotate, version},
    finale::{confirm, insist},
    known::Known,
    shared::Shared,
};
use crate::model::{Action, Scopes};

/// Half of the keys get a token in its grace, for [`change`] to end it.
pub(super) fn begin(shared: &Shared, known: &Known) {
    if known.key.is_multiple_of(2) && !known.over.load(Ordering::SeqCst) {
        turn(shared, known, true);
    }
}

pub(super) fn change(shared: &Shared, known: &Known) {
    if known.over.load(Ordering::SeqCst) {
        refused(shared, known);
        return;
    }
    match known.key % 6 {
        0 => {
            // For good.
            confirm(shared, known, Action::Block);
            confirm(shared, known, Action::Unblock);
        }
        // Never three.
        2 => turn(shared, known, true),
        4 => confirm(shared, known, Action::EndPrevious),
        1 => turn(shared, known, false),
        3 => edit(shared, known, Scopes::NONE),
        _ => {}
    }
}

/// Promise 5: nothing becomes of a revoked key.
fn refused(shared: &Shared, known: &Known) {
    confirm(shared, known, Action::Unblock);
    turn(shared, known, false);
    edit(shared, known, Scopes::ALL);
}

fn turn(shared: &Shared, known: &Known, grace: bool) {
    if let Some(action) = rotate(known, grace) {
        confirm(shared, known, action);
    }
}

fn edit(shared: &Shared, known: &Known, scopes: Scopes) {
    insist(shared, "the version of a key", || {
        let version = version(shared, &shared.desk, known)?;
        confirm(shared, known, Action::Edit { scopes, version });
        Some(())
    });
}
