//! A wrangler for tests: a script that keeps an account in a directory.
//!
//! Its answers have the shape of wrangler 4.164's, read in its source.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use serde_json::Value;
use tempfile::TempDir;

use super::{
    publish::{self, Published},
    wrangler::Wrangler,
};
use crate::manifest::Manifest;

const SCRIPT: &str = r#"#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> calls
option() { # the value after the option named $1
    wanted=$1; shift
    while [ $# -gt 0 ]; do
        if [ "$1" = "$wanted" ]; then echo "$2"; return; fi
        shift
    done
}
fail() { echo "✘ [ERROR] $1" >&2; exit 1; }

case "$1 $2 $3" in
"whoami --json "*)
    if [ -e logged-out ]; then echo '{"loggedIn":false}'; exit 1; fi
    if [ -e two-accounts ]; then
        echo '{"loggedIn":true,"accounts":[{"id":"a1","name":"One"},{"id":"b2","name":"Two"}]}'
    else
        echo '{"loggedIn":true,"accounts":[{"id":"a1","name":"One"}]}'
    fi ;;
"kv namespace list")
    printf '['; comma=''
    for title in $(cat namespaces 2>/dev/null); do
        printf '%s{"id":"id-of-%s","title":"%s"}' "$comma" "$title" "$title"; comma=','
    done
    echo ']' ;;
"kv namespace create")
    if grep -qx "$4" namespaces 2>/dev/null; then fail 'a namespace with this account ID and title already exists [code: 10014]'; fi
    echo "$4" >> namespaces
    echo "🌀 Creating namespace with title \"$4\"" ;;
"secret list "*)
    if [ -e no-secret-list ]; then fail 'fetch failed'; fi
    if [ ! -e worker ]; then fail 'Worker "keyway" not found.'; fi
    printf '['; comma=''
    for name in $(ls secrets 2>/dev/null); do
        printf '%s{"name":"%s","type":"secret_text"}' "$comma" "$name"; comma=','
    done
    echo ']' ;;
"deploy "*)
    if [ -e fail-before-upload ]; then fail 'the upload failed'; fi
    cp "$(option --config "$@")" worker
    file=$(option --secrets-file "$@")
    if [ -n "$file" ]; then
        mkdir -p secrets
        tr ',{}' '\n\n\n' < "$file" | sed -n 's/^"\([A-Z_0-9]*\)":"\(.*\)"$/\1 \2/p' |
            while read -r name value; do printf '%s' "$value" > "secrets/$name"; done
    fi
    echo deployed >> deployments
    if [ -e fail-after-upload ]; then fail 'the routes could not be set'; fi
    echo '{"type":"deploy","targets":["https://keyway.example.workers.dev"]}' >> "$WRANGLER_OUTPUT_FILE_PATH" ;;
*)
    fail "unknown: $*" ;;
esac
"#;

/// An account, and a build to deploy to it.
pub(super) struct Cloud {
    directory: TempDir,
}

impl Cloud {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let script = directory.path().join("wrangler");
        fs::write(&script, SCRIPT).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self { directory }
    }

    pub(super) fn publish(&self) -> Result<Published> {
        self.publish_with("")
    }

    /// Deploys with another line for the KV namespace.
    pub(super) fn publish_with(&self, line: &str) -> Result<Published> {
        let manifest = format!(
            "name = \"keyway\"\nmain = \"build/worker/index.js\"\n\
             [[kv_namespaces]]\nbinding = \"KEYS\"\n{line}\n"
        );
        let manifest = Manifest::parse(self.path(), &manifest)?;
        let wrangler = Wrangler::new(|| {
            // Not the script itself: another test's child may hold it open for
            // writing at this moment, and then it cannot be executed.
            let mut shell = Command::new("sh");
            shell.arg(self.path().join("wrangler"));
            Ok(shell)
        });
        publish::publish(&wrangler, &manifest, self.path())
    }

    /// Makes the script behave in another way.
    pub(super) fn set(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub(super) fn unset(&self, name: &str) {
        fs::remove_file(self.path().join(name)).unwrap();
    }

    pub(super) fn secret(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.file("secrets").join(name)).ok()
    }

    pub(super) fn namespaces(&self) -> Vec<String> {
        self.lines("namespaces")
    }

    /// Every command line, without the program.
    pub(super) fn calls(&self) -> Vec<String> {
        self.lines("calls")
    }

    pub(super) fn deployments(&self) -> usize {
        self.lines("deployments").len()
    }

    /// The id that the deployed Worker's KV binding has.
    pub(super) fn deployed_namespace(&self) -> String {
        let config: Value =
            serde_json::from_slice(&fs::read(self.file("worker")).unwrap()).unwrap();
        config["kv_namespaces"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.file(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}
