//! A connection through an HTTP proxy (RFC 9110 §9.3.6).

mod challenge;

use std::io::{self, Read, Write};

use cxone_auth_core::transport::ProxyUrl;

use super::deadline::{Timed, is_timeout};

/// The longest response head that is read.
const MOST: usize = 16 * 1024;

/// Why the proxy did not open the tunnel.
pub(super) struct Refusal {
    /// What went wrong, as a clause.
    pub(super) problem: String,
    /// The fix, if it is more exact than that of the cause.
    pub(super) remedy: Option<&'static str>,
}

/// The fix for a proxy that does not accept Basic, the only login that the program supports.
const LOCAL_PROXY: &str = "No setting of this program can log in to this proxy. Run a local proxy \
                           that can, such as px or Cntlm, and name it with \
                           --proxy http://127.0.0.1:3128. Or ask for the host of the token \
                           endpoint to be let through without a login.";

/// Asks the proxy at the other end of `stream` to open a tunnel to `authority`.
pub(super) fn open(stream: &mut Timed, proxy: &ProxyUrl, authority: &str) -> Result<(), Refusal> {
    let (status, head) = ask(stream, proxy, authority).map_err(|error| {
        Refusal::from(if is_timeout(&error) {
            "the proxy did not respond in time".to_owned()
        } else {
            "the proxy closed the connection or responded with something other than HTTP".to_owned()
        })
    })?;
    Err(match status {
        200..=299 => return Ok(()),
        407 => login_wanted(&head),
        403 => format!("the proxy does not allow {authority} (403)").into(),
        status => format!("the proxy responded with {status} to CONNECT {authority}").into(),
    })
}

fn login_wanted(head: &[u8]) -> Refusal {
    match challenge::without_basic(head) {
        Some(schemes) => Refusal {
            problem: format!("the proxy takes a login by {schemes} only (407)"),
            remedy: Some(LOCAL_PROXY),
        },
        None => "the proxy wants a user and a password, or other ones (407)"
            .to_owned()
            .into(),
    }
}

impl From<String> for Refusal {
    fn from(problem: String) -> Self {
        Self {
            problem,
            remedy: None,
        }
    }
}

fn ask(stream: &mut Timed, proxy: &ProxyUrl, authority: &str) -> io::Result<(u16, Vec<u8>)> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n").into_bytes();
    if let Some(authorization) = proxy.authorization() {
        request.extend_from_slice(b"proxy-authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request)?;
    let head = read_head(stream)?;
    let status = status(&head).ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, head))
}

/// Reads byte by byte, because everything after the head belongs to the server behind the proxy.
fn read_head(stream: &mut Timed) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MOST || stream.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(byte[0]);
    }
    Ok(head)
}

fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let (version, rest) = line.split_once(' ')?;
    let number = rest.split(' ').next()?;
    version
        .starts_with("HTTP/1.")
        .then(|| number.parse().ok())?
}
