//! The secrets that Keyway needs: a pepper, and the token of the first sign-in.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use keyway_core::{
    entropy::{Entropy, EntropyError},
    token,
};

use crate::{private_file, project::Project};

/// The name of the secret that digests are made with.
pub(crate) const PEPPER: &str = "PEPPER_1";
/// The name of the secret that signs in before there are members.
pub(crate) const ROOT_TOKEN: &str = "ROOT_TOKEN";

/// Where the secrets of local runs are kept.
pub(crate) fn file(project: &Project) -> PathBuf {
    project.path(".dev.vars")
}

/// Completes `file` with the secrets it lacks; what it has stays as it is.
/// Returns the root token.
pub(crate) fn ensure(file: &Path) -> Result<String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", file.display()));
        }
    };
    let known = parse(&text);
    let mut completed = text.clone();
    for name in [PEPPER, ROOT_TOKEN] {
        if !known.contains_key(name) {
            if !completed.is_empty() && !completed.ends_with('\n') {
                completed.push('\n');
            }
            completed.push_str(&format!("{name}={}\n", new(name)?));
        }
    }
    if text.is_empty() {
        // An empty file may be there already, readable for others.
        let _ = fs::remove_file(file);
        private_file::create(file, &completed)?;
    } else if completed != text {
        fs::write(file, &completed).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut known = parse(&completed);
    known
        .remove(ROOT_TOKEN)
        .with_context(|| format!("{} has no {ROOT_TOKEN}", file.display()))
}

/// A new value for the secret called `name`.
pub(crate) fn new(name: &str) -> Result<String> {
    let mut system = System;
    if name == ROOT_TOKEN {
        let token = token::mint_root(&mut system).map_err(|error| anyhow!("{error}"))?;
        return Ok(token.reveal().to_owned());
    }
    let mut pepper = [0; 32];
    system
        .fill(&mut pepper)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(pepper))
}

/// The system's own source of randomness.
struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// The names and values of a `.dev.vars` file; only as much of its format as
/// people use for such values.
fn parse(text: &str) -> BTreeMap<String, String> {
    let assignments = text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        if line.starts_with('#') {
            None
        } else {
            line.split_once('=')
        }
    });
    assignments
        .map(|(name, value)| (name.trim().to_owned(), unquoted(value.trim()).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn unquoted(value: &str) -> &str {
    ['"', '\'', '`']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".dev.vars");
        let token = ensure(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(token.starts_with("kwm_root_") && token.len() == "kwm_root_".len() + 36);
        assert!(token::parse_management(&token).is_ok());
        assert!(parse(&text)[PEPPER].len() >= 32);

        assert_eq!(ensure(&file).unwrap(), token);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }

    #[test]
    fn what_is_there_stays_and_what_is_missing_is_added() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".dev.vars");
        fs::write(&file, "# mine\nPEPPER_1=\"chosen by me\"\nBOUND_SECONDS=5").unwrap();
        let token = ensure(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# mine\nPEPPER_1=\"chosen by me\"\nBOUND_SECONDS=5\n"));
        assert_eq!(parse(&text)[ROOT_TOKEN], token);
        assert_eq!(parse(&text)[PEPPER], "chosen by me");
    }

    #[test]
    fn two_secrets_are_never_the_same() {
        for name in [PEPPER, ROOT_TOKEN] {
            assert_ne!(new(name).unwrap(), new(name).unwrap());
        }
    }

    #[test]
    #[cfg(unix)]
    fn the_file_is_for_its_owner_even_when_it_was_there_empty() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".dev.vars");
        fs::write(&file, "").unwrap();
        ensure(&file).unwrap();
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
