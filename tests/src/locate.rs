//! Where things are: the project, workerd, the compiled Worker.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The root of the project.
///
/// # Panics
/// When this crate is not inside it.
#[must_use]
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the folder of the project")
        .to_owned()
}

/// workerd: `KEYWAY_WORKERD`, else the one npm installed into the project.
///
/// # Panics
/// When there is none; the message says how to get it.
#[must_use]
pub fn workerd() -> PathBuf {
    if let Some(path) = env::var_os("KEYWAY_WORKERD") {
        return path.into();
    }
    let packages = project().join("node_modules/@cloudflare");
    let found = fs::read_dir(&packages)
        .into_iter()
        .flatten()
        .flatten()
        .find_map(|entry| {
            let name = entry.file_name();
            let program = entry.path().join("bin/workerd");
            (name.to_string_lossy().starts_with("workerd-") && program.is_file()).then_some(program)
        });
    found.unwrap_or_else(|| {
        panic!(
            "no workerd in {}: run `cargo xtask test edge`, which installs it, or set KEYWAY_WORKERD",
            packages.display()
        )
    })
}

/// The folder of `index.js` and `index_bg.wasm`: `KEYWAY_WORKER_DIR`, else what
/// `cargo xtask build` made.
///
/// # Panics
/// When there is none; the message says how to get it.
#[must_use]
pub fn worker() -> PathBuf {
    let folder = env::var_os("KEYWAY_WORKER_DIR")
        .map_or_else(|| project().join("build/worker"), PathBuf::from);
    assert!(
        folder.join("index_bg.wasm").is_file(),
        "no Worker in {}: run `cargo xtask build`, or set KEYWAY_WORKER_DIR",
        folder.display()
    );
    folder
}

/// The compatibility date that the Worker is deployed with.
///
/// # Panics
/// When `wrangler.toml` does not say.
#[must_use]
pub fn compatibility_date() -> String {
    let settings = fs::read_to_string(project().join("wrangler.toml")).expect("wrangler.toml");
    let line = settings
        .lines()
        .find_map(|line| line.strip_prefix("compatibility_date"));
    let date = line.and_then(|line| line.split('"').nth(1));
    date.expect("a compatibility_date in wrangler.toml")
        .to_owned()
}
