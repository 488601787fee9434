//! A client that costs as little as possible: requests are ready bytes, and of
//! an answer only its end is looked for.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    os::fd::{AsFd, BorrowedFd},
    time::Duration,
};

/// Longer than any answer takes that is one.
const PATIENCE: Duration = Duration::from_secs(20);

/// The bytes of a request. The host is what a client on this machine would send.
pub(crate) fn request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        let length = body.len();
        text.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {length}\r\n"
        ));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    text.into_bytes()
}

/// An answer, as far as it is read.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// Its start line and headers, without the empty line.
    pub(crate) head: &'a [u8],
    /// Without the frames of chunks.
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// Names in lower case and values, in the order they came.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let head = String::from_utf8_lossy(self.head);
        head.lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// What has arrived since the last request was sent.
    bytes: Vec<u8>,
    /// The body of an answer in chunks.
    unframed: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            bytes: Vec::with_capacity(8 * 1024),
            unframed: Vec::new(),
        })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.send(request)?;
        while !self.is_complete()? {
            self.receive()?;
        }
        self.answer()?.ok_or_else(|| broken("no answer"))
    }

    /// Sends a request, and forgets the last answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.bytes.clear();
        self.stream.write_all(request)
    }

    /// Reads what there is, and waits when there is nothing.
    pub(crate) fn receive(&mut self) -> io::Result<()> {
        let mut buffer = [0; 8 * 1024];
        match self.stream.read(&mut buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            length => {
                let read = buffer.get(..length).unwrap_or_default();
                self.bytes.extend_from_slice(read);
                Ok(())
            }
        }
    }

    fn is_complete(&mut self) -> io::Result<bool> {
        Ok(self.answer()?.is_some())
    }

    /// The answer, when all of it has arrived.
    pub(crate) fn answer(&mut self) -> io::Result<Option<Answer<'_>>> {
        let Some(end) = find(&self.bytes, b"\r\n\r\n") else {
            return Ok(None);
        };
        let (head, rest) = self.bytes.split_at(end.saturating_add(4));
        let status = status(head).ok_or_else(|| broken("no status"))?;
        let body = match framing(head) {
            Framing::Length(length) => rest.get(..length),
            Framing::Chunked => {
                self.unframed.clear();
                unframe(rest, &mut self.unframed)?.then_some(self.unframed.as_slice())
            }
        };
        Ok(body.map(|body| Answer { status, head, body }))
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

/// Takes chunks out of their frames. False when the last is not there yet.
fn unframe(mut bytes: &[u8], into: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        let Some(end) = find(bytes, b"\r\n") else {
            return Ok(false);
        };
        let line = bytes.get(..end).unwrap_or_default();
        let size = std::str::from_utf8(line)
            .ok()
            .and_then(|line| usize::from_str_radix(line.trim(), 16).ok())
            .ok_or_else(|| broken("a chunk without a size"))?;
        let begin = end.saturating_add(2);
        let end = begin.saturating_add(size);
        let (Some(chunk), Some(rest)) = (bytes.get(begin..end), bytes.get(end.saturating_add(2)..))
        else {
            return Ok(false);
        };
        if size == 0 {
            return Ok(true);
        }
        into.extend_from_slice(chunk);
        bytes = rest;
    }
}

enum Framing {
    Length(usize),
    Chunked,
}

/// The 200 of `HTTP/1.1 200 OK`.
fn status(head: &[u8]) -> Option<u16> {
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

fn framing(head: &[u8]) -> Framing {
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Framing::Chunked;
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = value.get(1..).unwrap_or_default().trim_ascii();
            let length = std::str::from_utf8(digits).ok();
            return Framing::Length(length.and_then(|text| text.parse().ok()).unwrap_or(0));
        }
    }
    Framing::Length(0)
}

/// Where `what` begins in `bytes`.
pub(crate) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    /// What a client reads when these pieces arrive one after the other.
    fn answered(pieces: &'static [&'static str]) -> io::Result<(u16, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            for piece in pieces {
                stream.write_all(piece.as_bytes()).unwrap();
                thread::sleep(Duration::from_millis(5));
            }
        });
        let mut connection = Connection::open(port).unwrap();
        let answer = connection.ask(&request("GET", "/", &[], None));
        let answer = answer.map(|answer| (answer.status, answer.text()));
        server.join().unwrap();
        answer
    }

    #[test]
    fn an_answer_is_read_to_its_end_however_it_comes() {
        let whole = &["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"];
        assert_eq!(answered(whole).unwrap(), (200, "hello".to_owned()));
        let torn = &[
            "HTTP/1.1 401 No\r",
            "\ncontent-length: 5\r\n\r",
            "\nhel",
            "lo",
        ];
        assert_eq!(answered(torn).unwrap(), (401, "hello".to_owned()));
        let chunks = &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r",
            "\n2\r\nlo\r\n0\r\n",
            "\r\n",
        ];
        assert_eq!(answered(chunks).unwrap(), (200, "hello".to_owned()));
        let empty = &["HTTP/1.1 204 No Content\r\n\r\n"];
        assert_eq!(answered(empty).unwrap(), (204, String::new()));
    }

    #[test]
    fn an_answer_that_stops_half_way_is_an_error() {
        assert!(answered(&["HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello"]).is_err());
        assert!(answered(&[]).is_err());
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let bytes = request(
            "POST",
            "/v1/verify",
            &[("authorization", "Bearer x")],
            Some("{}"),
        );
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer x\r\n\
             content-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
        );
    }
}
