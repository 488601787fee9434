//! The operator's account at Cloudflare.

use std::env;

use anyhow::{Result, bail};
use serde_json::Value;

use super::wrangler::{Wrangler, complaint};
use crate::manifest::Manifest;

/// Says which of several accounts is meant.
const ACCOUNT_ID: &str = "CLOUDFLARE_ACCOUNT_ID";

/// Fails with one clear line unless wrangler may act for exactly one account.
pub(super) fn check_login(wrangler: &Wrangler<'_>, manifest: &Manifest) -> Result<()> {
    let output = wrangler.ask(&["whoami", "--json"])?;
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    match answer.get("loggedIn").and_then(Value::as_bool) {
        Some(true) => {}
        Some(false) => bail!(
            "you are not logged in to Cloudflare: run `npx wrangler login`, or set \
             CLOUDFLARE_API_TOKEN (docs/DEPLOY.md)"
        ),
        None => return Err(complaint("wrangler whoami", &output)),
    }
    let is_chosen = env::var_os(ACCOUNT_ID).is_some() || manifest.names_account();
    let accounts = answer.get("accounts").and_then(Value::as_array);
    match accounts.map(Vec::as_slice).unwrap_or_default() {
        accounts @ [_, _, ..] if !is_chosen => bail!(
            "you have several accounts: set {ACCOUNT_ID} to one of {}",
            accounts
                .iter()
                .map(described)
                .collect::<Vec<_>>()
                .join(", ")
        ),
        _ => Ok(()),
    }
}

fn described(account: &Value) -> String {
    let text = |field| account.get(field).and_then(Value::as_str).unwrap_or("?");
    format!("{} ({})", text("id"), text("name"))
}
