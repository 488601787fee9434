//! The core for the page, through wasm-bindgen.
//!
//! A pasted token is checked where it was pasted, before it is sent anywhere,
//! with the same code and in the same words as at the edge. Every function
//! answers what is wrong, or `undefined` when nothing is.

use keyway_core::{
    contact::Email,
    name::Name,
    network::Network,
    scope::ScopeId,
    token::{self, ApiPrefix},
    webhook::WebhookUrl,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// What is wrong with `text` as a token of `kind`: `api` (of the default
/// prefix), `management` or `verifier`. Another kind is never right.
#[wasm_bindgen]
#[must_use]
pub fn check_token(text: &str, kind: &str) -> Option<String> {
    match kind {
        "api" => token::parse_api(text, &ApiPrefix::default()).err(),
        "management" => token::parse_management(text).err(),
        "verifier" => token::parse_verifier(text).err(),
        _ => return Some("There is no such kind of token.".to_owned()),
    }
    .map(|malformed| malformed.to_string())
}

/// What is wrong with `text` as the name of a key.
#[wasm_bindgen]
#[must_use]
pub fn check_name(text: &str) -> Option<String> {
    Name::parse(text).err().map(|invalid| invalid.to_string())
}

/// What is wrong with `text` as the id of a scope or an account.
#[wasm_bindgen]
#[must_use]
pub fn check_entry_id(text: &str) -> Option<String> {
    ScopeId::parse(text)
        .err()
        .map(|malformed| malformed.to_string())
}

/// What is wrong with `text` as an address for e-mail.
#[wasm_bindgen]
#[must_use]
pub fn check_email(text: &str) -> Option<String> {
    Email::parse(text).err().map(|invalid| invalid.to_string())
}

/// What is wrong with `text` as the address of a webhook.
#[wasm_bindgen]
#[must_use]
pub fn check_webhook_url(text: &str) -> Option<String> {
    WebhookUrl::parse(text)
        .err()
        .map(|invalid| invalid.to_string())
}

/// What is wrong with `text` as a network from which a key may be used.
#[wasm_bindgen]
#[must_use]
pub fn check_network(text: &str) -> Option<String> {
    Network::parse(text)
        .err()
        .map(|invalid| invalid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_the_edge_would_say() {
        assert_eq!(
            check_token("\"x\"", "management").as_deref(),
            Some(
                "There are quotes around the token. Send it without them; a shell or an .env file \
                 may have kept them."
            )
        );
        assert!(check_token("x", "other").is_some());
        assert_eq!(check_name("Reporting"), None);
        assert!(check_name("").is_some());
        assert_eq!(check_entry_id("reporting:read"), None);
        assert!(check_entry_id("Reporting").is_some());
        assert_eq!(check_email("ops@example.com"), None);
        assert!(check_email("ops@localhost").is_some());
        assert_eq!(check_webhook_url("https://hooks.example.com/x"), None);
        assert!(check_webhook_url("https://10.0.0.1/x").is_some());
        assert_eq!(check_network("203.0.113.0/24"), None);
        assert!(check_network("203.0.113.1/24").is_some());
    }
}
