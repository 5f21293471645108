//! A look-alike of Genesys Cloud: the login host, and the API host below `genesys/`.
//!
//! Each item says what is copied and how certain it is. Endpoint and success response come from the
//! vendor's documentation and SDKs; the error texts come from recorded replies.

mod api;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::client::{Client, Presented, SecretDecoding};
use super::desk::Desk;
use super::platform::{Facts, Platform, Rules};
use super::random;
use super::token_request::{Refusal, TokenRequest, json_reply};
use super::window::Window;
use crate::server::{Received, Reply};

const TOKEN_PATH: &str = "/oauth/token";

/// Genesys Cloud as the sandbox plays it.
///
/// - `POST /oauth/token` with the client-credentials grant, Basic or body. Basic is documented, the
///   body is tolerated. No encoding changes the characters of id and secret.
/// - Good responses have an opaque token, `bearer` in lower case, `expires_in`, and never a scope:
///   a requested `scope` is ignored (the real server's behaviour is unknown).
/// - Every refusal is a **400** with `error`, `description` and `error_description`: a wrong
///   secret, another grant than the client's, or tokens requested too fast. Both placements at
///   once, a repeated parameter and another content type are refused too; the real server's
///   response to those is not on record. `grant_type` in the URL is also refused. The real server
///   tolerates it, but the sandbox makes the mistake visible.
pub type GenesysCloud = Platform<GenesysRules>;

/// The rules of Genesys Cloud; see [`GenesysCloud`].
pub struct GenesysRules {
    settings: Mutex<Settings>,
}

struct Settings {
    /// The one grant that the client is registered for, as the client's model spells it.
    authorized_grant_type: String,
    says_client_not_found: bool,
    /// The addresses that the client is limited to, if it is.
    allowed: Option<Vec<IpAddr>>,
    mints: Window,
    /// A new window, copied for each token.
    calls: Window,
    calls_by_token: HashMap<String, Window>,
}

impl GenesysCloud {
    /// Returns the URL of an API resource that needs a user: 400 for every client-credentials
    /// token.
    #[must_use]
    pub fn users_me_url(&self) -> String {
        self.api_server().url(api::USERS_ME)
    }

    /// Returns the URL of an API resource that needs a role that the client lacks: 403
    /// `missing.permissions`.
    #[must_use]
    pub fn forbidden_url(&self) -> String {
        self.api_server().url(api::ROLES)
    }

    /// Registers the client for another grant, such as `CODE` or `SAML2-BEARER`. Default:
    /// `CLIENT-CREDENTIALS`.
    pub fn authorize_grant_type(&self, grant_type: &str) {
        grant_type.clone_into(&mut self.rules.settings().authorized_grant_type);
    }

    /// Says `client not found` for an unknown or disabled client instead of `authentication
    /// failed`. Both texts have been seen.
    pub fn say_client_not_found(&self, says_so: bool) {
        self.rules.settings().says_client_not_found = says_so;
    }

    /// Gives the client an IP allow list: requests from elsewhere are refused. The sandbox's client
    /// begins with none. What the real server says to them is not public: the sandbox says 400
    /// `access_denied` and names the matter.
    pub fn allow_from(&self, addresses: &[IpAddr]) {
        self.rules.settings().allowed = Some(addresses.to_vec());
    }

    /// Issues at most `count` tokens per `span` of the sandbox's time. The real limit exists, but
    /// its number is not published. Default: no limit.
    pub fn limit_mints(&self, count: u32, span: Duration) {
        self.rules.settings().mints = Window::new(count, span);
    }

    /// Accepts at most `count` API calls per token and minute. Default: the documented limit of
    /// 300. Tokens start to count from zero.
    pub fn limit_calls_per_minute(&self, count: u32) {
        let mut settings = self.rules.settings();
        settings.calls = Window::new(count, api::MINUTE);
        settings.calls_by_token.clear();
    }
}

impl GenesysRules {
    pub(super) fn new() -> Self {
        Self {
            settings: Mutex::new(Settings {
                authorized_grant_type: "CLIENT-CREDENTIALS".to_owned(),
                says_client_not_found: false,
                allowed: None,
                mints: Window::new(u32::MAX, Duration::ZERO),
                calls: Window::new(api::CALLS_PER_MINUTE, api::MINUTE),
                calls_by_token: HashMap::new(),
            }),
        }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mint(&self, desk: &Desk, request: &Received) -> Result<Reply, Refusal> {
        let peer = request.peer;
        let request = TokenRequest::read(request)?;
        if desk.takes_throttle() || !self.settings().mints.admit(desk.clock.now()) {
            return Err(too_fast());
        }
        self.authenticate(&desk.state().client, request.presented.as_ref())?;
        request.require_grant("client_credentials")?;
        if self.settings().authorized_grant_type != "CLIENT-CREDENTIALS" {
            let description = "client is not authorized to use the client_credential grant type";
            return Err(Refusal::new(400, "unauthorized_client", description));
        }
        let allowed = self.settings().allowed.clone();
        if allowed.is_some_and(|allowed| !allowed.contains(&peer)) {
            let description = "the client is not allowed from this IP address";
            return Err(Refusal::new(400, "access_denied", description));
        }
        let token = random::base64url(64);
        let expires_in = desk.issue(&token);
        Ok(json_reply(
            200,
            &json!({ "access_token": token, "token_type": "bearer", "expires_in": expires_in }),
        ))
    }

    /// Refuses a wrong secret, an unknown client and a disabled one with the same text, unless the
    /// test wants the other text for the latter two.
    fn authenticate(&self, client: &Client, presented: Option<&Presented>) -> Result<(), Refusal> {
        let decoding = SecretDecoding::Raw;
        if presented.is_some_and(|presented| client.is(presented, decoding)) {
            return Ok(());
        }
        let is_known = client.enabled
            && presented.is_some_and(|presented| presented.names(&client.id, decoding));
        let description = if self.settings().says_client_not_found && !is_known {
            "client not found"
        } else {
            "authentication failed"
        };
        Err(Refusal::new(400, "invalid_client", description))
    }
}

impl Rules for GenesysRules {
    const FACTS: Facts = Facts {
        name: "Genesys Cloud",
        token_path: TOKEN_PATH,
        resource_path: api::USERS,
        lifetime: Duration::from_secs(86_399),
    };

    fn token(&self, desk: &Desk, request: &Received) -> Reply {
        let reply = if request.path() == TOKEN_PATH {
            self.mint(desk, request)
                .unwrap_or_else(|refusal| refused(&refusal))
        } else {
            Reply::text(404, "not found")
        };
        reply.header("inin-correlation-id", &random::uuid())
    }

    fn api(&self, desk: &Desk, request: &Received) -> Reply {
        api::response(self, desk, request)
    }
}

/// The rate limit of the token endpoint: only the beginning of the text is on record.
fn too_fast() -> Refusal {
    let description = "rate limit exceeded; too many tokens were requested";
    Refusal::new(400, "invalid_request", description)
}

/// The text is given twice, and every status is 400 except for a wrong method.
fn refused(refusal: &Refusal) -> Reply {
    let status = if refusal.status == 405 { 405 } else { 400 };
    let body = json!({
        "error": refusal.error,
        "description": refusal.description,
        "error_description": refusal.description,
    });
    json_reply(status, &body)
}
