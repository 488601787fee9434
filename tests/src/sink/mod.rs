//! What is told arrives here: the whole internet, as far as a world knows one, and
//! the mailbox of everybody.

use std::{
    io::Write,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    deadline::{self, eventually},
    locate,
    server::{Reply, Server},
    world::{Builder, World},
};

/// The host to which the binding for e-mail brings letters.
const MAIL: &str = "mail";

/// Who letters are from.
pub const SENDER: &str = "keyway@example.com";

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where it was sent: host and path.
    pub to: String,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    /// The body, byte by byte.
    pub text: String,
    /// The same, read.
    pub body: Value,
}

/// How a host answers.
#[derive(Clone, Debug)]
pub enum Answering {
    /// With that status.
    Status(u16),
    /// With that status and a header.
    With(u16, &'static str, String),
    /// Not before so much later.
    Late(Duration),
    /// With a body of so many bytes.
    Long(usize),
}

#[derive(Debug, Default)]
struct Arrived {
    webhooks: Vec<Webhook>,
    letters: Vec<Value>,
    answers: Vec<(String, Answering)>,
    /// E-mail is refused.
    is_mail_down: bool,
}

/// A receiver of everything.
#[derive(Debug)]
pub struct Sink {
    server: Server,
    arrived: Arc<Mutex<Arrived>>,
}

impl Sink {
    /// Answers 204 until it is told otherwise.
    #[must_use]
    pub fn start() -> Self {
        let arrived = Arc::new(Mutex::new(Arrived::default()));
        let seen = Arc::clone(&arrived);
        let server = Server::start(move |incoming| {
            let header = |name: &str| incoming.head.get(name).unwrap_or_default().to_owned();
            let host = header("host");
            let text = String::from_utf8_lossy(&incoming.body).into_owned();
            let body = serde_json::from_str(&text).unwrap_or_default();
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if host == MAIL {
                if seen.is_mail_down {
                    return Reply::status(500);
                }
                seen.letters.push(body);
                return Reply::status(204);
            }
            seen.webhooks.push(Webhook {
                to: format!("{host}{}", incoming.path),
                id: header("webhook-id"),
                timestamp: header("webhook-timestamp"),
                signature: header("webhook-signature"),
                text,
                body,
            });
            let answering = seen.answers.iter().rev().find(|(name, _)| *name == host);
            let answering = answering.map(|(_, answering)| answering.clone());
            drop(seen);
            match answering {
                None => Reply::status(204),
                Some(Answering::Status(status)) => Reply::status(status),
                Some(Answering::With(status, name, value)) => Reply::Answer {
                    status,
                    headers: vec![(name, value)],
                    body: Vec::new(),
                },
                Some(Answering::Late(by)) => {
                    thread::sleep(by);
                    Reply::status(204)
                }
                Some(Answering::Long(length)) => Reply::ok(vec![b'x'; length]),
            }
        });
        Self { server, arrived }
    }

    /// A world that has no other internet, and no e-mail.
    #[must_use]
    pub fn world(&self) -> Builder {
        World::builder().telling(self.server.port())
    }

    /// The same with e-mail, and a page.
    #[must_use]
    pub fn mailing_world(&self) -> Builder {
        let page = "https://keys.example.com";
        let world = self.world().mailing();
        world.text("EMAIL_FROM", SENDER).text("PAGE_URL", page)
    }

    /// From now on, that host answers so.
    pub fn answers(&self, host: &str, answering: Answering) {
        self.arrived().answers.push((host.to_owned(), answering));
    }

    /// From now on, e-mail is refused, or taken.
    pub fn refuses_mail(&self, refuses: bool) {
        self.arrived().is_mail_down = refuses;
    }

    /// All webhooks so far, to that host.
    #[must_use]
    pub fn webhooks(&self, host: &str) -> Vec<Webhook> {
        let mut found = self.arrived().webhooks.clone();
        found.retain(|webhook| webhook.to.split('/').next() == Some(host));
        found
    }

    /// What they say: the events, in their order.
    #[must_use]
    pub fn events(&self, host: &str) -> Vec<String> {
        let webhooks = self.webhooks(host).into_iter();
        let event = |webhook: Webhook| webhook.body["type"].as_str().unwrap_or_default().to_owned();
        webhooks.map(event).collect()
    }

    /// All letters so far.
    #[must_use]
    pub fn letters(&self) -> Vec<Value> {
        self.arrived().letters.clone()
    }

    /// Waits for so many webhooks to that host.
    ///
    /// # Panics
    /// When they do not come.
    #[track_caller]
    #[must_use]
    pub fn wait(&self, host: &str, count: usize) -> Vec<Webhook> {
        eventually("webhooks arrive", deadline::EVENT, || {
            let webhooks = self.webhooks(host);
            (webhooks.len() >= count).then_some(webhooks)
        })
    }

    /// Waits for so many letters.
    ///
    /// # Panics
    /// When they do not come.
    #[track_caller]
    #[must_use]
    pub fn wait_for_letters(&self, count: usize) -> Vec<Value> {
        eventually("letters arrive", deadline::EVENT, || {
            let letters = self.letters();
            (letters.len() >= count).then_some(letters)
        })
    }

    fn arrived(&self) -> std::sync::MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the published library for JavaScript takes each of them, with that
/// secret (`whsec_…`).
///
/// # Panics
/// When the project has no Node or not the library: `cargo xtask test` installs both.
#[must_use]
pub fn verified(webhooks: &[Webhook], secret: &str) -> Vec<bool> {
    let question: Vec<Value> = webhooks
        .iter()
        .map(|webhook| {
            json!({
                "secret": secret,
                "headers": {
                    "webhook-id": webhook.id,
                    "webhook-timestamp": webhook.timestamp,
                    "webhook-signature": webhook.signature,
                },
                "body": webhook.text,
            })
        })
        .collect();
    let mut node = Command::new("node")
        .arg(locate::project().join("tests/src/sink/verify.js"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node");
    let mut input = node.stdin.take().expect("its input");
    let question = Value::from(question).to_string();
    input.write_all(question.as_bytes()).expect("a question");
    drop(input);
    let output = node.wait_with_output().expect("an answer");
    serde_json::from_slice(&output.stdout).expect("a list")
}
