//! Rules for responses that may refuse the address from which the request came.
//!
//! Genesys Cloud's response to a client outside its allow list is not public. Words about an
//! address therefore count at any position. Without them, the list is only one of the possible
//! causes.

use http::StatusCode;

use super::client::has_id_of_another_vendor;
use crate::diagnosis::explain::Case;
use crate::error::{ErrorKind, Reason};
use crate::finding::Confidence::{Likely, Possible};
use crate::finding::Finding;
use crate::finding::catalogue::credential::NOT_ALLOWED_FROM_HERE;

/// Applies if the server mentions an IP address.
pub(super) fn named(case: &Case<'_>) -> Option<Finding> {
    (is_refused(case) && speaks_of_an_address(case))
        .then(|| NOT_ALLOWED_FROM_HERE.found(Likely, "the response speaks of an IP address"))
}

/// Applies if Genesys Cloud refuses the client in a way that does not show the cause.
pub(super) fn unnamed(case: &Case<'_>) -> Option<Finding> {
    let is_open = match case.error() {
        Some("invalid_client") => case.is_client_refused() && !has_id_of_another_vendor(case),
        Some("unauthorized_client" | "access_denied") => !case.response.speaks_of(&["grant"]),
        Some(_) => false,
        None => case.status() == StatusCode::FORBIDDEN && !case.response.is_web_page(),
    };
    let is_open = is_open && is_refused(case) && case.subject.is_genesys();
    (is_open && !speaks_of_an_address(case)).then(|| {
        let evidence = "the response does not say whether the client has an allow list";
        NOT_ALLOWED_FROM_HERE.found(Possible, evidence)
    })
}

/// Reports whether the address is refused. A rate limit that counts by address is not an allow
/// list; it is reported as a limit. A scope that is refused may have any words in its name.
fn is_refused(case: &Case<'_>) -> bool {
    let kinds = [ErrorKind::Credentials, ErrorKind::Configuration];
    kinds.contains(&case.response.kind)
        && case.reason() != Reason::Scope
        && case.status().is_client_error()
}

pub(super) fn speaks_of_an_address(case: &Case<'_>) -> bool {
    let description = case.response.refusal.description.as_deref();
    // The server may repeat the id, whose words are the client's.
    let id = case.subject.config.client_id().unwrap_or_default();
    let description = description.unwrap_or_default().replace(id, "");
    let mut words = description.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        let names = ["ip", "ips", "ipv4", "ipv6"];
        names.iter().any(|name| word.eq_ignore_ascii_case(name))
    })
}
