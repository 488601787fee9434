//! The way to a region's feed, for isolates that ask and the workspace that
//! announces.

use futures_util::future::LocalBoxFuture;
use keyway_core::{
    feed::{Announcement, Question},
    region::Region,
};
use worker::Env;

use crate::platform::objects;

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
const POLL_MILLIS: u32 = 1_500;
/// How long the workspace waits for one to store a change.
const ANNOUNCE_MILLIS: u32 = 2_500;

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

fn ask(
    env: &Env,
    region: Region,
    path: &str,
    body: Vec<u8>,
    millis: u32,
) -> LocalBoxFuture<'static, Option<(u16, Vec<u8>)>> {
    let name = region.as_str();
    let feed = objects::named(env, BINDING, name, Some(name));
    objects::ask("feed", feed, [HOST, path].concat(), body, millis)
}
