//! Where a token may go.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::PathAndQuery;

use crate::address::{ApiBase, check_authority, host_without_port, is_loopback};
use crate::error::Error;
use crate::finding::catalogue::api;
use crate::finding::{CatalogueEntry, Confidence};

/// Scheme, host and port of an address (RFC 6454): what a token may be sent to.
///
/// Right from parsing on: `https`, or `http` to a loopback host; a well-formed host in lower case;
/// a port. The default port is the same as none.
///
/// ```
/// use cxone_auth_core::api::Origin;
///
/// let origin: Origin = "https://API.example.com:443".parse()?;
/// assert_eq!(origin.to_string(), "https://api.example.com");
/// assert!("http://api.example.com".parse::<Origin>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Https,
    Http,
}

/// What is wrong with an address, as the rest of a sentence.
pub(crate) struct Problem {
    cause: &'static CatalogueEntry,
    text: &'static str,
}

impl Origin {
    /// The origin of an address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the address is not fit
    /// to carry a token: it is `http` to a host that is not loopback, holds user information, or
    /// is malformed.
    pub fn of(uri: &Uri) -> Result<Self, Error> {
        Self::check(uri).map_err(Problem::into_error)
    }

    /// The address at this origin that has the path and the query of `uri`.
    pub(crate) fn with_path(&self, uri: &Uri) -> Result<Uri, Error> {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        format!("{self}{path}")
            .parse()
            .map_err(|_| malformed(NO_URL).into_error())
    }

    /// The host, in lower case; an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host is the machine itself: `localhost`, 127.0.0.0/8, or `::1` and what is
    /// mapped to the former (RFC 4291 §2.5.5.2), such as `::ffff:127.0.0.1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether it is `https`, and not only on the machine itself.
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    pub(crate) fn check(uri: &Uri) -> Result<Self, Problem> {
        let scheme = uri.scheme_str().ok_or(malformed("has no scheme"))?;
        let authority = uri.authority().ok_or(malformed("has no host"))?;
        if authority.as_str().contains('@') {
            return Err(Problem {
                cause: &api::API_USER_INFORMATION,
                text: "contains user information before the host: leave it out",
            });
        }
        let authority = check_authority(authority.as_str()).map_err(malformed)?;
        let host = host_without_port(&authority);
        let scheme = Scheme::of(scheme, host)?;
        let port = authority[host.len()..].strip_prefix(':');
        Ok(Self {
            scheme,
            port: port.map_or(Ok(scheme.default_port()), |port| {
                port.parse().map_err(|_| malformed("has no usable port"))
            })?,
            host: host.to_owned(),
        })
    }
}

impl Scheme {
    fn of(scheme: &str, host: &str) -> Result<Self, Problem> {
        if scheme.eq_ignore_ascii_case("https") {
            Ok(Self::Https)
        } else if !scheme.eq_ignore_ascii_case("http") {
            Err(malformed("has a scheme other than https: use https://"))
        } else if is_loopback(host) {
            Ok(Self::Http)
        } else {
            Err(Problem {
                cause: &api::API_PLAIN_HTTP,
                text: "uses http:// to a host that is not loopback: use https://",
            })
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

pub(crate) const NEITHER: &str =
    "is neither a URL nor a path with a slash at its start: write https://host/path or /path";
pub(crate) const NO_URL: &str = "is not a URL: write it as https://host/path";

pub(crate) fn checked_uri(text: &str) -> Result<Uri, Problem> {
    check_characters(text)?;
    text.parse().map_err(|_| malformed(NO_URL))
}

/// Refuses what parsers of URLs read in different ways.
pub(crate) fn check_characters(text: &str) -> Result<(), Problem> {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>`{}|^#".contains(&byte);
    if text.bytes().all(is_fit) {
        Ok(())
    } else {
        Err(malformed(
            "contains a character that no address of an API has: write it in percent-encoding",
        ))
    }
}

pub(crate) fn malformed(text: &'static str) -> Problem {
    Problem {
        cause: &api::API_ADDRESS_MALFORMED,
        text,
    }
}

impl Problem {
    pub(crate) fn into_error(self) -> Error {
        Error::configuration(format!("address of the API {}", self.text))
            .with_finding(self.cause.found(Confidence::Certain, ""))
    }
}

impl FromStr for Origin {
    type Err = Error;

    /// Parses an address without a path, such as `https://api.example.com`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the part that is
    /// wrong.
    fn from_str(text: &str) -> Result<Self, Error> {
        let base: ApiBase = text.parse()?;
        base.into_origin().ok_or_else(|| {
            malformed("has a path where only an origin belongs: leave it out").into_error()
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == self.scheme.default_port() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (one, other) in [
            (
                "https://api.example.com/v2/users?a=b",
                "https://API.example.com:443",
            ),
            ("http://127.0.0.1:80/x", "http://127.0.0.1"),
            ("https://[::1]:8443/x", "https://[::1]:8443/"),
        ] {
            let origin = Origin::of(&one.parse().unwrap()).unwrap();
            assert_eq!(origin, other.parse().unwrap(), "{one}");
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
            let (one, other): (Origin, Origin) = (one.parse().unwrap(), other.parse().unwrap());
            assert_ne!(one, other);
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
