//! An OAuth server that follows RFC 6749, for everything that is not one of the vendors.

mod assertion;
mod metadata;
mod scopes;
mod shape;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::client::{Presented, SecretDecoding};
use super::desk::{Bearer, Desk};
use super::platform::{Facts, Platform, Rules};
use super::token_request::{Refusal, TokenRequest, json_reply};
use super::window::Window;
use super::{jwt, random};
use crate::server::{Placement, Received, Reply};
use assertion::{Expected, Signing};
use metadata::Published;
use scopes::Scopes;

pub use metadata::MetadataFault;
pub use shape::ServerShape;

const TOKEN_PATH: &str = "/token";
const HELLO: &str = "/api/hello";

/// An authorization server of RFC 6749 with a small API.
///
/// - `POST /token`, or another path of the sandbox's builder, with the client-credentials grant.
///   Basic is form-decoded, and the body is accepted too. [`decode_basic`](Self::decode_basic) and
///   [`accept_only`](Self::accept_only) change that. With
///   [`register_keys`](Self::register_keys), the client signs assertions instead.
/// - The scopes are `read`, `write` and `admin`. They are granted as requested and listed in the
///   response. Without a request for scopes, none is granted and none is listed. Another scope is
///   `invalid_scope`. Each of these rules can be changed.
/// - `GET /.well-known/oauth-authorization-server` and `/.well-known/openid-configuration` describe
///   the server. A test can publish something else: see [`MetadataFault`].
/// - The token has the shape of a JWT. A parameter `audience` becomes its claim `aud`.
/// - Refusals are those of RFC 6749 §5.2: 401 with `WWW-Authenticate` after Basic, otherwise 400.
///   [`respond_like`](Self::respond_like) gives these, and good responses, another server's shape.
pub type CustomServer = Platform<CustomRules>;

/// The rules of the custom server; see [`CustomServer`].
pub struct CustomRules {
    token_path: String,
    registration: Mutex<Registration>,
    scopes: Mutex<Scopes>,
    shape: Mutex<(ServerShape, Window)>,
    published: Mutex<Published>,
    signing: Mutex<Signing>,
}

/// How the client is registered.
#[derive(Clone, Copy)]
struct Registration {
    decoding: SecretDecoding,
    placement: Option<Placement>,
}

impl CustomServer {
    /// Sets how to read id and secret under Basic. Default: form-decoded.
    pub fn decode_basic(&self, decoding: SecretDecoding) {
        self.rules.registration().decoding = decoding;
    }

    /// Accepts the client's credentials in this placement only: [`Placement::Basic`] or
    /// [`Placement::Body`].
    pub fn accept_only(&self, placement: Placement) {
        self.rules.registration().placement = Some(placement);
    }

    /// Responds in the words and the shape of this server.
    pub fn respond_like(&self, shape: ServerShape) {
        *self.rules.shape() = (shape, shape::window());
    }

    /// Knows these scopes instead of its own.
    pub fn know_scopes(&self, scopes: &[&str]) {
        self.rules.scopes().known = scopes.iter().map(ToString::to_string).collect();
    }

    /// Refuses a request without a scope, as some servers do.
    pub fn require_scope(&self) {
        self.rules.scopes().is_required = true;
    }

    /// Splits the scopes of a request at this character. Default: a space.
    pub fn separate_scopes_by(&self, separator: char) {
        self.rules.scopes().separator = separator;
    }
}

impl CustomRules {
    pub(super) fn new(token_path: Option<String>) -> Self {
        Self {
            token_path: token_path.unwrap_or_else(|| TOKEN_PATH.to_owned()),
            scopes: Mutex::new(Scopes::new()),
            shape: Mutex::new((ServerShape::Rfc, shape::window())),
            published: Mutex::default(),
            signing: Mutex::default(),
            registration: Mutex::new(Registration {
                decoding: SecretDecoding::FormUrlEncoded,
                placement: None,
            }),
        }
    }

    fn registration(&self) -> MutexGuard<'_, Registration> {
        self.registration
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shape(&self) -> MutexGuard<'_, (ServerShape, Window)> {
        self.shape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signing(&self) -> MutexGuard<'_, Signing> {
        self.signing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn published(&self) -> MutexGuard<'_, Published> {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this server has given as many tokens as it gives.
    fn has_given_enough(&self, now: Duration) -> bool {
        let (shape, window) = &mut *self.shape();
        *shape == ServerShape::Vertex && !window.admit(now)
    }

    fn grant(&self, desk: &Desk, request: &Received) -> Result<Reply, Refusal> {
        let shape = self.shape().0;
        let placement = request.placement();
        let request = TokenRequest::read(request)?;
        let throttle = || Ok(shape.throttle(&desk.state().client.id));
        if desk.takes_throttle() {
            return throttle();
        }
        self.authenticate(desk, placement, &request)?;
        if shape.takes_no_secret() {
            return Err(ServerShape::wanted_method());
        }
        request.require_grant("client_credentials")?;
        let scope = request.parameter("scope");
        self.scopes().check(scope)?;
        if self.has_given_enough(desk.clock.now()) {
            return throttle();
        }
        let token = access_token(desk, request.parameter("audience"), scope);
        let expires_in = desk.issue(&token);
        let mut body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": expires_in,
        });
        if let Some(scope) = scope {
            body["scope"] = scope.into();
        }
        shape.dress(&mut body);
        Ok(json_reply(200, &body))
    }

    fn authenticate(
        &self,
        desk: &Desk,
        placement: Placement,
        request: &TokenRequest,
    ) -> Result<(), Refusal> {
        if self.signing().is_registered() {
            return self.check_assertion(desk, request);
        }
        let presented = request.presented.as_ref();
        let registration = *self.registration();
        let is_registered = registration
            .placement
            .is_none_or(|registered| registered == placement);
        let client = desk.state().client.clone();
        if is_registered
            && presented.is_some_and(|presented| client.is(presented, registration.decoding))
        {
            return Ok(());
        }
        let status = if presented.is_some_and(Presented::is_basic) {
            401
        } else {
            400
        };
        let description = "client authentication failed";
        Err(Refusal::new(status, "invalid_client", description))
    }

    fn check_assertion(&self, desk: &Desk, request: &TokenRequest) -> Result<(), Refusal> {
        let issuer = &desk.hosts().login;
        let endpoint = format!("{issuer}{}", self.token_path);
        let client = desk.state().client.id.clone();
        let expected = Expected {
            client: &client,
            audiences: [issuer, &endpoint],
            now: desk.clock.now(),
        };
        self.signing().check(request, &expected)
    }
}

impl Rules for CustomRules {
    const FACTS: Facts = Facts {
        name: "Custom",
        token_path: TOKEN_PATH,
        resource_path: HELLO,
        lifetime: Duration::from_hours(1),
    };

    fn token_path(&self) -> &str {
        &self.token_path
    }

    fn token(&self, desk: &Desk, request: &Received) -> Reply {
        if metadata::is_below(request.path()) {
            return metadata::response(self, desk, request);
        }
        if request.path() != self.token_path {
            return Reply::text(404, "not found");
        }
        let shape = self.shape().0;
        match self.grant(desk, request) {
            Ok(reply) => reply,
            Err(refusal)
                if refusal.status == 401
                    && shape == ServerShape::Rfc
                    && !self.signing().is_registered() =>
            {
                refusal
                    .into_reply()
                    .header("www-authenticate", "Basic realm=\"sandbox\"")
            }
            Err(refusal) => shape.refusal(refusal),
        }
    }

    fn api(&self, desk: &Desk, request: &Received) -> Reply {
        let challenge = |challenge| Reply::empty(401).header("www-authenticate", challenge);
        if request.method != "GET" || request.path() != HELLO {
            return Reply::empty(404);
        }
        match desk.bearer(request) {
            Bearer::Good(_) => Reply::json(200, &json!({ "message": "hello" })),
            Bearer::Missing => challenge("Bearer realm=\"sandbox\""),
            Bearer::Unknown | Bearer::Expired => {
                challenge("Bearer realm=\"sandbox\", error=\"invalid_token\"")
            }
        }
    }
}

fn access_token(desk: &Desk, audience: Option<&str>, scope: Option<&str>) -> String {
    let issued_at = desk.clock.now();
    let state = desk.state();
    jwt::unsigned(&json!({
        "iss": desk.hosts().login,
        "sub": state.client.id,
        "aud": audience,
        "scope": scope,
        "jti": random::uuid(),
        "iat": issued_at.as_secs(),
        "exp": (issued_at + state.lifetime).as_secs(),
    }))
}
