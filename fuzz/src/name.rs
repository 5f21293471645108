//! What is parsed from text: scopes, endpoints, regions, issuers, proxies. What parses survives its
//! own text, and what does not parse says why in one line.

use std::fmt::Display;

use cxone_auth_core::transport::ProxyUrl;
use cxone_auth_core::{Central, Error, ErrorKind, Issuer, Region, Scope, ScopeSet, TokenEndpoint};

use super::spoken::{all_text, assert_well_spoken};

/// Reads `text` in every way there is; what comes out must respond, what fails must fail well.
pub(crate) fn check(text: &str) {
    check_scopes(text);
    check_platforms(text);
    if let Some(endpoint) = well(text.parse::<TokenEndpoint>()) {
        assert_endpoint_is_sound(&endpoint);
    }
    if let Some(proxy) = well(text.parse::<ProxyUrl>()) {
        assert_proxy_is_sound(&proxy);
    }
}

fn check_scopes(text: &str) {
    if let Some(scope) = well(text.parse::<Scope>()) {
        assert_eq!(scope.as_str(), text);
    }
    let sets = [
        well(text.parse::<ScopeSet>()),
        well(ScopeSet::from_comma_separated(text)),
    ];
    for set in sets.into_iter().flatten() {
        let again: ScopeSet = set.to_string().parse().expect("a set parses again");
        assert!(set.iter().eq(again.iter()), "{text:?}");
    }
}

fn check_platforms(text: &str) {
    let regions = [well(text.parse::<Region>()), well(Region::custom(text))];
    for region in regions.into_iter().flatten() {
        let endpoint = region.token_endpoint();
        assert_eq!(endpoint.host(), region.login_host());
        let again = Region::custom(region.domain()).expect("a domain parses again");
        assert_eq!(again, region, "{text:?}");
    }
    let issuers = [well(text.parse::<Issuer>()), well(Issuer::custom(text))];
    for issuer in issuers.into_iter().flatten() {
        let endpoint = issuer.token_endpoint().to_string();
        assert_eq!(endpoint, format!("{}/auth/token", issuer.url()));
        let again = Issuer::custom(&issuer.url()).expect("an issuer's URL parses again");
        assert_eq!(again, issuer, "{text:?}");
    }
    if let Ok(central) = Central::cluster(text).inspect_err(assert_well_spoken) {
        assert_eq!(central.token_endpoint().host(), central.host());
    }
}

fn assert_proxy_is_sound(proxy: &ProxyUrl) {
    assert_eq!(proxy.uri().path(), "/");
    let authority = proxy.uri().authority().expect("a proxy has a host");
    assert!(!authority.as_str().contains('@'));
    assert_eq!(proxy.user().is_some(), proxy.authorization().is_some());
    let again: ProxyUrl = proxy.to_string().parse().expect("a proxy parses again");
    assert_eq!(again.uri(), proxy.uri());
}

/// Checks that an endpoint is fit to carry a secret.
pub(crate) fn assert_endpoint_is_sound(endpoint: &TokenEndpoint) {
    let text = endpoint.to_string();
    let uri = endpoint.uri();
    let written = uri.to_string();
    let again: TokenEndpoint = written.parse().expect("an endpoint parses again");
    assert_eq!(&again, endpoint, "{text}");
    let secure = uri.scheme_str() == Some("https");
    let plain_to_itself = uri.scheme_str() == Some("http") && endpoint.is_loopback();
    assert!(secure || plain_to_itself, "{text}");
    assert!(!written.contains(['#', ' ', '\\']), "{text}");
    // What is shown may lack a value of the query and nothing else.
    let shown: TokenEndpoint = text.parse().expect("what is shown is an endpoint");
    assert_eq!(shown.uri().path(), uri.path(), "{text}");
    assert_eq!(shown.uri().authority(), uri.authority(), "{text}");
    let port = uri.port_u16().map(|port| format!(":{port}"));
    let written = format!("{}{}", endpoint.host(), port.unwrap_or_default());
    let authority = uri.authority().expect("an endpoint has a host").as_str();
    let leading_zeros = authority.contains(":0");
    assert!(
        leading_zeros || authority == written,
        "{text} is not {written}"
    );
    assert_ne!(uri.port_u16(), Some(0), "{text}");
}

fn well<T: Display>(parsed: Result<T, Error>) -> Option<T> {
    match parsed {
        Ok(value) => {
            let _ = value.to_string();
            Some(value)
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert_well_spoken(&error);
            assert!(all_text(&error).contains("CXA-") || error.diagnosis().is_empty());
            None
        }
    }
}
