//! Everything that variables set: the configuration and the options of the transport.
//!
//! | to | see |
//! |---|---|
//! | read the variables | [`Settings`] |
//! | open the files that they name | [`CredentialFiles`] |

use std::time::Duration;

use crate::config::{Config, Variables};
use crate::discovery::{IssuerUrl, ServerMetadata, discover, discover_blocking};
use crate::error::Error;
use crate::transport::{
    BlockingTransport, ClientCertificate, ProxyChoice, Transport, TransportOptions,
};

pub use crate::config::CredentialFiles;

/// What the variables `CXONE_AUTH_…` set: a configuration, and the options of the transport. The
/// program `cxone-auth` reads the same variables, in the same way.
///
/// The core reads neither the environment nor a file. `token_source_from_env` of an adapter does
/// both; it needs the feature `credentials`.
///
/// Besides the variables of [`Config::from_variables`]:
///
/// | variable | value |
/// |---|---|
/// | `CXONE_AUTH_CLIENT_SECRET_FILE`, `CXONE_AUTH_ACCESS_KEY_SECRET_FILE` | the file that has the secret, in place of the secret; it is read again for each token request |
/// | `CXONE_AUTH_KEY` | the file with the key that signs client assertions (`private_key_jwt`) |
/// | `CXONE_AUTH_KEY_ID` | the key's id (`kid`), if the file has none |
/// | `CXONE_AUTH_ASSERTION_FILE` | the file with an assertion that is made elsewhere, such as a projected token of Kubernetes |
/// | `CXONE_AUTH_CERT` | the file with the client's certificate (RFC 8705); beside `CXONE_AUTH_KEY`, its thumbprint is sent |
/// | `CXONE_AUTH_CERT_KEY` | the file with the private key of that certificate, if it is another file |
/// | `CXONE_AUTH_DISCOVER` | the issuer whose metadata names the token endpoint: see [`discover`] |
/// | `CXONE_AUTH_CA_FILE` | certificates in PEM to trust in addition to those of the system |
/// | `CXONE_AUTH_PROXY` | `http://host:port`, or `none`; the default is the proxy of the environment |
/// | `CXONE_AUTH_TIMEOUT` | the longest time for a request, such as `20s` |
#[derive(Debug, Clone)]
pub struct Settings {
    /// Until the issuer has named it, the token endpoint is the issuer's own address.
    config: Config,
    transport: TransportOptions,
    issuer: Option<IssuerUrl>,
    /// Whether the client authentication is set. Then the metadata does not choose it.
    sets_authentication: bool,
}

impl Settings {
    /// Reads the variables. It asks `lookup` for each variable by name. `files` opens the files that
    /// they name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration). It names the variable that is
    /// missing or wrong.
    pub fn from_variables(
        lookup: impl Fn(&str) -> Option<String>,
        files: &dyn CredentialFiles,
    ) -> Result<Self, Error> {
        Self::from_named_variables(lookup, str::to_owned, files)
    }

    /// Does the same as [`from_variables`](Self::from_variables), for a program that has its own
    /// names for the settings. `name_of` takes a variable and returns the name that errors use for
    /// it.
    ///
    /// # Errors
    ///
    /// The same as [`from_variables`](Self::from_variables).
    pub fn from_named_variables(
        lookup: impl Fn(&str) -> Option<String>,
        name_of: impl Fn(&str) -> String,
        files: &dyn CredentialFiles,
    ) -> Result<Self, Error> {
        let variables = Variables {
            lookup,
            name_of,
            files: Some(files),
        };
        Ok(Self {
            config: variables.config()?,
            transport: options(&variables, files)?,
            issuer: variables.issuer_to_discover()?,
            sets_authentication: variables.optional("CLIENT_AUTH").is_some(),
        })
    }

    /// Returns the configuration. If an issuer names the token endpoint, it is asked first, with at
    /// most two requests: see [`discover`].
    ///
    /// # Errors
    ///
    /// The errors of [`discover`].
    pub async fn configure(self, transport: &dyn Transport) -> Result<Config, Error> {
        match &self.issuer {
            None => Ok(self.config),
            Some(issuer) => {
                let metadata = discover(transport, issuer).await?;
                self.configure_with(&metadata)
            }
        }
    }

    /// Returns the configuration like [`configure`](Self::configure), blocking the calling thread.
    ///
    /// # Errors
    ///
    /// The errors of [`discover`].
    pub fn configure_blocking(self, transport: &dyn BlockingTransport) -> Result<Config, Error> {
        match &self.issuer {
            None => Ok(self.config),
            Some(issuer) => {
                let metadata = discover_blocking(transport, issuer)?;
                self.configure_with(&metadata)
            }
        }
    }

    /// Returns the configuration for the server of this metadata. It makes no request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the client cannot
    /// authenticate in the way that is set.
    pub fn configure_with(self, metadata: &ServerMetadata) -> Result<Config, Error> {
        let own = self.config.client_authentication();
        let config = self.config.with_metadata(metadata);
        if self.sets_authentication {
            config.with_client_authentication(own)
        } else {
            Ok(config)
        }
    }

    /// Returns the configuration as far as it is known without a request. If an issuer names the
    /// token endpoint, the endpoint is the issuer's own address until then: send nothing to it.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the issuer whose metadata names the token endpoint, if one is set.
    #[must_use]
    pub fn issuer(&self) -> Option<&IssuerUrl> {
        self.issuer.as_ref()
    }

    /// Returns the options of the transport.
    #[must_use]
    pub fn transport(&self) -> &TransportOptions {
        &self.transport
    }
}

fn options<F, N>(
    variables: &Variables<'_, F, N>,
    files: &dyn CredentialFiles,
) -> Result<TransportOptions, Error>
where
    F: Fn(&str) -> Option<String>,
    N: Fn(&str) -> String,
{
    let mut options = TransportOptions::new();
    if let Some(path) = variables.optional("CA_FILE") {
        let pem = files.certificates(&path);
        options = options.with_root_certificates(
            pem.map_err(|error| variables.unusable("CA_FILE", &error.to_string()))?,
        );
    }
    if let Some(certificate) = client_certificate(variables)? {
        options = options.with_client_certificate(certificate);
    }
    match variables.optional("PROXY").as_deref() {
        None => {}
        Some("none") => options = options.with_proxy(ProxyChoice::Direct),
        Some(url) => {
            let url = url.parse().map_err(variables.of("PROXY"))?;
            options = options.with_proxy(ProxyChoice::Url(url));
        }
    }
    if let Some(text) = variables.optional("TIMEOUT") {
        let timeout = timeout(&text).map_err(|fault| variables.unusable("TIMEOUT", &fault))?;
        let connecting = options.connect_timeout().min(timeout);
        options = options
            .with_timeout(timeout)
            .with_connect_timeout(connecting);
    }
    Ok(options)
}

/// Returns the certificate that the connection shows. Beside a key for assertions, a certificate
/// without a key of its own is there for its thumbprint only.
fn client_certificate<F, N>(
    variables: &Variables<'_, F, N>,
) -> Result<Option<ClientCertificate>, Error>
where
    F: Fn(&str) -> Option<String>,
    N: Fn(&str) -> String,
{
    let key = variables.optional("CERT_KEY");
    let Some(certificate) = variables.optional("CERT") else {
        return match key {
            None => Ok(None),
            Some(_) => Err(variables.missing("CERT", "give the certificate of this key")),
        };
    };
    let is_for_its_thumbprint = key.is_none() && variables.optional("KEY").is_some();
    let key = key.unwrap_or_else(|| certificate.clone());
    let certificate = ClientCertificate::from_files(certificate, key);
    Ok((!is_for_its_thumbprint).then_some(certificate))
}

/// Returns the timeout that this text states. Zero is refused: elsewhere it may stand for no limit.
fn timeout(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("it is no time at all: write it like 20s".to_owned()),
        Ok(timeout) => Ok(timeout),
        Err(error) => Err(format!("{error}: write it like 20s")),
    }
}

#[cfg(test)]
mod tests;
