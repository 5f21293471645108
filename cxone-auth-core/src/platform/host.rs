//! Whose host an address names.

use super::genesys::SHARED;
use super::{Issuer, Region};

/// What is known about a host. Names are matched by whole labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// `login.{domain}` of Genesys Cloud.
    GenesysLogin(String),
    /// Any other host of Genesys Cloud, such as `api.{domain}`.
    Genesys(String),
    /// The host of a CXone issuer.
    CxoneIssuer(Issuer),
    /// Any other host of CXone: an API, UserHub.
    Cxone,
    /// A server of inContact Central.
    Central,
    /// A host that is passed around and that no vendor has; what is known of it.
    Invented(&'static str),
    /// Anybody else's.
    Other,
}

/// Domains that forum answers name, and what is known of them. The first that fits counts.
static INVENTED: [(&str, &str); 9] = [
    ("cxone.com", "cxone.com is not NICE's"),
    (
        "nice.incontact.com",
        "no host under nice.incontact.com is documented",
    ),
    ("nicecxone.com", "nicecxone.com serves documentation only"),
    (
        "api.niceincontact.com",
        "API hosts are called api-{area}.niceincontact.com, and give no tokens",
    ),
    (
        "platform.devtest.niceincontact.com",
        "platform.devtest.niceincontact.com is not documented",
    ),
    ("genesys.cloud", "genesys.cloud serves documentation only"),
    (
        "mygenesyscloud.com",
        "mygenesyscloud.com is not Genesys' domain",
    ),
    ("genesyscloud.com", "genesyscloud.com has no documented API"),
    ("api.cisco.com", "api.cisco.com is Cisco's, a third company"),
];

/// Parent domains of CXone beyond its issuers.
static CXONE: [&str; 2] = ["niceincontact.com", "nice-incontact.com"];

impl Host {
    /// Tells whose `host` is, given in lower case.
    pub(crate) fn of(host: &str) -> Self {
        if let Some((_, known)) = INVENTED.iter().find(|(domain, _)| is_under(host, domain)) {
            return Self::Invented(known);
        }
        if let Some(issuer) = issuer_at(host) {
            return Self::CxoneIssuer(issuer);
        }
        if CXONE.iter().any(|domain| is_under(host, domain)) {
            return Self::Cxone;
        }
        if is_under(host, "incontact.com") {
            return Self::Central;
        }
        genesys(host).unwrap_or(Self::Other)
    }

    pub(crate) fn is_genesys(&self) -> bool {
        matches!(self, Self::GenesysLogin(_) | Self::Genesys(_))
    }

    pub(crate) fn is_nice(&self) -> bool {
        matches!(self, Self::CxoneIssuer(_) | Self::Cxone | Self::Central)
    }

    /// Whether a vendor has it, or it is passed off as a vendor's.
    pub(crate) fn is_of_a_vendor(&self) -> bool {
        *self != Self::Other
    }
}

fn issuer_at(host: &str) -> Option<Issuer> {
    Issuer::ALL
        .iter()
        .find(|issuer| issuer.token_endpoint().host() == host)
        .cloned()
}

fn genesys(host: &str) -> Option<Host> {
    let known = Region::ALL
        .iter()
        .map(Region::domain)
        .find(|domain| is_under(host, domain));
    let domain = match known {
        Some(domain) => domain,
        None => newer_region(host)?,
    };
    let is_login = host.strip_prefix("login.") == Some(domain);
    Some(if is_login {
        Host::GenesysLogin(domain.to_owned())
    } else {
        Host::Genesys(domain.to_owned())
    })
}

/// The domain of a region that no table has, such as `xyz1.pure.cloud`.
fn newer_region(host: &str) -> Option<&str> {
    let parent = SHARED.iter().find(|parent| is_under(host, parent))?;
    let labels = host.strip_suffix(parent)?.strip_suffix('.')?;
    let start = labels.rfind('.').map_or(0, |dot| dot + 1);
    Some(&host[start..])
}

/// Whether `host` is `domain` or lies under it, by whole labels.
pub(crate) fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
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
                Host::Genesys(domain("mypurecloud.com.au")),
            ),
            (
                "login.xyz1.pure.cloud",
                Host::GenesysLogin(domain("xyz1.pure.cloud")),
            ),
            ("login.mypurecloud.com.br", Host::Other),
            ("notmypurecloud.com", Host::Other),
            ("pure.cloud", Host::Other),
            ("cxone.niceincontact.com", Host::CxoneIssuer(Issuer::Global)),
            ("nicecxone-sov1.eu", Host::CxoneIssuer(Issuer::SovereignEu)),
            ("api-na1.niceincontact.com", Host::Cxone),
            ("na1.nice-incontact.com", Host::Cxone),
            ("api.incontact.com", Host::Central),
            ("api-c32.incontact.com", Host::Central),
            ("notincontact.com", Host::Other),
            ("127.0.0.1", Host::Other),
        ] {
            assert_eq!(Host::of(host), expected, "{host}");
        }
    }

    #[test]
    fn hosts_of_forum_answers_are_nobodys() {
        for host in [
            "api.cxone.com",
            "api-us-1.cxone.com",
            "api.nicecxone.com",
            "platform.nicecxone.com",
            "api.nice.incontact.com",
            "api.niceincontact.com",
            "api.us.genesys.cloud",
            "example.genesyscloud.com",
            "api.mygenesyscloud.com",
            "api.cisco.com",
        ] {
            assert!(matches!(Host::of(host), Host::Invented(_)), "{host}");
        }
        assert_eq!(Host::of("id.cisco.com"), Host::Other);
        assert_eq!(Host::of("mycxone.com"), Host::Other);
    }
}
