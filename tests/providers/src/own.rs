//! What the program does without us: rustls and reqwest as their own documentation shows them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use cxone_auth_core::http::Uri;
use cxone_auth_core::token_request;
#[cfg(any(feature = "own-aws-lc-rs", feature = "own-ring"))]
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::{Failure, setting};

/// Makes `provider` the default of the process.
#[cfg(any(feature = "own-aws-lc-rs", feature = "own-ring"))]
pub(crate) fn install(provider: CryptoProvider) -> Result<(), Failure> {
    provider
        .install_default()
        .map_err(|_| "another default is installed".into())
}

/// Returns a provider with which no client can be made: who uses it fails.
#[cfg(feature = "own-ring")]
pub(crate) fn without_ciphers() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: Vec::new(),
        ..rustls::crypto::ring::default_provider()
    }
}

/// Asks for a token over a `rustls::ClientConfig::builder()`, which panics if it cannot tell which
/// provider is meant.
pub(crate) fn config() -> Result<(), Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&setting::authority()?)?)?;
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let request = token_request(&setting::config()?);
    let (host, port) = host_and_port(request.uri())?;
    let name = ServerName::try_from(host.clone())?;
    let connection = ClientConnection::new(Arc::new(config), name)?;
    let mut stream = StreamOwned::new(connection, TcpStream::connect((host, port))?);

    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n",
        request.uri().path()
    )?;
    write!(stream, "content-length: {}\r\n", request.body().len())?;
    for (name, value) in request.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str()?)?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(request.body())?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    granted(&response)
}

fn host_and_port(uri: &Uri) -> Result<(String, u16), Failure> {
    let host = uri.host().ok_or("the token endpoint has no host")?;
    let port = uri.port_u16().ok_or("the token endpoint has no port")?;
    Ok((host.to_owned(), port))
}

/// Asks for a token over a client of reqwest that is built without a word about TLS but the
/// authority to trust.
#[cfg(feature = "own-client")]
pub(crate) async fn client() -> Result<(), Failure> {
    let authority = own_reqwest::Certificate::from_pem(&setting::authority()?)?;
    let client = own_reqwest::Client::builder()
        .tls_certs_only([authority])
        .build()?;
    let request = token_request(&setting::config()?);
    let response = client.execute(request.try_into()?).await?;
    granted(&response.text().await?)
}

fn granted(response: &str) -> Result<(), Failure> {
    if response.contains(r#""access_token""#) {
        return Ok(());
    }
    Err("the server granted no token".into())
}
