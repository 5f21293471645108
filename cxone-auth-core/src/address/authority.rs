//! A host and its port.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fault::Fault;

/// A well-formed host and, after a colon, its port. It is in lower case and otherwise unchanged.
///
/// It is read for every call to an API. Most texts are in lower case, and are not copied.
pub(crate) struct Authority<'t> {
    text: Cow<'t, str>,
    host_length: usize,
    port: Option<u16>,
}

impl<'t> Authority<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Self, Fault> {
        if text.contains('@') {
            return Err(Fault::USER_INFORMATION);
        }
        let text = lower_case(text);
        let host = match text.rfind(']') {
            Some(bracket) => &text[..=bracket],
            None => text.split(':').next().unwrap_or_default(),
        };
        let is_well_formed = match without_brackets(host) {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => is_host_name(host),
        };
        let host_length = host.len();
        let port = match (&text[host_length..], text[host_length..].strip_prefix(':')) {
            ("", _) if is_well_formed => None,
            (_, Some(port)) if is_well_formed => Some(usable_port(port).ok_or(Fault::PORT)?),
            _ => return Err(Fault::HOST),
        };
        Ok(Self {
            text,
            host_length,
            port,
        })
    }

    /// Reports whether it is the host of `other`. If `other` names a port, the ports must match.
    /// Without a port, the port is that of http.
    pub(crate) fn is_of(&self, other: &Authority<'_>) -> bool {
        let is_at = |port| self.port.unwrap_or(80) == port;
        self.host() == other.host() && other.port.is_none_or(is_at)
    }

    pub(crate) fn host(&self) -> &str {
        &self.text[..self.host_length]
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// Reports whether it is written as it is here: in lower case, and its port without zeros in
    /// front.
    pub(super) fn is_as_written(&self) -> bool {
        let is_plain = !self.text[self.host_length..].starts_with(":0");
        is_plain && matches!(self.text, Cow::Borrowed(_))
    }

    pub(crate) fn into_text(self) -> String {
        self.text.into_owned()
    }
}

fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn usable_port(text: &str) -> Option<u16> {
    // The standard parser also accepts a sign.
    let port = text.parse().ok().filter(|_| !text.starts_with('+'))?;
    (port > 0).then_some(port)
}

/// Reports whether `host` ends like an IPv4 address but is not a valid one. The URL standard
/// refuses such a host or reads it as another: it reads `0x7f000001` as 127.0.0.1.
fn is_malformed_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let is_decimal = last.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = last.strip_prefix("0x");
    let is_number = is_decimal
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_number && host.parse::<Ipv4Addr>().is_err()
}

/// Returns the text between the brackets of an IPv6 address.
fn without_brackets(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

/// Reports whether `host` consists of labels of letters, digits, hyphens and underscores (RFC 1123
/// §2.1). The RFC does not allow underscores, but internal names use them.
pub(crate) fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.len() <= 253 && host.split('.').all(label) && !is_malformed_address(host)
}

/// Reports whether `host` is the local machine, in any spelling. See
/// [`TokenEndpoint::is_loopback`].
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = match without_brackets(host) {
        Some(address) => address.parse().ok().map(IpAddr::V6),
        None => host.parse().ok().map(IpAddr::V4),
    };
    host == "localhost" || address.is_some_and(|address| address.to_canonical().is_loopback())
}
