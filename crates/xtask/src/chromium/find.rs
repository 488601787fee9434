//! Looks for a Chromium or Chrome.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process;

/// What it is called on PATH.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge-stable",
];

/// Where macOS and Windows have it; PATH does not name it there.
const PLACES: [&str; 5] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/// What it is called inside one of Playwright's downloads.
const DOWNLOADED: [&str; 7] = [
    "chrome",
    "chrome.exe",
    "headless_shell",
    "chrome-headless-shell",
    "chrome-headless-shell.exe",
    "Chromium",
    "Google Chrome for Testing",
];

/// The first one that starts: of the system, else one that Playwright downloaded.
pub(super) fn chromium(downloads: &Path) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = NAMES
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |directory| directory.join(name)));
    let of_system = on_path.chain(PLACES.iter().map(PathBuf::from));
    of_system
        .chain(caches(downloads).iter().flat_map(|cache| downloaded(cache)))
        .find(|candidate| starts(candidate))
}

/// Whether `program` is there and can say its version; a stub that only tells to
/// install a browser, or one whose libraries are missing, cannot.
pub(super) fn starts(program: &Path) -> bool {
    if !program.is_file() {
        return false;
    }
    // On Windows the question would open a window.
    cfg!(windows)
        || process::capture(Command::new(program).arg("--version"))
            .is_ok_and(|answer| answer.status.success())
}

/// Where Playwright keeps what it downloads.
fn caches(downloads: &Path) -> Vec<PathBuf> {
    const CACHES: [(&str, &str); 3] = [
        ("HOME", ".cache/ms-playwright"),
        ("HOME", "Library/Caches/ms-playwright"),
        ("LOCALAPPDATA", "ms-playwright"),
    ];
    let named = env::var_os("PLAYWRIGHT_BROWSERS_PATH").map(PathBuf::from);
    let usual = CACHES
        .iter()
        .filter_map(|(base, path)| Some(PathBuf::from(env::var_os(base)?).join(path)));
    named
        .into_iter()
        .chain([downloads.to_path_buf()])
        .chain(usual)
        .collect()
}

/// The browsers of a cache, which has a directory for each, newest version first.
fn downloaded(cache: &Path) -> Vec<PathBuf> {
    let mut browsers: Vec<PathBuf> = children(cache);
    browsers.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("chromium"))
    });
    browsers.sort_by(|a, b| b.cmp(a));
    browsers
        .iter()
        .filter_map(|browser| program_in(browser))
        .collect()
}

fn program_in(browser: &Path) -> Option<PathBuf> {
    /// The deepest is on macOS: platform, bundle, Contents, MacOS.
    const DEPTH: usize = 5;
    let mut level = vec![browser.to_path_buf()];
    for _ in 0..DEPTH {
        let next: Vec<PathBuf> = level
            .iter()
            .flat_map(|directory| children(directory))
            .collect();
        let found = next.iter().find(|path| {
            path.is_file()
                && path
                    .file_name()
                    .is_some_and(|name| DOWNLOADED.iter().any(|known| name == *known))
        });
        if found.is_some() {
            return found.cloned();
        }
        level = next.into_iter().filter(|path| path.is_dir()).collect();
    }
    None
}

fn children(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_are_found_whatever_their_layout() {
        let cache = tempfile::tempdir().unwrap();
        for file in [
            "chromium-1200/chrome-linux64/chrome",
            "chromium-1300/chrome-mac/Chromium.app/Contents/MacOS/Chromium",
            "chromium_headless_shell-1100/chrome-linux/headless_shell",
            "firefox-1/firefox/firefox",
            "ffmpeg-1/chrome",
        ] {
            let file = cache.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let found: Vec<_> = downloaded(cache.path())
            .iter()
            .map(|path| {
                path.strip_prefix(cache.path())
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        assert_eq!(
            found,
            [
                "chromium_headless_shell-1100/chrome-linux/headless_shell",
                "chromium-1300/chrome-mac/Chromium.app/Contents/MacOS/Chromium",
                "chromium-1200/chrome-linux64/chrome",
            ]
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_stub_is_no_browser() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let program = |name: &str, script: &str| {
            let path = directory.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        assert!(starts(&program("browser", "echo Chromium 156")));
        assert!(!starts(&program(
            "stub",
            "echo install the snap >&2; exit 1"
        )));
        assert!(!starts(&directory.path().join("nothing")));
        assert!(!starts(directory.path()));
    }
}
