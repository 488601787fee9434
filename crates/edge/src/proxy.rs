//! A reverse proxy asks before it lets a request through: nginx with
//! `auth_request`, Caddy with `forward_auth`, Traefik with `ForwardAuth`.
//!
//! It sends its own credential, and what its client sent as a token. What it gets
//! is a status that it can hand on, and headers: a body it would drop, or show
//! its client.

use crate::{
    http::{header, respond},
    platform::{Headers, Response, internal},
};
use keyway_core::{
    input::header::{bearer, repeated},
    problem::{Code, Problem},
    verify::{Question, Verdict, proxy::CODE},
};

/// The proxy's own.
pub(crate) fn credential(headers: &Headers) -> Result<String, Problem> {
    header(headers, "x-keyway-verifier")?.ok_or_else(|| {
        Problem::new(
            Code::ProxyRefused,
            "The proxy sends no credential: it has to set the header X-Keyway-Verifier to a \
             verifier token, kwv_….",
        )
    })
}

/// What the client sent. Another scheme than Bearer is another's business: there
/// is no token then.
pub(crate) fn question(headers: &Headers) -> Result<Question, Problem> {
    let authorization = header(headers, "authorization")?;
    let key = header(headers, "x-api-key")?;
    let token = match (&authorization, &key) {
        (Some(_), Some(_)) => return Err(repeated()),
        (Some(value), None) => match bearer(value) {
            Err(problem) if problem.code() == Code::CredentialRepeated => return Err(problem),
            token => token.unwrap_or_default(),
        },
        (None, key) => key.as_deref().unwrap_or_default(),
    };
    Ok(Question::about(token))
}

/// What the proxy is told. It takes 401 and 403 for its client's and hands them
/// on, so what is wrong with its own credential is neither.
pub(crate) fn answer(verdict: Result<(Verdict, bool), Problem>) -> Result<Response, Problem> {
    let problem = match verdict {
        Ok((Verdict::Unavailable, _)) => {
            Problem::new(Code::Unavailable, Verdict::Unavailable.detail())
        }
        Ok((verdict, stale)) => {
            let headers = verdict.headers(stale);
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            return respond::answer(verdict.status(), &[], &headers);
        }
        Err(problem) if problem.code().status() == 401 => {
            Problem::new(Code::ProxyRefused, problem.detail().to_owned())
        }
        Err(problem) => problem,
    };
    respond::problem_with(&problem, &[(CODE, problem.code().as_str())]).map_err(internal("answer"))
}
