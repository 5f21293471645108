//! Whether there is a proxy between this machine and the token endpoint.

use std::fmt;

use cxone_auth_core::http::Uri;
use cxone_auth_core::transport::{EnvironmentProxy, ProxyChoice, ProxyUrl};

/// How requests get to the token endpoint.
pub(crate) enum Route {
    Direct,
    Proxy {
        url: ProxyUrl,
        origin: Origin,
    },
    /// A proxy that does not use plain HTTP. Its address cannot be examined.
    Unusual {
        origin: Origin,
    },
}

/// What names the proxy.
pub(crate) enum Origin {
    Option,
    Variable(&'static str),
}

impl Route {
    /// Returns the route of a request, by the rules of curl, which scripts know.
    pub(crate) fn to(
        uri: &Uri,
        choice: &ProxyChoice,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        if choice.bypasses(uri) {
            return Self::Direct;
        }
        if let ProxyChoice::Url(url) = choice {
            let (url, origin) = (url.clone(), Origin::Option);
            return Self::Proxy { url, origin };
        }
        match EnvironmentProxy::read(environment).to(uri) {
            None => Self::Direct,
            Some(named) => Self::through(named.expose_secret(), Origin::Variable(named.variable())),
        }
    }

    fn through(proxy: &str, origin: Origin) -> Self {
        let with_scheme = if proxy.contains("://") {
            proxy.to_owned()
        } else {
            format!("http://{proxy}")
        };
        match with_scheme.parse() {
            Ok(url) => Self::Proxy { url, origin },
            Err(_) => Self::Unusual { origin },
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => f.write_str("--proxy"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Environment = &'static [(&'static str, &'static str)];

    fn route(uri: &str, choice: &ProxyChoice, environment: Environment) -> String {
        let lookup = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match Route::to(&uri.parse().unwrap(), choice, lookup) {
            Route::Direct => "direct".to_owned(),
            Route::Proxy { url, origin } => format!("{url} by {origin}"),
            Route::Unusual { origin } => format!("unusual by {origin}"),
        }
    }

    #[test]
    fn the_environments_proxy_is_found_as_curl_finds_it() {
        let far = "https://login.example.com/t";
        let near = "http://127.0.0.1:9/t";
        let own = ProxyChoice::Url("http://own:1".parse().unwrap());
        let from_environment = ProxyChoice::Environment;
        let table: [(&str, &ProxyChoice, Environment, &str); 9] = [
            (far, &from_environment, &[], "direct"),
            (
                far,
                &from_environment,
                &[("HTTP_PROXY", "http://p:1")],
                "direct",
            ),
            (
                far,
                &from_environment,
                &[("HTTPS_PROXY", "p:1")],
                "http://p:1/ by HTTPS_PROXY",
            ),
            (
                far,
                &from_environment,
                &[
                    ("HTTPS_PROXY", "http://b:1"),
                    ("https_proxy", "http://u:pw@a:1"),
                ],
                "http://a:1/ by https_proxy",
            ),
            (
                far,
                &from_environment,
                &[("ALL_PROXY", "socks5://p:1")],
                "unusual by ALL_PROXY",
            ),
            (
                far,
                &from_environment,
                &[("HTTPS_PROXY", "p:1"), ("NO_PROXY", "example.com")],
                "direct",
            ),
            (
                near,
                &from_environment,
                &[("ALL_PROXY", "http://p:1")],
                "direct",
            ),
            (
                far,
                &ProxyChoice::Direct,
                &[("HTTPS_PROXY", "p:1")],
                "direct",
            ),
            (near, &own, &[("NO_PROXY", "*")], "http://own:1/ by --proxy"),
        ];
        for (uri, choice, environment, expected) in table {
            assert_eq!(route(uri, choice, environment), expected, "{environment:?}");
        }
    }
}
