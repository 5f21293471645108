//! The regions of Genesys Cloud.

use std::fmt;
use std::str::FromStr;

use super::domain::Domain;
use super::unknown;
use super::{Host, host_of, unknown_name};
use crate::address::{ApiBase, TokenEndpoint, is_host_name};
use crate::error::Error;

/// Makes the enum, the list of all regions and the lookups from one table.
macro_rules! regions {
    ($($variant:ident, $aws_name:literal, $short_name:literal, $domain:literal;)+) => {
        /// A region of Genesys Cloud. Each organization is in one region.
        ///
        /// It is parsed from the AWS name (`us-east-1`, `us_east_1`), its short form (`use1`), the
        /// domain (`mypurecloud.com`) or an address under it (`https://api.mypurecloud.com`). An
        /// OAuth client exists only in its own region. Any other region responds with
        /// `invalid_client`.
        ///
        /// Source: the region tables of the vendor's SDKs for JavaScript and .NET, its command line
        /// and its Terraform provider. They agree on all 18.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Region {
            $(
                #[doc = concat!("`", $aws_name, "`, domain `", $domain, "`.")]
                $variant,
            )+
            /// A region that is newer than this crate. Make it with [`Region::custom`].
            #[non_exhaustive]
            Custom {
                /// Its domain.
                domain: String,
            },
        }

        impl Region {
            /// The public regions, in the vendor's order.
            pub const ALL: &'static [Region] = &[$(Region::$variant),+];

            /// Returns the AWS name, such as `us-east-1`; `None` for a custom region.
            #[must_use]
            pub fn aws_name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($aws_name),)+
                    Self::Custom { .. } => None,
                }
            }

            /// Returns the short form of the AWS name, such as `use1`.
            pub(super) fn short_name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($short_name),)+
                    Self::Custom { .. } => None,
                }
            }

            /// Returns the domain, such as `mypurecloud.com`.
            #[must_use]
            pub fn domain(&self) -> &str {
                match self {
                    $(Self::$variant => $domain,)+
                    Self::Custom { domain } => domain,
                }
            }
        }
    };
}

regions! {
    UsEast1, "us-east-1", "use1", "mypurecloud.com";
    UsEast2, "us-east-2", "use2", "use2.us-gov-pure.cloud";
    UsWest2, "us-west-2", "usw2", "usw2.pure.cloud";
    CaCentral1, "ca-central-1", "cac1", "cac1.pure.cloud";
    MxCentral1, "mx-central-1", "mxc1", "mxc1.pure.cloud";
    SaEast1, "sa-east-1", "sae1", "sae1.pure.cloud";
    EuWest1, "eu-west-1", "euw1", "mypurecloud.ie";
    EuWest2, "eu-west-2", "euw2", "euw2.pure.cloud";
    EuCentral1, "eu-central-1", "euc1", "mypurecloud.de";
    EuCentral2, "eu-central-2", "euc2", "euc2.pure.cloud";
    EuscDeEast1, "eusc-de-east-1", "edee1", "edee1.eusc-pure.cloud";
    MeCentral1, "me-central-1", "mec1", "mec1.pure.cloud";
    ApSouth1, "ap-south-1", "aps1", "aps1.pure.cloud";
    ApSoutheast1, "ap-southeast-1", "apse1", "apse1.pure.cloud";
    ApSoutheast2, "ap-southeast-2", "apse2", "mypurecloud.com.au";
    ApNortheast1, "ap-northeast-1", "apne1", "mypurecloud.jp";
    ApNortheast2, "ap-northeast-2", "apne2", "apne2.pure.cloud";
    ApNortheast3, "ap-northeast-3", "apne3", "apne3.pure.cloud";
}

impl Region {
    /// Returns the region with this domain, such as `usw2.pure.cloud`. `domain` may also be an
    /// address under the domain. A known domain gives the known region.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `domain` has fewer than two
    /// labels or is not a domain, if regions share it (such as `pure.cloud`), or if it belongs to
    /// another vendor.
    pub fn custom(domain: &str) -> Result<Self, Error> {
        if let Some(known) = Self::known(domain) {
            return Ok(known);
        }
        let domain = Self::domain_in(domain).ok_or_else(|| {
            Error::configuration(
                "region is not a domain: write it like usw2.pure.cloud, without a scheme",
            )
            .with_finding(unknown_name("", true))
        })?;
        let is_no_region = Domain::is_shared(&domain)
            || match Host::of(&domain) {
                Host::Genesys(Some(region)) => region != domain,
                host => host.is_nice() || matches!(host, Host::Invented(_)),
            };
        if is_no_region {
            return Err(unknown::region(&domain));
        }
        Ok(Self::Custom { domain })
    }

    /// Returns the domain of `text`, which is a domain or an address under one.
    fn domain_in(text: &str) -> Option<String> {
        host_of(text)
            .map(|host| without_service(&host).to_owned())
            .filter(|domain| is_host_name(&format!("login.{domain}")) && domain.contains('.'))
            .filter(|domain| without_service(domain) == domain)
            .filter(|domain| domain.parse::<std::net::Ipv4Addr>().is_err())
    }

    /// Returns the region that `text` names. Below a domain that regions share, it may be newer
    /// than this crate. Elsewhere an unknown domain is nearly always a misspelt known one. A secret
    /// must not go to a stranger who has registered the misspelt domain.
    pub(crate) fn known_or_newer(text: &str) -> Result<Self, Error> {
        text.parse().or_else(|unknown| match Self::custom(text) {
            Ok(newer) if is_below_shared(newer.domain()) => Ok(newer),
            _ => Err(unknown),
        })
    }

    /// Returns the host of the token endpoint, `login.{domain}`.
    #[must_use]
    pub fn login_host(&self) -> String {
        format!("login.{}", self.domain())
    }

    /// Returns the host of the Platform API, `api.{domain}`.
    #[must_use]
    pub fn api_host(&self) -> String {
        format!("api.{}", self.domain())
    }

    /// Returns the base of the Platform API, `https://api.{domain}`.
    #[must_use]
    pub fn api_base(&self) -> ApiBase {
        format!("https://{}", self.api_host())
            .parse()
            .expect("every region's domain is a host name: the table's by test, others by parsing")
    }

    /// Returns the token endpoint, `https://login.{domain}/oauth/token`.
    #[must_use]
    pub fn token_endpoint(&self) -> TokenEndpoint {
        format!("https://{}/oauth/token", self.login_host())
            .parse()
            .expect("every region's domain is a host name: the table's by test, others by parsing")
    }

    pub(super) fn known(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase().replace('_', "-");
        let host = host_of(text);
        let domain = host.as_deref().map(without_service);
        Self::ALL
            .iter()
            .find(|region| region.is_called(&name) || Some(region.domain()) == domain)
            .cloned()
    }

    fn is_called(&self, name: &str) -> bool {
        [self.aws_name(), self.short_name()].contains(&Some(name))
    }
}

/// Reports whether a newer region may have this domain: one label below a domain that regions
/// share. The labels of regions end in a number. Those of other hosts there do not.
fn is_below_shared(domain: &str) -> bool {
    domain.split_once('.').is_some_and(|(label, parent)| {
        label.ends_with(|c: char| c.is_ascii_digit()) && Domain::is_shared(parent)
    })
}

/// Returns a host without the leading label of the service. It compares whole labels only:
/// `mypurecloud.com.au` is not `mypurecloud.com`.
pub(super) fn without_service(host: &str) -> &str {
    match host.split_once('.') {
        Some((label, domain)) if is_service(label) => domain,
        _ => host,
    }
}

/// Reports whether hosts of a region begin with this label. No region has it as its name.
pub(super) fn is_service(label: &str) -> bool {
    matches!(label, "api" | "login" | "apps")
}

impl FromStr for Region {
    type Err = Error;

    /// Parses an AWS name, its short form, a domain, or an address under it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for anything else. The message
    /// gives a similar known spelling, or says what else the text names.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::known(text).ok_or_else(|| unknown::region(text))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.aws_name().unwrap_or_else(|| self.domain()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_parses_from_each_of_its_spellings() {
        assert_eq!(Region::ALL.len(), 18);
        for region in Region::ALL {
            let name = region.aws_name().unwrap();
            let domain = region.domain();
            for spelling in [
                name.to_owned(),
                name.replace('-', "_"),
                name.to_uppercase(),
                name.replacen('-', "_", 1),
                format!(" {name} "),
                region.short_name().unwrap().to_owned(),
                region.short_name().unwrap().to_uppercase(),
                domain.to_owned(),
                domain.to_uppercase(),
                format!("api.{domain}"),
                format!("https://api.{domain}"),
                format!("https://login.{domain}/"),
                format!("https://apps.{domain}:443/directory/#/x"),
                region.to_string(),
                region.token_endpoint().to_string(),
            ] {
                assert_eq!(&spelling.parse::<Region>().unwrap(), region, "{spelling}");
            }
        }
    }

    #[test]
    fn a_domain_is_matched_by_whole_labels() {
        assert_eq!(
            "mypurecloud.com.au".parse::<Region>().unwrap(),
            Region::ApSoutheast2
        );
        for other in [
            "mypurecloud.com.br",
            "notmypurecloud.com",
            "x.mypurecloud.com",
            "api.api.mypurecloud.com",
            "mypurecloud.co",
            "mypurecloud.com.",
            "pure.cloud",
        ] {
            assert!(other.parse::<Region>().is_err(), "{other}");
        }
    }

    #[test]
    fn an_unknown_region_names_the_nearest() {
        for (text, nearest) in [
            ("us-esat-1", "did you mean us-east-1?"),
            ("mypurecloud.come", "did you mean mypurecloud.com?"),
            ("https://api.mypureclud.de", "did you mean mypurecloud.de?"),
            ("apne9.pure.cloud", "did you mean apne"),
        ] {
            let text = text.parse::<Region>().unwrap_err().to_string();
            assert!(text.contains(nearest), "{text}");
        }
        for with_password in [
            "https://me:hunter2@api.mypurecloud.com",
            "https://me:hunter2#x@h",
        ] {
            let error = with_password.parse::<Region>().unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_newer_region_is_taken_by_its_domain() {
        let newer = Region::custom("https://api.xyz1.pure.cloud/").unwrap();
        assert_eq!(newer.domain(), "xyz1.pure.cloud");
        assert_eq!(
            newer.token_endpoint().to_string(),
            "https://login.xyz1.pure.cloud/oauth/token"
        );
        assert_eq!(Region::custom("mypurecloud.ie").unwrap(), Region::EuWest1);
        for text in [
            "xyz1.pure.cloud",
            "https://apps.xyz1.pure.cloud/directory/#/x",
        ] {
            assert_eq!(Region::known_or_newer(text).unwrap(), newer, "{text}");
        }
        for bad in [
            "",
            "cloud",
            "a b.c",
            "127.0.0.1",
            "pure.42",
            "u:p@x.pure.cloud",
            "x.pure.cloud:8443",
            "pure.cloud",
            "https://login.pure.cloud/oauth/token",
            "us-gov-pure.cloud",
            "login.us-gov-pure.cloud",
            "eusc-pure.cloud",
            "signin.mypurecloud.com",
            "niceincontact.com",
            "api.cxone.com",
        ] {
            assert!(Region::custom(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_that_is_not_below_the_vendors_is_taken_for_a_misspelt_one() {
        for (text, nearest) in [
            ("mypurecloud.come", "did you mean mypurecloud.com?"),
            ("https://api.mypureclud.de", "did you mean mypurecloud.de?"),
            (
                "use2.us-gov-pur.cloud",
                "did you mean use2.us-gov-pure.cloud?",
            ),
            ("xyz1.pure.cloud.example.com", "Region::ALL"),
            ("evil-pure.cloud", "Region::ALL"),
            ("x.y.pure.cloud", "Region::ALL"),
            ("signin.pure.cloud", "Region::ALL"),
            ("pure.cloud", "LABEL.pure.cloud"),
            ("us-esat-1", "did you mean us-east-1?"),
        ] {
            let text = Region::known_or_newer(text).unwrap_err().to_string();
            assert!(text.contains(nearest), "{text}");
        }
        let known = Region::known_or_newer("apne2.pure.cloud").unwrap();
        assert_eq!(known, Region::ApNortheast2);
    }
}
