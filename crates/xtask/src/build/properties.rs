//! Gives short names to what only the page's own script knows by name.
//!
//! Members of two words, such as `busyLabel`, are ours: those of the API have
//! underscores, and terser knows those of the browser. What it does not know of
//! them would break silently, so every name has to be seen to be ours.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::prune;

/// What terser is told, of each part of the script in turn. Which names it changed
/// is written to the cache, which the next part begins with; `taken` are names that
/// it must not give, for it sees one part only.
pub(super) fn terser(taken: &BTreeSet<&str>) -> [String; 3] {
    let taken: String = taken.iter().map(|name| format!(",'{name}'")).collect();
    [
        "--mangle-props".to_owned(),
        format!(
            "regex=/^[a-z]+[A-Z]/,keep_quoted=strict,\
             reserved=[creationScope,handleEvent,litHtmlPolyfillSupport,litHtmlVersions,renderBefore,resolvedOptions{taken}]"
        ),
        "--name-cache".to_owned(),
    ]
}

/// The members with names as short as those that terser gives: there are three
/// thousand such names.
pub(super) fn taken(script: &str) -> BTreeSet<&str> {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut taken = BTreeSet::new();
    for (at, before) in script.match_indices(['.', '{', ',']) {
        let from = script.get(at.saturating_add(1)..).unwrap_or_default();
        let name = from.split(|c| !goes_on(c)).next().unwrap_or_default();
        let after = from.strip_prefix(name).unwrap_or_default();
        let is_member = before == "." || after.starts_with(':');
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_member && is_name && name.len() <= 2 {
            taken.insert(name);
        }
    }
    taken
}

/// Variables of one part are nothing to the next one, whose names they would make
/// longer.
pub(super) fn forget_variables(cache: &Path) -> Result<()> {
    let text = fs::read_to_string(cache).context("terser wrote no names")?;
    let mut names: Value = serde_json::from_str(&text).context("terser's cache is no JSON")?;
    if let Some(names) = names.as_object_mut() {
        names.remove("vars");
    }
    fs::write(cache, names.to_string()).context("cannot write the names")
}

/// Fails for a name in the cache that may be somebody else's in `script`, which is
/// what terser was given: there all other names are short already.
pub(super) fn check(cache: &str, script: &str) -> Result<()> {
    let cache: Value = serde_json::from_str(cache).context("terser's cache is no JSON")?;
    let names = cache.pointer("/props/props").and_then(Value::as_object);
    let names = names.context("terser's cache has no names")?;
    for name in names.keys().map(|name| name.trim_start_matches('$')) {
        let mut is_ours = false;
        for at in prune::places(script, name) {
            let (before, from) = script.split_at_checked(at).unwrap_or_default();
            let after = from.strip_prefix(name).unwrap_or_default();
            let is_quoted =
                before.ends_with(['"', '\'', '`']) && after.starts_with(['"', '\'', '`']);
            if before.ends_with(" as ") {
                bail!("a part of the page's script exports {name}, which the build renames");
            }
            if is_quoted || after.starts_with("=$") {
                bail!("the page's script has {name} as a text, which the build renames elsewhere");
            }
            let is_set = after.starts_with('=') && !after.starts_with("==");
            is_ours |= is_set || !before.ends_with('.');
        }
        if !is_ours {
            bail!(
                "the page's script never gives anything the member {name}: if it is the \
                 browser's, `build/properties.rs` has to leave it"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str, script: &str) -> Result<()> {
        check(
            &format!(r#"{{"props":{{"props":{{"${name}":"a"}}}}}}"#),
            script,
        )
    }

    #[test]
    fn names_that_are_taken_are_those_of_members() {
        let script = "let a={b:1,p:2,c};a.d;f(g,h);a.at();a.long;a.j=k?l:m,n=o";
        let taken = taken(script);
        for name in ["b", "p", "d", "at", "j"] {
            assert!(taken.contains(name), "{name}");
        }
        for name in ["c", "f", "g", "h", "k", "l", "m", "o", "long"] {
            assert!(!taken.contains(name), "{name}");
        }
    }

    #[test]
    fn only_what_is_seen_to_be_ours_is_renamed() {
        for ours in [
            "{busyLabel:e}",
            "class{busyLabel(){}}",
            "t.busyLabel=1",
            "get busyLabel(){}",
        ] {
            checked("busyLabel", ours).unwrap();
        }
        for other in [
            "t.busyLabel()",
            "t?.busyLabel",
            "t.busyLabel===1",
            "{busyLabel:e};t[\"busyLabel\"]",
            "t.busyLabel=1;export{t as busyLabel}",
            "t.busyLabel=1;html`<p .busyLabel=${1}>`",
        ] {
            assert!(checked("busyLabel", other).is_err(), "{other}");
        }
        assert!(check("{}", "").is_err());
    }
}
