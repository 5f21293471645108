//! Spans: one for each request, with its result, within what the caller does.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use cxone_auth_core::config::{CredentialError, CredentialSource, Secret};
use cxone_auth_core::transport::TransportErrorKind;
use cxone_auth_core::{AccessKey, ClientCredentials, Config, Issuer, fetch_token};
use tracing::info_span;

use super::play::{counted, play};
use super::record::Told;
use super::server::{Reply, run, tenant};

fn outcomes(told: &[Told]) -> Vec<&str> {
    let spans = told
        .iter()
        .filter(|told| told.is_span() && told.name == "token_request");
    spans.map(|span| span.get("outcome").unwrap()).collect()
}

#[test]
fn each_request_is_one_span_with_its_outcome() {
    let body = |status, text: &str| Reply::Body(status, text.to_owned());
    for (reply, outcome) in [
        (Reply::Token(3_600), "ok"),
        (body(401, "{}"), "refused"),
        (body(429, ""), "refused"),
        (body(503, ""), "failed"),
        (body(200, "<html>"), "failed"),
        (Reply::Failure(TransportErrorKind::Connect), "failed"),
        // The kind of such an error is that of a refusal, and no server has refused.
        (Reply::Failure(TransportErrorKind::Tls), "failed"),
    ] {
        let (requests, told) = counted(|server| {
            server.will([reply]);
            let _ = run(fetch_token(server, &tenant("billing", "the-s3cret")));
        });
        assert_eq!((requests, outcomes(&told)), (1, vec![outcome]));
    }
}

#[test]
fn a_request_that_is_tried_again_is_two_spans() {
    let (requests, told) = counted(|server| {
        server.will([
            Reply::Failure(TransportErrorKind::Connect),
            Reply::Token(3_600),
        ]);
        run(server.source(tenant("billing", "the-s3cret")).token()).unwrap();
    });
    assert_eq!((requests, outcomes(&told)), (2, vec!["failed", "ok"]));
}

#[test]
fn a_token_that_is_fetched_once_is_a_span_too() {
    let (requests, told) = counted(|server| {
        server.refuses();
        run(fetch_token(server, &tenant("billing", "the-s3cret"))).unwrap_err();
    });
    assert_eq!((requests, outcomes(&told)), (1, vec!["refused"]));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].get("oauth_error"), Some("invalid_client"));
}

/// A secret that is another one each time it is read.
#[derive(Debug, Default)]
struct Rotating(AtomicU32);

#[async_trait::async_trait]
impl CredentialSource<Secret> for Rotating {
    async fn read(&self) -> Result<Secret, CredentialError> {
        let number = self.0.fetch_add(1, Relaxed);
        Ok(Secret::new(format!("secret-number-{number}")))
    }
}

#[test]
fn a_second_request_with_a_changed_secret_is_a_second_span() {
    let (requests, told) = counted(|server| {
        server.refuses();
        server.will([Reply::Token(3_600)]);
        let credentials = ClientCredentials::from_source("billing", Rotating::default());
        let endpoint = "https://login.example.com/oauth/token".parse().unwrap();
        let config = Config::custom(endpoint, credentials).unwrap();
        let span = info_span!("a_call");
        span.in_scope(|| run(server.source(config).token()))
            .unwrap();
    });
    assert_eq!((requests, outcomes(&told)), (2, vec!["refused", "ok"]));
    let spans = told.iter().filter(|told| told.name == "token_request");
    let within: Vec<_> = spans.map(|span| span.within).collect();
    assert_eq!(within, [Some("a_call"); 2]);
}

#[test]
fn a_request_is_a_part_of_what_its_caller_does() {
    let (_, told) = counted(|server| {
        server.will([Reply::Token(3_600)]);
        let source = server.source(tenant("billing", "the-s3cret"));
        info_span!("a_call")
            .in_scope(|| run(source.token()))
            .unwrap();
    });
    let span = told.iter().find(|told| told.name == "token_request");
    assert_eq!(span.unwrap().within, Some("a_call"));
}

#[test]
fn a_cached_token_tells_nothing() {
    let (_, told) = counted(|server| {
        server.will([Reply::Token(3_600)]);
        let source = server.source(tenant("billing", "the-s3cret"));
        for _ in 0..100 {
            run(source.token()).unwrap();
        }
    });
    // The span of the one request, and its event.
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn everything_has_one_target_and_says_whose_it_is() {
    for told in play().iter().flat_map(|scene| &scene.told) {
        assert_eq!(told.target, "cxone_auth", "{told}");
        assert!(told.get("endpoint").is_some(), "{told}");
        assert!(told.get("client_id").is_some(), "{told}");
    }
}

#[test]
fn two_tenants_with_one_client_have_different_access_keys() {
    let (_, told) = counted(|server| {
        for key in ["TENANTONE", "TENANTTWO"] {
            server.refuses();
            let client = ClientCredentials::new("the-client", "the-s3cret");
            let key = AccessKey::new(key, "the-key-s3cret");
            let config = Config::cxone(Issuer::Global, client, key).unwrap();
            run(server.source(config).token()).unwrap_err();
        }
    });
    let keys: Vec<_> = told
        .iter()
        .filter_map(|told| told.get("access_key"))
        .collect();
    assert_eq!(keys.len(), told.len());
    let (first, second) = keys.split_at(keys.len() / 2);
    assert!(first.iter().all(|key| *key == "TENANTON…"), "{first:?}");
    assert!(second.iter().all(|key| *key == "TENANTTW…"), "{second:?}");
}
