//! Configurations, responses and failures in a word or two.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::api::{BlockingAuthorizer, BlockingTokenPool, Choice};
use cxone_auth_core::config::{BasicEncoding, RenewalPolicy};
use cxone_auth_core::diagnosis::{
    Diagnosis, diagnose_api_response, diagnose_token, inspect_metadata,
};
use cxone_auth_core::discovery::{
    ServerMetadata, TenantId, read_openid_response, read_tenant_response,
};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    AccessKey, AccessToken, Area, BlockingTokenSource, Central, ClientAuthentication,
    ClientCredentials, Config, Error, Issuer, Moment, Region, TokenEndpoint, fetch_token_blocking,
    http, inspect, read_token_response,
};

use crate::shared::fake::{FakeTransport, Outcome};

pub(crate) const UUID: &str = "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f";
pub(crate) const SECRET: &str = "q7Zr-0aB_cDeFgHiJkLmNoPqRsTuVwXyZ0123456789";
pub(crate) const KEY_ID: &str = "J7QWERTY2345ASDFGHJKLMNBVCXZPOIUYTREWQ6723456ABCDEFG====";
pub(crate) const KEY_SECRET: &str = "ZXCVBNM234567QWERTYUIOPASDFGHJKLMNB2345ZXCVBNMQWERTY====";

/// The second at which requests are sent: Fri, 06 Nov 2026 08:00:00 GMT.
const SENT_AT: u64 = 1_793_952_000;

pub(crate) fn client(id: &str, secret: &str) -> ClientCredentials {
    ClientCredentials::new(id, secret)
}

pub(crate) fn genesys() -> Config {
    genesys_with(UUID, SECRET)
}

pub(crate) fn genesys_with(id: &str, secret: &str) -> Config {
    Config::genesys_cloud(Region::EuCentral1, client(id, secret)).unwrap()
}

pub(crate) fn cxone() -> Config {
    cxone_with_key("KEYID====", "KEYSECRET234567====")
}

pub(crate) fn cxone_with_key(id: &str, secret: &str) -> Config {
    let key = AccessKey::new(id, secret);
    Config::cxone(Issuer::Global, client("cx-client", "Xq3cxonesecret"), key).unwrap()
}

/// At CXone with both pairs.
pub(crate) fn cxone_with(id: &str, secret: &str, key_id: &str, key_secret: &str) -> Config {
    let key = AccessKey::new(key_id, key_secret);
    Config::cxone(Issuer::Global, client(id, secret), key).unwrap()
}

/// An access key alone, at UserHub.
pub(crate) fn user_hub() -> Config {
    user_hub_with_key("KEYID====", "KEYSECRET234567====")
}

pub(crate) fn user_hub_with_key(id: &str, secret: &str) -> Config {
    Config::cxone_access_key(Area::Na1, AccessKey::new(id, secret)).unwrap()
}

/// An access key alone, at another UserHub than those of the table.
pub(crate) fn hub_at(url: &str) -> Config {
    let key = AccessKey::new("KEYID====", "KEYSECRET234567====");
    Config::cxone_access_key(Area::custom(url).unwrap(), key).unwrap()
}

pub(crate) fn moved(config: Config, url: &str) -> Config {
    config.with_token_endpoint(url.parse().unwrap())
}

pub(crate) fn central() -> Config {
    let credentials = ClientCredentials::central("MyApp", "MyVendor", "4012345");
    Config::central(Central::new(), credentials).unwrap()
}

/// A client at a server of anybody's.
pub(crate) fn custom(id: &str, secret: &str) -> Config {
    at("https://as.example.com/token", id, secret)
}

pub(crate) fn plain() -> Config {
    custom("service-7", "Xq3-custom-only")
}

pub(crate) fn at(url: &str, id: &str, secret: &str) -> Config {
    Config::custom(url.parse().unwrap(), client(id, secret)).unwrap()
}

pub(crate) fn address(url: &str) -> Config {
    at(url, UUID, SECRET)
}

/// A server in the cluster, which may be asked by plain http.
pub(crate) fn in_clear(url: &str) -> Config {
    let endpoint = TokenEndpoint::with_insecure_host(url, "keycloak").unwrap();
    plain().with_token_endpoint(endpoint)
}

pub(crate) fn scoped(config: Config, scope: &str) -> Config {
    config.with_scope(scope.parse().unwrap())
}

pub(crate) fn raw(config: Config) -> Config {
    let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
    config.with_client_authentication(raw).unwrap()
}

pub(crate) fn in_body(config: Config) -> Config {
    config
        .with_client_authentication(ClientAuthentication::Body)
        .unwrap()
}

pub(crate) fn with_refresh_before(config: Config, seconds: u64) -> Config {
    config.with_renewal(RenewalPolicy::new().with_refresh_before(Duration::from_secs(seconds)))
}

pub(crate) fn sent_at() -> Moment {
    Moment::new(
        Duration::ZERO,
        SystemTime::UNIX_EPOCH + Duration::from_secs(SENT_AT),
    )
}

pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> http::Response<Bytes> {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

/// Why `config` got no token from this response.
pub(crate) fn diagnosed(
    config: &Config,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Diagnosis {
    error_of(config, status, headers, body).diagnosis().clone()
}

pub(crate) fn error_of(
    config: &Config,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> Error {
    read_token_response(config, sent_at(), &response(status, headers, body)).unwrap_err()
}

/// Why `config` was refused with this error and description.
pub(crate) fn refused(config: &Config, status: u16, error: &str, description: &str) -> Diagnosis {
    let body = serde_json::json!({ "error": error, "error_description": description });
    diagnosed(
        config,
        status,
        &[("content-type", "application/json")],
        &body.to_string(),
    )
}

pub(crate) fn invalid_client(config: &Config) -> Diagnosis {
    refused(config, 400, "invalid_client", "authentication failed")
}

/// What there is to say of the token in this body.
pub(crate) fn token(config: &Config, body: &str) -> Diagnosis {
    let token: AccessToken =
        read_token_response(config, sent_at(), &response(200, &[], body)).unwrap();
    diagnose_token(config, &token)
}

/// What there is to say of a token of an hour with this scope.
pub(crate) fn granted(config: &Config, scope: &str) -> Diagnosis {
    let body = serde_json::json!({ "access_token": "t0k", "expires_in": 3600, "scope": scope });
    token(config, &body.to_string())
}

pub(crate) fn seen(config: &Config) -> Diagnosis {
    inspect(config)
}

/// Why this was refused before anything was sent.
pub(crate) fn unmade<T: std::fmt::Debug>(result: Result<T, Error>) -> Diagnosis {
    result.unwrap_err().diagnosis().clone()
}

/// What there is to say of an API's response.
pub(crate) fn called(status: u16, headers: &[(&str, &str)], body: &str) -> Diagnosis {
    diagnose_api_response(&response(status, headers, body), None)
}

/// Why it is not known where the API of an access key alone is, after this response.
pub(crate) fn hub_says(body: &'static str) -> Diagnosis {
    let transport = FakeTransport::new(move |_| Ok(response(200, &[], body)));
    let source = BlockingTokenSource::new(user_hub(), transport);
    let base = source.api_base();
    base.map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// What is wrong with an issuer's OpenID configuration, if anything.
pub(crate) fn issuer_says(status: u16, body: &str) -> Diagnosis {
    let read = read_openid_response(&cxone(), sent_at(), &response(status, &[], body));
    read.map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// What is wrong with the configuration of the tenant `t-1`, if anything.
pub(crate) fn tenant_says(status: u16, body: &str) -> Diagnosis {
    let tenant: TenantId = "t-1".parse().unwrap();
    let received = response(status, &[], body);
    let read = read_tenant_response(&cxone(), &tenant, sent_at(), &received);
    read.map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// The name of the custom server of these tests.
const CUSTOM_ISSUER: &str = "https://as.example.com";

/// What there is to say of a client at a server whose metadata has these members besides its issuer
/// and its token endpoint.
pub(crate) fn server_says(change: fn(Config) -> Config, members: &str) -> Diagnosis {
    let document = format!(
        r#"{{"issuer":"{CUSTOM_ISSUER}","token_endpoint":"https://as.example.com/token"{members}}}"#
    );
    let metadata = ServerMetadata::read(&CUSTOM_ISSUER.parse().unwrap(), &document).unwrap();
    inspect_metadata(&change(plain()), &metadata)
}

/// The same client, after it has read that the server lists these methods.
pub(crate) fn listing(config: Config, methods: &str) -> Config {
    let document = format!(
        r#"{{"issuer":"{CUSTOM_ISSUER}","token_endpoint":"https://as.example.com/token","token_endpoint_auth_methods_supported":{methods}}}"#
    );
    let metadata = ServerMetadata::read(&CUSTOM_ISSUER.parse().unwrap(), &document).unwrap();
    config.with_metadata(&metadata)
}

/// What there is to say of a server whose token endpoint is here.
pub(crate) fn endpoint_says(endpoint: &str) -> Diagnosis {
    metadata_says(CUSTOM_ISSUER, endpoint)
}

/// What there is to say of a server that names itself and its token endpoint so.
pub(crate) fn metadata_says(issuer: &str, endpoint: &str) -> Diagnosis {
    let document = format!(r#"{{"issuer":"{issuer}","token_endpoint":"{endpoint}"}}"#);
    let read = ServerMetadata::read(&CUSTOM_ISSUER.parse().unwrap(), &document);
    read.map_or_else(
        |error| error.diagnosis().clone(),
        |metadata| inspect_metadata(&plain(), &metadata),
    )
}

/// What is wrong with the tenant of a token, if anything.
pub(crate) fn tenant_of(token: &str) -> Diagnosis {
    let token = AccessToken::bearer(token, sent_at(), Duration::from_mins(1)).unwrap();
    TenantId::of(&token).map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// Why a call to `address` is not begun, if so.
pub(crate) fn begun(config: Config, address: &str) -> Diagnosis {
    let source = silent(config);
    let begun = BlockingAuthorizer::new(source).begin(&address.parse().unwrap());
    begun.map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// Why it is not known where the API is.
pub(crate) fn based(config: Config) -> Diagnosis {
    silent(config)
        .api_base()
        .map_or_else(|error| error.diagnosis().clone(), |_| Diagnosis::default())
}

/// What there is to say of a pool of so many sources.
pub(crate) fn pooled(size: usize) -> Diagnosis {
    let sources = (0..size).map(|_| silent(genesys()));
    let pool = BlockingTokenPool::new(sources, Choice::RoundRobin).unwrap();
    pool.diagnosis()
}

/// A source whose requests all fail.
fn silent(config: Config) -> BlockingTokenSource {
    BlockingTokenSource::new(config, failing(TransportErrorKind::Connect, None))
}

/// Why a request failed on its way.
pub(crate) fn failed(config: &Config, kind: TransportErrorKind, words: Option<&str>) -> Diagnosis {
    failure(config, kind, words).diagnosis().clone()
}

pub(crate) fn failure(config: &Config, kind: TransportErrorKind, words: Option<&str>) -> Error {
    let transport = failing(kind, words.map(str::to_owned));
    fetch_token_blocking(&transport, config).unwrap_err()
}

/// A transport that only fails, perhaps with words of its own.
fn failing(
    kind: TransportErrorKind,
    words: Option<String>,
) -> FakeTransport<impl Fn(&http::Request<Bytes>) -> Outcome> {
    FakeTransport::new(move |_| {
        let failure = TransportError::new(kind);
        Err(match &words {
            Some(words) => failure.with_source(words.clone()),
            None => failure,
        })
    })
}
