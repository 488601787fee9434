//! Whether a source was changed.
//!
//! The sources are a few hundred files, so looking at each of them is cheap, and
//! works on every system and in every container.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::project::Project;

/// What the Worker and the page are made from. Not the npm packages: wrangler is
/// one of them, and cannot be replaced while it runs.
const SOURCES: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "crates/browser",
    "crates/core",
    "crates/edge",
    "rust-toolchain.toml",
    "www",
];

/// The sources as they were last seen.
pub(crate) struct Watch {
    sources: Vec<PathBuf>,
    built: Snapshot,
    last: Snapshot,
}

type Snapshot = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Watch {
    /// Begins with the sources as they are. Call it before building them.
    pub(crate) fn begin(project: &Project) -> Self {
        Self::of(SOURCES.map(|source| project.path(source)).to_vec())
    }

    fn of(sources: Vec<PathBuf>) -> Self {
        let built = snapshot(&sources);
        Self {
            sources,
            last: built.clone(),
            built,
        }
    }

    /// Whether they were changed and then left alone since the last look: saving
    /// everything, or changing the branch, is one change.
    pub(crate) fn has_settled_change(&mut self) -> bool {
        let now = snapshot(&self.sources);
        let is_settled = now == self.last;
        self.last = now;
        if is_settled && self.last != self.built {
            self.built.clone_from(&self.last);
            return true;
        }
        false
    }
}

fn snapshot(sources: &[PathBuf]) -> Snapshot {
    let mut found = Snapshot::new();
    for source in sources {
        look(source, &mut found);
    }
    found
}

/// What cannot be read is gone, or comes back with the next look.
fn look(path: &Path, found: &mut Snapshot) {
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if metadata.is_file() {
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        found.insert(path.to_path_buf(), (modified, metadata.len()));
    } else if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            // The temporary files of editors are hidden.
            if !entry.file_name().to_string_lossy().starts_with('.') {
                look(&entry.path(), found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_once_and_only_when_it_has_settled() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("src/lib.rs");
        fs::create_dir(directory.path().join("src")).unwrap();
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::of(vec![directory.path().to_path_buf()]);
        assert!(!watch.has_settled_change());

        fs::write(&file, "three").unwrap();
        assert!(
            !watch.has_settled_change(),
            "the next file may be being saved"
        );
        assert!(watch.has_settled_change());
        assert!(!watch.has_settled_change());

        fs::remove_file(&file).unwrap();
        assert!(!watch.has_settled_change());
        assert!(watch.has_settled_change());
    }

    #[test]
    fn hidden_files_do_not_count() {
        let directory = tempfile::tempdir().unwrap();
        let mut watch = Watch::of(vec![directory.path().to_path_buf()]);
        fs::write(directory.path().join(".lib.rs.swp"), "x").unwrap();
        assert!(!watch.has_settled_change());
        assert!(!watch.has_settled_change());
    }
}
