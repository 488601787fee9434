//! The named thing an administrator manages, and its life.
//!
//! ```text
//! scheduled ─▶ active ⇄ blocked     and from each of these
//!                                   ─▶ expired (by time alone)
//!                                   ─▶ revoked (for good)
//! ```
//!
//! What time decides is never stored: [`Key::status`] works it out. What people
//! decide is [`Life`].

mod decide;
mod draft;
mod edit;
mod import;
mod list;
mod rotate;
mod status;

use serde::Serialize;

pub use decide::{BulkRequest, Change};
pub use draft::{KeyDraft, ReasonRequest};
pub use edit::{Effect, KeyEdit};
pub use import::{ImportItem, Imported, digest_exists, read_import};
#[cfg(feature = "openapi")]
pub use import::{ImportKeySchema, ImportKeysSchema};
pub use list::{Cursor, KeyList, Place, Sort};
#[cfg(feature = "openapi")]
pub(crate) use rotate::GraceSchema;
pub(crate) use rotate::grace;
pub use rotate::{PreviousToken, RotateRequest};
pub use status::{Decision, Life, Status};

use crate::{
    avatar::AvatarTag,
    contact::Contact,
    environment::Environment,
    grants::Grants,
    id::KeyId,
    instant::Instant,
    member::Actor,
    metadata::Metadata,
    name::Name,
    network::Networks,
    problem::{Code, Problem},
    record::{KeyRecord, Standing},
    scope::{AccountId, ScopeId},
    text::Text,
    token::Hint,
    version::Version,
    webhook::WebhookUrl,
};

/// A key with one current token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub id: KeyId,
    /// Counts its changes.
    pub version: Version,
    /// Its label; may repeat.
    pub name: Name,
    /// What people want to know of it.
    pub description: Option<Text>,
    /// Which data it is for; fixed.
    pub environment: Environment,
    /// What it may do.
    pub scopes: Grants<ScopeId>,
    /// For whom it may do it.
    pub accounts: Grants<AccountId>,
    /// From where.
    pub allowed_ips: Networks,
    /// What the operator's own systems keep with it.
    pub metadata: Metadata,
    /// Whom to tell about it.
    pub contacts: Vec<Contact>,
    /// Where its events are sent.
    pub webhook_url: Option<WebhookUrl>,
    /// Whether its name, times and contacts stay as they were created.
    pub locked: bool,
    /// Whether a copy of its token is kept, encrypted.
    pub recoverable: bool,
    /// Who was shown that copy last, when and why.
    pub revealed: Option<Decision>,
    /// Which picture it has, if any.
    pub avatar: Option<AvatarTag>,
    /// What may be shown of its token.
    pub hint: Hint,
    /// The token before this one, which may be over by now.
    pub previous: Option<PreviousToken>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
    /// Not good before this.
    pub not_before: Option<Instant>,
    /// Not good from this on.
    pub expires_at: Option<Instant>,
    /// What people decided of it.
    pub life: Life,
    /// When a service last found it good; a minute late, and not a part of any
    /// version.
    pub last_used_at: Option<Instant>,
    /// Since when it is on no list any more.
    pub deleted_at: Option<Instant>,
}

impl Key {
    /// A new key of `draft`, whose token shows as `hint`.
    #[must_use]
    pub fn create(draft: KeyDraft, id: KeyId, hint: Hint, by: Actor, now: Instant) -> Self {
        let life = if draft.active {
            Life::Active
        } else {
            Life::Blocked(Decision {
                at: now,
                by: by.clone(),
                reason: None,
            })
        };
        Self {
            id,
            version: Version::FIRST,
            name: draft.name,
            description: draft.description,
            environment: draft.environment,
            scopes: draft.scopes,
            accounts: draft.accounts,
            allowed_ips: draft.allowed_ips,
            metadata: draft.metadata,
            contacts: draft.contacts,
            webhook_url: draft.webhook_url,
            locked: draft.locked.unwrap_or(false),
            recoverable: draft.recoverable,
            revealed: None,
            avatar: None,
            hint,
            previous: None,
            created_at: now,
            created_by: by,
            not_before: draft.not_before,
            expires_at: draft.expires_at,
            life,
            last_used_at: None,
            deleted_at: None,
        }
    }

    /// Ends the key for good. Revoking twice changes nothing and keeps who, when
    /// and why of the first time; whether anything changed is the answer.
    pub fn revoke(&mut self, by: Actor, reason: Option<Text>, now: Instant) -> bool {
        if matches!(self.life, Life::Revoked(_)) {
            return false;
        }
        self.life = Life::Revoked(Decision {
            at: now,
            by,
            reason,
        });
        self.end_grace(now);
        self.version = self.version.next();
        true
    }

    /// Takes the key off all lists for good, and with it what people noted of it;
    /// ends it first if that has not been done. Deleting twice changes nothing;
    /// whether anything changed is the answer.
    pub fn delete(&mut self, by: Actor, reason: Option<Text>, now: Instant) -> bool {
        if self.deleted_at.is_some() {
            return false;
        }
        // Published anew in any case, without what is forgotten here.
        if !self.revoke(by, reason, now) {
            self.version = self.version.next();
        }
        self.description = None;
        self.metadata = Metadata::default();
        self.contacts.clear();
        self.webhook_url = None;
        self.avatar = None;
        self.last_used_at = None;
        self.deleted_at = Some(now);
        true
    }

    /// Takes the key out of use until it is unblocked, and its previous token for
    /// good. Blocking twice changes
    /// nothing and keeps who, when and why of the first time; whether anything
    /// changed is the answer.
    ///
    /// # Errors
    ///
    /// `key_revoked`.
    pub fn block(
        &mut self,
        by: Actor,
        reason: Option<Text>,
        now: Instant,
    ) -> Result<bool, Problem> {
        match self.life {
            Life::Revoked(_) => Err(ended("block")),
            Life::Blocked(_) => Ok(false),
            Life::Active => {
                self.life = Life::Blocked(Decision {
                    at: now,
                    by,
                    reason,
                });
                self.end_grace(now);
                self.version = self.version.next();
                Ok(true)
            }
        }
    }

    /// Puts a blocked key back into use. For one that is not blocked there is
    /// nothing to do; whether anything changed is the answer.
    ///
    /// # Errors
    ///
    /// `key_revoked`.
    pub fn unblock(&mut self) -> Result<bool, Problem> {
        match self.life {
            Life::Revoked(_) => Err(ended("unblock")),
            Life::Active => Ok(false),
            Life::Blocked(_) => {
                self.life = Life::Active;
                self.version = self.version.next();
                Ok(true)
            }
        }
    }

    /// Whether its token may be shown again, if a copy is kept. That of a revoked
    /// key is of no use to anybody who means well.
    ///
    /// # Errors
    ///
    /// `key_revoked`, `not_recoverable`.
    pub fn can_be_revealed(&self) -> Result<(), Problem> {
        if matches!(self.life, Life::Revoked(_)) {
            return Err(ended("reveal"));
        }
        if !self.recoverable {
            return Err(Problem::new(
                Code::NotRecoverable,
                "This key was not created as recoverable: its token was shown once and is kept \
                 nowhere. Rotate the key for a new one.",
            ));
        }
        Ok(())
    }

    /// Whether it may get another picture, or lose the one it has. A lock keeps
    /// name, times and contacts and not that.
    ///
    /// # Errors
    ///
    /// `key_revoked`.
    pub fn can_change_avatar(&self) -> Result<(), Problem> {
        match self.life {
            Life::Revoked(_) => Err(ended("change")),
            Life::Active | Life::Blocked(_) => Ok(()),
        }
    }

    /// Where the key stands at `now`. Promise 5: nothing comes after revoked.
    #[must_use]
    pub fn status(&self, now: Instant) -> Status {
        match self.life {
            Life::Revoked(_) => Status::Revoked,
            _ if self.expires_at.is_some_and(|end| now >= end) => Status::Expired,
            Life::Blocked(_) => Status::Blocked,
            Life::Active if self.not_before.is_some_and(|start| now < start) => Status::Scheduled,
            Life::Active => Status::Active,
        }
    }

    /// What people decided of it, without who and why.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.life {
            Life::Active => Standing::Active,
            Life::Blocked(_) => Standing::Blocked,
            Life::Revoked(_) => Standing::Revoked,
        }
    }

    /// The part that a verification needs, for the token that ends at
    /// `token_ends_at`. One that is over at `now` is over for every reader, also
    /// for one whose clock is behind: what was decided is not held against it.
    #[must_use]
    pub fn record(&self, token_ends_at: Option<Instant>, now: Instant) -> KeyRecord {
        let token_ends_at = match token_ends_at {
            Some(end) if end <= now => Some(Instant::EPOCH),
            other => other,
        };
        KeyRecord {
            key: self.id,
            version: self.version,
            standing: self.standing(),
            environment: self.environment,
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            accounts: self.accounts.clone(),
            allowed_ips: self.allowed_ips.clone(),
            metadata: self.metadata.clone(),
            not_before: self.not_before,
            expires_at: self.expires_at,
            token_ends_at,
        }
    }

    /// As the API shows it at `now`.
    #[must_use]
    pub fn view(&self, now: Instant) -> KeyView<'_> {
        let status = self.status(now);
        let (blocked, revoked) = match &self.life {
            Life::Active => (None, None),
            Life::Blocked(decision) => (Some(decision), None),
            Life::Revoked(decision) => (None, Some(decision)),
        };
        KeyView {
            id: self.id,
            version: self.version,
            name: &self.name,
            description: self.description.as_ref(),
            environment: self.environment,
            status,
            scopes: &self.scopes,
            accounts: &self.accounts,
            allowed_ips: &self.allowed_ips,
            metadata: &self.metadata,
            contacts: &self.contacts,
            webhook_url: self.webhook_url.as_ref(),
            locked: self.locked,
            recoverable: self.recoverable,
            revealed: self.revealed.as_ref(),
            avatar: self.avatar.as_ref(),
            hint: &self.hint,
            previous_token: self
                .previous
                .as_ref()
                .filter(|previous| now < previous.ends_at && status != Status::Revoked),
            created_at: self.created_at,
            created_by: &self.created_by,
            not_before: self.not_before,
            expires_at: self.expires_at,
            blocked,
            revoked,
            last_used_at: self.last_used_at,
        }
    }
}

/// A key, as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Key))]
pub struct KeyView<'a> {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^key_[0-9A-Za-z]{22}$", example = "key_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: KeyId,
    /// Counts its changes.
    pub version: Version,
    /// Its label; may repeat.
    pub name: &'a Name,
    /// What people want to know of it.
    pub description: Option<&'a Text>,
    /// Which data it is for; fixed.
    pub environment: Environment,
    /// Where it stands now.
    pub status: Status,
    /// What it may do: ids, or `["*"]` for all, future ones included.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub scopes: &'a Grants<ScopeId>,
    /// For whom it may do it: ids, or `["*"]` for all, future ones included.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>))]
    pub accounts: &'a Grants<AccountId>,
    /// From where it may be used: networks in CIDR notation; empty for everywhere.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::network::NetworkSchema>))]
    pub allowed_ips: &'a Networks,
    /// What the operator's own systems keep with it; in each verdict.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: &'a Metadata,
    /// Whom to tell about it.
    pub contacts: &'a [Contact],
    /// Where its events are sent.
    pub webhook_url: Option<&'a WebhookUrl>,
    /// Whether its name, times and contacts stay as they were created.
    pub locked: bool,
    /// Whether a copy of its token is kept, encrypted.
    pub recoverable: bool,
    /// Who was shown that copy last, when and why.
    pub revealed: Option<&'a Decision>,
    /// Which picture it has: the beginning of its SHA-256, or null. Another one
    /// makes no other version of the key.
    pub avatar: Option<&'a AvatarTag>,
    /// What may be shown of its token.
    pub hint: &'a Hint,
    /// The token before this one, while it is good beside it: the grace of a
    /// rotation.
    pub previous_token: Option<&'a PreviousToken>,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: &'a Actor,
    /// Not good before this.
    pub not_before: Option<Instant>,
    /// Not good from this on.
    pub expires_at: Option<Instant>,
    /// By whom, when and why it was blocked, if it is.
    pub blocked: Option<&'a Decision>,
    /// By whom, when and why it was revoked, if it was.
    pub revoked: Option<&'a Decision>,
    /// When a service last found it good; about a minute late. Null where none
    /// has yet.
    pub last_used_at: Option<Instant>,
}

/// Promise 5: nothing comes after revoked.
fn ended(what: &str) -> Problem {
    Problem::new(
        Code::KeyRevoked,
        format!(
            "This key is revoked, for good: there is nothing left to {what}. Create a new one."
        ),
    )
}

#[cfg(test)]
mod tests;
