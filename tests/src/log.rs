//! What workerd and the Worker printed.

use std::{fs, path::PathBuf};

/// Marks of a Worker that fell over: promise 11 holds in every test.
const FALLS: [&str; 6] = [
    "panicked",
    "RuntimeError",
    "code had hung",
    "Uncaught exception",
    "uncaught exception",
    "exceeded its memory",
];

/// The logs of all runs of one world.
#[derive(Clone, Debug)]
pub struct Log {
    folder: PathBuf,
}

impl Log {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All of it, run after run, standard output before standard error.
    #[must_use]
    pub fn text(&self) -> String {
        let mut names: Vec<PathBuf> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|kind| kind == "out" || kind == "err")
            })
            .collect();
        names.sort();
        names
            .iter()
            .map(|path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned())
            .collect()
    }

    /// The lines of the Worker itself.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let noise = |line: &&str| {
            !line.is_empty() && !line.starts_with("workerd/") && !line.starts_with("stack:")
        };
        self.text()
            .lines()
            .filter(noise)
            .map(str::to_owned)
            .collect()
    }

    /// The lines that contain this.
    #[must_use]
    pub fn with(&self, part: &str) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains(part))
            .map(str::to_owned)
            .collect()
    }

    /// The first line that tells of a panic or an exception nobody caught, but
    /// for those that contain one of `expected`.
    #[must_use]
    pub fn fall(&self, expected: &[&str]) -> Option<String> {
        let text = self.text();
        let fell = |line: &&str| {
            FALLS.iter().any(|mark| line.contains(mark))
                && !expected.iter().any(|known| line.contains(known))
        };
        text.lines().find(fell).map(str::to_owned)
    }
}
