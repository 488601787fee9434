//! Who calls, and may they.

use keyway_core::{
    catalog::Books,
    contact::Email,
    digest::TokenHash,
    instant::Instant,
    member::{Actor, Rights},
    problem::{Code, Problem},
};

use super::{Call, catalog, members};
use crate::ledger::{Fault, Ledger, values};
use crate::wire::Presented;

/// What somebody is known by.
pub(super) enum Known {
    /// The hash of their management token.
    Token(TokenHash),
    /// Their address, by the word of Cloudflare Access.
    Access(Email),
}

/// A member whose credential was found good, in this very call.
pub(super) struct Caller {
    pub(super) actor: Actor,
    pub(super) rights: Rights,
    /// What they are known by, directly or through a session.
    pub(super) known: Known,
    /// Until when, for a session.
    pub(super) session_ends_at: Option<Instant>,
}

impl Caller {
    /// Looks the credential up. It is done on every call and nothing of it is
    /// kept, so that whoever loses a right has lost it with the next call.
    pub(super) fn establish(
        ledger: &Ledger,
        call: &Call,
        root: Option<&TokenHash>,
        now: Instant,
    ) -> Result<Self, Problem> {
        let (known, session) = match &call.presented {
            None => {
                return Err(Problem::new(
                    Code::CredentialMissing,
                    "A credential is needed.",
                ));
            }
            Some(Presented::Token(hash)) => (Known::Token(*hash), None),
            Some(Presented::Access(email)) => (Known::Access(email.clone()), None),
            Some(Presented::Session(hash)) => {
                let found = ledger.first(
                    "SELECT credential, expires_at, member, email FROM sessions \
                     WHERE sha256 = ? AND expires_at > ?",
                    values().blob(hash.as_bytes()).instant(now),
                    |row| {
                        let token = Known::Token(TokenHash::from_bytes(row.blob()));
                        let session = (row.instant(), row.text());
                        let email = row.optional_text().map(|email| Email::parse(&email));
                        let email = email.transpose();
                        let email = email.map_err(|_| Fault::column("sessions.email"))?;
                        Ok((email.map_or(token, Known::Access), session))
                    },
                )?;
                let (known, session) = found.ok_or_else(over)?;
                (known, Some(session))
            }
        };
        // A session of a token that was replaced ends with it, and that of an
        // address that is nobody's any more.
        let is_root = match &known {
            Known::Token(hash) => root.is_some_and(|root| root.matches(hash)),
            Known::Access(_) => false,
        };
        let (actor, rights) = if is_root {
            let rights = Rights {
                root: call.workspace.is_default(),
                ..Rights::administrator()
            };
            (Actor::root(), rights)
        } else {
            let member = members::behind(ledger, &known, now)?;
            (member.actor(), member.rights)
        };
        // Whoever has the address by now signs in for themselves.
        let id = actor.id.to_string();
        if session.as_ref().is_some_and(|(_, whose)| *whose != id) {
            return Err(over());
        }
        Ok(Self {
            actor,
            rights,
            known,
            session_ends_at: session.map(|(ends_at, _)| ends_at),
        })
    }

    /// What they can grant now.
    pub(super) fn books(&self, ledger: &Ledger) -> Result<Books, Fault> {
        Ok(self.rights.within(catalog::books(ledger)?))
    }
}

/// Of a session that ended, in the words that the page knows it by.
fn over() -> Problem {
    Problem::new(
        Code::CredentialInvalid,
        "You are signed out. Sign in again.",
    )
}
