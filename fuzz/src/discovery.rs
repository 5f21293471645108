//! Discovery: whatever a document says, the token goes to NICE or to where the configuration
//! allows, by the word of a second parser of URLs, and no text of the document tells a secret.
//!
//! An input is a letter for the document and the configuration, and a response as `response.rs`
//! reads it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::api::ApiBase;
use cxone_auth_core::discovery::{TenantId, read_openid_response, read_tenant_response};
use cxone_auth_core::{AccessKey, ClientCredentials, Config, Error, Issuer, Moment};
use http::Response;
use serde_json::Value;
use url::Url;

use super::response;
use super::second_parser::{assert_same_place, is_loopback};
use super::spoken::{all_text, assert_well_spoken};

const SECRETS: [&str; 2] = ["Xq~3/+:=custom", "zY~9 %41&key"];
const TENANT: &str = "11eb0e3c-6c1a-4a2e-8a3f-0242ac110002";

/// The domains of the vendor, listed once more.
const NICE: [&str; 8] = [
    "niceincontact.com",
    "nice-incontact.com",
    "incontact.com",
    "incontact.eu",
    "nicecxone-gov.com",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
    "nicecxone-sov1.uk",
];
const ALLOWED: &str = "https://api.example.com:8443";

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let allows = data.first() == Some(&b'a');
    let config = config(allows);
    let response = response::read(data.get(1..).unwrap_or_default());
    if data.first() == Some(&b'o') {
        check_openid(&config, &response);
    } else {
        check_tenant(&config, allows, &response);
    }
}

fn check_openid(config: &Config, response: &Response<Bytes>) {
    let read = || read_openid_response(config, sent_at(), response);
    let outcome = read();
    assert_eq!(told(&outcome), told(&read()));
    match outcome {
        Ok(document) => {
            assert!(response.status().is_success());
            let endpoint = document.token_endpoint().map(ToString::to_string);
            let place = endpoint
                .as_ref()
                .map(|text| Url::parse(text).expect("it is a URL"));
            assert!(place.is_none_or(|url| is_secure(&url)));
            let Some(members) = members(response) else {
                return;
            };
            let named = members["issuer"].as_str().expect("the issuer is text");
            let url = Issuer::Global.url();
            assert_eq!(named.strip_suffix('/').unwrap_or(named), url);
            assert_eq!(endpoint.is_some(), !members["token_endpoint"].is_null());
        }
        Err(error) => check_error(&error, response),
    }
}

fn check_tenant(config: &Config, allows: bool, response: &Response<Bytes>) {
    let tenant: TenantId = TENANT.parse().expect("it is a UUID");
    let read = || read_tenant_response(config, &tenant, sent_at(), response);
    let outcome = read();
    assert_eq!(told(&outcome), told(&read()));
    match outcome {
        Ok(document) => {
            assert!(response.status().is_success());
            let words = [document.area(), document.cluster(), document.domain()];
            words.into_iter().flatten().for_each(check_word);
            let Some(members) = members(response) else {
                return;
            };
            let named = members["tenantId"].as_str().expect("the tenant is text");
            assert!(named.eq_ignore_ascii_case(TENANT));
            let endpoint = members["api_endpoint"].as_str();
            let endpoint = endpoint.expect("the API's address is text");
            check_base(endpoint, document.api_base(), allows);
        }
        Err(error) => check_error(&error, response),
    }
}

/// Checks that the token may go where `endpoint` leads a client that reads URLs as browsers do.
fn check_base(endpoint: &str, base: &ApiBase, allows: bool) {
    let url = Url::parse(endpoint).expect("what was believed is a URL");
    assert_same_place(base.origin(), &url);
    let host = url.host_str().expect("the API has a host");
    let is_nice = NICE
        .iter()
        .any(|domain| host == *domain || host.ends_with(&format!(".{domain}")));
    let is_allowed = allows && url.origin().ascii_serialization() == ALLOWED;
    assert!(url.scheme() == "https" && is_nice || is_allowed, "{url}");
}

fn check_word(word: &str) {
    assert!(word.chars().count() <= 81, "{word}");
    assert!(!word.contains(char::is_control), "{word:?}");
    for secret in SECRETS {
        assert!(!word.contains(secret), "{word}");
    }
}

fn check_error(error: &Error, response: &Response<Bytes>) {
    assert_well_spoken(error);
    assert_eq!(error.status(), Some(response.status()));
    assert!(error.to_string().chars().count() <= 1_000);
    let shown = all_text(error);
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}

/// The members once more; none where those that are passed over are not sound.
fn members(response: &Response<Bytes>) -> Option<Value> {
    let body = String::from_utf8_lossy(response.body());
    serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()
}

fn told<T: std::fmt::Debug>(outcome: &Result<T, Error>) -> String {
    match outcome {
        Ok(document) => format!("{document:?}"),
        Err(error) => all_text(error),
    }
}

fn sent_at() -> Moment {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(498_320);
    Moment::new(Duration::from_secs(77), wall)
}

fn config(allows: bool) -> Config {
    let client = ClientCredentials::new("the-client", SECRETS[0]);
    let key = AccessKey::new("the-key", SECRETS[1]);
    let config = Config::cxone(Issuer::Global, client, key).expect("it is well-formed");
    if allows {
        config.with_api_origin(ALLOWED.parse().expect("it is an origin"))
    } else {
        config
    }
}
