//! A certificate authority for one test.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};

use crate::provider::provider;

const DAY: Duration = Duration::from_hours(24);
const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// A throw-away certificate authority, created in memory with its own key.
///
/// Give [`pem`](Self::pem) to the client and a certificate to the server.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// The certificate and the key of a server or a client.
pub struct Certificate {
    der: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
    pem: String,
    key_pem: String,
}

impl Authority {
    /// Creates a new authority that nobody trusts yet.
    ///
    /// # Panics
    ///
    /// If the system has no randomness for a key.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Loopback sandbox CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = new_key();
        let certificate = params
            .self_signed(&key)
            .expect("the parameters above are complete");
        Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Returns the authority's own certificate in PEM, for a client to trust.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes [`pem`](Self::pem) to a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write_pem(&self, path: impl AsRef<Path>) -> io::Result<()> {
        std::fs::write(path, &self.pem)
    }

    /// Issues a valid certificate for `127.0.0.1`, `localhost` and `::1`.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        self.issue(&server_params(&NAMES))
    }

    /// Issues a valid certificate for this host name only.
    #[must_use]
    pub fn certificate_for(&self, host: &str) -> Certificate {
        self.issue(&server_params(&[host]))
    }

    /// Issues a valid certificate for this machine's names and others.
    pub(crate) fn certificate_with(&self, hosts: &[String]) -> Certificate {
        let names: Vec<&str> = hosts.iter().map(String::as_str).chain(NAMES).collect();
        self.issue(&server_params(&names))
    }

    /// Issues a certificate for the right names that expired in 2001.
    #[must_use]
    pub fn expired_certificate(&self) -> Certificate {
        let mut params = server_params(&NAMES);
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
        self.issue(&params)
    }

    /// Issues a certificate for the right names that becomes valid in 2100.
    #[must_use]
    pub fn future_certificate(&self) -> Certificate {
        let mut params = server_params(&NAMES);
        params.not_before = date_time_ymd(2100, 1, 1);
        params.not_after = date_time_ymd(2101, 1, 1);
        self.issue(&params)
    }

    /// Issues a certificate for `example.com` only.
    #[must_use]
    pub fn wrong_name_certificate(&self) -> Certificate {
        self.certificate_for("example.com")
    }

    /// Issues a valid certificate for a client.
    #[must_use]
    pub fn client_certificate(&self) -> Certificate {
        let mut params = server_params(&NAMES);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&params)
    }

    /// Returns what makes a server ask for a certificate of this authority.
    pub(crate) fn client_verifier(&self) -> Arc<dyn ClientCertVerifier> {
        let mut roots = RootCertStore::empty();
        let added = roots.add(self.der.clone());
        added.expect("the authority has made the certificate");
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider()))
            .build()
            .expect("there is a root to trust")
    }

    fn issue(&self, params: &CertificateParams) -> Certificate {
        let key = new_key();
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the parameters are complete and the issuer may sign");
        Certificate::of(&certificate, &key)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Certificate {
    /// Creates a self-signed certificate for the right names.
    ///
    /// # Panics
    ///
    /// If the system has no randomness for a key.
    #[must_use]
    pub fn self_signed() -> Self {
        let key = new_key();
        let certificate = server_params(&NAMES)
            .self_signed(&key)
            .expect("the parameters are complete");
        Self::of(&certificate, &key)
    }

    /// Returns the certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns the certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the private key in PEM, as PKCS#8. It is worth nothing elsewhere.
    #[must_use]
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Returns the settings of a server that shows this certificate, and asks for one of the client
    /// if there is a verifier. It offers only `http/1.1`.
    pub(crate) fn server_config(
        &self,
        is_tls_1_2: bool,
        clients: Option<Arc<dyn ClientCertVerifier>>,
    ) -> Arc<ServerConfig> {
        let provider = Arc::new(provider());
        let versions = if is_tls_1_2 {
            &[&rustls::version::TLS12][..]
        } else {
            rustls::DEFAULT_VERSIONS
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("a provider has ciphers for every version")
            .with_client_cert_verifier(clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
            .with_single_cert(
                vec![self.der.clone()],
                PrivateKeyDer::Pkcs8(self.key.clone_key()),
            )
            .expect("certificate and key were made for each other");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            der: certificate.der().clone(),
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
        }
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate().expect("the system has randomness for a key")
}

/// Valid for a year: some platforms refuse a server certificate with a lifetime beyond 825 days.
fn server_params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("the names are ASCII");
    params
        .distinguished_name
        .push(DnType::CommonName, "Loopback sandbox server");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = (SystemTime::now() - DAY).into();
    params.not_after = (SystemTime::now() + 365 * DAY).into();
    params
}
