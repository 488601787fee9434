//! `cargo xtask dev`.

use std::{
    fs::{self, File},
    path::PathBuf,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    build,
    command::DevOptions,
    npm::Packages,
    port, process,
    project::Project,
    secrets,
    server::{Server, Settings},
    terminal::{self, Step},
    watch::Watch,
};

/// How often to look at the sources, and at the server.
const LOOK: Duration = Duration::from_millis(250);

pub(crate) fn run(project: &Project, options: &DevOptions) -> Result<()> {
    port::check(options.port)?;
    let home = if options.fresh {
        Home::temporary()?
    } else {
        Home::kept(project)?
    };
    let packages = Packages::ensure(project)?;
    let mut watch = Watch::begin(project);
    let report = build::build(project, &packages)?;
    terminal::say(&report.to_string());

    let token = secrets::ensure(&home.secrets)?;
    let step = Step::begin("starting");
    let settings = Settings {
        port: options.port,
        state: &home.state,
        secrets: &home.secrets,
        log: None,
    };
    let mut server = Server::start(project, &packages, &settings)?;
    step.done("Keyway answers");
    terminal::show(&greeting(options, &token));
    loop {
        server.check()?;
        if watch.has_settled_change() {
            build_again(project, &packages)?;
        }
        thread::sleep(LOOK);
    }
}

/// wrangler serves a new build by itself, and the last one while there is none.
fn build_again(project: &Project, packages: &Packages) -> Result<()> {
    terminal::say("keyway: a source was changed");
    let built = build::build(project, packages);
    process::stop_if_interrupted()?;
    match built {
        Ok(report) => terminal::say(&report.to_string()),
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            terminal::say("keyway: the last good build is still served");
        }
    }
    Ok(())
}

/// Where a server keeps what it knows.
pub(crate) struct Home {
    pub(crate) state: PathBuf,
    pub(crate) secrets: PathBuf,
    /// Removed, or given back, when the server has ended.
    _claim: Claim,
}

enum Claim {
    Temporary { _directory: TempDir },
    Kept { _lock: File },
}

impl Home {
    /// A new one, which goes when this value does.
    pub(crate) fn temporary() -> Result<Self> {
        let directory =
            TempDir::with_prefix("keyway-").context("cannot make a temporary directory")?;
        Ok(Self {
            state: directory.path().join("state"),
            secrets: directory.path().join("secrets.env"),
            _claim: Claim::Temporary {
                _directory: directory,
            },
        })
    }

    /// The project's own.
    fn kept(project: &Project) -> Result<Self> {
        let state = project.path(".state/dev");
        fs::create_dir_all(&state).context("cannot make .state/dev")?;
        let lock = File::create(state.join("lock")).context("cannot write to .state/dev")?;
        if lock.try_lock().is_err() {
            bail!("another `cargo xtask dev` uses .state/dev; stop it, or use --fresh");
        }
        let secrets = secrets::file(project);
        Ok(Self {
            state,
            secrets,
            _claim: Claim::Kept { _lock: lock },
        })
    }
}

fn greeting(options: &DevOptions, token: &str) -> String {
    let address = format!("http://localhost:{}", options.port);
    let kept = if options.fresh {
        "temporary: gone when this ends"
    } else {
        "in .state/dev, secrets in .dev.vars"
    };
    format!(
        "
  Keyway runs at   {address}
  sign in with     {token}
  state            {kept}

Create a key, here one for everything:

  curl {address}/v1/keys -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' -d '{{\"name\": \"My first key\", \"scopes\": [\"*\"]}}'

Is it good? Put the token from that answer in the place of TOKEN:

  curl {address}/v1/verify -H 'Authorization: Bearer {token}' \\
    -H 'Content-Type: application/json' -d '{{\"token\": \"TOKEN\"}}'

Ctrl-C stops it.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_has_commands_to_paste() {
        let options = DevOptions {
            port: 9000,
            fresh: true,
        };
        let text = greeting(&options, "kwm_root_x");
        assert!(
            text.contains(
                "curl http://localhost:9000/v1/keys -H 'Authorization: Bearer kwm_root_x'"
            )
        );
        assert!(text.contains(r#"-d '{"name": "My first key", "scopes": ["*"]}'"#));
        assert!(text.contains(r#"-d '{"token": "TOKEN"}'"#));
        assert!(text.contains("temporary"));
    }

    #[test]
    fn the_kept_state_is_for_one_server() {
        let root = tempfile::tempdir().unwrap();
        let project = Project::at(root.path());
        let first = Home::kept(&project).unwrap();
        let second = Home::kept(&project).map(drop).unwrap_err().to_string();
        assert!(second.contains("--fresh"), "{second}");
        drop(first);
        Home::kept(&project).unwrap();
    }

    #[test]
    fn a_temporary_home_leaves_nothing() {
        let home = Home::temporary().unwrap();
        let directory = home.secrets.parent().unwrap().to_path_buf();
        secrets::ensure(&home.secrets).unwrap();
        assert!(directory.exists());
        drop(home);
        assert!(!directory.exists());
    }
}
