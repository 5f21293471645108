//! The service as people write it: oauth2 and reqwest as their documentation says, a mutex around
//! the token, and one more try when the API rejects it.

use std::fs;
use std::time::Duration;

use oauth2::basic::BasicClient;
use oauth2::reqwest::{self, StatusCode, redirect};
use oauth2::{ClientId, ClientSecret, TokenResponse, TokenUrl};
use tokio::sync::Mutex;

use crate::clock::Instant;
use crate::settings::{Error, Settings};

const TIMEOUT: Duration = Duration::from_secs(10);
/// A token is replaced before it ends, so that no call arrives with one that has ended.
const MARGIN: Duration = Duration::from_secs(30);

pub struct Service {
    settings: Settings,
    http: reqwest::Client,
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    text: String,
    expires_at: Instant,
}

impl Service {
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let http = reqwest::ClientBuilder::new()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()?;
        let token = Mutex::new(None);
        Ok(Self {
            settings,
            http,
            token,
        })
    }

    pub async fn users(&self) -> Result<String, Error> {
        let token = self.token().await?;
        let mut response = self.get_users(&token).await?;
        if response.status() == StatusCode::UNAUTHORIZED {
            self.drop_token(&token).await;
            let token = self.token().await?;
            response = self.get_users(&token).await?;
        }
        Ok(response.error_for_status()?.text().await?)
    }

    async fn get_users(&self, token: &Token) -> reqwest::Result<reqwest::Response> {
        let url = format!("{}/api/v2/users", self.settings.api_base);
        self.http.get(url).bearer_auth(&token.text).send().await
    }

    /// The lock is held while a token is requested: the others wait, and make no request.
    async fn token(&self) -> Result<Token, Error> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            if Instant::now() + MARGIN < token.expires_at {
                return Ok(token.clone());
            }
        }
        let token = self.request_token().await?;
        *held = Some(token.clone());
        Ok(token)
    }

    /// The secret is read each time, since somebody may replace the file.
    async fn request_token(&self) -> Result<Token, Error> {
        let secret = fs::read_to_string(&self.settings.secret_file)?;
        let client = BasicClient::new(ClientId::new(self.settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(secret.trim().to_owned()))
            .set_token_uri(TokenUrl::new(self.settings.token_url.clone())?);
        let request = client.exchange_client_credentials();
        let response = request.request_async(&self.http).await?;
        let lifetime = response.expires_in().unwrap_or(Duration::from_secs(300));
        Ok(Token {
            text: response.access_token().secret().clone(),
            expires_at: Instant::now() + lifetime,
        })
    }

    /// Another call may have replaced the token already.
    async fn drop_token(&self, rejected: &Token) {
        let mut held = self.token.lock().await;
        if held
            .as_ref()
            .is_some_and(|token| token.text == rejected.text)
        {
            *held = None;
        }
    }
}
