//! Rules over responses that refuse.

mod client;
mod grant;
mod moment;
mod place;
mod response;

use super::case::{Case, Rule};
use crate::finding::Confidence::Likely;
use crate::finding::Finding;
use crate::finding::catalogue::response as cause;

/// By theme; among equals in confidence the earlier theme comes first.
pub(super) const RULES: [&[Rule]; 5] = [
    moment::RULES,
    place::RULES,
    grant::RULES,
    client::RULES,
    response::RULES,
];

/// What remains to be said of a refusal that no rule explains.
pub(super) fn unexplained(case: &Case<'_>) -> Finding {
    if case.error().is_some() {
        cause::OWN_ERROR.found(Likely, "the error and its description are the server's")
    } else {
        let evidence = format!("status {} and no error in the body", case.status().as_str());
        cause::NO_OAUTH_ERROR.found(Likely, evidence)
    }
}
