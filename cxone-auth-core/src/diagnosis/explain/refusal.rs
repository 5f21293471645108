//! Rules for responses that refuse.

mod allow_list;
mod client;
mod proof;

use std::time::Duration;

use http::StatusCode;

use super::{Case, Rule};
use crate::config::ClientAuthentication;
use crate::diagnosis::inspect::has_forum_path;
use crate::error::{ErrorKind, Problem, Reason};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::{address, response};
use crate::platform::{Host, Platform};
use crate::protocol::redaction;

/// The rules by theme. If two findings are equally certain, the earlier theme comes first.
pub(super) const RULES: [&[Rule]; 6] = [
    MOMENT,
    PLACE,
    // A server that says unauthorized_client of an assertion means what proves the client.
    proof::RULES,
    client::GRANT_RULES,
    client::RULES,
    ODD,
];

/// Returns the finding for a refusal that no rule explains.
pub(super) fn unexplained(case: &Case<'_>) -> Finding {
    if case.error().is_some() {
        response::OWN_ERROR.found(Likely, "the error and its description are the server's")
    } else {
        let evidence = format!("status {} and no error in the body", case.status().as_str());
        response::NO_OAUTH_ERROR.found(Likely, evidence)
    }
}

const SPEAKS_OF_A_RATE: &str = "the description speaks of a rate limit";

/// Rules for responses about the server's state, not about the request.
const MOMENT: &[Rule] = &[throttle_as_400, throttled, too_many_tokens, out_of_order];

fn throttle_as_400(case: &Case<'_>) -> Option<Finding> {
    is_throttle_as_400(case).then(|| response::THROTTLE_AS_400.found(Certain, SPEAKS_OF_A_RATE))
}

fn is_throttle_as_400(case: &Case<'_>) -> bool {
    case.response.kind == ErrorKind::Throttled
        && case.subject.is_genesys()
        && case.error() == Some("invalid_request")
        && case.status() != StatusCode::TOO_MANY_REQUESTS
}

/// Finds a rate limit, shown by the status, by the words, or only by a time to wait. If there is
/// only a time to wait, the cause may be another one.
fn throttled(case: &Case<'_>) -> Option<Finding> {
    let is_throttled = case.response.kind == ErrorKind::Throttled && !is_throttle_as_400(case);
    is_throttled.then(|| {
        let is_told = match case.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "",
            status if case.reason() == Reason::Wait => {
                &format!("status {} with a time to wait; ", status.as_str())
            }
            _ => &format!("{SPEAKS_OF_A_RATE}; "),
        };
        let wait = match case.response.refusal.retry_after {
            Some(wait) => format!("the server asks to wait for {} s", wait.as_secs()),
            None => "the server does not say for how long to wait".to_owned(),
        };
        let is_put_off = case.reason() == Reason::Wait;
        let confidence = if is_put_off { Likely } else { Certain };
        response::THROTTLED.found(confidence, format!("{is_told}{wait}"))
    })
}

fn too_many_tokens(case: &Case<'_>) -> Option<Finding> {
    (case.response.kind == ErrorKind::Throttled)
        .then(|| response::TOO_MANY_TOKENS.found(Likely, ""))
}

fn out_of_order(case: &Case<'_>) -> Option<Finding> {
    (case.response.kind == ErrorKind::Unavailable).then(|| {
        let evidence = format!("status {}", case.status().as_str());
        let confidence = if client::may_have_tripped(case) {
            Likely
        } else {
            Certain
        };
        response::OUT_OF_ORDER.found(confidence, evidence)
    })
}

/// Rules for responses that do not come from a token endpoint.
const PLACE: &[Rule] = &[
    redirect,
    proxy_wants_a_login,
    forum_path_elsewhere,
    api_host,
    no_endpoint_here,
    web_page,
];

fn redirect(case: &Case<'_>) -> Option<Finding> {
    case.status().is_redirection().then(|| {
        let evidence = match &case.response.refusal.redirected_to {
            Some(target) if redaction::repeats_a_secret(target, case.subject.config) => {
                "to an address that repeats a part of a secret".to_owned()
            }
            Some(target) => format!("to {target}"),
            None => "to nowhere that it names".to_owned(),
        };
        address::REDIRECT.found(Certain, evidence)
    })
}

fn proxy_wants_a_login(case: &Case<'_>) -> Option<Finding> {
    let is_proxy = case.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
    is_proxy.then(|| response::PROXY.found(Certain, "status 407 comes from a proxy"))
}

/// Finds the path of forum answers at another host. There the path may be right, unless the
/// response says otherwise.
fn forum_path_elsewhere(case: &Case<'_>) -> Option<Finding> {
    if case.subject.host != Host::Other || !has_forum_path(&case.subject) {
        return None;
    }
    let is_a_vendors = case.subject.config.platform != Platform::Custom;
    let confidence = match (
        case.is_missing() || case.is_barely_refused(),
        case.is_client_refused(),
    ) {
        (true, _) => Likely,
        (false, true) if is_a_vendors => Likely,
        (false, true) => Possible,
        (false, false) => return None,
    };
    Some(address::FORUM_PATH.found(confidence, ""))
}

/// Finds errors in the form of Genesys Cloud's API. Its login host does not have these codes.
fn api_host(case: &Case<'_>) -> Option<Finding> {
    const CODES: [&str; 7] = [
        "authentication.required",
        "bad.credentials",
        "credentials.expired",
        "missing.permissions",
        "missing.any.permissions",
        "not.authorized",
        "unsupported.media.type",
    ];
    let code = case.response.refusal.vendor_code.as_deref()?;
    let known = CODES.into_iter().find(|known| *known == code)?;
    (case.error().is_none() && case.subject.is_genesys()).then(|| {
        let evidence = format!("{known} is a code of the API, not of the token endpoint");
        address::API_HOST.found(Likely, evidence)
    })
}

fn no_endpoint_here(case: &Case<'_>) -> Option<Finding> {
    case.is_missing().then(|| {
        let evidence = format!("status {}", case.status().as_str());
        address::NO_ENDPOINT_HERE.found(Likely, evidence)
    })
}

fn web_page(case: &Case<'_>) -> Option<Finding> {
    let is_told_otherwise = case.is_missing()
        || case.response.kind == ErrorKind::Unavailable
        || case.reason() == Reason::Client;
    let is_portal = case.status() == StatusCode::NETWORK_AUTHENTICATION_REQUIRED;
    if is_portal {
        return Some(address::WEB_PAGE.found(Certain, "status 511 comes from a sign-in portal"));
    }
    case.response.is_web_page().then(|| {
        let confidence = if is_told_otherwise { Possible } else { Likely };
        let evidence = format!("status {} with a page of HTML", case.status().as_str());
        address::WEB_PAGE.found(confidence, evidence)
    })
}

/// Rules for unusual responses.
const ODD: &[Rule] = &[other_type, encoded, no_token, no_oauth_error, clock_off];

fn other_type(case: &Case<'_>) -> Option<Finding> {
    let problem = case.response.refusal.problem.as_ref()?;
    matches!(problem, Problem::OtherType(_))
        .then(|| response::OTHER_TOKEN_TYPE.found(Certain, format!("the response holds {problem}")))
}

/// Finds an encoded body that cannot be read. It contains everything that a refusal says, except
/// the status.
fn encoded(case: &Case<'_>) -> Option<Finding> {
    let coding = case.response.encoding()?;
    let confidence = match (&case.response.refusal.problem, case.reason()) {
        (Some(Problem::Encoded(_)), _) => Certain,
        (None, Reason::Status(ErrorKind::Configuration)) => Likely,
        _ => Possible,
    };
    Some(response::ENCODED.found(confidence, format!("the body is encoded as {coding}")))
}

fn no_token(case: &Case<'_>) -> Option<Finding> {
    let problem = case.response.refusal.problem.as_ref()?;
    if !matches!(problem, Problem::NoToken(_)) {
        return None;
    }
    // A page instead of a token shows where it came from. It clearly contains no token.
    let confidence = if case.response.is_web_page() {
        Possible
    } else {
        Certain
    };
    Some(response::NO_TOKEN.found(
        confidence,
        format!("the response is a success with {problem}"),
    ))
}

fn no_oauth_error(case: &Case<'_>) -> Option<Finding> {
    let is_plain = !case.is_barely_refused() || case.response.refusal.vendor_code.is_some();
    (!is_plain).then(|| {
        let evidence = format!("status {} and no error in the body", case.status().as_str());
        let is_gateways = case.is_barely_forbidden();
        response::NO_OAUTH_ERROR.found(if is_gateways { Likely } else { Possible }, evidence)
    })
}

/// Finds a clock that is off. Alone it explains little; together with other findings it explains
/// much.
fn clock_off(case: &Case<'_>) -> Option<Finding> {
    const TOLERATED: Duration = Duration::from_secs(300);
    let (off, evidence) = clock_difference(case)?;
    // An assertion has its own finding for that.
    let is_asserted = case.subject.config.authentication == ClientAuthentication::Assertion;
    (off > TOLERATED && !is_asserted).then(|| response::CLOCK_OFF.found(Possible, evidence))
}

/// Returns how far the clocks of the server and of this machine differ, and the sentence that says
/// so.
fn clock_difference(case: &Case<'_>) -> Option<(Duration, String)> {
    let (server, own) = (case.response.date()?, case.response.sent_at.wall());
    let (off, beside) = match server.duration_since(own) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(error) => (error.duration(), "behind"),
    };
    let minutes = off.as_secs() / 60;
    let span = match minutes / (24 * 60) {
        _ if minutes == 0 => format!("{} s", off.as_secs()),
        0 | 1 => format!("{minutes} min"),
        days => format!("{days} days"),
    };
    let evidence = format!("the server's clock is {span} {beside} this machine's");
    Some((off, evidence))
}
