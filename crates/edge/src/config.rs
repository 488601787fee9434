//! What the operator has set up.

use keyway_core::{
    access::{Access, InvalidAccess},
    contact::Email,
    digest::{Pepper, PepperNumber, Peppers, TokenHash},
    isolate::Limits,
    problem::{Code, Problem},
    region::{Region, Regions},
    secret::Secret,
    settings::{InvalidLink, Link},
    token::{self, ImportedShapes, Shapes, Tenant},
    vault::VaultKey,
};
use worker::Env;

use crate::log;

/// The secret that holds the root token.
pub(crate) const ROOT_TOKEN: &str = "ROOT_TOKEN";

/// The setting that names the regions.
pub(crate) const REGIONS: &str = "REGIONS";
/// The setting that says which region this is, whatever the platform says.
const REGION: &str = "REGION";

/// The setting that names the team of Cloudflare Access.
pub(crate) const ACCESS_TEAM: &str = "ACCESS_TEAM";

/// The setting that names the shapes of imported tokens.
pub(crate) const IMPORTED_TOKENS: &str = "IMPORTED_TOKENS";

/// The shapes of API tokens; none where the setting is wrong. It is as if there
/// were no setting then: nobody gets in by it, and tokens of our own go on.
pub(crate) fn shapes(env: &Env) -> Option<Shapes> {
    let text = variable(env, IMPORTED_TOKENS).unwrap_or_default();
    match ImportedShapes::parse(&text) {
        Ok(imported) => Some(Shapes {
            imported,
            ..Shapes::default()
        }),
        Err(error) => {
            log::fault("configuration", format_args!("{IMPORTED_TOKENS}: {error}"));
            None
        }
    }
}

/// The binding that sends e-mail.
pub(crate) const EMAIL: &str = "EMAIL";
/// The setting that says who letters are from.
pub(crate) const EMAIL_FROM: &str = "EMAIL_FROM";
/// The setting that says where the page is.
pub(crate) const PAGE_URL: &str = "PAGE_URL";

/// Whether the operator has bound what sends e-mail.
pub(crate) fn is_email_bound(env: &Env) -> bool {
    let bound = js_sys::Reflect::get(env, &EMAIL.into());
    bound.is_ok_and(|binding| !binding.is_undefined())
}

/// Who letters are from; `None` where e-mail is not set up.
pub(crate) fn sender(env: &Env) -> Option<Email> {
    let from = is_email_bound(env).then(|| variable(env, EMAIL_FROM))??;
    Email::parse(&from)
        .map_err(|error| log::fault("configuration", format_args!("{EMAIL_FROM}: {error}")))
        .ok()
}

/// Where the page is; `None` where nobody said so, an error where that is wrong.
pub(crate) fn page(env: &Env) -> Result<Option<Link>, InvalidLink> {
    variable(env, PAGE_URL)
        .map(|url| Link::parse(&url))
        .transpose()
}

/// The regions that have a feed.
pub(crate) fn regions(env: &Env) -> Result<Regions, Problem> {
    match variable(env, REGIONS) {
        None => Ok(Regions::default()),
        Some(text) => Regions::parse(&text).map_err(|error| {
            log::fault("configuration", format_args!("{REGIONS}: {error}"));
            Problem::new(
                Code::NotConfigured,
                format!("The setting {REGIONS} is wrong: {error}."),
            )
        }),
    }
}

/// Whose word on who somebody is counts, if anybody's does.
pub(crate) fn access(env: &Env) -> Result<Option<Access>, InvalidAccess> {
    let Some(team) = variable(env, ACCESS_TEAM) else {
        return Ok(None);
    };
    let audience = variable(env, "ACCESS_AUDIENCE").unwrap_or_default();
    Access::parse(&team, &audience)
        .map(Some)
        .inspect_err(|error| log::fault("configuration", error))
}

/// Which region this is, if the operator says so.
pub(crate) fn home(env: &Env) -> Option<Region> {
    let region = Region::parse(variable(env, REGION)?.trim());
    if region.is_none() {
        log::fault("configuration", "REGION is not one of the regions");
    }
    region
}

/// How old an answer may be, and the like.
pub(crate) fn limits(env: &Env) -> Limits {
    Limits::read(
        |name| variable(env, name),
        |error| log::fault("configuration", error),
    )
}

fn variable(env: &Env, name: &str) -> Option<String> {
    js_sys::Reflect::get(env, &name.into()).ok()?.as_string()
}

/// The peppers, the one with the highest number to write with. Of three the third
/// waits until the first is gone: what is published under that is still found.
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

/// The vault keys, the one to write with last. None is an answer, too: keys are
/// not recoverable then.
pub(crate) fn vault_keys(env: &Env) -> Vec<VaultKey> {
    let key = |number| {
        let name = format!("VAULT_KEY_{number}");
        let secret = Secret::new(variable(env, &name)?);
        VaultKey::new(PepperNumber::new(number)?, &secret)
            .map_err(|weak| log::fault("configuration", format_args!("{name}: {weak}")))
            .ok()
    };
    (1..=9).filter_map(key).collect()
}

/// SHA-256 of the root token. `None` where there is none, or not one of the
/// right shape: then nobody is root.
pub(crate) fn root(env: &Env) -> Option<TokenHash> {
    let secret = Secret::new(variable(env, ROOT_TOKEN)?);
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
    let name = pepper_name(number);
    let secret = Secret::new(variable(env, &name)?);
    Pepper::new(number, &secret)
        .map_err(|weak| log::fault("configuration", format_args!("{name}: {weak}")))
        .ok()
}
