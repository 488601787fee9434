//! Gives short names to what only the page's own script knows by name.
//!
//! Members of two words, such as `busyLabel`, are ours: those of the API have
//! underscores, and terser knows those of the browser. What it does not know of
//! them would break silently, so every name has to be seen to be ours.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::prune;

/// What terser is told. Which names it changed is written to the cache.
pub(super) const TERSER: [&str; 3] = [
    "--mangle-props",
    "regex=/^[a-z]+[A-Z]/,keep_quoted=strict,\
     reserved=[creationScope,handleEvent,litHtmlPolyfillSupport,litHtmlVersions,renderBefore,resolvedOptions]",
    "--name-cache",
];

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
            "t.busyLabel=1;html`<p .busyLabel=${1}>`",
        ] {
            assert!(checked("busyLabel", other).is_err(), "{other}");
        }
        assert!(check("{}", "").is_err());
    }
}
