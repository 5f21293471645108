//! No text from outside is put into other words.

use std::time::{Duration, SystemTime};

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::diagnosis::{Finding, diagnose_api_response};
use cxone_auth_core::http::Response;
use cxone_auth_core::{ClientCredentials, Config, Error, Moment, Region, read_token_response};
use serde_json::json;

use super::{WORDS, beside_quotes, evidence, finding};
use crate::failure::{Failure, finding_as_json};

/// Texts of a server that are made of what the library says. The order is a fixed shuffle.
fn texts() -> impl Iterator<Item = String> {
    const GLUE: [&str; 6] = [" ", ", ", ": ", "` ", " https://h.example/", "; "];
    let phrase = |number: usize| WORDS[number % WORDS.len()].0;
    (0..4 * WORDS.len()).map(move |number| {
        let glue = GLUE[number % GLUE.len()];
        let (first, second) = (phrase(number), phrase(number * 7 + 3));
        format!("a {first}{glue}{second}{glue}with_scope`")
    })
}

fn config() -> Config {
    let id = "11111111-2222-3333-4444-555555555555";
    let credentials = ClientCredentials::new(id, "q7-R_9wZ");
    Config::genesys_cloud(Region::UsEast1, credentials).unwrap()
}

fn refused(status: u16, text: &str) -> Error {
    let body = json!({ "error": "with_scope", "error_description": text }).to_string();
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("location", "https://h.example/with_scope/Config::cxone")
        .body(Bytes::from(body));
    let sent_at = Moment::new(Duration::ZERO, SystemTime::now());
    read_token_response(&config(), sent_at, &response.unwrap()).unwrap_err()
}

/// What every form has of the evidence of a finding is what was seen.
#[track_caller]
fn assert_is_told(own: &Finding) {
    // That of a spelling names a setting, and quotes nothing.
    if own.code().number() == 307 {
        return;
    }
    assert_eq!(evidence(own), own.evidence());
    assert_eq!(finding_as_json(own)["evidence"], own.evidence());
    assert!(finding(own).contains(own.evidence()));
}

#[test]
fn what_a_server_says_is_told_as_it_said_it() {
    for text in texts() {
        for status in [302, 400, 401, 429, 503] {
            let error = refused(status, &text);
            let own = error.to_string();
            assert!(own.contains(error.description().unwrap()), "{own}");
            let findings = error.diagnosis().clone();
            let failure = Failure::from(error);
            assert_eq!(failure.message(), own);
            assert!(failure.to_string().starts_with(&own), "{failure}");
            assert_eq!(failure.json()["error"]["message"], own);
            for own in &findings {
                assert_is_told(own);
            }
        }
    }
}

#[test]
fn what_an_api_says_is_told_as_it_said_it() {
    for text in texts() {
        let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{text}\"");
        let body = json!({ "code": "with_scope", "message": text }).to_string();
        let response = Response::builder()
            .status(401)
            .header("www-authenticate", challenge)
            .body(Bytes::from(body));
        let findings = diagnose_api_response(&response.unwrap());
        assert!(!findings.is_empty());
        for own in &findings {
            assert_is_told(own);
        }
    }
}

#[test]
fn a_value_in_a_message_stays_as_it_is() {
    for value in ["with_scope", "AccessKey::new", "a` Config::cxone"] {
        let text = format!(
            "unknown region `{value}`: this library (Region::custom takes the domain of a newer region)"
        );
        let own = beside_quotes(&text);
        assert!(
            own.contains(&format!("`{value}`: this program (--region takes")),
            "{own}"
        );
    }
    let text =
        "is at https://with_scope.example/AccessKey::new, and this library https://this library";
    let own = beside_quotes(text);
    let expected =
        "is at https://with_scope.example/AccessKey::new, and this program https://this library";
    assert_eq!(own, expected);
}
