//! The simplest client: one connection, one request, everything until the end.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) struct ServerResponse {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl ServerResponse {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("a response has a head");
        let status = head.split(' ').nth(1).unwrap();
        Self {
            status: status.parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// A token request; `authorization` and `body` as they are.
pub(crate) fn post(url: &str, authorization: Option<&str>, body: &str) -> ServerResponse {
    let field = authorization.map(|value| format!("authorization: {value}\r\n"));
    let head = format!("{}content-type: {FORM}\r\n", field.unwrap_or_default());
    send(url, "POST", &head, body)
}

/// An API call with a bearer token, if there is one.
pub(crate) fn get(url: &str, token: Option<&str>) -> ServerResponse {
    let head = token.map(|token| format!("authorization: Bearer {token}\r\n"));
    send(url, "GET", &head.unwrap_or_default(), "")
}

/// A request with header lines of the test's own.
pub(crate) fn send(url: &str, method: &str, head: &str, body: &str) -> ServerResponse {
    let (address, path) = parts(url);
    let request = request(method, path, &format!("connection: close\r\n{head}"), body);
    ServerResponse::parse(&everything(TcpStream::connect(address).unwrap(), &request).unwrap())
}

/// A `GET` over TLS by a client that trusts `pem` and expects `127.0.0.1`.
pub(crate) fn get_tls(url: &str, pem: &str) -> io::Result<ServerResponse> {
    let (address, path) = parts(url);
    let mut roots = RootCertStore::empty();
    let trusted = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    roots.add(trusted).unwrap();
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = StreamOwned::new(session, TcpStream::connect(address)?);
    let request = request("GET", path, "connection: close\r\n", "");
    everything(stream, &request).map(|bytes| ServerResponse::parse(&bytes))
}

pub(crate) fn request(method: &str, path: &str, head: &str, body: &str) -> String {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{head}content-length: {length}\r\n\r\n{body}")
}

/// Sends `request` and reads until the peer closes; a reset is an error.
pub(crate) fn everything(mut stream: impl Read + Write, request: &str) -> io::Result<Vec<u8>> {
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// `name=value` pairs as a form.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn parts(url: &str) -> (&str, &str) {
    let (_, rest) = url.split_once("://").unwrap();
    let slash = rest.find('/').unwrap();
    rest.split_at(slash)
}
