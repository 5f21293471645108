//! The endpoints that clients get tokens from: the platform's, and the gateway's own.

mod client;

use std::time::Duration;

use cxone_auth_core::http::header::CONTENT_TYPE;
use cxone_auth_core::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{AccessToken, Error, ScopeSet, TokenSource};
use hyper::body::Incoming;
use secrecy::ExposeSecret as _;
use serde_json::json;
use zeroize::Zeroizing;

use self::client::Form;
pub(super) use self::client::secret_of;
use super::Agent;
use super::listener::{Admission, Listener};
use super::problem::{self, Body, Problem};
use super::profile::Ready;
use super::upload::{NoBody, whole};

/// The longest form. A grant of the client's own is far shorter.
const LONGEST: u64 = 16 * 1024;

/// How long a client may take for its form.
const SLOWEST: Duration = Duration::from_secs(10);

/// What the login says of a token that has no end of its own: as long as Genesys Cloud's.
const LIFETIME: u64 = 86_400;

/// Responds with the platform's token and its remaining lifetime (RFC 6749 §4.4).
pub(super) async fn token(
    agent: &Agent,
    listener: Listener,
    profile: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    let form = admitted(agent, listener, request).await?;
    let own = agent.profile(profile)?;
    let ready = own.ready().await?;
    let source = &ready.source;
    let no_token = |error: Error| Problem::no_token(source.now(), &error);
    let token = obtain(source, agent.min_remaining)
        .await
        .map_err(no_token)?;
    // Whole seconds, rounded down: nobody is told of a second that the token does not have.
    let remaining = token.remaining(source.now()).as_secs();
    if remaining == 0 {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let what = "the token has just expired, and the server has not given another one";
        return Err(Problem::new(status, "temporarily_unavailable", what).after(Duration::ZERO));
    }
    let mut object = json!({
        "access_token": token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": remaining,
    });
    if let Some(scope) = granted_otherwise(&ready, &token, form.scope()) {
        object["scope"] = scope.into();
    }
    own.tally().handed_out();
    Ok(issued(object))
}

/// Returns a token that can be told in whole seconds. One that is about to end is waited out: its
/// client could do nothing with it.
async fn obtain(source: &TokenSource, least: Duration) -> Result<AccessToken, Error> {
    let token = with_remaining(source, least).await?;
    let remaining = token.remaining(source.now());
    if remaining >= Duration::from_secs(1) {
        return Ok(token);
    }
    tokio::time::sleep(remaining).await;
    with_remaining(source, least).await
}

/// Returns the token, or another one if less than `least` of its lifetime remains. Half of the
/// lifetime is enough: the server gives no more, and each request would cost one there.
async fn with_remaining(source: &TokenSource, least: Duration) -> Result<AccessToken, Error> {
    let token = source.token().await?;
    let least = least.min(token.lifetime().span() / 2);
    if token.remaining(source.now()) >= least {
        return Ok(token);
    }
    let options = TokenOptions::new().with_min_ttl(least);
    Ok(source.token_with(options).await?.token)
}

/// Returns the scope of the token, if it is not the one that the client asks for (RFC 6749 §5.1).
fn granted_otherwise(ready: &Ready, token: &AccessToken, asked: Option<&str>) -> Option<String> {
    let granted = token.scope().scopes().unwrap_or(&ready.scope);
    let asked: Option<ScopeSet> = asked.unwrap_or_default().parse().ok();
    let is_asked = |asked: ScopeSet| {
        let is_in = |one: &ScopeSet, other: &ScopeSet| {
            one.iter().all(|scope| other.contains(scope.as_str()))
        };
        is_in(granted, &asked) && is_in(&asked, granted)
    };
    let differs = !asked.is_some_and(is_asked);
    (differs && !granted.is_empty()).then(|| granted.to_string())
}

/// Responds with the gateway's token for this profile.
pub(super) async fn login(
    agent: &Agent,
    listener: Listener,
    profile: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    admitted(agent, listener, request).await?;
    agent.profile(profile)?;
    let token = agent.secret.gateway_token(profile);
    Ok(issued(json!({
        "access_token": token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": LIFETIME,
    })))
}

/// Responds with an object that holds a token, and overwrites the object's own copy.
fn issued(mut object: serde_json::Value) -> Response<Body> {
    let response = problem::of_json(StatusCode::OK, &object);
    if let Some(serde_json::Value::String(token)) = object.get_mut("access_token") {
        drop(Zeroizing::new(std::mem::take(token)));
    }
    response
}

/// Reads the form of a client that may have a token.
async fn admitted(
    agent: &Agent,
    listener: Listener,
    request: Request<Incoming>,
) -> Result<Form, Problem> {
    if request.method() != Method::POST {
        return Err(Problem::method_not_allowed("POST"));
    }
    let (head, body) = request.into_parts();
    if !is_form(&head.headers) {
        return Err(bad("the body has to be application/x-www-form-urlencoded"));
    }
    let body = whole(body, LONGEST, SLOWEST).await.map_err(unread)?;
    let form = Form::read(&body)?;
    let presented = form.secret(&head.headers)?;
    let is_sent = presented.is_some();
    let is_known = || presented.is_some_and(|secret| agent.secret.is(&secret));
    if listener != Listener::Socket && !is_known() {
        let way = "as client_secret of the form or as the password of Authorization: Basic";
        return Err(Problem::wrong_local_secret(is_sent, way));
    }
    Admission::give(&head.extensions);
    match form.grant_type() {
        Some("client_credentials") => Ok(form),
        Some(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "the agent has client_credentials only",
        )),
        None => Err(bad("grant_type is missing: it is client_credentials")),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let kind = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    let form = b"application/x-www-form-urlencoded";
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(form))
}

fn bad(what: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", what)
}

pub(super) fn unread(why: NoBody) -> Problem {
    let status = match why {
        NoBody::TooSlow => StatusCode::REQUEST_TIMEOUT,
        NoBody::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        NoBody::CutShort => StatusCode::BAD_REQUEST,
    };
    Problem::refused(status, why.to_string())
}
