//! What someone wants of a key that does not exist yet.

use crate::{
    catalog::Books,
    contact::Contact,
    environment::Environment,
    grants::Grants,
    input::{Fields, Invalid, Json, detail, read},
    instant::Instant,
    metadata::Metadata,
    name::Name,
    network::Networks,
    problem::Code,
    scope::{AccountId, ScopeId},
    text::Text,
    webhook::WebhookUrl,
};

/// A key as it is asked for: `POST /v1/keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateKey))]
pub struct KeyDraft {
    /// Its label; may repeat.
    pub name: Name,
    /// What people want to know of it.
    pub description: Option<Text>,
    /// Which data it is for; `live` unless said otherwise, and fixed from then on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Environment>))]
    pub environment: Environment,
    /// What it may do: ids of known scopes, or `["*"]` for all. None unless said otherwise.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::grants::GrantSchema>>, max_items = 500))]
    pub scopes: Grants<ScopeId>,
    /// For whom it may do it: ids of known accounts, or `["*"]` for all. None unless said otherwise.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::grants::GrantSchema>>, max_items = 500))]
    pub accounts: Grants<AccountId>,
    /// From where it may be used: networks in CIDR notation. Everywhere unless
    /// said otherwise.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::network::NetworkSchema>>, max_items = 50))]
    pub allowed_ips: Networks,
    /// What the operator's own systems keep with it, at most 4 KB and 16 levels deep.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub metadata: Metadata,
    /// Whom to tell about it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Contact>>, max_items = 10))]
    pub contacts: Vec<Contact>,
    /// Where its events are sent.
    pub webhook_url: Option<WebhookUrl>,
    /// Not good before this.
    pub not_before: Option<Instant>,
    /// Not good from this on. In the future, and after `not_before`.
    pub expires_at: Option<Instant>,
    /// False makes a key that is blocked until somebody unblocks it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub active: bool,
    /// Whether its name, times and contacts stay as they are now, for good. As the
    /// settings of the workspace have it unless said otherwise.
    pub locked: Option<bool>,
    /// Whether a copy of its token is kept, encrypted, that administrators can have
    /// shown again. Only where the operator has set a vault key.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub recoverable: bool,
}

impl KeyDraft {
    /// Reads the body of a request at `now`, in a workspace that grants what `books` hold.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>, books: &Books, now: Instant) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let draft = Self::of(&mut fields, books, now);
        fields.finish(draft)
    }

    /// The same of the members of a body that may have more of them.
    pub(super) fn of(fields: &mut Fields<'_>, books: &Books, now: Instant) -> Option<Self> {
        let name = fields.required("name", read::name);
        let description = fields.optional("description", read::text).flatten();
        let environment = fields.optional("environment", read::environment);
        let scopes = fields.optional("scopes", |value| {
            read::granted(value, &books.scopes, &Grants::default())
        });
        let accounts = fields.optional("accounts", |value| {
            read::granted(value, &books.accounts, &Grants::default())
        });
        let allowed_ips = fields.optional("allowed_ips", detail::networks);
        let metadata = fields.optional("metadata", |value| detail::metadata(value, None));
        let contacts = fields.optional("contacts", detail::contacts);
        let webhook_url = fields.optional("webhook_url", detail::webhook_url);
        let active = fields.optional("active", read::boolean);
        let locked = fields.optional("locked", read::boolean);
        let recoverable = fields.optional("recoverable", read::boolean);
        let not_before = fields.optional("not_before", read::instant);
        let expires_at = fields.optional("expires_at", |value| {
            let end = read::instant(value)?;
            match not_before {
                _ if end <= now => Err(Invalid::one(
                    Code::ExpiryInPast,
                    "The expiry lies in the past.",
                )),
                Some(start) if end <= start => Err(Invalid::one(
                    Code::NotBeforeAfterExpiry,
                    "The key would expire before it becomes valid.",
                )),
                _ => Ok(end),
            }
        });
        name.map(|name| Self {
            name,
            description,
            environment: environment.unwrap_or_default(),
            scopes: scopes.unwrap_or_default(),
            accounts: accounts.unwrap_or_default(),
            allowed_ips: allowed_ips.unwrap_or_default(),
            metadata: metadata.unwrap_or_default(),
            contacts: contacts.unwrap_or_default(),
            webhook_url,
            not_before,
            expires_at,
            active: active.unwrap_or(true),
            locked,
            recoverable: recoverable.unwrap_or(false),
        })
    }
}

/// Why a key is blocked, unblocked or revoked: the body of
/// `POST /v1/keys/{id}/revoke` and its like, which may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Reason))]
pub struct ReasonRequest {
    /// Kept with the key.
    pub reason: Option<Text>,
}

impl ReasonRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let reason = fields.optional("reason", read::text).flatten();
        fields.finish(Some(Self { reason }))
    }
}
