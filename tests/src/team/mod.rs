//! A team at Cloudflare Access: it signs tokens, and serves the keys to check
//! them with. Both by a library that is not ours.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    client::Request,
    server::{Reply, Server},
    world::{Builder, World},
};

/// What stands before the page.
pub const AUDIENCE: &str = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";

/// A key of the team, by the id that tokens name it by. Made for these tests:
/// they sign nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The one of today.
    One,
    /// The next one.
    Two,
}

impl Signer {
    fn id(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Two => "two",
        }
    }

    fn key(self) -> EncodingKey {
        let pem: &[u8] = match self {
            Self::One => include_bytes!("one.pem"),
            Self::Two => include_bytes!("two.pem"),
        };
        EncodingKey::from_rsa_pem(pem).expect("a key")
    }

    fn public(self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key(), Algorithm::RS256).expect("a JWK");
        jwk.common.key_id = Some(self.id().to_owned());
        serde_json::to_value(jwk).expect("JSON")
    }
}

/// The team.
#[derive(Debug)]
pub struct Team {
    server: Server,
    keys: Arc<Mutex<Option<Vec<Signer>>>>,
    asked: Arc<AtomicUsize>,
}

impl Team {
    /// With the first key.
    #[must_use]
    pub fn start() -> Self {
        let keys = Arc::new(Mutex::new(Some(vec![Signer::One])));
        let asked = Arc::new(AtomicUsize::new(0));
        let (served, counted) = (Arc::clone(&keys), Arc::clone(&asked));
        let server = Server::start(move |incoming| {
            if incoming.path != "/cdn-cgi/access/certs" {
                return Reply::status(404);
            }
            counted.fetch_add(1, Ordering::SeqCst);
            let served = served.lock().unwrap_or_else(PoisonError::into_inner);
            served.as_ref().map_or_else(
                || Reply::status(500),
                |signers| {
                    let keys: Vec<Value> = signers.iter().map(|signer| signer.public()).collect();
                    let set = json!({ "keys": keys, "public_cert": {}, "public_certs": [] });
                    Reply::ok(set.to_string().into_bytes())
                },
            )
        });
        Self {
            server,
            keys,
            asked,
        }
    }

    /// A world whose operator has set up this team.
    #[must_use]
    pub fn world(&self) -> Builder {
        World::builder()
            .reaching_this_machine()
            .text("ACCESS_TEAM", &self.address())
            .text("ACCESS_AUDIENCE", AUDIENCE)
    }

    /// Who it is, as its tokens say it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// From now on it has these keys; `None`: it does not answer.
    pub fn has(&self, keys: Option<&[Signer]>) {
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = keys.map(<[_]>::to_vec);
    }

    /// How often its keys were asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// What a token for that person says, good from now for a minute.
    #[must_use]
    pub fn claims(&self, email: &str) -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        json!({
            "aud": [AUDIENCE],
            "email": email,
            "exp": now + 60,
            "iat": now,
            "nbf": now,
            "iss": self.address(),
            "type": "app",
            "sub": "7335d417-61da-459d-899c-0a01c76a2f94",
            "country": "PT",
        })
    }

    /// A good token for that person.
    #[must_use]
    pub fn token(&self, email: &str) -> String {
        signed(Signer::One, &self.claims(email))
    }
}

/// A token of those claims, which names the key that it was signed with.
///
/// # Panics
/// When it cannot be signed.
#[must_use]
pub fn signed(signer: Signer, claims: &Value) -> String {
    let header = Header {
        kid: Some(signer.id().to_owned()),
        ..Header::new(Algorithm::RS256)
    };
    encode(&header, claims, &signer.key()).expect("a token")
}

/// The page's sign-in behind Access, with that token.
#[must_use]
pub fn sign_in(token: &str) -> Request {
    Request::new("POST", "/v1/session")
        .header("x-keyway-page", "1")
        .header("cf-access-jwt-assertion", token)
}
