//! What someone wants to be different about a key.

use super::{Key, Life, ended};
use crate::{
    catalog::Books,
    contact::Contact,
    grants::Grants,
    input::{Fields, Invalid, Json, detail, read},
    instant::Instant,
    member::Actor,
    metadata::Metadata,
    name::Name,
    network::Networks,
    problem::{Code, Problem},
    scope::{AccountId, ScopeId},
    text::Text,
    webhook::WebhookUrl,
};

/// What is to be different: `PATCH /v1/keys/{id}` (RFC 7396). What is `None`
/// stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditKey))]
pub struct KeyEdit {
    /// Another name.
    #[cfg_attr(feature = "openapi", schema(value_type = Name, required = false))]
    pub name: Option<Name>,
    /// Another description, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Text>))]
    pub description: Option<Option<Text>>,
    /// What it may do from now on: all of it, not what is added. A retired scope
    /// that the key has may stay.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>, required = false, max_items = 500))]
    pub scopes: Option<Grants<ScopeId>>,
    /// For whom, likewise.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::grants::GrantSchema>, required = false, max_items = 500))]
    pub accounts: Option<Grants<AccountId>>,
    /// From where it may be used from now on; null or an empty list for everywhere.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::network::NetworkSchema>>, max_items = 50))]
    pub allowed_ips: Option<Networks>,
    /// Merged into what there is, member by member: null takes one away, and all
    /// of it in the place of the object.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Option<Metadata>,
    /// Whom to tell from now on: all of them, not who is added.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Contact>>, max_items = 10))]
    pub contacts: Option<Vec<Contact>>,
    /// Another address for its events, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<WebhookUrl>))]
    pub webhook_url: Option<Option<WebhookUrl>>,
    /// False blocks the key, true unblocks it.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub active: Option<bool>,
    /// Another beginning, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Instant>))]
    pub not_before: Option<Option<Instant>>,
    /// Another end, or null for none. In the future, unless it is the one that
    /// the key has; and after `not_before`.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Instant>))]
    pub expires_at: Option<Option<Instant>>,
}

/// What an edit did to what a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing is different.
    None,
    /// Whoever got in before still does.
    Kept,
    /// Something is taken away.
    Narrowed,
}

impl KeyEdit {
    /// Reads the body of a request at `now` about `key`, in a workspace that
    /// grants what `books` hold.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>, key: &Key, books: &Books, now: Instant) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.changed("name", read::name);
        let description = fields.cleared_or("description", read::text);
        let scopes = fields.changed("scopes", |value| {
            read::granted(value, &books.scopes, &key.scopes)
        });
        let accounts = fields.changed("accounts", |value| {
            read::granted(value, &books.accounts, &key.accounts)
        });
        let allowed_ips = fields.cleared_or("allowed_ips", detail::networks);
        let metadata = fields.cleared_or("metadata", |value| {
            detail::metadata(value, Some(&key.metadata))
        });
        let contacts = fields.cleared_or("contacts", detail::contacts);
        let webhook_url = fields.cleared_or("webhook_url", detail::webhook_url);
        let active = fields.changed("active", read::boolean);
        let not_before = fields.cleared_or("not_before", |value| {
            let start = read::instant(value)?;
            // Against the end that stays; one that is given is held against this.
            match key.expires_at {
                Some(end) if end <= start && !has(body, "expires_at") => Err(ends_first()),
                _ => Ok(start),
            }
        });
        let start = not_before.unwrap_or(key.not_before);
        let expires_at = fields.cleared_or("expires_at", |value| {
            let end = read::instant(value)?;
            match start {
                _ if end <= now && key.expires_at != Some(end) => Err(Invalid::one(
                    Code::ExpiryInPast,
                    "The expiry lies in the past. To end a key now, revoke it.",
                )),
                Some(start) if end <= start => Err(ends_first()),
                _ => Ok(end),
            }
        });
        fields.finish(Some(Self {
            name,
            description: description.map(Option::flatten),
            scopes,
            accounts,
            allowed_ips: allowed_ips.map(Option::unwrap_or_default),
            metadata: metadata.map(Option::unwrap_or_default),
            contacts: contacts.map(Option::unwrap_or_default),
            webhook_url,
            active,
            not_before,
            expires_at,
        }))
    }
}

fn has(body: &Json<'_>, name: &str) -> bool {
    matches!(body, Json::Object(members) if members.iter().any(|(known, _)| known == name))
}

fn ends_first() -> Invalid {
    Invalid::one(
        Code::NotBeforeAfterExpiry,
        "The key would expire before it becomes valid.",
    )
}

impl Key {
    /// Makes the changes of `edit`, which are this one's. If there are none, the
    /// version stays.
    ///
    /// # Errors
    ///
    /// `key_revoked`, `locked`.
    pub fn apply(&mut self, edit: KeyEdit, by: &Actor, now: Instant) -> Result<Effect, Problem> {
        if matches!(self.life, Life::Revoked(_)) {
            return Err(ended("edit"));
        }
        let mut next = self.clone();
        let KeyEdit {
            name,
            description,
            scopes,
            accounts,
            allowed_ips,
            metadata,
            contacts,
            webhook_url,
            active,
            not_before,
            expires_at,
        } = edit;
        set(&mut next.name, name);
        set(&mut next.description, description);
        set(&mut next.scopes, scopes);
        set(&mut next.accounts, accounts);
        set(&mut next.allowed_ips, allowed_ips);
        set(&mut next.metadata, metadata);
        set(&mut next.contacts, contacts);
        set(&mut next.webhook_url, webhook_url);
        set(&mut next.not_before, not_before);
        set(&mut next.expires_at, expires_at);
        match active {
            Some(true) => next.unblock()?,
            Some(false) => next.block(by.clone(), None, now)?,
            None => false,
        };
        if next == *self {
            return Ok(Effect::None);
        }
        if self.locked && !next.is_as_locked_as(self) {
            return Err(Problem::new(
                Code::Locked,
                "This key was created as a locked one: its name, its times and its contacts stay \
                 as they are. It can be blocked, rotated and revoked.",
            ));
        }
        // An absent start is before all others, an absent end after them.
        let ends = |key: &Self| key.expires_at.map_or(i64::MAX, Instant::as_millis);
        let narrowed = !next.scopes.cover(&self.scopes)
            || !next.accounts.cover(&self.accounts)
            || !next.allowed_ips.cover(&self.allowed_ips)
            || next.life != self.life
            || next.not_before > self.not_before
            || ends(&next) < ends(self);
        next.version = self.version.next();
        *self = next;
        Ok(if narrowed {
            Effect::Narrowed
        } else {
            Effect::Kept
        })
    }

    /// Whether what a lock keeps is the same.
    fn is_as_locked_as(&self, before: &Self) -> bool {
        self.name == before.name
            && self.not_before == before.not_before
            && self.expires_at == before.expires_at
            && self.contacts == before.contacts
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
