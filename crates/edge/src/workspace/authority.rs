//! Who calls, and may they.

use keyway_core::{
    catalog::Books,
    digest::TokenHash,
    instant::Instant,
    member::{Actor, Rights},
    problem::{Code, Problem},
};

use super::{catalog, members};
use crate::ledger::{Fault, Ledger, values};
use crate::wire::Presented;

/// A member whose credential was found good, in this very call.
pub(super) struct Caller {
    pub(super) actor: Actor,
    pub(super) rights: Rights,
    /// The hash of the management token behind the call, directly or through a session.
    pub(super) credential: TokenHash,
    /// Until when, for a session.
    pub(super) session_ends_at: Option<Instant>,
}

impl Caller {
    /// Looks the credential up. It is done on every call and nothing of it is
    /// kept, so that whoever loses a right has lost it with the next call.
    pub(super) fn establish(
        ledger: &Ledger,
        presented: Option<Presented>,
        root: Option<&TokenHash>,
        now: Instant,
    ) -> Result<Self, Problem> {
        let (credential, session_ends_at) = match presented {
            None => {
                return Err(Problem::new(
                    Code::CredentialMissing,
                    "A credential is needed.",
                ));
            }
            Some(Presented::Token(hash)) => (hash, None),
            Some(Presented::Session(hash)) => {
                let found = ledger.first(
                    "SELECT credential, expires_at FROM sessions WHERE sha256 = ? AND expires_at > ?",
                    values().blob(hash.as_bytes()).instant(now),
                    |row| Ok((TokenHash::from_bytes(row.blob()), row.instant())),
                )?;
                let (credential, ends_at) = found.ok_or_else(|| {
                    Problem::new(
                        Code::CredentialInvalid,
                        "You are signed out. Sign in again.",
                    )
                })?;
                (credential, Some(ends_at))
            }
        };
        // A session of a token that was replaced ends with it.
        let (actor, rights) = if root.is_some_and(|root| root.matches(&credential)) {
            (Actor::root(), Rights::administrator())
        } else {
            let member = members::behind(ledger, &credential, now)?;
            (member.actor(), member.rights)
        };
        Ok(Self {
            actor,
            rights,
            credential,
            session_ends_at,
        })
    }

    /// What they can grant now.
    pub(super) fn books(&self, ledger: &Ledger) -> Result<Books, Fault> {
        Ok(self.rights.within(catalog::books(ledger)?))
    }
}
