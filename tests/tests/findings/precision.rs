//! What is right gives rise to no warning: the vectors' configurations and their tokens.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use cxone_auth_core::diagnosis::{Diagnosis, Severity, diagnose_token};
use cxone_auth_core::{Config, Error, http, inspect, read_token_response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::config::ConfigVector;
use super::fixture::{response, sent_at};

#[derive(Deserialize)]
struct Requests {
    vectors: Vec<Request>,
}

#[derive(Deserialize)]
struct Request {
    name: String,
    config: ConfigVector,
}

#[derive(Deserialize)]
struct ServerResponses {
    configs: BTreeMap<String, ConfigVector>,
    vectors: Vec<ServerResponse>,
}

#[derive(Deserialize)]
struct ServerResponse {
    name: String,
    config: String,
    #[serde(rename = "response")]
    given: Given,
    token: Option<Value>,
}

#[derive(Deserialize)]
struct Given {
    status: u16,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Given {
    /// The whole response, if its body is text.
    fn response(&self) -> Option<http::Response<Bytes>> {
        let headers = self.headers.iter();
        let headers: Vec<(&str, &str)> = headers
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Some(response(self.status, &headers, self.body.as_ref()?))
    }
}

fn read<T: DeserializeOwned>(file: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

fn assert_no_warning(name: &str, diagnosis: &Diagnosis) {
    let is_note = |severity| severity == Severity::Note;
    let all_notes = diagnosis.iter().all(|finding| is_note(finding.severity()));
    assert!(all_notes, "{name}: {diagnosis:#?}");
}

#[test]
fn no_valid_configuration_of_the_vectors_is_warned_of() {
    let requests: Requests = read("requests.json");
    let configs: Vec<(String, Config)> = requests
        .vectors
        .into_iter()
        .filter_map(|vector| Some((vector.name, vector.config.config().ok()?)))
        .collect();
    assert!(configs.len() > 100, "{}", configs.len());
    for (name, config) in configs {
        assert_no_warning(&name, &inspect(&config));
    }
}

#[test]
fn no_token_of_the_vectors_is_warned_of_unless_scopes_are_missing() {
    let responses: ServerResponses = read("responses.json");
    let mut good = 0;
    for vector in responses.vectors {
        let (Some(token), Some(body)) = (vector.token, vector.given.body) else {
            continue;
        };
        let compared = token["scope"]["compared"].as_str().unwrap().to_owned();
        if ["fewer", "different"].contains(&&*compared) {
            continue;
        }
        let config = responses.configs[&vector.config].config().unwrap();
        let received = response(vector.given.status, &[], &body);
        let token = read_token_response(&config, sent_at(), &received).unwrap();
        assert_no_warning(&vector.name, &diagnose_token(&config, &token));
        good += 1;
    }
    assert!(good > 20, "{good}");
}

/// The error that each response of the vectors gives each of their configurations, under the name
/// of both.
pub(super) fn refusals() -> Vec<(String, Error)> {
    let responses: ServerResponses = read("responses.json");
    let mut refusals = Vec::new();
    for (config_name, config) in &responses.configs {
        let config = config.config().unwrap();
        for vector in &responses.vectors {
            let Some(received) = vector.given.response() else {
                continue;
            };
            if let Err(error) = read_token_response(&config, sent_at(), &received) {
                refusals.push((format!("{} ({config_name})", vector.name), error));
            }
        }
    }
    refusals
}

#[test]
fn every_refusal_of_the_vectors_is_explained() {
    for (name, error) in refusals() {
        assert!(!error.diagnosis().is_empty(), "{name}: {error}");
        assert!(error.diagnosis().len() <= 5, "{name}: {error}");
    }
}
