//! The secrets, things that have seen them, and how things are shown.

use std::fmt::{Debug, Display};

use bytes::Bytes;
use cxone_auth_core::transport::ProxyUrl;
use cxone_auth_core::{Config, Error};
use http::Response;

use crate::shared::secret::KEY_SECRET;
use crate::shared::spelling::spellings;

pub(super) use crate::shared::fake::FakeTransport;
pub(super) use crate::shared::future::ready;
pub(super) use crate::shared::secret::{SECRET, TOKEN, key};

pub(super) const PASSWORD: &str = "pr0xy-passw0rd";

/// A value of a type, in each way that it can be shown.
#[derive(Clone)]
pub(super) struct Exhibit {
    pub(super) name: &'static str,
    /// Whether it is shown by `Display` as well.
    pub(super) is_told: bool,
    texts: Vec<String>,
}

/// What has `Debug`.
pub(super) fn shown(name: &'static str, value: &impl Debug) -> Exhibit {
    let texts = vec![format!("{value:?}"), format!("{value:#?}")];
    Exhibit {
        name,
        is_told: false,
        texts,
    }
}

/// What has `Display` as well.
pub(super) fn told(name: &'static str, value: &(impl Debug + Display)) -> Exhibit {
    let mut exhibit = shown(name, value);
    exhibit.is_told = true;
    exhibit
        .texts
        .extend([format!("{value}"), format!("{value:#}")]);
    exhibit
}

/// Asserts that an exhibit shows no secret, in whatever spelling.
pub(super) fn check(exhibit: &Exhibit) {
    for secret in [SECRET, KEY_SECRET, PASSWORD, TOKEN] {
        for text in &exhibit.texts {
            let shows = spellings(secret).iter().any(|part| text.contains(part));
            assert!(!shows, "{} shows a secret: {text}", exhibit.name);
        }
    }
}

/// A configuration that holds every kind of secret.
pub(super) fn config() -> Config {
    crate::shared::secret::config()
        .with_parameter("assertion", SECRET)
        .unwrap()
}

pub(super) fn proxy() -> ProxyUrl {
    let url = format!("http://user:{PASSWORD}@proxy.example.com:3128");
    url.parse().unwrap()
}

/// A refusal that quotes both secrets, in the spellings in which they are sent.
pub(super) fn quoting() -> Response<Bytes> {
    let text = format!("no {SECRET}, {KEY_SECRET}, {}", spellings(SECRET)[1]);
    let body = serde_json::json!({ "error": "invalid_client", "error_description": text });
    let body = Bytes::from(body.to_string());
    Response::builder().status(400).body(body).unwrap()
}

/// A token whose scope quotes it, and a secret.
pub(super) fn good() -> Response<Bytes> {
    let scope = format!("a {TOKEN} {SECRET}");
    let body = serde_json::json!({ "access_token": TOKEN, "expires_in": 300, "scope": scope });
    Response::new(Bytes::from(body.to_string()))
}

pub(super) fn refused() -> Error {
    let now = cxone_auth_core::Moment::now();
    cxone_auth_core::read_token_response(&config(), now, &quoting()).unwrap_err()
}
