//! Rules for two settings that contradict each other. Each setting alone may be right.

use super::{Rule, Subject};
use crate::finding::Confidence::Likely;
use crate::finding::catalogue::{address, api};
use crate::finding::{Finding, Setting};
use crate::platform::{Central, Host, Issuer, Platform, Region, known_area_of};

/// Rules for the API. No server refuses a token request because of it.
pub(super) const RULES: &[Rule] = &[other_api];

/// Finds a region, an issuer, an area or a cluster together with the token endpoint of another one.
pub(super) fn other_server(subject: &Subject<'_>) -> Option<Finding> {
    let (evidence, setting) = match (&subject.config.platform, &subject.host) {
        (
            Platform::GenesysCloud(region),
            Host::GenesysLogin(domain) | Host::Genesys(Some(domain)),
        ) if region.domain() != domain => (
            format!(
                "the region is {}, and the token endpoint is in {}",
                named(region.domain()),
                named(domain)
            ),
            Setting::Region,
        ),
        (Platform::Cxone(issuer), Host::CxoneIssuer(other) | Host::Cxone(Some(other)))
            if issuer.name().is_some() && issuer != other =>
        {
            (
                format!("the issuer is {issuer}, and the token endpoint is of {other}"),
                Setting::Issuer,
            )
        }
        (Platform::Cxone(_), Host::UserHub(_) | Host::Cxone(_)) => {
            (other_area(subject)?, Setting::Issuer)
        }
        (Platform::Central(server), Host::Central) => (
            other_cluster(server, subject.config.endpoint.host())?,
            Setting::Region,
        ),
        _ => return None,
    };
    let finding = address::OTHER_SERVER.found(Likely, evidence);
    Some(finding.about(vec![setting, Setting::TokenEndpoint]))
}

/// Finds the area of an access key alone together with the token endpoint of another area.
fn other_area(subject: &Subject<'_>) -> Option<String> {
    let own = area_that_is_set(subject)?;
    let other = known_area_of(subject.config.endpoint.host())?;
    (own != other).then(|| format!("the area is {own}, and the token endpoint is of {other}"))
}

fn area_that_is_set(subject: &Subject<'_>) -> Option<&'static str> {
    known_area_of(subject.config.area.as_ref()?.token_endpoint().host())
}

/// Finds another cluster. A cluster has hosts below several domains, so only the label counts.
fn other_cluster(server: &Central, host: &str) -> Option<String> {
    let own = server.cluster_name()?;
    let label = host.split('.').next()?;
    let other = label.strip_prefix("api-").unwrap_or(label);
    (other != own && Central::is_cluster(other))
        .then(|| format!("the cluster is {own}, and the token endpoint is of {other}"))
}

/// Returns a domain, with the name of its region if it has one.
fn named(domain: &str) -> String {
    let region = Region::ALL.iter().find(|region| region.domain() == domain);
    match region {
        Some(region) => format!("{region} ({domain})"),
        None => domain.to_owned(),
    }
}

/// Where a token is valid.
enum Home<'c> {
    Region(&'c str),
    Issuer(&'c Issuer),
    /// An area of CXone, with its name if it is known.
    Area(Option<&'static str>),
    Central,
}

impl<'c> Home<'c> {
    /// Returns the home of the server that responds, or of the server behind a gateway.
    fn of(subject: &'c Subject<'_>) -> Option<Self> {
        match (&subject.host, &subject.config.platform) {
            (Host::GenesysLogin(domain) | Host::Genesys(Some(domain)), _) => {
                Some(Self::Region(domain))
            }
            (Host::CxoneIssuer(issuer) | Host::Cxone(Some(issuer)), _) => {
                Some(Self::Issuer(issuer))
            }
            (Host::UserHub(_) | Host::Cxone(None), _) => {
                Some(Self::Area(known_area_of(subject.config.endpoint.host())))
            }
            (Host::Central, _) | (Host::Other, Platform::Central(_)) => Some(Self::Central),
            (Host::Other, Platform::GenesysCloud(region)) => Some(Self::Region(region.domain())),
            (Host::Other, Platform::Cxone(issuer)) => match area_that_is_set(subject) {
                Some(area) => Some(Self::Area(Some(area))),
                None => Some(Self::Issuer(issuer)),
            },
            _ => None,
        }
    }

    /// Returns why the token cannot be used at `host`, which is a vendor's.
    fn objection_to(&self, host: &str) -> Option<String> {
        match (self, Host::of(host)) {
            (_, Host::Invented(known)) => Some(known),
            (Self::Region(_), other) if other.is_nice() => {
                Some("the token is Genesys Cloud's, and the API base is NICE's".to_owned())
            }
            (Self::Issuer(_) | Self::Area(_) | Self::Central, other) if other.is_genesys() => {
                Some("the token is NICE's, and the API base is Genesys Cloud's".to_owned())
            }
            (Self::Region(own), other) => in_another_region(own, host, &other),
            (Self::Issuer(issuer), other) => of_another_issuer(issuer, host, &other),
            (Self::Area(area), other) => in_another_area((*area)?, host, &other),
            (Self::Central, _) => None,
        }
    }
}

fn in_another_region(own: &str, host: &str, other: &Host) -> Option<String> {
    match other {
        Host::GenesysLogin(domain) | Host::Genesys(Some(domain)) if domain != own => {
            let (own, other) = (named(own), named(domain));
            Some(format!(
                "the token is of {own}, and the API base is in {other}"
            ))
        }
        Host::GenesysLogin(domain) => Some(format!(
            "{host} gives tokens, and the API is at api.{domain}"
        )),
        Host::Genesys(Some(domain)) if host == domain || host == format!("apps.{domain}") => {
            Some(format!("the API is at api.{domain}, not at {host}"))
        }
        Host::Genesys(None) => Some(format!("no region has the host {host}")),
        _ => None,
    }
}

fn of_another_issuer(issuer: &Issuer, host: &str, other: &Host) -> Option<String> {
    issuer.name()?;
    let serving = match other {
        Host::CxoneIssuer(other) | Host::Cxone(Some(other)) => Some(other.clone()),
        Host::Cxone(None) => Issuer::serving(host),
        _ => None,
    };
    let other = serving.filter(|other| other != issuer)?;
    Some(format!(
        "the token is of the issuer {issuer}, and the API base is of {other}"
    ))
}

fn in_another_area(own: &str, host: &str, other: &Host) -> Option<String> {
    match known_area_of(host) {
        Some(area) => (area != own)
            .then(|| format!("the token is of the area {own}, and the API base is in {area}")),
        None => of_another_issuer(&own.parse().ok()?, host, other),
    }
}

fn other_api(subject: &Subject<'_>) -> Option<Finding> {
    let host = subject.config.api_base()?.origin().host();
    let is_own = match &subject.config.platform {
        // The API is where the platform has it. The token endpoint causes the contradiction.
        Platform::GenesysCloud(region) => region.api_host() == host,
        _ => false,
    };
    if is_own {
        return None;
    }
    let evidence = Home::of(subject)?.objection_to(host)?;
    Some(api::OTHER_API.found(Likely, evidence))
}
