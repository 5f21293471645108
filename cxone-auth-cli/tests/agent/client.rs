//! A client that sends the bytes that a test writes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// Longer than any response takes: a test that waits so long has failed.
const LIMIT: Duration = Duration::from_secs(20);

/// A connection to the agent.
pub(crate) struct Connection(Box<dyn Stream>);

pub(crate) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

/// A response as it was read to the end of its connection.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// What stands behind the last chunk.
    pub(crate) trailers: String,
}

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        Self(Box::new(stream))
    }

    pub(crate) fn to_socket(path: &Path) -> Self {
        let stream = UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self(Box::new(stream))
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).unwrap();
    }

    /// Writes what the other side may no longer read.
    pub(crate) fn try_write(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).is_ok()
    }

    /// Reads to the end of a head, or of the connection.
    pub(crate) fn head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && self.0.read(&mut byte).unwrap() == 1 {
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads so many bytes.
    pub(crate) fn exactly(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Reads all responses to the end of the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A peer that has not read everything resets the connection behind its response.
        let _ = self.0.read_to_end(&mut bytes);
        bytes
    }

    /// Reports whether the agent has closed the connection: a read neither waits nor gives bytes.
    pub(crate) fn is_ended(&mut self) -> bool {
        match self.0.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }

    pub(crate) fn response(&mut self) -> Response {
        Response::read(&self.rest())
    }
}

impl Response {
    #[track_caller]
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head: {:?}", text(bytes)));
        let head = text(&bytes[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let fields: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut response = Self {
            status: status.parse().unwrap(),
            fields,
            body: bytes[end + 4..].to_vec(),
            trailers: String::new(),
        };
        if response.field("transfer-encoding") == Some("chunked") {
            let (body, trailers) = unchunked(&response.body);
            (response.body, response.trailers) = (body, trailers);
        }
        response
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, value) = fields.find(|(own, _)| own == name)?;
        Some(value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The member of the body, which is text.
    #[track_caller]
    pub(crate) fn member(&self, name: &str) -> String {
        let body = self.json();
        let text = body[name].as_str();
        text.unwrap_or_else(|| panic!("{name}: {body}")).to_owned()
    }

    /// Asserts the status, and the error as RFC 6749 writes it.
    #[track_caller]
    pub(crate) fn failed(&self, status: u16, error: &str) {
        let body = self.text();
        assert_eq!(self.status, status, "{body}");
        assert_eq!(self.member("error"), error, "{body}");
        assert!(!self.member("error_description").is_empty());
        assert!(self.json().get("finding").is_some(), "{body}");
    }
}

fn unchunked(mut rest: &[u8]) -> (Vec<u8>, String) {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        rest = &rest[end + 2..];
        if size == 0 {
            return (body, String::from_utf8(rest.to_vec()).unwrap());
        }
        body.extend_from_slice(&rest[..size]);
        rest = &rest[size + 2..];
    }
}
