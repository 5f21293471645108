//! A client of the agent: one request for each connection, with the local secret or by the socket.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;

use cxone_auth_core::diagnosis::{Confidence, FindingCode};
use serde_json::Value;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{owner, socket};
use crate::agent;
use crate::arguments::OWN_SOCKET;
use crate::doctor::cause::Cause;
use crate::doctor::deadline::{Deadline, Timed, is_timeout};
use crate::failure::{Failure, Kind};
use crate::visible::visible;
use crate::words;

/// Where an agent listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Socket(PathBuf),
    Port(SocketAddr),
}

pub(super) struct Client {
    pub(super) place: Place,
    pub(super) secret: Option<Zeroizing<String>>,
    /// When the examination is over.
    pub(super) deadline: Deadline,
}

pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// How the agent says that there is no token.
pub(super) struct Refusal {
    error: String,
    kind: Option<Kind>,
    pub(super) description: String,
    finding: Value,
}

/// No response of the agent is longer.
const LONGEST: usize = 256 * 1024;

impl Place {
    /// Reads what the agent prints of where it listens.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        if text == OWN_SOCKET {
            let otherwise = "name the agent's place with --agent=unix:PATH or \
                             --agent=http://127.0.0.1:PORT";
            return agent::default_socket(otherwise).map(Self::Socket);
        }
        let path = text.strip_prefix("unix:").unwrap_or(text);
        if path.len() < text.len() || text.starts_with('/') {
            return Ok(Self::Socket(path.into()));
        }
        let address = text.strip_prefix("http://").unwrap_or(text);
        let address = address.strip_suffix('/').unwrap_or(address);
        let parsed = match address.strip_prefix("localhost:") {
            Some(port) => port
                .parse()
                .ok()
                .map(|port: u16| (Ipv4Addr::LOCALHOST, port).into()),
            None => address.parse::<SocketAddr>().ok(),
        };
        match parsed.filter(|address| address.ip().is_loopback()) {
            Some(address) => Ok(Self::Port(address)),
            // What was typed may hold a password.
            None => Err(Failure::usage(
                "--agent: give what the agent prints: unix:PATH, or http://127.0.0.1:PORT",
            )),
        }
    }

    /// Reports whether a client has to show the local secret.
    pub(super) fn needs_secret(&self) -> bool {
        matches!(self, Self::Port(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "unix:{}", path.display()),
            Self::Port(address) => write!(f, "http://{address}"),
        }
    }
}

impl Client {
    pub(super) fn new(place: Place, deadline: Deadline) -> Self {
        let secret = None;
        Self {
            place,
            secret,
            deadline,
        }
    }

    pub(super) fn get(&self, path: &str) -> io::Result<Response> {
        let secret = self.secret.as_ref().map_or("", |secret| secret.as_str());
        let scheme = if secret.is_empty() {
            ""
        } else {
            "Authorization: Bearer "
        };
        self.send(&["GET ", path], &[scheme, secret], &[])
    }

    /// Asks the token endpoint of a profile.
    pub(super) fn token(&self, profile: &str) -> io::Result<Response> {
        let secret = self.secret.as_ref().map_or("", |secret| secret.as_str());
        let form = [
            "grant_type=client_credentials&client_id=doctor&client_secret=",
            secret,
        ];
        let kind = ["Content-Type: application/x-www-form-urlencoded"];
        self.send(&["POST /", profile, "/oauth/token"], &kind, &form)
    }

    /// Sends a request whose parts may hold the secret.
    fn send(&self, line: &[&str], field: &[&str], body: &[&str]) -> io::Result<Response> {
        let host = match &self.place {
            Place::Socket(_) => "localhost".to_owned(),
            Place::Port(address) => address.to_string(),
        };
        let length = body
            .iter()
            .map(|part| part.len())
            .sum::<usize>()
            .to_string();
        let end = if field.iter().all(|part| part.is_empty()) {
            ""
        } else {
            "\r\n"
        };
        let parts = [
            line,
            &[
                " HTTP/1.1\r\nHost: ",
                &host,
                "\r\nConnection: close\r\nContent-Length: ",
                &length,
            ],
            &["\r\n"],
            field,
            &[end, "\r\n"],
            body,
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().copied().collect();
        // In its final size, so that no copy of the secret is left behind.
        let size = parts.iter().map(|part| part.len()).sum();
        let mut request = Zeroizing::new(String::with_capacity(size));
        for part in parts {
            request.push_str(part);
        }
        self.exchange(&request).map_err(|error| {
            if is_timeout(&error) {
                let what = "there was no complete response in the time of --timeout";
                io::Error::new(io::ErrorKind::TimedOut, what)
            } else {
                error
            }
        })
    }

    fn exchange(&self, request: &str) -> io::Result<Response> {
        let deadline = self.deadline;
        match &self.place {
            Place::Socket(path) => {
                let stream = socket::connect(path, deadline)?;
                exchange(Timed { stream, deadline }, request)
            }
            Place::Port(address) => {
                let stream = TcpStream::connect_timeout(address, deadline.left()?)?;
                if self.secret.is_some() {
                    owner::check(&stream)?;
                }
                exchange(Timed { stream, deadline }, request)
            }
        }
    }
}

fn exchange(mut stream: impl Read + Write, request: &str) -> io::Result<Response> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut part = Zeroizing::new([0; 4_096]);
    loop {
        match stream.read(&mut *part) {
            Ok(0) => break,
            Ok(length) if bytes.len() + length <= LONGEST => {
                bytes.extend_from_slice(&part[..length]);
            }
            Ok(_) => return Err(io::Error::other("the response is too long for an agent's")),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Response::read(&bytes).ok_or_else(|| match bytes.len() {
        0 => io::ErrorKind::UnexpectedEof.into(),
        _ => io::Error::other("the response is not one of HTTP"),
    })
}

/// Returns the error as a reader is told of it.
pub(super) fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the connection was closed without a response".to_owned(),
        _ => error.to_string(),
    }
}

impl Response {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let body = Zeroizing::new(bytes[end + 4..].to_vec());
        Some(Self { status, body })
    }
}

/// Returns what remains of the token in the response. The token itself is not copied.
pub(super) fn remaining(response: &Response) -> Option<u64> {
    let members: BTreeMap<&str, &RawValue> = serde_json::from_slice(&response.body).ok()?;
    members.get("expires_in")?.get().parse().ok()
}

impl Refusal {
    pub(super) fn read(response: &Response) -> Self {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().map(visible);
        let status = || format!("status {}", response.status);
        Self {
            error: text("error").unwrap_or_default(),
            kind: text("kind").and_then(|name| Kind::named(&name)),
            description: text("error_description").unwrap_or_else(status),
            finding: body["finding"].clone(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.kind.unwrap_or(match &*self.error {
            "temporarily_unavailable" => Kind::Unavailable,
            "invalid_client" => Kind::Credentials,
            _ => Kind::Other,
        })
    }

    /// Returns the cause that the agent names.
    pub(super) fn cause(&self) -> Option<Cause> {
        let text = |name: &str| self.finding[name].as_str().map(visible);
        let code: FindingCode = text("code")?.parse().ok()?;
        let evidence = text("evidence").unwrap_or_default();
        let cause = Cause::of_code(code, code.entry().severity, evidence);
        let mut cause = cause.in_words(words::of_a_profile);
        cause.confidence = match text("confidence").as_deref() {
            Some("certain") => Confidence::Certain,
            Some("likely") => Confidence::Likely,
            _ => Confidence::Possible,
        };
        // The settings are those of the agent, and not of this command.
        cause.settings.clear();
        Some(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_the_agent_prints() {
        let socket = |path: &str| Place::Socket(path.into());
        let port = |text: &str| Place::Port(text.parse().unwrap());
        for (text, expected) in [
            ("unix:/run/a.sock", socket("/run/a.sock")),
            ("/run/a.sock", socket("/run/a.sock")),
            ("unix:own.sock", socket("own.sock")),
            ("http://127.0.0.1:8787", port("127.0.0.1:8787")),
            ("http://localhost:8787/", port("127.0.0.1:8787")),
            ("[::1]:8787", port("[::1]:8787")),
        ] {
            let place = Place::read(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(place, expected, "{text}");
        }
        for text in [
            "http://192.0.2.1:8787",
            "https://127.0.0.1:8787",
            "http://a:b@127.0.0.1:8787",
            "http://example.com:80",
            "127.0.0.1",
            "",
        ] {
            let failure = Place::read(text).unwrap_err();
            assert!(!failure.message().contains("a:b"), "{text}");
        }
    }

    #[test]
    fn a_response_is_one_of_http() {
        let read = |text: &str| Response::read(text.as_bytes()).map(|response| response.status);
        assert_eq!(read("HTTP/1.1 200 OK\r\n\r\n{}"), Some(200));
        for other in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 2\r\n\r\n",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
