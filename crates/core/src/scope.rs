//! What a key may do.

use serde::Serialize;

use crate::{
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    name::Name,
    slug::slug,
    text::Text,
};

slug! {
    /// The immutable id of a scope, used in keys and verifications.
    ScopeId, "reporting:read"
}

slug! {
    /// The immutable id of an account: for whom a key may do what its scopes say.
    AccountId, "customer-17"
}

/// A scope of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scope {
    /// Used in keys and verifications; never changes.
    pub id: ScopeId,
    /// What people read.
    pub name: Name,
    /// What the scope allows, in a sentence or two.
    pub description: Option<Text>,
    /// A retired scope stays in the keys that have it and is granted no more.
    pub retired: bool,
    /// When it was made.
    pub created_at: Instant,
}

/// A scope as it is asked for: `POST /v1/scopes`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateScope))]
pub struct ScopeDraft {
    /// Used in keys and verifications; never changes.
    pub id: ScopeId,
    /// What people read; the id unless said otherwise.
    pub name: Option<Name>,
    /// What the scope allows.
    pub description: Option<Text>,
}

impl ScopeDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let id = fields.required("id", read::scope);
        let name = fields.optional("name", read::name);
        let description = fields.optional("description", read::text).flatten();
        fields.finish(id.map(|id| Self {
            id,
            name,
            description,
        }))
    }
}
