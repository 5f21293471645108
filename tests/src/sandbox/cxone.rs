//! A look-alike of NICE CXone: token endpoint, discovery below `cxone/`, and an API server.
//!
//! Endpoint, grant and success response come from the vendor's API description. If the statuses
//! seen in the field differ, the item says so.

mod discovery;
mod user_hub;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::SecretDecoding;
use super::desk::{Bearer, Desk};
use super::platform::{Facts, Platform, Rules};
use super::token_request::{Refusal, TokenRequest, json_reply};
use super::{jwt, random};
use crate::server::{Placement, Received, Reply};
use discovery::Lies;
use user_hub::Habits;

const TOKEN_PATH: &str = "/auth/token";
const AGENTS: &str = "/incontactapi/services/v31.0/agents";
const AREA: &str = "na1";

/// NICE CXone as the sandbox plays it.
///
/// - `POST /auth/token` with `grant_type=password`: the access key's id and secret as `username`
///   and `password`, and the client's id and secret by Basic or in the body. Basic is read
///   form-decoded or raw, since clients in production send either.
/// - `client_credentials` is refused as `unsupported_grant_type`, because the vendor's description
///   does not list it (the exact response is inferred). The other grants of the description are
///   refused too.
/// - Good responses have a JWT, an `id_token`, a `refresh_token` and `Bearer`.
/// - `POST /authentication/v1/token/access-key` on the same server is UserHub: the access key alone,
///   as JSON.
/// - `GET /.well-known/openid-configuration` and `/.well-known/cxone-configuration?tenantId=…` on
///   the token server, which is the issuer. A test can make either of them lie.
/// - The API refuses with the reason in the header `icStatusDescription`.
pub type CxOne = Platform<CxOneRules>;

/// The rules of NICE CXone; see [`CxOne`].
pub struct CxOneRules {
    tenant_id: String,
    settings: Mutex<Settings>,
}

/// An access key of a CXone user: the password grant's name and password.
#[derive(Clone)]
#[non_exhaustive]
pub struct AccessKey {
    /// The key's id.
    pub id: String,
    /// The key's secret. Like NICE's, it ends in `====`.
    pub secret: String,
}

struct Settings {
    access_key: AccessKey,
    access_key_refusal: u16,
    /// The only placement in which the client's credentials are taken.
    placement: Option<Placement>,
    /// What discovery sends instead of the truth.
    lies: Lies,
    user_hub: Habits,
}

impl CxOne {
    /// Returns the issuer's URL, without a final slash: discovery begins there.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.token_server().url("")
    }

    /// Returns the access key that the token endpoint accepts.
    #[must_use]
    pub fn access_key(&self) -> AccessKey {
        self.rules.settings().access_key.clone()
    }

    /// Returns where UserHub takes the access key alone.
    #[must_use]
    pub fn user_hub_url(&self) -> String {
        self.token_server().url(user_hub::PATH)
    }

    /// Counts the requests that UserHub has received.
    #[must_use]
    pub fn user_hub_requests(&self) -> usize {
        let received = self.token_server().received();
        let is_login = |request: &&Received| request.path() == user_hub::PATH;
        received.iter().filter(is_login).count()
    }

    /// Lets UserHub's tokens name no tenant from now on, so that discovery has nothing to ask for.
    pub fn hide_tenant(&self) {
        self.rules.settings().user_hub.hides_tenant = true;
    }

    /// Sets what UserHub says of the API in `resource_server_base_uri` from now on; `None` is the
    /// truth.
    pub fn user_hub_names_api(&self, address: impl Into<Option<Value>>) {
        self.rules.settings().user_hub.resource_server = address.into();
    }

    /// Returns the tenant of the client, also a claim of its tokens.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        &self.rules.tenant_id
    }

    /// Returns the true OpenID configuration of the issuer.
    #[must_use]
    pub fn openid_configuration(&self) -> Value {
        discovery::openid_configuration(&self.issuer())
    }

    /// Returns the true configuration of the tenant.
    #[must_use]
    pub fn tenant_configuration(&self) -> Value {
        discovery::tenant_configuration(self.tenant_id(), self.desk.hosts())
    }

    /// Sends `reply` to requests for the issuer's OpenID configuration from now on; with `None`,
    /// the truth again.
    pub fn openid_responds_with(&self, reply: impl Into<Option<Reply>>) {
        self.rules.settings().lies.openid = reply.into();
    }

    /// Sends `reply` to requests for the tenant's configuration from now on; with `None`, the truth
    /// again.
    pub fn tenant_responds_with(&self, reply: impl Into<Option<Reply>>) {
        self.rules.settings().lies.tenant = reply.into();
    }

    /// Returns how many requests for the two documents have come.
    #[must_use]
    pub fn discovery_requests(&self) -> usize {
        let received = self.token_server().received();
        let is_discovery = |request: &&Received| discovery::is_below(request.path());
        received.iter().filter(is_discovery).count()
    }

    /// Replaces the access key; the old one is refused.
    pub fn rotate_access_key(&self) {
        self.rules.settings().access_key = AccessKey::new();
    }

    /// Takes the client's credentials in this placement only: [`Placement::Basic`] or
    /// [`Placement::Body`], as the registration form has it.
    pub fn accept_only(&self, placement: Placement) {
        self.rules.settings().placement = Some(placement);
    }

    /// Refuses a bad access key with this status: 400, the default, as in the vendor's description,
    /// or 401, as seen in the field.
    pub fn refuse_access_key_with(&self, status: u16) {
        self.rules.settings().access_key_refusal = status;
    }
}

impl AccessKey {
    fn new() -> Self {
        Self {
            id: random::base64url(32),
            secret: random::base64url(39) + "====",
        }
    }
}

impl CxOneRules {
    pub(super) fn new() -> Self {
        Self {
            tenant_id: random::uuid(),
            settings: Mutex::new(Settings {
                access_key: AccessKey::new(),
                access_key_refusal: 400,
                placement: None,
                lies: Lies::default(),
                user_hub: Habits::default(),
            }),
        }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grant(&self, desk: &Desk, request: &Received) -> Result<Reply, Refusal> {
        let request = TokenRequest::read(request)?;
        if desk.takes_throttle() {
            return Ok(Reply::json(429, &json!({ "message": "Too Many Requests" })));
        }
        request.require_grant("password")?;
        self.authenticate(desk, &request)?;
        let token = self.access_token(desk);
        let expires_in = desk.issue(&token);
        let body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": expires_in,
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "id_token": self.access_token(desk),
            "refresh_token": random::base64url(64),
        });
        Ok(json_reply(200, &body))
    }

    /// Checks the client first, with 401 `invalid_client` (400 in the vendor's description), then
    /// the access key, with `invalid_grant`.
    fn authenticate(&self, desk: &Desk, request: &TokenRequest) -> Result<(), Refusal> {
        let presented = request.presented.as_ref();
        let client = desk.state().client.clone();
        let placement = self.settings().placement;
        let is_accepted = presented.is_some_and(|presented| {
            placement.is_none_or(|only| presented.is_basic() == (only == Placement::Basic))
                && client.is(presented, SecretDecoding::Either)
        });
        if !is_accepted {
            let description = "client authentication failed";
            return Err(Refusal::new(401, "invalid_client", description));
        }
        let (Some(id), Some(secret)) =
            (request.parameter("username"), request.parameter("password"))
        else {
            let description = "username and password are required";
            return Err(Refusal::new(400, "invalid_request", description));
        };
        let settings = self.settings();
        if id != settings.access_key.id || secret != settings.access_key.secret {
            let description = "the access key is not valid";
            let status = settings.access_key_refusal;
            return Err(Refusal::new(status, "invalid_grant", description));
        }
        Ok(())
    }

    /// Returns a token with the claims seen in published examples.
    fn access_token(&self, desk: &Desk) -> String {
        let issued_at = desk.clock.now();
        let state = desk.state();
        jwt::unsigned(&json!({
            "iss": desk.hosts().login,
            "sub": format!("user:{}", self.tenant_id),
            "aud": state.client.id,
            "tenantId": self.tenant_id,
            "tenant": "sandbox",
            "area": AREA,
            "icBUId": 1,
            "role": { "legacyId": "Administrator" },
            "jti": random::uuid(),
            "iat": issued_at.as_secs(),
            "exp": (issued_at + state.lifetime).as_secs(),
        }))
    }
}

impl Rules for CxOneRules {
    const FACTS: Facts = Facts {
        name: "NICE CXone",
        token_path: TOKEN_PATH,
        resource_path: AGENTS,
        lifetime: Duration::from_hours(1),
    };

    fn token(&self, desk: &Desk, request: &Received) -> Reply {
        if request.path() == TOKEN_PATH {
            return self
                .grant(desk, request)
                .unwrap_or_else(Refusal::into_reply);
        }
        if request.path() == user_hub::PATH {
            return user_hub::response(self, desk, request);
        }
        discovery::response(&self.tenant_id, &self.settings().lies, desk, request)
    }

    fn api(&self, desk: &Desk, request: &Received) -> Reply {
        if request.method != "GET" || request.path() != AGENTS {
            return refused(404, "No such resource");
        }
        match desk.bearer(request) {
            Bearer::Good(_) => Reply::json(
                200,
                &json!({
                    "totalRecords": 2,
                    "agents": [
                        { "agentId": 1, "firstName": "Ada", "isActive": true },
                        { "agentId": 2, "firstName": "Grace", "isActive": true },
                    ],
                }),
            ),
            Bearer::Missing => refused(401, "No token was sent"),
            Bearer::Unknown => refused(401, "The token is not valid"),
            Bearer::Expired => refused(401, "The token has expired"),
        }
    }
}

/// Returns an API refusal: the reason is in a header, and the body is empty.
fn refused(status: u16, reason: &str) -> Reply {
    Reply::empty(status).header("icStatusDescription", reason)
}
