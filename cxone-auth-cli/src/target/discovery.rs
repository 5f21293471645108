//! The server whose metadata names the token endpoint.

use cxone_auth_core::BlockingTransport;
use cxone_auth_core::Error;
use cxone_auth_core::discovery::{IssuerUrl, ServerMetadata, discover_blocking};
use secrecy::ExposeSecret as _;

use super::settings::Settings;
use super::{Shown, TOKEN_URL, Target};
use crate::failure::Failure;

/// What the core does not know: it makes a configuration without a request.
pub(super) const DISCOVER: &str = "CXONE_AUTH_DISCOVER";

/// Where the token endpoint comes from, if an issuer names it.
pub(crate) struct Discovery {
    pub(crate) issuer: IssuerUrl,
    /// Whether the client authentication is set. Then the metadata does not choose it.
    sets_authentication: bool,
    /// What the issuer has said. Until then, the configuration has the issuer's own address in
    /// place of the token endpoint, and nothing is sent with it.
    pub(crate) metadata: Option<ServerMetadata>,
}

impl Discovery {
    /// Returns the discovery that is set, if one is.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, Failure> {
        let Some(given) = settings.with_a_say("discover") else {
            return Ok(None);
        };
        if let Some(url) = settings.with_a_say("token-url") {
            return Err(Failure::configuration(format!(
                "{} and {} both say where the token endpoint is: keep one of them",
                given.origin, url.origin
            ))
            .about("discover"));
        }
        if settings.repeats_a_secret(given) {
            return Err(Failure::configuration(format!(
                "{} contains a secret that is set elsewhere: give the issuer's address only",
                given.origin
            ))
            .about("discover"));
        }
        let text = given.value.expose_secret();
        let issuer = match settings.value("CXONE_AUTH_INSECURE_HOST") {
            Some(host) => IssuerUrl::with_insecure_host(text, host),
            None => text.parse(),
        };
        let named = |error: Error| Failure::from(error).behind(&given.origin);
        Ok(Some(Self {
            issuer: issuer.map_err(named)?,
            sets_authentication: settings.value("CXONE_AUTH_CLIENT_AUTH").is_some(),
            metadata: None,
        }))
    }
}

/// Returns the token endpoint that is set, or the issuer that names it.
pub(super) fn address(settings: &Settings) -> Option<&str> {
    let issuer = || {
        settings
            .with_a_say("discover")
            .and(settings.value(DISCOVER))
    };
    settings.value(TOKEN_URL).or_else(issuer)
}

impl Target {
    /// Reports whether the token endpoint is not known yet.
    pub(crate) fn is_to_be_discovered(&self) -> bool {
        let discovery = self.discovery.as_ref();
        discovery.is_some_and(|discovery| discovery.metadata.is_none())
    }

    /// Asks the issuer for its metadata with at most two requests, and uses it from then on.
    pub(crate) fn discover(&mut self, transport: &dyn BlockingTransport) -> Result<(), Error> {
        let Some(discovery) = &mut self.discovery else {
            return Ok(());
        };
        let metadata = discover_blocking(transport, &discovery.issuer)?;
        let own = self.config.client_authentication();
        let config = self.config.clone().with_metadata(&metadata);
        self.config = if discovery.sets_authentication {
            config.with_client_authentication(own)?
        } else {
            config
        };
        // The document comes from a server to which no secret was sent.
        self.endpoint = Shown::Text(self.config.endpoint().to_string());
        discovery.metadata = Some(metadata);
        Ok(())
    }
}
