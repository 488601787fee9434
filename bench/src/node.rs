//! better-auth in a Node process.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::place;

/// A running server; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    pub(crate) port: u16,
    /// The tokens of its keys.
    pub(crate) tokens: Vec<String>,
    _folder: TempDir,
}

impl Node {
    /// Starts better-auth with so many keys, and waits until it listens.
    pub(crate) fn better_auth(
        keys: usize,
        permission: &str,
        rate_limit: bool,
        headers: &Value,
    ) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("keyway-bench-").tempdir()?;
        let settings = json!({
            "file": folder.path().join("better-auth.sqlite"),
            "keys": keys,
            "rateLimit": rate_limit,
            "permission": permission,
            "secret": keyway_tests::tokens::random(48),
            "headers": headers,
        });
        let child = Command::new(place::node()?)
            .arg("better-auth.js")
            .current_dir(place::project("bench/peers"))
            .env("SETTINGS", settings.to_string())
            .env("NODE_ENV", "production")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start Node")?;
        let mut node = Self {
            child,
            port: 0,
            tokens: Vec::new(),
            _folder: folder,
        };
        let output = node.child.stdout.take().context("no output of Node")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).context("better-auth did not start")?;
        let port = said.get("port").and_then(Value::as_u64);
        node.port = port
            .and_then(|port| u16::try_from(port).ok())
            .context("better-auth names no port")?;
        let tokens = said.get("tokens").and_then(Value::as_array);
        node.tokens = tokens
            .into_iter()
            .flatten()
            .filter_map(|token| token.as_str().map(str::to_owned))
            .collect();
        Ok(node)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
