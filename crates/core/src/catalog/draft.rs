//! What someone wants of an entry.

use crate::{
    grants::Grantable,
    input::{Fields, Invalid, Json, read},
    name::Name,
    text::Text,
};

/// An entry as it is asked for: `POST /v1/scopes`, `POST /v1/accounts`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryDraft<T> {
    /// Used in keys and verifications; never changes.
    pub id: T,
    /// What people read; the id unless said otherwise.
    pub name: Option<Name>,
    /// What it stands for.
    pub description: Option<Text>,
}

impl<T: Grantable> EntryDraft<T> {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let id = fields.required("id", read::id::<T>);
        let name = fields.optional("name", read::name);
        let description = fields.optional("description", read::text).flatten();
        fields.finish(id.map(|id| Self {
            id,
            name,
            description,
        }))
    }
}

/// What is to be different: `PATCH /v1/scopes/{id}`, `PATCH /v1/accounts/{id}`
/// (RFC 7396). What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = EditEntry))]
pub struct EntryEdit {
    /// Another name.
    #[cfg_attr(feature = "openapi", schema(value_type = Name, required = false))]
    pub name: Option<Name>,
    /// Another description, or null for none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Text>))]
    pub description: Option<Option<Text>>,
    /// Whether it may be granted from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = bool, required = false))]
    pub retired: Option<bool>,
}

impl EntryEdit {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.changed("name", read::name);
        let description = fields.cleared_or("description", read::text);
        let retired = fields.changed("retired", read::boolean);
        fields.finish(Some(Self {
            name,
            description: description.map(Option::flatten),
            retired,
        }))
    }
}
