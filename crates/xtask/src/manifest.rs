//! `wrangler.toml`, and what wrangler gets instead of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::project::Project;

/// The configuration of the Worker as it is in the repository.
pub(crate) struct Manifest {
    root: PathBuf,
    value: Value,
}

impl Manifest {
    /// Reads `wrangler.toml`.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let text = fs::read_to_string(project.path("wrangler.toml"))
            .context("cannot read wrangler.toml")?;
        Self::parse(project.root(), &text)
    }

    /// Reads `text` as the `wrangler.toml` of the project in `root`.
    pub(crate) fn parse(root: &Path, text: &str) -> Result<Self> {
        let value: Value = toml::from_str(text).context("wrangler.toml")?;
        Ok(Self {
            root: root.to_path_buf(),
            value,
        })
    }

    /// The Worker's name.
    pub(crate) fn name(&self) -> Result<&str> {
        self.value
            .get("name")
            .and_then(Value::as_str)
            .context("wrangler.toml has no name")
    }

    /// Whether it says which account is meant.
    pub(crate) fn names_account(&self) -> bool {
        self.value.get("account_id").is_some()
    }

    /// The title of the KV namespace. It is the one that wrangler gives a namespace
    /// that it creates by itself, so `npx wrangler deploy` finds the same.
    pub(crate) fn namespace_title(&self) -> Result<String> {
        let [namespace] = self.namespaces()? else {
            bail!("wrangler.toml must have one KV namespace");
        };
        let binding = namespace.get("binding").and_then(Value::as_str);
        let binding = binding.context("the KV namespace in wrangler.toml has no binding")?;
        Ok(format!(
            "{}-{}",
            self.name()?,
            binding.to_lowercase().replace('_', "-")
        ))
    }

    /// The id of the KV namespace, if the operator wrote one down.
    pub(crate) fn namespace_id(&self) -> Result<Option<String>> {
        let id = self
            .namespaces()?
            .first()
            .and_then(|namespace| namespace.get("id"));
        Ok(id.and_then(Value::as_str).map(str::to_owned))
    }

    fn namespaces(&self) -> Result<&[Value]> {
        let namespaces = self.value.get("kv_namespaces").and_then(Value::as_array);
        Ok(namespaces
            .context("wrangler.toml has no KV namespace")?
            .as_slice())
    }

    /// Writes what wrangler is to serve or to deploy into `directory`: the same with
    /// this KV namespace, and without a build, which is done.
    pub(crate) fn write(&self, namespace: Option<&str>, directory: &Path) -> Result<PathBuf> {
        let mut config = self.value.clone();
        if let Some(table) = config.as_object_mut() {
            table.remove("build");
        }
        if let (Some(id), Some(entry)) = (namespace, config.pointer_mut("/kv_namespaces/0"))
            && let Some(entry) = entry.as_object_mut()
        {
            entry.insert("id".to_owned(), json!(id));
        }
        // wrangler looks for these beside its configuration.
        for path in ["/main", "/assets/directory"] {
            if let Some(place) = config.pointer_mut(path) {
                let relative = place
                    .as_str()
                    .with_context(|| format!("{path} in wrangler.toml"))?;
                *place = json!(self.root.join(relative));
            }
        }
        let file = directory.join("wrangler.json");
        fs::write(&file, serde_json::to_vec_pretty(&config)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_s_own_manifest_can_be_deployed() {
        let project = Project::find().unwrap();
        let manifest = Manifest::read(&project).unwrap();
        assert_eq!(manifest.namespace_title().unwrap(), "keyway-keys");
        assert_eq!(
            manifest.namespace_id().unwrap(),
            None,
            "an account's id is not for all"
        );
        assert!(!manifest.names_account());

        let directory = tempfile::tempdir().unwrap();
        let file = manifest.write(Some("abc"), directory.path()).unwrap();
        let config: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        assert_eq!(config["kv_namespaces"][0]["id"], "abc");
        assert_eq!(config["main"], json!(project.path("build/worker/index.js")));
        assert_eq!(config["assets"]["directory"], json!(project.page()));
        assert!(config.get("build").is_none());
        assert_eq!(
            config["migrations"][0]["new_sqlite_classes"][0],
            "Workspace"
        );
    }
}
