//! Reads a token request strictly, to expose mistakes of the client.

use serde_json::{Value, json};

use super::client::Presented;
use crate::server::{Placement, Received, Reply};

const FORM: &str = "application/x-www-form-urlencoded";

/// The parameters of the request; what else stands in a query belongs to the endpoint (RFC 6749
/// §3.2).
const IN_THE_BODY: [&str; 8] = [
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "username",
    "password",
];

/// What may be given several times (RFC 8707 §2).
const REPEATABLE: [&str; 2] = ["resource", "audience"];

/// A token request that is valid by RFC 6749 §2.3, §3.2 and §4.4.2.
pub(super) struct TokenRequest {
    parameters: Vec<(String, String)>,
    /// The client authentication, if there is one.
    pub(super) presented: Option<Presented>,
}

/// Why a token request is refused, before a platform words it.
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: String,
}

impl TokenRequest {
    /// Checks everything that does not depend on the client.
    pub(super) fn read(request: &Received) -> Result<Self, Refusal> {
        if request.method != "POST" {
            return Err(Refusal::malformed(405, "the method must be POST"));
        }
        let content_type = request.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case(FORM) {
            return Err(Refusal::malformed(415, format!("the body must be {FORM}")));
        }
        let query = request.query();
        if query.iter().any(|(name, _)| IN_THE_BODY.contains(&&**name)) {
            return Err(Refusal::malformed(400, "parameters belong in the body"));
        }
        if request.placement() == Placement::Both {
            let cause = "client authentication must use one mechanism only";
            return Err(Refusal::malformed(400, cause));
        }
        let parameters = distinct(request.form())?;
        let read = Self {
            presented: presented(request, &parameters),
            parameters,
        };
        match read.parameter("grant_type") {
            Some(_) => Ok(read),
            None => Err(Refusal::malformed(400, "grant_type is missing")),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        value(&self.parameters, name)
    }

    /// Refuses every grant except `supported`.
    pub(super) fn require_grant(&self, supported: &str) -> Result<(), Refusal> {
        if self.parameter("grant_type") == Some(supported) {
            return Ok(());
        }
        let description = format!("this server supports the {supported} grant");
        Err(Refusal::new(400, "unsupported_grant_type", description))
    }
}

impl Refusal {
    pub(super) fn new(status: u16, error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status,
            error,
            description: description.into(),
        }
    }

    fn malformed(status: u16, description: impl Into<String>) -> Self {
        Self::new(status, "invalid_request", description)
    }

    /// Returns the response of RFC 6749 §5.2.
    pub(super) fn into_reply(self) -> Reply {
        let body = json!({ "error": self.error, "error_description": self.description });
        json_reply(self.status, &body)
    }
}

/// Returns a JSON response with the headers of RFC 6749 §5.1.
pub(super) fn json_reply(status: u16, body: &Value) -> Reply {
    Reply::json(status, body)
        .header("cache-control", "no-store")
        .header("pragma", "no-cache")
}

fn distinct(parameters: Vec<(String, String)>) -> Result<Vec<(String, String)>, Refusal> {
    for (index, (name, _)) in parameters.iter().enumerate() {
        if !REPEATABLE.contains(&name.as_str()) && value(&parameters[..index], name).is_some() {
            return Err(Refusal::malformed(400, "a parameter is repeated"));
        }
    }
    Ok(parameters)
}

/// Reads the credentials. The scheme must be `Basic` with one space: several servers accept nothing
/// else.
fn presented(request: &Received, parameters: &[(String, String)]) -> Option<Presented> {
    let header = request.header("authorization").unwrap_or_default();
    if header.starts_with("Basic ") {
        return request.basic_text().map(Presented::Basic);
    }
    Some(Presented::Body {
        id: value(parameters, "client_id")?.to_owned(),
        secret: value(parameters, "client_secret")?.to_owned(),
    })
}

fn value<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters
        .iter()
        .find_map(|(key, value)| (key == name).then_some(value.as_str()))
}
