//! Whom an isolate has met.
//!
//! The same few services ask again and again. Their digests are remembered, by
//! the hashes of their tokens: reading such a token and working out its digest
//! takes longer than everything else that is done for one that is known. It says
//! nothing of whether a verifier is still good.

use crate::{
    digest::{Digest, TokenHash},
    workspace::WorkspaceName,
};

/// Looked through from the first to the last, so there are few.
const MOST: usize = 16;

/// A verifier token that was found good once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) hash: TokenHash,
    pub(crate) workspace: WorkspaceName,
    /// Under the current pepper.
    pub(crate) digest: Digest,
}

#[derive(Debug, Default)]
pub(crate) struct Callers {
    met: Vec<Met>,
    next: usize,
}

impl Callers {
    pub(crate) fn find(&self, hash: &TokenHash) -> Option<&Met> {
        self.met.iter().find(|met| met.hash == *hash)
    }

    /// Remembers one, in the place of the one that came first where there are
    /// too many. Only those that are good come here: made-up tokens push
    /// nobody out.
    pub(crate) fn meet(&mut self, met: Option<Met>) {
        let Some(met) = met.filter(|met| self.find(&met.hash).is_none()) else {
            return;
        };
        if self.met.len() < MOST {
            self.met.push(met);
        } else if let Some(place) = self.met.get_mut(self.next) {
            *place = met;
            self.next = (self.next + 1) % MOST;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(number: u8) -> Met {
        Met {
            hash: TokenHash::from_bytes([number; 32]),
            workspace: WorkspaceName::default_workspace(),
            digest: Digest::from_bytes([number; 32]),
        }
    }

    #[test]
    fn the_first_makes_room_when_there_are_too_many() {
        let mut callers = Callers::default();
        for number in 0..=u8::try_from(MOST).unwrap() {
            callers.meet(Some(met(number)));
            callers.meet(Some(met(number)));
            callers.meet(None);
        }
        assert_eq!(callers.met.len(), MOST);
        assert_eq!(callers.find(&met(0).hash), None);
        assert_eq!(callers.find(&met(1).hash), Some(&met(1)));
        assert_eq!(callers.find(&met(16).hash), Some(&met(16)));
    }
}
