//! Tells which vendor's host an address names.

use super::domain::{Domain, Holds};
use super::genesys::is_service;
use super::{Area, Issuer};

/// What is known about a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// `login.{domain}` of Genesys Cloud.
    GenesysLogin(String),
    /// Any other host of Genesys Cloud, such as `api.{domain}`, with the domain of its region if it
    /// is in one.
    Genesys(Option<String>),
    /// The host of a CXone issuer.
    CxoneIssuer(Issuer),
    /// The UserHub of an area of CXone.
    UserHub(Area),
    /// Any other host of CXone, such as an API, with the issuer whose tenants it serves if the
    /// domain shows it.
    Cxone(Option<Issuer>),
    /// A server of inContact Central.
    Central,
    /// A host that forum answers name and no vendor has, with what is known of it.
    Invented(String),
    /// Any other host.
    Other,
}

impl Host {
    /// Returns whose `host` is. It must be in lower case.
    pub(crate) fn of(host: &str) -> Self {
        let Some(domain) = Domain::of(host) else {
            return Self::Other;
        };
        match domain.holds {
            Holds::Region => genesys(host, Some(domain.name)),
            Holds::Regions => genesys(host, newer_region(host, domain.name)),
            Holds::Issuer(issuer) if host == domain.name => Self::CxoneIssuer(issuer.clone()),
            Holds::Issuer(issuer) | Holds::CxoneOf(issuer) => Self::Cxone(Some(issuer.clone())),
            Holds::UserHub(area) if host == domain.name => Self::UserHub(area.clone()),
            Holds::UserHub(_) | Holds::Cxone => Self::Cxone(None),
            Holds::Central => Self::Central,
            Holds::Nothing(known) => Self::Invented(format!("{} {known}", domain.name)),
        }
    }

    pub(crate) fn is_genesys(&self) -> bool {
        matches!(self, Self::GenesysLogin(_) | Self::Genesys(_))
    }

    pub(crate) fn is_cxone(&self) -> bool {
        matches!(
            self,
            Self::CxoneIssuer(_) | Self::UserHub(_) | Self::Cxone(_)
        )
    }

    pub(crate) fn is_nice(&self) -> bool {
        self.is_cxone() || *self == Self::Central
    }

    /// Reports whether the host is a vendor's, or is presented as a vendor's.
    pub(crate) fn is_of_a_vendor(&self) -> bool {
        *self != Self::Other
    }
}

fn genesys(host: &str, domain: Option<&str>) -> Host {
    match domain {
        Some(domain) if host.strip_prefix("login.") == Some(domain) => {
            Host::GenesysLogin(domain.to_owned())
        }
        domain => Host::Genesys(domain.map(str::to_owned)),
    }
}

/// Returns the domain of the region below `parent` that contains `host`, such as `xyz1.pure.cloud`.
fn newer_region<'h>(host: &'h str, parent: &str) -> Option<&'h str> {
    let labels = host.strip_suffix(parent)?.strip_suffix('.')?;
    let start = labels.rfind('.').map_or(0, |dot| dot + 1);
    (!is_service(&labels[start..])).then(|| &host[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart_by_whole_labels() {
        let domain = |text: &str| text.to_owned();
        for (host, expected) in [
            (
                "login.mypurecloud.com",
                Host::GenesysLogin(domain("mypurecloud.com")),
            ),
            (
                "api.mypurecloud.com.au",
                Host::Genesys(Some(domain("mypurecloud.com.au"))),
            ),
            (
                "login.xyz1.pure.cloud",
                Host::GenesysLogin(domain("xyz1.pure.cloud")),
            ),
            ("login.mypurecloud.com.br", Host::Other),
            ("notmypurecloud.com", Host::Other),
            ("pure.cloud", Host::Genesys(None)),
            ("api.pure.cloud", Host::Genesys(None)),
            ("cxone.niceincontact.com", Host::CxoneIssuer(Issuer::Global)),
            ("nicecxone-sov1.eu", Host::CxoneIssuer(Issuer::SovereignEu)),
            (
                "api.nicecxone-sov1.eu",
                Host::Cxone(Some(Issuer::SovereignEu)),
            ),
            ("api-na1.niceincontact.com", Host::Cxone(None)),
            (
                "api-de-na2.nicecxone-gov.com",
                Host::Cxone(Some(Issuer::FedRamp)),
            ),
            ("na1.nice-incontact.com", Host::UserHub(Area::Na1)),
            ("x.na1.nice-incontact.com", Host::Cxone(None)),
            ("na2.nice-incontact.com", Host::Cxone(None)),
            ("api.incontact.com", Host::Central),
            ("api-c32.incontact.com", Host::Central),
            ("notincontact.com", Host::Other),
            ("id.cisco.com", Host::Other),
            ("mycxone.com", Host::Other),
            ("127.0.0.1", Host::Other),
        ] {
            assert_eq!(Host::of(host), expected, "{host}");
        }
    }
}
