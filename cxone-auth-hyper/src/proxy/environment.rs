//! The proxy of the environment, as hyper takes it.

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use cxone_auth_core::transport::{EnvironmentProxy, TransportError};

/// Returns the proxy on the way to `uri`, which is of https. No other request uses one.
pub(super) fn proxy(
    environment: &EnvironmentProxy,
    uri: &Uri,
) -> Result<Option<Intercept>, TransportError> {
    let Some(named) = environment.to(uri) else {
        return Ok(None);
    };
    let matcher = Matcher::builder().all(named.expose_secret()).build();
    let proxy = matcher.intercept(uri);
    proxy.map(Some).ok_or_else(|| named.unsupported())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment = EnvironmentProxy::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let uri = "https://login.example.com/t".parse().unwrap();
        let found = super::proxy(&environment, &uri);
        let found = found.map(|proxy| proxy.map(|proxy| proxy.uri().to_string()));
        found.map_err(|error| error.to_string())
    }

    #[test]
    fn a_proxy_is_read_with_each_scheme_that_hyper_speaks() {
        for (value, expected) in [
            ("a:1", "http://a:1/"),
            ("http://me:secret@a:1", "http://a:1/"),
            ("https://a:1", "https://a:1/"),
            ("socks4://a:1", "socks4://a:1/"),
            ("socks5h://a:1", "socks5h://a:1/"),
        ] {
            let found = proxy(&[("https_proxy", value)]);
            assert_eq!(found, Ok(Some(expected.to_owned())));
        }
    }

    #[test]
    fn a_proxy_of_another_kind_is_not_passed_by() {
        for value in ["ftp://me:secret@a:1", "socks://a:1", "http://a b"] {
            let error = proxy(&[("https_proxy", value)]).unwrap_err();
            assert!(error.contains("does not support the proxy"), "{error}");
            assert!(!error.contains("secret"));
        }
        // Hosts that need no proxy are excepted.
        let variables = [("https_proxy", "ftp://a:1"), ("no_proxy", "example.com")];
        assert_eq!(proxy(&variables), Ok(None));
    }
}
