//! The protocol: what a request asks for, and what an answer looks like.

use serde_json::{Map, Value as Json, json};

use super::{Kind, Store, Value};
use crate::server::{Incoming, Reply};

/// The header that carries a value's metadata.
const METADATA: &str = "cf-kv-metadata";

/// The operation of a request, and its key.
pub(super) fn asked(incoming: &Incoming) -> (Kind, String) {
    let key = percent_decoded(incoming.path.strip_prefix('/').unwrap_or(&incoming.path));
    match incoming.method.as_str() {
        "GET" if key.is_empty() => (
            Kind::List,
            parameter(&incoming.query, "prefix").unwrap_or_default(),
        ),
        "PUT" => (Kind::Put, key),
        "DELETE" => (Kind::Delete, key),
        // `POST /bulk/get` too.
        _ => (Kind::Get, key),
    }
}

/// Does what is asked; `read` is how the endpoint reads, from memory or not.
pub(super) fn perform(
    store: &Store,
    read: &dyn Fn(&str) -> Option<Value>,
    kind: Kind,
    key: &str,
    incoming: &Incoming,
) -> Reply {
    match kind {
        Kind::Get if incoming.method == "POST" => bulk(read, &incoming.body),
        Kind::Get => match read(key) {
            None => Reply::status(404),
            Some(value) => Reply::Answer {
                status: 200,
                headers: value
                    .metadata
                    .map(|json| (METADATA, json))
                    .into_iter()
                    .collect(),
                body: value.bytes,
            },
        },
        Kind::Put => {
            let metadata = incoming.head.get(METADATA).map(str::to_owned);
            store.put(
                key,
                Value {
                    bytes: incoming.body.clone(),
                    metadata,
                },
            );
            Reply::status(204)
        }
        Kind::Delete => {
            store.remove(key);
            Reply::status(204)
        }
        Kind::List => {
            let keys: Vec<Json> = store
                .keys(key)
                .into_iter()
                .map(|name| json!({ "name": name }))
                .collect();
            Reply::ok(
                json!({ "keys": keys, "list_complete": true })
                    .to_string()
                    .into_bytes(),
            )
        }
    }
}

/// Several keys in one request; text values without metadata.
fn bulk(read: &dyn Fn(&str) -> Option<Value>, body: &[u8]) -> Reply {
    let Ok(asked) = serde_json::from_slice::<Json>(body) else {
        return Reply::status(400);
    };
    let keys = asked["keys"].as_array().cloned().unwrap_or_default();
    let found: Map<String, Json> = keys
        .iter()
        .filter_map(Json::as_str)
        .map(|key| {
            let value = read(key).map(|value| String::from_utf8_lossy(&value.bytes).into_owned());
            (key.to_owned(), json!(value))
        })
        .collect();
    Reply::ok(Json::Object(found).to_string().into_bytes())
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| percent_decoded(value))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let pair = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match (
            first,
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()),
        ) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
