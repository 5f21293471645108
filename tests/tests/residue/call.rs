//! Calls to an API with a token.

use cxone_auth_core::api::{Authorizer, BlockingAuthorizer, BlockingTokenPool, Choice};
use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::{BlockingTokenSource, ClientAuthentication, TokenSource};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::fixture::{config, leaves_nothing, ready, transport};

const BASIC: ClientAuthentication = ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded);
const GOOD: &str =
    r#"{"access_token":"t0ken-that.is-looked_for/0123456789","expires_in":300,"scope":"a b"}"#;

/// Refusals of an API that quotes the token.
const BODIES: [&str; 3] = [
    r#"{"code":"bad.credentials","message":"no t0ken-that.is-looked_for/0123456789"}"#,
    r#"{"error":"t0ken-that.is-looked_for/0123456789","code":"t0ken-that.is-looked_for\/0123456789"}"#,
    "t0ken-that.is-looked_for/0123456789",
];

fn quoting_head() -> HeaderMap {
    let challenge = "Bearer realm=\"x\", error=\"t0ken-that.is-looked_for/0123456789\"";
    let challenge = HeaderValue::from_static(challenge);
    HeaderMap::from_iter([(WWW_AUTHENTICATE, challenge)])
}

#[test]
fn calls_by_tasks_leave_nothing() {
    for body in BODIES {
        for head in [HeaderMap::new(), quoting_head()] {
            leaves_nothing(|| {
                let source = TokenSource::new(config(BASIC), transport(200, GOOD));
                let authorizer = Authorizer::new(source);
                let uri = ready(authorizer.address("/v2/users")).unwrap();
                let mut call = ready(authorizer.begin(&uri)).unwrap();
                let header = call.authorization().clone();
                if call.handle_head(StatusCode::UNAUTHORIZED, &head) {
                    call.handle_body(body.as_bytes());
                }
                drop(format!("{authorizer:?} {call:?} {header:?}"));
                drop(ready(call.settle(())));
                drop(head);
            });
        }
    }
}

#[test]
fn calls_by_threads_leave_nothing() {
    for body in BODIES {
        leaves_nothing(|| {
            let source = BlockingTokenSource::new(config(BASIC), transport(200, GOOD));
            let authorizer = BlockingAuthorizer::new(source);
            let uri = authorizer.address("/v2/users").unwrap();
            let mut call = authorizer.begin(&uri).unwrap();
            if call.handle_head(StatusCode::UNAUTHORIZED, &quoting_head()) {
                call.handle_body(body.as_bytes());
            }
            drop(call.settle(()));
        });
    }
}

/// A pool judges responses by the limits that they state, and gives up the token of the source that
/// made the call.
#[test]
fn calls_through_a_pool_leave_nothing() {
    leaves_nothing(|| {
        let source = || BlockingTokenSource::new(config(BASIC), transport(200, GOOD));
        let pool = BlockingTokenPool::new([source(), source()], Choice::LeastLimited).unwrap();
        let authorizer = BlockingAuthorizer::new(pool.clone());
        let uri = authorizer.address("/v2/users").unwrap();
        for status in [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS] {
            let mut call = authorizer.begin(&uri).unwrap();
            let mut head = quoting_head();
            head.insert("inin-ratelimit-allowed", HeaderValue::from_static("300"));
            if call.handle_head(status, &head) {
                call.handle_body(BODIES[0].as_bytes());
            }
            drop(call.settle(()));
        }
        drop(format!("{pool:?} {:?}", pool.diagnosis()));
    });
}

#[test]
fn an_address_outside_the_api_is_refused_without_a_trace() {
    leaves_nothing(|| {
        let source = BlockingTokenSource::new(config(BASIC), transport(200, GOOD));
        let uri = http::Uri::from_static("https://elsewhere.example.com/");
        drop(BlockingAuthorizer::new(source).begin(&uri).unwrap_err());
    });
}
