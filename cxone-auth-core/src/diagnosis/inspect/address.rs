//! Rules for the address. They never name the hosts of strangers.

use super::{Rule, Subject, agreement};
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::Finding;
use crate::finding::catalogue::address as cause;
use crate::platform::{Host, Issuer, Platform};

pub(in crate::diagnosis) const RULES: &[Rule] = &[
    invented_host,
    other_vendor,
    agreement::other_server,
    forum_path,
    central_mixed_up,
    client_credentials_at_cxone,
    other_login,
    api_host,
    other_path,
    without_effect,
];

/// Explains no refusal, but the user must know it before a secret is sent.
pub(super) const EXPOSURE: &[Rule] = &[in_clear];

fn in_clear(subject: &Subject<'_>) -> Option<Finding> {
    let is_insecure = subject.config.endpoint.is_insecure();
    is_insecure.then(|| {
        let evidence = "the token endpoint has http:// and a host that is not this machine";
        cause::IN_CLEAR.found(Certain, evidence)
    })
}

/// The path that forum answers give.
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

/// Reports whether the request goes to the path that forum answers give, with or without a slash at
/// its end.
pub(in crate::diagnosis) fn has_forum_path(subject: &Subject<'_>) -> bool {
    subject
        .path()
        .trim_end_matches('/')
        .eq_ignore_ascii_case(FORUM_PATH)
}

/// Returns the address that gives tokens, as far as the host shows it.
fn login_address(subject: &Subject<'_>) -> String {
    match &subject.host {
        Host::GenesysLogin(domain) | Host::Genesys(Some(domain)) => {
            format!("this region's token endpoint is https://login.{domain}/oauth/token")
        }
        Host::Genesys(None) => {
            "a region's token endpoint is https://login.DOMAIN/oauth/token, with the domain of \
             the region"
                .to_owned()
        }
        Host::CxoneIssuer(issuer) | Host::Cxone(Some(issuer)) => {
            format!(
                "this issuer's token endpoint is {}",
                issuer.token_endpoint()
            )
        }
        Host::UserHub(area) => format!(
            "this area's UserHub takes an access key alone at {}",
            area.token_endpoint()
        ),
        Host::Cxone(None) => {
            let global = Issuer::Global.token_endpoint();
            format!("CXone's token endpoint is {global}, or that of a FedRAMP or sovereign issuer")
        }
        Host::Central | Host::Invented(_) | Host::Other => String::new(),
    }
}

fn client_credentials_at_cxone(subject: &Subject<'_>) -> Option<Finding> {
    let is_custom = subject.config.platform == Platform::Custom;
    // At UserHub the address is the problem. UserHub takes no grant at all.
    let is_custom = is_custom && !subject.is_at_user_hub();
    (subject.host.is_cxone() && is_custom).then(|| {
        let evidence =
            "grant_type=client_credentials goes to a host of CXone, without an access key";
        cause::CLIENT_CREDENTIALS_AT_CXONE.found(Likely, evidence)
    })
}

/// Finds the address of one CXone login with the credentials of the other.
fn other_login(subject: &Subject<'_>) -> Option<Finding> {
    let is_at_issuer = matches!(subject.host, Host::CxoneIssuer(_));
    let evidence = match (subject.has_client(), is_at_issuer) {
        (true, _) if subject.is_at_user_hub() => {
            "a form with a client goes to UserHub, which takes an access key alone as JSON"
        }
        (false, true) if !has_forum_path(subject) => {
            "an access key alone goes to an issuer, which takes a client as well"
        }
        _ => return None,
    };
    Some(cause::OTHER_LOGIN.found(Likely, evidence))
}

/// Finds settings that have no effect with an access key alone.
fn without_effect(subject: &Subject<'_>) -> Option<Finding> {
    let settings = &subject.config.without_effect;
    (!settings.is_empty()).then(|| {
        let names: Vec<&str> = settings.iter().map(|setting| setting.as_str()).collect();
        let finding = cause::WITHOUT_EFFECT.found(Certain, names.join(", "));
        finding.about(settings.clone())
    })
}

fn api_host(subject: &Subject<'_>) -> Option<Finding> {
    let is_api = match subject.host {
        Host::Genesys(_) => true,
        Host::Cxone(_) | Host::UserHub(_) => !subject.is_at_user_hub(),
        _ => false,
    };
    (is_api && !has_forum_path(subject))
        .then(|| cause::API_HOST.found(Likely, login_address(subject)))
}

/// Finds a client id of Central at CXone, or another client id at Central. Central's ids have the
/// form `application@vendor`. No client of CXone is known to have such an id.
fn central_mixed_up(subject: &Subject<'_>) -> Option<Finding> {
    let is_central_id = is_central_id(subject);
    let evidence = match &subject.host {
        Host::CxoneIssuer(_) | Host::UserHub(_) | Host::Cxone(_) if is_central_id => {
            "the host is CXone's and the client id has the form application@vendor"
        }
        Host::Central if !is_central_id && subject.has_client() => {
            "the host is Central's and the client id has not the form application@vendor"
        }
        _ => return None,
    };
    Some(cause::CENTRAL_MIXED_UP.found(Likely, evidence))
}

fn is_central_id(subject: &Subject<'_>) -> bool {
    let id = subject.config.client_id().unwrap_or_default();
    id.split_once('@')
        .is_some_and(|(application, vendor)| !application.is_empty() && !vendor.is_empty())
}

fn other_path(subject: &Subject<'_>) -> Option<Finding> {
    if has_forum_path(subject) {
        return None;
    }
    let expected = match &subject.host {
        Host::CxoneIssuer(_) if !subject.has_client() => return None,
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
