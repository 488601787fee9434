//! The deployment itself.

use std::{ffi::OsStr, fs, path::Path};

use anyhow::{Context as _, Result};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    account,
    secrets::{self, Missing},
    wrangler::Wrangler,
};
use crate::{manifest::Manifest, private_file, secrets::ROOT_TOKEN, terminal};

/// How a deployment ended, and what the operator has to know all the same.
pub(super) struct Published {
    /// Where it answers.
    pub(super) address: Option<String>,
    /// A root token that is new and may be in force.
    pub(super) root_token: Option<String>,
    pub(super) ended: Result<()>,
}

/// Deploys what is in `build`. An error means that no secret was given to the Worker.
pub(super) fn publish(
    wrangler: &Wrangler<'_>,
    manifest: &Manifest,
    build: &Path,
) -> Result<Published> {
    account::check_login(wrangler, manifest)?;
    // Any command wants a configuration, this one only to know the account.
    let config = manifest.write(None, build)?;
    let namespace = namespace(wrangler, manifest, &config)?;
    let config = manifest.write(Some(&namespace), build)?;
    let missing = Missing::from(&secrets::existing(wrangler, &config)?)?;

    // Secrets travel in a file: every user may read the arguments of a process.
    let aside = TempDir::with_prefix("keyway-").context("cannot make a temporary directory")?;
    let (secrets, report) = (
        aside.path().join("secrets.json"),
        aside.path().join("report"),
    );
    let mut arguments = vec![
        OsStr::new("deploy"),
        OsStr::new("--config"),
        config.as_os_str(),
    ];
    if !missing.secrets.is_empty() {
        private_file::create(&secrets, &missing.to_json())?;
        arguments.extend([OsStr::new("--secrets-file"), secrets.as_os_str()]);
    }
    let environment = ("WRANGLER_OUTPUT_FILE_PATH", report.as_os_str());
    let ended = wrangler.run("wrangler deploy", &arguments, environment);

    let is_in_force = || match &ended {
        Ok(()) => true,
        // It may have failed after the upload. When in doubt the token is shown.
        Err(_) => secrets::existing(wrangler, &config)
            .map_or(true, |names| names.iter().any(|name| name == ROOT_TOKEN)),
    };
    let root_token = missing
        .root_token()
        .filter(|_| is_in_force())
        .map(str::to_owned);
    Ok(Published {
        address: address(&report),
        root_token,
        ended,
    })
}

/// The id of the KV namespace, which is created when there is none.
fn namespace(wrangler: &Wrangler<'_>, manifest: &Manifest, config: &Path) -> Result<String> {
    if let Some(id) = manifest.namespace_id()? {
        return Ok(id);
    }
    let title = manifest.namespace_title()?;
    if let Some(id) = find(wrangler, &title, config)? {
        return Ok(id);
    }
    terminal::say(&format!("keyway: creating the KV namespace {title}"));
    let config_flag = [OsStr::new("--config"), config.as_os_str()];
    let mut create: Vec<_> = ["kv", "namespace", "create", &title]
        .map(OsStr::new)
        .to_vec();
    create.extend(config_flag);
    let output = wrangler.ask(&create)?;
    if !output.status.success() {
        return Err(super::wrangler::complaint(
            "wrangler kv namespace create",
            &output,
        ));
    }
    find(wrangler, &title, config)?
        .with_context(|| format!("the KV namespace {title} was created but is not listed"))
}

fn find(wrangler: &Wrangler<'_>, title: &str, config: &Path) -> Result<Option<String>> {
    let mut list: Vec<_> = ["kv", "namespace", "list", "--config"]
        .map(OsStr::new)
        .to_vec();
    list.push(config.as_os_str());
    let namespaces = wrangler.ask_json("wrangler kv namespace list", &list)?;
    let namespaces = namespaces
        .as_array()
        .context("wrangler listed no KV namespaces")?;
    let found = namespaces
        .iter()
        .find(|namespace| namespace.get("title").and_then(Value::as_str) == Some(title));
    Ok(found.and_then(|namespace| Some(namespace.get("id")?.as_str()?.to_owned())))
}

/// Where the Worker answers, by wrangler's report of what it did.
fn address(report: &Path) -> Option<String> {
    let report = fs::read_to_string(report).ok()?;
    let entries = report
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let deployed = entries
        .into_iter()
        .find(|entry| entry.get("type") == Some(&"deploy".into()))?;
    let targets = deployed
        .get("targets")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    // A custom domain is listed as `keys.example.com (custom domain)`.
    let mut addresses = targets.map(|target| {
        let host = target.split(' ').next().unwrap_or(target);
        if host.contains("://") {
            host.to_owned()
        } else {
            format!("https://{host}")
        }
    });
    addresses.next()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::deploy::fake::Cloud;

    #[test]
    fn the_first_deployment_makes_everything() {
        let cloud = Cloud::new();
        let published = cloud.publish().unwrap();
        assert!(published.ended.is_ok());
        assert_eq!(
            published.address.as_deref(),
            Some("https://keyway.example.workers.dev")
        );
        assert_eq!(cloud.secret(ROOT_TOKEN), published.root_token);
        assert!(
            cloud
                .secret("PEPPER_1")
                .is_some_and(|pepper| pepper.len() >= 32)
        );
        assert_eq!(cloud.namespaces(), ["keyway-keys"]);
        assert_eq!(cloud.deployed_namespace(), "id-of-keyway-keys");
        assert_eq!(cloud.deployments(), 1);
    }

    #[test]
    fn the_second_one_changes_nothing_but_code() {
        let cloud = Cloud::new();
        cloud.publish().unwrap();
        let secrets = (cloud.secret(ROOT_TOKEN), cloud.secret("PEPPER_1"));
        let published = cloud.publish().unwrap();
        assert_eq!(published.root_token, None);
        assert_eq!(
            (cloud.secret(ROOT_TOKEN), cloud.secret("PEPPER_1")),
            secrets
        );
        assert_eq!(cloud.namespaces(), ["keyway-keys"]);
        assert_eq!(cloud.deployments(), 2);
        assert_eq!(cloud.deployed_namespace(), "id-of-keyway-keys");
    }

    #[test]
    fn without_a_login_nothing_is_tried() {
        let cloud = Cloud::new();
        cloud.set("logged-out", "");
        let error = cloud.publish().map(drop).unwrap_err().to_string();
        assert!(error.starts_with("you are not logged in"), "{error}");
        assert_eq!(cloud.calls(), ["whoami --json"]);
    }

    #[test]
    fn of_several_accounts_one_must_be_chosen() {
        let cloud = Cloud::new();
        cloud.set("two-accounts", "");
        let error = cloud.publish().map(drop).unwrap_err().to_string();
        assert!(error.contains("a1 (One), b2 (Two)"), "{error}");
    }

    #[test]
    fn when_the_upload_fails_the_next_try_begins_where_this_one_ended() {
        let cloud = Cloud::new();
        cloud.set("fail-before-upload", "");
        let published = cloud.publish().unwrap();
        assert!(published.ended.is_err());
        assert_eq!(published.root_token, None, "it was never in force");
        assert_eq!(cloud.secret(ROOT_TOKEN), None);

        cloud.unset("fail-before-upload");
        let published = cloud.publish().unwrap();
        assert!(published.ended.is_ok());
        assert_eq!(cloud.secret(ROOT_TOKEN), published.root_token);
        assert_eq!(
            cloud.namespaces(),
            ["keyway-keys"],
            "the namespace of the first try is used"
        );
    }

    #[test]
    fn a_failure_after_the_upload_does_not_lose_the_root_token() {
        let cloud = Cloud::new();
        cloud.set("fail-after-upload", "");
        let published = cloud.publish().unwrap();
        assert!(published.ended.is_err());
        assert!(published.root_token.is_some());
        assert_eq!(cloud.secret(ROOT_TOKEN), published.root_token);
    }

    #[test]
    fn secrets_are_not_made_when_it_cannot_be_known_which_exist() {
        let cloud = Cloud::new();
        cloud.publish().unwrap();
        let before = cloud.secret(ROOT_TOKEN);
        cloud.set("no-secret-list", "");
        assert!(cloud.publish().is_err());
        assert_eq!(cloud.secret(ROOT_TOKEN), before);
        assert_eq!(cloud.deployments(), 1);
    }

    #[test]
    fn a_namespace_in_the_manifest_is_taken_as_it_is() {
        let cloud = Cloud::new();
        cloud.publish_with("id = \"mine\"").unwrap();
        assert_eq!(cloud.deployed_namespace(), "mine");
        assert!(cloud.namespaces().is_empty());
    }

    #[test]
    fn no_secret_is_in_the_arguments_of_a_process() {
        let cloud = Cloud::new();
        let published = cloud.publish().unwrap();
        let calls = cloud.calls().join("\n");
        assert!(!calls.contains(&published.root_token.unwrap()));
        assert!(!calls.contains(&cloud.secret("PEPPER_1").unwrap()));
    }

    #[test]
    fn the_address_is_the_first_target() {
        let directory = tempfile::tempdir().unwrap();
        let report = directory.path().join("report");
        let line = |targets: &str| {
            format!(
                "{{\"type\":\"wrangler-session\"}}\n{{\"type\":\"deploy\",\"targets\":{targets}}}\n"
            )
        };
        fs::write(&report, line(r#"["keys.example.com (custom domain)"]"#)).unwrap();
        assert_eq!(
            address(&report).as_deref(),
            Some("https://keys.example.com")
        );
        fs::write(&report, line("[]")).unwrap();
        assert_eq!(address(&report), None);
        assert_eq!(address(&directory.path().join("none")), None);
    }
}
