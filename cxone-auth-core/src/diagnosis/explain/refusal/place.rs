//! Responses that come from another place than a token endpoint.

use http::StatusCode;

use crate::diagnosis::explain::case::{Case, Rule};
use crate::diagnosis::inspect::has_forum_path;
use crate::error::ErrorKind;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::{address as cause, transport};
use crate::platform::{Host, Platform};
use crate::protocol::redaction;

pub(super) const RULES: &[Rule] = &[
    redirect,
    proxy_wants_a_login,
    forum_path_elsewhere,
    api_responses,
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
        cause::REDIRECT.found(Certain, evidence)
    })
}

fn proxy_wants_a_login(case: &Case<'_>) -> Option<Finding> {
    let is_proxy = case.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
    is_proxy.then(|| transport::PROXY.found(Certain, "status 407 comes from a proxy"))
}

/// At a stranger's host the path may be right, unless the response says otherwise.
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
    Some(cause::FORUM_PATH.found(confidence, ""))
}

/// Errors in the shape of Genesys Cloud's API, whose codes its login host does not have.
fn api_responses(case: &Case<'_>) -> Option<Finding> {
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
        cause::API_HOST.found(Likely, evidence)
    })
}

fn no_endpoint_here(case: &Case<'_>) -> Option<Finding> {
    case.is_missing().then(|| {
        let evidence = format!("status {}", case.status().as_str());
        cause::NO_ENDPOINT_HERE.found(Likely, evidence)
    })
}

fn web_page(case: &Case<'_>) -> Option<Finding> {
    let is_told_otherwise = case.is_missing() || case.response.kind == ErrorKind::Unavailable;
    let is_portal = case.status() == StatusCode::NETWORK_AUTHENTICATION_REQUIRED;
    if is_portal {
        return Some(cause::WEB_PAGE.found(Certain, "status 511 comes from a sign-in portal"));
    }
    case.response.is_web_page().then(|| {
        let confidence = if is_told_otherwise { Possible } else { Likely };
        let evidence = format!("status {} with a page of HTML", case.status().as_str());
        cause::WEB_PAGE.found(confidence, evidence)
    })
}
