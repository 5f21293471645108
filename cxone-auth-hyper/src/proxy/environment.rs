//! The proxies of the environment, by curl's rules.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The variables with a proxy for https, in this order.
const HTTPS: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// An address whose proxy rule matches everything except exceptions.
const ANY: &str = "http://proxy";

/// The values of the variables when they were read.
pub(super) struct Environment {
    https: Option<Variable>,
    exceptions: String,
}

struct Variable {
    name: &'static str,
    /// It may hold a password.
    value: String,
}

/// A proxy of an unsupported kind. Skipping it would contradict its variable.
#[derive(Debug)]
pub(crate) struct Unusable(&'static str);

impl Environment {
    /// Reads the variables. An empty one counts as not set.
    pub(super) fn read(environment: impl Fn(&str) -> Option<String>) -> Self {
        let named = |names: &[&'static str]| {
            names.iter().find_map(|&name| {
                let value = environment(name).filter(|value| !value.is_empty())?;
                Some(Variable { name, value })
            })
        };
        Self {
            https: named(&HTTPS),
            exceptions: named(&EXCEPTIONS).map_or_else(String::new, |own| own.value),
        }
    }

    /// Returns the proxy on the way to `uri`, which is of https. No other request uses one.
    pub(super) fn to(&self, uri: &Uri) -> Result<Option<Intercept>, Unusable> {
        let Some(variable) = &self.https else {
            return Ok(None);
        };
        if self.matcher(ANY).intercept(uri).is_none() {
            return Ok(None);
        }
        let proxy = self.matcher(&variable.value).intercept(uri);
        proxy.map(Some).ok_or(Unusable(variable.name))
    }

    /// Returns the matcher for `proxy`. Blanks separate exceptions like commas.
    fn matcher(&self, proxy: &str) -> Matcher {
        let exceptions = self.exceptions.replace(char::is_whitespace, ",");
        Matcher::builder().all(proxy).no(exceptions).build()
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} names a proxy that does not use http, https or SOCKS",
            self.0
        )
    }
}

impl std::error::Error for Unusable {}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(uri: &str, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let environment = Environment::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        let found = environment.to(&uri.parse().unwrap());
        let found = found.map(|proxy| proxy.map(|proxy| proxy.uri().to_string()));
        found.map_err(|error| error.to_string())
    }

    #[test]
    fn the_proxy_is_found_as_curl_finds_it() {
        let uri = "https://login.example.com/t";
        for (variables, expected) in [
            (&[][..], None),
            (&[("HTTP_PROXY", "http://a:1")], None),
            (
                &[("HTTPS_PROXY", ""), ("all_proxy", "a:1")],
                Some("http://a:1/"),
            ),
            (
                &[("HTTPS_PROXY", "http://b:1"), ("https_proxy", "http://a:1")],
                Some("http://a:1/"),
            ),
            (
                &[("HTTPS_PROXY", "socks5h://a:1"), ("REQUEST_METHOD", "GET")],
                Some("socks5h://a:1/"),
            ),
            (
                &[
                    ("HTTPS_PROXY", "http://a:1"),
                    ("NO_PROXY", "b.net example.com"),
                ],
                None,
            ),
        ] {
            assert_eq!(proxy(uri, variables), Ok(expected.map(str::to_owned)));
        }
    }

    #[test]
    fn a_proxy_of_another_kind_is_not_passed_by() {
        let uri = "https://login.example.com/t";
        for value in ["ftp://me:secret@a:1", "socks://a:1", "http://a b"] {
            let error = proxy(uri, &[("https_proxy", value)]).unwrap_err();
            assert!(
                error.starts_with("https_proxy names a proxy that"),
                "{error}"
            );
            assert!(!error.contains("secret"));
        }
        // Hosts that need no proxy are excepted.
        let variables = [("https_proxy", "ftp://a:1"), ("no_proxy", "example.com")];
        assert_eq!(proxy(uri, &variables), Ok(None));
    }
}
