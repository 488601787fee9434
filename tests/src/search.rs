//! Looks for secrets in files, byte by byte.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// All files below a folder.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether `bytes` contain `part`.
#[must_use]
pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

/// The files below `folder` that contain `part`.
///
/// # Panics
/// When a file cannot be read.
#[must_use]
pub fn files_with(folder: &Path, part: &[u8]) -> Vec<PathBuf> {
    let has = |path: &PathBuf| contains(&fs::read(path).expect("a file to search"), part);
    files(folder).into_iter().filter(has).collect()
}
