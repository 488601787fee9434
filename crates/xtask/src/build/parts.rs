//! The two parts of the page's script, and what they are called.
//!
//! The first keeps its name between releases. The second is called after the
//! content of both: a page that was opened before an update must not get a part
//! that knows its members by other names. It finds none, and says so.

use std::{ffi::OsStr, fs, path::Path};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::place;

/// What the page begins with.
const FIRST: &str = "app.js";
/// esbuild calls them after what they come from, and a hash.
const SHARED: &str = "chunk-";
const LATER: &str = "later-";

/// Whether a file of the page is the part that is fetched when it is asked for.
pub(super) fn is_later(file: &Path) -> bool {
    file.to_str().is_some_and(|name| name.starts_with(LATER))
}

/// A script, before it is made smaller.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) text: String,
}

/// What esbuild made.
pub(super) struct Scripts {
    /// The one that the page begins with, and the other.
    pub(super) parts: [Part; 2],
    /// The licenses of what is in them.
    pub(super) legal: String,
}

/// Reads what esbuild wrote into a directory, and gives it its names. The entry
/// itself does nothing but import the first part, so nobody needs it.
pub(super) fn named(directory: &Path) -> Result<Scripts> {
    let (mut first, mut later, mut legal) = (None, None, String::new());
    for file in place::files(directory)? {
        let name = file.to_string_lossy().into_owned();
        let text = fs::read_to_string(directory.join(&file))?;
        let is_script = file.extension() == Some(OsStr::new("js"));
        let slot = match name.as_str() {
            name if !is_script => {
                if name.ends_with(".LEGAL.txt") && !legal.contains(&text) {
                    legal.push_str(&text);
                }
                continue;
            }
            name if name.starts_with(SHARED) => &mut first,
            name if name.starts_with(LATER) => &mut later,
            _ => continue,
        };
        anyhow::ensure!(
            slot.is_none(),
            "the page's script is in more parts than two: what does {name} come from?"
        );
        *slot = Some((name, text));
    }
    let (shared, first) = first.context("esbuild wrote no script that the page begins with")?;
    let (rest, later) = later.context("esbuild wrote no script for later")?;
    let digest = hex::encode(Sha256::digest(format!("{first}{later}")));
    let name = format!("{LATER}{}.js", digest.get(..8).unwrap_or_default());
    let renamed = |text: &str| text.replace(&shared, FIRST).replace(&rest, &name);
    let parts = [
        Part {
            name: FIRST.to_owned(),
            text: renamed(&first),
        },
        Part {
            name: name.clone(),
            text: renamed(&later),
        },
    ];
    Ok(Scripts { parts, legal })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_part_is_called_after_both() {
        let names = |first: &str, more: &[&str]| {
            let directory = tempfile::tempdir().unwrap();
            let write = |name: &str, text: &str| fs::write(directory.path().join(name), text);
            write("entry.js", "import\"./chunk-AB.js\";").unwrap();
            write("chunk-AB.js", first).unwrap();
            write("chunk-AB.js.LEGAL.txt", "theirs").unwrap();
            write("later-CD.js", "import{a}from\"./chunk-AB.js\";").unwrap();
            for name in more {
                write(name, "").unwrap();
            }
            named(directory.path()).map(|made| {
                assert_eq!(made.legal, "theirs");
                made.parts.map(|part| (part.name, part.text))
            })
        };
        let [(app, text), (later, its)] = names("import(\"./later-CD.js\")", &[]).unwrap();
        assert_eq!(app, "app.js");
        assert_eq!(text, format!("import(\"./{later}\")"));
        assert_eq!(its, "import{a}from\"./app.js\";");
        let [_, (other, _)] = names("import(\"./later-CD.js\");1", &[]).unwrap();
        assert_ne!(later, other);
        assert!(names("", &["chunk-EF.js"]).is_err());
    }
}
