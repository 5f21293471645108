//! Responses that say how the server is, and nothing of the request.

use http::StatusCode;

use crate::diagnosis::explain::case::{Case, Rule};
use crate::error::ErrorKind;
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::Finding;
use crate::finding::catalogue::traffic as cause;

pub(super) const RULES: &[Rule] = &[throttle_as_400, throttled, too_many_tokens, out_of_order];

fn throttle_as_400(case: &Case<'_>) -> Option<Finding> {
    is_throttle_as_400(case).then(|| {
        let evidence = "the description begins with \"rate limit exceeded\"";
        cause::THROTTLE_AS_400.found(Certain, evidence)
    })
}

fn is_throttle_as_400(case: &Case<'_>) -> bool {
    case.response.kind == ErrorKind::Throttled
        && case.subject.is_genesys()
        && case.error() == Some("invalid_request")
        && case.status() != StatusCode::TOO_MANY_REQUESTS
}

fn throttled(case: &Case<'_>) -> Option<Finding> {
    let is_throttled = case.response.kind == ErrorKind::Throttled && !is_throttle_as_400(case);
    is_throttled.then(|| {
        let evidence = match case.response.refusal.retry_after {
            Some(wait) => format!("the server asks to wait for {} s", wait.as_secs()),
            None => "the server does not say for how long to wait".to_owned(),
        };
        cause::THROTTLED.found(Certain, evidence)
    })
}

fn too_many_tokens(case: &Case<'_>) -> Option<Finding> {
    (case.response.kind == ErrorKind::Throttled).then(|| cause::TOO_MANY_TOKENS.found(Likely, ""))
}

fn out_of_order(case: &Case<'_>) -> Option<Finding> {
    (case.response.kind == ErrorKind::Unavailable).then(|| {
        let evidence = format!("status {}", case.status().as_str());
        cause::OUT_OF_ORDER.found(Certain, evidence)
    })
}
