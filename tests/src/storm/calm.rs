//! What chance alone would leave out of some storms: changes that follow each
//! other, while nothing breaks. Every isolate has read the key before.

use std::sync::atomic::Ordering;

use super::{
    acts::{rotate, version},
    finale::{confirm, insist},
    known::Known,
    shared::Shared,
};
use crate::model::{Action, Scopes};

pub(super) fn change(shared: &Shared, known: &Known) {
    if known.over.load(Ordering::SeqCst) {
        refused(shared, known);
        return;
    }
    match known.key % 6 {
        0 => {
            // The grace is over with the block, for good.
            turn(shared, known, true);
            confirm(shared, known, Action::Block);
            confirm(shared, known, Action::Unblock);
        }
        1 => turn(shared, known, false),
        2 => {
            // Never three.
            turn(shared, known, true);
            turn(shared, known, true);
        }
        3 => {
            turn(shared, known, true);
            confirm(shared, known, Action::EndPrevious);
        }
        4 => edit(shared, known, Scopes::NONE),
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
