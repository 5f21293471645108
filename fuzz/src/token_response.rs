//! Reading a response: nothing that a server can send makes the reader panic, ramble, or tell a
//! secret.
//!
//! An input is a letter for the configuration and a response as `response.rs` reads it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::config::ScopeSeparator;
use cxone_auth_core::diagnosis::diagnose_token;
use cxone_auth_core::protocol::Lifetime;
use cxone_auth_core::{
    AccessKey, AccessToken, Area, Central, ClientCredentials, Config, Error, Issuer, Moment,
    Region, read_token_response,
};
use http::Response;

use super::response;
use super::spoken::{all_text, assert_well_spoken};

/// The client's secret as it is, as it is sent, and as anyone who repeats it may write it: with
/// escapes of three kinds, of either case. Tildes stand in no text of the library, so that a secret
/// is there only when it was let out; the other marks are those that encoders treat each in its
/// way.
const CLIENT: [&str; 8] = [
    "Xq~3/+:=(custom)!",
    "Xq~3%2F%2B%3A%3D%28custom%29%21",
    "Xq~3%2f%2b%3a%3d%28custom%29%21",
    "Xq~3%2F%2B%3A%3D(custom)!",
    "Xq~3%2f%2b%3a%3d(custom)!",
    "Xq%7E3%2F%2B%3A%3D%28custom%29%21",
    "Xq%7e3%2f%2b%3a%3d%28custom%29%21",
    "dGhlLWNsaWVudDpYcX4zJTJGJTJCJTNBJTNEJTI4Y3VzdG9tJTI5JTIx",
];
const CENTRAL: [&str; 4] = [
    "Xq~3central",
    "Xq%7E3central",
    "Xq%7e3central",
    "YXBwQHZlbmRvcjpYcX4zY2VudHJhbA==",
];
const KEY: [&str; 4] = [
    "zY~9 %41&key",
    "zY~9%20%2541%26key",
    "zY%7E9+%2541%26key",
    "zY%7e9+%2541%26key",
];

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let (config, secrets) = config(data.first());
    let response = response::read(data.get(1..).unwrap_or_default());
    let read = || read_token_response(&config, sent_at(), &response);
    let outcome = read();
    match &outcome {
        Ok(token) => {
            assert!(response.status().is_success());
            check_token(&config, token, &secrets);
            check_members(&response, token);
        }
        Err(error) => check_error(error, &response, &secrets),
    }
    assert_eq!(
        told(&outcome),
        told(&read()),
        "the same response reads the same"
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
    assert!(!secret.is_empty() && secret.trim() == secret);
    assert!(secret.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
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

/// Looks at the response with another parser, where that can read it.
fn check_members(response: &Response<Bytes>, token: &AccessToken) {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(response.body()) else {
        return;
    };
    let members = body.as_object().expect("a token comes in an object");
    let stated = |name: &str| members.get(name).filter(|member| !member.is_null());
    let text = stated("access_token").and_then(|member| member.as_str());
    assert_eq!(text, Some(token.expose_secret()));
    let is_bearer = |name: &str| {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let name: String = letters.collect::<String>().to_ascii_lowercase();
        ["", "bearer", "bearertoken"].contains(&&*name)
    };
    let kind = stated("token_type");
    assert!(kind.is_none_or(|kind| kind.as_str().is_some_and(is_bearer)));
    let is_none = |error: &serde_json::Value| {
        let is_blank = error.as_str().is_some_and(|text| text.trim().is_empty());
        is_blank || *error == false || *error == 0
    };
    assert!(stated("error").is_none_or(is_none));
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
    let target = error.redirected_to().unwrap_or_default();
    assert!(!target.contains(['?', '#']), "{target}");
    if let Some(token) = token_beside(response) {
        assert!(!shown.contains(&token), "{token} is shown in {shown}");
    }
}

/// The token of a response that was not taken, when it is one that no other text can be.
fn token_beside(response: &Response<Bytes>) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(response.body()).ok()?;
    let token = body.get("access_token")?.as_str()?;
    let is_told_apart = token.len() >= 8 && token.contains('~');
    let stands_elsewhere = response
        .headers()
        .values()
        .any(|value| String::from_utf8_lossy(value.as_bytes()).contains(token));
    (is_told_apart && !stands_elsewhere).then(|| token.to_owned())
}

/// One configuration of each kind, and its secrets in every spelling.
fn config(choice: Option<&u8>) -> (Config, Vec<&'static str>) {
    let client = || ClientCredentials::new("the-client", CLIENT[0]);
    let (config, secrets) = match choice {
        Some(b'c') => {
            let key = AccessKey::new("the-key", KEY[0]);
            let config = Config::cxone(Issuer::Global, client(), key);
            (config, [&CLIENT[..], &KEY].concat())
        }
        Some(b'u') => {
            let key = AccessKey::new("the-key", KEY[0]);
            (Config::cxone_access_key(Area::Na1, key), KEY.to_vec())
        }
        Some(b'l') => {
            let client = ClientCredentials::new("app@vendor", CENTRAL[0]);
            (Config::central(Central::new(), client), CENTRAL.to_vec())
        }
        Some(b's') => {
            let scope = "read write".parse().expect("it is two scopes");
            let config = custom(client()).map(|config| config.with_scope(scope));
            (config, CLIENT.to_vec())
        }
        Some(b',') => {
            let comma = ScopeSeparator::Comma;
            let config = custom(client()).map(|config| config.with_scope_separator(comma));
            (config, CLIENT.to_vec())
        }
        _ => {
            let config = Config::genesys_cloud(Region::UsEast1, client());
            (config, CLIENT.to_vec())
        }
    };
    (
        config.expect("every configuration above is well-formed"),
        secrets,
    )
}

fn custom(credentials: ClientCredentials) -> Result<Config, Error> {
    Config::custom("https://as.example.com/token".parse()?, credentials)
}
