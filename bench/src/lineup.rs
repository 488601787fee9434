//! Who is measured, with which requests, and what the right answer is.
//!
//! Every server is a process of its own, so that its CPU time is its own.
//! Contenders that differ in their requests alone share one.

use std::fmt;

use anyhow::{Context as _, Result};
use keyway_tests::tokens;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    http::{self, Connection},
    load::{Right, Target},
    node::Node,
    runtime::Runtime,
    setup::{Key, SCOPE, Stock},
    site::{Shape, Site, Values},
};

/// A contender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Floor,
    FloorWithBody,
    Hot,
    Cold,
    Revoked,
    Unknown,
    Malformed,
    Hono,
    BetterAuth,
    BetterAuthLimited,
    AuthFloor,
    Auth,
    HonoAuth,
    /// Keyway where everything it could know has grown old, for single requests.
    Expired,
}

impl Who {
    /// What its answers are held against: the least work for the same request
    /// and the same answer.
    pub(crate) fn floor(self) -> Self {
        match self {
            Self::AuthFloor | Self::Auth | Self::HonoAuth => Self::AuthFloor,
            _ => Self::Floor,
        }
    }

    pub(crate) fn is_keyway(self) -> bool {
        matches!(
            self,
            Self::Hot
                | Self::Cold
                | Self::Revoked
                | Self::Unknown
                | Self::Malformed
                | Self::Auth
                | Self::Expired
        )
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Floor => "Floor: header, constant answer",
            Self::FloorWithBody => "Floor that reads the body too",
            Self::Hot => "Keyway: valid",
            Self::Cold => "Keyway: valid, no cache",
            Self::Revoked => "Keyway: revoked",
            Self::Unknown => "Keyway: unknown token",
            Self::Malformed => "Keyway: wrong checksum",
            Self::Hono => "Hono: the same check",
            Self::BetterAuth => "better-auth, SQLite",
            Self::BetterAuthLimited => "better-auth, rate limit on",
            Self::AuthFloor => "GET floor: header, constant answer",
            Self::Auth => "GET Keyway: valid",
            Self::HonoAuth => "GET Hono: client's token only",
            Self::Expired => "Keyway: nothing fresh",
        })
    }
}

/// Somebody to measure.
#[derive(Debug)]
pub(crate) struct Contender {
    pub(crate) who: Who,
    pub(crate) target: Target,
}

/// Everybody, running.
#[derive(Debug)]
pub(crate) struct Lineup {
    pub(crate) loaded: Vec<Contender>,
    /// For single requests.
    pub(crate) single: Vec<Contender>,
    pub(crate) starters: Starters,
    /// What is different from what one would expect.
    pub(crate) notes: Vec<String>,
    /// They end with this value.
    _running: (Sites, Vec<Node>),
}

/// Grounds on which a runtime is started for the first answer's sake.
#[derive(Debug)]
pub(crate) struct Starters {
    pub(crate) hello: Site,
    pub(crate) hono: Site,
    pub(crate) keyway: Site,
    /// The first verification of a Keyway that has just started.
    pub(crate) verification: Vec<u8>,
}

pub(crate) const VALID: Right = Right {
    status: 200,
    holds: &["\"valid\":true", "\"code\":\"valid\""],
};
const REVOKED: Right = Right {
    status: 200,
    holds: &["\"valid\":false", "\"code\":\"revoked\""],
};
const UNKNOWN: Right = Right {
    status: 200,
    holds: &["\"valid\":false", "\"code\":\"not_found\""],
};
const MALFORMED: Right = Right {
    status: 200,
    holds: &["\"valid\":false", "\"code\":\"malformed\""],
};
/// A proxy looks at the status alone.
const GOOD_STATUS: Right = Right {
    status: 200,
    holds: &[],
};

/// Headers that belong to the connection, not to the answer.
const OF_THE_CONNECTION: [&str; 5] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "transfer-encoding",
];

impl Lineup {
    pub(crate) fn start(stock: &Stock) -> Result<Self> {
        let mut notes = Vec::new();
        let mut sites = Sites::default();
        let hot = sites.start(stock.keyway(&[])?)?;
        let cold = sites.start(stock.keyway(&[("CACHE_ENTRIES", "0")])?)?;
        let old = [("CACHE_ENTRIES", "0"), ("BOUND_SECONDS", "1")];
        let expired = sites.start(stock.keyway(&old)?)?;
        if http::find(&stock.compiled.wasm, b"CACHE_ENTRIES").is_none() {
            notes.push(
                "This Worker has no cache in the isolate yet: with and without one is the same."
                    .to_owned(),
            );
        }

        let good = tokens_of(&stock.good);
        let ask = |tokens: &[String]| verifications(&stock.verifier, tokens);
        let valid = ask(&good);
        let verification = valid.first().cloned().context("no key")?;
        let answer = answer_of(hot.port, &verification, VALID)?;
        let auth = auths(&stock.verifier, &good);
        let auth_answer = match probe(hot.port, auth.first().context("no key")?)? {
            Ok(answer) => Some(answer),
            Err(status) => {
                let note = format!("`GET /v1/auth` answers {status} and is not measured.");
                notes.push(note);
                None
            }
        };

        let floor = sites.start(Site::floor(&answer, "header")?)?;
        let floor_with_body = sites.start(Site::floor(&answer, "body")?)?;
        let auth_floor = sites.start(Site::floor(
            auth_answer.as_ref().unwrap_or(&answer),
            "header",
        )?)?;
        let verify_shape = shape(&answer);
        let auth_shape = shape(auth_answer.as_ref().unwrap_or(&answer));
        let records = hono_values(stock)?;
        let hono_site = || Site::hono(&verify_shape, &auth_shape, &records);
        let hono = sites.start(hono_site()?)?;
        let better_auth = |rate_limit| {
            Node::better_auth(stock.good.len(), SCOPE, rate_limit, &verify_shape.headers)
        };
        let (better_auth, limited) = (better_auth(false)?, better_auth(true)?);

        let contender = |who, server: &Address, requests: Vec<Vec<u8>>, right| Contender {
            who,
            target: Target {
                port: server.port,
                process: server.process,
                requests,
                right,
            },
        };
        let node = |node: &Node| Address {
            port: node.port,
            process: node.id(),
        };
        let mut loaded = vec![
            contender(Who::Floor, &floor, valid.clone(), VALID),
            contender(Who::FloorWithBody, &floor_with_body, valid.clone(), VALID),
            contender(Who::Hot, &hot, valid.clone(), VALID),
            contender(Who::Cold, &cold, valid.clone(), VALID),
            contender(Who::Revoked, &hot, ask(&tokens_of(&stock.revoked)), REVOKED),
            contender(Who::Unknown, &hot, ask(&unknown(good.len())), UNKNOWN),
            contender(Who::Malformed, &hot, ask(&malformed(&good)), MALFORMED),
            contender(Who::Hono, &hono, valid.clone(), VALID),
            contender(
                Who::BetterAuth,
                &node(&better_auth),
                ask(&better_auth.tokens),
                VALID,
            ),
            contender(
                Who::BetterAuthLimited,
                &node(&limited),
                ask(&limited.tokens),
                VALID,
            ),
            contender(Who::AuthFloor, &auth_floor, auth.clone(), GOOD_STATUS),
        ];
        if auth_answer.is_some() {
            loaded.push(contender(Who::Auth, &hot, auth.clone(), GOOD_STATUS));
        }
        let right = if auth_shape.has_body {
            VALID
        } else {
            GOOD_STATUS
        };
        loaded.push(contender(Who::HonoAuth, &hono, auth, right));
        let single = vec![
            contender(Who::Floor, &floor, valid.clone(), VALID),
            contender(Who::Hot, &hot, valid.clone(), VALID),
            contender(Who::Expired, &expired, valid.clone(), VALID),
            contender(Who::Hono, &hono, valid, VALID),
        ];
        Ok(Self {
            loaded,
            single,
            starters: Starters {
                hello: Site::floor(&answer, "header")?,
                hono: hono_site()?,
                keyway: stock.keyway(&[])?,
                verification,
            },
            notes,
            _running: (sites, vec![better_auth, limited]),
        })
    }
}

impl Lineup {
    /// Those with this in their name, and what they are held against.
    pub(crate) fn keep_only(&mut self, name: &str) {
        self.loaded.retain(|contender| {
            let who = contender.who;
            who == who.floor() || who.to_string().contains(name)
        });
    }
}

/// Where somebody answers.
#[derive(Debug, Clone, Copy)]
struct Address {
    port: u16,
    process: u32,
}

/// What runs in workerd.
#[derive(Debug, Default)]
struct Sites {
    running: Vec<(Runtime, Site)>,
}

impl Sites {
    fn start(&mut self, site: Site) -> Result<Address> {
        let runtime = site.start()?;
        let address = Address {
            port: runtime.port(),
            process: runtime.id(),
        };
        self.running.push((runtime, site));
        Ok(address)
    }
}

fn tokens_of(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| key.token.clone()).collect()
}

/// Tokens of the right shape that nobody has made.
fn unknown(count: usize) -> Vec<String> {
    (0..count).map(|_| tokens::token("kw_live")).collect()
}

/// Good tokens with a last character that does not fit.
fn malformed(tokens: &[String]) -> Vec<String> {
    let spoil = |token: &String| {
        let mut spoilt = token.clone();
        let last = spoilt.pop();
        spoilt.push(if last == Some('0') { '1' } else { '0' });
        spoilt
    };
    tokens.iter().map(spoil).collect()
}

fn verifications(verifier: &str, tokens: &[String]) -> Vec<Vec<u8>> {
    let bearer = format!("Bearer {verifier}");
    let ask = |token: &String| {
        let body = json!({ "token": token, "scopes": [SCOPE] }).to_string();
        let headers = [("authorization", bearer.as_str())];
        http::request("POST", "/v1/verify", &headers, Some(&body))
    };
    tokens.iter().map(ask).collect()
}

fn auths(verifier: &str, tokens: &[String]) -> Vec<Vec<u8>> {
    let ask = |token: &String| {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("x-keyway-verifier", verifier),
        ];
        http::request("GET", "/v1/auth", &headers, None)
    };
    tokens.iter().map(ask).collect()
}

/// A right answer, to be given by the floor as well.
fn answer_of(port: u16, request: &[u8], right: Right) -> Result<Value> {
    let mut connection = Connection::open(port)?;
    let answer = connection.ask(request)?;
    right.check(&answer)?;
    Ok(constant(&answer))
}

/// The answer, if it is a good one, or else its status: the route may not be
/// there yet, or want to be asked in another way.
fn probe(port: u16, request: &[u8]) -> Result<std::result::Result<Value, u16>> {
    let mut connection = Connection::open(port)?;
    let answer = connection.ask(request)?;
    Ok(match answer.status {
        200 => Ok(constant(&answer)),
        status => Err(status),
    })
}

fn constant(answer: &http::Answer<'_>) -> Value {
    let mut headers = answer.headers();
    headers.retain(|(name, _)| !OF_THE_CONNECTION.contains(&name.as_str()));
    json!({ "status": answer.status, "headers": headers, "body": answer.text() })
}

/// What the peers' answers are to have in common with this one.
fn shape(answer: &Value) -> Shape {
    let pairs = answer.get("headers").and_then(Value::as_array);
    let pairs = pairs.into_iter().flatten().filter_map(|pair| {
        let name = pair.get(0)?.as_str()?.to_owned();
        Some((name, pair.get(1)?.clone()))
    });
    let body = answer.get("body").and_then(Value::as_str);
    Shape {
        headers: Value::Object(pairs.collect::<Map<String, Value>>()),
        has_body: body.is_some_and(|body| !body.is_empty()),
    }
}

/// The same keys and the same verifier, as one would keep them for Hono.
fn hono_values(stock: &Stock) -> Result<Values> {
    let mut values = Values::new();
    let verifier = json!({ "name": "Bench", "enabled": true });
    values.insert(
        format!("verifier:{}", sha256(&stock.verifier)),
        verifier.to_string().into_bytes(),
    );
    for key in &stock.good {
        let mut record = key.shown.clone();
        record
            .as_object_mut()
            .context("a key is no object")?
            .insert("enabled".to_owned(), Value::Bool(true));
        values.insert(
            format!("key:{}", sha256(&key.token)),
            record.to_string().into_bytes(),
        );
    }
    Ok(values)
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spoilt_token_differs_in_its_last_character() {
        let spoilt = malformed(&["kw_live_a0".to_owned(), "kw_live_a1".to_owned()]);
        assert_eq!(spoilt, ["kw_live_a1", "kw_live_a0"]);
    }

    #[test]
    fn the_constant_answer_is_the_real_one_without_its_connection() {
        let answer = http::Answer {
            status: 200,
            head: b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\n",
            body: b"{}",
        };
        let constant = constant(&answer);
        assert_eq!(
            constant,
            json!({ "status": 200, "headers": [["cache-control", "no-store"]], "body": "{}" })
        );
        let shape = shape(&constant);
        assert_eq!(shape.headers, json!({ "cache-control": "no-store" }));
        assert!(shape.has_body);
    }
}
