//! `responses.json`: a response gives a token or an error.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::diagnosis::diagnose_token;
use cxone_auth_core::protocol::{GrantedScope, Lifetime};
use cxone_auth_core::{AccessToken, Error, ErrorKind, Moment, Scope, read_token_response};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Deserialize;

use super::config::ConfigVector;
use super::{assert_all, read, same};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseVectors {
    sent_at: u64,
    assumed_lifetime: u64,
    configs: BTreeMap<String, ConfigVector>,
    vectors: Vec<ResponseVector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseVector {
    name: String,
    origin: String,
    config: String,
    response: ServerResponse,
    token: Option<ExpectedToken>,
    error: Option<ExpectedError>,
    finding: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedToken {
    value: String,
    lifetime: ExpectedLifetime,
    scope: ExpectedScope,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedLifetime {
    seconds: u64,
    stated: bool,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedScope {
    compared: String,
    scopes: Option<Vec<String>>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    kind: String,
    oauth_code: Option<String>,
    vendor_code: Option<String>,
    description: Option<String>,
    retry_after: Option<u64>,
    correlation_id: Option<String>,
    redirected_to: Option<String>,
}

impl ResponseVectors {
    fn check(&self, vector: &ResponseVector) -> Result<(), String> {
        let assumed = Duration::from_secs(self.assumed_lifetime);
        let config = self.configs[&vector.config]
            .config()
            .map_err(|error| error.to_string())?
            .with_renewal(RenewalPolicy::new().with_assumed_lifetime(assumed));
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(self.sent_at);
        let sent_at = Moment::new(Duration::ZERO, wall);
        let result = read_token_response(&config, sent_at, &vector.response.response());
        let diagnosis = match &result {
            Ok(token) => diagnose_token(&config, token),
            Err(error) => error.diagnosis().clone(),
        };
        if let Some(expected) = &vector.finding {
            let first = diagnosis.first().map(|first| first.code().to_string());
            same("the first finding", &first.as_ref(), &Some(expected))?;
        }
        match (&vector.token, &vector.error, result) {
            (Some(expected), None, Ok(token)) => {
                same("the token", &ExpectedToken::of(&token), expected)
            }
            (None, Some(expected), Err(error)) => {
                same(
                    "the status",
                    &error.status().map(|s| s.as_u16()),
                    &Some(vector.response.status),
                )?;
                same("the error", &ExpectedError::of(&error), expected)
            }
            (None, Some(_), Ok(_)) => Err("the response is read as a token".to_owned()),
            (Some(_), None, Err(error)) => Err(format!("the response is refused: {error}")),
            _ => Err("a vector has either a token or an error".to_owned()),
        }
    }
}

impl ServerResponse {
    fn response(&self) -> Response<Bytes> {
        let body = match (&self.body, &self.body_base64) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(encoded)) => STANDARD.decode(encoded).unwrap(),
            _ => panic!("a response has either a body or a body_base64"),
        };
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().unwrap();
            response
                .headers_mut()
                .append(name, HeaderValue::from_str(value).unwrap());
        }
        response
    }
}

impl ExpectedToken {
    fn of(token: &AccessToken) -> Self {
        let stated = match token.lifetime() {
            Lifetime::Stated(_) => true,
            Lifetime::Assumed(_) => false,
            _ => panic!("a lifetime that the vectors do not know"),
        };
        Self {
            value: token.expose_secret().to_owned(),
            lifetime: ExpectedLifetime {
                seconds: token.lifetime().span().as_secs(),
                stated,
            },
            scope: ExpectedScope::of(token.scope()),
        }
    }
}

impl ExpectedScope {
    fn of(scope: &GrantedScope) -> Self {
        let compared = match scope {
            GrantedScope::NotStated => "not_stated",
            GrantedScope::AsRequested(_) => "as_requested",
            GrantedScope::Default(_) => "default",
            GrantedScope::Fewer(_) => "fewer",
            GrantedScope::More(_) => "more",
            GrantedScope::Different(_) => "different",
            _ => panic!("a comparison that the vectors do not know"),
        };
        let texts = |scope: &Scope| scope.as_str().to_owned();
        Self {
            compared: compared.to_owned(),
            scopes: scope
                .scopes()
                .map(|scopes| scopes.iter().map(texts).collect()),
        }
    }
}

impl ExpectedError {
    fn of(error: &Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::Configuration => "configuration",
            ErrorKind::Credentials => "credentials",
            ErrorKind::Throttled => "throttled",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Protocol => "protocol",
            _ => panic!("a kind that the vectors do not know"),
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            kind: kind.to_owned(),
            oauth_code: owned(error.oauth_code()),
            vendor_code: owned(error.vendor_code()),
            description: owned(error.description()),
            retry_after: error.retry_after().map(|wait| wait.as_secs()),
            correlation_id: owned(error.correlation_id()),
            redirected_to: owned(error.redirected_to()),
        }
    }
}

#[test]
fn every_response_gives_its_token_or_its_error() {
    let file: ResponseVectors = read("responses.json");
    assert_all(
        file.vectors
            .iter()
            .map(|vector| (&*vector.name, &*vector.origin, file.check(vector))),
    );
}
