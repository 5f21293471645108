//! Which certificates the client trusts, and which it shows.

use isahc::HttpClientBuilder;
use isahc::config::Configurable;
use isahc::tls::{Identity, PrivateKey, TlsConfig, TrustStore};

use cxone_auth_core::TransportOptions;
#[cfg(not(feature = "native-tls"))]
use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::transport::{ClientCertificate, ClientIdentity, TransportError};
#[cfg(feature = "native-tls")]
use zeroize::Zeroizing;

use crate::{file, roots};

pub(super) fn configure(
    builder: HttpClientBuilder,
    options: &TransportOptions,
) -> Result<HttpClientBuilder, TransportError> {
    if options.root_certificates().is_empty() && options.client_certificate().is_none() {
        // By default isahc asks the operating system.
        return Ok(builder);
    }
    let mut config = TlsConfig::builder();
    if !options.root_certificates().is_empty() {
        let mut store = TrustStore::builder();
        for certificate in roots::all(options)? {
            store = store.certificate_from_der(certificate);
        }
        config = config.trust_store(store.build());
    }
    if let Some(certificate) = options.client_certificate() {
        config = config.identity(identity(certificate)?);
    }
    Ok(builder.tls_config(config.build()))
}

/// Returns the client's certificate. curl reads files for each connection, so that it notices new
/// ones; they are looked over here because curl says less of them.
fn identity(certificate: &ClientCertificate) -> Result<Identity, TransportError> {
    let read = certificate.load(file::read)?;
    match certificate.files() {
        Some((certificates, key)) => Ok(Identity::from_pem_file(
            certificates,
            Some(PrivateKey::from_pem_file(key, None)),
        )),
        None => from_bytes(&read),
    }
}

#[cfg(feature = "native-tls")]
#[expect(clippy::unnecessary_wraps, reason = "with rustls it is an error")]
fn from_bytes(read: &ClientIdentity) -> Result<Identity, TransportError> {
    let key = PrivateKey::from_pem(Zeroizing::new(read.expose_key().to_vec()), None);
    Ok(Identity::from_pem(read.certificates().to_vec(), Some(key)))
}

#[cfg(not(feature = "native-tls"))]
fn from_bytes(_: &ClientIdentity) -> Result<Identity, TransportError> {
    Err(
        TransportError::new(TransportErrorKind::Configuration).with_problem(
            "isahc with rustls takes a client certificate from files only, not as bytes; use \
         ClientCertificate::from_files, or another transport",
        ),
    )
}
