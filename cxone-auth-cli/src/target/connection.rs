//! The way to the server: trust, proxy, time.

use std::path::Path;

use cxone_auth_core::transport::{ClientCertificate, ProxyChoice};
use cxone_auth_core::{ClientAuthentication, Config, TransportOptions};
use secrecy::ExposeSecret as _;

use super::settings::{Given, Settings};
use super::{Origin, ca_file, secret};
use crate::arguments::timeout;
use crate::failure::Failure;

/// The variables of the settings that are read here.
pub(super) const VARIABLES: [&str; 3] = [
    "CXONE_AUTH_CA_FILE",
    "CXONE_AUTH_PROXY",
    "CXONE_AUTH_TIMEOUT",
];

pub(super) fn options(settings: &Settings) -> Result<TransportOptions, Failure> {
    let mut options = TransportOptions::new();
    if let Some(path) = settings.value("CXONE_AUTH_CA_FILE") {
        let pem = ca_file::read(Path::new(path)).map_err(|what| {
            let origin = settings.name_of("CXONE_AUTH_CA_FILE");
            let path = secret::shown(Path::new(path));
            Failure::configuration(format!("{origin}: {}: {what}", path.display())).about("ca-file")
        })?;
        options = options.with_root_certificates(pem);
    }
    if let Some((_, certificate)) = certificate(settings) {
        options = options.with_client_certificate(certificate);
    }
    if let Some(text) = settings.value("CXONE_AUTH_PROXY") {
        options = options.with_proxy(proxy(text, settings)?);
    }
    if let Some(text) = settings.value("CXONE_AUTH_TIMEOUT") {
        let timeout = timeout(text).map_err(|error| {
            let origin = settings.name_of("CXONE_AUTH_TIMEOUT");
            Failure::configuration(format!("{origin}: {error}")).about("timeout")
        })?;
        let connecting = options.connect_timeout().min(timeout);
        options = options
            .with_timeout(timeout)
            .with_connect_timeout(connecting);
    }
    Ok(options)
}

/// The certificate that the connection shows. Beside a key that signs, a certificate without a key of
/// its own is only named by the assertion. A file may hold both.
pub(super) fn certificate(settings: &Settings) -> Option<(&Given, ClientCertificate)> {
    let certificate = settings.named("cert")?;
    let key = match (settings.named("cert-key"), settings.named("key")) {
        (Some(key), _) => key,
        (None, Some(_)) => return None,
        (None, None) => certificate,
    };
    let [own, key] = [certificate, key].map(|given| given.value.expose_secret());
    Some((certificate, ClientCertificate::from_files(own, key)))
}

/// A certificate proves the client to a server with TLS, and to nobody else. An issuer that is asked by
/// plain http may still name an endpoint for certificates.
pub(super) fn check_certificate_in_clear(
    settings: &mut Settings,
    config: &Config,
) -> Result<(), Failure> {
    let is_named = settings.with_a_say("discover").is_none();
    let is_in_clear = is_named && config.endpoint().uri().scheme_str() == Some("http");
    let Some((given, _)) = certificate(settings).filter(|_| is_in_clear) else {
        return Ok(());
    };
    let origin = &given.origin;
    if config.client_authentication() == ClientAuthentication::Certificate {
        return Err(Failure::configuration(format!(
            "{origin}: only TLS shows a certificate, and the token endpoint is one by plain http: \
             give an https address"
        ))
        .about(given.name()));
    }
    let warning = format!(
        "{origin} is ignored, since only TLS shows a certificate, and the token endpoint is one by \
         plain http"
    );
    settings.warnings.push(warning);
    Ok(())
}

fn proxy(text: &str, settings: &Settings) -> Result<ProxyChoice, Failure> {
    if text == "none" {
        return Ok(ProxyChoice::Direct);
    }
    if text.contains('@') && settings.origin("CXONE_AUTH_PROXY") == Some(&Origin::Flag("--proxy")) {
        return Err(Failure::usage(
            "--proxy takes no user and password, since every user of the machine can read a \
             command line: set CXONE_AUTH_PROXY or HTTPS_PROXY",
        )
        .about("proxy"));
    }
    let url = text.parse().map_err(|error| {
        let origin = settings.name_of("CXONE_AUTH_PROXY");
        Failure::configuration(format!("{origin}: {error}")).about("proxy")
    })?;
    Ok(ProxyChoice::Url(url))
}
