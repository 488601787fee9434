//! Who calls, and may they.

use keyway_core::{
    digest::TokenHash,
    instant::Instant,
    member::{Actor, Role},
    problem::{Code, Problem},
};

use crate::ledger::{Ledger, blob, instant};
use crate::wire::Presented;

/// A member whose credential was found good, in this very call.
pub(super) struct Caller {
    pub(super) actor: Actor,
    pub(super) role: Role,
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
                    vec![blob(hash.as_bytes()), instant(now)],
                    |row| Ok((TokenHash::from_bytes(row.blob()?), row.instant()?)),
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
        // A session of a root token that was replaced ends here too.
        if root.is_some_and(|root| root.matches(&credential)) {
            return Ok(Self {
                actor: Actor::root(),
                role: Role::Administrator,
                credential,
                session_ends_at,
            });
        }
        Err(Problem::new(
            Code::CredentialInvalid,
            "This credential is not good, or no longer.",
        ))
    }
}
