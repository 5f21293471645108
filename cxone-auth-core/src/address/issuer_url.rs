//! The name that an authorization server has for itself.

use std::fmt;
use std::str::FromStr;

use http::Uri;

use super::authority::Authority;
use super::fault::Fault;
use super::{TokenEndpoint, is_loopback};
use crate::error::Error;

/// The issuer identifier of an authorization server (RFC 8414 §2), such as
/// `https://id.example.com/realms/main`. Discovery finds the server's metadata by it.
///
/// The rules of [`TokenEndpoint`] hold. Also, there is no query. The text is kept exactly as it was
/// given: the metadata must repeat every byte of it, and a slash at the end makes a difference.
///
/// ```
/// use cxone_auth_core::discovery::IssuerUrl;
///
/// let issuer: IssuerUrl = "https://id.example.com/realms/main".parse()?;
/// assert_eq!(issuer.as_str(), "https://id.example.com/realms/main");
/// assert!("http://id.example.com".parse::<IssuerUrl>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IssuerUrl {
    text: String,
    address: TokenEndpoint,
    /// The host that may be asked by plain http, as it was given.
    insecure_host: Option<String>,
}

impl IssuerUrl {
    /// Parses an address that may use plain http to a host that was checked, if there is one.
    pub(crate) fn parse_with(text: &str, insecure_host: Option<&str>) -> Result<Self, Fault> {
        let address = TokenEndpoint::parse_with(text, |own| is_named(own, insecure_host))?;
        if address.uri().query().is_some() {
            return Err(Fault::QUERY);
        }
        Ok(Self {
            text: text.to_owned(),
            address,
            insecure_host: insecure_host.map(str::to_owned),
        })
    }

    /// Returns the issuer exactly as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the address as a URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        self.address.uri()
    }

    /// Returns the host in lower case; an IPv6 address has its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.host()
    }

    /// Returns scheme, host and port.
    pub(crate) fn origin(&self) -> &str {
        let text = self.text.find("://").map_or(0, |scheme| scheme + 3);
        let end = self.text[text..].find('/');
        &self.text[..end.map_or(self.text.len(), |end| text + end)]
    }

    /// Returns the path without a slash at its end; it is empty for a host alone.
    pub(crate) fn path(&self) -> &str {
        let path = self.uri().path();
        path.strip_suffix('/').unwrap_or(path)
    }

    /// Parses an endpoint that this issuer names. Plain http may go to the host that the user has
    /// allowed, and to this machine if the issuer is on it. No other server decides that a secret
    /// goes to a port of this machine in clear text.
    pub(crate) fn endpoint(&self, text: &str) -> Result<TokenEndpoint, Fault> {
        let insecure = self.insecure_host.as_deref();
        let endpoint = TokenEndpoint::parse_with(text, |own| is_named(own, insecure))?;
        let is_http = endpoint.uri().scheme_str() == Some("http");
        if is_http && endpoint.is_loopback() && !is_loopback(self.host()) {
            return Err(Fault::PLAIN_HTTP_HERE);
        }
        Ok(endpoint)
    }
}

/// Reports whether it is the host that was allowed.
fn is_named(own: &Authority, allowed: Option<&str>) -> bool {
    let allowed = allowed.and_then(|allowed| Authority::parse(allowed).ok());
    allowed.is_some_and(|allowed| own.is_of(&allowed))
}

impl FromStr for IssuerUrl {
    type Err = Error;

    /// Parses an issuer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the part that is
    /// wrong and how to write it.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse_with(text, None).map_err(Fault::of_issuer)
    }
}

impl fmt::Display for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for IssuerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn an_issuer_is_kept_as_it_was_written() {
        for (text, origin, path) in [
            ("https://id.example.com", "https://id.example.com", ""),
            ("https://id.example.com/", "https://id.example.com", ""),
            ("HTTPS://ID.example.com/A/", "HTTPS://ID.example.com", "/A"),
            ("https://a:8443/b/c", "https://a:8443", "/b/c"),
            ("http://127.0.0.1:9/b", "http://127.0.0.1:9", "/b"),
            ("https://[fd00::1]:9/b//", "https://[fd00::1]:9", "/b/"),
        ] {
            let issuer: IssuerUrl = text.parse().unwrap();
            assert_eq!(issuer.as_str(), text);
            assert_eq!((issuer.origin(), issuer.path()), (origin, path), "{text}");
        }
    }

    #[test]
    fn what_is_no_issuer_is_refused_without_being_repeated() {
        for (text, named) in [
            ("", "empty"),
            ("id.example.com", "scheme"),
            ("http://hunter2.example.com", "http://"),
            ("ftp://hunter2.example.com", "scheme"),
            ("https://me:hunter2@id.example.com", "user information"),
            ("https://id.example.com?hunter2", "query"),
            ("https://id.example.com/?client_secret=hunter2", "query"),
            ("https://id.example.com#hunter2", "fragment"),
            ("https://id.example.com/{tenant}", "character"),
            ("https://id.example.com/ hunter2", "blank"),
            ("https://id.example.com:0", "port"),
        ] {
            let error = text.parse::<IssuerUrl>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert!(error.to_string().contains(named), "{text}: {error}");
            assert!(!format!("{error:#}").contains("hunter2"), "{error:#}");
        }
    }

    #[test]
    fn no_issuer_elsewhere_leads_to_a_port_of_this_machine_in_clear_text() {
        let far: IssuerUrl = "https://id.example.com".parse().unwrap();
        let near: IssuerUrl = "http://127.0.0.1:9".parse().unwrap();
        let allowed = IssuerUrl::parse_with("http://keycloak:8080/r", Some("keycloak:8080"));
        let allowed = allowed.unwrap();
        for (issuer, endpoint, is_taken) in [
            (&far, "https://id.example.com/t", true),
            (&far, "https://127.0.0.1/t", true),
            (&far, "http://127.0.0.1/t", false),
            (&far, "http://id.example.com/t", false),
            (&near, "http://127.0.0.1:8/t", true),
            (&near, "http://[::1]/t", true),
            (&near, "http://id.example.com/t", false),
            (&allowed, "http://keycloak:8080/t", true),
            (&allowed, "http://keycloak:8081/t", false),
            (&allowed, "http://127.0.0.1/t", false),
        ] {
            let taken = issuer.endpoint(endpoint).is_ok();
            assert_eq!(taken, is_taken, "{issuer}: {endpoint}");
        }
    }
}
