//! Responses that are odd in themselves.

use std::time::Duration;

use crate::diagnosis::explain::case::{Case, Rule};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::response as cause;
use crate::protocol::OTHER_TYPE;

pub(super) const RULES: &[Rule] = &[other_type, no_token, no_oauth_error, clock_off];

fn other_type(case: &Case<'_>) -> Option<Finding> {
    let problem = case
        .response
        .problem
        .filter(|problem| *problem == OTHER_TYPE)?;
    Some(cause::OTHER_TYPE.found(Certain, format!("the response holds {problem}")))
}

fn no_token(case: &Case<'_>) -> Option<Finding> {
    let problem = case
        .response
        .problem
        .filter(|problem| *problem != OTHER_TYPE)?;
    // A page in place of a token says where it came from; that there is no token is plain.
    let confidence = if case.response.is_web_page() {
        Possible
    } else {
        Certain
    };
    Some(cause::NO_TOKEN.found(
        confidence,
        format!("the response is a success with {problem}"),
    ))
}

fn no_oauth_error(case: &Case<'_>) -> Option<Finding> {
    let is_plain = !case.is_barely_refused() || case.response.refusal.vendor_code.is_some();
    (!is_plain).then(|| {
        let evidence = format!("status {} and no error in the body", case.status().as_str());
        let is_gateways = case.is_barely_forbidden();
        cause::NO_OAUTH_ERROR.found(if is_gateways { Likely } else { Possible }, evidence)
    })
}

/// A clock that is off explains little by itself, and much together with other things.
fn clock_off(case: &Case<'_>) -> Option<Finding> {
    const TOLERATED: Duration = Duration::from_secs(300);
    let (server, own) = (case.response.date()?, case.response.sent_at.wall());
    let (off, beside) = match server.duration_since(own) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(error) => (error.duration(), "behind"),
    };
    (off > TOLERATED).then(|| {
        let minutes = off.as_secs() / 60;
        let span = match minutes / (24 * 60) {
            0 | 1 => format!("{minutes} min"),
            days => format!("{days} days"),
        };
        let evidence = format!("the server's clock is {span} {beside} this machine's");
        cause::CLOCK_OFF.found(Possible, evidence)
    })
}
