//! Settings that every transport understands.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::address::{Authority, is_loopback};
use crate::config::basic;
use crate::error::Error;
use crate::transport::ClientCertificate;

/// The settings of every transport of the workspace, with the same defaults on each.
///
/// To set more, pass a configured client or builder of your own: each adapter has a constructor for
/// that.
#[derive(Clone)]
pub struct TransportOptions {
    timeout: Duration,
    connect_timeout: Duration,
    root_certificates: Vec<Vec<u8>>,
    client_certificate: Option<ClientCertificate>,
    proxy: ProxyChoice,
}

/// Which proxy a transport uses.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum ProxyChoice {
    /// The proxy of `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (also in lower case). Requests to a
    /// loopback host, and those by plain http, use none: see [`bypasses`](Self::bypasses). The
    /// rules are those of [`EnvironmentProxy`](crate::transport::EnvironmentProxy).
    ///
    /// The transports on reqwest, hyper and isahc also use a SOCKS proxy. A request whose proxy the
    /// client does not support fails with the kind
    /// [`Configuration`](crate::transport::TransportErrorKind::Configuration); it is not sent past
    /// the proxy.
    #[default]
    Environment,
    /// No proxy. The environment is ignored.
    Direct,
    /// This proxy for every request, also for a loopback host.
    Url(ProxyUrl),
}

/// The address of an HTTP proxy, `http://host:port` or `http://user:password@host:port`.
///
/// The login is by Basic. A proxy that takes one by NTLM or Negotiate only needs a local proxy that
/// logs in to it, such as px or Cntlm. The HTTP clients do not show what a proxy offers, so the
/// error is the same as for a wrong password; `cxone-auth doctor` tells the two apart.
///
/// `Display` and `Debug` omit the user and the password.
#[derive(Clone)]
pub struct ProxyUrl {
    uri: Uri,
    credentials: Option<(String, SecretString)>,
}

impl TransportOptions {
    /// The default total timeout of a request: 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
    /// The default timeout for connecting: 10 seconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the total timeout of a request, from resolving the name to the last byte of the body.
    /// Default: [`TransportOptions::DEFAULT_TIMEOUT`].
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout for connecting, TLS included. Default:
    /// [`TransportOptions::DEFAULT_CONNECT_TIMEOUT`].
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Trusts the certificates in `pem` besides those of the operating system, for example a
    /// private CA or the CA of an inspecting proxy. Default: none.
    #[must_use]
    pub fn with_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Shows this certificate to a server that asks for one in the TLS handshake, for example for
    /// mutual TLS (RFC 8705). Default: none.
    #[must_use]
    pub fn with_client_certificate(mut self, certificate: ClientCertificate) -> Self {
        self.client_certificate = Some(certificate);
        self
    }

    /// Sets which proxy to use. Default: [`ProxyChoice::Environment`].
    #[must_use]
    pub fn with_proxy(mut self, proxy: ProxyChoice) -> Self {
        self.proxy = proxy;
        self
    }

    /// Returns the total timeout of a request.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the timeout for connecting.
    #[must_use]
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// Returns the certificates, each in PEM, that are trusted besides those of the operating
    /// system.
    #[must_use]
    pub fn root_certificates(&self) -> &[Vec<u8>] {
        &self.root_certificates
    }

    /// Returns the certificate that is shown to a server that asks for one.
    #[must_use]
    pub fn client_certificate(&self) -> Option<&ClientCertificate> {
        self.client_certificate.as_ref()
    }

    /// Returns which proxy to use.
    #[must_use]
    pub fn proxy(&self) -> &ProxyChoice {
        &self.proxy
    }
}

impl TransportOptions {
    /// The shortest timeout that every client understands: 1 ms. Some clients take zero for "no
    /// timeout".
    pub const SHORTEST_TIMEOUT: Duration = Duration::from_millis(1);
    /// The longest timeout that every client understands: a day.
    pub const LONGEST_TIMEOUT: Duration = Duration::from_secs(86_400);

    /// Returns a timeout as transports apply it: between the shortest and the longest.
    #[must_use]
    pub fn applicable_timeout(timeout: Duration) -> Duration {
        timeout.clamp(Self::SHORTEST_TIMEOUT, Self::LONGEST_TIMEOUT)
    }
}

impl ProxyChoice {
    /// Reports whether a request to `uri` skips the proxy of the environment. A request to a
    /// loopback host does: over plain http it carries secrets, and it stays on the machine. Any
    /// other request by plain http does too, because a proxy could read it.
    #[must_use]
    pub fn bypasses(&self, uri: &Uri) -> bool {
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        match self {
            Self::Environment => is_loopback(&host) || uri.scheme() == Some(&Scheme::HTTP),
            Self::Direct => true,
            Self::Url(_) => false,
        }
    }
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("root_certificates", &self.root_certificates.len())
            .field("client_certificate", &self.client_certificate)
            .field("proxy", &self.proxy)
            .finish()
    }
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            timeout: Self::DEFAULT_TIMEOUT,
            connect_timeout: Self::DEFAULT_CONNECT_TIMEOUT,
            root_certificates: Vec::new(),
            client_certificate: None,
            proxy: ProxyChoice::default(),
        }
    }
}

impl ProxyUrl {
    /// Returns the proxy's address without user and password, as `http://host:port/`.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the user name for the proxy, if the address had one.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.credentials.as_ref().map(|(user, _)| user.as_str())
    }

    /// Returns the value of the `Proxy-Authorization` header, if the address had a user name. The
    /// scheme is Basic, and the value is marked sensitive.
    #[must_use]
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (user, password) = self.credentials.as_ref()?;
        let pair = Zeroizing::new([user, ":", password.expose_secret()].concat());
        Some(basic(&pair))
    }

    /// Returns the password for the proxy. It is empty if the address had a user name only.
    #[must_use]
    pub fn expose_secret(&self) -> Option<&str> {
        self.credentials
            .as_ref()
            .map(|(_, password)| password.expose_secret())
    }
}

impl FromStr for ProxyUrl {
    type Err = Error;

    /// Parses `http://host:port` or `http://user:password@host:port`. User and password are
    /// percent-decoded. The default port is 80.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). Fix the address. The error
    /// never repeats the text, which may hold a password.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |problem| Error::configuration(format!("proxy address {problem}"));
        let text = text.trim();
        let rest = text
            .strip_prefix("http://")
            .ok_or_else(|| wrong("does not start with http://: write it as http://host:port"))?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (user_information, host_and_port) = match authority.rsplit_once('@') {
            Some((user_information, host)) => (Some(user_information), host),
            None => (None, authority),
        };
        let authority = Authority::parse(host_and_port)
            .map_err(|fault| Error::configuration(format!("proxy address {fault}")))?;
        let credentials = match user_information {
            None => None,
            Some(text) => Some(user_and_password(text).ok_or_else(|| {
                wrong("has user information that is not UTF-8 when percent-decoded")
            })?),
        };
        Ok(Self {
            uri: Uri::builder()
                .scheme("http")
                .authority(authority.into_text())
                .path_and_query("/")
                .build()
                .map_err(|_| wrong("is not a URL: write it as http://host:port"))?,
            credentials,
        })
    }
}

fn user_and_password(text: &str) -> Option<(String, SecretString)> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Some((decoded(user)?, SecretString::from(decoded(password)?)))
}

/// Decodes into a buffer of exactly the right size. A buffer that grows leaves a copy in memory.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(percent_decode_str(text).count());
    bytes.extend(percent_decode_str(text));
    String::from_utf8(bytes).ok()
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(f)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyUrl")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_are_taken_out_of_the_address() {
        let proxy: ProxyUrl = "http://me:p%40ss%3Aword@Proxy.example.com:3128/"
            .parse()
            .unwrap();
        assert_eq!(proxy.to_string(), "http://proxy.example.com:3128/");
        assert_eq!(proxy.user(), Some("me"));
        assert_eq!(proxy.expose_secret(), Some("p@ss:word"));
        assert_eq!(proxy.authorization().unwrap(), "Basic bWU6cEBzczp3b3Jk");
        assert!(!format!("{proxy:?}").contains("ss"), "{proxy:?}");
    }

    #[test]
    fn loopback_and_plain_http_go_past_the_environments_proxy() {
        let bypasses = |choice: &ProxyChoice, uri: &str| choice.bypasses(&uri.parse().unwrap());
        for loopback in [
            "http://localhost:8080/t",
            "http://127.0.0.9/t",
            "https://[::1]/t",
            "https://[0:0:0:0:0:0:0:1]/t",
            "https://[::ffff:127.0.0.1]/t",
            "http://keycloak:8080/t",
        ] {
            assert!(bypasses(&ProxyChoice::Environment, loopback), "{loopback}");
        }
        assert!(!bypasses(
            &ProxyChoice::Environment,
            "https://login.example.com/t"
        ));
        let proxy = ProxyChoice::Url("http://proxy.example.com".parse().unwrap());
        assert!(!bypasses(&proxy, "http://127.0.0.1/t"));
    }

    #[test]
    fn a_malformed_address_is_refused_without_being_repeated() {
        for bad in [
            "",
            "proxy:3128",
            "https://me:hunter2@proxy:3128",
            "socks5h://me:hunter2@proxy:1080",
            "http://me:hunter2@",
            "http://me:hunter2@proxy:0",
            "http://me:hunter2@proxy:3128/path",
            "http://me:hunter2@pro xy",
            "http://me:%FFhunter2@proxy",
        ] {
            let error = bad.parse::<ProxyUrl>().unwrap_err().to_string();
            assert!(error.starts_with("proxy address "), "{bad}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
