//! The words and shapes of servers that do not respond as RFC 6749 has it.

use std::str::FromStr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::sandbox::token_request::{Refusal, json_reply};
use crate::sandbox::window::Window;
use crate::server::Reply;

/// In whose shape the custom server responds at its token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ServerShape {
    /// As RFC 6749 has it.
    #[default]
    Rfc,
    /// A custom authorization server of Okta: refusals have `errorCode` and `errorSummary`.
    Okta,
    /// The org authorization server of Okta: it takes no secret, and wants `private_key_jwt`.
    OktaOrg,
    /// Keycloak: 401 `unauthorized_client` for an unknown client or a wrong secret.
    Keycloak,
    /// Apigee: `BearerToken`, a lifetime in a string, `ErrorCode` and `Error`, and faults.
    Apigee,
    /// Vertex O Series: ten tokens in eight hours, and 400 `invalid_request` for more.
    Vertex,
}

impl FromStr for ServerShape {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "rfc" => Self::Rfc,
            "okta" => Self::Okta,
            "okta-org" => Self::OktaOrg,
            "keycloak" => Self::Keycloak,
            "apigee" => Self::Apigee,
            "vertex" => Self::Vertex,
            _ => {
                let names = "rfc, okta, okta-org, keycloak, apigee, vertex";
                return Err(format!("there is no shape {name}; take one of {names}"));
            }
        })
    }
}

/// What the org server's own refusal is called before it is put into words: not that of a client
/// who is unknown.
const WANTED: &str = "another_method";

/// The tokens that Vertex gives within its window.
pub(super) fn window() -> Window {
    Window::new(10, Duration::from_hours(8))
}

impl ServerShape {
    /// Whether this server takes no client that sends a secret.
    pub(super) fn takes_no_secret(self) -> bool {
        self == Self::OktaOrg
    }

    /// A good response in this server's dress.
    pub(super) fn dress(self, body: &mut Value) {
        match self {
            Self::Apigee => {
                body["token_type"] = "BearerToken".into();
                body["expires_in"] = body["expires_in"].to_string().into();
                body["status"] = "approved".into();
            }
            Self::Keycloak => {
                body["not-before-policy"] = 0.into();
                body["refresh_expires_in"] = 0.into();
            }
            _ => {}
        }
    }

    /// A refusal in this server's words.
    pub(super) fn refusal(self, refusal: Refusal) -> Reply {
        match (self, refusal.error) {
            (Self::OktaOrg, WANTED) => {
                let words = refusal.description;
                Refusal::new(401, "invalid_client", words).into_reply()
            }
            (Self::Okta | Self::OktaOrg, "invalid_client") => {
                let summary = "Invalid value for 'client_id' parameter.";
                json_reply(401, &okta("invalid_client", summary))
            }
            (Self::Keycloak, "invalid_client") => {
                let words = "Invalid client or Invalid client credentials";
                Refusal::new(401, "unauthorized_client", words).into_reply()
            }
            (Self::Apigee, "invalid_client") => {
                let body = json!({ "ErrorCode": "invalid_client", "Error": "ClientId is Invalid" });
                json_reply(401, &body)
            }
            _ => refusal.into_reply(),
        }
    }

    /// The response of a server that takes no secret to one that was right.
    pub(super) fn wanted_method() -> Refusal {
        let words = "Client Credentials requests to the Org Authorization Server must use the \
                     private_key_jwt token_endpoint_auth_method.";
        Refusal::new(401, WANTED, words)
    }

    /// The response to one request too many.
    pub(super) fn throttle(self, client: &str) -> Reply {
        match self {
            Self::Okta | Self::OktaOrg => {
                let summary = "API call exceeded rate limit due to too many requests.";
                Reply::json(429, &okta("E0000047", summary))
            }
            Self::Apigee => {
                let fault = json!({ "fault": {
                    "faultstring": "Spike arrest violation. Allowed rate : 10pm",
                    "detail": { "errorcode": "policies.ratelimit.SpikeArrestViolation" },
                }});
                Reply::json(500, &fault)
            }
            Self::Vertex => {
                let words = format!(
                    "Client {client} has exceeded the rate limit of 10 tokens/28800 seconds"
                );
                Refusal::new(400, "invalid_request", words).into_reply()
            }
            Self::Rfc | Self::Keycloak => {
                let body = json!({ "message": "too many requests" });
                Reply::json(429, &body).header("retry-after", "1")
            }
        }
    }
}

fn okta(code: &str, summary: &str) -> Value {
    json!({
        "errorCode": code,
        "errorSummary": summary,
        "errorLink": code,
        "errorId": "oaeB3Wn5tXQTpKqHvXhTn6z3g",
        "errorCauses": [],
    })
}
