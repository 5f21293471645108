//! A server that knows some credentials, and a vault whose content a test changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cxone_auth_core::config::{
    CredentialError, CredentialErrorKind, CredentialSource, RetryPolicy, Secret, SigningAlgorithm,
    SigningKey,
};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientAuthentication, ClientCredentials, Config, Error,
    TokenSource, Transport,
};
use http::{Request, Response};
use serde_json::{Value, json};

use crate::shared::clock::start;

pub(crate) const ENDPOINT: &str = "https://as.example.com/token";

pub(crate) type Form = HashMap<String, String>;

/// A server without a network. It gives a token for each proof that it accepts.
#[derive(Clone)]
pub(crate) struct Server {
    accepted: Arc<Mutex<Vec<String>>>,
    forms: Arc<Mutex<Vec<Form>>>,
    /// What proved the client in each of them, and whether it got a token.
    answers: Arc<Mutex<Vec<(String, bool)>>>,
    refusal: Value,
    pub(crate) lifetime: u64,
    pub(crate) timeout: Duration,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            accepted: Arc::default(),
            forms: Arc::default(),
            answers: Arc::default(),
            refusal: json!({ "error": "invalid_client" }),
            lifetime: 3_600,
            timeout: Duration::from_secs(30),
        }
    }

    pub(crate) fn refusing_with(mut self, refusal: Value) -> Self {
        self.refusal = refusal;
        self
    }

    pub(crate) fn with_lifetime(mut self, lifetime: u64) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Accepts these secrets from now on, or key ids, and nothing else.
    pub(crate) fn accept(&self, proofs: &[&str]) {
        *self.accepted.lock().unwrap() = proofs.iter().map(ToString::to_string).collect();
    }

    /// The forms that came, in order.
    pub(crate) fn forms(&self) -> Vec<Form> {
        self.forms.lock().unwrap().clone()
    }

    /// What proved the client in each request, in order.
    pub(crate) fn proofs(&self) -> Vec<String> {
        self.forms().iter().map(proof).collect()
    }

    /// What proved the client in each request since the last call, and whether it got a token.
    pub(crate) fn take_answers(&self) -> Vec<(String, bool)> {
        std::mem::take(&mut self.answers.lock().unwrap())
    }

    fn respond(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let form: Form = serde_urlencoded::from_bytes(request.body()).unwrap();
        let proof = proof(&form);
        let is_accepted = self.accepted.lock().unwrap().contains(&proof);
        self.forms.lock().unwrap().push(form);
        self.answers.lock().unwrap().push((proof, is_accepted));
        let (status, body) = if is_accepted {
            let token = format!("t0ken-{}", self.forms.lock().unwrap().len());
            let body = json!({ "access_token": token, "token_type": "bearer",
                "expires_in": self.lifetime });
            (200, body)
        } else {
            (401, self.refusal.clone())
        };
        let body = Bytes::from(body.to_string());
        Response::builder().status(status).body(body).unwrap()
    }
}

/// The secret of a form, or the key id of its assertion, or the assertion.
fn proof(form: &Form) -> String {
    if let Some(assertion) = form.get("client_assertion") {
        let kid = part(assertion, 0)["kid"].as_str().map(str::to_owned);
        return kid.unwrap_or_else(|| assertion.clone());
    }
    let secret = form.get("password").or_else(|| form.get("client_secret"));
    secret.cloned().unwrap_or_default()
}

/// A part of a JSON Web Token.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.respond(&request))
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl BlockingTransport for Server {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.respond(&request))
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// What a reading brings: a secret, perhaps with a previous one, or a failure of this kind.
#[derive(Clone)]
pub(crate) enum Content {
    Secret(&'static str),
    Overlapping(&'static str, &'static str),
    Failure(CredentialErrorKind),
}

/// A vault whose content a test changes. Clones share it.
#[derive(Clone)]
pub(crate) struct Vault {
    /// The last one stays.
    contents: Arc<Mutex<Vec<Content>>>,
    reads: Arc<AtomicUsize>,
}

impl Vault {
    pub(crate) fn new(contents: &[Content]) -> Self {
        Self {
            contents: Arc::new(Mutex::new(contents.to_vec())),
            reads: Arc::default(),
        }
    }

    pub(crate) fn holding(secret: &'static str) -> Self {
        Self::new(&[Content::Secret(secret)])
    }

    pub(crate) fn put(&self, content: Content) {
        *self.contents.lock().unwrap() = vec![content];
    }

    /// How often it was read.
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(SeqCst)
    }

    fn next(&self) -> Content {
        self.reads.fetch_add(1, SeqCst);
        let mut contents = self.contents.lock().unwrap();
        match contents.len() {
            1 => contents[0].clone(),
            _ => contents.remove(0),
        }
    }
}

pub(crate) fn unreadable(kind: CredentialErrorKind) -> CredentialError {
    CredentialError::new(kind, "no such file").within("/run/secrets/client")
}

#[async_trait]
impl CredentialSource<Secret> for Vault {
    async fn read(&self) -> Result<Secret, CredentialError> {
        match self.next() {
            Content::Secret(secret) => Ok(Secret::new(secret)),
            Content::Overlapping(new, old) => Ok(Secret::new(new).with_previous(old)),
            Content::Failure(kind) => Err(unreadable(kind)),
        }
    }
}

/// A key with the content as its id.
#[async_trait]
impl CredentialSource<SigningKey> for Vault {
    async fn read(&self) -> Result<SigningKey, CredentialError> {
        match self.next() {
            Content::Secret(id) | Content::Overlapping(id, _) => Ok(key(id)),
            Content::Failure(kind) => Err(unreadable(kind)),
        }
    }
}

/// A key that signs everything with zeros.
pub(crate) fn key(id: &str) -> SigningKey {
    SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]))
        .with_key_id(id)
        .with_jwk_thumbprint(id)
}

pub(crate) fn custom(credentials: ClientCredentials) -> Config {
    Config::custom(ENDPOINT.parse().unwrap(), credentials)
        .unwrap()
        .with_retry(RetryPolicy::new().with_attempts(1))
}

/// A client whose secret is in the vault, sent in the body.
pub(crate) fn secret_from(vault: &Vault) -> Config {
    custom(ClientCredentials::from_source("the-client", vault.clone()))
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap()
}

/// A source with a clock that stands still until the test moves it.
pub(crate) fn source(config: Config, server: &Server) -> (TokenSource, ManualClock) {
    let clock = ManualClock::new(start());
    let source = TokenSource::with_clock(config, server.clone(), clock.clone(), 7);
    (source, clock)
}

/// The same for threads.
pub(crate) fn blocking(config: Config, server: &Server) -> (BlockingTokenSource, ManualClock) {
    let clock = ManualClock::new(start());
    let source = BlockingTokenSource::with_clock(config, server.clone(), clock.clone(), 7);
    (source, clock)
}

/// The number of the first finding.
pub(crate) fn finding(error: &Error) -> u16 {
    error.diagnosis().first().unwrap().code().number()
}
