//! `GET /metrics`: what has happened to the tokens, for Prometheus. `docs/telemetry.md` says what
//! each name means.
//!
//! Everything is taken from the [`Status`] and the events of a source, and from what the agent
//! responds with. There is no secret, token, client id, address or path in it.

mod tally;
mod text;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use cxone_auth_core::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use cxone_auth_core::http::{HeaderValue, Method, Request, Response};
use cxone_auth_core::session::Status;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;

use self::tally::Counts;
use self::text::{Family, Page, Sample};
use super::Agent;
use super::listener::{Admission, Listener};
use super::problem::{Body, Problem};
use super::token_endpoint::secret_of;

pub(super) use self::tally::Tally;

/// What is known of a profile when the page is made.
struct Seen {
    name: String,
    status: Option<Status>,
    counts: Counts,
}

/// The media type of the text format.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// What a metric is for a profile.
type Samples = fn(&Seen) -> Vec<Sample>;

/// The metrics of each profile, in the order of the page.
const FAMILIES: [(Family, Samples); 9] = [
    (
        Family::gauge(
            "cxone_auth_token_age_seconds",
            "How long ago the token was requested.",
        ),
        |seen| Sample::of_option(seen.token().and_then(|status| status.age)),
    ),
    (
        Family::gauge(
            "cxone_auth_token_remaining_seconds",
            "The remaining lifetime of the token; 0 without a token.",
        ),
        |seen| {
            let remaining = seen.token().and_then(|status| status.remaining);
            Sample::of_option(Some(remaining.unwrap_or_default()))
        },
    ),
    (
        Family::gauge(
            "cxone_auth_last_success_age_seconds",
            "How long ago a token arrived, from the server or from the store.",
        ),
        |seen| Sample::of_option(seen.counts.since_success()),
    ),
    (
        Family::counter(
            "cxone_auth_token_requests_total",
            "Requests to the token endpoint of the platform, by outcome and first finding.",
        ),
        |seen| seen.counts.requests().collect(),
    ),
    (
        Family::counter(
            "cxone_auth_forced_renewals_total",
            "Tokens given up because an API rejected them.",
        ),
        |seen| Sample::of_count(seen.counts.rejected),
    ),
    (
        Family::counter(
            "cxone_auth_tokens_handed_out_total",
            "Tokens of the platform that clients got from the token endpoint of the agent.",
        ),
        |seen| Sample::of_count(seen.counts.handed_out),
    ),
    (
        Family::counter(
            "cxone_auth_gateway_calls_total",
            "Calls to the gateway, by the class of the status that the client got.",
        ),
        |seen| seen.counts.calls().collect(),
    ),
    (
        Family::counter(
            "cxone_auth_served_in_outage_total",
            "Tokens and calls served with a token whose renewal had failed.",
        ),
        |seen| Sample::of_count(seen.counts.served_in_outage),
    ),
    (
        Family::counter(
            "cxone_auth_store_errors_total",
            "Failures of the store of shared tokens.",
        ),
        |seen| Sample::of_count(seen.counts.store_errors),
    ),
];

const INFO: Family = Family::gauge("cxone_auth_agent_info", "The version of the agent.");

const RELOAD: Family = Family::gauge(
    "cxone_auth_last_reload_successful",
    "Whether the profiles were read without a failure when they were last read; 1 or 0.",
);

/// Responds with the page to whoever could get a token as well.
pub(super) fn respond(
    agent: &Agent,
    listener: Listener,
    request: &Request<Incoming>,
) -> Result<Response<Body>, Problem> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(Problem::method_not_allowed("GET"));
    }
    let presented = secret_of(request.headers());
    let is_sent = presented.is_some();
    let is_known = || presented.is_some_and(|secret| agent.secret.is(&secret));
    if listener != Listener::Socket && !is_known() {
        let way = "as Authorization: Bearer or as the password of Basic";
        return Err(Problem::wrong_local_secret(is_sent, way));
    }
    Admission::give(request.extensions());
    let body = Full::new(page(agent).into());
    let mut response = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, TEXT);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn page(agent: &Agent) -> String {
    let mut page = Page::default();
    let version = ("version", env!("CARGO_PKG_VERSION").to_owned());
    page.begin(&INFO);
    page.add(&INFO, &[version], "1");
    page.begin(&RELOAD);
    let is_successful = agent.last_reload_successful.load(Ordering::Relaxed);
    page.add(&RELOAD, &[], if is_successful { "1" } else { "0" });
    let profiles = agent.profiles();
    let profiles = profiles.iter().map(|(name, profile)| Seen {
        name: name.clone(),
        status: profile.status(),
        counts: profile.tally().counts(),
    });
    let profiles: Vec<Seen> = profiles.collect();
    for (family, samples) in &FAMILIES {
        page.begin(family);
        for seen in &profiles {
            for sample in samples(seen) {
                let profile = ("profile", seen.name.clone());
                let labels = [vec![profile], sample.labels].concat();
                page.add(family, &labels, &sample.value);
            }
        }
    }
    page.into_text()
}

impl Seen {
    /// Returns the status, if there is a token that has not ended.
    fn token(&self) -> Option<&Status> {
        let is_valid = |status: &&Status| status.remaining.is_some_and(|left| !left.is_zero());
        self.status.as_ref().filter(is_valid)
    }
}

/// Makes the counts that outlive a profile: those of its name.
pub(super) fn continued(old: Option<&Arc<Tally>>) -> Arc<Tally> {
    old.map(Arc::clone).unwrap_or_default()
}
