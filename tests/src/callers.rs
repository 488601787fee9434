//! Who calls: an administrator's program, the page, a service that verifies.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Door, Request},
    propagation::Propagation,
};

/// A program with a management token.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Where the Worker is.
    pub door: Door,
    /// Its token, `kwm_…`.
    pub token: String,
}

/// The answer to a creation.
#[derive(Clone, Debug)]
pub struct Created {
    /// The key, or the verifier.
    pub item: Value,
    /// Its id.
    pub id: String,
    /// Its token: the only time it is seen.
    pub token: String,
    /// Which regions know of it already.
    pub propagation: Propagation,
}

impl Created {
    /// # Panics
    /// When the answer is not 201 with `member`, `token` and `propagation`.
    #[track_caller]
    #[must_use]
    pub fn from(answer: Answer, member: &str) -> Self {
        let body = answer.good(201);
        crate::shape::assert_members(&body, &[member, "token", "propagation"]);
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_else(|| panic!("no text in {body}"))
                .to_owned()
        };
        Self {
            item: body[member].clone(),
            id: text(&body[member]["id"]),
            token: text(&body["token"]),
            propagation: Propagation::read(&body["propagation"]),
        }
    }
}

impl Admin {
    /// With the credential, and nothing sent yet.
    #[must_use]
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(method, target).bearer(&self.token)
    }

    /// Reads.
    #[track_caller]
    #[must_use]
    pub fn get(&self, target: &str) -> Answer {
        self.door.send(&self.request("GET", target))
    }

    /// Sends JSON.
    #[track_caller]
    #[must_use]
    pub fn post(&self, target: &str, body: &Value) -> Answer {
        self.door.send(&self.request("POST", target).json(body))
    }

    /// Changes the version of that tag.
    #[track_caller]
    #[must_use]
    pub fn patch(&self, target: &str, tag: &str, change: &Value) -> Answer {
        let request = self.request("PATCH", target).header("if-match", tag);
        self.door.send(&request.json(change))
    }

    /// Takes away.
    #[track_caller]
    #[must_use]
    pub fn delete(&self, target: &str) -> Answer {
        self.door.send(&self.request("DELETE", target))
    }

    /// Creates a key.
    #[track_caller]
    #[must_use]
    pub fn create(&self, key: &Value) -> Created {
        Created::from(self.post("/v1/keys", key), "key")
    }

    /// Creates a key of that name that may do nothing in particular.
    #[track_caller]
    #[must_use]
    pub fn create_named(&self, name: &str) -> Created {
        self.create(&json!({ "name": name }))
    }

    /// The key, as it is now.
    #[track_caller]
    #[must_use]
    pub fn key(&self, id: &str) -> Value {
        let body = self.get(&format!("/v1/keys/{id}")).good(200);
        crate::shape::assert_members(&body, &["key"]);
        body["key"].clone()
    }

    /// All keys, the revoked ones too.
    #[track_caller]
    #[must_use]
    pub fn keys(&self) -> Vec<Value> {
        let mut keys = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self
                .get(&format!("/v1/keys?status=all&limit=100{cursor}"))
                .good(200);
            keys.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return keys,
            }
        }
    }

    /// Asks for a revocation. Whether every region knows is in the status.
    #[track_caller]
    #[must_use]
    pub fn revoke(&self, id: &str) -> Answer {
        self.change("revoke", id)
    }

    /// Asks for `block`, `unblock` or `revoke`.
    #[track_caller]
    #[must_use]
    pub fn change(&self, action: &str, id: &str) -> Answer {
        self.post(
            &format!("/v1/keys/{id}/{action}"),
            &json!({ "reason": "a test" }),
        )
    }

    /// Makes an account known.
    #[track_caller]
    pub fn account(&self, id: &str) {
        let _ = self.post("/v1/accounts", &json!({ "id": id })).good(201);
    }

    /// Makes a scope known.
    #[track_caller]
    pub fn scope(&self, id: &str) {
        let _ = self.post("/v1/scopes", &json!({ "id": id })).good(201);
    }

    /// Creates a verifier.
    #[track_caller]
    #[must_use]
    pub fn verifier(&self, name: &str) -> Verifier {
        let created = Created::from(
            self.post("/v1/verifiers", &json!({ "name": name })),
            "verifier",
        );
        Verifier {
            door: self.door.clone(),
            id: created.id,
            token: created.token,
        }
    }

    /// The same administrator as a caller of `/v1/verify`.
    #[must_use]
    pub fn as_verifier(&self) -> Verifier {
        Verifier {
            door: self.door.clone(),
            id: String::new(),
            token: self.token.clone(),
        }
    }
}

/// A service that asks for verdicts.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// Where the Worker is.
    pub door: Door,
    /// Its id, `ver_…`.
    pub id: String,
    /// Its credential, `kwv_…`.
    pub token: String,
}

impl Verifier {
    /// Asks.
    #[track_caller]
    #[must_use]
    pub fn ask(&self, question: &Value) -> Answer {
        self.door.send(
            &Request::post("/v1/verify")
                .bearer(&self.token)
                .json(question),
        )
    }

    /// The verdict on a token, whole.
    #[track_caller]
    #[must_use]
    pub fn verdict(&self, question: &Value) -> Value {
        self.ask(question).good(200)
    }

    /// The code of the verdict on a token; `valid` is held against it.
    #[track_caller]
    #[must_use]
    pub fn code(&self, token: &str) -> String {
        code_of(&self.verdict(&json!({ "token": token })))
    }

    /// The same, read from the workspace object.
    #[track_caller]
    #[must_use]
    pub fn strong_code(&self, token: &str) -> String {
        code_of(&self.verdict(&json!({ "token": token, "consistency": "strong" })))
    }
}

/// # Panics
/// When `valid` contradicts the code.
#[track_caller]
fn code_of(verdict: &Value) -> String {
    let code = verdict["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no code: {verdict}"));
    assert_eq!(verdict["valid"], json!(code == "valid"), "{verdict}");
    code.to_owned()
}

/// The admin page in somebody's browser.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where the Worker is.
    pub door: Door,
    /// The value of its session cookie.
    pub cookie: String,
}

/// The cookie of a session.
pub const COOKIE: &str = "__Host-keyway";

impl Page {
    /// Asks for a session, as the page does.
    #[must_use]
    pub fn sign_in_request(token: &str) -> Request {
        Request::post("/v1/session")
            .header("x-keyway-page", "1")
            .json(&json!({ "token": token }))
    }

    /// Signs in.
    ///
    /// # Panics
    /// When that does not answer 201 and a cookie.
    #[track_caller]
    #[must_use]
    pub fn sign_in(door: &Door, token: &str) -> Self {
        Self::signed_in(door, &door.send(&Self::sign_in_request(token)).expect(201))
    }

    /// That which an answer signed in.
    ///
    /// # Panics
    /// When the answer has no cookie.
    #[track_caller]
    #[must_use]
    pub fn signed_in(door: &Door, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").expect("a cookie");
        let pair = cookie.split(';').next().unwrap_or_default();
        let value = pair
            .strip_prefix(COOKIE)
            .and_then(|rest| rest.strip_prefix('='));
        let cookie = value
            .unwrap_or_else(|| panic!("another cookie: {cookie}"))
            .to_owned();
        Self {
            door: door.clone(),
            cookie,
        }
    }

    /// With cookie and header, as the page sends it.
    #[must_use]
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(method, target)
            .header("cookie", format!("{COOKIE}={}", self.cookie))
            .header("x-keyway-page", "1")
            .header("sec-fetch-site", "same-origin")
    }

    /// Reads.
    #[track_caller]
    #[must_use]
    pub fn get(&self, target: &str) -> Answer {
        self.door.send(&self.request("GET", target))
    }

    /// Sends JSON.
    #[track_caller]
    #[must_use]
    pub fn post(&self, target: &str, body: &Value) -> Answer {
        self.door.send(
            &self
                .request("POST", target)
                .header("origin", self.door.origin())
                .json(body),
        )
    }
}
