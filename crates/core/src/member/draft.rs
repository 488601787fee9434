//! What someone wants of a member who is none yet.

use super::{Rights, Role};
use crate::{
    catalog::Books,
    contact::Email,
    grants::Grants,
    input::{Fields, Invalid, Json, detail, read},
    instant::Instant,
    name::Name,
    problem::Code,
};

/// An invitation: `POST /v1/members`. Somebody with an e-mail address is a
/// person, and without one it is a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberDraft {
    /// What they are called.
    pub name: Name,
    /// By which a person is known.
    pub email: Option<Email>,
    /// What they may do.
    pub rights: Rights,
    /// Until when their management token is good; `None` for no end.
    pub token: MemberTokenDraft,
}

/// The body of `POST /v1/members`, for the document.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = InviteMember)]
#[allow(dead_code, reason = "read by the derive, not made")]
pub struct MemberDraftSchema {
    /// What they are called.
    name: Name,
    /// By which a person is known. A program has none.
    email: Option<Email>,
    /// `manager` unless said otherwise.
    role: Option<Role>,
    /// Whether a manager may do anything with keys; false unless said otherwise.
    api_access: Option<bool>,
    /// Whose keys a manager sees, and may grant: ids of known accounts, or `["*"]`.
    /// None unless said otherwise.
    #[schema(value_type = Option<Vec<crate::grants::GrantSchema>>, max_items = 500)]
    accounts: Grants<crate::scope::AccountId>,
    /// What a manager may grant, likewise.
    #[schema(value_type = Option<Vec<crate::grants::GrantSchema>>, max_items = 500)]
    scopes: Grants<crate::scope::ScopeId>,
    /// Until when their management token is good. In the future; null for no end.
    token_expires_at: Option<Instant>,
}

impl MemberDraft {
    /// Reads the body of a request at `now`, in a workspace that grants what
    /// `books` hold.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>, books: &Books, now: Instant) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.required("name", read::name);
        let email = fields.optional("email", detail::email);
        let role = fields.optional("role", |value| match Role::read(value)? {
            Role::Administrator if email.is_none() => Err(Invalid::one(
                Code::InvalidRole,
                "A program is a manager. An administrator has an e-mail address.",
            )),
            role => Ok(role),
        });
        let api_access = fields.optional("api_access", read::boolean);
        let accounts = fields.optional("accounts", |value| {
            read::granted(value, &books.accounts, &Grants::default())
        });
        let scopes = fields.optional("scopes", |value| {
            read::granted(value, &books.scopes, &Grants::default())
        });
        let expires_at = fields.optional("token_expires_at", |value| end(value, now));
        fields.finish(name.map(|name| Self {
            name,
            email,
            rights: Rights {
                role: role.unwrap_or(Role::Manager),
                api_access: api_access.unwrap_or(false),
                accounts: accounts.unwrap_or_default(),
                scopes: scopes.unwrap_or_default(),
                root: false,
            },
            token: MemberTokenDraft { expires_at },
        }))
    }
}

/// A management token: the body of `POST /v1/members/{id}/token`, which may be
/// left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateMemberToken))]
pub struct MemberTokenDraft {
    /// Not good from this on. In the future; null for no end.
    pub expires_at: Option<Instant>,
}

impl MemberTokenDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>, now: Instant) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let expires_at = fields.optional("expires_at", |value| end(value, now));
        fields.finish(Some(Self { expires_at }))
    }
}

fn end(value: &Json<'_>, now: Instant) -> Result<Instant, Invalid> {
    let end = read::instant(value)?;
    if end <= now {
        return Err(Invalid::one(
            Code::ExpiryInPast,
            "The expiry lies in the past.",
        ));
    }
    Ok(end)
}
