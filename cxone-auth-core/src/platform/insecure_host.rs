//! Hosts that get secrets over plain http because the user allows it.

use super::Host;
use crate::address::{Authority, Fault, IssuerUrl, TokenEndpoint};
use crate::error::Error;

impl TokenEndpoint {
    /// Parses an address that may use plain http to one host. Give it as `host`, or as `host:port`
    /// to allow that port only.
    ///
    /// Use it within a cluster, if a server has nothing else. Anyone on the network path can read
    /// the client's secret and the token. [`inspect`](crate::inspect) warns about it. No proxy from
    /// the environment is used.
    ///
    /// ```
    /// use cxone_auth_core::TokenEndpoint;
    ///
    /// let url = "http://keycloak:8080/realms/main/protocol/openid-connect/token";
    /// let endpoint = TokenEndpoint::with_insecure_host(url, "keycloak:8080")?;
    /// assert!(endpoint.is_insecure());
    /// assert!(TokenEndpoint::with_insecure_host(url, "keycloak:8081").is_err());
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) as for `parse`. Also if the
    /// host is malformed, or is a vendor's: all vendors' hosts support https.
    pub fn with_insecure_host(url: &str, host: &str) -> Result<Self, Error> {
        let allowed = allowed(host)?;
        let endpoint = Self::parse_with(url, |authority| authority.is_of(&allowed));
        endpoint.map_err(Fault::of_endpoint)
    }
}

impl IssuerUrl {
    /// Parses an issuer that may use plain http to one host, and whose metadata may name a token
    /// endpoint there. The rules of [`TokenEndpoint::with_insecure_host`] hold.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) as for `parse`. Also if the
    /// host is malformed, or is a vendor's.
    pub fn with_insecure_host(url: &str, host: &str) -> Result<Self, Error> {
        allowed(host)?;
        Self::parse_with(url, Some(host)).map_err(Fault::of_issuer)
    }
}

/// Returns the host that the user allows, if it is one and no vendor's.
fn allowed(host: &str) -> Result<Authority<'_>, Error> {
    let wrong = |problem: &str| Error::configuration(format!("insecure host {problem}"));
    if host.contains(['/', '@']) {
        return Err(wrong("is an address: write host or host:port"));
    }
    let allowed = Authority::parse(host).map_err(|fault| wrong(&fault.to_string()))?;
    if Host::of(allowed.host()).is_of_a_vendor() {
        return Err(wrong("belongs to a vendor: use https://"));
    }
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn endpoint(url: &str, host: &str) -> Result<TokenEndpoint, String> {
        TokenEndpoint::with_insecure_host(url, host).map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            error.to_string()
        })
    }

    #[test]
    fn plain_http_goes_to_the_host_that_is_named() {
        for (url, host) in [
            ("http://keycloak:8080/t?p=x", "keycloak:8080"),
            ("http://keycloak:8080/t", "keycloak"),
            ("HTTP://KeyCloak/t", "keycloak"),
            ("http://keycloak/t", "KEYCLOAK"),
            ("http://keycloak/t", "keycloak:80"),
            ("http://keycloak:80/t", "keycloak:80"),
            ("http://10.1.2.3:8080/t", "10.1.2.3"),
            ("http://[fd00::1]:8080/t", "[fd00::1]:8080"),
        ] {
            assert!(
                endpoint(url, host).unwrap().is_insecure(),
                "{url} by {host}"
            );
        }
    }

    #[test]
    fn no_other_host_gets_plain_http() {
        for (url, host) in [
            ("http://keycloak:8080/t", "keycloak:8081"),
            ("http://keycloak:8080/t", "keycloak:80"),
            ("http://keycloak/t", "keycloak:8080"),
            ("http://keycloak.evil.example/t", "keycloak"),
            ("http://a.keycloak/t", "keycloak"),
            ("http://keycloak/t", "loak"),
            ("http://10.1.2.30/t", "10.1.2.3"),
        ] {
            assert!(
                endpoint(url, host).unwrap_err().contains("http://"),
                "{url} by {host}"
            );
        }
    }

    #[test]
    fn a_host_that_is_none_or_a_vendors_is_refused_whatever_the_address() {
        for (host, named) in [
            ("", "malformed host"),
            ("*", "malformed host"),
            ("*.example.com", "malformed host"),
            (".example.com", "malformed host"),
            ("keycloak:", "port"),
            ("keycloak:0", "port"),
            ("http://keycloak", "write host"),
            ("keycloak/t", "write host"),
            ("me:hunter2@keycloak", "write host"),
            ("login.mypurecloud.com", "vendor"),
            ("LOGIN.euw2.pure.cloud:80", "vendor"),
            ("cxone.niceincontact.com", "vendor"),
            ("api.incontact.com", "vendor"),
            ("na1.nice-incontact.com", "vendor"),
            ("login.mygenesyscloud.com", "vendor"),
        ] {
            for url in [
                "https://keycloak/t",
                "http://keycloak/t",
                "http://login.mypurecloud.com/t",
            ] {
                let error = endpoint(url, host).unwrap_err();
                assert!(error.contains(named), "{host}: {error}");
                assert!(!error.contains("hunter2"), "{error}");
            }
        }
    }

    #[test]
    fn what_is_safe_stays_safe() {
        for url in [
            "https://keycloak/t",
            "http://localhost/t",
            "http://127.0.0.1:9/t",
        ] {
            let endpoint = endpoint(url, "keycloak").unwrap();
            assert!(!endpoint.is_insecure(), "{url}");
            assert_eq!(endpoint, url.parse().unwrap());
        }
        let error = endpoint("http://keycloak/t?client_secret=hunter2", "keycloak").unwrap_err();
        assert!(
            error.contains("query") && !error.contains("hunter2"),
            "{error}"
        );
    }
}
