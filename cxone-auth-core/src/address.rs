//! Addresses: where tokens come from, and where they may go.

mod api_base;
mod origin;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;

use crate::error::Error;
use crate::finding::Confidence;
use crate::finding::catalogue::address;

pub(crate) use api_base::api_address;
pub(crate) use origin::{NEITHER, NO_URL, Problem, check_characters, checked_uri, malformed};

pub use api_base::ApiBase;
pub use origin::Origin;

/// The address that token requests are sent to (RFC 6749 §3.2).
///
/// Parsed once and right from then on: `https`, or `http` to a loopback host; a host of
/// well-formed labels or an IP address; no user information, query or fragment; no port 0. The
/// scheme and the host are kept in lower case, everything else as it was written.
///
/// ```
/// use cxone_auth_core::TokenEndpoint;
///
/// let endpoint: TokenEndpoint = "https://login.example.com/oauth/token".parse()?;
/// assert_eq!(endpoint.host(), "login.example.com");
/// assert!("http://login.example.com/oauth/token".parse::<TokenEndpoint>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenEndpoint(Uri);

impl TokenEndpoint {
    /// The address as a URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// The host, in lower case; an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0
            .host()
            .expect("parsing refuses an address without a host")
    }

    /// Whether the host is the machine itself: `localhost`, 127.0.0.0/8, or `::1` and what is
    /// mapped to the former (RFC 4291 §2.5.5.2), such as `::ffff:127.0.0.1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }
}

impl FromStr for TokenEndpoint {
    type Err = Error;

    /// Parses an absolute address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the part that is
    /// wrong and how to write it.
    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map(Self).map_err(|problem| {
            let finding = address::MALFORMED_ENDPOINT.found(Confidence::Certain, "");
            Error::configuration(format!("token endpoint {problem}")).with_finding(finding)
        })
    }
}

impl fmt::Display for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Parses the address, or says what is wrong with it as the rest of a sentence. The text itself
/// is never repeated: an address pasted with user information holds a password.
fn parse(text: &str) -> Result<Uri, &'static str> {
    check_text(text)?;
    let uri: Uri = text
        .parse()
        .map_err(|_| "is not a URL: write it as https://host/path")?;
    let scheme = uri
        .scheme_str()
        .ok_or("has no scheme: write it as https://host/path")?
        .to_ascii_lowercase();
    let authority = uri
        .authority()
        .ok_or("has no host: write it as https://host/path")?;
    let authority = check_authority(authority.as_str())?;
    let host = host_without_port(&authority);
    match scheme.as_str() {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => return Err("uses http:// to a host that is not loopback: use https://"),
        _ => return Err("has a scheme other than https: use https://"),
    }
    Uri::builder()
        .scheme(scheme.as_str())
        .authority(authority)
        .path_and_query(uri.path())
        .build()
        .map_err(|_| "is not a URL: write it as https://host/path")
}

/// Looks for what `Uri` would accept or drop in silence.
pub(crate) fn check_text(text: &str) -> Result<(), &'static str> {
    let authority_and_path = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = authority_and_path
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default();
    if text.is_empty() {
        Err("is empty: write it as https://host/path")
    } else if authority.contains('@') {
        Err(
            "contains user information before the host: give the client id and secret as credentials",
        )
    } else if text.contains('#') {
        Err("contains a fragment: leave out everything from # on")
    } else if text.contains('?') {
        Err(
            "contains a query: leave out everything from ? on, and give as parameters what it holds",
        )
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(
            "contains a blank, a control character or a character outside ASCII: write it as https://host/path",
        )
    } else if text.contains(['\\', '"', '<', '>', '`', '{', '}', '|', '^']) {
        Err("contains a character that no URL has: write it as https://host/path")
    } else if authority.is_empty() {
        Err("has no host: write it as https://host/path")
    } else {
        Ok(())
    }
}

/// A host and, behind a colon, its port: in lower case, or what is wrong with it.
pub(crate) fn check_authority(authority: &str) -> Result<String, &'static str> {
    let authority = authority.to_ascii_lowercase();
    let host = host_without_port(&authority);
    let well_formed = match without_brackets(host) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_host_name(host),
    };
    if !well_formed {
        return Err("has a malformed host: write a host name or an IP address");
    }
    let behind = &authority[host.len()..];
    let port = behind.strip_prefix(':');
    match port.map(str::parse::<u16>) {
        None if behind.is_empty() => Ok(authority),
        None => Err("has a malformed host: write a host name or an IP address"),
        // The standard parser takes a sign as well.
        Some(Ok(1..)) if !behind.contains('+') => Ok(authority),
        Some(_) => Err("has no usable port: use one from 1 to 65535 or leave it out"),
    }
}

/// Whether `host` ends like an IPv4 address and is none as it stands. The standard of URLs refuses
/// such a host, or reads it as another: `0x7f000001` is 127.0.0.1 to it.
fn is_malformed_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let is_decimal = last.bytes().all(|byte| byte.is_ascii_digit());
    let hexadecimal = last.strip_prefix("0x");
    let is_number = is_decimal
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_number && host.parse::<Ipv4Addr>().is_err()
}

/// What stands in the brackets of an IPv6 address.
fn without_brackets(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

pub(crate) fn host_without_port(authority: &str) -> &str {
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    &authority[..end]
}

/// Whether `host` is made of labels of letters, digits, hyphens and underscores (RFC 1123 §2.1;
/// underscores are outside it and yet in use for internal names).
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

/// Whether `host` is the machine itself, however it is written: see
/// [`TokenEndpoint::is_loopback`].
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = match without_brackets(host) {
        Some(address) => address.parse().ok().map(IpAddr::V6),
        None => host.parse().ok().map(IpAddr::V4),
    };
    host == "localhost" || address.is_some_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn keeps_the_path_and_lowers_scheme_and_host() {
        let endpoint: TokenEndpoint = "HTTPS://Login.Example.COM:8443/OAuth/Token"
            .parse()
            .unwrap();
        assert_eq!(
            endpoint.to_string(),
            "https://login.example.com:8443/OAuth/Token"
        );
        assert_eq!(endpoint.host(), "login.example.com");
    }

    #[test]
    fn plain_http_reaches_only_loopback() {
        for good in [
            "http://127.0.0.1:9/t",
            "http://127.8.8.8/t",
            "http://localhost/t",
            "http://[::1]:9/t",
        ] {
            assert!(
                good.parse::<TokenEndpoint>().unwrap().is_loopback(),
                "{good}"
            );
        }
        for bad in [
            "http://example.com/t",
            "http://localhost.example.com/t",
            "http://127.0.0.1.example.com/t",
            "http://0.0.0.0/t",
            "http://[::2]/t",
        ] {
            let error = bad.parse::<TokenEndpoint>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("http://"), "{bad}: {error}");
        }
    }

    #[test]
    fn refuses_each_malformed_address_and_names_the_part() {
        for (text, named) in [
            ("", "empty"),
            ("example.com", "scheme"),
            ("/oauth/token", "host"),
            ("https:///token", "host"),
            ("ftp://example.com/t", "scheme"),
            ("https://user:hunter2@example.com/t", "user information"),
            ("https://hunter2@example.com/t", "user information"),
            ("https://example.com/t?grant_type=x", "query"),
            ("https://example.com/t?", "query"),
            ("https://example.com/t#x", "fragment"),
            ("https://example.com:0/t", "port"),
            ("https://example.com:/t", "port"),
            ("https://example.com:65536/t", "port"),
            ("https://example.com:x/t", "port"),
            ("https://exa mple.com/t", "blank"),
            ("https://example.com/t\n", "control"),
            ("https://exämple.com/t", "ASCII"),
            ("https://example..com/t", "malformed host"),
            ("https://-example.com/t", "malformed host"),
            ("https://1.2.3.4.5/t", "malformed host"),
            ("https://example.42/t", "malformed host"),
            ("https://0x7f000001/t", "malformed host"),
            ("https://example.0X1/t", "malformed host"),
            ("https://127.0.0.0x/t", "malformed host"),
            ("https://example.com./t", "malformed host"),
            ("https://[::1/t", "URL"),
            ("https://[zz]/t", "malformed host"),
            ("https://example.com\\t", "no URL"),
            ("https://<region>.example.com/t", "no URL"),
        ] {
            let error = text.parse::<TokenEndpoint>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert!(error.to_string().contains(named), "{text}: {error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
