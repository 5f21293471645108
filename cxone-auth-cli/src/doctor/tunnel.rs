//! A connection through an HTTP proxy (RFC 9110 §9.3.6).

use std::io::{self, Read, Write};

use cxone_auth_core::transport::ProxyUrl;

use super::deadline::{Timed, is_timeout};

/// The longest head of a response that is read.
const MOST: usize = 16 * 1024;

/// Asks the proxy at the other end of `stream` to connect through to `authority`, and says in a
/// clause why it did not.
pub(super) fn open(stream: &mut Timed, proxy: &ProxyUrl, authority: &str) -> Result<(), String> {
    let status = ask(stream, proxy, authority).map_err(|error| {
        if is_timeout(&error) {
            "the proxy did not respond in time".to_owned()
        } else {
            "the proxy closed the connection or responded with something other than HTTP".to_owned()
        }
    })?;
    match status {
        200..=299 => Ok(()),
        407 => Err("the proxy wants a user and a password, or other ones (407)".to_owned()),
        403 => Err(format!("the proxy does not allow {authority} (403)")),
        status => Err(format!(
            "the proxy responded with {status} to CONNECT {authority}"
        )),
    }
}

fn ask(stream: &mut Timed, proxy: &ProxyUrl, authority: &str) -> io::Result<u16> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n").into_bytes();
    if let Some(authorization) = proxy.authorization() {
        request.extend_from_slice(b"proxy-authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request)?;
    let head = read_head(stream)?;
    status(&head).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Reads byte by byte: whatever follows the head belongs to the server behind the proxy.
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
