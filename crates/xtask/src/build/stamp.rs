//! Remembers what a result was made from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The digest of everything that went into one result.
pub(super) struct Stamp {
    file: PathBuf,
    digest: String,
}

impl Stamp {
    /// The stamp called `name` of `inputs`, kept below `build`.
    pub(super) fn of(build: &Path, name: &str, inputs: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for input in inputs {
            // With the length before each, no two lists of inputs look alike.
            digest.update((input.len() as u64).to_le_bytes());
            digest.update(input);
        }
        Self {
            file: build.join(".stamps").join(name),
            digest: hex::encode(digest.finalize()),
        }
    }

    /// Whether the result was made from the same, and is still whole.
    pub(super) fn is_current(&self, results: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|last| last == self.digest)
            && results.iter().all(|result| result.is_file())
    }

    /// Remembers that the result is made.
    pub(super) fn set(&self) -> Result<()> {
        let directory = self.file.parent().context("a stamp has a directory")?;
        fs::create_dir_all(directory)?;
        fs::write(&self.file, &self.digest).context("cannot write to build/.stamps")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_current_until_an_input_changes_or_it_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let build = directory.path();
        let result = [build.join("result")];
        fs::write(&result[0], "made").unwrap();

        let stamp = Stamp::of(build, "thing", &[b"wasm", b"tool 1"]);
        assert!(!stamp.is_current(&result));
        stamp.set().unwrap();
        assert!(Stamp::of(build, "thing", &[b"wasm", b"tool 1"]).is_current(&result));
        assert!(!Stamp::of(build, "thing", &[b"wasm", b"tool 2"]).is_current(&result));
        assert!(!Stamp::of(build, "thing", &[b"wasmt", b"ool 1"]).is_current(&result));
        fs::remove_file(&result[0]).unwrap();
        assert!(!stamp.is_current(&result));
    }
}
