//! Is it up, and is it set up.

use keyway_core::{problem::Problem, workspace::WorkspaceName};
use serde::{Serialize, Serializer};
use worker::Env;

use crate::{config, feed, http::respond, platform::Response, store, workspace::link};

/// The answer of `GET /healthz`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`: there would be no answer otherwise.
    pub status: &'static str,
}

/// The answer of `GET /readyz`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Readiness {
    /// `ready` or `not_ready`.
    pub status: &'static str,
    /// Each part by the name that the operator knows it by: `ok`, `missing`,
    /// `invalid` or `unreachable`. Never a value.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub checks: Checks,
}

/// What was found, by name.
pub struct Checks(Vec<(String, &'static str)>);

impl Serialize for Checks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, found)| (name, found)))
    }
}

/// Answers without touching storage.
///
/// # Errors
///
/// When the runtime cannot make an answer.
pub fn health() -> Result<Response, Problem> {
    respond::json(200, &Health { status: "ok" })
}

/// Says what is configured and reachable.
///
/// # Errors
///
/// When the runtime cannot make an answer.
pub async fn ready(env: &Env) -> Result<Response, Problem> {
    let set = |is_set: bool| if is_set { "ok" } else { "missing" };
    let reached = |answers: bool| if answers { "ok" } else { "unreachable" };
    let mut checks = Vec::new();
    match config::peppers(env) {
        Ok(peppers) => checks.extend(
            peppers
                .newest_first()
                .map(|pepper| (config::pepper_name(pepper.number()), "ok")),
        ),
        Err(_) => checks.push(("PEPPER_1".to_owned(), "missing")),
    }
    checks.push((
        config::ROOT_TOKEN.to_owned(),
        set(config::root(env).is_some()),
    ));
    checks.push((
        store::BINDING.to_owned(),
        reached(store::answers(env).await),
    ));
    let workspace = WorkspaceName::default_workspace();
    checks.push((
        link::BINDING.to_owned(),
        reached(link::answers(env, &workspace).await),
    ));
    match config::regions(env) {
        Ok(regions) => {
            for region in regions.iter() {
                let answers = feed::link::answers(env, region).await;
                checks.push((
                    format!("{} {region}", feed::link::BINDING),
                    reached(answers),
                ));
            }
        }
        Err(_) => checks.push((config::REGIONS.to_owned(), "invalid")),
    }
    if config::shapes(env).is_none() {
        checks.push((config::IMPORTED_TOKENS.to_owned(), "invalid"));
    }
    if config::access(env).is_err() {
        checks.push((config::ACCESS_TEAM.to_owned(), "invalid"));
    }
    if config::is_email_bound(env) {
        let sender = config::sender(env).is_some();
        checks.push((config::EMAIL_FROM.to_owned(), set(sender)));
        checks.push((config::EMAIL.to_owned(), "ok"));
    }
    if config::page(env).is_err() {
        checks.push((config::PAGE_URL.to_owned(), "invalid"));
    }
    let ready = checks.iter().all(|(_, found)| *found == "ok");
    let (status, word) = if ready {
        (200, "ready")
    } else {
        (503, "not_ready")
    };
    respond::json(
        status,
        &Readiness {
            status: word,
            checks: Checks(checks),
        },
    )
}
