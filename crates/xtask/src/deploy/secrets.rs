//! The secrets that the Worker has, and those that it lacks.

use std::{ffi::OsStr, path::Path};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::wrangler::{Wrangler, complaint};
use crate::secrets::{PEPPER, ROOT_TOKEN, new};

/// What is to be given to the Worker with its next version.
#[derive(Default)]
pub(super) struct Missing {
    pub(super) secrets: Vec<(&'static str, String)>,
}

impl Missing {
    /// Makes what is not among the names of secrets that the Worker has.
    pub(super) fn from(names: &[String]) -> Result<Self> {
        let mut missing = Self::default();
        // While a pepper is replaced there are two, later only the newer one.
        // Every stored digest depends on them, so none is ever added to others.
        if !names.iter().any(|name| name.starts_with("PEPPER_")) {
            missing.secrets.push((PEPPER, new(PEPPER)?));
        }
        if !names.iter().any(|name| name == ROOT_TOKEN) {
            missing.secrets.push((ROOT_TOKEN, new(ROOT_TOKEN)?));
        }
        Ok(missing)
    }

    /// The new root token.
    pub(super) fn root_token(&self) -> Option<&str> {
        let found = self.secrets.iter().find(|(name, _)| *name == ROOT_TOKEN);
        found.map(|(_, value)| value.as_str())
    }

    /// As wrangler reads them. JSON, because in a file of assignments wrangler
    /// would put variables of the environment into the values.
    pub(super) fn to_json(&self) -> String {
        let pairs = self
            .secrets
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        Value::from_iter(pairs).to_string()
    }
}

/// The names of the secrets that the Worker of `config` has; none before there is a Worker.
pub(super) fn existing(wrangler: &Wrangler<'_>, config: &Path) -> Result<Vec<String>> {
    let list = ["secret", "list", "--format", "json", "--config"];
    let mut arguments = list.map(OsStr::new).to_vec();
    arguments.push(config.as_os_str());
    let output = wrangler.ask(&arguments)?;
    if !output.status.success() {
        let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        let is_new = said.iter().any(|text| {
            text.contains("Worker \"") && text.contains("not found") || text.contains("code: 10007")
        });
        return if is_new {
            Ok(Vec::new())
        } else {
            Err(complaint("wrangler secret list", &output))
        };
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let list = super::wrangler::json_in(&text).context("wrangler secret list answered no JSON")?;
    let names = list
        .as_array()
        .context("wrangler secret list answered no list")?
        .iter();
    Ok(names
        .filter_map(|secret| Some(secret.get("name")?.as_str()?.to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Missing::from(&names)
            .unwrap()
            .secrets
            .iter()
            .map(|(name, _)| *name)
            .collect()
    }

    #[test]
    fn only_what_is_missing_is_made() {
        assert_eq!(missing(&[]), [PEPPER, ROOT_TOKEN]);
        assert_eq!(missing(&["PEPPER_1"]), [ROOT_TOKEN]);
        assert_eq!(missing(&["ROOT_TOKEN"]), [PEPPER]);
        assert!(missing(&["ROOT_TOKEN", "PEPPER_1", "VAULT_KEY_1"]).is_empty());
    }

    #[test]
    fn a_replaced_pepper_does_not_come_back() {
        assert!(missing(&["PEPPER_2", "ROOT_TOKEN"]).is_empty());
    }
}
