//! The errors about names that are no region's and no issuer's, which say what the name is instead.

use super::cxone::{area_of, is_cluster};
use super::domain::Domain;
use super::genesys::without_service;
use super::suggestion::{Realm, area_like, nearest, of_place};
use super::{Host, Issuer, Region, host_of, quoted, unknown_name};
use crate::error::Error;
use crate::finding::catalogue::address as cause;
use crate::finding::{Confidence, Message, Term};

/// The error about a text that names no region.
pub(super) fn region(text: &str) -> Error {
    let Some(host) = host_of(text) else {
        return Error::configuration(
            "Genesys Cloud region contains user information: write a name like us-east-1",
        )
        .with_finding(unknown_name("", true));
    };
    if let Some(error) = of_cxone(text, &host) {
        return error;
    }
    let hint = meant_region(&host);
    if let (None, Some(area)) = (&hint, area_like(&host)) {
        let message = Message::from(format!(
            "unknown Genesys Cloud region {}, which looks like an area of CXone: did you mean ",
            quoted(&host)
        ));
        let message = message.term(Term::Issuer).and(&format!(" {area}?"));
        return of_other_vendor(
            message,
            Confidence::Likely,
            "it has the form of an area of CXone",
        );
    }
    let message = unknown("Genesys Cloud region", &host, hint).and(" (");
    Error::configuration(message.term(Term::NewerRegion).and(")"))
        .with_finding(unknown_name(&host, true))
}

/// The error about a text that names no issuer.
pub(super) fn issuer(text: &str) -> Error {
    let Some(host) = host_of(text) else {
        return Error::configuration(
            "CXone issuer contains user information: write a name like global or a URL",
        )
        .with_finding(unknown_name("", false));
    };
    if let Some(error) = of_genesys(text, &host) {
        return error;
    }
    let message = match area_of(&host).unwrap_or(&host) {
        cluster if is_cluster(cluster) => Message::from(format!(
            "{cluster} is a cluster of CXone, and an issuer serves areas: use "
        ))
        .term(Term::Issuer)
        .and(" AREA with the area of the tenant"),
        _ => unknown("CXone issuer", &host, meant_issuer(&host)),
    };
    Error::configuration(message.and(" (").term(Term::OtherIssuer).and(")"))
        .with_finding(unknown_name(&host, false))
}

/// The error about a name of a region or an area where a cluster of Central is wanted.
pub(super) fn no_cluster(name: &str) -> Option<Error> {
    let what = if Region::known(name).is_some() {
        "a region of Genesys Cloud"
    } else if Issuer::of_area(name).is_some() {
        "an area of CXone"
    } else {
        return None;
    };
    let evidence = format!("{name} is {what}");
    let message = format!("{evidence}, and Central has clusters: write one like c32");
    Some(of_other_vendor(
        message.into(),
        Confidence::Certain,
        evidence,
    ))
}

fn unknown(what: &str, host: &str, hint: Option<String>) -> Message {
    let message = Message::from(format!("unknown {what} {}: ", quoted(host)));
    match hint {
        Some(hint) => message.and(&hint),
        None => message.term(Term::KnownNames),
    }
}

fn of_other_vendor(
    message: Message,
    confidence: Confidence,
    evidence: impl Into<Message>,
) -> Error {
    let finding = cause::NAME_OF_OTHER_VENDOR.found(confidence, evidence);
    Error::configuration(message).with_finding(finding)
}

/// The error about a name of CXone's where a region is wanted.
fn of_cxone(text: &str, host: &str) -> Option<Error> {
    let issuer = Issuer::known(text);
    if host.contains('.') {
        let message = match (issuer, Host::of(host)) {
            (Some(issuer), _) => Message::from(format!("{host} is a host of CXone: use "))
                .term(Term::Issuer)
                .and(&format!(" {issuer}")),
            (None, Host::Central) => {
                Message::from(format!("{} is a host of Central: use ", quoted(host)))
                    .term(Term::Central)
            }
            (None, other) if other.is_cxone() => {
                Message::from(format!("{} is a host of CXone: use ", quoted(host)))
                    .term(Term::Issuer)
                    .and(" AREA with the area of the tenant")
            }
            _ => return None,
        };
        return Some(Error::configuration(message).with_finding(unknown_name(host, true)));
    }
    if is_cluster(host) {
        let evidence = format!("{host} is a cluster of CXone or of Central");
        let message = Message::from(format!("{evidence}: use "))
            .term(Term::Issuer)
            .and(" AREA with the area of the tenant, or for legacy Central ")
            .term(Term::Central);
        return Some(of_other_vendor(message, Confidence::Certain, evidence));
    }
    issuer?;
    let what = if Issuer::of_area(host).is_some() {
        "an area"
    } else {
        "an issuer"
    };
    let evidence = format!("{host} is {what} of CXone");
    let message = Message::from(format!("{evidence}: use "));
    let mut message = message.term(Term::Issuer).and(&format!(" {host}"));
    if Realm::named_in(host) == Some(Realm::FedRamp) {
        message = message.and("; ").and(FEDRAMP_REGION);
    }
    Some(of_other_vendor(message, Confidence::Certain, evidence))
}

/// The error about a name of Genesys Cloud's where an issuer is wanted.
fn of_genesys(text: &str, host: &str) -> Option<Error> {
    let region = Region::known_or_newer(text).ok()?;
    let what = if host.contains('.') {
        "an address"
    } else {
        "a region"
    };
    let evidence = format!("{host} is {what} of Genesys Cloud");
    let message = Message::from(format!("{evidence}: use "));
    let message = message.term(Term::Region).and(&format!(" {region}"));
    Some(if host.contains('.') {
        Error::configuration(message).with_finding(unknown_name(host, false))
    } else {
        of_other_vendor(message, Confidence::Certain, evidence)
    })
}

const FEDRAMP_REGION: &str = "the FedRAMP region of Genesys Cloud is us-east-2";

/// What may be meant by a name that no region has.
fn meant_region(host: &str) -> Option<String> {
    let spelling = without_service(host).replace('_', "-");
    let domains = || Region::ALL.iter().map(Region::domain);
    if Domain::is_shared(&spelling) {
        return Some(format!(
            "regions share this domain, so write LABEL.{spelling} with the label of the region"
        ));
    }
    if let Host::Genesys(Some(domain)) = Host::of(host) {
        if domains().any(|own| own == domain) {
            return Some(did_you_mean(&domain));
        }
    }
    let label = |domain: &str| domain.split('.').next() == Some(&*spelling);
    let same: Vec<&str> = domains().filter(|domain| label(domain)).collect();
    if let [first, .., last] = &same[..] {
        let between = same[1..same.len() - 1].join(", ");
        return Some(did_you_mean(&format!("{first}, {between} or {last}")));
    }
    let place = of_place(&spelling).and_then(|region| region.aws_name());
    let known = Region::ALL.iter().flat_map(|region| {
        let names = [
            region.aws_name(),
            region.short_name(),
            Some(region.domain()),
        ];
        let realm = Realm::of_region(region);
        names.into_iter().flatten().map(move |name| (name, realm))
    });
    place
        .or_else(|| nearest(&spelling, known))
        .map(did_you_mean)
        .or_else(|| {
            let realm = match Realm::named_in(&spelling)? {
                Realm::FedRamp => FEDRAMP_REGION,
                _ => "the sovereign region of Genesys Cloud is eusc-de-east-1",
            };
            Some(realm.to_owned())
        })
}

/// What may be meant by a name that no issuer has.
fn meant_issuer(host: &str) -> Option<String> {
    if let Host::CxoneIssuer(issuer) | Host::Cxone(Some(issuer)) = Host::of(host) {
        return Some(did_you_mean(&issuer.url()));
    }
    let names = Issuer::ALL.iter().flat_map(|issuer| {
        let realm = Realm::of_issuer(issuer);
        let names = [issuer.name(), issuer.host()];
        names.into_iter().flatten().map(move |name| (name, realm))
    });
    let areas = Issuer::areas().map(|(area, issuer)| (area, Realm::of_issuer(issuer)));
    let spelling = host.replace('_', "-");
    area_like(area_of(host).unwrap_or(&spelling))
        .or_else(|| nearest(&spelling, names.chain(areas)))
        .map(did_you_mean)
        .or_else(|| {
            let realm = match Realm::named_in(&spelling)? {
                Realm::FedRamp => "the FedRAMP issuer of CXone is fedramp",
                _ => {
                    "the sovereign issuers of CXone are sovereign-au, sovereign-eu and sovereign-uk"
                }
            };
            Some(realm.to_owned())
        })
}

fn did_you_mean(known: &str) -> String {
    format!("did you mean {known}?")
}

#[cfg(test)]
mod tests {
    use crate::platform::{Issuer, Region};

    fn assert_says(error: &crate::Error, code: &str, words: &str) {
        let text = error.to_string();
        assert!(text.contains(words), "{words}: {text}");
        let first = error.diagnosis().first().unwrap();
        assert_eq!(first.code().to_string(), code, "{text}");
    }

    #[test]
    fn a_region_that_is_a_name_of_cxones_says_so() {
        for (text, code, words) in [
            (
                "na1",
                "CXA-216",
                "na1 is an area of CXone: use Config::cxone with the issuer na1",
            ),
            ("NA2", "CXA-216", "na2 is an area of CXone"),
            ("global", "CXA-216", "global is an issuer of CXone"),
            ("b32", "CXA-216", "b32 is a cluster of CXone or of Central"),
            ("C42", "CXA-216", "c42 is a cluster"),
            (
                "na99",
                "CXA-216",
                "did you mean Config::cxone with the issuer na1?",
            ),
            (
                "fedramp",
                "CXA-216",
                "the FedRAMP region of Genesys Cloud is us-east-2",
            ),
            (
                "https://na1.nice-incontact.com/x",
                "CXA-201",
                "with the issuer global",
            ),
            (
                "api-de-na2.nicecxone-gov.com",
                "CXA-201",
                "with the issuer fedramp",
            ),
            ("api-c32.incontact.com", "CXA-201", "Config::central"),
            (
                "api-zz9.niceincontact.com",
                "CXA-201",
                "with the area of the tenant",
            ),
        ] {
            assert_says(&text.parse::<Region>().unwrap_err(), code, words);
        }
    }

    #[test]
    fn an_issuer_that_is_a_name_of_genesys_clouds_says_so() {
        let words = "eu-central-1 is a region of Genesys Cloud: \
                     use Config::genesys_cloud with the region eu-central-1";
        for (text, code, words) in [
            ("eu-central-1", "CXA-216", words),
            ("cac1", "CXA-216", "with the region ca-central-1"),
            (
                "https://login.mypurecloud.de/oauth/token",
                "CXA-201",
                "with the region eu-central-1",
            ),
            (
                "apps.xyz1.pure.cloud",
                "CXA-201",
                "with the region xyz1.pure.cloud",
            ),
            ("c42", "CXA-214", "c42 is a cluster of CXone"),
            (
                "https://api-c42.nice-incontact.com",
                "CXA-214",
                "c42 is a cluster of CXone",
            ),
        ] {
            assert_says(&text.parse::<Issuer>().unwrap_err(), code, words);
        }
    }

    #[test]
    fn a_region_is_corrected_where_it_is_close_and_within_its_realm() {
        for (text, words) in [
            ("signin.mypurecloud.de", "did you mean mypurecloud.de?"),
            (
                "mypurecloud",
                "did you mean mypurecloud.com, mypurecloud.ie, ",
            ),
            ("frankfurt", "did you mean eu-central-1?"),
            ("cac2", "did you mean cac1?"),
            (
                "us-gov",
                "`us-gov`: the FedRAMP region of Genesys Cloud is us-east-2 (",
            ),
            (
                "gov",
                "`gov`: the FedRAMP region of Genesys Cloud is us-east-2 (",
            ),
            (
                "us-gov-west-1",
                "the FedRAMP region of Genesys Cloud is us-east-2",
            ),
            ("login.us-gov-pure.cloud", "LABEL.us-gov-pure.cloud"),
            (
                "eusc",
                "the sovereign region of Genesys Cloud is eusc-de-east-1",
            ),
            ("us-east-3", "did you mean us-east-1?"),
            ("atlantis", "`atlantis`: Region::ALL"),
            ("eu", "`eu`: Region::ALL"),
        ] {
            assert_says(&text.parse::<Region>().unwrap_err(), "CXA-214", words);
        }
    }

    #[test]
    fn an_issuer_is_corrected_where_it_is_close_and_within_its_realm() {
        for (text, words) in [
            ("na99", "did you mean na1?"),
            ("https://api-na9.niceincontact.com", "did you mean na1?"),
            ("globl", "did you mean global?"),
            ("gov", "the FedRAMP issuer of CXone is fedramp"),
            ("sovereign", "the sovereign issuers of CXone are"),
            ("sovereign-us", "the sovereign issuers of CXone are"),
            ("nicecxone-sov1.us", "the sovereign issuers of CXone are"),
            (
                "api.nicecxone-sov1.eu",
                "did you mean https://nicecxone-sov1.eu?",
            ),
            (
                "nicecxone-gov.com",
                "did you mean https://cxone-gov.niceincontact.com?",
            ),
            (
                "https://cxone.niceincontact.com/x",
                "did you mean https://cxone.niceincontact.com?",
            ),
            ("frankfurt", "`frankfurt`: Region::ALL"),
        ] {
            assert_says(&text.parse::<Issuer>().unwrap_err(), "CXA-214", words);
        }
    }
}
