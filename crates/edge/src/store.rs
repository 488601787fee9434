//! The KV namespace `KEYS`: sealed records, readable in every location.

use futures_util::{FutureExt, future::LocalBoxFuture};
use keyway_core::verify::Loaded;
use worker::{Env, KvStore};

use crate::{limit::within, log};

pub(crate) const BINDING: &str = "KEYS";

/// How long a location may answer from its own copy, in seconds: the least the
/// platform allows.
const CACHE_SECONDS: u64 = 30;

/// A read that takes longer has failed: the workspace object is asked instead.
const READ_MILLIS: u64 = 2_000;

fn open(env: &Env) -> Result<KvStore, worker::Error> {
    env.kv(BINDING)
}

/// The value under `key`.
pub(crate) fn read<'a>(env: &'a Env, key: &'a str) -> LocalBoxFuture<'a, Loaded> {
    async move { get(env, key).await }.boxed_local()
}

async fn get(env: &Env, key: &str) -> Loaded {
    let Ok(store) = open(env) else {
        return Loaded::Failed;
    };
    let found = store.get(key).cache_ttl(CACHE_SECONDS).bytes();
    match within(READ_MILLIS, found).await {
        Some(Ok(Some(value))) => Loaded::Found(value),
        Some(Ok(None)) => Loaded::Absent,
        None => {
            log::anomaly("store", "no answer in time");
            Loaded::Failed
        }
        Some(Err(error)) => {
            log::anomaly("store", error);
            Loaded::Failed
        }
    }
}

/// Overwrites the value under `key`. Nothing is ever deleted: a tombstone must
/// be found, not missed.
pub(crate) async fn write(env: &Env, key: &str, value: &[u8]) -> Result<(), worker::Error> {
    open(env)?
        .put_bytes(key, value)?
        .execute()
        .await
        .map_err(Into::into)
}

/// Whether the store answers at all.
pub(crate) async fn answers(env: &Env) -> bool {
    read(env, "probe").await != Loaded::Failed
}
