//! Where a token may go.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use super::url::Url;
use crate::address::{ApiBase, Fault, is_loopback};
use crate::error::Error;

/// Scheme, host and port of an address (RFC 6454): what a token may be sent to.
///
/// It is checked when it is parsed: it is `https`, or `http` to a loopback host. The host is well
/// formed and stored in lower case. The default port is equal to no port.
///
/// ```
/// use cxone_auth_core::api::Origin;
///
/// let origin: Origin = "https://API.example.com:443".parse()?;
/// assert_eq!(origin.to_string(), "https://api.example.com");
/// assert!("http://api.example.com".parse::<Origin>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Origin {
    scheme: Scheme,
    /// The host in lower case and, after a colon, its port if that is not the default. It is shared
    /// with the address that it is from.
    authority: Authority,
}

impl Origin {
    /// Returns the origin of an address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the address is not fit to
    /// carry a token: it is `http` to a host that is not loopback, contains user information, or is
    /// malformed.
    pub fn of(uri: &Uri) -> Result<Self, Error> {
        Url::of(uri)
            .and_then(|url| Self::of_url(&url))
            .map_err(Fault::of_api)
    }

    pub(super) fn of_url(url: &Url<'_>) -> Result<Self, Fault> {
        let default = default_port(&url.scheme);
        let port = url.authority.port().filter(|port| *port != default);
        let is_as_written = url.authority.is_as_written() && url.authority.port() == port;
        let authority = match (url.uri.authority(), port) {
            (Some(written), _) if is_as_written => Ok(written.clone()),
            (_, None) => url.authority.host().parse(),
            (_, Some(port)) => format!("{}:{port}", url.authority.host()).parse(),
        };
        Ok(Self {
            scheme: url.scheme.clone(),
            authority: authority.map_err(|_| Fault::HOST)?,
        })
    }

    /// Reports whether `uri` is written as an address at this origin. Another spelling of its port
    /// is not recognized.
    pub(crate) fn is_of(&self, uri: &Uri) -> bool {
        // Nearly every call has the same spelling. `Authority` compares each character in both
        // cases, which takes many times longer.
        let is_same = |other: &Authority| {
            other.as_str() == self.authority.as_str() || *other == self.authority
        };
        uri.scheme() == Some(&self.scheme) && uri.authority().is_some_and(is_same)
    }

    /// Does the same with the text of an address that has a path.
    pub(crate) fn is_of_text(&self, url: &str) -> bool {
        // Behind the slash, nothing changes the host any more, for whatever parser.
        let path = url
            .strip_prefix(self.scheme.as_str())
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|rest| rest.strip_prefix(self.authority.as_str()));
        path.is_some_and(|path| path.starts_with('/'))
    }

    /// Returns the address at this origin with the path and the query of `uri`.
    pub(crate) fn with_path_of(&self, uri: &Uri) -> Result<Uri, Error> {
        let path = uri.path_and_query().cloned();
        let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
        self.with_path(path).map_err(Fault::of_api)
    }

    /// Returns the address at this origin with a path and perhaps a query.
    pub(super) fn with_path(&self, path: PathAndQuery) -> Result<Uri, Fault> {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| Fault::NO_URL)
    }

    /// Returns the text of the address at this origin with a path in two parts.
    pub(super) fn text_with_path(&self, [base, path]: [&str; 2]) -> String {
        let (scheme, authority) = (self.scheme.as_str(), self.authority.as_str());
        // In a buffer of its size.
        [scheme, "://", authority, base, path].concat()
    }

    /// Returns the host in lower case; an IPv6 address has its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Returns the port.
    #[must_use]
    pub fn port(&self) -> u16 {
        let port = self.authority.port_u16();
        port.unwrap_or_else(|| default_port(&self.scheme))
    }

    /// Reports whether the host is the local machine: `localhost`, 127.0.0.0/8, `::1`, or an
    /// IPv4-mapped address of 127.0.0.0/8 (RFC 4291 §2.5.5.2), such as `::ffff:127.0.0.1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Reports whether it is `https` and not only on the local machine.
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }
}

/// The host is in lower case, so equal texts are equal origins.
impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.authority.as_str() == other.authority.as_str()
    }
}

impl Eq for Origin {}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scheme.hash(state);
        self.authority.as_str().hash(state);
    }
}

fn default_port(scheme: &Scheme) -> u16 {
    if *scheme == Scheme::HTTPS { 443 } else { 80 }
}

impl FromStr for Origin {
    type Err = Error;

    /// Parses an address without a path, such as `https://api.example.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the part that is
    /// wrong.
    fn from_str(text: &str) -> Result<Self, Error> {
        let base: ApiBase = text.parse()?;
        base.into_origin().ok_or_else(|| Fault::PATH.of_api())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::collections::HashSet;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (one, other) in [
            (
                "https://api.example.com/v2/users?a=b",
                "https://API.example.com:443",
            ),
            ("http://127.0.0.1:80/x", "http://127.0.0.1"),
            ("https://[::1]:8443/x", "https://[::1]:8443/"),
            ("https://api.example.com:0443/x", "https://api.example.com"),
            (
                "HTTPS://api.example.com:08443/x",
                "https://api.example.com:8443",
            ),
        ] {
            let origin = Origin::of(&one.parse().unwrap()).unwrap();
            let other: Origin = other.parse().unwrap();
            assert_eq!(origin, other, "{one}");
            assert_eq!(origin.to_string(), other.to_string(), "{one}");
            assert_eq!(origin.host(), other.host(), "{one}");
            assert_eq!(HashSet::from([origin, other]).len(), 1, "{one}");
        }
        for (one, other) in [
            ("https://api.example.com", "https://api.example.com:8443"),
            ("https://localhost", "http://localhost:443"),
            (
                "https://api.example.com",
                "https://api.example.com.evil.example",
            ),
            (
                "https://api.mypurecloud.com",
                "https://api.mypurecloud.com.au",
            ),
        ] {
            let uri = one.parse().unwrap();
            let (one, other): (Origin, Origin) = (one.parse().unwrap(), other.parse().unwrap());
            assert_ne!(one, other);
            assert!(one.is_of(&uri) && !other.is_of(&uri), "{one} {other}");
        }
    }

    #[test]
    fn a_text_is_at_an_origin_if_its_host_ends_there() {
        let origin: Origin = "https://api.example.com:8443".parse().unwrap();
        for (rest, is_there) in [
            ("/", true),
            ("/v2?a=b", true),
            ("/@evil.example", true),
            ("", false),
            ("?a=b", false),
            ("#a", false),
            ("0/", false),
            ("@evil.example/", false),
            (":me@evil.example/", false),
            ("\\@evil.example/", false),
            (".evil.example/", false),
            ("\t.evil.example/", false),
        ] {
            let text = format!("{origin}{rest}");
            assert_eq!(origin.is_of_text(&text), is_there, "{text:?}");
        }
        for text in [
            "",
            "/",
            "https:/api.example.com:8443/",
            "http://api.example.com:8443/",
            "https://API.example.com:8443/",
            " https://api.example.com:8443/",
            "https://api.example.com/",
            "https://me@api.example.com:8443/",
        ] {
            assert!(!origin.is_of_text(text), "{text:?}");
        }
    }

    #[test]
    fn an_address_that_must_not_carry_a_token_has_no_origin() {
        for (text, code, named) in [
            ("http://api.example.com/v2", "CXA-809", "http://"),
            ("http://127.0.0.1.example.com/", "CXA-809", "http://"),
            (
                "https://me:hunter2@api.example.com/",
                "CXA-810",
                "user information",
            ),
            (
                "https://api.example.com@evil.example/",
                "CXA-810",
                "user information",
            ),
            ("ftp://api.example.com/", "CXA-813", "scheme"),
            ("/api/v2/users", "CXA-813", "scheme"),
            ("https://api..com/", "CXA-813", "host"),
            ("https://api.example.com:0/", "CXA-813", "port"),
        ] {
            let error = Origin::of(&text.parse().unwrap()).unwrap_err();
            let finding = error.diagnosis().first().unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert_eq!(finding.code().to_string(), code, "{text}");
            assert!(error.to_string().contains(named), "{text}: {error}");
            assert!(!format!("{error:#}").contains("hunter2"), "{error}");
        }
    }
}
