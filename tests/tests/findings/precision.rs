//! What is right gives rise to no warning: the vectors' configurations and their tokens.

use std::collections::BTreeMap;
use std::path::Path;

use cxone_auth_core::diagnosis::{Diagnosis, Severity, diagnose_token};
use cxone_auth_core::{Config, inspect, read_token_response};
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
    body: Option<String>,
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

#[test]
fn every_refusal_of_the_vectors_is_explained() {
    let responses: ServerResponses = read("responses.json");
    for vector in responses.vectors {
        let (None, Some(body)) = (vector.token, vector.given.body) else {
            continue;
        };
        let config = responses.configs[&vector.config].config().unwrap();
        let received = response(vector.given.status, &[], &body);
        let error = read_token_response(&config, sent_at(), &received).unwrap_err();
        assert!(!error.diagnosis().is_empty(), "{}: {error}", vector.name);
        assert!(error.diagnosis().len() <= 5);
    }
}
