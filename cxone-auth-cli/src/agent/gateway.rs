//! API calls: the gateway's token of the client is replaced by the platform's.

use std::error::Error as StdError;
use std::time::Duration;

use cxone_auth_core::api::{ApiBase, CallError, MAX_REFUSAL_BODY, Origin, rejects_token};
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::diagnose_api_response;
use cxone_auth_core::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE,
};
use cxone_auth_core::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, Version};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_hyper::{BearerBody, HyperTransport, TokenReplaced};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tower_service::Service as _;

use super::Agent;
use super::listener::Admission;
use super::problem::{Body, BoxError, Problem};
use super::profile::Ready;
use super::token_endpoint::unread;
use super::upload::{NoBody, Upload};

/// How long an API may take to begin its response, besides the waits for its rate limits.
const SLOWEST: Duration = Duration::from_secs(300);

/// The same for a call whose body is passed on as it arrives.
const SLOWEST_STREAM: Duration = Duration::from_secs(3_600);

/// What belongs to one connection, besides what `Connection` names (RFC 9110 §7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

type Received = Response<BearerBody<Incoming>>;

/// Passes a call on to the API of the profile, and its response back.
pub(super) async fn call(
    agent: &Agent,
    profile: &str,
    rest: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    if !is_admitted(agent, profile, request.headers()) {
        let is_sent = request.headers().contains_key(AUTHORIZATION);
        return Err(Problem::wrong_gateway_token(profile, is_sent));
    }
    Admission::give(request.extensions());
    let ready = agent.profile(profile)?.ready().await?;
    let base = ready.source.api_base().await;
    let base = base.map_err(|error| Problem::no_token(ready.source.now(), &error))?;
    let uri = address(&base, rest)?;
    let request = outgoing(request, uri).await?;
    let limit = match request.body() {
        Upload::Whole(_) => SLOWEST.saturating_add(agent.max_wait),
        Upload::Stream(..) => SLOWEST_STREAM,
    };
    let called = tokio::time::timeout(limit, ready.api.clone().call(request)).await;
    let response = called.map_err(|_| too_slow(&base))?;
    let response = response.map_err(|error| failed(&ready, &base, error))?;
    incoming(&ready, response).await
}

/// Reports whether the call carries the gateway's token of this profile, and no other credential.
fn is_admitted(agent: &Agent, profile: &str, headers: &HeaderMap) -> bool {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return false;
    };
    let Some((scheme, token)) = field.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer") && agent.secret.is_gateway_token(profile, token)
}

/// Returns the address below the API's base, at the base's own origin.
pub(super) fn address(base: &ApiBase, rest: &str) -> Result<Uri, Problem> {
    let bad = |what: String| Problem::refused(StatusCode::BAD_REQUEST, what);
    let uri = base.join(rest).map_err(|error| bad(error.to_string()))?;
    match Origin::of(&uri) {
        Ok(origin) if origin == *base.origin() => Ok(uri),
        _ => Err(bad("the path leads to another origin".to_owned())),
    }
}

async fn outgoing(request: Request<Incoming>, uri: Uri) -> Result<Request<Upload>, Problem> {
    let (mut head, body) = request.into_parts();
    let wants_trailers = wants_trailers(&head.headers);
    remove_hop_by_hop(&mut head.headers);
    for name in [HOST, AUTHORIZATION, EXPECT] {
        head.headers.remove(name);
    }
    if wants_trailers {
        head.headers
            .insert(TE, HeaderValue::from_static("trailers"));
        head.headers
            .insert(CONNECTION, HeaderValue::from_static("te"));
    }
    head.uri = uri;
    head.version = Version::HTTP_11;
    // What belongs to the connection of the client, such as its upgrade, stays here.
    head.extensions.clear();
    let body = Upload::of(body).await.map_err(unread)?;
    Ok(Request::from_parts(head, body))
}

fn wants_trailers(headers: &HeaderMap) -> bool {
    let fields = headers.get_all(TE).iter();
    let mut codings = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"trailers"))
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let fields = headers.get_all(CONNECTION).iter();
    let named = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    let named = named.filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok());
    // The length belongs to the message, whatever a client says.
    let named: Vec<HeaderName> = named.filter(|name| *name != CONTENT_LENGTH).collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

async fn incoming(ready: &Ready, mut response: Received) -> Result<Response<Body>, Problem> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let what = "the API has switched to another protocol, which nobody asked for";
        return Err(Problem::new(StatusCode::BAD_GATEWAY, "server_error", what));
    }
    let was_replaced = response
        .extensions_mut()
        .remove::<TokenReplaced>()
        .is_some();
    if was_replaced && response.status() == StatusCode::UNAUTHORIZED {
        return rejected(ready, response).await;
    }
    remove_hop_by_hop(response.headers_mut());
    let (head, body) = response.into_parts();
    Ok(Response::from_parts(
        head,
        body.map_err(BoxError::from).boxed_unsync(),
    ))
}

/// Returns what to say of a 401 after another token. If it is about something else, it is the
/// client's. The other token may be from before the call: between two renewals that a rejection
/// forces, there is a pause.
async fn rejected(ready: &Ready, response: Received) -> Result<Response<Body>, Problem> {
    let (mut head, body) = response.into_parts();
    let read = Limited::new(body, MAX_REFUSAL_BODY).collect().await;
    let body = read
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    if !rejects_token(head.status, &head.headers, &body) {
        remove_hop_by_hop(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH);
        let body = http_body_util::Full::new(body).map_err(|never| match never {});
        return Ok(Response::from_parts(head, body.boxed_unsync()));
    }
    let response = Response::<Bytes>::from_parts(head, body);
    let diagnosis = diagnose_api_response(&response, None);
    let pause = ready.pause;
    let what = format!(
        "the API rejects the newest token of the platform, and the agent renews a rejected token at \
         most every {} s",
        pause.as_secs()
    );
    let problem = Problem::new(StatusCode::BAD_GATEWAY, "server_error", what);
    // The API's own words may quote either of the two tokens.
    let problem = problem.about_the_api(&diagnosis).seen("status 401");
    Err(problem.after(pause))
}

fn failed(
    ready: &Ready,
    base: &ApiBase,
    error: CallError<hyper_util::client::legacy::Error>,
) -> Problem {
    match error {
        CallError::Token(error) => Problem::no_token(ready.source.now(), &error),
        CallError::Client(error) => {
            if let Some(why) = unfinished(&error) {
                return unread(why);
            }
            let kind = HyperTransport::classify(&error);
            let failure = TransportError::new(kind).with_source(error);
            Problem::no_response(base, failure, StatusCode::BAD_GATEWAY)
        }
        other => Problem::new(StatusCode::BAD_GATEWAY, "server_error", other.to_string()),
    }
}

/// Returns why the client's own body has ended the call, if it has.
fn unfinished(error: &(dyn StdError + 'static)) -> Option<NoBody> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(why) = error.downcast_ref() {
            return Some(*why);
        }
        cause = error.source();
    }
    None
}

fn too_slow(base: &ApiBase) -> Problem {
    let failure = TransportError::new(TransportErrorKind::Timeout);
    Problem::no_response(base, failure, StatusCode::GATEWAY_TIMEOUT)
}
