//! The Worker's side of the way to a workspace object.

use std::cell::RefCell;

use futures_util::{FutureExt, future::LocalBoxFuture};
use keyway_core::{
    digest::{DigestKind, TokenHash},
    feed::{Counts, Seed, SeedCursor},
    input::header::Precondition,
    problem::{Code, Problem},
    verify::Loaded,
    workspace::WorkspaceName,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RequestInit;
use worker::Env;

use crate::{
    config, log, manage,
    platform::{
        Headers, Request, Response, internal,
        objects::{self, Stub},
        within, words,
    },
    wire::{self, Presented},
};

pub(crate) const BINDING: &str = "WORKSPACE";

/// The runtime wants a whole address; only the path is looked at.
const HOST: &str = "https://workspace";

/// How long a change may take: the object itself waits for the store, and not
/// as long as this.
const CHANGE_MILLIS: u32 = 10_000;

/// How long a verification waits for the object.
const RECORD_MILLIS: u32 = 5_000;

/// The path that answers without touching storage.
pub(crate) const PROBE: &str = "/probe";

/// The path under which a feed learns what it may have missed.
pub(crate) const ANNOUNCED: &str = "/announced";

/// The path under which the default workspace says which others there are: the one
/// that is named in the body, or all.
pub(crate) const MADE: &str = "/made";

/// The path under which a feed passes on what was counted.
pub(crate) const USED: &str = "/used";

/// A call as it is passed on.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) presented: Option<Presented>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) precondition: Precondition,
    pub(crate) media_type: Option<&'static str>,
    /// See [`wire::ORIGIN`].
    pub(crate) origin: String,
    /// See [`wire::HOST`].
    pub(crate) host: Option<String>,
    /// See [`wire::LINES`].
    pub(crate) lines: bool,
    pub(crate) body: Vec<u8>,
}

/// Passes a call on; the object's answer is the answer.
pub(crate) fn forward<'a>(
    env: &'a Env,
    workspace: &'a WorkspaceName,
    call: Call<'a>,
) -> LocalBoxFuture<'a, Result<Response, Problem>> {
    async move { pass_on(env, workspace, call).await }.boxed_local()
}

async fn pass_on(
    env: &Env,
    workspace: &WorkspaceName,
    call: Call<'_>,
) -> Result<Response, Problem> {
    match is_made(env, workspace).await {
        Some(true) => {}
        // Whether it is learns only whoever may make it.
        Some(false) => {
            return Err(match (&call.presented, config::root(env)) {
                (Some(Presented::Token(hash)), Some(root)) if root.matches(hash) => Problem::new(
                    Code::WorkspaceNotFound,
                    "There is no workspace of this name.",
                ),
                _ => manage::not_good(),
            });
        }
        None => {
            return Err(Problem::new(
                Code::Unavailable,
                "Nobody can say now which workspaces there are. Try again.",
            ));
        }
    }
    let request = call
        .request(workspace)
        .map_err(internal("workspace request"))?;
    let object = object(env, workspace).map_err(|thrown| {
        log::fault("workspace binding", words(&thrown));
        Problem::new(
            Code::NotConfigured,
            "The operator has not bound the workspaces yet.",
        )
    })?;
    let answered = within(CHANGE_MILLIS, object.fetch(&request)).await;
    let answered = answered.unwrap_or_else(|| Err("no answer in time".into()));
    answered.map(JsCast::unchecked_into).map_err(|thrown| {
        log::fault("workspace", words(&thrown));
        // Whether the change was made cannot be known here. Doing it again is
        // safe: creation has its Idempotency-Key, the rest is repeatable.
        Problem::new(
            Code::Unavailable,
            "The workspace did not answer; what was asked may or may not have been done. Look, \
             or try again.",
        )
    })
}

/// Asks for the record of a token.
pub(crate) async fn record(
    env: &Env,
    workspace: &WorkspaceName,
    kind: DigestKind,
    hash: &TokenHash,
) -> Loaded {
    let path = wire::record_path(kind, hash);
    match ask(env, workspace, &path, Vec::new()).await {
        Some((200, bytes)) => Loaded::Found(bytes),
        Some((204, _)) => Loaded::Absent,
        // The object has logged why.
        _ => Loaded::Failed,
    }
}

/// Asks what was announced to the feeds lately; the page from `from` on.
pub(crate) async fn announced(
    env: &Env,
    workspace: &WorkspaceName,
    from: Option<SeedCursor>,
) -> Option<Seed> {
    let body = from.map(SeedCursor::encode).unwrap_or_default();
    match ask(env, workspace, ANNOUNCED, body).await {
        Some((200, bytes)) => Seed::decode(&bytes)
            .map_err(|error| log::anomaly("workspace", error))
            .ok(),
        // The object has logged why.
        _ => None,
    }
}

/// Passes counts on; whether they have arrived.
pub(crate) async fn count(env: &Env, workspace: &WorkspaceName, counts: &Counts) -> bool {
    let answered = ask(env, workspace, USED, counts.encode()).await;
    matches!(answered, Some((204, _)))
}

/// Whether the object answers at all.
pub(crate) async fn answers(env: &Env, workspace: &WorkspaceName) -> bool {
    let answered = ask(env, workspace, PROBE, Vec::new()).await;
    matches!(answered, Some((204, _)))
}

/// The workspaces there are: that of this name, or all where it is empty.
pub(crate) async fn made(env: &Env, name: &str) -> Option<Vec<WorkspaceName>> {
    let default = WorkspaceName::default_workspace();
    let Some((200, bytes)) = ask(env, &default, MADE, name.as_bytes().to_vec()).await else {
        return None;
    };
    let names = String::from_utf8(bytes).ok()?;
    let made = names
        .split('\n')
        .filter_map(|name| WorkspaceName::parse(name).ok());
    Some(made.collect())
}

/// Whether there is a workspace of this name; `None` where nobody can say. An
/// object comes into being by being asked, so a name that somebody made up must not
/// reach it. None is ever unmade, so each isolate asks once for each.
pub(crate) fn is_made<'a>(
    env: &'a Env,
    name: &'a WorkspaceName,
) -> LocalBoxFuture<'a, Option<bool>> {
    thread_local! {
        static MET: RefCell<Vec<WorkspaceName>> = const { RefCell::new(Vec::new()) };
    }
    async move {
        if name.is_default() || MET.with_borrow(|met| met.contains(name)) {
            return Some(true);
        }
        let is_made = made(env, name.as_str()).await?.contains(name);
        if is_made {
            MET.with_borrow_mut(|met| met.push(name.clone()));
        }
        Some(is_made)
    }
    .boxed_local()
}

/// Asks the object something that is between it and us.
fn ask(
    env: &Env,
    workspace: &WorkspaceName,
    path: &str,
    body: Vec<u8>,
) -> LocalBoxFuture<'static, Option<(u16, Vec<u8>)>> {
    let address = [HOST, path].concat();
    objects::ask(
        "workspace",
        object(env, workspace),
        address,
        body,
        RECORD_MILLIS,
    )
}

fn object(env: &Env, workspace: &WorkspaceName) -> Result<Stub, JsValue> {
    objects::named(env, BINDING, workspace.as_str(), None)
}

impl Call<'_> {
    fn request(self, workspace: &WorkspaceName) -> Result<Request, JsValue> {
        let headers = Headers::new()?;
        headers.set(wire::WORKSPACE, workspace.as_str())?;
        if let Some(presented) = &self.presented {
            headers.set(wire::CREDENTIAL, &presented.to_string())?;
        }
        if let Some(key) = &self.idempotency_key {
            headers.set(wire::IDEMPOTENCY_KEY, key)?;
        }
        if let Some(tag) = self.precondition.to_header() {
            headers.set(wire::PRECONDITION, &tag)?;
        }
        headers.set(wire::ORIGIN, &self.origin)?;
        if let Some(host) = &self.host {
            headers.set(wire::HOST, host.split(':').next().unwrap_or_default())?;
        }
        if self.lines {
            headers.set(wire::LINES, "1")?;
        }
        let init = RequestInit::new();
        init.set_method(self.method);
        init.set_headers(&headers);
        if let Some(media_type) = self.media_type {
            headers.set("content-type", media_type)?;
        }
        if !self.body.is_empty() {
            init.set_body(&js_sys::Uint8Array::from(self.body.as_slice()));
        }
        let query = if self.query.is_empty() { "" } else { "?" };
        let address = format!("{HOST}{}{query}{}", self.path, self.query);
        Request::new_with_str_and_init(&address, &init)
    }
}
