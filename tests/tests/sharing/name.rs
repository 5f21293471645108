//! Rule 9: the name of an entry. Requests that differ in any byte except `jti`, `iat`, `exp` and
//! `User-Agent` have different names, and the others have the same.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cxone_auth_core::config::{
    Assertion, BasicEncoding, CredentialError, CredentialSource, RenewalPolicy, RetryPolicy,
    Secret, SigningAlgorithm, SigningKey,
};
use cxone_auth_core::store::{
    EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOptions, StoreOutcome, StoredEntry,
    TokenStore,
};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    AccessKey, ClientAuthentication, ClientCredentials, Config, ScopeSet, TokenSource, Transport,
};
use cxone_auth_tests::store::TestKeys;
use cxone_auth_tests::strategy::{ConfigParts, config_parts};
use http::header::USER_AGENT;
use http::{Request, Response};
use proptest::prelude::*;
use serde_json::Value;

use super::process::config_with;

/// Notes under which name an entry is looked for, and what is sent.
#[derive(Clone, Default)]
struct Recorder {
    names: Arc<Mutex<Vec<EntryName>>>,
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

fn unused() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "it only notes names")
}

#[async_trait]
impl TokenStore for Recorder {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        self.names.lock().unwrap().push(name.clone());
        Err(unused())
    }

    async fn try_lease(&self, _: &EntryName, _: &Lease) -> Result<StoreOutcome, StoreError> {
        Err(unused())
    }

    async fn save(
        &self,
        _: &EntryName,
        _: LeaseId,
        _: Bytes,
        _: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        Err(unused())
    }

    async fn release(&self, _: &EntryName, _: LeaseId) -> Result<StoreOutcome, StoreError> {
        Err(unused())
    }

    async fn remove_if(&self, _: &EntryName, _: &[u8]) -> Result<StoreOutcome, StoreError> {
        Err(unused())
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.lock().unwrap().push(request);
        let mut response = Response::new(Bytes::from_static(br#"{"error":"invalid_client"}"#));
        *response.status_mut() = http::StatusCode::UNAUTHORIZED;
        Ok(response)
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

/// Returns the name for a configuration, and the request as far as it counts.
fn observe(config: Config, keys: &TestKeys) -> (EntryName, String) {
    observe_with(config, StoreOptions::new(keys.clone()))
}

fn observe_with(config: Config, options: StoreOptions) -> (EntryName, String) {
    let recorder = Recorder::default();
    let source = TokenSource::new(config, recorder.clone()).with_store(recorder.clone(), options);
    super::world::World::new().run(async move { source.token().await.unwrap_err() });
    let name = recorder.names.lock().unwrap().remove(0);
    let request = recorder.requests.lock().unwrap().remove(0);
    (name, canonical(&request))
}

/// Returns the request without its `User-Agent` and without the id and the times of its assertion.
fn canonical(request: &Request<Bytes>) -> String {
    let mut headers = request.headers().clone();
    headers.remove(USER_AGENT);
    let body = String::from_utf8_lossy(request.body()).into_owned();
    let parts: Vec<String> = body.split('&').map(canonical_parameter).collect();
    let mut fields: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {:?}", value.as_bytes().escape_ascii().to_string()))
        .collect();
    fields.sort();
    format!(
        "{} {} {fields:?} {parts:?}",
        request.method(),
        request.uri()
    )
}

fn canonical_parameter(parameter: &str) -> String {
    let Some(assertion) = parameter.strip_prefix("client_assertion=") else {
        return parameter.to_owned();
    };
    let mut parts = assertion.split('.');
    let header = parts.next().unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
    let mut claims: Value = serde_json::from_slice(&claims).unwrap();
    for changing in ["jti", "iat", "exp", "nbf"] {
        claims.as_object_mut().unwrap().remove(changing);
    }
    format!("client_assertion={header}.{claims}")
}

fn secret(id: &str, secret: &str) -> Config {
    let endpoint = "https://as.example.com/token".parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new(id, secret)).unwrap()
}

fn at(endpoint: &str) -> Config {
    let credentials = ClientCredentials::new("the-client", "s3cret");
    Config::custom(endpoint.parse().unwrap(), credentials).unwrap()
}

fn signed(kid: &str, thumbprint: &str) -> Config {
    let key = SigningKey::new(SigningAlgorithm::EdDsa, |_: &[u8]| Ok(vec![0; 64]));
    let key = key.with_key_id(kid).with_jwk_thumbprint(thumbprint);
    let credentials = ClientCredentials::signed_by("the-client", key);
    Config::custom("https://as.example.com/token".parse().unwrap(), credentials).unwrap()
}

fn scoped(scopes: &str) -> Config {
    let scopes: ScopeSet = scopes.parse().unwrap();
    secret("the-client", "s3cret").with_scope(scopes)
}

fn authenticated(config: Config, authentication: ClientAuthentication) -> Config {
    config.with_client_authentication(authentication).unwrap()
}

/// Configurations, of which some send the same.
fn configurations() -> Vec<Config> {
    let plain = || secret("the-client", "s3cret");
    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    let with = |name: &str, value: &str| plain().with_parameter(name, value).unwrap();
    let header = |name: &str, value: &str| plain().with_header(name, value).unwrap();
    vec![
        plain(),
        secret("the-client", "s3cret "),
        secret("the-client", "S3cret"),
        secret("the-clients", "3cret"),
        secret("the client", "s3cret+"),
        authenticated(secret("the client", "s3cret+"), raw),
        authenticated(plain(), raw),
        authenticated(plain(), ClientAuthentication::Body),
        at("https://as.example.com/token?tenant=1"),
        at("https://as.example.com/token?tenant=2"),
        at("https://as.example.com/token/"),
        at("https://as.example.com:8443/token"),
        at("https://AS.example.com/token"),
        at("https://bs.example.com/token"),
        scoped("read"),
        scoped("read write"),
        scoped("write read"),
        with("audience", "a"),
        with("audience", "b"),
        with("audience", ""),
        with("resource", "a"),
        with("a", "1").with_parameter("b", "2").unwrap(),
        with("b", "2").with_parameter("a", "1").unwrap(),
        header("x-key", "1"),
        header("x-key", "2"),
        header("y-key", "1"),
        header("user-agent", "mine/1"),
        header("user-agent", "mine/2"),
        plain().with_retry(RetryPolicy::new().with_attempts(1)),
        plain().with_renewal(RenewalPolicy::default().with_min_forced_interval(Duration::ZERO)),
        plain().with_api_base("https://api.example.com".parse().unwrap()),
        plain().with_assertion_audience("https://as.example.com"),
        signed("kid-1", "thumb-1"),
        signed("kid-1", "thumb-1"),
        signed("kid-2", "thumb-1"),
        signed("kid-1", "thumb-1").with_assertion_audience("https://as.example.com"),
        signed("kid-1", "thumb-1").with_scope("read".parse().unwrap()),
    ]
}

#[test]
fn configurations_have_one_name_exactly_if_they_send_the_same() {
    let keys = TestKeys::new("fleet");
    let observed: Vec<_> = configurations()
        .into_iter()
        .map(|config| observe(config, &keys))
        .collect();
    let mut same = 0;
    for (index, (name, request)) in observed.iter().enumerate() {
        for (other_index, (other_name, other)) in observed.iter().enumerate().skip(index + 1) {
            assert_eq!(
                name == other_name,
                request == other,
                "{index} and {other_index}:\n{request}\n{other}",
            );
            same += usize::from(request == other);
        }
    }
    assert!(same >= 10, "some of them send the same: {same}");
}

#[test]
fn a_key_that_is_another_has_another_name_although_its_assertions_look_the_same() {
    let keys = TestKeys::new("fleet");
    let [one, other] = ["thumb-1", "thumb-2"].map(|thumb| observe(signed("kid", thumb), &keys));
    assert_eq!(one.1, other.1);
    assert_ne!(one.0, other.0);
}

/// A secret that is read for each request.
struct Kept(&'static str);

#[async_trait]
impl CredentialSource<Secret> for Kept {
    async fn read(&self) -> Result<Secret, CredentialError> {
        Ok(Secret::new(self.0))
    }
}

#[test]
fn a_secret_that_is_read_has_the_name_of_the_same_constant() {
    let keys = TestKeys::new("fleet");
    let read = |text| {
        let credentials = ClientCredentials::from_source("the-client", Kept(text));
        let endpoint = "https://as.example.com/token".parse().unwrap();
        Config::custom(endpoint, credentials).unwrap()
    };
    let basic =
        [BasicEncoding::FormUrlEncoded, BasicEncoding::Raw].map(ClientAuthentication::Basic);
    for authentication in basic.into_iter().chain([ClientAuthentication::Body]) {
        let name = |config| observe(authenticated(config, authentication), &keys);
        let constant = name(secret("the-client", "s3cret"));
        assert_eq!(name(read("s3cret")), constant, "{authentication:?}");
        assert_ne!(name(read("another")).0, constant.0, "{authentication:?}");
    }
}

/// An assertion that is made elsewhere.
struct Projected(String);

#[async_trait]
impl CredentialSource<Assertion> for Projected {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        Assertion::parse(&*self.0)
    }
}

#[test]
fn assertions_made_elsewhere_are_one_if_issuer_and_subject_are() {
    let keys = TestKeys::new("fleet");
    let assertion = |claims: &str| {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.sig", part(r#"{"alg":"RS256"}"#), part(claims));
        let credentials = ClientCredentials::with_assertions("the-client", Projected(token));
        let endpoint = "https://as.example.com/token".parse().unwrap();
        observe(Config::custom(endpoint, credentials).unwrap(), &keys).0
    };
    let first = assertion(r#"{"iss":"k8s","sub":"pod","jti":"1"}"#);
    assert_eq!(first, assertion(r#"{"iss":"k8s","sub":"pod","jti":"2"}"#));
    assert_ne!(first, assertion(r#"{"iss":"k8s","sub":"other","jti":"1"}"#));
    assert_ne!(first, assertion(r#"{"iss":"k9s","sub":"pod","jti":"1"}"#));
}

#[test]
fn an_identity_that_is_given_replaces_that_of_the_credential_and_nothing_else() {
    let name = |config, identity: &str| {
        let options = StoreOptions::new(TestKeys::new("fleet")).with_identity(identity);
        observe_with(config, options).0
    };
    let one = name(signed("kid", "thumb-1"), "billing");
    assert_eq!(one, name(signed("kid", "thumb-2"), "billing"));
    assert_ne!(one, name(signed("kid", "thumb-1"), "others"));
    let elsewhere = signed("kid", "thumb-1").with_assertion_audience("https://as.example.com");
    assert_ne!(one, name(elsewhere, "billing"));
    let scoped = signed("kid", "thumb-1").with_scope("read".parse().unwrap());
    assert_ne!(one, name(scoped, "billing"));
}

#[test]
fn a_certificate_is_shared_under_the_identity_that_is_given() {
    let config = || {
        let credentials = ClientCredentials::with_certificate("the-client");
        let endpoint = "https://as.example.com/token".parse().unwrap();
        let config = Config::custom(endpoint, credentials).unwrap();
        authenticated(config, ClientAuthentication::Certificate)
    };
    let name = |identity: &str| {
        let options = StoreOptions::new(TestKeys::new("fleet")).with_identity(identity);
        observe_with(config(), options).0
    };
    assert_eq!(name("CN=billing"), name("CN=billing"));
    assert_ne!(name("CN=billing"), name("CN=others"));
    // Without one, the store is not used.
    let recorder = Recorder::default();
    let options = StoreOptions::new(TestKeys::new("fleet"));
    let source = TokenSource::new(config(), recorder.clone()).with_store(recorder.clone(), options);
    let status = source.clone();
    super::world::World::new().run(async move { source.token().await.unwrap_err() });
    assert!(recorder.names.lock().unwrap().is_empty());
    assert_eq!(recorder.requests.lock().unwrap().len(), 1);
    let error = status.status().store_error.unwrap();
    assert_eq!(error.kind(), StoreErrorKind::Configuration);
}

#[test]
fn other_naming_keys_give_other_names() {
    let name = |words| observe(config_with("secret"), &TestKeys::new(words)).0;
    assert_eq!(name("fleet"), name("fleet"));
    assert_ne!(name("fleet"), name("others"));
}

#[test]
fn an_access_key_is_part_of_the_name() {
    let keys = TestKeys::new("fleet");
    let name = |id: &str, secret: &str| {
        let client = ClientCredentials::new("the-client", "s3cret");
        let config = Config::cxone("na1".parse().unwrap(), client, AccessKey::new(id, secret));
        observe(config.unwrap(), &keys).0
    };
    assert_eq!(name("key", "secret"), name("key", "secret"));
    assert_ne!(name("key", "secret"), name("key", "other"));
    assert_ne!(name("key", "secret"), name("other", "secret"));
    assert_ne!(name("ab", "c"), name("a", "bc"));
}

/// Two configurations that differ in some of their parts, or in none.
fn similar() -> impl Strategy<Value = (ConfigParts, ConfigParts)> {
    let changes = proptest::array::uniform6(proptest::bool::weighted(0.15));
    (config_parts(), config_parts(), changes).prop_map(|(one, donor, changes)| {
        let mut other = one.clone();
        if changes[0] {
            other.platform = donor.platform;
            other.area = donor.area;
            other.access_key = donor.access_key;
            other.endpoint = donor.endpoint;
        }
        if changes[1] {
            other.client_id = donor.client_id;
        }
        if changes[2] {
            other.client_secret = donor.client_secret;
        }
        if changes[3] {
            other.authentication = donor.authentication;
        }
        if changes[4] {
            other.scope = donor.scope;
            other.separator = donor.separator;
        }
        if changes[5] {
            other.parameters = donor.parameters;
        }
        (one, other.reconciled())
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn names_are_equal_exactly_if_requests_are((one, other) in similar()) {
        let keys = TestKeys::new("fleet");
        let (one, other) = (observe(one.config(), &keys), observe(other.config(), &keys));
        prop_assert_eq!(one.0 == other.0, one.1 == other.1, "{}\n{}", one.1, other.1);
    }
}
