//! Puts what was made aside into place.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Every file below `directory`, relative to it, sorted.
pub(super) fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let entries = fs::read_dir(directory.join(&relative))
            .with_context(|| format!("cannot read {}", directory.join(&relative).display()))?;
        for entry in entries {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Moves `made` to `place` unless the same is there already.
pub(super) fn file(made: &Path, place: &Path) -> Result<()> {
    let new = fs::read(made).with_context(|| format!("cannot read {}", made.display()))?;
    if fs::read(place).is_ok_and(|old| old == new) {
        return Ok(());
    }
    if let Some(directory) = place.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::rename(made, place).with_context(|| format!("cannot write {}", place.display()))
}

/// Makes `place` hold the files of `made`, and of `keep` what it has; nothing else.
pub(super) fn directory(made: &Path, place: &Path, keep: &[&str]) -> Result<()> {
    let new = files(made)?;
    for path in &new {
        file(&made.join(path), &place.join(path))?;
    }
    for old in files(place)? {
        let is_kept = keep.iter().any(|kept| old.starts_with(kept));
        if !is_kept && !new.contains(&old) {
            fs::remove_file(place.join(&old))?;
        }
    }
    Ok(())
}

/// Copies a tree, without the part called `except`, if there is one.
pub(super) fn copy(from: &Path, to: &Path, except: Option<&str>) -> Result<()> {
    for path in files(from)? {
        if except.is_some_and(|except| path.starts_with(except)) {
            continue;
        }
        let target = to.join(&path);
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::copy(from.join(&path), &target)
            .map(drop)
            .or_else(|error| {
                // Editors leave files that are gone a moment later.
                if error.kind() == io::ErrorKind::NotFound {
                    Ok(())
                } else {
                    Err(error)
                }
            })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn listed(root: &Path) -> Vec<String> {
        files(root)
            .unwrap()
            .iter()
            .map(|path| {
                let text = fs::read_to_string(root.join(path)).unwrap();
                format!("{}={text}", path.display())
            })
            .collect()
    }

    #[test]
    fn a_place_gets_what_is_new_and_loses_what_is_gone() {
        let (made, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tree(
            place.path(),
            &[("a.js", "1"), ("b/old.css", "1"), ("browser/x.wasm", "1")],
        );
        tree(made.path(), &[("a.js", "2"), ("b/new.css", "2")]);
        directory(made.path(), place.path(), &["browser"]).unwrap();
        assert_eq!(
            listed(place.path()),
            ["a.js=2", "b/new.css=2", "browser/x.wasm=1"]
        );
    }

    #[test]
    fn a_file_that_stays_the_same_is_not_touched() {
        let directory = tempfile::tempdir().unwrap();
        let (made, place) = (
            directory.path().join("made"),
            directory.path().join("place"),
        );
        fs::write(&place, "same").unwrap();
        fs::write(&made, "same").unwrap();
        file(&made, &place).unwrap();
        assert!(made.exists(), "the new one was not needed");
    }

    #[test]
    fn a_tree_is_copied_without_its_sources() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tree(
            from.path(),
            &[
                ("index.html", "1"),
                ("icons/a.svg", "1"),
                ("src/main.js", "1"),
            ],
        );
        copy(from.path(), to.path(), Some("src")).unwrap();
        assert_eq!(listed(to.path()), ["icons/a.svg=1", "index.html=1"]);
    }
}
