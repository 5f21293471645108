//! What must not come out: tokens and secrets, whatever a server echoes.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cxone_auth_core::platform::Platform;
use cxone_auth_core::{
    ClientCredentials, Config, Issuer, Moment, ScopeSet, read_token_response, token_request,
};
use cxone_auth_tests::strategy::{self, ConfigParts};
use http::{HeaderValue, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;

/// All but the unreserved characters of RFC 3986 §2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A secret that occurs nowhere by chance: consonants in upper case, and what encoders escape.
fn distinctive_secret() -> impl Strategy<Value = String> {
    "[ZQXJ]{4}[ZQXJ=/+%&:@?#*~!é ]{2,24}[ZQXJ]{4}"
}

/// Parts whose secrets are distinctive, and which hold nothing else that a response may contain.
fn distinctive_parts() -> impl Strategy<Value = ConfigParts> {
    let secrets = (distinctive_secret(), distinctive_secret());
    (strategy::config_parts(), secrets).prop_map(|(mut parts, (client, key))| {
        parts.client_secret = client;
        parts.scope = ScopeSet::new();
        parts.parameters.clear();
        if let Some((_, secret)) = &mut parts.access_key {
            *secret = key;
        }
        parts
    })
}

/// The texts in which a server may echo what it was sent.
fn spellings(parts: &ConfigParts, secret: &str) -> Vec<String> {
    let form = serde_urlencoded::to_string([("", secret)]).unwrap();
    let mut spellings = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, ESCAPED).to_string(),
        form.strip_prefix('=').unwrap().to_owned(),
    ];
    let request = token_request(&parts.config());
    if let Some(value) = request.headers().get("authorization") {
        let value = value.to_str().unwrap();
        spellings.push(value.strip_prefix("Basic ").unwrap().to_owned());
    }
    spellings
}

/// Where a response may echo it.
#[derive(Debug, Clone, Copy)]
enum Place {
    Member(&'static str),
    Header(&'static str),
}

fn place() -> impl Strategy<Value = Place> {
    select(vec![
        Place::Member("error"),
        Place::Member("error_description"),
        Place::Member("description"),
        Place::Member("errorDescription"),
        Place::Member("message"),
        Place::Member("code"),
        Place::Member("access_token"),
        Place::Header("location"),
        Place::Header("content-type"),
        Place::Header("genesys-correlation-id"),
        Place::Header("inin-correlation-id"),
        Place::Header("retry-after"),
    ])
}

fn echo(status: u16, place: Place, text: &str) -> Response<Bytes> {
    let body = match place {
        Place::Member(name) => serde_json::json!({ name: text }).to_string(),
        Place::Header(_) => String::new(),
    };
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Place::Header(name) = place {
        let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
        response.headers_mut().insert(name, value);
    }
    response
}

fn shown(parts: &ConfigParts, response: &Response<Bytes>) -> String {
    show(&parts.config(), response)
}

/// All that can be printed of what is read from a response.
fn show(config: &Config, response: &Response<Bytes>) -> String {
    let sent_at = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
    match read_token_response(config, sent_at, response) {
        Ok(token) => format!("{token:?} {token:#?} {:?}", token.authorization()),
        Err(error) => format!("{error} {error:?} {error:#?}"),
    }
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        select(vec![200_u16, 301, 302, 400, 401, 403, 429, 500, 503]),
        200..600_u16,
    ]
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn an_echoed_secret_never_reaches_an_error(
        parts in distinctive_parts(),
        status in status(),
        place in place(),
        (before, after) in (select(vec!["", "<", "https://h/"]), select(vec!["", ">", "?x"])),
        which in any::<prop::sample::Index>(),
        of_access_key in any::<bool>(),
    ) {
        let secret = match &parts.access_key {
            Some((_, secret)) if of_access_key || parts.area.is_some() => secret,
            _ => &parts.client_secret,
        };
        let spellings = spellings(&parts, secret);
        let echoed = &spellings[which.index(spellings.len())];
        let shown = shown(&parts, &echo(status, place, &format!("{before}{echoed}{after}")));
        for spelling in &spellings {
            prop_assert!(!shown.contains(spelling.as_str()), "{} in {}", spelling, shown);
        }
        // Not even a part of it that a cut could leave behind.
        let rest = &echoed[..4];
        prop_assert!(!shown.contains(rest), "{} of {} in {}", rest, echoed, shown);
    }

    #[test]
    fn a_secret_that_begins_like_the_other_is_hidden_as_a_whole(
        parts in distinctive_parts(),
        rest in "[ZQXJ]{8,20}",
    ) {
        let mut parts = parts;
        parts.platform = Platform::Cxone(Issuer::Global);
        parts.area = None;
        let longer = format!("{}{rest}", parts.client_secret);
        parts.access_key = Some(("key".to_owned(), longer.clone()));
        let shown = shown(&parts, &echo(400, Place::Member("message"), &longer));
        prop_assert!(!shown.contains(&rest), "{} in {}", rest, shown);
    }

    #[test]
    fn a_token_is_shown_neither_by_itself_nor_by_an_error(
        parts in distinctive_parts(),
        token in "[ZQXJ]{12,40}",
        damage in select(vec![
            "", "}", "\"", ",\"token_type\":\"mac\"", ",\"error\":\"invalid_client\"",
            ",\"error\":{}", ",\"access_token\":\"x\"", ",\"expires_in\":\"soon\"", ",",
        ]),
        newline in select(vec!["", "\n", "\\u0000", "é"]),
        status in 200..600_u16,
    ) {
        let body = format!("{{\"access_token\":\"{token}{newline}\"{damage}}}");
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let shown = shown(&parts, &response);
        prop_assert!(!shown.contains(&token), "{}", shown);
    }

    #[test]
    fn nothing_shows_the_secrets_of_a_configuration(parts in distinctive_parts()) {
        let config = parts.config();
        let request = token_request(&config);
        let shown = format!("{config:?} {config:#?} {:?}", request.headers());
        let secrets = [Some(&parts.client_secret), parts.access_key.as_ref().map(|(_, s)| s)];
        for secret in secrets.into_iter().flatten() {
            prop_assert!(!shown.contains(&secret[..4]), "{}", shown);
            let pair = STANDARD.encode(format!("{}:{secret}", parts.client_id));
            prop_assert!(!shown.contains(&pair), "{}", shown);
        }
    }
}

#[test]
fn a_secret_in_a_redirect_is_hidden_before_the_address_is_cut() {
    for secret in [
        "QZXJ?ZXQJ",
        "QZXJ#ZXQJ",
        "QZXJ/?/ZXQJ",
        "QZXJ@QZXJ",
        "QZXJ//ZXQJ",
    ] {
        let endpoint = "https://example.com/token".parse().unwrap();
        let credentials = ClientCredentials::new("id", secret);
        let config = Config::custom(endpoint, credentials).unwrap();
        for location in [
            secret.to_owned(),
            format!("https://h/{secret}/x"),
            format!("/{secret}"),
        ] {
            let response = echo(302, Place::Header("location"), &location);
            let shown = show(&config, &response);
            assert!(
                !shown.contains("QZXJ") && !shown.contains("ZXQJ"),
                "{location}: {shown}"
            );
        }
    }
}

#[test]
fn a_secret_whose_blanks_are_written_otherwise_is_hidden_all_the_same() {
    let endpoint = "https://example.com/token".parse().unwrap();
    let config = Config::custom(endpoint, ClientCredentials::new("id", "QZXJ ZXQJ")).unwrap();
    for echoed in [
        "QZXJ\nZXQJ",
        "QZXJ\u{0}ZXQJ",
        "QZXJ  ZXQJ",
        "QZXJ\u{200B}ZXQJ",
    ] {
        let shown = show(&config, &echo(400, Place::Member("message"), echoed));
        assert!(!shown.contains("QZXJ ZXQJ"), "{echoed:?}: {shown}");
    }
}
