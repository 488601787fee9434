//! The way to a region's feed, for isolates that ask and the workspace that
//! announces.

use futures_util::{FutureExt, future::LocalBoxFuture};
use keyway_core::{
    feed::{Announcement, Question},
    problem::Problem,
    region::Region,
};
use worker::{Env, Response, ResponseBuilder};

use crate::{http::respond, limit::within, log, wire};

pub(crate) const BINDING: &str = "FEED";

/// The runtime wants a whole address; only the path is looked at.
const HOST: &str = "https://feed";

/// Takes changes in.
pub(super) const ANNOUNCE: &str = "/announce";
/// Answers a [`Question`].
pub(super) const POLL: &str = "/poll";

/// Answers once the feed knows what it may have missed.
pub(super) const PROBE: &str = "/probe";

/// How long a verification waits for a feed, before it asks another one.
const POLL_MILLIS: u64 = 1_500;
/// How long the workspace waits for one to store a change.
const ANNOUNCE_MILLIS: u64 = 2_500;

/// Asks a feed; the bytes of its answer.
pub(crate) async fn poll(env: &Env, region: Region, question: &Question) -> Option<Vec<u8>> {
    match ask(env, region, POLL, question.encode(), POLL_MILLIS).await {
        Some((200, bytes)) => Some(bytes),
        // The feed has logged why.
        _ => None,
    }
}

/// Tells a feed of changes; whether it has stored them durably.
pub(crate) async fn announce(env: &Env, region: Region, announcement: &Announcement) -> bool {
    let answered = ask(
        env,
        region,
        ANNOUNCE,
        announcement.encode(),
        ANNOUNCE_MILLIS,
    )
    .await;
    matches!(answered, Some((204, _)))
}

/// Whether a feed is ready to answer questions.
pub(crate) async fn answers(env: &Env, region: Region) -> bool {
    let answered = ask(env, region, PROBE, Vec::new(), ANNOUNCE_MILLIS).await;
    matches!(answered, Some((204, _)))
}

fn ask<'a>(
    env: &'a Env,
    region: Region,
    path: &'a str,
    body: Vec<u8>,
    millis: u64,
) -> LocalBoxFuture<'a, Option<(u16, Vec<u8>)>> {
    async move {
        match within(millis, fetch(env, region, path, &body)).await {
            Some(Ok(answer)) => Some(answer),
            Some(Err(error)) => {
                log::anomaly("feed", error);
                None
            }
            None => {
                log::anomaly("feed", "no answer in time");
                None
            }
        }
    }
    .boxed_local()
}

async fn fetch(
    env: &Env,
    region: Region,
    path: &str,
    body: &[u8],
) -> Result<(u16, Vec<u8>), worker::Error> {
    let name = region.as_str();
    let stub = env
        .durable_object(BINDING)?
        .get_by_name_with_location_hint(name, name)?;
    let request = wire::post(&format!("{HOST}{path}"), body)?;
    wire::answer(stub.fetch_with_request(request).await?).await
}

/// An answer in bytes.
pub(crate) fn respond(bytes: &[u8]) -> Result<Response, Problem> {
    let headers = respond::headers(&[("content-type", "application/octet-stream")])
        .map_err(wire::internal("answer"))?;
    Ok(ResponseBuilder::new()
        .with_headers(headers)
        .fixed(bytes.to_vec()))
}
