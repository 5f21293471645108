//! Makes a configuration from what a server states about itself.

use std::sync::Arc;

use super::ServerMetadata;
use crate::config::{BasicEncoding, ClientAuthentication, ClientCredentials, Config};
use crate::error::Error;

impl Config {
    /// Makes a configuration for the server of this metadata: the client-credentials grant, the
    /// server's token endpoint, and a client authentication that the server lists. See
    /// [`with_metadata`](Self::with_metadata).
    ///
    /// ```
    /// use cxone_auth_core::discovery::ServerMetadata;
    /// use cxone_auth_core::{ClientAuthentication, ClientCredentials, Config};
    ///
    /// let issuer = "https://id.example.com".parse()?;
    /// let metadata = ServerMetadata::read(&issuer, r#"{
    ///     "issuer": "https://id.example.com",
    ///     "token_endpoint": "https://id.example.com/token",
    ///     "token_endpoint_auth_methods_supported": ["client_secret_post"]
    /// }"#)?;
    /// let client = ClientCredentials::new("client-id", "client-secret");
    /// let config = Config::from_metadata(&metadata, client)?;
    /// assert_eq!(config.endpoint().to_string(), "https://id.example.com/token");
    /// assert_eq!(config.client_authentication(), ClientAuthentication::Body);
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id or the secret is
    /// blank or contains an unusual character.
    pub fn from_metadata(
        metadata: &ServerMetadata,
        credentials: ClientCredentials,
    ) -> Result<Self, Error> {
        let config = Self::custom(metadata.token_endpoint().clone(), credentials)?;
        Ok(config.with_metadata(metadata))
    }

    /// Uses the token endpoint that the metadata names. A client with a secret authenticates as the
    /// server lists: by Basic if it is there, otherwise in the body. If the server lists neither,
    /// Basic stays, and [`inspect_metadata`](crate::diagnosis::inspect_metadata) says so. To use
    /// another one, call [`with_client_authentication`](Self::with_client_authentication)
    /// afterwards.
    ///
    /// A client with a key or an assertion authenticates with that. It is addressed to the issuer,
    /// unless the server is known to want the token endpoint. A client with a certificate uses the
    /// token endpoint for such clients, if there is one (RFC 8705 §5).
    #[must_use]
    pub fn with_metadata(mut self, metadata: &ServerMetadata) -> Self {
        self.issuer = Some(metadata.issuer().as_str().to_owned());
        self.listed = Some(Arc::new(metadata.listed()));
        let authentication = match self.authentication {
            ClientAuthentication::Basic(_) | ClientAuthentication::Body => of_secret(metadata),
            // The credentials decide: a key signs, and a certificate is presented.
            own => own,
        };
        let endpoint = match authentication {
            ClientAuthentication::Certificate => metadata.mtls_token_endpoint(),
            _ => metadata.token_endpoint(),
        };
        let config = self.with_token_endpoint(endpoint.clone());
        if config.credentials.is_none() {
            return config;
        }
        config
            .with_client_authentication(authentication)
            .expect("a secret goes with Basic and the body, and only raw Basic depends on the id")
    }
}

/// Returns how a client with a secret authenticates at this server.
fn of_secret(metadata: &ServerMetadata) -> ClientAuthentication {
    let basic = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);
    let own = [
        ("client_secret_basic", basic),
        ("client_secret_post", ClientAuthentication::Body),
    ];
    let listed = own.iter().find(|(name, _)| metadata.lists_method(name));
    listed.map_or(basic, |(_, authentication)| *authentication)
}

#[cfg(test)]
mod tests;
