//! What the operator has set up.

use keyway_core::{
    digest::{Pepper, PepperNumber, Peppers, TokenHash},
    problem::{Code, Problem},
    secret::Secret,
    token::{self, Tenant},
};
use worker::Env;

use crate::log;

/// The secret that holds the root token.
pub(crate) const ROOT_TOKEN: &str = "ROOT_TOKEN";

/// The peppers, the one with the highest number to write with.
pub(crate) fn peppers(env: &Env) -> Result<Peppers, Problem> {
    let mut found = (1..=9).filter_map(|number| pepper(env, PepperNumber::new(number)?));
    match (found.next(), found.next()) {
        (Some(first), second) => Ok(Peppers::new(first, second)),
        (None, _) => Err(Problem::new(
            Code::NotConfigured,
            "The operator has not set a pepper (PEPPER_1) yet.",
        )),
    }
}

/// SHA-256 of the root token. `None` where there is none, or not one of the
/// right shape: then nobody is root.
pub(crate) fn root(env: &Env) -> Option<TokenHash> {
    let secret = Secret::new(env.secret(ROOT_TOKEN).ok()?.to_string());
    match token::parse_management(secret.reveal()) {
        Ok(token) if *token.tenant() == Tenant::Root => Some(token.hash()),
        _ => {
            log::fault(
                "configuration",
                "ROOT_TOKEN is not a root token (kwm_root_…)",
            );
            None
        }
    }
}

/// The name of the secret that holds a pepper.
pub(crate) fn pepper_name(number: PepperNumber) -> String {
    format!("PEPPER_{}", number.get())
}

fn pepper(env: &Env, number: PepperNumber) -> Option<Pepper> {
    let secret = Secret::new(env.secret(&pepper_name(number)).ok()?.to_string());
    Pepper::new(number, &secret)
        .map_err(|weak| log::fault("configuration", weak))
        .ok()
}
