//! Makes a workspace of many keys, in the file of its object.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::place;

const SCRIPT: &str = "bench/fill.mjs";

/// Until the workspace below `state` has so many.
pub(super) fn fill(state: &Path, keys: usize) -> Result<()> {
    for file in databases(state)? {
        // Feeds have no keys: theirs is a file without that table.
        if !holds(&file, b"CREATE TABLE keys")? {
            continue;
        }
        let status = Command::new(place::node()?)
            .arg(place::project(SCRIPT))
            .arg(&file)
            .arg(keys.to_string())
            .env("NODE_NO_WARNINGS", "1")
            .status()
            .context("cannot start Node")?;
        ensure!(status.success(), "the workspace could not be filled");
        return Ok(());
    }
    anyhow::bail!("no workspace below {}", state.display())
}

fn databases(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "sqlite") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// In the file, or in what is yet to be written into it.
fn holds(file: &Path, text: &[u8]) -> Result<bool> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let bytes = [fs::read(file)?, fs::read(log).unwrap_or_default()].concat();
    Ok(bytes.windows(text.len()).any(|window| window == text))
}
