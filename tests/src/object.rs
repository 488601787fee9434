//! The files of one object, to be put back to an older state or lost.
//!
//! workerd names them by the object's id, which it makes of the key of the
//! class and the object's name: two halves, the second vouching for the first.

use std::{
    fs,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Where an object keeps its files. They may only be touched while workerd is
/// not running.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
    id: String,
}

/// The files as they were.
#[derive(Clone, Debug, Default)]
pub struct Saved(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// Of the object of that name, whose class has that key.
    #[must_use]
    pub fn of(state: &Path, key: &str, name: &str) -> Self {
        Self {
            folder: state.join(key),
            id: id(key, name),
        }
    }

    fn all(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.path());
        names
            .filter(|path| {
                let name = path.file_name().map(|name| name.to_string_lossy());
                name.is_some_and(|name| name.starts_with(&self.id))
            })
            .collect()
    }

    /// What they hold; nothing when the object never stored anything.
    ///
    /// # Panics
    /// When they cannot be read.
    #[must_use]
    pub fn save(&self) -> Saved {
        let read = |path: PathBuf| {
            let bytes = fs::read(&path).expect("a file of the object");
            (path, bytes)
        };
        Saved(self.all().into_iter().map(read).collect())
    }

    /// Puts an older state back.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn restore(&self, saved: &Saved) {
        self.lose();
        for (path, bytes) in &saved.0 {
            fs::write(path, bytes).expect("a file of the object");
        }
    }

    /// Takes them away.
    ///
    /// # Panics
    /// When they cannot be.
    pub fn lose(&self) {
        for path in self.all() {
            fs::remove_file(path).expect("a file of the object");
        }
    }
}

impl Saved {
    /// Whether there is anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn id(key: &str, name: &str) -> String {
    let key = Sha256::digest(key.as_bytes());
    let half = |bytes: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
        mac.update(bytes);
        let whole = mac.finalize().into_bytes();
        whole[..16].to_vec()
    };
    let first = half(name.as_bytes());
    hex::encode([first.clone(), half(&first)].concat())
}
