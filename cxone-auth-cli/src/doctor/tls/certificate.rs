//! What a certificate says of itself.

use std::time::{Duration, SystemTime};

use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode;
use x509_cert::name::Name;

use crate::visible::is_invisible;

/// The parts of a server's certificate that tell where it came from.
pub(super) struct Certificate {
    issuer: Option<String>,
    is_self_signed: bool,
    not_after: Option<SystemTime>,
}

/// Makers of proxies that look into TLS and sign for every host, by a word of their issuer's name.
const INSPECTORS: [&str; 19] = [
    "zscaler",
    "netskope",
    "palo alto",
    "fortinet",
    "fortigate",
    "blue coat",
    "symantec web",
    "umbrella",
    "skyhigh",
    "mcafee",
    "forcepoint",
    "sophos",
    "check point",
    "barracuda",
    "watchguard",
    "squid",
    "mitmproxy",
    "portswigger",
    "charles proxy",
];

impl Certificate {
    pub(super) fn read(der: &[u8]) -> Self {
        // Without the checks of a profile: an inspecting proxy issues what it likes.
        let Ok(certificate) = CertificateInner::<Raw>::from_der(der) else {
            return Self {
                issuer: None,
                is_self_signed: false,
                not_after: None,
            };
        };
        let content = certificate.tbs_certificate();
        Self {
            issuer: spelled(content.issuer()),
            is_self_signed: content.issuer() == content.subject(),
            not_after: Some(content.validity().not_after.to_system_time()),
        }
    }

    /// Who issued it, as a clause.
    pub(super) fn issued(&self) -> String {
        match &self.issuer {
            _ if self.is_self_signed => "self-signed".to_owned(),
            Some(issuer) => format!("issued by {issuer}"),
            None => "issued by somebody without a name".to_owned(),
        }
    }

    /// The days until it ends.
    pub(super) fn days_left(&self, now: SystemTime) -> Option<u64> {
        const DAY: u64 = Duration::from_secs(86_400).as_secs();
        let left = self.not_after?.duration_since(now).ok()?;
        Some(left.as_secs() / DAY)
    }

    /// Says so when the issuer is known for inspecting traffic.
    pub(super) fn inspector(&self) -> Option<String> {
        let issuer = self.issuer.as_deref()?.to_lowercase();
        let is_known = INSPECTORS.iter().any(|name| issuer.contains(name));
        is_known.then(|| "an inspecting proxy stands between: it reads what is sent".to_owned())
    }
}

/// Common name and organization, the one or the other where only one is there.
fn spelled(name: &Name) -> Option<String> {
    let common = name.common_name().ok().flatten().map(String::from);
    let organization = name.organization().ok().flatten().map(String::from);
    match (common, organization) {
        (Some(common), Some(organization)) => Some(format!(
            "\"{}\" ({})",
            cleaned(&common),
            cleaned(&organization)
        )),
        (Some(only), None) | (None, Some(only)) => Some(format!("\"{}\"", cleaned(&only))),
        (None, None) => None,
    }
}

/// Text from outside, of bounded length and without what a terminal would act on.
pub(super) fn cleaned(text: &str) -> String {
    const MOST: usize = 80;
    let is_harmless = |c: &char| !c.is_control() && !is_invisible(*c);
    text.chars().filter(is_harmless).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_certificate_have_no_issuer() {
        let certificate = Certificate::read(b"not a certificate");
        assert_eq!(certificate.issued(), "issued by somebody without a name");
        assert_eq!(certificate.days_left(SystemTime::now()), None);
    }

    #[test]
    fn a_name_cannot_write_to_the_terminal() {
        assert_eq!(cleaned("a\u{1b}[2J\u{202e}b\nc"), "a[2Jbc");
        assert_eq!(cleaned(&"x".repeat(500)).len(), 80);
    }

    #[test]
    fn makers_of_inspecting_proxies_are_known_by_name() {
        let issued_by = |issuer: &str| Certificate {
            issuer: Some(issuer.to_owned()),
            is_self_signed: false,
            not_after: None,
        };
        let inspects = |issuer: &str| issued_by(issuer).inspector().is_some();
        assert!(inspects("\"Zscaler Intermediate Root CA\" (Zscaler Inc.)"));
        assert!(!inspects("\"Amazon RSA 2048 M03\" (Amazon)"));
    }
}
