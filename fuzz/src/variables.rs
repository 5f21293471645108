//! A configuration from variables: each set of them is one, or an error that names what to fix;
//! nothing shows the secrets.
//!
//! An input is lines of `NAME=VALUE`, the names without their prefix.

use cxone_auth_core::{Config, Error, ErrorKind, inspect, token_request};

use super::spoken::{all_text, assert_well_spoken};

/// What the secrets begin with, which stands nowhere else.
const MARK: &str = "~Zq7~";

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data).replace(MARK, "");
    match read(&text) {
        Ok(config) => check_config(&config),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert_well_spoken(&error);
            assert!(!all_text(&error).contains(MARK), "{error:?}");
        }
    }
}

fn read(text: &str) -> Result<Config, Error> {
    Config::from_variables(|name| {
        let name = name.strip_prefix("CXONE_AUTH_")?;
        let mut lines = text.lines().filter_map(|line| line.split_once('='));
        let (_, value) = lines.find(|(own, _)| *own == name)?;
        let is_secret = name.ends_with("SECRET") && !value.is_empty();
        Some(if is_secret {
            format!("{MARK}{value}")
        } else {
            value.to_owned()
        })
    })
}

fn check_config(config: &Config) {
    let request = token_request(config);
    assert_eq!(request.uri(), config.endpoint().uri());
    assert!(!request.uri().to_string().contains(MARK));
    let authorization = request.headers().get("authorization");
    assert!(authorization.is_none_or(http::HeaderValue::is_sensitive));
    if request.headers()["content-type"] == "application/json" {
        let body = serde_json::from_slice::<serde_json::Value>(request.body());
        assert!(body.is_ok(), "the login with an access key is JSON");
    } else {
        let is_form = request.body().iter().all(u8::is_ascii_graphic);
        assert!(is_form, "a form is ASCII");
    }
    let shown = format!(
        "{config:?} {config:#?} {:?} {} {:?}",
        request.headers(),
        inspect(config),
        inspect(config),
    );
    assert!(!shown.contains(MARK), "{shown}");
}
