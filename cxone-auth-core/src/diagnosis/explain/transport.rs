//! Explains why no complete response came.

use std::error::Error as StdError;

use crate::diagnosis::inspect::{self, Subject};
use crate::error::CertificateFault;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::{CatalogueEntry, proof, response as cause};
use crate::finding::{Finding, Setting};
use crate::transport::{TransportError, TransportErrorKind as Kind};

/// Returns what the failure itself says, what may be behind it, and how the address may be
/// involved.
pub(super) fn findings(subject: Option<&Subject<'_>>, failure: &TransportError) -> Vec<Finding> {
    let kind = failure.kind();
    let mut findings = Vec::new();
    if let Some(subject) = subject.filter(|_| may_be_misaddressed(kind)) {
        findings.extend(inspect::findings(inspect::ADDRESS, subject));
    }
    findings.push(of_the_failure(failure));
    findings.extend(http2_at_cxone(subject, failure));
    findings.extend(clock_off(failure));
    findings
}

fn of_the_failure(failure: &TransportError) -> Finding {
    if failure.wants_client_certificate() {
        return cause::CLIENT_CERTIFICATE.found(Certain, "its alert is certificate_required");
    }
    if let Some(fault) = failure.certificate_fault() {
        return of_client_certificate(fault, failure);
    }
    let finding = entry(failure.kind()).found(Certain, evidence(failure));
    match certificate(failure) {
        Some((_, settings)) if failure.kind() == Kind::Tls => finding.about(settings),
        _ => finding,
    }
}

fn of_client_certificate(fault: CertificateFault, failure: &TransportError) -> Finding {
    const SETTINGS: &[Setting] = &[Setting::ClientCertificate, Setting::ClientKey];
    let entry = match fault {
        CertificateFault::Mismatch => &proof::KEY_OF_ANOTHER_CERTIFICATE,
        CertificateFault::Other => &cause::TRANSPORT_SETTING,
    };
    entry.found(Certain, evidence(failure)).about(SETTINGS)
}

fn entry(kind: Kind) -> &'static CatalogueEntry {
    match kind {
        Kind::Dns => &cause::DNS,
        Kind::Connect => &cause::NO_CONNECTION,
        Kind::Tls => &cause::TLS,
        Kind::Proxy => &cause::PROXY,
        Kind::Timeout => &cause::TIMEOUT,
        Kind::Interrupted => &cause::INTERRUPTED,
        Kind::UncleanClose => &cause::UNCLEAN_CLOSE,
        Kind::BodyTooLarge => &cause::TOO_LARGE,
        Kind::InvalidResponse => &cause::NOT_HTTP,
        Kind::Configuration => &cause::TRANSPORT_SETTING,
        Kind::Other => &cause::CLIENT_FAILURE,
    }
}

/// Reports whether a wrong host may explain the failure. A name, a certificate or a page may belong
/// to a wrong host, and a proxy refuses a host that it does not find. A wrong setting says nothing
/// about the host.
fn may_be_misaddressed(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Dns
            | Kind::Connect
            | Kind::Proxy
            | Kind::Tls
            | Kind::Timeout
            | Kind::BodyTooLarge
            | Kind::InvalidResponse
    )
}

fn evidence(failure: &TransportError) -> String {
    match (failure.kind(), failure.status()) {
        (Kind::Tls, _) => certificate(failure)
            .map_or("", |(meaning, _)| meaning)
            .to_owned(),
        (_, Some(status)) => format!("status {}", status.as_str()),
        _ => failure.problem().unwrap_or_default().to_owned(),
    }
}

/// What something means, and the settings that it is about.
type Meaning = (&'static str, &'static [Setting]);

/// The settings if the certificate is for another host: the address is wrong.
const ADDRESS: &[Setting] = &[
    Setting::TokenEndpoint,
    Setting::Region,
    Setting::Issuer,
    Setting::Platform,
];

/// What TLS libraries write, and what it means. The first match counts.
static CERTIFICATE: [(&[&str], Meaning); 7] = [
    (&["expired"], ("the certificate has expired", &[])),
    (
        &["not valid yet", "notvalidyet", "not yet valid"],
        ("the certificate is not valid yet", &[]),
    ),
    (
        &["causedasendentity"],
        (
            "the certificate is one of an authority (CA:TRUE), which no server may show: have one \
             issued with CA:FALSE and the host as subjectAltName",
            &[],
        ),
    ),
    (
        &["not valid for any names"],
        (
            "the certificate has no subjectAltName, and so names no host: have one issued with the \
             host as subjectAltName",
            &[],
        ),
    ),
    (
        &[
            "corrupt message",
            "wrong version number",
            "packet length too long",
        ],
        ("what responds at this port does not speak TLS", ADDRESS),
    ),
    (
        &[
            "notvalidforname",
            "not valid for name",
            "hostname mismatch",
            "does not match",
            "subject name",
        ],
        ("the certificate names another host", ADDRESS),
    ),
    (
        &[
            "unknownissuer",
            "unknown issuer",
            "self-signed",
            "self signed",
            "unable to get local issuer",
            "unknown ca",
            "caused by signature",
        ],
        (
            "the certificate is signed by nobody whom this machine trusts",
            &[Setting::TrustedCertificates],
        ),
    ),
];

/// Returns what is wrong with the certificate, based on the client's own words. None of these words
/// is kept.
fn certificate(failure: &TransportError) -> Option<Meaning> {
    let words = sources(failure);
    CERTIFICATE
        .iter()
        .find(|(texts, _)| texts.iter().any(|text| words.contains(text)))
        .map(|(_, meaning)| *meaning)
}

fn sources(failure: &TransportError) -> String {
    // A chain without an end would be the client's mistake. This code must not loop because of it.
    const MOST: usize = 16;
    let mut words = String::new();
    let mut next = failure.source();
    for _ in 0..MOST {
        let Some(error) = next else { break };
        words.push_str(&error.to_string());
        words.push(' ');
        next = error.source();
    }
    words.to_ascii_lowercase()
}

/// Applies only if the client mentions HTTP/2 itself. This library's transports do not use it.
fn http2_at_cxone(subject: Option<&Subject<'_>>, failure: &TransportError) -> Option<Finding> {
    let words = sources(failure);
    let speaks_of_it = ["http2", "http/2", "h2 ", "goaway"]
        .iter()
        .any(|text| words.contains(text));
    (speaks_of_it && subject?.is_cxone())
        .then(|| cause::HTTP2_AT_CXONE.found(Possible, "the HTTP client speaks of HTTP/2"))
}

fn clock_off(failure: &TransportError) -> Option<Finding> {
    let is_of_time = [CERTIFICATE[0].1.0, CERTIFICATE[1].1.0];
    let (meaning, _) = (failure.kind() == Kind::Tls)
        .then(|| certificate(failure))
        .flatten()?;
    is_of_time
        .contains(&meaning)
        .then(|| cause::CLOCK_OFF.found(Likely, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(kind: Kind, words: &'static str) -> Finding {
        let failure = TransportError::new(kind).with_source(words);
        findings(None, &failure).remove(0)
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_named() {
        for (words, evidence) in [
            (
                "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
                "CA:TRUE",
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a\"; certificate is not \
                 valid for any names (according to its subjectAltName extension)",
                "has no subjectAltName",
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a\"; certificate is only \
                 valid for DnsName(\"b\")",
                "names another host",
            ),
            (
                "received corrupt message of type InvalidContentType",
                "does not speak TLS",
            ),
            ("wrong version number", "does not speak TLS"),
            (
                "invalid peer certificate: UnknownIssuer",
                "nobody whom this machine trusts",
            ),
        ] {
            let finding = first(Kind::Tls, words);
            assert_eq!(finding.code().to_string(), "CXA-603", "{words}");
            assert!(finding.evidence().contains(evidence), "{words}: {finding}");
        }
        // What a server says after the handshake is not about its certificate.
        let other = first(Kind::Interrupted, "wrong version number");
        assert_eq!(other.code().to_string(), "CXA-606");
        assert_eq!(first(Kind::Tls, "decode error").evidence(), "");
    }

    #[test]
    fn a_certificate_that_the_server_wants_is_named_whenever_it_says_so() {
        for kind in [
            Kind::Tls,
            Kind::Interrupted,
            Kind::InvalidResponse,
            Kind::Other,
        ] {
            for words in [
                "received fatal alert: CertificateRequired",
                "tlsv13 alert certificate required",
            ] {
                assert_eq!(first(kind, words).code().to_string(), "CXA-612", "{words}");
            }
        }
        let other = first(Kind::Tls, "received fatal alert: CertificateExpired");
        assert_eq!(other.code().to_string(), "CXA-603");
    }
}
