//! Sources over their whole lifetime.

use std::thread;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{
    AccessToken, BlockingTokenSource, ClientAuthentication, ErrorKind, Moment, TokenSource,
    fetch_token, fetch_token_blocking,
};
use cxone_auth_watch::Life;
use http::Response;

use super::fixture::{FakeTransport, SECRET, TOKEN, config, leaves_nothing, ready, transport};

const GOOD: &str =
    r#"{"access_token":"t0ken-that.is-looked_for/0123456789","expires_in":300,"scope":"a b"}"#;
const REFUSED: &str =
    r#"{"error":"invalid_client","error_description":"not s3cret/that+is=looked for~ at all"}"#;
const UNUSABLE: &str =
    r#"{"access_token":"t0ken-that.is-looked_for/0123456789","token_type":"mac"}"#;

const BASIC: ClientAuthentication = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);

/// The ways in which a client's response owns its bytes.
const OWNERS: [fn(&'static str) -> Bytes; 3] = [
    |body| Bytes::from(body.as_bytes().to_vec()),
    |body| BytesMut::from(body).freeze(),
    |body| {
        let mut roomy = Vec::with_capacity(2 * body.len());
        roomy.extend_from_slice(body.as_bytes());
        Bytes::from(roomy)
    },
];

#[test]
fn a_source_leaves_nothing_of_its_whole_lifetime() {
    for into_bytes in OWNERS {
        leaves_nothing(|| {
            let transport = FakeTransport::new(move |_| Ok(Response::new(into_bytes(GOOD))));
            let source = TokenSource::new(config(BASIC), transport);
            source.events(|event| drop(format!("{event:?}"))).detach();
            let token = ready(source.token()).unwrap();
            assert_eq!(token.expose_secret(), TOKEN);
            source.invalidate(&token);
            drop(token);
            drop(ready(source.token_with(TokenOptions::new())));
            source.replace_config(config(ClientAuthentication::Body));
            drop(ready(source.token()));
            drop(format!("{source:?} {:?}", source.status()));
        });
    }
}

#[test]
fn a_blocking_source_leaves_nothing_of_its_whole_lifetime() {
    leaves_nothing(|| {
        let source = BlockingTokenSource::new(config(BASIC), transport(200, GOOD));
        let token = source.token().unwrap();
        source.invalidate(&token);
        source.replace_config(config(ClientAuthentication::Body));
        drop(source.token());
        drop(format!("{source:?}"));
    });
}

#[test]
fn a_token_that_many_threads_were_handed_leaves_nothing() {
    leaves_nothing(|| {
        let source = BlockingTokenSource::new(config(BASIC), transport(200, GOOD));
        source.token().unwrap();
        let life = Life::of_this_thread();
        let token = || {
            life.take_part();
            source.token()
        };
        let tokens: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(token)).collect();
            let tokens = threads.into_iter().map(|it| it.join().unwrap().unwrap());
            tokens.collect()
        });
        drop(source);
        assert!(tokens.iter().all(|token| token.expose_secret() == TOKEN));
    });
}

#[test]
fn a_source_that_gets_no_token_leaves_nothing() {
    for (status, body) in [(401, REFUSED), (500, REFUSED), (200, UNUSABLE), (200, "{")] {
        leaves_nothing(|| {
            let source = BlockingTokenSource::new(config(BASIC), transport(status, body));
            let error = source.token().unwrap_err();
            let shown = format!("{error:#} {error:?} {source:?}");
            assert!(!shown.contains(SECRET), "{shown}");
        });
    }
}

#[test]
fn a_token_fetched_once_leaves_nothing() {
    leaves_nothing(|| {
        let good = transport(200, GOOD);
        drop(ready(fetch_token(&good, &config(BASIC))).unwrap());
        drop(fetch_token_blocking(&good, &config(BASIC)).unwrap());
        let refused = transport(401, REFUSED);
        drop(ready(fetch_token(&refused, &config(BASIC))).unwrap_err());
        drop(fetch_token_blocking(&refused, &config(BASIC)).unwrap_err());
    });
}

#[test]
fn a_fake_leaves_nothing() {
    leaves_nothing(|| {
        let token = AccessToken::bearer(TOKEN, Moment::now(), Duration::from_mins(5)).unwrap();
        let source = TokenSource::fixed(token.clone());
        source.invalidate(&token);
        drop(token);
        assert_eq!(ready(source.token()).unwrap().expose_secret(), TOKEN);
        drop(BlockingTokenSource::failing(ErrorKind::Throttled).token());
    });
    leaves_nothing(|| {
        AccessToken::bearer(
            "t0ken-that.is-looked_for/0123456789 ",
            Moment::now(),
            Duration::ZERO,
        )
        .unwrap_err()
    });
}
