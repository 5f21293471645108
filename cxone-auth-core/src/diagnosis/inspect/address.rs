//! Rules over the address. Hosts of strangers are never named.

use super::{Rule, Subject};
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::Finding;
use crate::finding::catalogue::address as cause;
use crate::platform::{Host, Issuer, Platform};

pub(in crate::diagnosis) const RULES: &[Rule] = &[
    invented_host,
    other_vendor,
    forum_path,
    central_mixed_up,
    client_credentials_at_cxone,
    api_host,
    other_path,
];

/// What explains no refusal, and is to be known before one is sent.
pub(super) const EXPOSURE: &[Rule] = &[in_clear];

fn in_clear(subject: &Subject<'_>) -> Option<Finding> {
    let is_insecure = subject.config.endpoint.is_insecure();
    is_insecure.then(|| {
        let evidence = "the token endpoint has http:// and a host that is not this machine";
        cause::IN_CLEAR.found(Certain, evidence)
    })
}

/// The path of forum answers.
pub(in crate::diagnosis) const FORUM_PATH: &str = "/api/v2/oauth/token";

fn invented_host(subject: &Subject<'_>) -> Option<Finding> {
    let Host::Invented(known) = &subject.host else {
        return None;
    };
    Some(cause::INVENTED_HOST.found(Certain, known.as_str()))
}

fn other_vendor(subject: &Subject<'_>) -> Option<Finding> {
    let is_of_genesys = matches!(subject.config.platform, Platform::GenesysCloud(_));
    let is_of_nice = matches!(
        subject.config.platform,
        Platform::Cxone(_) | Platform::Central(_)
    );
    let evidence = if is_of_genesys && subject.host.is_nice() {
        "the configuration is for Genesys Cloud and the host is NICE's"
    } else if is_of_nice && subject.host.is_genesys() {
        "the configuration is for NICE and the host is Genesys Cloud's"
    } else {
        return None;
    };
    Some(cause::OTHER_VENDOR.found(Certain, evidence))
}

fn forum_path(subject: &Subject<'_>) -> Option<Finding> {
    let is_at_a_vendor = subject.host.is_of_a_vendor() && has_forum_path(subject);
    is_at_a_vendor.then(|| cause::FORUM_PATH.found(Certain, login_address(subject)))
}

/// Whether the request goes to the path of forum answers, with or without a slash at its end.
pub(in crate::diagnosis) fn has_forum_path(subject: &Subject<'_>) -> bool {
    subject
        .path()
        .trim_end_matches('/')
        .eq_ignore_ascii_case(FORUM_PATH)
}

/// The address that does give tokens, as far as the host tells it.
fn login_address(subject: &Subject<'_>) -> String {
    match &subject.host {
        Host::GenesysLogin(domain) | Host::Genesys(Some(domain)) => {
            format!("this region's token endpoint is https://login.{domain}/oauth/token")
        }
        Host::Genesys(None) => {
            "a region's token endpoint is https://login.{domain}/oauth/token, with the domain of \
             the region"
                .to_owned()
        }
        Host::CxoneIssuer(issuer) | Host::Cxone(Some(issuer)) => {
            format!(
                "this issuer's token endpoint is {}",
                issuer.token_endpoint()
            )
        }
        Host::Cxone(None) => {
            let global = Issuer::Global.token_endpoint();
            format!("CXone's token endpoint is {global}, or that of a FedRAMP or sovereign issuer")
        }
        Host::Central | Host::Invented(_) | Host::Other => String::new(),
    }
}

fn client_credentials_at_cxone(subject: &Subject<'_>) -> Option<Finding> {
    let is_custom = subject.config.platform == Platform::Custom;
    (subject.host.is_cxone() && is_custom).then(|| {
        let evidence =
            "grant_type=client_credentials goes to a host of CXone, without an access key";
        cause::CLIENT_CREDENTIALS_AT_CXONE.found(Likely, evidence)
    })
}

fn api_host(subject: &Subject<'_>) -> Option<Finding> {
    let is_api = matches!(subject.host, Host::Genesys(_) | Host::Cxone(_));
    (is_api && !has_forum_path(subject))
        .then(|| cause::API_HOST.found(Likely, login_address(subject)))
}

/// Central's ids have the form `application@vendor`, and clients of CXone are not known to.
fn central_mixed_up(subject: &Subject<'_>) -> Option<Finding> {
    let is_central_id = is_central_id(subject);
    let evidence = match &subject.host {
        Host::CxoneIssuer(_) | Host::Cxone(_) if is_central_id => {
            "the host is CXone's and the client id has the form application@vendor"
        }
        Host::Central if !is_central_id => {
            "the host is Central's and the client id has not the form application@vendor"
        }
        _ => return None,
    };
    Some(cause::CENTRAL_MIXED_UP.found(Likely, evidence))
}

fn is_central_id(subject: &Subject<'_>) -> bool {
    let parts = subject.config.credentials.id().split_once('@');
    parts.is_some_and(|(application, vendor)| !application.is_empty() && !vendor.is_empty())
}

fn other_path(subject: &Subject<'_>) -> Option<Finding> {
    if has_forum_path(subject) {
        return None;
    }
    let expected = match &subject.host {
        Host::GenesysLogin(_) => "/oauth/token",
        Host::CxoneIssuer(_) => "/auth/token",
        Host::Central => "/InContactAuthorizationServer/Token",
        _ => return None,
    };
    let is_other = !subject.path().eq_ignore_ascii_case(expected);
    is_other.then(|| {
        let evidence = format!("the token endpoint of this host has the path {expected}");
        cause::OTHER_PATH.found(Likely, evidence)
    })
}
