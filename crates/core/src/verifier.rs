//! The credential of a service that asks for verdicts.

use serde::Serialize;

use crate::{
    id::VerifierId,
    input::{Fields, Invalid, Json, read},
    instant::Instant,
    member::Actor,
    name::Name,
    record::{Standing, VerifierRecord},
    token::Hint,
    version::Version,
};

/// A verifier, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verifier {
    /// The verifier.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^ver_[0-9A-Za-z]{22}$", example = "ver_4fK9wQm2ZtR7xB1nC8dE0a"))]
    pub id: VerifierId,
    /// Counts its changes.
    pub version: Version,
    /// Which service it is for.
    pub name: Name,
    /// What may be shown of its token.
    pub hint: Hint,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
    /// When it was removed; a removed verifier gets no verdicts.
    pub removed_at: Option<Instant>,
}

impl Verifier {
    /// Takes it out of service. Removing twice changes nothing; whether
    /// anything changed is the answer.
    pub fn remove(&mut self, now: Instant) -> bool {
        if self.removed_at.is_some() {
            return false;
        }
        self.removed_at = Some(now);
        self.version = self.version.next();
        true
    }

    /// In use, or out of service for good.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.removed_at {
            None => Standing::Active,
            Some(_) => Standing::Revoked,
        }
    }

    /// The part that the verifying side needs.
    #[must_use]
    pub fn record(&self) -> VerifierRecord {
        VerifierRecord {
            verifier: self.id,
            version: self.version,
            standing: self.standing(),
            name: self.name.clone(),
        }
    }
}

/// A verifier as it is asked for: `POST /v1/verifiers`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CreateVerifier))]
pub struct VerifierDraft {
    /// Which service it is for.
    pub name: Name,
}

impl VerifierDraft {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// [`Invalid`] names every field that is wrong.
    pub fn read(body: &Json<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(body)?;
        let name = fields.required("name", read::name);
        fields.finish(name.map(|name| Self { name }))
    }
}
