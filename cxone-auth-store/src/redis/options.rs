//! How a store on a Redis server is reached.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use cxone_auth_core::transport::ClientCertificate;
use secrecy::SecretString;

/// How a [`RedisStore`](super::RedisStore) reaches its server, and under which keys it stores.
///
/// Everybody who shares a token needs the same namespace and the same key prefix.
#[derive(Clone)]
pub struct RedisOptions {
    pub(super) namespace: String,
    pub(super) key_prefix: String,
    pub(super) username: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) connect_timeout: Duration,
    pub(super) operation_timeout: Duration,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) ca_files: Vec<PathBuf>,
    pub(super) client_certificate: Option<ClientCertificate>,
    pub(super) insecure_host: Option<String>,
}

impl RedisOptions {
    /// The default namespace: `cxone-auth`.
    pub const DEFAULT_NAMESPACE: &'static str = "cxone-auth";
    /// The default time for a connection, from resolving the name to the login: 1 s.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
    /// The default time for the response to an operation: 1 s.
    pub const DEFAULT_OPERATION_TIMEOUT: Duration = Duration::from_secs(1);

    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the namespace of the keys. Default: [`DEFAULT_NAMESPACE`](Self::DEFAULT_NAMESPACE).
    ///
    /// A key is `{namespace:name}:entry` or `{namespace:name}:lease`. The braces make both keys of
    /// an entry be on the same node, so that the namespace has none. It has no spaces either.
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Sets what each key begins with, for servers that divide their keys by prefix. It has neither
    /// braces nor spaces. Default: nothing.
    #[must_use]
    pub fn with_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.key_prefix = prefix.into();
        self
    }

    /// Sets the user for the login, in the place of one in the URL. Default: the server's default
    /// user.
    #[must_use]
    pub fn with_username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self
    }

    /// Sets the password for the login, in the place of one in the URL. Default: no login.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets how long a connection may take, TLS and login included. Default:
    /// [`DEFAULT_CONNECT_TIMEOUT`](Self::DEFAULT_CONNECT_TIMEOUT).
    ///
    /// For threads, the lookup of the host's name has the limits of the operating system instead.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long the response to an operation may take. Default:
    /// [`DEFAULT_OPERATION_TIMEOUT`](Self::DEFAULT_OPERATION_TIMEOUT).
    #[must_use]
    pub fn with_operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// Trusts the certificates in `pem` besides those of the operating system, for example a
    /// private CA. Default: none.
    #[must_use]
    pub fn with_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Trusts the certificates in this file, in PEM, as
    /// [`with_root_certificates`](Self::with_root_certificates) does. The file is read once.
    #[must_use]
    pub fn with_ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_files.push(path.into());
        self
    }

    /// Shows this certificate to a server that asks for one in the TLS handshake. Files are read
    /// once. Default: none.
    #[must_use]
    pub fn with_client_certificate(mut self, certificate: ClientCertificate) -> Self {
        self.client_certificate = Some(certificate);
        self
    }

    /// Allows a password to be sent to this host without TLS: whoever is on the way reads it. `host`
    /// is the host of the URL, with or without its port, or the path of a socket that another user
    /// owns or could replace. Default: loopback, and sockets of this user and of root.
    #[must_use]
    pub fn with_insecure_host(mut self, host: impl Into<String>) -> Self {
        self.insecure_host = Some(host.into());
        self
    }
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self {
            namespace: Self::DEFAULT_NAMESPACE.to_owned(),
            key_prefix: String::new(),
            username: None,
            password: None,
            connect_timeout: Self::DEFAULT_CONNECT_TIMEOUT,
            operation_timeout: Self::DEFAULT_OPERATION_TIMEOUT,
            root_certificates: Vec::new(),
            ca_files: Vec::new(),
            client_certificate: None,
            insecure_host: None,
        }
    }
}

/// Shows whether there is a user and a password, and neither of them.
impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("namespace", &self.namespace)
            .field("key_prefix", &self.key_prefix)
            .field("has_username", &self.username.is_some())
            .field("has_password", &self.password.is_some())
            .field("connect_timeout", &self.connect_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .field("root_certificates", &self.root_certificates.len())
            .field("ca_files", &self.ca_files)
            .field("client_certificate", &self.client_certificate)
            .field("insecure_host", &self.insecure_host)
            .finish()
    }
}
