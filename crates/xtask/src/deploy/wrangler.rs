//! wrangler as a program to ask, which tests replace by one of their own.

use std::{
    ffi::OsStr,
    process::{Command, Output},
};

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;

use crate::{process, terminal};

/// How to start wrangler.
pub(super) struct Wrangler<'a> {
    command: Box<dyn Fn() -> Result<Command> + 'a>,
}

impl<'a> Wrangler<'a> {
    pub(super) fn new(command: impl Fn() -> Result<Command> + 'a) -> Self {
        Self {
            command: Box::new(command),
        }
    }

    /// What it says to `arguments`.
    pub(super) fn ask<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Output> {
        process::capture((self.command)()?.args(arguments))
    }

    /// The JSON that it answers `arguments` with.
    pub(super) fn ask_json<A: AsRef<OsStr>>(&self, what: &str, arguments: &[A]) -> Result<Value> {
        let output = self.ask(arguments)?;
        if !output.status.success() {
            return Err(complaint(what, &output));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        json_in(&text).with_context(|| format!("{what} answered something else than JSON"))
    }

    /// Lets it work in front of the person, who may be asked something.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        what: &str,
        arguments: &[A],
        environment: (&str, &OsStr),
    ) -> Result<()> {
        let mut command = (self.command)()?;
        command.args(arguments).env(environment.0, environment.1);
        process::run_in_front(what, &mut command)
    }
}

/// Shows what wrangler complained about, and sums it up.
pub(super) fn complaint(what: &str, output: &Output) -> anyhow::Error {
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(stream);
        if !text.trim().is_empty() {
            terminal::say(text.trim_end());
        }
    }
    anyhow!("{what} failed ({})", output.status)
}

/// The JSON in a text that may have words before it.
pub(super) fn json_in(text: &str) -> Option<Value> {
    let starts = text.match_indices(['[', '{']).map(|(at, _)| at);
    starts
        .filter_map(|at| text.get(at..))
        .find_map(|rest| serde_json::from_str(rest.trim()).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_found_behind_words() {
        assert_eq!(json_in("[]"), Some(json!([])));
        assert_eq!(
            json_in("a [warning]\n{\"a\": [1]}\n"),
            Some(json!({"a": [1]}))
        );
        assert_eq!(json_in("nothing"), None);
    }
}
