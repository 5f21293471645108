//! The domains of NICE, under which an API of CXone is found.

use crate::address::{ApiBase, Origin};
use crate::config::Config;
use crate::error::Error;
use crate::finding::catalogue::api;
use crate::finding::{CatalogueEntry, Finding};
use crate::protocol::redaction;

/// Parent domains of API and cluster hosts, and the hosts of the sovereign clouds, whose APIs have
/// no documented place of their own.
///
/// Source: NICE's developer documentation and agent SDK, and clients that list cluster hosts.
static DOMAINS: [&str; 7] = [
    "niceincontact.com",
    "nice-incontact.com",
    "incontact.com",
    "incontact.eu",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
    "nicecxone-sov1.uk",
];

/// The base of an API that a discovery document names, if the token may go there: `https` under a
/// domain of NICE, or where `config` allows it. Otherwise what is wrong, with the host where it can
/// be told.
pub(super) fn api_base(config: &Config, text: &str) -> Result<ApiBase, String> {
    let base: ApiBase = text.parse().map_err(|error: Error| {
        let code = error.diagnosis().first().map(Finding::code);
        let is = |entry: &CatalogueEntry| code == Some(entry.code);
        if is(&api::API_PLAIN_HTTP) {
            "http to a host that is not loopback".to_owned()
        } else if is(&api::API_USER_INFORMATION) {
            "user information before the host".to_owned()
        } else {
            "no address of an API".to_owned()
        }
    })?;
    let origin = base.origin();
    if config.allows_api(origin) || origin.is_https() && is_nice(origin) {
        Ok(base)
    } else {
        let origin = redaction::word(&origin.to_string(), config)
            .filter(|origin| !redaction::repeats_a_secret(origin, config));
        let origin = origin.as_deref().unwrap_or("at a host");
        Err(format!("{origin}, which is not under a domain of NICE"))
    }
}

/// Matches by whole labels: `niceincontact.com.example` and `myniceincontact.com` are others.
fn is_nice(origin: &Origin) -> bool {
    DOMAINS.iter().any(|domain| {
        let before = origin.host().strip_suffix(domain);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}
