//! The errors about names that are not a region or an issuer. They say what the name is.

use super::area::{self, area_of, issuer_of, known_area_of};
use super::cxone::is_cluster;
use super::domain::Domain;
use super::genesys::without_service;
use super::suggestion::{Realm, area_like, nearest, of_place, shares_place};
use super::{Area, Host, Issuer, Region, host_of, quoted, unknown_name};
use crate::error::Error;
use crate::finding::catalogue::address as cause;
use crate::finding::{Confidence, Message, Term};

/// Returns the error about a text that names no region.
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

/// Returns the error about a text that names no issuer.
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
        // Without the part after the host, the text is a known name.
        _ if Issuer::known(&host).is_some() => Message::from(format!(
            "unknown CXone issuer, with more behind {}: leave out what follows it",
            quoted(&host)
        )),
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

/// Returns the error about a text that names no area with a UserHub.
pub(super) fn area(text: &str) -> Error {
    let Some(host) = host_of(text) else {
        let message = "CXone area contains user information: write a name like na1";
        return Error::configuration(message).with_finding(unknown_name("", false));
    };
    if let Some(error) = of_genesys(text, &host) {
        return error;
    }
    let message = no_area(&host).and(" (").term(Term::OtherArea).and(")");
    Error::configuration(message).with_finding(unknown_name(&host, false))
}

/// Returns why `host` is not an area with a UserHub, and what to do.
fn no_area(host: &str) -> Message {
    let named = area_of(host);
    let name = named.unwrap_or(host);
    if issuer_of(name).is_some() && Area::named(name).is_none() {
        return without_user_hub("", &format!("area {}", quoted(name)));
    }
    if is_cluster(name) {
        let message = "is a cluster of CXone, and an access key alone needs the area of the tenant";
        return Message::from(format!("{name} {message}"));
    }
    let is_issuer = named.is_none() && issuer_of(name).is_none() && Issuer::known(host).is_some();
    let of_issuer = format!("{} is an issuer of CXone, and ", quoted(host));
    let realm = match Realm::named_in(host) {
        Some(Realm::FedRamp) => Some("FedRAMP"),
        Some(Realm::Sovereign(_)) => Some("a sovereign cloud"),
        Some(Realm::Commercial) | None => None,
    };
    match realm {
        Some(realm) if is_issuer => without_user_hub(&of_issuer, realm),
        Some(realm) => {
            let unknown = format!("unknown CXone area {}: ", quoted(host));
            without_user_hub(&unknown, realm)
        }
        None if is_issuer => {
            let message = format!("{of_issuer}an access key alone needs the area, such as ");
            Message::from(message).term(Term::AreaNa1)
        }
        None => unknown("CXone area", host, meant_area(host)),
    }
}

/// Names no other area: a secret must not go to or from FedRAMP or a sovereign cloud by mistake.
fn without_user_hub(start: &str, whose: &str) -> Message {
    let message = format!("{start}no UserHub of {whose} is known: use ");
    let message = Message::from(message).term(Term::Cxone);
    message.and(" with a client beside the access key")
}

/// Returns the error about a name of a region or an area if a cluster of Central is expected.
pub(super) fn no_cluster(name: &str) -> Option<Error> {
    let what = if Region::known(name).is_some() {
        "a region of Genesys Cloud"
    } else if issuer_of(name).is_some() {
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

/// Returns the error about a name of CXone if a region is expected.
fn of_cxone(text: &str, host: &str) -> Option<Error> {
    let issuer = Issuer::known(text);
    if host.contains('.') {
        let message = host_of_nices(issuer, host)?;
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
    let what = match issuer_of(host) {
        Some(_) => "an area",
        None => "an issuer",
    };
    let evidence = format!("{host} is {what} of CXone");
    let message = Message::from(format!("{evidence}: use "));
    let mut message = message.term(Term::Issuer).and(&format!(" {host}"));
    if Realm::named_in(host) == Some(Realm::FedRamp) {
        message = message.and("; ").and(FEDRAMP_REGION);
    }
    Some(of_other_vendor(message, Confidence::Certain, evidence))
}

/// Returns what to use for one of NICE's hosts.
fn host_of_nices(issuer: Option<Issuer>, host: &str) -> Option<Message> {
    let of = |vendor| Message::from(format!("{} is a host of {vendor}: use ", quoted(host)));
    match (issuer, Host::of(host)) {
        (Some(issuer), _) => {
            // The name of an area is valid as an issuer. An access key alone needs it.
            let name = known_area_of(host).map_or_else(|| issuer.to_string(), str::to_owned);
            Some(of("CXone").term(Term::Issuer).and(&format!(" {name}")))
        }
        (None, Host::Central) => Some(of("Central").term(Term::Central)),
        (None, other) if other.is_cxone() => {
            let message = of("CXone").term(Term::Issuer);
            Some(message.and(" AREA with the area of the tenant"))
        }
        _ => None,
    }
}

/// Returns the error about a name of Genesys Cloud if an issuer is expected.
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

/// Returns what an unknown region name may mean.
fn meant_region(host: &str) -> Option<String> {
    let spelling = without_service(host).replace('_', "-");
    if Domain::is_shared(&spelling) {
        return Some(format!(
            "regions share this domain, so write LABEL.{spelling} with the label of the region"
        ));
    }
    if let Host::Genesys(Some(domain)) = Host::of(host) {
        if Region::ALL.iter().any(|region| region.domain() == domain) {
            return Some(did_you_mean(&domain));
        }
    }
    let known = Region::ALL.iter().flat_map(|region| {
        let names = [
            region.aws_name(),
            region.short_name(),
            Some(region.domain()),
        ];
        let realm = Realm::of_region(region);
        let names = names.into_iter().flatten();
        names.map(move |name| (name, realm))
    });
    let known = known.filter(|(name, _)| shares_place(&spelling, name));
    let place = of_place(&spelling).and_then(|region| region.aws_name());
    let near = place.or_else(|| nearest(&spelling, known));
    one_of_several(&spelling)
        .or_else(|| near.map(did_you_mean))
        .or_else(|| {
            let realm = match Realm::named_in(&spelling)? {
                Realm::FedRamp => FEDRAMP_REGION,
                _ => "the sovereign region of Genesys Cloud is eusc-de-east-1",
            };
            Some(realm.to_owned())
        })
}

/// Returns the domains that begin with this label, if it does not show which one is meant.
fn one_of_several(label: &str) -> Option<String> {
    let domains = Region::ALL.iter().map(Region::domain);
    let same: Vec<&str> = domains
        .filter(|domain| domain.split('.').next() == Some(label))
        .collect();
    let (last, others) = same.split_last()?;
    (!others.is_empty()).then(|| did_you_mean(&format!("{} or {last}", others.join(", "))))
}

/// Returns what an unknown issuer name may mean.
fn meant_issuer(host: &str) -> Option<String> {
    if let Host::CxoneIssuer(issuer) | Host::Cxone(Some(issuer)) = Host::of(host) {
        return Some(did_you_mean(&issuer.url()));
    }
    let names = Issuer::ALL.iter().flat_map(|issuer| {
        let realm = Realm::of_issuer(issuer);
        let names = [issuer.name(), issuer.host()];
        names.into_iter().flatten().map(move |name| (name, realm))
    });
    let areas = area::all().map(|(area, issuer)| (area, Realm::of_issuer(issuer)));
    let spelling = host.replace('_', "-");
    let areas = areas.filter(|(area, _)| shares_place(&spelling, area));
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

/// Returns what the name may mean if no area with a UserHub has it.
fn meant_area(host: &str) -> Option<String> {
    let known = Area::ALL.iter().flat_map(|area| {
        let names = [area.name(), area.host()];
        names
            .into_iter()
            .flatten()
            .map(|name| (name, Realm::Commercial))
    });
    let known = known.filter(|(name, _)| shares_place(host, name));
    let like = area_like(area_of(host).unwrap_or(host));
    like.or_else(|| nearest(host, known)).map(did_you_mean)
}

fn did_you_mean(known: &str) -> String {
    format!("did you mean {known}?")
}

#[cfg(test)]
mod tests;
