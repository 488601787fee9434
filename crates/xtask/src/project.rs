//! Where things are.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The work tree.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The project that this program was compiled from.
    pub(crate) fn find() -> Result<Self> {
        // Cargo says where the package is now; the place of compilation may have moved.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .ancestors()
            .nth(2)
            .context("the project's directory is not found")?;
        Ok(Self {
            root: root.to_path_buf(),
        })
    }

    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// What is built goes here.
    pub(crate) fn build(&self) -> PathBuf {
        self.path("build")
    }

    /// The Worker as it is deployed.
    pub(crate) fn worker(&self) -> PathBuf {
        self.build().join("worker")
    }

    /// The page as it is deployed.
    pub(crate) fn page(&self) -> PathBuf {
        self.build().join("www")
    }

    /// The cargo that runs this program, in the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo =
            Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        cargo.current_dir(&self.root);
        cargo
    }

    /// Where cargo puts what it compiles; a user's own settings may move it.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let mut cargo = self.cargo();
        cargo.args(["metadata", "--no-deps", "--format-version=1"]);
        let metadata: Value =
            serde_json::from_slice(&process::output("cargo metadata", &mut cargo)?)?;
        let target = metadata.get("target_directory").and_then(Value::as_str);
        Ok(PathBuf::from(
            target.context("cargo names no target directory")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_minimum_rust_version_is_the_pinned_toolchain() {
        let project = Project::find().unwrap();
        let read = |file| -> toml::Table {
            fs::read_to_string(project.path(file))
                .unwrap()
                .parse()
                .unwrap()
        };
        let manifest = read("Cargo.toml");
        let minimum = manifest["workspace"]["package"]["rust-version"]
            .as_str()
            .unwrap();
        let toolchain = read("rust-toolchain.toml");
        let pinned = toolchain["toolchain"]["channel"].as_str().unwrap();
        assert_eq!(
            pinned,
            format!("{minimum}.0"),
            "what is promised must be what is tested"
        );
    }
}
