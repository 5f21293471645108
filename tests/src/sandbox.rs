//! Look-alikes of the platforms' token endpoints and APIs, on loopback.

mod central;
mod client;
mod clock;
mod custom;
mod cxone;
mod desk;
mod genesys;
mod jwt;
mod platform;
mod random;
mod token_request;
mod window;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::authority::Authority;
use client::Client;
use clock::Clock;
use platform::Setup;

pub use central::{Central, CentralRules};
pub use client::SecretDecoding;
pub use custom::{CustomRules, CustomServer, MetadataFault, ServerShape};
pub use cxone::{AccessKey, CxOne, CxOneRules};
pub use genesys::{GenesysCloud, GenesysRules};
pub use platform::{Observation, Platform};

/// How many consecutive ports a sandbox uses if it gets the first one.
const PORTS: u16 = 8;

/// One look-alike of each platform on a shared clock, each with a new client.
///
/// The secrets are created at the start and are worth nothing elsewhere.
///
/// ```
/// use cxone_auth_tests::Sandbox;
///
/// let sandbox = Sandbox::start();
/// let genesys = sandbox.genesys();
/// assert!(genesys.token_url().ends_with("/oauth/token"));
/// assert_eq!(genesys.client_secret().len(), 43);
/// assert_eq!(genesys.token_requests(), 0);
/// ```
pub struct Sandbox {
    genesys: GenesysCloud,
    cxone: CxOne,
    central: Central,
    custom: CustomServer,
    authority: Option<Arc<Authority>>,
    clock: Clock,
}

/// Settings for a sandbox.
#[derive(Default)]
pub struct SandboxBuilder {
    setup: Setup,
    custom_client: Option<Client>,
    custom_token_path: Option<String>,
}

impl Sandbox {
    /// Starts everything over plain HTTP on free ports.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start().expect("loopback has free ports")
    }

    /// Starts everything over HTTPS on free ports, with certificates of a new authority.
    ///
    /// # Panics
    ///
    /// If the system has no free port or cannot create a thread.
    #[must_use]
    pub fn start_https() -> Self {
        let builder = Self::builder().with_https();
        builder.start().expect("loopback has free ports")
    }

    /// Returns a builder for a sandbox with other settings.
    #[must_use]
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns Genesys Cloud.
    #[must_use]
    pub fn genesys(&self) -> &GenesysCloud {
        &self.genesys
    }

    /// Returns NICE CXone.
    #[must_use]
    pub fn cxone(&self) -> &CxOne {
        &self.cxone
    }

    /// Returns inContact Central, CXone's predecessor.
    #[must_use]
    pub fn central(&self) -> &Central {
        &self.central
    }

    /// Returns a server that follows RFC 6749.
    #[must_use]
    pub fn custom(&self) -> &CustomServer {
        &self.custom
    }

    /// Moves the sandbox's clock forward: tokens expire and limits reset.
    pub fn advance(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Returns the authority that signed the certificates, if the sandbox uses HTTPS.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_deref()
    }

    /// Returns the authority's certificate in PEM, if the sandbox uses HTTPS.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.authority().map(Authority::pem)
    }
}

impl SandboxBuilder {
    /// Uses TLS on every port, with certificates of a new authority.
    #[must_use]
    pub fn with_https(mut self) -> Self {
        self.setup.authority = Some(Arc::new(Authority::new()));
        self
    }

    /// Uses eight consecutive ports from `port` on, alternating token server and API server.
    #[must_use]
    pub fn with_base_port(mut self, port: u16) -> Self {
        self.setup.port = port;
        self
    }

    /// Gives tokens this lifetime on every platform, instead of the platform's own.
    #[must_use]
    pub fn with_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.setup.lifetime = Some(lifetime);
        self
    }

    /// Registers this client with the custom server, to test an id or a secret with special
    /// characters.
    #[must_use]
    pub fn with_custom_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.custom_client = Some(Client {
            id: id.into(),
            secret: secret.into(),
            enabled: true,
        });
        self
    }

    /// Serves the custom server's token endpoint at this path (which begins with `/`).
    #[must_use]
    pub fn with_custom_token_path(mut self, path: impl Into<String>) -> Self {
        self.custom_token_path = Some(path.into());
        self
    }

    /// Shows certificates for this host too, if the sandbox uses HTTPS; see
    /// [`Internet`](crate::Internet).
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.setup.hosts.push(host.into());
        self
    }

    /// Passes every request to `observer` after the decision about it, on the server's thread.
    #[must_use]
    pub fn with_observer(
        mut self,
        observer: impl Fn(&Observation) + Send + Sync + 'static,
    ) -> Self {
        self.setup.observer = Some(Arc::new(observer));
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// If a port is taken, if there are not eight of them, or if the system cannot create a thread.
    pub fn start(self) -> io::Result<Sandbox> {
        let base = self.setup.port;
        if base != 0 && base.checked_add(PORTS).is_none() {
            let cause = "eight consecutive ports are needed";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, cause));
        }
        let at = |offset| Setup {
            port: if base == 0 { 0 } else { base + offset },
            ..self.setup.clone()
        };
        let custom = self.custom_client.unwrap_or_else(Client::new);
        let custom_rules = CustomRules::new(self.custom_token_path);
        Ok(Sandbox {
            genesys: platform::start(&at(0), Client::new(), GenesysRules::new())?,
            cxone: platform::start(&at(2), Client::new(), CxOneRules::new())?,
            central: platform::start(&at(4), CentralRules::client(), CentralRules::new())?,
            custom: platform::start(&at(6), custom, custom_rules)?,
            authority: self.setup.authority,
            clock: self.setup.clock,
        })
    }
}
