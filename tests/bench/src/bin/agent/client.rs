//! A client with one connection.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connection that stays open between calls.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub(crate) fn to(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let stream = BufReader::new(stream);
        Ok(Self { address, stream })
    }

    /// Makes a call, and returns how long it has taken.
    pub(crate) fn call(&mut self, request: &str) -> io::Result<Duration> {
        let request = self.with_host(request);
        let start = Instant::now();
        self.send(&request)?;
        Ok(start.elapsed())
    }

    /// Makes a call, and returns the body of its response.
    pub(crate) fn body(&mut self, request: &str) -> io::Result<String> {
        let request = self.with_host(request);
        self.send(&request)
    }

    fn with_host(&self, request: &str) -> String {
        request.replace("HOST", &self.address.to_string())
    }

    fn send(&mut self, request: &str) -> io::Result<String> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let head = head(&mut self.stream)?;
        let mut body = vec![0; length(&head)];
        self.stream.read_exact(&mut body)?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(io::Error::other(head));
        }
        String::from_utf8(body).map_err(io::Error::other)
    }
}

/// Reads to the end of a head. Empty at the end of the connection.
pub(crate) fn head(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head)? > 0 {}
    Ok(head)
}

/// The length of the body behind a head.
pub(crate) fn length(head: &str) -> usize {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    length.map_or(0, |(_, value)| value.parse().unwrap_or(0))
}

/// A call that gets a token.
pub(crate) fn form(path: &str, id: &str, secret: &str) -> String {
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{form}"
    )
}

/// A call of an API.
pub(crate) fn get(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer {token}\r\n\r\n")
}
