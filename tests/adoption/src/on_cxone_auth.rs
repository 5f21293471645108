//! The same service on this workspace.

use std::time::Duration;

use cxone_auth_reqwest::credentials::FileSecret;
use cxone_auth_reqwest::reqwest::Client;
use cxone_auth_reqwest::{
    AuthorizedClient, ClientCredentials, Config, Region, ReqwestTransport, TokenSource,
};

use crate::clock::Simulated;
use crate::settings::{Error, Settings};

const TIMEOUT: Duration = Duration::from_secs(10);
const SEED: u64 = 1;

pub struct Service {
    pub api: AuthorizedClient,
}

impl Service {
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let secret = FileSecret::new(settings.secret_file);
        let credentials = ClientCredentials::from_source(settings.client_id, secret);
        let config = Config::genesys_cloud(Region::UsEast1, credentials)?
            .with_token_endpoint(settings.token_url.parse()?)
            .with_api_base(settings.api_base.parse()?);
        let transport = ReqwestTransport::new()?;
        let source = TokenSource::with_clock(config, transport, Simulated, SEED);
        let client = Client::builder().timeout(TIMEOUT);
        let api = AuthorizedClient::from_builder(client, source)?;
        Ok(Self { api })
    }

    pub async fn users(&self) -> Result<String, Error> {
        let response = self.api.get("/api/v2/users").send().await?;
        Ok(response.error_for_status()?.text().await?)
    }
}
