//! HTTP/1.1 messages on a TCP stream, as bytes.
//!
//! A finished client would refuse to send most of what the bad-input tests
//! need (two `Authorization` headers, no `Host`, a body that stops half-way),
//! and the KV service needs the same parsing from the other side.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

/// A start line and its headers.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The first line, without its end.
    pub start: String,
    /// Names in lower case, values trimmed, in the order they came.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first header of that name (in lower case).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    Empty,
    /// After so many bytes.
    Length(usize),
    /// After the last chunk.
    Chunked,
    /// When the other side closes.
    UntilClose,
}

impl Framing {
    /// What the headers say; `unsaid` when they say nothing.
    #[must_use]
    pub fn of(head: &Head, unsaid: Self) -> Self {
        if head
            .get("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
        {
            return Self::Chunked;
        }
        match head
            .get("content-length")
            .and_then(|value| value.parse().ok())
        {
            Some(0) => Self::Empty,
            Some(length) => Self::Length(length),
            None => unsaid,
        }
    }
}

/// One side of a connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    /// Read, and not yet taken.
    pending: Vec<u8>,
    deadline: Option<Instant>,
}

impl Wire {
    /// # Errors
    /// When nobody listens on that port of this machine.
    pub fn connect(port: u16, deadline: Instant) -> io::Result<Self> {
        let left = deadline.saturating_duration_since(Instant::now());
        let address = ([127, 0, 0, 1], port).into();
        let stream = TcpStream::connect_timeout(&address, left.max(Duration::from_millis(1)))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            pending: Vec::new(),
            deadline: Some(deadline),
        })
    }

    /// The server's side: without a deadline, an idle client may take its time.
    #[must_use]
    pub fn accepted(stream: TcpStream) -> Self {
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            pending: Vec::new(),
            deadline: None,
        }
    }

    /// A second handle on the stream: a large body is written while the
    /// answer is read, because it may be refused before it has arrived.
    ///
    /// # Errors
    /// When the system has no more handles.
    pub fn writer(&self) -> io::Result<TcpStream> {
        self.stream.try_clone()
    }

    /// # Errors
    /// When the other side is gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Ends both directions; whoever still writes gets an error.
    pub fn close(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// The next start line and headers; `None` when the other side closed instead.
    ///
    /// # Errors
    /// When the stream ends half-way, or the deadline has come.
    pub fn head(&mut self) -> io::Result<Option<Head>> {
        let end = loop {
            if let Some(end) = self
                .pending
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                break end;
            }
            if !self.fill()? {
                if self.pending.is_empty() {
                    return Ok(None);
                }
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let text = String::from_utf8_lossy(&self.pending[..end]).into_owned();
        self.pending.drain(..end + 4);
        let mut lines = text.split("\r\n");
        let start = lines.next().unwrap_or_default().to_owned();
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Ok(Some(Head { start, headers }))
    }

    /// # Errors
    /// When the stream ends before the body does, or the deadline has come.
    pub fn body(&mut self, framing: Framing) -> io::Result<Vec<u8>> {
        match framing {
            Framing::Empty => Ok(Vec::new()),
            Framing::Length(length) => self.exactly(length),
            Framing::UntilClose => {
                while self.fill()? {}
                Ok(std::mem::take(&mut self.pending))
            }
            Framing::Chunked => {
                let mut body = Vec::new();
                loop {
                    let line = self.line()?;
                    let size = line.split(';').next().unwrap_or_default().trim();
                    let size = usize::from_str_radix(size, 16).map_err(|_| {
                        io::Error::new(io::ErrorKind::InvalidData, "a chunk without a size")
                    })?;
                    body.extend(self.exactly(size)?);
                    self.line()?;
                    if size == 0 {
                        return Ok(body);
                    }
                }
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.pending.windows(2).position(|bytes| bytes == b"\r\n") {
                let line = String::from_utf8_lossy(&self.pending[..end]).into_owned();
                self.pending.drain(..end + 2);
                return Ok(line);
            }
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.pending.len() < length {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.pending.drain(..length).collect())
    }

    /// Reads what there is; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.stream.set_read_timeout(Some(left))?;
        }
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Ok(false),
            Ok(length) => {
                self.pending.extend_from_slice(&buffer[..length]);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(io::ErrorKind::TimedOut.into())
            }
            Err(error) => Err(error),
        }
    }
}
