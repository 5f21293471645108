//! Makes a configuration from what a server states about itself.

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

    /// Uses the token endpoint that the metadata names, and the client authentication that it
    /// lists: Basic if it is there, otherwise the body. If the server lists neither, Basic stays,
    /// and [`inspect_metadata`](crate::diagnosis::inspect_metadata) says so. To use another one, call
    /// [`with_client_authentication`](Self::with_client_authentication) afterwards.
    #[must_use]
    pub fn with_metadata(mut self, metadata: &ServerMetadata) -> Self {
        self.issuer = Some(metadata.issuer().as_str().to_owned());
        let config = self.with_token_endpoint(metadata.token_endpoint().clone());
        config
            .with_client_authentication(authentication(metadata))
            .expect("only raw Basic depends on the client id")
    }
}

/// Returns how a client with a constant secret authenticates at this server.
fn authentication(metadata: &ServerMetadata) -> ClientAuthentication {
    let basic = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);
    let own = [
        ("client_secret_basic", basic),
        ("client_secret_post", ClientAuthentication::Body),
    ];
    let listed = own.iter().find(|(name, _)| metadata.lists_method(name));
    listed.map_or(basic, |(_, authentication)| *authentication)
}
