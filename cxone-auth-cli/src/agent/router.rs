//! Which request is for what, and which is refused before anything else is read of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use cxone_auth_core::http::header::{CONNECTION, EXPECT, HOST, ORIGIN, UPGRADE};
use cxone_auth_core::http::{
    HeaderMap, HeaderName, Method, Request, Response, StatusCode, Version,
};
use hyper::body::Incoming;
use serde_json::json;

use super::Agent;
use super::framing::Ambiguity;
use super::listener::Listener;
use super::path::{Fault, Target};
use super::problem::{self, Body, Problem};
use super::{gateway, metrics, token_endpoint};

/// What `/healthz` says of the metric `cxone_auth_last_reload_successful`.
const RELOAD_FAILED: &str =
    "the profiles could not be read again: the agent serves those from before";

/// Responds to a request.
pub(super) async fn respond(
    agent: Arc<Agent>,
    listener: Listener,
    ambiguity: Ambiguity,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let method = known(request.method());
    let response = match check(listener, &ambiguity, &request) {
        Ok(()) => route(&agent, listener, request).await,
        Err(problem) => Err(problem),
    };
    let response = match response {
        Ok(response) => {
            let status = response.status().as_u16();
            agent.console.note(&format!("{method}: {status}"));
            response
        }
        Err(problem) => {
            let (status, why) = (problem.status().as_u16(), problem.description());
            agent.console.note(&format!("{method}: {status}: {why}"));
            problem.into_response()
        }
    };
    Ok(response)
}

/// Returns the method for the log. One that HTTP does not have may be a secret in the wrong place.
fn known(method: &Method) -> &'static str {
    const NAMES: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    let name = NAMES.into_iter().find(|own| *own == method.as_str());
    name.unwrap_or("another method")
}

/// Refuses what no client of the agent sends.
pub(super) fn check<B>(
    listener: Listener,
    ambiguity: &Ambiguity,
    request: &Request<B>,
) -> Result<(), Problem> {
    let headers = request.headers();
    let bad = |what| Err(Problem::refused(StatusCode::BAD_REQUEST, what));
    if ambiguity.is_found() {
        return bad("the request has two statements of its length, an unclear one, or a fragment");
    }
    if is_tunnel(request) {
        let status = StatusCode::NOT_IMPLEMENTED;
        let what = "the agent passes on requests, and no tunnel, upgrade, WebSocket or TRACE";
        return Err(Problem::refused(status, what));
    }
    if request.uri().scheme().is_some() || request.uri().authority().is_some() {
        return bad("the target is an absolute address: send only the path");
    }
    let hosts = headers.get_all(HOST).iter().count();
    if hosts > 1 || hosts == 0 && request.version() != Version::HTTP_10 {
        return bad("the request needs one Host field");
    }
    if !listener.is_named_by(headers) {
        let status = StatusCode::MISDIRECTED_REQUEST;
        let what = "the Host field does not name the address that the agent listens on";
        return Err(Problem::refused(status, what));
    }
    if headers.contains_key(ORIGIN) {
        let what = "the agent is for programs, and not for pages in a browser";
        return Err(Problem::refused(StatusCode::FORBIDDEN, what));
    }
    match headers.get(EXPECT) {
        Some(expected) if !expected.as_bytes().eq_ignore_ascii_case(b"100-continue") => {
            let status = StatusCode::EXPECTATION_FAILED;
            Err(Problem::refused(
                status,
                "only 100-continue can be expected",
            ))
        }
        _ => Ok(()),
    }
}

/// Reports whether the connection would become something else, or whether the response would show
/// the token that the agent adds.
fn is_tunnel<B>(request: &Request<B>) -> bool {
    let is_method = [Method::CONNECT, Method::TRACE].contains(request.method());
    is_method || wants_upgrade(request.headers())
}

/// Reports whether the client needs another protocol. An offer of HTTP/2, which Java's client makes,
/// is none: its response may be in HTTP/1.1 (RFC 9110 §7.8).
fn wants_upgrade(headers: &HeaderMap) -> bool {
    let mut protocols = listed(headers, UPGRADE).peekable();
    if protocols.peek().is_none() {
        return listed(headers, CONNECTION).any(|option| option.eq_ignore_ascii_case(b"upgrade"));
    }
    protocols.any(|protocol| !protocol.eq_ignore_ascii_case(b"h2c"))
}

fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    let fields = headers.get_all(name).iter();
    let members = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    members.map(<[u8]>::trim_ascii)
}

async fn route(
    agent: &Agent,
    listener: Listener,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    let uri = request.uri().clone();
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if target == "/healthz" {
        return healthz(agent, &request);
    }
    if target == "/metrics" {
        return metrics::respond(agent, listener, &request);
    }
    let Target { profile, rest } = read(target)?;
    // A client that has mistyped the name is not sent to log in there.
    let own = agent.profile(profile)?;
    let path = rest.split('?').next().unwrap_or_default();
    match path {
        "/oauth/token" => token_endpoint::token(agent, listener, profile, request).await,
        "/login/oauth/token" => token_endpoint::login(agent, listener, profile, request).await,
        path if path.starts_with("/oauth/") || path.starts_with("/login/") => {
            let what = format!("only /{profile}/oauth/token and /{profile}/login/oauth/token are");
            Err(Problem::not_found(format!("{what} there")))
        }
        _ => {
            let called = gateway::call(agent, profile, rest, request).await;
            let status = called
                .as_ref()
                .map_or_else(Problem::status, Response::status);
            own.tally().called(status, called.is_ok());
            called
        }
    }
}

/// Returns the profile, and what is passed on to its API.
pub(super) fn read(target: &str) -> Result<Target<'_>, Problem> {
    let refused = |fault: Fault| Problem::refused(StatusCode::BAD_REQUEST, fault.to_string());
    Target::read(target).map_err(refused)
}

/// Says that the agent is there. It also serves with the profiles from before: a restart would not
/// help, since the new ones cannot be read.
fn healthz(agent: &Agent, request: &Request<Incoming>) -> Result<Response<Body>, Problem> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(Problem::method_not_allowed("GET"));
    }
    let is_current = agent.last_reload_successful.load(Ordering::Relaxed);
    let body = if is_current {
        json!({ "status": "ok" })
    } else {
        json!({ "status": "ok", "warning": RELOAD_FAILED })
    };
    Ok(problem::of_json(StatusCode::OK, &body))
}
