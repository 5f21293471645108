//! Where the API of a source is.

use super::{BlockingTokenSource, TokenSource};
use crate::diagnosis::api;
use crate::{ApiBase, Confidence, Config, Error};

impl TokenSource {
    /// Where the API is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when it is not known.
    #[expect(clippy::unused_async, reason = "discovery asks the issuer")]
    pub async fn api_base(&self) -> Result<ApiBase, Error> {
        known(&self.config())
    }
}

impl BlockingTokenSource {
    /// Where the API is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when it is not known.
    pub fn api_base(&self) -> Result<ApiBase, Error> {
        known(&self.config())
    }
}

fn known(config: &Config) -> Result<ApiBase, Error> {
    config.api_base().cloned().ok_or_else(|| {
        Error::configuration("no API is configured: name it with Config::with_api_base")
            .with_finding(api::NO_API_BASE.found(Confidence::Certain, ""))
    })
}
