//! The core for the page, through wasm-bindgen.
//!
//! A pasted token is checked where it was pasted, before it is sent anywhere,
//! with the same code and in the same words as at the edge. Every function
//! answers what is wrong, or `undefined` when nothing is.

use core::fmt::Display;

use keyway_core::{
    audit,
    contact::Email,
    name::Name,
    network::Network,
    scope::ScopeId,
    token::{self, ApiPrefix},
    webhook::WebhookUrl,
};
use wasm_bindgen::prelude::wasm_bindgen;

// Smaller than what comes with Rust for wasm, as in the Worker.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// What is wrong with `text` as what it is meant to be: a token (`api`, of the
/// default prefix, `management` or `verifier`; another kind is never right), or
/// the `name` of a key, the `entry` id of a scope or an account, an address for
/// `email`, the address of a `webhook`, a `network` from which a key may be used, an
/// export of the `audit` log.
///
/// One function for all: each more would be glue on both sides.
#[wasm_bindgen]
#[must_use]
pub fn check(what: &str, text: &str) -> Option<String> {
    let said = |wrong: &dyn Display| Some(wrong.to_string());
    match what {
        "api" => said(&token::parse_api(text, &ApiPrefix::default()).err()?),
        "management" => said(&token::parse_management(text).err()?),
        "verifier" => said(&token::parse_verifier(text).err()?),
        "name" => said(&Name::parse(text).err()?),
        "entry" => said(&ScopeId::parse(text).err()?),
        "email" => said(&Email::parse(text).err()?),
        "webhook" => said(&WebhookUrl::parse(text).err()?),
        "audit" => said(&audit::check(text).err()?),
        "network" => said(&Network::parse(text).err()?),
        _ => Some("Nothing of that kind is known here.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_the_edge_would_say() {
        assert_eq!(
            check("management", "\"x\"").as_deref(),
            Some(
                "There are quotes around the token. Send it without them; a shell or an .env file \
                 may have kept them."
            )
        );
        for (what, good, bad) in [
            ("name", "Reporting", ""),
            ("entry", "reporting:read", "Reporting"),
            ("email", "ops@example.com", "ops@localhost"),
            (
                "webhook",
                "https://hooks.example.com/x",
                "https://10.0.0.1/x",
            ),
            ("audit", "", "name,sha256"),
            ("network", "203.0.113.0/24", "203.0.113.1/24"),
        ] {
            assert_eq!(check(what, good), None, "{what}");
            assert!(check(what, bad).is_some(), "{what}");
        }
        assert!(check("other", "x").is_some());
    }
}
