//! A small HTTP server on a free port of this machine: the KV service and the
//! gate are made of it.

use std::{
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::wire::{Framing, Head, Wire};

/// What arrived.
#[derive(Debug)]
pub struct Incoming {
    /// `GET`, `PUT` …
    pub method: String,
    /// The path as sent, and what follows its `?`.
    pub path: String,
    /// The query, without its `?`.
    pub query: String,
    /// Its headers.
    pub head: Head,
    /// Its whole body: an error answered before the body was read would
    /// reach the Worker as a lost connection.
    pub body: Vec<u8>,
}

/// What goes back.
#[derive(Debug)]
pub enum Reply {
    /// An answer.
    Answer {
        /// Its status.
        status: u16,
        /// Headers besides the length.
        headers: Vec<(&'static str, String)>,
        /// Its body.
        body: Vec<u8>,
    },
    /// The connection is closed without one.
    Lost,
}

impl Reply {
    /// An answer of nothing but a status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// 200 with a body.
    #[must_use]
    pub fn ok(body: Vec<u8>) -> Self {
        Self::Answer {
            status: 200,
            headers: Vec::new(),
            body,
        }
    }
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// Serves every request with `handler`, each connection in its own thread.
    ///
    /// # Panics
    /// When this machine has no free port.
    pub fn start<H>(handler: H) -> Self
    where
        H: Fn(Incoming) -> Reply + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener
            .local_addr()
            .expect("the port that was bound")
            .port();
        let stopped = Arc::new(AtomicBool::new(false));
        let handler = Arc::new(handler);
        let seen = Arc::clone(&stopped);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                let handler = Arc::clone(&handler);
                thread::spawn(move || converse(stream, &*handler));
            }
        });
        Self { port, stopped }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it should stop.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Answers the requests of one connection until either side closes it.
fn converse(stream: TcpStream, handler: &(impl Fn(Incoming) -> Reply + ?Sized)) {
    let mut wire = Wire::accepted(stream);
    while let Ok(Some(head)) = wire.head() {
        let Ok(body) = wire.body(Framing::of(&head, Framing::Empty)) else {
            return;
        };
        let mut words = head.start.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        match handler(Incoming {
            method,
            path,
            query,
            head,
            body,
        }) {
            Reply::Lost => return wire.close(),
            Reply::Answer {
                status,
                headers,
                body,
            } => {
                let mut answer = format!("HTTP/1.1 {status} {}\r\n", reason(status));
                for (name, value) in headers {
                    answer.push_str(&format!("{name}: {value}\r\n"));
                }
                if status != 204 {
                    answer.push_str(&format!("content-length: {}\r\n", body.len()));
                }
                answer.push_str("\r\n");
                let mut bytes = answer.into_bytes();
                bytes.extend(body);
                if wire.send(&bytes).is_err() {
                    return;
                }
            }
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        404 => "Not Found",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
