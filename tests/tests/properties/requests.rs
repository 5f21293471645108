//! What goes on the wire, compared with what the configuration was made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cxone_auth_core::config::{BasicEncoding, ScopeSeparator};
use cxone_auth_core::{ClientAuthentication, ClientCredentials, Config, Scope, token_request};
use cxone_auth_tests::strategy::{self, ConfigParts};
use http::{Method, Request};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::cases;

fn sent(parts: &ConfigParts) -> Request<Bytes> {
    token_request(&parts.config())
}

/// The parameters of the request, in the order in which they are promised.
fn expected_parameters(parts: &ConfigParts) -> Vec<(String, String)> {
    let mut expected = Vec::new();
    let mut add = |name: &str, value: &str| expected.push((name.to_owned(), value.to_owned()));
    match &parts.access_key {
        None => add("grant_type", "client_credentials"),
        Some((id, secret)) => {
            add("grant_type", "password");
            add("username", id);
            add("password", secret);
        }
    }
    if parts.authentication == ClientAuthentication::Body {
        add("client_id", &parts.client_id);
        add("client_secret", &parts.client_secret);
    }
    let scopes: Vec<&str> = parts.scope.iter().map(Scope::as_str).collect();
    if !scopes.is_empty() {
        let comma = parts.separator == ScopeSeparator::Comma;
        add("scope", &scopes.join(if comma { "," } else { " " }));
    }
    for (name, value) in &parts.parameters {
        add(name, value);
    }
    expected
}

/// What an access key alone says, whatever else was set.
fn expected_json(parts: &ConfigParts) -> Value {
    let (id, secret) = parts.access_key.as_ref().unwrap();
    json!({ "accessKeyId": id, "accessKeySecret": secret })
}

fn json_of(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

/// What stands behind `Basic `, out of its base64.
fn basic_pair(request: &Request<Bytes>) -> Vec<u8> {
    let value = request.headers()["authorization"].to_str().unwrap();
    STANDARD
        .decode(value.strip_prefix("Basic ").unwrap())
        .unwrap()
}

/// Reads one half of the pair as a server does that takes `+` for a space.
fn form_decoded(half: &str) -> String {
    let body = format!("half={half}");
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&body).unwrap();
    assert_eq!(pairs.len(), 1, "{half}");
    pairs[0].1.clone()
}

fn percent_decoded(half: &str) -> String {
    percent_decode_str(half).decode_utf8().unwrap().into_owned()
}

/// Any characters, control characters among them, which a `String` of proptest's leaves out.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter)
}

fn custom(id: &str, secret: &str, encoding: BasicEncoding) -> Request<Bytes> {
    let endpoint = "https://example.com/token".parse().unwrap();
    let config = Config::custom(endpoint, ClientCredentials::new(id, secret))
        .and_then(|config| config.with_client_authentication(ClientAuthentication::Basic(encoding)))
        .unwrap();
    token_request(&config)
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn the_body_decodes_to_exactly_the_expected_parameters(parts in strategy::config_parts()) {
        let request = sent(&parts);
        if parts.area.is_some() {
            prop_assert_eq!(json_of(&request), expected_json(&parts));
            return Ok(());
        }
        let decoded: Vec<(String, String)> = serde_urlencoded::from_bytes(request.body()).unwrap();
        prop_assert_eq!(&decoded, &expected_parameters(&parts));
        prop_assert!(request.body().is_ascii());
        for (place, (name, _)) in decoded.iter().enumerate() {
            prop_assert!(!decoded[..place].iter().any(|(other, _)| other == name), "{} twice", name);
        }
    }

    #[test]
    fn a_request_is_a_post_with_one_placement_of_the_credentials(parts in strategy::config_parts()) {
        let request = sent(&parts);
        prop_assert_eq!(request.method(), Method::POST);
        prop_assert_eq!(request.uri(), parts.endpoint.uri());
        prop_assert_eq!(&request.headers()["accept"], "application/json");
        let in_header = request.headers().contains_key("authorization");
        if parts.area.is_some() {
            prop_assert_eq!(&request.headers()["content-type"], "application/json");
            prop_assert_eq!((in_header, request.headers().len()), (false, 4));
            return Ok(());
        }
        prop_assert_eq!(&request.headers()["content-type"], "application/x-www-form-urlencoded");
        let decoded: Vec<(String, String)> = serde_urlencoded::from_bytes(request.body()).unwrap();
        let in_body = decoded.iter().any(|(name, _)| name == "client_id" || name == "client_secret");
        prop_assert!(in_header != in_body);
        prop_assert_eq!(in_body, parts.authentication == ClientAuthentication::Body);
        prop_assert_eq!(request.headers().len(), if in_header { 5 } else { 4 });
    }

    #[test]
    fn basic_is_a_legal_sensitive_header_that_gives_id_and_secret_back(
        parts in strategy::config_parts(),
    ) {
        let request = sent(&parts);
        let Some(value) = request.headers().get("authorization") else {
            return Ok(());
        };
        prop_assert!(value.is_sensitive());
        let text = value.to_str().unwrap();
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        prop_assert_eq!(text.matches(' ').count(), 1);
        let pair = String::from_utf8(basic_pair(&request)).unwrap();
        let (id, secret) = pair.split_once(':').unwrap();
        let given = (parts.client_id.clone(), parts.client_secret.clone());
        if parts.authentication == ClientAuthentication::Basic(BasicEncoding::Raw) {
            prop_assert_eq!((id.to_owned(), secret.to_owned()), given);
        } else {
            prop_assert_eq!((form_decoded(id), form_decoded(secret)), given.clone());
            prop_assert_eq!((percent_decoded(id), percent_decoded(secret)), given);
        }
    }

    #[test]
    fn unreserved_credentials_look_the_same_in_both_spellings(
        id in "[A-Za-z0-9._~-]{1,64}",
        secret in "[A-Za-z0-9._~-]{1,64}",
    ) {
        let raw = custom(&id, &secret, BasicEncoding::Raw);
        let encoded = custom(&id, &secret, BasicEncoding::FormUrlEncoded);
        prop_assert_eq!(&raw.headers()["authorization"], &encoded.headers()["authorization"]);
        prop_assert_eq!(basic_pair(&raw), format!("{id}:{secret}").into_bytes());
    }

    #[test]
    fn credentials_of_any_characters_can_be_insisted_on(
        id in any_text(),
        secret in any_text(),
    ) {
        prop_assume!(!id.trim().is_empty() && !secret.trim().is_empty());
        let endpoint = "https://example.com/token".parse().unwrap();
        let credentials = ClientCredentials::new(&*id, &*secret).allow_unusual_characters();
        let request = token_request(&Config::custom(endpoint, credentials).unwrap());
        let pair = String::from_utf8(basic_pair(&request)).unwrap();
        let (sent_id, sent_secret) = pair.split_once(':').unwrap();
        prop_assert_eq!((percent_decoded(sent_id), percent_decoded(sent_secret)), (id, secret));
    }
}
