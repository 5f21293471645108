//! Finds the known name that an unknown name probably means.

use super::{Issuer, Region, area};

/// The kind of customers that a region or an issuer is for. A name is never corrected into one of
/// another kind: a typing mistake must not send a secret to another realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Realm {
    Commercial,
    FedRamp,
    /// A sovereign cloud, with the letters of its country if there are several.
    Sovereign(&'static str),
}

impl Realm {
    pub(super) fn of_region(region: &Region) -> Self {
        match region {
            Region::UsEast2 => Self::FedRamp,
            Region::EuscDeEast1 => Self::Sovereign(""),
            _ => Self::Commercial,
        }
    }

    pub(super) fn of_issuer(issuer: &Issuer) -> Self {
        match issuer {
            Issuer::FedRamp => Self::FedRamp,
            Issuer::SovereignAu => Self::Sovereign("au"),
            Issuer::SovereignEu => Self::Sovereign("eu"),
            Issuer::SovereignUk => Self::Sovereign("uk"),
            _ => Self::Commercial,
        }
    }

    /// Returns the realm that `text` names, even if it is misspelt.
    pub(super) fn named_in(text: &str) -> Option<Self> {
        let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if names(&["gov", "fedramp"]) {
            Some(Self::FedRamp)
        } else if names(&["sov", "eusc"]) {
            Some(Self::Sovereign(""))
        } else {
            None
        }
    }

    /// Reports whether `text` can mean a name of this realm.
    fn is_open_to(self, text: &str) -> bool {
        match (Self::named_in(text), self) {
            (None | Some(Self::Sovereign(_)), Self::Sovereign(country)) => text.contains(country),
            (None, _) | (Some(Self::FedRamp), Self::FedRamp) => true,
            _ => false,
        }
    }
}

/// Returns the nearest known spelling, if it is near enough: one mistake in a short name, two in a
/// longer one.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl Iterator<Item = (&'a str, Realm)>,
) -> Option<&'a str> {
    // The cost of the distance is the product of both lengths. No text longer than a host name is
    // near.
    let unknown: String = unknown.chars().take(253).collect();
    let most = if unknown.chars().count() <= 5 { 1 } else { 2 };
    known
        .filter(|(_, realm)| realm.is_open_to(&unknown))
        .map(|(spelling, realm)| {
            let distance = strsim::damerau_levenshtein(&unknown, spelling);
            // If two are equally near, the commercial realm is preferred: few customers are in the
            // others.
            (distance, realm != Realm::Commercial, spelling)
        })
        .filter(|(distance, ..)| *distance <= most)
        .min()
        .map(|(_, _, spelling)| spelling)
}

/// Reports whether `text` can mean a region or an area of this name. The letters of a country or
/// continent must match exactly: a mistake in them looks like another country's name.
pub(super) fn shares_place(text: &str, known: &str) -> bool {
    if let Some((label, _)) = known.split_once('.') {
        let is_numbered = label.ends_with(|c: char| c.is_ascii_digit());
        let own = text.split('.').next().unwrap_or_default();
        return shares_last_label(text, known) && (!is_numbered || letters(own).eq(letters(label)));
    }
    match known.split_once('-') {
        Some((place, _)) => text.starts_with(place),
        None => letters(text).eq(letters(known)),
    }
}

/// Compares the last labels. Two letters are a country's and must match. A longer label may be
/// misspelt.
fn shares_last_label(text: &str, known: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().map(str::to_owned);
    let (own, other) = (last(text), last(known));
    own == other
        || own.zip(other).is_some_and(|(own, other)| {
            other.len() > 2 && strsim::damerau_levenshtein(&own, &other) <= 1
        })
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphabetic)
}

/// Returns the area that a name such as `na99` means: the one with the same letters.
pub(super) fn area_like(name: &str) -> Option<&'static str> {
    let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = name.len() - stem(name);
    let mut areas = area::all().map(|(area, _)| area);
    (1..=2)
        .contains(&digits)
        .then(|| areas.find(|area| area[..stem(area)] == name[..stem(name)]))
        .flatten()
}

/// Returns the region that the vendor's own pages call by this city or country.
pub(super) fn of_place(name: &str) -> Option<Region> {
    const PLACES: [(&str, Region); 19] = [
        ("virginia", Region::UsEast1),
        ("oregon", Region::UsWest2),
        ("canada", Region::CaCentral1),
        ("mexico", Region::MxCentral1),
        ("sao-paulo", Region::SaEast1),
        ("brazil", Region::SaEast1),
        ("dublin", Region::EuWest1),
        ("ireland", Region::EuWest1),
        ("london", Region::EuWest2),
        ("frankfurt", Region::EuCentral1),
        ("zurich", Region::EuCentral2),
        ("uae", Region::MeCentral1),
        ("mumbai", Region::ApSouth1),
        ("singapore", Region::ApSoutheast1),
        ("sydney", Region::ApSoutheast2),
        ("tokyo", Region::ApNortheast1),
        ("seoul", Region::ApNortheast2),
        ("osaka", Region::ApNortheast3),
        ("brandenburg", Region::EuscDeEast1),
    ];
    let mut places = PLACES.into_iter();
    places
        .find(|(place, _)| *place == name)
        .map(|(_, region)| region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_close_is_near() {
        let known = ["us-east-1", "euw1", "mypurecloud.com"].map(|name| (name, Realm::Commercial));
        for (text, expected) in [
            ("us-esat-1", Some("us-east-1")),
            ("us-esta1", Some("us-east-1")),
            ("euw9", Some("euw1")),
            ("eux9", None),
            ("mypureclud.come", Some("mypurecloud.com")),
            ("frankfurt", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, known.into_iter()), expected, "{text}");
        }
    }

    #[test]
    fn no_name_is_corrected_across_a_border() {
        let known = [
            ("us-east-1", Realm::Commercial),
            ("us-east-2", Realm::FedRamp),
            ("gov-east-1", Realm::Commercial),
            ("sovereign-eu", Realm::Sovereign("eu")),
            ("sovereign-uk", Realm::Sovereign("uk")),
        ];
        for (text, expected) in [
            ("us-esat-2", Some("us-east-2")),
            ("us-east-3", Some("us-east-1")),
            ("gov-east-2", None),
            ("soverein-uk", Some("sovereign-uk")),
            ("sovereign-ux", None),
        ] {
            assert_eq!(nearest(text, known.into_iter()), expected, "{text}");
        }
    }

    #[test]
    fn an_area_is_known_by_its_letters() {
        for (text, expected) in [
            ("na99", Some("na1")),
            ("na3", Some("na1")),
            ("uk9", Some("uk1")),
            ("ausov2", Some("ausov1")),
            ("na", None),
            ("na999", None),
            ("xx1", None),
            ("9", None),
        ] {
            assert_eq!(area_like(text), expected, "{text}");
        }
    }
}
