//! New tokens.

use super::{ApiPrefix, MANAGEMENT, RANDOM, Token, VERIFIER, checksum};
use crate::{
    base62,
    entropy::{Entropy, EntropyError},
    environment::Environment,
    workspace::WorkspaceName,
};

/// A token for an API client.
///
/// # Errors
///
/// When the source of randomness fails; so for every kind.
pub fn mint_api(
    prefix: &ApiPrefix,
    environment: Environment,
    entropy: &mut impl Entropy,
) -> Result<Token, EntropyError> {
    mint(prefix.as_str(), environment.as_str(), entropy)
}

/// A token for a member of `workspace`.
///
/// # Errors
///
/// When the source of randomness fails.
pub fn mint_management(
    workspace: &WorkspaceName,
    entropy: &mut impl Entropy,
) -> Result<Token, EntropyError> {
    mint(MANAGEMENT, workspace.as_str(), entropy)
}

/// The token that comes before every member: the Worker secret `ROOT_TOKEN`.
///
/// # Errors
///
/// When the source of randomness fails.
pub fn mint_root(entropy: &mut impl Entropy) -> Result<Token, EntropyError> {
    mint(MANAGEMENT, WorkspaceName::ROOT, entropy)
}

/// A token for a service that asks for verdicts in `workspace`.
///
/// # Errors
///
/// When the source of randomness fails.
pub fn mint_verifier(
    workspace: &WorkspaceName,
    entropy: &mut impl Entropy,
) -> Result<Token, EntropyError> {
    mint(VERIFIER, workspace.as_str(), entropy)
}

fn mint(first: &str, second: &str, entropy: &mut impl Entropy) -> Result<Token, EntropyError> {
    let random = base62::random::<RANDOM>(entropy)?;
    // The exact capacity, so that growing leaves no copy of a token behind.
    let mut text = String::with_capacity(first.len() + second.len() + 2 + super::TAIL);
    text.push_str(first);
    text.push('_');
    text.push_str(second);
    text.push('_');
    base62::write(&random, &mut text);
    base62::write(&checksum::of(&random), &mut text);
    Ok(Token::new(text))
}
