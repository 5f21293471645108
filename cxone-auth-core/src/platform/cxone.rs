//! The issuers and areas of NICE CXone.

use std::fmt;
use std::str::FromStr;

use super::domain::{NICE_INCONTACT, NICEINCONTACT};
use super::{host_of, quoted, suggestion, unknown_name};
use crate::address::{Fault, TokenEndpoint};
use crate::error::Error;
use crate::finding::{Message, Term};

/// An issuer of NICE CXone's global authentication service.
///
/// Commercial areas (na1, eu1, uk1, au1, ca1, jp1) share the global one. Parsed from its name, its
/// URL, its host, the name of an area, or an area's API host.
///
/// Source: NICE's developer documentation and agent SDK. The path `/auth/token` is documented for
/// the global issuer and assumed for the sovereign ones, which have the same layout.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Issuer {
    /// `https://cxone.niceincontact.com`: all commercial areas.
    Global,
    /// `https://cxone-gov.niceincontact.com`: US FedRAMP Moderate, area na2.
    FedRamp,
    /// `https://nicecxone-sov1.au`: Australia, sovereign.
    SovereignAu,
    /// `https://nicecxone-sov1.eu`: European Union, sovereign.
    SovereignEu,
    /// `https://nicecxone-sov1.uk`: United Kingdom, sovereign.
    SovereignUk,
    /// Another issuer; made with [`Issuer::custom`].
    #[non_exhaustive]
    Custom {
        /// Its URL, without a slash at the end.
        url: String,
    },
}

/// Issuer, name, host.
static ISSUERS: [(Issuer, &str, &str); 5] = [
    (Issuer::Global, "global", "cxone.niceincontact.com"),
    (Issuer::FedRamp, "fedramp", "cxone-gov.niceincontact.com"),
    (Issuer::SovereignAu, "sovereign-au", "nicecxone-sov1.au"),
    (Issuer::SovereignEu, "sovereign-eu", "nicecxone-sov1.eu"),
    (Issuer::SovereignUk, "sovereign-uk", "nicecxone-sov1.uk"),
];

/// Area, the issuer that serves it. Cluster and API hosts vary and come from discovery.
static AREAS: [(&str, Issuer); 9] = [
    ("na1", Issuer::Global),
    ("eu1", Issuer::Global),
    ("uk1", Issuer::Global),
    ("au1", Issuer::Global),
    ("ca1", Issuer::Global),
    ("jp1", Issuer::Global),
    ("na2", Issuer::FedRamp),
    ("ausov1", Issuer::SovereignAu),
    ("eusov1", Issuer::SovereignEu),
];

impl Issuer {
    /// The named issuers.
    pub const ALL: &'static [Issuer] = &[
        Issuer::Global,
        Issuer::FedRamp,
        Issuer::SovereignAu,
        Issuer::SovereignEu,
        Issuer::SovereignUk,
    ];

    /// The issuer at `url`: `https`, or `http` to a loopback host; a path is kept, a slash or
    /// `/auth/token` at the end is not, and it has no query. The URL of a named issuer gives the named one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when `url` is not fit to
    /// carry a secret; the rules are those of [`TokenEndpoint`].
    pub fn custom(url: &str) -> Result<Self, Error> {
        let mut base = url.trim_end_matches('/');
        while let Some(rest) = base.strip_suffix(TOKEN_PATH) {
            base = rest.trim_end_matches('/');
        }
        let endpoint: TokenEndpoint = token_path(base).parse()?;
        if endpoint.uri().query().is_some() {
            return Err(Fault::QUERY.of_endpoint());
        }
        let named = Self::ALL
            .iter()
            .find(|issuer| issuer.token_endpoint() == endpoint);
        Ok(named.cloned().unwrap_or_else(|| {
            let text = endpoint.to_string();
            let issuer = text.strip_suffix(TOKEN_PATH).unwrap_or(&text);
            Self::Custom {
                url: issuer.to_owned(),
            }
        }))
    }

    /// The issuer's name, such as `global`; none for a custom one.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// The issuer's URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Custom { url } => url.clone(),
            named => named
                .host()
                .map(|host| format!("https://{host}"))
                .expect("every named issuer has a row: a test walks them all"),
        }
    }

    /// The token endpoint, `{issuer}/auth/token`.
    #[must_use]
    pub fn token_endpoint(&self) -> TokenEndpoint {
        token_path(&self.url())
            .parse()
            .expect("every issuer is a sound URL: the table's by test, others by parsing")
    }

    /// The host of a named issuer.
    pub(super) fn host(&self) -> Option<&'static str> {
        self.row().map(|(_, _, host)| *host)
    }

    fn row(&self) -> Option<&'static (Issuer, &'static str, &'static str)> {
        ISSUERS.iter().find(|(issuer, _, _)| issuer == self)
    }

    fn known(text: &str) -> Option<Self> {
        let host = host_of(text)?;
        let is_url = text.contains("//");
        let is_issuer_path = has_issuer_path(text);
        let name = host.replace('_', "-");
        let issuer = ISSUERS.iter().find(|(_, own, issuer_host)| {
            !is_url && *own == name || is_issuer_path && *issuer_host == host
        });
        if let Some((issuer, _, _)) = issuer {
            return Some(issuer.clone());
        }
        let area = area_of(&host).filter(|area| !is_url || *area != host)?;
        let (_, issuer) = AREAS.iter().find(|(name, _)| *name == area)?;
        Some(issuer.clone())
    }
}

const TOKEN_PATH: &str = "/auth/token";

/// Whether a host or URL has the path of an issuer, none, or that of its token endpoint. With any
/// other it is something else on the same host.
fn has_issuer_path(text: &str) -> bool {
    let rest = text
        .trim()
        .split_once("//")
        .map_or(text.trim(), |(_, rest)| rest);
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    ["", "/", TOKEN_PATH].contains(&path)
}

fn token_path(issuer: &str) -> String {
    format!("{issuer}{TOKEN_PATH}")
}

/// The area that a host or a bare name stands for: `na1`, `api-na1.niceincontact.com`,
/// `na1.nice-incontact.com`.
fn area_of(host: &str) -> Option<&str> {
    match host.split_once('.') {
        None => Some(host),
        Some((label, NICEINCONTACT)) => label.strip_prefix("api-"),
        Some((label, NICE_INCONTACT)) => Some(label),
        Some(_) => None,
    }
}

impl FromStr for Issuer {
    type Err = Error;

    /// Parses the name, URL or host of an issuer, or an area.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for anything else, with the
    /// nearest known spelling.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::known(text).ok_or_else(|| unknown(text))
    }
}

fn unknown(text: &str) -> Error {
    let Some(host) = host_of(text) else {
        return Error::configuration(
            "CXone issuer contains user information: write a name like global or a URL",
        )
        .with_finding(unknown_name("", false));
    };
    let known = ISSUERS
        .iter()
        .flat_map(|(_, name, host)| [*name, *host])
        .chain(AREAS.iter().map(|(area, _)| *area));
    let suggestion = suggestion(&host, known);
    let unknown = quoted(&host);
    let message = Message::from(format!("unknown CXone issuer {unknown}: {suggestion} ("));
    Error::configuration(message.term(Term::OtherIssuer).and(")"))
        .with_finding(unknown_name(&host, false))
}

impl fmt::Display for Issuer {
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
    fn every_issuer_parses_from_each_of_its_spellings() {
        assert_eq!(Issuer::ALL.len(), ISSUERS.len());
        for issuer in Issuer::ALL {
            let url = issuer.url();
            let host = url.strip_prefix("https://").unwrap();
            for spelling in [
                issuer.to_string(),
                issuer.to_string().to_uppercase(),
                issuer.to_string().replace('-', "_"),
                url.clone(),
                format!("{url}/"),
                host.to_owned(),
                issuer.token_endpoint().to_string(),
            ] {
                assert_eq!(&spelling.parse::<Issuer>().unwrap(), issuer, "{spelling}");
            }
            assert_eq!(&Issuer::custom(&url).unwrap(), issuer);
        }
    }

    #[test]
    fn an_area_stands_for_its_issuer() {
        for (text, issuer) in [
            ("na1", Issuer::Global),
            ("EU1", Issuer::Global),
            ("https://api-na1.niceincontact.com/", Issuer::Global),
            ("https://uk1.nice-incontact.com", Issuer::Global),
            ("api-na2.niceincontact.com", Issuer::FedRamp),
        ] {
            assert_eq!(text.parse::<Issuer>().unwrap(), issuer, "{text}");
        }
    }

    #[test]
    fn a_host_is_matched_by_whole_labels() {
        for other in [
            "cxone.niceincontact.com.evil.example",
            "xcxone.niceincontact.com",
            "niceincontact.com",
            "nicecxone-sov1.au.example",
            "api-na1.niceincontact.com.example",
            "api.cxone.com",
            "https://global",
            "https://na1/x",
            "https://cxone.niceincontact.com/other",
        ] {
            let error = other.parse::<Issuer>().unwrap_err();
            assert!(error.to_string().contains("Issuer::custom"), "{other}");
        }
        let near = "cxone.niceincontct.com"
            .parse::<Issuer>()
            .unwrap_err()
            .to_string();
        assert!(
            near.contains("did you mean cxone.niceincontact.com?"),
            "{near}"
        );
    }

    #[test]
    fn another_issuer_is_taken_by_its_url() {
        let gateway = Issuer::custom("https://gateway.example.com/cxone/").unwrap();
        assert_eq!(gateway.url(), "https://gateway.example.com/cxone");
        assert_eq!(
            gateway.token_endpoint().to_string(),
            "https://gateway.example.com/cxone/auth/token"
        );
        assert_eq!(
            Issuer::custom("http://127.0.0.1:8080").unwrap().url(),
            "http://127.0.0.1:8080"
        );
        for bad in [
            "",
            "http://example.com",
            "https://u:p@example.com",
            "https://example.com?x",
            "https://example.com/auth/token?x",
        ] {
            assert!(Issuer::custom(bad).is_err(), "{bad}");
        }
    }
}
