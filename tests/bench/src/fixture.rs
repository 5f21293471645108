//! The configuration, the response and the token that everything is measured with.

use std::time::Duration;

use cxone_auth_core::{AccessToken, ClientCredentials, Config, Moment, Region};

/// A token as long as those of Genesys Cloud.
pub const TOKEN: &str =
    "k3Vb9xQm2TzR7aYw5LpN8sHd1FgJ4cUe6iOoB0vXtKrMqZyAnWlSjPhEfDuGIb3C5k7V9x2Q4m6T8zR1aYwLpN";

/// The client of every request.
pub const CLIENT_ID: &str = "6f0e1b5a-2f43-4c9e-9d1b-70c3a1f2d4e5";
/// Its secret, which opens nothing.
pub const CLIENT_SECRET: &str = "q8Zt1xVw-4mKpR7sYbN2cLdH5gJfE0uTaQ9iOoXnWzM";

/// A Genesys Cloud client, with its real endpoint: for what makes no request.
#[must_use]
pub fn config() -> Config {
    let credentials = ClientCredentials::new(CLIENT_ID, CLIENT_SECRET);
    Config::genesys_cloud(Region::UsEast1, credentials).expect("the credentials are plain ASCII")
}

/// The same client at a server on loopback.
///
/// # Panics
///
/// When `url` is no token endpoint.
#[must_use]
pub fn config_at(url: &str) -> Config {
    let endpoint = url.parse().expect("a loopback URL is a token endpoint");
    config().with_token_endpoint(endpoint)
}

/// What a token endpoint sends.
#[must_use]
pub fn response_body() -> String {
    format!(r#"{{"access_token":"{TOKEN}","token_type":"bearer","expires_in":86399}}"#)
}

/// A token that has just begun to live.
#[must_use]
pub fn fresh_token() -> AccessToken {
    let day = Duration::from_hours(24);
    AccessToken::bearer(TOKEN, Moment::now(), day).expect("the token is visible ASCII")
}
