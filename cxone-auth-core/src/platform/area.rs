//! The areas of NICE CXone, and the UserHub of each.

use std::fmt;
use std::str::FromStr;

use super::cxone::behind_the_host;
use super::domain::{NICE_INCONTACT, NICECXONE_GOV, NICEINCONTACT};
use super::{Host, Issuer, host_of, unknown};
use crate::address::{Fault, TokenEndpoint};
use crate::error::Error;

/// An area of NICE CXone that has a UserHub.
///
/// UserHub is the server that gives tokens for an access key alone. It is at
/// `https://{area}.nice-incontact.com/authentication/v1/token/access-key`. An area is parsed from
/// its name (`na1`), from the URL or host of its UserHub, or from its API host.
///
/// Source: NICE's pages "UserHub Getting Started" and "Create an access key". They show na1, eu1
/// and au1; the hosts of the other areas follow the same pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Area {
    /// `na1`: North America.
    Na1,
    /// `eu1`: Europe.
    Eu1,
    /// `uk1`: United Kingdom.
    Uk1,
    /// `au1`: Australia.
    Au1,
    /// `ca1`: Canada.
    Ca1,
    /// `jp1`: Japan.
    Jp1,
    /// Another UserHub. Make it with [`Area::custom`].
    #[non_exhaustive]
    Custom {
        /// Its URL, without a slash at the end.
        url: String,
    },
}

/// Area, name, host of its UserHub.
static USER_HUBS: [(Area, &str, &str); 6] = [
    (Area::Na1, "na1", "na1.nice-incontact.com"),
    (Area::Eu1, "eu1", "eu1.nice-incontact.com"),
    (Area::Uk1, "uk1", "uk1.nice-incontact.com"),
    (Area::Au1, "au1", "au1.nice-incontact.com"),
    (Area::Ca1, "ca1", "ca1.nice-incontact.com"),
    (Area::Jp1, "jp1", "jp1.nice-incontact.com"),
];

/// Area and the issuer that serves it, including areas without a known UserHub. Cluster and API
/// hosts vary. Discovery finds them.
static ISSUERS: [(&str, Issuer); 10] = [
    ("na1", Issuer::Global),
    ("eu1", Issuer::Global),
    ("uk1", Issuer::Global),
    ("au1", Issuer::Global),
    ("ca1", Issuer::Global),
    ("jp1", Issuer::Global),
    ("na2", Issuer::FedRamp),
    ("ausov1", Issuer::SovereignAu),
    ("eusov1", Issuer::SovereignEu),
    // Inferred from the names of the other two. No page of NICE names it.
    ("uksov1", Issuer::SovereignUk),
];

/// The path where UserHub takes an access key.
pub(crate) const USER_HUB_PATH: &str = "/authentication/v1/token/access-key";

impl Area {
    /// The named areas.
    pub const ALL: &'static [Area] = &[
        Area::Na1,
        Area::Eu1,
        Area::Uk1,
        Area::Au1,
        Area::Ca1,
        Area::Jp1,
    ];

    /// Returns the UserHub at `url`. Use it for an area that this release does not know, a gateway
    /// or a sandbox.
    ///
    /// `url` is `https`, or `http` to a loopback host. A path is kept. A slash or the path of the
    /// login at the end is removed. The URL of a named area gives the named area.
    ///
    /// Discovery then asks the issuer of the area if `url` is NICE's. Otherwise it asks `url`
    /// itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `url` is not fit to carry a
    /// secret. The rules are those of [`TokenEndpoint`].
    pub fn custom(url: &str) -> Result<Self, Error> {
        let mut base = url.trim_end_matches('/');
        while let Some(rest) = base.strip_suffix(USER_HUB_PATH) {
            base = rest.trim_end_matches('/');
        }
        let endpoint: TokenEndpoint = login_path(base).parse()?;
        if endpoint.uri().query().is_some() {
            return Err(Fault::QUERY.of_endpoint());
        }
        let named = Self::ALL
            .iter()
            .find(|area| area.token_endpoint() == endpoint);
        Ok(named.cloned().unwrap_or_else(|| {
            let text = endpoint.to_string();
            let url = text.strip_suffix(USER_HUB_PATH).unwrap_or(&text).to_owned();
            Self::Custom { url }
        }))
    }

    /// Returns the area's name, such as `na1`; `None` for a custom area.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// Returns the URL of the area's UserHub, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Custom { url } => url.clone(),
            named => named
                .host()
                .map(|host| format!("https://{host}"))
                .expect("every named area has a row: a test walks them all"),
        }
    }

    /// Returns the URL where UserHub takes an access key,
    /// `{url}/authentication/v1/token/access-key`.
    #[must_use]
    pub fn token_endpoint(&self) -> TokenEndpoint {
        login_path(&self.url())
            .parse()
            .expect("every area is a sound URL: the table's by test, others by parsing")
    }

    /// Returns the issuer that serves the area. Its discovery finds the API.
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        let url = self.url();
        let label = self.name().or_else(|| {
            let host = url.strip_prefix("https://")?;
            host.strip_suffix(NICE_INCONTACT)?.strip_suffix('.')
        });
        match label {
            // All areas have the global issuer, except those with their own.
            Some(label) => issuer_of(label).unwrap_or(Issuer::Global),
            None => Issuer::custom(&url).expect("what is fit for a UserHub is fit for an issuer"),
        }
    }

    /// Returns the host of a named area's UserHub.
    pub(super) fn host(&self) -> Option<&'static str> {
        self.row().map(|(_, _, host)| *host)
    }

    fn row(&self) -> Option<&'static (Area, &'static str, &'static str)> {
        USER_HUBS.iter().find(|(area, _, _)| area == self)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let row = USER_HUBS.iter().find(|(_, own, _)| *own == name);
        row.map(|(area, _, _)| area.clone())
    }
}

/// Reports whether an area's UserHub takes an access key at this endpoint. The area need not be in
/// a table.
pub(crate) fn is_user_hub(endpoint: &TokenEndpoint) -> bool {
    let label = endpoint.host().strip_suffix(NICE_INCONTACT);
    label.is_some_and(|label| label.ends_with('.'))
        && endpoint.uri().path().eq_ignore_ascii_case(USER_HUB_PATH)
}

/// Reports whether a UserHub may be at this address: one of an unknown area, or one behind a
/// gateway.
pub(crate) fn may_be_user_hub(text: &str) -> bool {
    host_of(text).is_some_and(|host| {
        let is_below = |label: &str| label.ends_with('.');
        host.strip_suffix(NICE_INCONTACT).is_some_and(is_below) || !Host::of(&host).is_of_a_vendor()
    })
}

/// Returns the issuer that serves the area of this name.
pub(super) fn issuer_of(area: &str) -> Option<Issuer> {
    let row = ISSUERS.iter().find(|(name, _)| *name == area);
    row.map(|(_, issuer)| issuer.clone())
}

/// Returns the area that a host of CXone belongs to, if a table has it.
pub(crate) fn known_area_of(host: &str) -> Option<&'static str> {
    let own = area_of(host)?;
    all().map(|(area, _)| area).find(|area| *area == own)
}

/// Returns all areas, each with its issuer.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Issuer)> {
    ISSUERS.iter().map(|(area, issuer)| (*area, issuer))
}

/// Returns the area that a host of CXone names: `api-na1.niceincontact.com`,
/// `api-de-na1.niceincontact.com` (the digital API) or `na1.nice-incontact.com`. A host of a
/// cluster has the cluster's name in that position.
pub(super) fn area_of(host: &str) -> Option<&str> {
    let (label, parent) = host.split_once('.')?;
    let of_api = label
        .strip_prefix("api-de-")
        .or_else(|| label.strip_prefix("api-"));
    match parent {
        NICEINCONTACT => of_api,
        NICE_INCONTACT => Some(of_api.unwrap_or(label)),
        // FedRAMP has only this area.
        NICECXONE_GOV => of_api.filter(|area| *area == "na2"),
        _ => None,
    }
}

fn login_path(url: &str) -> String {
    format!("{url}{USER_HUB_PATH}")
}

impl FromStr for Area {
    type Err = Error;

    /// Parses the name of an area, the URL or host of its UserHub, or its API host.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for anything else. The message
    /// gives the nearest known spelling, or says that an issuer serves several areas, or that no
    /// UserHub of the area is known.
    fn from_str(text: &str) -> Result<Self, Error> {
        let named = host_of(text).and_then(|host| {
            let is_name = !text.contains("//") && !host.contains('.');
            Self::named(if is_name { &host } else { area_of(&host)? })
        });
        named
            .filter(|_| has_login_path(text))
            .ok_or_else(|| unknown::area(text))
    }
}

/// Reports whether a host or URL has the path of the login, or no path.
fn has_login_path(text: &str) -> bool {
    ["", "/", USER_HUB_PATH].contains(&behind_the_host(text))
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => f.write_str(&self.url()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_parses_from_each_of_its_spellings() {
        assert_eq!(Area::ALL.len(), USER_HUBS.len());
        for area in Area::ALL {
            let name = area.name().unwrap();
            let host = area.host().unwrap();
            assert_eq!(host, format!("{name}.{NICE_INCONTACT}"));
            for spelling in [
                name.to_owned(),
                name.to_uppercase(),
                host.to_owned(),
                area.url(),
                format!("{}/", area.url()),
                area.token_endpoint().to_string(),
                format!("https://api-{name}.{NICEINCONTACT}"),
            ] {
                assert_eq!(&spelling.parse::<Area>().unwrap(), area, "{spelling}");
            }
            assert_eq!(&Area::custom(&area.url()).unwrap(), area);
            assert_eq!(area.issuer(), Issuer::Global);
        }
    }

    #[test]
    fn what_is_no_area_is_refused_with_what_to_write() {
        for (text, words) in [
            ("global", "is an issuer of CXone"),
            ("cxone.niceincontact.com", "is an issuer of CXone"),
            ("https://nicecxone-sov1.au", "is an issuer of CXone"),
            ("fedramp", "no UserHub of FedRAMP is known"),
            ("na2", "no UserHub of area `na2` is known"),
            ("eusov1", "no UserHub of area `eusov1` is known"),
            (
                "api-na2.niceincontact.com",
                "no UserHub of area `na2` is known",
            ),
            ("na3", "did you mean na1?"),
            (
                "na1.nice-incontact.co",
                "did you mean na1.nice-incontact.com?",
            ),
            ("https://na1.nice-incontact.com/other", "unknown CXone area"),
            ("https://na1.nice-incontact.com?x=1", "unknown CXone area"),
            ("na1?x", "unknown CXone area"),
            ("https://na1", "unknown CXone area"),
            ("na1.nice-incontact.com.evil.example", "unknown CXone area"),
            ("https://u:p@na1.nice-incontact.com", "user information"),
        ] {
            let error = text.parse::<Area>().unwrap_err();
            let message = error.to_string();
            assert!(message.contains(words), "{text}: {message}");
            assert_eq!(
                error.diagnosis().first().unwrap().code().number(),
                214,
                "{text}"
            );
        }
        let genesys = "login.mypurecloud.com".parse::<Area>().unwrap_err();
        assert_eq!(genesys.diagnosis().first().unwrap().code().number(), 201);
    }

    #[test]
    fn another_user_hub_is_taken_by_its_url() {
        for (url, own, issuer) in [
            (
                "https://na2.nice-incontact.com/",
                "https://na2.nice-incontact.com",
                Issuer::FedRamp,
            ),
            (
                "https://br1.nice-incontact.com",
                "https://br1.nice-incontact.com",
                Issuer::Global,
            ),
            (
                "http://127.0.0.1:8080/authentication/v1/token/access-key",
                "http://127.0.0.1:8080",
                Issuer::custom("http://127.0.0.1:8080").unwrap(),
            ),
            (
                "https://gateway.example.com/cxone",
                "https://gateway.example.com/cxone",
                Issuer::custom("https://gateway.example.com/cxone").unwrap(),
            ),
        ] {
            let area = Area::custom(url).unwrap();
            assert_eq!((area.url().as_str(), area.issuer()), (own, issuer));
            assert_eq!(area.token_endpoint().to_string(), login_path(own));
        }
        for url in [
            "http://na1.nice-incontact.com",
            "https://br1.nice-incontact.com?x=1",
            "https://br1.nice-incontact.com/?x=1",
            "https://br1.nice-incontact.com/authentication/v1/token/access-key?x=1",
        ] {
            assert!(Area::custom(url).is_err(), "{url}");
        }
    }
}
