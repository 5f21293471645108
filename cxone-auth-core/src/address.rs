//! Addresses: where tokens come from, and where they may go.

mod api_base;
mod authority;
mod fault;
mod issuer_url;
mod origin;
mod target;
mod url;

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

use crate::error::Error;
use url::{Url, read_base, shown};

pub(crate) use api_base::api_address;
pub(crate) use authority::{Authority, is_host_name, is_loopback};
pub(crate) use fault::Fault;
pub(crate) use target::Target;
pub(crate) use url::{authority_in, shown_text};

pub use api_base::ApiBase;
pub use issuer_url::IssuerUrl;
pub use origin::Origin;

/// The address that token requests are sent to (RFC 6749 §3.2).
///
/// It is checked once, when it is parsed:
///
/// - The scheme is `https`. `http` is allowed to a loopback host or to the host that
///   [`with_insecure_host`](Self::with_insecure_host) names.
/// - The host has well-formed labels or is an IP address.
/// - There is no user information, no fragment and no port 0.
/// - It has 8,000 characters at most.
/// - A query is kept and sent (RFC 6749 §3.2), unless one of its parameters has the name of a
///   credential.
///
/// The scheme and the host are stored in lower case. Everything else stays unchanged.
///
/// `Display` and `Debug` leave out values of the query that look generated, because they may be
/// keys. [`uri`](Self::uri) returns the whole address.
///
/// ```
/// use cxone_auth_core::TokenEndpoint;
///
/// let endpoint: TokenEndpoint = "https://login.example.com/oauth/token".parse()?;
/// assert_eq!(endpoint.host(), "login.example.com");
/// assert!("http://login.example.com/oauth/token".parse::<TokenEndpoint>().is_err());
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenEndpoint(Uri);

impl TokenEndpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        Self::parse_with(text, |_| false)
    }

    /// Parses the same; `http` may also go to a host that `is_allowed`.
    pub(crate) fn parse_with(
        text: &str,
        is_allowed: impl FnOnce(&Authority<'_>) -> bool,
    ) -> Result<Self, Fault> {
        let uri = read_base(text)?;
        let url = Url::of_allowed(&uri, is_allowed)?;
        let path = url.path_and_query()?;
        let (scheme, authority) = (url.scheme, url.authority.into_text());
        format!("{scheme}://{authority}{path}")
            .parse()
            .map(Self)
            .map_err(|_| Fault::NO_URL)
    }

    /// Returns the address as a URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// Returns the host in lower case; an IPv6 address has its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0
            .host()
            .expect("parsing refuses an address without a host")
    }

    /// Reports whether the host is the local machine: `localhost`, 127.0.0.0/8, `::1`, or an
    /// IPv4-mapped address of 127.0.0.0/8 (RFC 4291 §2.5.5.2), such as `::ffff:127.0.0.1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Reports whether the secret and the token travel unencrypted to another machine. See
    /// [`with_insecure_host`](Self::with_insecure_host).
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTP) && !self.is_loopback()
    }
}

impl FromStr for TokenEndpoint {
    type Err = Error;

    /// Parses an absolute address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the part that is
    /// wrong and how to write it.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).map_err(Fault::of_endpoint)
    }
}

impl fmt::Display for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

impl fmt::Debug for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenEndpoint({self})")
    }
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
    fn a_query_is_kept_as_it_was_written() {
        for (written, kept) in [
            (
                "HTTPS://Login.example.com/T?p=B2C_1A_x",
                "https://login.example.com/T?p=B2C_1A_x",
            ),
            (
                "https://example.com?p=x&&q=%41+b&=",
                "https://example.com/?p=x&&q=%41+b&=",
            ),
            ("https://example.com/t?", "https://example.com/t?"),
            (
                "https://example.com/t?grant_type=client_credentials",
                "https://example.com/t?grant_type=client_credentials",
            ),
        ] {
            let endpoint: TokenEndpoint = written.parse().unwrap();
            assert_eq!(endpoint.uri(), kept, "{written}");
            assert_eq!(endpoint.to_string(), kept, "{written}");
        }
        let one: TokenEndpoint = "https://example.com/t?p=x".parse().unwrap();
        assert_ne!(one, "https://example.com/t?p=y".parse().unwrap());
        assert_ne!(one, "https://example.com/t".parse().unwrap());
    }

    #[test]
    fn what_looks_generated_in_a_query_is_not_shown() {
        let address = "https://example.com/t?p=B2C_1A_x&v=q7ZrA0aBBcDeFgHiJkLm&w=1";
        let endpoint: TokenEndpoint = address.parse().unwrap();
        assert_eq!(endpoint.uri(), address);
        let shown = "https://example.com/t?p=B2C_1A_x&v=[not-shown]&w=1";
        assert_eq!(endpoint.to_string(), shown);
        assert_eq!(format!("{endpoint:?}"), format!("TokenEndpoint({shown})"));
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
            ("https://example.com/t?client_secret=hunter2", "query"),
            ("https://example.com/t?p=x&Password=hunter2", "query"),
            ("https://example.com/t?p=x;access%5Ftoken=hunter2", "query"),
            ("https://example.com/t?subscription-key=hunter2", "query"),
            ("https://example.com/t?code=hunter2", "query"),
            ("https://example.com/t?client_assertion", "query"),
            ("https://example.com/t#x", "fragment"),
            ("https://example.com/t?p=x#x", "fragment"),
            ("https://user:hunter2@example.com?p=x", "user information"),
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

    #[test]
    fn an_address_has_up_to_8000_characters() {
        let start = "https://example.com/";
        for (length, is_good) in [(8_000, true), (8_001, false), (65_500, false)] {
            let address = format!("{start}{}", "a".repeat(length - start.len()));
            for (kind, parsed) in [
                ("endpoint", address.parse::<TokenEndpoint>().err()),
                ("issuer", address.parse::<IssuerUrl>().err()),
                ("base", address.parse::<ApiBase>().err()),
            ] {
                let said = parsed.map(|error| error.to_string());
                assert_eq!(said.is_none(), is_good, "{kind}, {length}: {said:?}");
                let names_it = |said: String| said.contains("longer than 8,000 characters");
                assert!(said.is_none_or(names_it), "{kind}, {length}");
            }
        }
    }

    #[test]
    fn a_label_has_up_to_63_characters_and_a_host_up_to_253() {
        let label = |length| "a".repeat(length);
        let host = |last| [label(63), label(63), label(63), label(last)].join(".");
        for (host, length, is_well_formed) in [
            (label(63), 63, true),
            (label(64), 64, false),
            (host(61), 253, true),
            (host(62), 254, false),
        ] {
            assert_eq!(host.len(), length);
            let parsed = format!("https://{host}/t").parse::<TokenEndpoint>();
            assert_eq!(parsed.is_ok(), is_well_formed, "{length} characters");
        }
    }
}
