//! Which configurations have one source, and how many of them a lookup compares.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::config::{
    AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials, CredentialError,
    CredentialSource, RenewalPolicy, RetryPolicy, ScopeSeparator, ScopeSet, Secret,
};
use crate::error::{Error, ErrorKind};
use crate::platform::{Area, Issuer, Region};
use crate::source::fake::FakeTransport;

fn credentials(id: &str, secret: &str) -> ClientCredentials {
    ClientCredentials::new(id, secret)
}

fn base() -> Result<Config, Error> {
    let endpoint = "https://login.example.com/token".parse()?;
    Config::custom(endpoint, credentials("id", "s3cret"))
}

fn key(id: &str, secret: &str) -> AccessKey {
    AccessKey::new(format!("{id}===="), format!("{secret}===="))
}

/// A secret that is read from the place with this name.
struct Place(&'static str);

#[async_trait]
impl CredentialSource<Secret> for Place {
    async fn read(&self) -> Result<Secret, CredentialError> {
        Ok(Secret::new("s3cret"))
    }

    fn name(&self) -> Option<String> {
        Some(self.0.to_owned())
    }
}

fn of_file(name: &'static str) -> Result<Config, Error> {
    let client = ClientCredentials::from_source("id", Place(name));
    Config::custom(base()?.endpoint().clone(), client)
}

fn scopes(text: &str) -> ScopeSet {
    text.parse().unwrap()
}

/// Configurations of which no two are equal, and most differ in one setting only.
fn different() -> Result<Vec<Config>, Error> {
    let cxone =
        |id, secret| Config::cxone(Issuer::Global, credentials("id", "s3cret"), key(id, secret));
    let genesys = |region| Config::genesys_cloud(region, credentials("id", "s3cret"));
    let backoff = RetryPolicy::new().with_attempts(7);
    let minute = Duration::from_secs(60);
    Ok(vec![
        base()?,
        Config::custom(
            "https://login.example.com/other".parse()?,
            credentials("id", "s3cret"),
        )?,
        Config::custom(base()?.endpoint().clone(), credentials("other", "s3cret"))?,
        Config::custom(base()?.endpoint().clone(), credentials("id", "other"))?,
        // What belongs to one setting must not run into the next.
        Config::custom(base()?.endpoint().clone(), credentials("ids", "3cret"))?,
        base()?.with_scope(scopes("a b")),
        base()?.with_scope(scopes("ab")),
        base()?.with_scope_separator(ScopeSeparator::Comma),
        base()?.with_parameter("tenant", "1")?,
        base()?.with_parameter("tenant", "2")?,
        base()?
            .with_parameter("tenant", "1")?
            .with_parameter("x", "1")?,
        base()?.with_header("x-tenant", "1")?,
        base()?.with_header("x-tenant", "2")?,
        base()?.with_header("x-api-key", "1")?,
        base()?.with_header("user-agent", "one/1")?,
        base()?.with_client_authentication(ClientAuthentication::Body)?,
        base()?.with_client_authentication(ClientAuthentication::Basic(BasicEncoding::Raw))?,
        base()?.with_renewal(RenewalPolicy::new().with_refresh_before(minute)),
        base()?.with_retry(backoff),
        base()?.with_api_base("https://api.example.com".parse()?),
        base()?.with_api_origin("https://api.example.com".parse()?),
        genesys(Region::UsEast1)?,
        genesys(Region::UsEast1)?.with_token_endpoint(base()?.endpoint().clone()),
        genesys(Region::EuCentral1)?,
        cxone("a", "b")?,
        cxone("a", "c")?,
        cxone("b", "b")?,
        Config::cxone_access_key(Area::Na1, key("a", "b"))?,
        Config::cxone_access_key(Area::Na1, key("a", "b"))?.with_scope(scopes("a")),
        of_file("/run/secrets/a")?,
        of_file("/run/secrets/b")?,
    ])
}

fn set() -> TokenSources {
    TokenSources::new(|config| {
        TokenSource::new(config, FakeTransport::Failure(ErrorKind::Unavailable))
    })
}

/// How many digests there are: as many as sources, if a lookup compares one configuration.
fn digests(sources: &TokenSources) -> usize {
    let sources = sources.lock();
    let digests: HashSet<u64> = sources.keys().map(|key| key.0.digest()).collect();
    digests.len()
}

#[test]
fn configurations_that_differ_in_anything_have_sources_and_places_of_their_own() {
    let sources = set();
    let configs = different().unwrap();
    let made: Vec<_> = configs
        .iter()
        .map(|config| sources.source(config))
        .collect();
    assert_eq!(sources.len(), configs.len());
    assert_eq!(digests(&sources), configs.len());
    for (config, source) in different().unwrap().iter().zip(&made) {
        assert!(
            Arc::ptr_eq(&sources.source(config).0, &source.0),
            "{config:?}"
        );
    }
    assert_eq!(sources.len(), configs.len());
}

#[test]
fn the_order_of_scopes_makes_no_other_configuration() {
    let sources = set();
    for text in ["a b c", "c a b"] {
        let _ = sources.source(&base().unwrap().with_scope(scopes(text)));
    }
    assert_eq!(sources.len(), 1);
}

#[test]
fn a_lookup_compares_one_configuration_however_many_are_of_one_client() {
    let sources = set();
    for tenant in 0..3_000 {
        let config = base().unwrap().with_parameter("tenant", tenant.to_string());
        let _ = sources.source(&config.unwrap());
    }
    assert_eq!((sources.len(), digests(&sources)), (3_000, 3_000));
}

#[test]
fn two_configurations_with_one_digest_are_told_apart() {
    let sources = set();
    let (one, two) = (base().unwrap(), base().unwrap().with_scope(scopes("a")));
    two.digest.set(one.digest()).unwrap();
    let [first, second] = [&one, &two].map(|config| sources.source(config));
    assert!(!Arc::ptr_eq(&first.0, &second.0));
    assert_eq!((sources.len(), digests(&sources)), (2, 1));
}

#[test]
fn a_configuration_that_is_changed_after_a_lookup_has_another_source() {
    let sources = set();
    let config = base().unwrap();
    let source = sources.source(&config);
    let changed = [
        config.clone().with_scope(scopes("a")),
        config
            .clone()
            .with_retry(RetryPolicy::new().with_attempts(7)),
        config.clone().with_header("x-tenant", "1").unwrap(),
        config
            .clone()
            .with_api_base("https://api.example.com".parse().unwrap()),
    ];
    for other in &changed {
        assert!(
            !Arc::ptr_eq(&sources.source(other).0, &source.0),
            "{other:?}"
        );
    }
    // What has no clone is changed where it is.
    let alone = base().unwrap();
    let digest = alone.digest();
    assert_ne!(alone.with_scope(scopes("b")).digest(), digest);
    assert!(Arc::ptr_eq(&sources.source(&config).0, &source.0));
    assert_eq!(sources.len(), 5);
}

#[test]
fn a_source_whose_configuration_was_changed_is_found_by_that_which_was_asked_for() {
    let sources = TokenSources::new(|config| {
        let config = config.with_header("x-set", "1").unwrap();
        TokenSource::new(config, FakeTransport::Failure(ErrorKind::Unavailable))
    });
    let source = sources.source(&base().unwrap());
    assert!(Arc::ptr_eq(&sources.source(&base().unwrap()).0, &source.0));
    source.replace_config(base().unwrap().with_scope(scopes("a")));
    assert!(Arc::ptr_eq(&sources.source(&base().unwrap()).0, &source.0));
    assert_eq!(sources.len(), 1);
}
