//! Whom Cloudflare Access let through.

use js_sys::{Promise, futures::JsFuture};
use keyway_core::{
    access::{Assertion, HEADER, Refusal},
    contact::Email,
    problem::{Code, Problem},
};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use crate::{
    clock, config,
    http::header,
    log,
    platform::{Headers, words},
};

#[wasm_bindgen(module = "/src/access.js")]
extern "C" {
    #[wasm_bindgen(js_name = isSigned)]
    fn is_signed(keys: &str, key_id: &str, signed: &str, signature: &[u8]) -> Promise;
}

/// Whether Access could sign somebody in here: it sends its token, and the
/// operator has set it up.
pub(crate) fn is_there(headers: &Headers, env: &Env) -> bool {
    matches!(header(headers, HEADER), Ok(Some(_))) && matches!(config::access(env), Ok(Some(_)))
}

/// Who somebody is, by the token of Access. Whether they are a member, the
/// workspace says.
///
/// # Errors
///
/// `credential_invalid`, with what is wrong with the token; `not_configured`;
/// `unavailable`, where the team's keys cannot be had.
pub(crate) async fn identify(token: &str, env: &Env) -> Result<Email, Problem> {
    let access = config::access(env).ok().flatten().ok_or_else(|| {
        Problem::new(
            Code::NotConfigured,
            "The operator has not set up Cloudflare Access here (ACCESS_TEAM, ACCESS_AUDIENCE).",
        )
    })?;
    let read = Assertion::read(token, &access, clock::now()).map_err(refused)?;
    let keys = access.keys();
    let asked = is_signed(&keys, read.key_id(), read.signed(), read.signature());
    let answer = JsFuture::from(asked).await.map_err(|error| {
        log::fault("access", words(&error));
        Problem::new(
            Code::Unavailable,
            "The keys of Cloudflare Access cannot be had now. Try again, or sign in with a token.",
        )
    })?;
    read.email(answer.as_bool()).map_err(refused)
}

fn refused(refusal: Refusal) -> Problem {
    Problem::new(Code::CredentialInvalid, refusal)
}
