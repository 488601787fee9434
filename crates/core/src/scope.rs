//! What a key may do.

use serde::Serialize;

use crate::{
    grants::IdSet,
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    name::{InvalidName, Name},
    problem::Code,
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
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
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

    /// The new scope. Without a name it is called by its id, which always is one.
    ///
    /// # Errors
    ///
    /// Never in practice: the shape of ids is narrower than that of names.
    pub fn into_scope(self, now: Instant) -> Result<Scope, InvalidName> {
        let name = match self.name {
            Some(name) => name,
            None => Name::parse(self.id.as_str())?,
        };
        Ok(Scope {
            id: self.id,
            name,
            description: self.description,
            retired: false,
            created_at: now,
        })
    }
}

/// The scopes of a workspace, as far as granting them goes.
#[derive(Debug, Clone, Default)]
pub struct ScopeBook {
    grantable: IdSet<ScopeId>,
    retired: IdSet<ScopeId>,
}

impl FromIterator<(ScopeId, bool)> for ScopeBook {
    /// From the ids, and whether each is retired.
    fn from_iter<I: IntoIterator<Item = (ScopeId, bool)>>(scopes: I) -> Self {
        let mut book = Self::default();
        for (id, is_retired) in scopes {
            let set = if is_retired {
                &mut book.retired
            } else {
                &mut book.grantable
            };
            set.insert(id);
        }
        book
    }
}

impl ScopeBook {
    /// Whether `id` may be granted.
    ///
    /// # Errors
    ///
    /// `unknown_scope` or `retired_scope`.
    pub fn grantable(&self, id: &ScopeId) -> Result<(), Invalid> {
        if self.grantable.contains(id) {
            Ok(())
        } else if self.retired.contains(id) {
            Err(Invalid::one(
                Code::RetiredScope,
                format!("The scope `{id}` is retired and granted no more."),
            ))
        } else {
            Err(Invalid::one(
                Code::UnknownScope,
                format!("This workspace has no scope `{id}`. Create it first."),
            ))
        }
    }
}
