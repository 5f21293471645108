//! The proxy that the environment names, by curl's rules.

mod exception;

use std::fmt;

use http::Uri;
use secrecy::{ExposeSecret, SecretString};

use super::{ProxyChoice, TransportError, TransportErrorKind};

/// The variables with a proxy for https, in this order.
const PROXY: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The values of the proxy variables when they were read, for authors of transports.
///
/// The rules are those of curl, so that each transport reads the variables alike:
///
/// - `HTTPS_PROXY` comes before `ALL_PROXY`, and lower case before upper case. An empty variable
///   counts as not set. `HTTP_PROXY` names no proxy for https.
/// - Commas and blanks separate the entries of `NO_PROXY`. A name covers its subdomains too. An
///   address and a network such as `10.0.0.0/8` are read. `*` alone covers every host.
/// - A request that [bypasses](ProxyChoice::bypasses) the environment has no proxy.
///
/// ```
/// use cxone_auth_core::transport::EnvironmentProxy;
///
/// let environment = EnvironmentProxy::read(|name| match name {
///     "HTTPS_PROXY" => Some("http://proxy.example.com:3128".to_owned()),
///     "NO_PROXY" => Some("other.net, intranet.example.com".to_owned()),
///     _ => None,
/// });
/// let far = "https://login.example.com/token".parse()?;
/// assert!(environment.to(&far).is_some());
/// let near = "https://sso.intranet.example.com/token".parse()?;
/// assert!(environment.to(&near).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EnvironmentProxy {
    /// The variable and its value, which may hold a password.
    named: Option<(&'static str, SecretString)>,
    exceptions: String,
}

/// The proxy that a variable names for a request. `Debug` shows the variable only.
#[derive(Clone, Copy)]
pub struct NamedProxy<'a> {
    variable: &'static str,
    value: &'a SecretString,
}

impl EnvironmentProxy {
    /// Reads the variables. `environment` returns the value of the variable with a name.
    #[must_use]
    pub fn read(environment: impl Fn(&str) -> Option<String>) -> Self {
        let named = |names: &[&'static str]| {
            names.iter().find_map(|&name| {
                let value = environment(name).filter(|value| !value.is_empty())?;
                Some((name, value))
            })
        };
        Self {
            named: named(&PROXY).map(|(name, value)| (name, value.into())),
            exceptions: named(&EXCEPTIONS).map_or_else(String::new, |(_, list)| list),
        }
    }

    /// Returns the proxy on the way to `uri`.
    #[must_use]
    pub fn to(&self, uri: &Uri) -> Option<NamedProxy<'_>> {
        let host = uri.host().unwrap_or_default();
        let is_direct =
            ProxyChoice::Environment.bypasses(uri) || exception::covers(&self.exceptions, host);
        self.named().filter(|_| !is_direct)
    }

    /// Returns the proxy for every host that is not excepted.
    #[must_use]
    pub fn named(&self) -> Option<NamedProxy<'_>> {
        let (variable, value) = self.named.as_ref()?;
        Some(NamedProxy { variable, value })
    }

    /// Returns the excepted hosts with commas between them. A `*` that does not stand alone means
    /// nothing and is left out.
    #[must_use]
    pub fn exceptions(&self) -> String {
        if self.exceptions.trim() == "*" {
            return "*".to_owned();
        }
        let entries: Vec<&str> = exception::entries(&self.exceptions)
            .filter(|entry| *entry != "*")
            .collect();
        entries.join(",")
    }
}

impl<'a> NamedProxy<'a> {
    /// Returns the name of the variable.
    #[must_use]
    pub fn variable(self) -> &'static str {
        self.variable
    }

    /// Returns the scheme in lower case. A proxy without a scheme is one of `http`.
    #[must_use]
    pub fn scheme(self) -> String {
        let scheme = self.expose_secret().split_once("://");
        scheme.map_or("http", |(scheme, _)| scheme).to_lowercase()
    }

    /// Returns the value of the variable. It may hold a password.
    #[must_use]
    pub fn expose_secret(self) -> &'a str {
        self.value.expose_secret()
    }

    /// Returns the error of a client that does not support this proxy. To go past the proxy would
    /// contradict the variable.
    #[must_use]
    pub fn unsupported(self) -> TransportError {
        TransportError::new(TransportErrorKind::Configuration)
            .with_problem(
                "this HTTP client does not support the proxy that HTTPS_PROXY or ALL_PROXY names; \
                 write the proxy as http://host:port, or add the host of the token endpoint to \
                 NO_PROXY",
            )
            .with_source(format!("{} is set", self.variable))
    }
}

impl fmt::Debug for EnvironmentProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentProxy")
            .field("named", &self.named())
            .field("exceptions", &self.exceptions)
            .finish()
    }
}

impl fmt::Debug for NamedProxy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedProxy")
            .field("variable", &self.variable)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> EnvironmentProxy {
        EnvironmentProxy::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_proxy_is_found_as_curl_finds_it() {
        let uri = "https://login.example.com/t".parse().unwrap();
        for (variables, expected) in [
            (&[][..], None),
            (&[("HTTP_PROXY", "http://a:1")], None),
            (&[("HTTPS_PROXY", ""), ("all_proxy", "a:1")], Some("a:1")),
            (
                &[("ALL_PROXY", "http://b:1"), ("HTTPS_PROXY", "http://a:1")],
                Some("http://a:1"),
            ),
            (
                &[("HTTPS_PROXY", "http://b:1"), ("https_proxy", "http://a:1")],
                Some("http://a:1"),
            ),
            (
                &[("HTTPS_PROXY", "socks5h://a:1"), ("REQUEST_METHOD", "GET")],
                Some("socks5h://a:1"),
            ),
            (
                &[("HTTPS_PROXY", "a:1"), ("NO_PROXY", "b.net example.com")],
                None,
            ),
        ] {
            let environment = environment(variables);
            let found = environment.to(&uri).map(NamedProxy::expose_secret);
            assert_eq!(found, expected, "{variables:?}");
        }
    }

    #[test]
    fn this_machine_and_plain_http_have_no_proxy() {
        let environment = environment(&[("ALL_PROXY", "http://a:1")]);
        for uri in ["https://127.0.0.1:9/t", "http://login.example.com/t"] {
            assert!(environment.to(&uri.parse().unwrap()).is_none(), "{uri}");
        }
        assert!(environment.named().is_some());
    }

    #[test]
    fn an_unsupported_proxy_is_told_without_its_password() {
        let environment = environment(&[("https_proxy", "FTP://me:hunter2@a:1")]);
        let proxy = environment.named().unwrap();
        assert_eq!(proxy.scheme(), "ftp");
        let error = proxy.unsupported();
        assert_eq!(error.kind(), TransportErrorKind::Configuration);
        let shown = format!("{error} {error:?} {environment:?} {proxy:?}");
        assert!(shown.contains("https_proxy is set"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn exceptions_are_listed_with_commas() {
        for (list, expected) in [
            ("a.net, b.net\tc.net", "a.net,b.net,c.net"),
            (" * ", "*"),
            ("a.net,*", "a.net"),
            (",", ""),
        ] {
            let environment = environment(&[("NO_PROXY", list)]);
            assert_eq!(environment.exceptions(), expected, "{list}");
        }
    }
}
