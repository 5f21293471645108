//! The one table of the vendors' domains: who owns each, what is there, and whether a token may go
//! there.
//!
//! The regions of Genesys Cloud and the issuers and areas of CXone have rows too. Those are made
//! from [`Region::ALL`], [`Issuer::ALL`] and [`Area::ALL`], which hold each domain together with
//! its name.

use super::{Area, Issuer, Region};
use Holds::{Central, Cxone, CxoneOf, Nothing, Regions};
use Owner::{Genesys, Nice, Stranger};

/// A domain that a vendor has, or that is presented as a vendor's. A row also covers everything
/// below its domain, unless a longer row says otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Domain {
    pub(super) name: &'static str,
    pub(super) owner: Owner,
    pub(super) holds: Holds,
    /// Whether a token of the owner may go to an API below it.
    takes_token: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Genesys,
    Nice,
    /// Another company, or an unknown owner.
    Stranger,
}

/// What is at a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A region of Genesys Cloud: tokens at `login.{domain}`, the API at `api.{domain}`.
    Region,
    /// Each label below it is a region of Genesys Cloud. Nothing is at the domain itself.
    Regions,
    /// An issuer of CXone at the domain itself. Below it there are only APIs.
    Issuer(&'static Issuer),
    /// The UserHub of an area of CXone at the domain itself.
    UserHub(&'static Area),
    /// APIs of CXone. Its issuers and UserHubs have their own rows.
    Cxone,
    /// APIs of CXone for the tenants of this issuer. The issuer's own host is at another domain.
    CxoneOf(&'static Issuer),
    /// Token servers and APIs of inContact Central.
    Central,
    /// No token server and no API: only documentation, or a host that forum answers invented. The
    /// text is the rest of a sentence about the domain.
    Nothing(&'static str),
}

/// The parent of CXone's API hosts, `api-{area}.niceincontact.com`.
pub(super) const NICEINCONTACT: &str = "niceincontact.com";
/// The parent of UserHub's hosts, `{area}.nice-incontact.com`.
pub(super) const NICE_INCONTACT: &str = "nice-incontact.com";
/// The parent of CXone's FedRAMP hosts, `api-de-{area}.nicecxone-gov.com`.
pub(super) const NICECXONE_GOV: &str = "nicecxone-gov.com";
/// The parent of Central's hosts, `api-{cluster}.incontact.com`.
pub(super) const INCONTACT: &str = "incontact.com";

#[rustfmt::skip]
static DOMAINS: [Domain; 19] = [
    // Certain: the region tables of the vendor's SDKs. Each parent domain has at least one region.
    row("pure.cloud", Genesys, Regions, true),
    row("us-gov-pure.cloud", Genesys, Regions, true),
    row("eusc-pure.cloud", Genesys, Regions, true),
    // Likely: the vendor's development and test systems. Only its Terraform provider names them.
    row("inindca.com", Genesys, Holds::Region, true),
    row("inintca.com", Genesys, Holds::Region, true),

    // Certain: NICE's developer documentation and agent SDK.
    row(NICEINCONTACT, Nice, Cxone, true),
    row(NICE_INCONTACT, Nice, Cxone, true),
    // Likely: NICE's agent SDK has FedRAMP's digital API below it. The name suggests that all of it
    // is FedRAMP's.
    row(NICECXONE_GOV, Nice, CxoneOf(&Issuer::FedRamp), true),
    // Certain: NICE's older documentation.
    row(INCONTACT, Nice, Central, true),
    // Likely: clients list clusters in Europe below it. It is an inference that they also give
    // tokens.
    row("incontact.eu", Nice, Central, true),

    // Nothing is documented at these hosts. Forum answers send tokens and secrets there. The parent
    // domain of three of them is NICE's. A token that NICE issued therefore stays with NICE.
    row("api.niceincontact.com", Nice, Nothing("is not an API host: those are called api-AREA.niceincontact.com, and give no tokens"), true),
    row("platform.devtest.niceincontact.com", Nice, Nothing("is not documented"), true),
    row("nice.incontact.com", Nice, Nothing("has no documented hosts"), true),
    row("nicecxone.com", Nice, Nothing("serves documentation only"), false),
    row("cxone.com", Stranger, Nothing("does not belong to NICE"), false),
    row("genesys.cloud", Genesys, Nothing("serves documentation only"), false),
    row("mygenesyscloud.com", Stranger, Nothing("does not belong to Genesys"), false),
    row("genesyscloud.com", Stranger, Nothing("has no documented API"), false),
    row("api.cisco.com", Stranger, Nothing("belongs to Cisco, a third company"), false),
];

const fn row(name: &'static str, owner: Owner, holds: Holds, takes_token: bool) -> Domain {
    Domain {
        name,
        owner,
        holds,
        takes_token,
    }
}

impl Domain {
    /// Returns the row for `host`, given in lower case. If several rows cover it, the longest is
    /// used.
    pub(super) fn of(host: &str) -> Option<Self> {
        rows()
            .filter(|row| is_under(host, row.name))
            .max_by_key(|row| row.name.len())
    }

    /// Reports whether each label below `name` is a region.
    pub(super) fn is_shared(name: &str) -> bool {
        rows().any(|row| row.name == name && row.holds == Regions)
    }
}

/// Reports whether a token of NICE may go to an API at `host`.
pub(crate) fn takes_token_of_nice(host: &str) -> bool {
    Domain::of(host).is_some_and(|domain| domain.owner == Nice && domain.takes_token)
}

/// Reports whether `host` is a vendor's, or is presented as one, and not that of the owner of
/// `other`.
pub(crate) fn is_of_another_owner(host: &str, other: &str) -> bool {
    let Some(domain) = Domain::of(host) else {
        return false;
    };
    // Nothing is known of strangers. Two of them may be two companies.
    let is_same = |own: Domain| match own.owner {
        Stranger => own.name == domain.name,
        owner => owner == domain.owner,
    };
    !Domain::of(other).is_some_and(is_same)
}

/// Returns the whole table.
fn rows() -> impl Iterator<Item = Domain> {
    let regions = Region::ALL
        .iter()
        .map(|region| row(region.domain(), Genesys, Holds::Region, true));
    let issuers = Issuer::ALL
        .iter()
        .filter_map(|issuer| Some(row(issuer.host()?, Nice, Holds::Issuer(issuer), true)));
    let areas = Area::ALL
        .iter()
        .filter_map(|area| Some(row(area.host()?, Nice, Holds::UserHub(area), true)));
    let named = regions.chain(issuers).chain(areas);
    DOMAINS.iter().copied().chain(named)
}

/// Reports whether `host` is `domain` or is below it. Only whole labels count.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Host;

    #[test]
    fn no_domain_has_two_rows() {
        let mut names: Vec<_> = rows().map(|row| row.name).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    }

    #[test]
    fn a_row_rules_over_whole_labels() {
        for row in rows() {
            let below = format!("x.{}", row.name);
            for host in [row.name, &below] {
                assert_eq!(Domain::of(host).unwrap().name, row.name);
            }
            for other in [
                format!("{}.evil.example", row.name),
                format!("not{}", row.name),
                format!("not-{}", row.name),
                format!("{}x", row.name),
            ] {
                let found = Domain::of(&other).map(|row| row.name);
                assert_ne!(found, Some(row.name), "{other}");
            }
        }
    }

    #[test]
    fn every_region_has_its_domain_and_every_issuer_and_area_its_own() {
        for region in Region::ALL {
            for host in [region.login_host(), region.api_host()] {
                let domain = Domain::of(&host).unwrap();
                assert_eq!((domain.name, domain.owner), (region.domain(), Genesys));
                assert!(domain.takes_token && domain.holds == Holds::Region);
            }
        }
        for issuer in Issuer::ALL {
            let host = issuer.host().unwrap();
            assert_eq!(Domain::of(host).unwrap().holds, Holds::Issuer(issuer));
        }
        for area in Area::ALL {
            let host = area.host().unwrap();
            assert_eq!(Domain::of(host).unwrap().holds, Holds::UserHub(area));
        }
    }

    #[test]
    fn an_owner_is_told_apart_from_others() {
        for (host, other, is_another) in [
            ("login.mypurecloud.com", "id.example.com", true),
            ("login.mypurecloud.com", "cxone.niceincontact.com", true),
            ("cxone.niceincontact.com", "login.mypurecloud.de", true),
            ("login.mypurecloud.com", "login.mypurecloud.de", false),
            ("na1.nice-incontact.com", "cxone.niceincontact.com", false),
            ("api.incontact.com", "cxone.niceincontact.com", false),
            ("cxone.com", "id.example.com", true),
            ("x.cxone.com", "cxone.com", false),
            ("cxone.com", "api.cisco.com", true),
            ("id.example.com", "login.mypurecloud.com", false),
            ("tokens.example.com", "id.example.com", false),
        ] {
            assert_eq!(is_of_another_owner(host, other), is_another, "{host}");
        }
    }

    #[test]
    fn a_token_of_nices_goes_to_apis_of_nices() {
        for row in rows() {
            let below = format!("api-x.{}", row.name);
            for host in [row.name, &below] {
                let is_expected = row.owner == Nice && row.takes_token;
                assert_eq!(takes_token_of_nice(host), is_expected, "{host}");
            }
            assert!(row.owner != Stranger || !row.takes_token, "{}", row.name);
        }
    }

    #[test]
    fn a_verdict_follows_from_what_lives_there() {
        for row in rows() {
            let host = Host::of(row.name);
            let is_as_it_says = match row.holds {
                Holds::Region => host == Host::Genesys(Some(row.name.to_owned())),
                Regions => host == Host::Genesys(None),
                Holds::Issuer(issuer) => host == Host::CxoneIssuer(issuer.clone()),
                Holds::UserHub(area) => host == Host::UserHub(area.clone()),
                Cxone => host == Host::Cxone(None),
                CxoneOf(issuer) => host == Host::Cxone(Some(issuer.clone())),
                Central => host == Host::Central,
                Nothing(known) => host == Host::Invented(format!("{} {known}", row.name)),
            };
            assert!(is_as_it_says, "{}: {host:?}", row.name);
        }
    }
}
