//! Keys, assertions, and secrets that are read, over each transport: a server repeats what it got.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::{BlockingTokenSource, ClientAuthentication, ClientCredentials, Config};
use cxone_auth_credentials::{FileAssertion, FileSecret, PrivateKey, SharedSecret};
use cxone_auth_tests::contract::Candidate as _;
use cxone_auth_tests::{Received, Reply, Server};

use super::capture::{Capture, assert_untold};
use crate::shared::direct::direct;
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;

const SECRET: &str = "s3cret/of+a=file~that-signs-as-well";

/// The private part of the key of RFC 8037.
const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

fn jwk() -> String {
    let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    format!(r#"{{"kty":"OKP","crv":"Ed25519","d":"{PRIVATE}","x":"{public}"}}"#)
}

/// The private part as it may be written.
fn spellings_of_the_key() -> Vec<String> {
    let octets = URL_SAFE_NO_PAD.decode(PRIVATE).unwrap();
    vec![PRIVATE.to_owned(), STANDARD.encode(&octets), hex(&octets)]
}

fn hex(octets: &[u8]) -> String {
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// A file that is removed at the end.
struct File(PathBuf);

impl File {
    fn new(stack: Stack, name: &str, content: &str) -> Self {
        let (process, stack) = (std::process::id(), stack.name());
        let name = format!("cxone-auth-logs-{process}-{stack}-{name}");
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Refuses the client, and repeats what it has sent, as it was sent and decoded.
fn repeat(received: &Received) -> Reply {
    let decoded: Vec<String> = form_urlencoded::parse(&received.body)
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let sent = String::from_utf8_lossy(&received.body);
    let description = format!("not known: {} ({sent})", decoded.join(", "));
    let body = serde_json::json!({ "error": "invalid_client", "error_description": description });
    Reply::response(401, body.to_string())
}

/// What proved the client in each request: the assertion with its signature, or the secret.
fn sent(server: &Server) -> Vec<String> {
    let mut sent = Vec::new();
    for received in server.received() {
        for (name, value) in form_urlencoded::parse(&received.body) {
            if name == "client_assertion" {
                sent.extend(value.rsplit('.').next().map(str::to_owned));
            }
            if ["client_assertion", "client_secret"].contains(&&*name) {
                sent.push(value.into_owned());
            }
        }
    }
    sent
}

fn asked(stack: Stack, credentials: ClientCredentials, by: Option<ClientAuthentication>) {
    let capture = Capture::alone();
    let server = Server::http(repeat);
    let moment = Duration::from_millis(1);
    let retry = RetryPolicy::new().with_backoff(Backoff::new(moment, moment));
    let endpoint = server.url("/token").parse().unwrap();
    let config = Config::custom(endpoint, credentials).unwrap();
    let config = match by {
        Some(by) => config.with_client_authentication(by).unwrap(),
        None => config,
    };
    let config = config.with_retry(retry);
    let source = BlockingTokenSource::new(config, stack.build(&direct()).unwrap());
    source.events(|event| log::trace!("{event:?}")).detach();
    let error = source.token().unwrap_err();
    log::trace!("{error:#} {error:?} {:#?} {source:?}", error.diagnosis());
    log::trace!("{:?}", source.status());
    let sent = sent(&server);
    assert!(!sent.is_empty());
    let secrets = [sent, spellings_of_the_key(), vec![SECRET.to_owned()]];
    assert_untold(&capture, &secrets.concat());
}

fn a_key(stack: Stack) {
    let key = PrivateKey::from_jwk(&jwk()).unwrap();
    asked(stack, ClientCredentials::signed_by("the-id", key), None);
}

fn a_secret_that_signs(stack: Stack) {
    let secret = SharedSecret::new(SECRET);
    asked(stack, ClientCredentials::signed_by("the-id", secret), None);
}

fn an_assertion_in_a_file(stack: Stack) {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://k8s.example.com","sub":"a-pod"}"#);
    let file = File::new(
        stack,
        "assertion",
        &format!("e30.{claims}.c2lnbmF0dXJlLW9mLWE-cG9k"),
    );
    let assertions = FileAssertion::new(&file.0);
    let credentials = ClientCredentials::with_assertions("the-id", assertions);
    asked(stack, credentials, None);
}

fn a_secret_in_a_file(stack: Stack) {
    let file = File::new(stack, "secret", SECRET);
    let credentials = ClientCredentials::from_source("the-id", FileSecret::new(&file.0));
    asked(stack, credentials, Some(ClientAuthentication::Body));
}

on_each_stack! {
    logs_nothing_of_a_key: a_key;
    logs_nothing_of_a_secret_that_signs: a_secret_that_signs;
    logs_nothing_of_an_assertion_in_a_file: an_assertion_in_a_file;
    logs_nothing_of_a_secret_in_a_file: a_secret_in_a_file;
}
