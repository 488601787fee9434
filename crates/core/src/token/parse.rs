//! From untrusted text to a token of a known shape, or to why it is none.

use core::fmt;

use super::{ApiPrefix, MANAGEMENT, Malformed, RANDOM, TAIL, TokenKind, VERIFIER};
use super::{checksum, malformed};
use crate::{base62, digest::TokenHash, environment::Environment, workspace::WorkspaceName};

/// A well-formed API token. Nothing is known yet of whether it was ever issued.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ApiToken<'a> {
    environment: Environment,
    text: &'a str,
}

impl ApiToken<'_> {
    /// What the token's prefix says.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_secret(self.text)
    }
}

impl fmt::Debug for ApiToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiToken({}, redacted)", self.environment)
    }
}

/// Whose management token it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenant {
    /// The operator's own: `kwm_root_…`.
    Root,
    /// A member of this workspace.
    Workspace(WorkspaceName),
}

/// A well-formed management token. Nothing is known yet of whether it was ever
/// issued.
#[derive(Clone, PartialEq, Eq)]
pub struct ManagementToken<'a> {
    tenant: Tenant,
    text: &'a str,
}

impl ManagementToken<'_> {
    /// Where the token says it belongs.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_secret(self.text)
    }
}

impl fmt::Debug for ManagementToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManagementToken({:?}, redacted)", self.tenant)
    }
}

/// A well-formed verifier token. Nothing is known yet of whether it was ever
/// issued.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierToken<'a> {
    workspace: WorkspaceName,
    text: &'a str,
}

impl VerifierToken<'_> {
    /// Where the token says it belongs.
    #[must_use]
    pub fn workspace(&self) -> &WorkspaceName {
        &self.workspace
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of_secret(self.text)
    }
}

impl fmt::Debug for VerifierToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierToken({:?}, redacted)", self.workspace)
    }
}

/// Reads the token of an API client.
///
/// # Errors
///
/// [`Malformed`] says what looks wrong, in words for the person who pasted it.
pub fn parse_api<'a>(text: &'a str, prefix: &ApiPrefix) -> Result<ApiToken<'a>, Malformed> {
    match split(text).and_then(|head| environment(head, prefix)) {
        Some(environment) => Ok(ApiToken { environment, text }),
        None => Err(malformed::diagnose_api(text, prefix)),
    }
}

/// Whether `text` looks as [`parse_api`] wants it, of its checksum apart.
pub(super) fn outline_api(text: &str, prefix: &ApiPrefix) -> bool {
    text.rsplit_once('_')
        .filter(|(_, tail)| tail.len() == TAIL)
        .is_some_and(|(head, _)| environment(head, prefix).is_some())
}

fn environment(head: &str, prefix: &ApiPrefix) -> Option<Environment> {
    let rest = head.strip_prefix(prefix.as_str())?.strip_prefix('_')?;
    Environment::parse(rest)
}

/// Whether the text begins like a management token. To find out why it is none
/// takes a good deal longer.
#[must_use]
pub fn is_for_management(text: &str) -> bool {
    let rest = text.strip_prefix(MANAGEMENT);
    rest.is_some_and(|rest| rest.starts_with('_'))
}

/// Reads the token of a member, or the root token.
///
/// # Errors
///
/// [`Malformed`] says what looks wrong.
pub fn parse_management(text: &str) -> Result<ManagementToken<'_>, Malformed> {
    let tenant = workspace_of(text, MANAGEMENT).and_then(|name| {
        if name == WorkspaceName::ROOT {
            return Some(Tenant::Root);
        }
        WorkspaceName::parse(name).ok().map(Tenant::Workspace)
    });
    match tenant {
        Some(tenant) => Ok(ManagementToken { tenant, text }),
        None => Err(malformed::diagnose_credential(text, TokenKind::Management)),
    }
}

/// Reads the token of a service that asks for verdicts.
///
/// # Errors
///
/// [`Malformed`] says what looks wrong.
pub fn parse_verifier(text: &str) -> Result<VerifierToken<'_>, Malformed> {
    let workspace = workspace_of(text, VERIFIER).and_then(|name| WorkspaceName::parse(name).ok());
    match workspace {
        Some(workspace) => Ok(VerifierToken { workspace, text }),
        None => Err(malformed::diagnose_credential(text, TokenKind::Verifier)),
    }
}

fn workspace_of<'a>(text: &'a str, kind: &str) -> Option<&'a str> {
    split(text)?.strip_prefix(kind)?.strip_prefix('_')
}

/// What stands before the last underscore, if a right tail stands after it.
fn split(text: &str) -> Option<&str> {
    let (head, tail) = text.rsplit_once('_')?;
    tail_fits(tail).then_some(head)
}

pub(super) fn tail_fits(tail: &str) -> bool {
    let tail = tail.as_bytes();
    tail.len() == TAIL
        && tail.iter().copied().all(base62::is_digit)
        && tail
            .split_first_chunk::<RANDOM>()
            .is_some_and(|(random, sum)| *sum == checksum::of(random))
}
