//! `requests.json`: a configuration gives exactly one request, or a refusal.

use std::collections::BTreeMap;

use cxone_auth_core::{Error, ErrorKind, token_request};
use serde::Deserialize;

use super::config::ConfigVector;
use super::{assert_all, read, same};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestVectors {
    vectors: Vec<RequestVector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestVector {
    name: String,
    origin: String,
    config: ConfigVector,
    request: Option<ExpectedRequest>,
    refusal: Option<ExpectedRefusal>,
}

#[derive(Deserialize, Debug, PartialEq, Clone)]
#[serde(deny_unknown_fields)]
struct ExpectedRequest {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedRefusal {
    kind: String,
    names: String,
}

impl RequestVector {
    fn check(&self) -> Result<(), String> {
        match (&self.request, &self.refusal, self.config.config()) {
            (Some(expected), None, Ok(config)) => {
                let request = token_request(&config);
                let expected = expected.with_user_agent();
                same("the request", &ExpectedRequest::of(&request), &expected)
            }
            (None, Some(expected), Err(error)) => expected.check(&error),
            (None, Some(_), Ok(_)) => Err("the configuration is accepted".to_owned()),
            (Some(_), None, Err(error)) => Err(format!("the configuration is refused: {error}")),
            _ => Err("a vector has either a request or a refusal".to_owned()),
        }
    }
}

impl ExpectedRequest {
    /// The request says who sends it, unless the vector says so.
    fn with_user_agent(&self) -> Self {
        let mut whole = self.clone();
        let own = concat!("cxone-auth/", env!("CARGO_PKG_VERSION")).to_owned();
        whole.headers.entry("user-agent".to_owned()).or_insert(own);
        whole
    }

    fn of(request: &http::Request<bytes::Bytes>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
                .collect(),
            body: text(request.body()),
        }
    }
}

impl ExpectedRefusal {
    fn check(&self, error: &Error) -> Result<(), String> {
        same("the kind", &self.kind.as_str(), &"configuration")?;
        same("the kind", &error.kind(), &ErrorKind::Configuration)?;
        if error.to_string().contains(&self.names) {
            Ok(())
        } else {
            Err(format!("the refusal does not name {}: {error}", self.names))
        }
    }
}

#[test]
fn every_configuration_gives_its_request_or_its_refusal() {
    let file: RequestVectors = read("requests.json");
    assert_all(
        file.vectors
            .iter()
            .map(|vector| (&*vector.name, &*vector.origin, vector.check())),
    );
}
