//! The sources that stand in for real ones in users' tests.

use cxone_auth_core::api::{Authorizer, BlockingAuthorizer, Choice, TokenPool};
use cxone_auth_core::http::{HeaderMap, StatusCode};
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{AccessToken, BlockingTokenSource, ErrorKind, Moment, TokenSource};

use super::fixture::{config, ready, seconds, soon};

const KINDS: [ErrorKind; 5] = [
    ErrorKind::Configuration,
    ErrorKind::Credentials,
    ErrorKind::Throttled,
    ErrorKind::Unavailable,
    ErrorKind::Protocol,
];

fn token() -> AccessToken {
    AccessToken::bearer("fixed-t0ken", Moment::now(), seconds(3_600)).unwrap()
}

#[test]
fn a_fixed_source_hands_out_its_token() {
    let source = TokenSource::fixed(token());
    for _ in 0..3 {
        let handed_out = ready(source.token()).unwrap();
        assert_eq!(handed_out.expose_secret(), "fixed-t0ken");
        assert_eq!(handed_out.lifetime(), token().lifetime());
        source.invalidate(&handed_out);
    }
    let forced = ready(source.token_with(TokenOptions::new().with_force()));
    assert_eq!(forced.unwrap().token.expose_secret(), "fixed-t0ken");
}

#[test]
fn a_fixed_source_for_threads_hands_out_its_token() {
    let source = BlockingTokenSource::fixed(token());
    for _ in 0..3 {
        let handed_out = source.token().unwrap();
        assert_eq!(handed_out.expose_secret(), "fixed-t0ken");
        source.invalidate(&handed_out);
    }
}

#[test]
fn a_failing_source_fails_with_each_kind() {
    for kind in KINDS {
        let source = TokenSource::failing(kind);
        for _ in 0..3 {
            assert_eq!(ready(source.token()).unwrap_err().kind(), kind);
        }
    }
}

#[test]
fn a_failing_source_for_threads_fails_with_each_kind() {
    for kind in KINDS {
        let source = BlockingTokenSource::failing(kind);
        for _ in 0..3 {
            assert_eq!(source.token().unwrap_err().kind(), kind);
        }
    }
}

#[test]
fn a_failing_source_fails_calls_of_a_path_with_each_kind() {
    for kind in KINDS {
        let authorizer = Authorizer::new(TokenSource::failing(kind));
        let uri = ready(authorizer.address("/api/v2/users")).unwrap();
        assert_eq!(uri, "https://api.fake.invalid/api/v2/users");
        assert_eq!(ready(authorizer.begin(&uri)).unwrap_err().kind(), kind);

        let authorizer = BlockingAuthorizer::new(BlockingTokenSource::failing(kind));
        let uri = authorizer.address("/api/v2/users").unwrap();
        assert_eq!(authorizer.begin(&uri).unwrap_err().kind(), kind);
    }
}

#[test]
fn a_fixed_source_serves_calls_of_a_path() {
    let authorizer = Authorizer::new(TokenSource::fixed(token()));
    let uri = ready(authorizer.address("/api/v2/users")).unwrap();
    let call = ready(authorizer.begin(&uri)).unwrap();
    assert_eq!(call.authorization(), "Bearer fixed-t0ken");
}

#[test]
fn only_a_call_with_a_fresh_token_of_one_source_begins_at_once() {
    let uri = "https://api.fake.invalid/api/v2/users".parse().unwrap();
    let source = TokenSource::fixed(token());
    let begun = Authorizer::new(source.clone()).begin_at_once(&uri);
    assert_eq!(begun.unwrap().authorization(), "Bearer fixed-t0ken");

    let elsewhere = "https://other.fake.invalid/users".parse().unwrap();
    let plain = "http://api.fake.invalid/users".parse().unwrap();
    let other = TokenSource::failing(ErrorKind::Unavailable);
    let pool = TokenPool::new([source.clone(), other.clone()], Choice::default()).unwrap();
    for (tokens, uri) in [
        (source.clone().into(), &elsewhere),
        (source.clone().into(), &plain),
        (other.into(), &uri),
        (pool, &uri),
    ] {
        assert!(
            Authorizer::new(tokens).begin_at_once(uri).is_none(),
            "{uri}"
        );
    }

    let allowed = config().with_api_base("https://api.fake.invalid".parse().unwrap());
    source.replace_config(allowed.with_api_origin("https://other.fake.invalid".parse().unwrap()));
    ready(source.token()).unwrap();
    let authorizer = Authorizer::new(source.clone());
    assert!(authorizer.begin_at_once(&elsewhere).is_some());
    source.replace_config(config());
    ready(source.token()).unwrap();
    assert!(
        authorizer.begin_at_once(&elsewhere).is_none(),
        "it was allowed by another configuration"
    );
}

#[tokio::test]
async fn a_call_with_a_max_wait_survives_its_wait() {
    let source = TokenSource::fixed(token());
    source.replace_config(config().with_api_base("http://127.0.0.1:9".parse().unwrap()));
    let authorizer = Authorizer::new(source).with_max_wait(seconds(5));
    let uri = "http://127.0.0.1:9/users".parse().unwrap();
    let mut call = authorizer.begin(&uri).await.unwrap();
    let throttled = HeaderMap::from_iter([("retry-after".parse().unwrap(), 0.into())]);
    assert!(!call.handle_head(StatusCode::TOO_MANY_REQUESTS, &throttled));
    assert!(soon(call.settle(())).await.unwrap().is_none());
    assert_eq!(call.authorization(), "Bearer fixed-t0ken");
}
