//! The tenant.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    problem::Code,
};

/// The name of a workspace: `[a-z0-9][a-z0-9-]{0,31}`. It stands in management
/// and verifier tokens between underscores, hence none of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[a-z0-9][a-z0-9-]{0,31}$", example = "default"))]
pub struct WorkspaceName(String);

/// The text names no workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidWorkspaceName;

impl fmt::Display for InvalidWorkspaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a workspace is 1 to 32 lower-case letters, digits and hyphens")
    }
}

impl core::error::Error for InvalidWorkspaceName {}

impl WorkspaceName {
    /// Stands where a workspace stands in the root token (`kwm_root_…`), so it
    /// is nobody's name.
    pub const ROOT: &'static str = "root";

    /// The workspace that always exists.
    #[must_use]
    pub fn default_workspace() -> Self {
        Self("default".to_owned())
    }

    /// Reads the name of a workspace.
    ///
    /// # Errors
    ///
    /// For another shape, and for `root`.
    pub fn parse(text: &str) -> Result<Self, InvalidWorkspaceName> {
        let starts = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let mut bytes = text.bytes();
        let fits = text.len() <= 32
            && bytes.next().is_some_and(starts)
            && bytes.all(|byte| starts(byte) || byte == b'-')
            && text != Self::ROOT;
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidWorkspaceName)
        }
    }

    /// Whether it is the one that always exists.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0 == "default"
    }

    /// Reads a member of a body.
    pub(crate) fn read(value: &Json<'_>) -> Result<Self, Invalid> {
        Self::parse(read::string(value)?).map_err(|_| {
            Invalid::one(
                Code::InvalidName,
                "A workspace is 1 to 32 lower-case letters, digits and hyphens, and begins with \
                 no hyphen; `root` is nobody's name.",
            )
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WorkspaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for WorkspaceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A workspace, as it is listed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    /// What it is called, for good.
    pub name: WorkspaceName,
    /// When it was made.
    pub created_at: Instant,
}

/// What is to be made: the body of `POST /v1/workspaces`.
#[derive(Debug)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateWorkspace))]
pub struct WorkspaceDraft {
    /// Its name. It stands in each of its management and verifier tokens, and never
    /// changes.
    pub name: WorkspaceName,
}

impl WorkspaceDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.required("name", WorkspaceName::read);
        fields.finish(name.map(|name| Self { name }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn a_workspace_that_is_to_be_made_has_a_name_that_is_not_root() {
        let read = |text: &str| {
            let body = Json::parse(text.as_bytes()).unwrap();
            WorkspaceDraft::read(&body).map_err(Problem::from)
        };
        assert_eq!(read(r#"{"name":"acme"}"#).unwrap().name.as_str(), "acme");
        for bad in [
            r#"{"name":"root"}"#,
            r#"{"name":"A"}"#,
            r#"{"name":1}"#,
            "{}",
        ] {
            let problem = read(bad).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, "/name", "{bad}");
        }
    }

    #[test]
    fn a_workspace_name_fits_between_underscores() {
        for good in ["default", "a", "9-lives", &"a".repeat(32)] {
            assert!(WorkspaceName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "root", "a_b", "A", "-a", "a b", &"a".repeat(33)] {
            assert!(WorkspaceName::parse(bad).is_err(), "{bad}");
        }
        assert!(WorkspaceName::parse(WorkspaceName::default_workspace().as_str()).is_ok());
    }
}
