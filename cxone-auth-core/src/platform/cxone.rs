//! The issuers of NICE CXone.

use std::fmt;
use std::str::FromStr;

use super::area::{self, area_of};
use super::unknown;
use super::{Host, host_of};
use crate::address::{Fault, TokenEndpoint};
use crate::error::Error;

/// An issuer of NICE CXone's global authentication service.
///
/// Commercial areas (na1, eu1, uk1, au1, ca1, jp1) share the global issuer. An issuer is parsed
/// from its name, its URL (also that of a discovery document or of its token endpoint), its host,
/// the name of an area, or a host of an area.
///
/// Source: NICE's developer documentation and agent SDK. The path `/auth/token` is documented for
/// the global issuer. It is assumed for the sovereign issuers, which have the same layout.
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
    /// Another issuer. Make it with [`Issuer::custom`].
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

impl Issuer {
    /// The named issuers.
    pub const ALL: &'static [Issuer] = &[
        Issuer::Global,
        Issuer::FedRamp,
        Issuer::SovereignAu,
        Issuer::SovereignEu,
        Issuer::SovereignUk,
    ];

    /// Returns the issuer at `url`: `https`, or `http` to a loopback host, without a query. A path
    /// is kept. At the end, a slash, `/auth/token` or the path of a discovery document is removed.
    /// The URL of a named issuer gives the named issuer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `url` is not fit to carry a
    /// secret. The rules are those of [`TokenEndpoint`].
    pub fn custom(url: &str) -> Result<Self, Error> {
        let mut base = without_tenant(url).trim_end_matches('/');
        while let Some(rest) = [TOKEN_PATH, DISCOVERY_PATH, TENANT_PATH]
            .into_iter()
            .find_map(|path| base.strip_suffix(path))
        {
            base = rest.trim_end_matches('/');
        }
        let endpoint: TokenEndpoint = token_path(base).parse()?;
        if endpoint.uri().query().is_some() {
            return Err(Fault::QUERY.of_endpoint());
        }
        let above = base.strip_suffix(AUTH_PATH).map(token_path);
        let above = above.and_then(|text| text.parse().ok());
        let named = Self::at(&endpoint).or_else(|| Self::at(&above?));
        Ok(named.unwrap_or_else(|| {
            let text = endpoint.to_string();
            let issuer = text.strip_suffix(TOKEN_PATH).unwrap_or(&text);
            Self::Custom {
                url: issuer.to_owned(),
            }
        }))
    }

    /// Returns the named issuer with this token endpoint.
    fn at(endpoint: &TokenEndpoint) -> Option<Self> {
        let mut named = Self::ALL.iter();
        named
            .find(|issuer| issuer.token_endpoint() == *endpoint)
            .cloned()
    }

    /// Returns the issuer that `text` names, or another one by its URL. A vendor's address that is
    /// known not to be an issuer's is a mistake. No secret must go there.
    pub(crate) fn known_or_custom(text: &str) -> Result<Self, Error> {
        text.parse().or_else(|unknown| {
            let is_no_issuer = host_of(text).is_some_and(|host| match Host::of(&host) {
                Host::Cxone(_) => area_of(&host).is_some(),
                host => host.is_of_a_vendor(),
            });
            if text.contains("://") && !is_no_issuer {
                Self::custom(text)
            } else {
                Err(unknown)
            }
        })
    }

    /// Returns the issuer's name, such as `global`; `None` for a custom issuer.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// Returns the issuer's URL, without a slash at the end.
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

    /// Returns the token endpoint, `{issuer}/auth/token`.
    #[must_use]
    pub fn token_endpoint(&self) -> TokenEndpoint {
        token_path(&self.url())
            .parse()
            .expect("every issuer is a sound URL: the table's by test, others by parsing")
    }

    /// Returns the host of a named issuer.
    pub(super) fn host(&self) -> Option<&'static str> {
        self.row().map(|(_, _, host)| *host)
    }

    fn row(&self) -> Option<&'static (Issuer, &'static str, &'static str)> {
        ISSUERS.iter().find(|(issuer, _, _)| issuer == self)
    }

    pub(super) fn known(text: &str) -> Option<Self> {
        let host = host_of(text)?;
        let rest = behind_the_host(text);
        let is_name = !text.contains("//") && rest.is_empty();
        if is_name && !host.contains('.') {
            let name = host.replace('_', "-");
            return Self::called(&name).or_else(|| area::issuer_of(&name));
        }
        let own = ISSUERS.iter().find(|(_, _, own)| *own == host);
        match own {
            Some((issuer, _, _)) => is_issuer_path(rest).then(|| issuer.clone()),
            None => area::issuer_of(area_of(&host)?),
        }
    }

    /// Returns the issuer of this name.
    fn called(name: &str) -> Option<Self> {
        let row = ISSUERS.iter().find(|(_, own, _)| *own == name);
        row.map(|(issuer, _, _)| issuer.clone())
    }

    /// Returns the issuer of the area that contains `host`, if it is known.
    pub(crate) fn serving(host: &str) -> Option<Self> {
        area::issuer_of(area_of(host)?)
    }
}

const TOKEN_PATH: &str = "/auth/token";
const AUTH_PATH: &str = "/auth";
const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";
const TENANT_PATH: &str = "/.well-known/cxone-configuration";

/// Returns the address of a tenant's document without the query that names the tenant. Any other
/// address stays unchanged.
fn without_tenant(url: &str) -> &str {
    match url.split_once('?') {
        Some((document, _)) if document.ends_with(TENANT_PATH) => document,
        _ => url,
    }
}

/// Returns what follows the host in `text`, with or without a scheme: a path and a query.
pub(super) fn behind_the_host(text: &str) -> &str {
    let text = text.trim();
    let rest = text.split_once("//").map_or(text, |(_, rest)| rest);
    rest.find(['/', '?', '#', '\\'])
        .map_or("", |start| &rest[start..])
}

/// Reports whether an issuer may have this path: no path, its own, or that of a document or
/// endpoint of every issuer. Any other path is something else on the same host.
fn is_issuer_path(path: &str) -> bool {
    let path = without_tenant(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    ["", AUTH_PATH, TOKEN_PATH, DISCOVERY_PATH, TENANT_PATH].contains(&path)
}

fn token_path(issuer: &str) -> String {
    format!("{issuer}{TOKEN_PATH}")
}

/// Reports whether `name` is a cluster's, such as `b32` or `c42`. A cluster is not an area.
pub(super) fn is_cluster(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, tens, ones]
        if letter.is_ascii_alphabetic() && tens.is_ascii_digit() && ones.is_ascii_digit())
}

impl FromStr for Issuer {
    type Err = Error;

    /// Parses the name, URL or host of an issuer, or an area.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for anything else. The message
    /// gives a similar known spelling, or says what else the text names.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::known(text).ok_or_else(|| unknown::issuer(text))
    }
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
    use crate::error::ErrorKind;

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
                format!("{}/", issuer.token_endpoint()),
                format!("{url}/auth"),
                format!("{host}/auth/"),
                format!("{url}/.well-known/openid-configuration"),
                format!("{url}/.well-known/cxone-configuration"),
                format!("{url}/.well-known/cxone-configuration?tenantId=abc"),
            ] {
                assert_eq!(&spelling.parse::<Issuer>().unwrap(), issuer, "{spelling}");
            }
            for path in [
                "",
                "/auth",
                "/.well-known/openid-configuration",
                "/.well-known/cxone-configuration?tenantId=abc",
            ] {
                assert_eq!(&Issuer::custom(&format!("{url}{path}")).unwrap(), issuer);
            }
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
            ("https://na1.nice-incontact.com/login/#/x", Issuer::Global),
            ("https://api-de-eu1.niceincontact.com", Issuer::Global),
            ("https://api-de-na2.nicecxone-gov.com/x", Issuer::FedRamp),
            ("uksov1", Issuer::SovereignUk),
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
            "na1/x",
            "na1/../x",
            "na1?x",
            "na1#x",
            "na1\\x",
            "global/",
            "api-na1.nicecxone-gov.com",
            "c42.nice-incontact.com",
            "https://cxone.niceincontact.com/auth?x",
            "https://cxone.niceincontact.com/other",
            "https://cxone.niceincontact.com/.well-known/openid-configuration?x",
            "https://cxone.niceincontact.com/.well-known/cxone-configurations",
            "https://cxone.niceincontact.com/x/.well-known/cxone-configuration",
        ] {
            let error = other.parse::<Issuer>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{other}");
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
        let pasted = "https://gateway.example.com/cxone/.well-known/openid-configuration";
        assert_eq!(Issuer::custom(pasted).unwrap(), gateway);
        let pasted = "https://gateway.example.com/cxone/.well-known/cxone-configuration?tenantId=1";
        assert_eq!(Issuer::custom(pasted).unwrap(), gateway);
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
