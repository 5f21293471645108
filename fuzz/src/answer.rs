//! Reading an answer: nothing that a server can send makes the reader panic, ramble, or tell a
//! secret.
//!
//! An input is a letter for the configuration and an answer as `response.rs` reads it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::{
    AccessKey, AccessToken, Central, ClientCredentials, Config, Error, Issuer, Lifetime, Moment,
    Region, ScopeSeparator, diagnose_token, read_response,
};
use http::Response;

use super::response;
use super::spoken::{all_text, assert_well_spoken};

/// Tildes stand in no text of the library, so that a secret is there only when it was let out.
const SECRET: &str = "Xq~3/+:=custom";
const CENTRAL_SECRET: &str = "Xq~3central";
const KEY_SECRET: &str = "zY~9 %41&key";

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let (config, secrets) = config(data.first());
    let response = response::read(data.get(1..).unwrap_or_default());
    let read = || read_response(&config, sent_at(), &response);
    let outcome = read();
    match &outcome {
        Ok(token) => {
            assert!(response.status().is_success());
            check_token(&config, token, secrets);
        }
        Err(error) => check_error(error, &response, secrets),
    }
    assert_eq!(
        told(&outcome),
        told(&read()),
        "the same answer reads the same"
    );
}

fn sent_at() -> Moment {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(498_320);
    Moment::new(Duration::from_secs(77), wall)
}

fn told(outcome: &Result<AccessToken, Error>) -> String {
    match outcome {
        Ok(token) => format!("{} {token:?}", token.expose_secret()),
        Err(error) => all_text(error),
    }
}

fn check_token(config: &Config, token: &AccessToken, secrets: &[&str]) {
    let secret = token.expose_secret();
    assert!(!secret.is_empty());
    assert!(token.authorization().is_sensitive());
    let header = format!("Bearer {secret}");
    assert_eq!(token.authorization().as_bytes(), header.as_bytes());
    assert!(token.lifetime().span() <= Lifetime::MAX);
    assert!(token.remaining(sent_at()) <= token.lifetime().span());
    assert!(token.is_expired(token.expires_at()));
    let findings = diagnose_token(config, token);
    for finding in &findings {
        assert!(finding.evidence().chars().count() <= 400, "{finding}");
    }
    let shown = format!(
        "{token:?} {token:#?} {:?} {} {findings} {findings:?}",
        token.authorization(),
        token.scope()
    );
    let is_told_apart = secret.len() >= 8 && secret.contains('~');
    assert!(!is_told_apart || !shown.contains(secret), "{shown}");
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn check_error(error: &Error, response: &Response<Bytes>, secrets: &[&str]) {
    assert_well_spoken(error);
    assert_eq!(error.status(), Some(response.status()));
    let length = |text: Option<&str>| text.unwrap_or_default().chars().count();
    assert!(length(error.description()) <= 301);
    assert!(length(error.oauth_code()) <= 81);
    assert!(error.to_string().chars().count() <= 1_000);
    let shown = all_text(error);
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
    if let Some(token) = token_beside(response) {
        assert!(!shown.contains(&token), "{token} is shown in {shown}");
    }
}

/// The token of a 2xx that was not taken, when it is one that no other text can be.
fn token_beside(response: &Response<Bytes>) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(response.body()).ok()?;
    let token = body.get("access_token")?.as_str()?;
    let is_told_apart = token.len() >= 8 && token.contains('~');
    let stands_elsewhere = response
        .headers()
        .values()
        .any(|value| String::from_utf8_lossy(value.as_bytes()).contains(token));
    let is_own = response.status().is_success() && is_told_apart && !stands_elsewhere;
    is_own.then(|| token.to_owned())
}

/// One configuration of each kind, and its secrets.
fn config(choice: Option<&u8>) -> (Config, &'static [&'static str]) {
    let client = || ClientCredentials::new("the-client", SECRET);
    let (config, secrets): (_, &[&str]) = match choice {
        Some(b'c') => {
            let key = AccessKey::new("the-key", KEY_SECRET);
            let config = Config::cxone(Issuer::Global, client(), key);
            (config, &[SECRET, KEY_SECRET])
        }
        Some(b'l') => {
            let client = ClientCredentials::new("app@vendor", CENTRAL_SECRET);
            (Config::central(Central::new(), client), &[CENTRAL_SECRET])
        }
        Some(b's') => {
            let scope = "read write".parse().expect("it is two scopes");
            let config = custom(client()).map(|config| config.with_scope(scope));
            (config, &[SECRET])
        }
        Some(b',') => {
            let comma = ScopeSeparator::Comma;
            let config = custom(client()).map(|config| config.with_scope_separator(comma));
            (config, &[SECRET])
        }
        _ => (Config::genesys_cloud(Region::UsEast1, client()), &[SECRET]),
    };
    (
        config.expect("every configuration above is well-formed"),
        secrets,
    )
}

fn custom(credentials: ClientCredentials) -> Result<Config, Error> {
    Config::custom("https://as.example.com/token".parse()?, credentials)
}
