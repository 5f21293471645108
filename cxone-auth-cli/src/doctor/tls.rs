//! A TLS handshake that is made to see the server's certificate. Nothing is sent over it.

mod certificate;
mod client;
mod observer;
mod trust;

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use cxone_auth_core::TransportOptions;
use cxone_auth_core::diagnosis::Setting;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, ProtocolVersion};

use super::check::{Check, Step};
use super::deadline::{Deadline, Timed, is_timeout};
use super::seen::Seen;
use certificate::Certificate;
use observer::Observer;
use trust::Trust;

/// What is wrong with most certificates that are refused.
const UNTRUSTED: &str = "this machine does not trust the issuer of the certificate";
const ANOTHER_HOST: &str = "the certificate names another host";

/// Shakes hands with `host` over a stream that leads to it. With the check comes what a failure
/// of the token request is to be told with: who issued the certificate, and what is odd about it.
pub(super) fn shake_hands(
    stream: TcpStream,
    host: &str,
    options: &TransportOptions,
    deadline: Deadline,
) -> (Check, Seen) {
    let began = Instant::now();
    let trust = Trust::of(options);
    let observer = Arc::new(Observer::new(trust.verifier()));
    let stream = Timed { stream, deadline };
    let result = handshake(stream, host, Arc::clone(&observer), client::shown(options));
    let certificate = observer.leaf().map(|der| Certificate::read(&der));
    let (check, seen) = match (result, certificate) {
        (Ok(version), Some(certificate)) => welcome(&observer, &trust, version, &certificate),
        (Ok(_), None) => (
            Step::Tls.passed("the handshake went through without a certificate"),
            Seen::default(),
        ),
        (Err(error), certificate) => refused(&error, certificate.as_ref()),
    };
    (check.with_time(began.elapsed()), seen)
}

fn handshake(
    mut stream: Timed,
    host: &str,
    observer: Arc<Observer>,
    client: Option<client::Identity>,
) -> io::Result<Option<ProtocolVersion>> {
    let provider = Arc::new(trust::provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(observer);
    let mut config = match client {
        None => config.with_no_client_auth(),
        Some((chain, key)) => config
            .with_client_auth_cert(chain, key)
            .map_err(io::Error::other)?,
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let name = ServerName::try_from(name).map_err(io::Error::other)?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    Ok(connection.protocol_version())
}

fn welcome(
    observer: &Observer,
    trust: &Trust,
    version: Option<ProtocolVersion>,
    certificate: &Certificate,
) -> (Check, Seen) {
    let version = match version {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let left = certificate.days_left(SystemTime::now());
    let ends = left
        .map(|days| format!(", good for {days} more days"))
        .unwrap_or_default();
    let issued = certificate.issued();
    let mut details = Vec::new();
    if !observer.is_trusted_by(trust.system()) {
        details
            .push("trusted because of ca-file: the system does not know who issued it".to_owned());
    }
    details.extend(certificate.inspector());
    let check = Step::Tls
        .passed(format!("{version}, certificate {issued}{ends}"))
        .with_details(details);
    let seen = Seen {
        evidence: certificate.inspector(),
        ..Seen::default()
    };
    (check, seen)
}

fn refused(error: &io::Error, certificate: Option<&Certificate>) -> (Check, Seen) {
    let problem = problem(error);
    let issued =
        certificate.map(|certificate| format!("its certificate is {}", certificate.issued()));
    let mut evidence: Vec<String> = issued.into_iter().collect();
    evidence.extend(certificate.and_then(Certificate::inspector));
    let check = Step::Tls.failed(&*problem).with_details(evidence.clone());
    let seen = Seen {
        problem: Some(problem),
        evidence: (!evidence.is_empty()).then(|| evidence.join("; ")),
        remedy: invalidity(error).and_then(remedy),
        settings: Some(settings(error)),
    };
    (check, seen)
}

/// What went wrong, in words that need no knowledge of the library.
fn problem(error: &io::Error) -> String {
    if is_timeout(error) {
        return "the server accepted the connection and did not respond in time".to_owned();
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(error)) => objection(error),
        Some(rustls::Error::InvalidMessage(_)) => {
            "what responds at this port does not speak TLS".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => {
            format!("the server refuses with the alert {alert:?}")
        }
        Some(rustls::Error::PeerIncompatible(_)) => {
            "the server offers no version or cipher of TLS that is still safe".to_owned()
        }
        _ => "the server broke the handshake off".to_owned(),
    }
}

/// What is wrong with the certificate, when that is it.
fn invalidity(error: &io::Error) -> Option<&CertificateError> {
    match error.get_ref()?.downcast_ref()? {
        rustls::Error::InvalidCertificate(error) => Some(error),
        _ => None,
    }
}

/// What to do about a certificate that is none for a server.
const REISSUE: &str = "Have a certificate issued with CA:FALSE and the host as subjectAltName: with \
                       openssl req -x509, by -addext basicConstraints=critical,CA:FALSE and \
                       -addext subjectAltName=DNS:HOST.";

/// Whether the certificate is one of an authority. rustls has no kind for it, only this text.
fn is_of_an_authority(error: &CertificateError) -> bool {
    format!("{error:?}").contains("CaUsedAsEndEntity")
}

fn remedy(error: &CertificateError) -> Option<&'static str> {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. } => {
            Some(
                "Check the time of this machine. If it is right, the operator of the server has to \
                 renew its certificate.",
            )
        }
        E::Other(_) if is_of_an_authority(error) => Some(REISSUE),
        E::NotValidForNameContext { presented, .. } if presented.is_empty() => Some(REISSUE),
        E::NotValidForName | E::NotValidForNameContext { .. } => Some(
            "Check the host of the token endpoint, and whether a sign-in portal or a proxy \
             responds in its place.",
        ),
        E::UnknownIssuer => Some(
            "If a private authority or an inspecting proxy of yours issued the certificate, trust \
             its root certificate with --ca-file. Do not turn the check off.",
        ),
        _ => None,
    }
}

/// The settings that the problem is about.
fn settings(error: &io::Error) -> &'static [Setting] {
    use CertificateError as E;
    if is_timeout(error) {
        return &[Setting::Timeout];
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(E::UnknownIssuer)) => {
            &[Setting::TrustedCertificates]
        }
        Some(
            rustls::Error::InvalidCertificate(
                E::NotValidForName | E::NotValidForNameContext { .. },
            )
            | rustls::Error::InvalidMessage(_),
        ) => &[
            Setting::TokenEndpoint,
            Setting::Region,
            Setting::Issuer,
            Setting::Platform,
        ],
        _ => &[],
    }
}

fn objection(error: &CertificateError) -> String {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => {
            "the certificate has expired, or this machine's clock is ahead".to_owned()
        }
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "the certificate is not valid yet, or this machine's clock is behind".to_owned()
        }
        E::NotValidForName => ANOTHER_HOST.to_owned(),
        E::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "the certificate has no subjectAltName, and so names no host".to_owned()
        }
        E::NotValidForNameContext { presented, .. } => {
            let names: Vec<String> = presented.iter().take(3).map(|name| bare(name)).collect();
            format!("{ANOTHER_HOST}: {}", names.join(", "))
        }
        E::UnknownIssuer => UNTRUSTED.to_owned(),
        E::Other(_) if is_of_an_authority(error) => {
            "the certificate is one of an authority (CA:TRUE), which no server may show".to_owned()
        }
        E::Revoked => "the certificate was revoked".to_owned(),
        _ => "the certificate cannot be verified".to_owned(),
    }
}

/// A name as rustls tells it, without the kind of name that it puts around.
fn bare(name: &str) -> String {
    let quoted = name.split('"').nth(1);
    certificate::cleaned(quoted.unwrap_or(name))
}
