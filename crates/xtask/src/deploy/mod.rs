//! `cargo xtask deploy`: into the operator's own account, again and again.
//!
//! 1. who is logged in, and to which account
//! 2. the KV namespace: found by its title, else created
//! 3. wrangler's configuration, with the namespace's id, in `build`: an account's
//!    ids stay out of the repository
//! 4. the secrets: what the Worker lacks is made; what it has is never touched
//! 5. one `wrangler deploy` with code, page, Durable Object migrations and new
//!    secrets together, so there is no moment with one and without the others

mod account;
mod publish;
mod secrets;
mod wrangler;

#[cfg(test)]
#[cfg(unix)]
mod fake;

use anyhow::Result;

use crate::{
    build, command::DeployOptions, manifest::Manifest, npm::Packages, process, project::Project,
    terminal,
};
use publish::Published;
use wrangler::Wrangler;

pub(crate) fn run(project: &Project, options: &DeployOptions) -> Result<()> {
    let packages = Packages::ensure(project)?;
    let manifest = Manifest::read(project)?;
    let wrangler = Wrangler::new(|| Ok(in_root(project, packages.wrangler()?)));
    if !options.dry_run {
        // Before the build: it may take minutes, and this is where most first tries end.
        account::check_login(&wrangler, &manifest)?;
    }
    let report = build::build(project, &packages)?;
    terminal::show(&report.to_string());
    report.check()?;
    if options.dry_run {
        return dry_run(project, &packages);
    }
    let published = publish::publish(&wrangler, &manifest, &project.build())?;
    terminal::show(&farewell(&published));
    published.ended
}

/// Lets wrangler check what was built; needs no account.
pub(crate) fn dry_run(project: &Project, packages: &Packages) -> Result<()> {
    let config = Manifest::read(project)?.write(None, &project.build())?;
    let mut wrangler = in_root(project, packages.wrangler()?);
    wrangler
        .args(["deploy", "--dry-run", "--config"])
        .arg(config);
    process::run("wrangler deploy --dry-run", &mut wrangler)?;
    terminal::show("wrangler accepts the Worker. Nothing was deployed.");
    Ok(())
}

fn in_root(project: &Project, mut command: std::process::Command) -> std::process::Command {
    command.current_dir(project.root());
    command
}

fn farewell(published: &Published) -> String {
    let mut text = String::from("\n");
    let address = published.address.as_deref();
    match (&published.ended, address) {
        (Ok(()), Some(address)) => text.push_str(&format!("Keyway is deployed: {address}\n")),
        (Ok(()), None) => text.push_str("Keyway is deployed.\n"),
        (Err(_), _) => text.push_str("The deployment did not end well.\n"),
    }
    if let Some(token) = &published.root_token {
        let place = address.unwrap_or("the page");
        text.push_str(&format!(
            "
  sign in with   {token}

This is the root token. It is shown this once: keep it where you keep passwords.
Sign in with it at {place}.
"
        ));
    } else {
        text.push_str("\nThe root token is the one that the first deployment showed.\n");
    }
    text.push_str(
        "To replace it: npx wrangler secret delete ROOT_TOKEN, then cargo xtask deploy\n",
    );
    if let Some(address) = address {
        text.push_str(&format!("Is everything in place? curl {address}/readyz\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_new_root_token_is_shown_with_how_to_replace_it() {
        let text = farewell(&Published {
            address: Some("https://keyway.example.workers.dev".to_owned()),
            root_token: Some("kwm_root_x".to_owned()),
            ended: Ok(()),
        });
        assert!(text.contains("deployed: https://keyway.example.workers.dev"));
        assert!(text.contains("sign in with   kwm_root_x"));
        assert!(text.contains("secret delete ROOT_TOKEN"));
    }

    #[test]
    fn a_deployment_that_failed_is_not_called_one() {
        let text = farewell(&Published {
            address: None,
            root_token: Some("kwm_root_x".to_owned()),
            ended: Err(anyhow!("no")),
        });
        assert!(!text.contains("is deployed"));
        assert!(
            text.contains("kwm_root_x"),
            "it may be in force, so it must not be lost"
        );
    }
}
