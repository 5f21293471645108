//! A look-alike of inContact Central, the server of the generation before CXone.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Presented, SecretDecoding};
use super::desk::{Bearer, Desk};
use super::platform::{Facts, Platform, Rules};
use super::random;
use super::token_request::{Refusal, json_reply};
use crate::server::{Received, Reply};

const TOKEN_PATH: &str = "/InContactAuthorizationServer/Token";
const RESOURCE: &str = "/inContactAPI/services/v8.0/server-time";

/// inContact Central as the sandbox plays it, based on the vendor's old documentation.
///
/// - `POST /InContactAuthorizationServer/Token` with the client-credentials grant, as a form or, as
///   in the vendor's samples, as JSON.
/// - The client authenticates with **raw** Basic: the client id is `app@vendor`, the secret is the
///   business unit. Form-encoding would turn the `@` into `%40`, and the request is refused. The
///   scheme may be in lower case.
/// - Good responses have a space-separated `scope` and the API's address in
///   `resource_server_base_uri`.
/// - Refusals are 401 and say that the application is not authorized.
pub type Central = Platform<CentralRules>;

/// The rules of Central; see [`Central`].
pub struct CentralRules(());

impl CentralRules {
    pub(super) fn new() -> Self {
        Self(())
    }

    /// Returns a client with an id for which raw Basic is needed.
    pub(super) fn client() -> Client {
        Client {
            id: "SandboxApp@Example Vendor".to_owned(),
            secret: "4599999".to_owned(),
            enabled: true,
        }
    }
}

impl Rules for CentralRules {
    const FACTS: Facts = Facts {
        name: "inContact Central",
        token_path: TOKEN_PATH,
        resource_path: RESOURCE,
        lifetime: Duration::from_hours(1),
    };

    fn token(&self, desk: &Desk, request: &Received) -> Reply {
        if request.path() != TOKEN_PATH {
            return Reply::text(404, "not found");
        }
        grant(desk, request).unwrap_or_else(Refusal::into_reply)
    }

    fn api(&self, desk: &Desk, request: &Received) -> Reply {
        if request.method != "GET" || request.path() != RESOURCE {
            return Reply::empty(404);
        }
        match desk.bearer(request) {
            Bearer::Good(_) => Reply::json(200, &json!({ "serverTime": "2020-01-01T00:00:00Z" })),
            _ => Reply::empty(401).header("icStatusDescription", "The token is not valid"),
        }
    }
}

fn grant(desk: &Desk, request: &Received) -> Result<Reply, Refusal> {
    if request.method != "POST" {
        let description = "the method must be POST";
        return Err(Refusal::new(405, "invalid_request", description));
    }
    if desk.takes_throttle() {
        return Ok(Reply::empty(429));
    }
    if parameter(request, "grant_type").as_deref() != Some("client_credentials") {
        let description = "this server supports the client_credentials grant";
        return Err(Refusal::new(400, "unsupported_grant_type", description));
    }
    let presented = request.basic_text().map(Presented::Basic);
    let client = desk.state().client.clone();
    if !presented.is_some_and(|presented| client.is(&presented, SecretDecoding::Raw)) {
        let description = "the client application is not authorized for user";
        return Err(Refusal::new(401, "invalid_client", description));
    }
    let scope = parameter(request, "scope").unwrap_or_default();
    Ok(success(desk, &scope))
}

fn success(desk: &Desk, scope: &str) -> Reply {
    let token = random::base64url(64);
    let expires_in = desk.issue(&token);
    let hosts = desk.hosts();
    let body = json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": expires_in,
        "scope": scope,
        "resource_server_base_uri": format!("{}/inContactAPI/", hosts.api),
        "refresh_token_server_uri": format!("{}{TOKEN_PATH}", hosts.login),
        "agent_id": 1,
        "team_id": 1,
        "bus_no": 4_599_999,
    });
    json_reply(200, &body)
}

/// Returns a parameter of the form or of the JSON object.
fn parameter(request: &Received, name: &str) -> Option<String> {
    match serde_json::from_slice::<Value>(&request.body) {
        Ok(body) => Some(body.get(name)?.as_str()?.to_owned()),
        Err(_) => request.parameter(name),
    }
}
