//! People, and programs that act as one.

use serde::{Serialize, Serializer};

use crate::id::MemberId;

/// What a member may do (`docs/ARCHITECTURE.md`, "People").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(rename_all = "lowercase"))]
pub enum Role {
    /// Everything in the workspace.
    Administrator,
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Administrator => "administrator",
        })
    }
}

/// Who did something, as it is kept with what was done: the name stays as it
/// was, whatever becomes of the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// The member.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^mem_[0-9A-Za-z]{22}$", example = "mem_0000000000000000000000"))]
    pub id: MemberId,
    /// Their name at the time.
    pub name: String,
}

impl Actor {
    /// The holder of the root token.
    #[must_use]
    pub fn root() -> Self {
        Self {
            id: MemberId::ROOT,
            name: "Root".to_owned(),
        }
    }
}
