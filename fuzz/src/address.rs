//! Addresses of an API: the place that is judged is the place that a second parser of URLs
//! connects to, whatever the spelling, and a token goes to the places that are allowed.
//!
//! An input is an address, or a path below the base of an API.

use cxone_auth_core::api::{ApiBase, BlockingAuthorizer, Origin};
use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, Error, ErrorKind,
    TokenEndpoint,
};
use http::Uri;
use url::Url;

use super::second_parser::{assert_same_place, is_loopback};
use super::spoken::{all_text, assert_well_spoken};

const BASE: &str = "https://api.example.com/crm";
const ALLOWED: [&str; 3] = [
    "https://api.example.com",
    "https://b.example.com:8443",
    "http://127.0.0.1:8080",
];

/// Runs one input.
pub(crate) fn check(text: &str) {
    check_base(text);
    check_endpoint(text);
    check_agreement(text);
    check_admission(text);
    if let Ok(uri) = text.parse() {
        check_uri(&uri);
    }
    // A client may have parsed the address before: reqwest hands its own URL over.
    if let Ok(uri) = Url::parse(text).map_err(drop).and_then(|url| uri_of(&url)) {
        check_uri(&uri);
    }
}

fn check_base(text: &str) {
    if let Some(base) = well(text.parse::<ApiBase>(), text) {
        let again = base.to_string().parse().expect("a base parses again");
        assert_eq!(base, again, "{text}");
        if let Ok(url) = Url::parse(text) {
            assert_same_place(base.origin(), &url);
        }
        check_join(&base, "/v2/users?a=b");
    }
    if let Some(origin) = well(text.parse::<Origin>(), text) {
        let again = origin.to_string().parse().expect("an origin parses again");
        assert_eq!(origin, again, "{text}");
    }
    let base: ApiBase = BASE.parse().expect("it is the base of an API");
    check_join(&base, text);
}

fn check_join(base: &ApiBase, path: &str) {
    if let Some(uri) = well(base.join(path), path) {
        assert_eq!(uri.to_string(), format!("{base}{path}"));
        assert_eq!(&Origin::of(&uri).expect("a base is fit"), base.origin());
        check_uri(&uri);
    }
}

fn check_endpoint(text: &str) {
    let Some(endpoint) = well(text.parse::<TokenEndpoint>(), text) else {
        return;
    };
    let origin = Origin::of(endpoint.uri()).expect("what is fit for a secret is so for a token");
    if let Ok(url) = Url::parse(text) {
        assert_same_place(&origin, &url);
        assert!(url.scheme() == "https" || is_loopback(&url), "{text}");
    }
}

/// Checks that an endpoint, a base and an origin are refused for the same reason, in the same
/// words.
pub(crate) fn check_agreement(text: &str) {
    let reason = |error: Error, subject: &str| {
        let said = error.to_string();
        said.strip_prefix(subject).expect(&said).to_owned()
    };
    let base = text.parse::<ApiBase>();
    let is_below_origin = base
        .as_ref()
        .is_ok_and(|base| base.to_string() != base.origin().to_string());
    let base = base.err().map(|it| reason(it, "address of the API "));
    let endpoint = text.parse::<TokenEndpoint>().err();
    let endpoint = endpoint.map(|it| reason(it, "token endpoint "));
    // A query is an endpoint's alone, and not with a credential.
    let is_about_the_query =
        |said: &Option<String>| said.as_ref().is_none_or(|said| said.contains("query"));
    if base.as_ref().is_some_and(|said| said.contains("query")) {
        assert!(is_about_the_query(&endpoint), "{text:?}");
    } else {
        assert_eq!(endpoint, base, "{text:?}");
    }
    let origin = text.parse::<Origin>().err();
    let origin = origin.map(|it| reason(it, "address of the API "));
    if is_below_origin {
        // Of the three an origin alone has no path.
        assert!(origin.is_some_and(|said| said.contains("path")), "{text:?}");
    } else {
        assert_eq!(origin, base, "{text:?}");
    }
}

/// Checks that an address that may carry a token leads another parser to the same place, if to any.
fn check_uri(uri: &Uri) {
    let Some(origin) = well(Origin::of(uri), &uri.to_string()) else {
        return;
    };
    let Ok(url) = Url::parse(&uri.to_string()) else {
        return;
    };
    assert_same_place(&origin, &url);
    let is_plain = url.scheme() == "http";
    assert!(!is_plain || is_loopback(&url), "{uri}");
    assert_eq!(origin.is_loopback(), is_loopback(&url), "{uri}");
}

/// Checks that a call is begun to the places that are allowed, and to no other.
fn check_admission(text: &str) {
    let authorizer = BlockingAuthorizer::new(BlockingTokenSource::new(config(), Nobody));
    let Some(uri) = well(authorizer.address(text), text) else {
        return;
    };
    // Who may go there asks for a token, which nobody gives.
    let error = authorizer.begin(&uri).expect_err("there is no token");
    let is_admitted = error.kind() == ErrorKind::Unavailable;
    let Ok(url) = Url::parse(&uri.to_string()) else {
        assert!(!is_admitted, "{uri}");
        return;
    };
    let place = url.origin().ascii_serialization();
    if is_admitted {
        assert!(ALLOWED.contains(&place.as_str()), "{uri} leads to {place}");
    } else {
        check_error(&error, text);
    }
}

/// No server: anyone who asks for a token has passed the judgement.
struct Nobody;

impl BlockingTransport for Nobody {
    fn send(
        &self,
        _: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Connect))
    }

    fn sleep(&self, _: std::time::Duration) {}
}

fn config() -> Config {
    let endpoint = "https://as.example.com/token".parse();
    let client = ClientCredentials::new("the-client", "the-secret");
    let config = Config::custom(endpoint.expect("it is an endpoint"), client);
    let once = RetryPolicy::new().with_attempts(1);
    let config = config.expect("it is well-formed").with_retry(once);
    let base = BASE.parse().expect("it is the base of an API");
    ALLOWED[1..]
        .iter()
        .map(|origin| origin.parse().expect("it is an origin"))
        .fold(config.with_api_base(base), Config::with_api_origin)
}

fn uri_of(url: &Url) -> Result<Uri, ()> {
    url.as_str().parse().map_err(drop)
}

fn well<T>(parsed: Result<T, Error>, text: &str) -> Option<T> {
    parsed.inspect_err(|error| check_error(error, text)).ok()
}

fn check_error(error: &Error, text: &str) {
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_well_spoken(error);
    // What is before an at sign may be a password.
    if let Some((before, _)) = text.split_once('@') {
        let password = before.rsplit(['/', ':']).next().unwrap_or_default();
        let shown = all_text(error);
        let is_told_apart = password.contains('~') && password.len() >= 4;
        assert!(!is_told_apart || !shown.contains(password), "{shown}");
    }
}
