//! A client that sends exactly what it is told, and reads one answer.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    thread,
    time::Instant,
};

use serde_json::Value;

use crate::{
    deadline, shape,
    wire::{Framing, Head, Wire},
};

/// A body above this is written while the answer is read.
const LARGE: usize = 32 * 1024;

/// Where the Worker answers. A clone follows its restarts.
#[derive(Clone, Debug, Default)]
pub struct Door(Arc<AtomicU16>);

impl Door {
    pub(crate) fn open(&self, port: u16) {
        self.0.store(port, Ordering::SeqCst);
    }

    /// The port of now.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.load(Ordering::SeqCst)
    }

    /// The origin that a page served from here would have.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Panics
    /// When no whole answer comes within [`deadline::REQUEST`]: a hang is a failure.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        match self.try_send(request) {
            Ok(answer) => answer,
            Err(error) => panic!(
                "no answer to {request} ({error}; the limit is {:?})",
                deadline::REQUEST
            ),
        }
    }

    /// Sends a request that may well get no answer: workerd is being killed,
    /// or the request is no HTTP.
    ///
    /// # Errors
    /// When the connection breaks or the deadline has come.
    pub fn try_send(&self, request: &Request) -> io::Result<Answer> {
        let mut wire = Wire::connect(self.port(), Instant::now() + deadline::REQUEST)?;
        let bytes = request.bytes(self);
        if bytes.len() > LARGE {
            let mut writer = wire.writer()?;
            // Its error is of no interest: the answer says why the body was not wanted.
            thread::spawn(move || writer.write_all(&bytes));
        } else {
            wire.send(&bytes)?;
        }
        let head = wire.head()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head
            .start
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let bodyless = request.method == "HEAD" || status == 204 || status == 304;
        let framing = if bodyless {
            Framing::Empty
        } else {
            Framing::of(&head, Framing::UntilClose)
        };
        let body = wire.body(framing)?;
        wire.close();
        Ok(Answer {
            to: request.to_string(),
            status,
            head,
            body,
        })
    }
}

/// A request, header by header.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    chunked: bool,
    host: bool,
    raw: Option<Vec<u8>>,
}

impl std::fmt::Display for Request {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} {}", self.method, self.target)
    }
}

impl Request {
    /// A request of that method to that path and query.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
            host: true,
            raw: None,
        }
    }

    /// `GET`.
    #[must_use]
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// `POST`.
    #[must_use]
    pub fn post(target: &str) -> Self {
        Self::new("POST", target)
    }

    /// `DELETE`.
    #[must_use]
    pub fn delete(target: &str) -> Self {
        Self::new("DELETE", target)
    }

    /// These bytes and nothing else.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            raw: Some(bytes.into()),
            ..Self::new("RAW", "bytes")
        }
    }

    /// The same to another path.
    #[must_use]
    pub fn to(mut self, target: &str) -> Self {
        self.target = target.to_owned();
        self
    }

    /// One more header; the same name again is sent again.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Without any header of that name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    /// `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A body of any bytes, without a content type.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The body is sent in chunks, its length unannounced.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Without a `Host` header.
    #[must_use]
    pub fn without_host(mut self) -> Self {
        self.host = false;
        self
    }

    fn bytes(&self, door: &Door) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        if self.host {
            bytes.extend(format!("host: 127.0.0.1:{}\r\n", door.port()).bytes());
        }
        for (name, value) in &self.headers {
            bytes.extend(name.bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"connection: close\r\n");
        if self.chunked {
            bytes.extend(b"transfer-encoding: chunked\r\n\r\n");
            for chunk in self.body.chunks(16 * 1024) {
                bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            return bytes;
        }
        if !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it answers, for messages.
    pub to: String,
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub head: Head,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header of it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.get(name)
    }

    /// All headers of that name.
    #[must_use]
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let named = self.head.headers.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{}: {} is no JSON ({error}): {}",
                self.to,
                self.status,
                self.text()
            )
        })
    }

    /// # Panics
    /// When the status is another one.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status,
            status,
            "the status of the answer to {}: {}",
            self.to,
            self.text()
        );
        self
    }

    /// The JSON of a good answer, which no cache may keep.
    ///
    /// # Panics
    /// When the status, the type or the caching is another.
    #[track_caller]
    #[must_use]
    pub fn good(self, status: u16) -> Value {
        let answer = self.expect(status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "of the answer to {}",
            answer.to
        );
        answer.assert_unstored();
        answer.json()
    }

    /// # Panics
    /// When a cache might keep it.
    #[track_caller]
    pub fn assert_unstored(&self) {
        assert_eq!(
            self.header("cache-control"),
            Some("no-store"),
            "of the answer to {}",
            self.to
        );
    }

    /// A refusal: a problem document of that status and code, in the one shape
    /// that all problems have.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    #[must_use]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "of the answer to {}",
            answer.to
        );
        answer.assert_unstored();
        let problem = answer.json();
        assert_eq!(
            problem["code"], code,
            "the code of the answer to {}: {problem}",
            answer.to
        );
        let mut wanted = vec!["type", "title", "status", "detail", "code"];
        if problem.get("errors").is_some() {
            wanted.push("errors");
        }
        // What some have: verifications, and workspaces that say where help is.
        for more in ["valid", "docs_url", "support_contact"] {
            if problem.get(more).is_some() {
                wanted.push(more);
            }
        }
        shape::assert_members(&problem, &wanted);
        assert_eq!(problem["type"], "about:blank", "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        for text in ["title", "detail"] {
            assert!(
                problem[text]
                    .as_str()
                    .is_some_and(|text| !text.trim().is_empty()),
                "an empty {text}: {problem}"
            );
        }
        problem
    }

    /// A refusal of one field: the pointer says which, the code says why.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn field_problem(self, code: &str, pointer: &str) {
        let problem = self.problem(422, code);
        let errors = problem["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no errors: {problem}"));
        for error in errors {
            shape::assert_members(error, &["pointer", "code", "detail"]);
        }
        assert_eq!(
            errors[0]["code"], code,
            "the problem's code is that of its first error: {problem}"
        );
        assert!(
            errors
                .iter()
                .any(|error| error["pointer"] == pointer && error["code"] == code),
            "no error {code} at {pointer:?}: {problem}"
        );
    }
}
