//! What a client's key signs: an id of its own for each attempt, one audience, five minutes at most.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use cxone_auth_core::config::{RetryPolicy, SigningAlgorithm, SigningKey, UnsignedAssertion};
use cxone_auth_core::source::{Clock as _, ManualClock};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{ClientCredentials, Config, Moment, TokenEndpoint, TokenSource, Transport};
use cxone_auth_tests::strategy;
use http::{Request, Response};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::cases;

/// The longest time for which an assertion may be valid.
const LONGEST: u64 = 5 * 60;

/// A client with a key, in clear.
#[derive(Debug)]
struct Parts {
    endpoint: TokenEndpoint,
    id: String,
    audience: Option<String>,
    algorithm: SigningAlgorithm,
    key_id: Option<String>,
}

fn parts() -> impl Strategy<Value = Parts> {
    let algorithms = vec![
        SigningAlgorithm::Rs256,
        SigningAlgorithm::Ps256,
        SigningAlgorithm::Es256,
        SigningAlgorithm::Es384,
        SigningAlgorithm::EdDsa,
        SigningAlgorithm::Hs256,
    ];
    let text = || "[ -~äж😀]{1,40}";
    (
        strategy::token_endpoint(),
        strategy::client_id(),
        option::of(text()),
        select(algorithms),
        option::of(text()),
    )
        .prop_map(|(endpoint, id, audience, algorithm, key_id)| Parts {
            endpoint,
            id,
            audience,
            algorithm,
            key_id,
        })
}

impl Parts {
    fn key(&self) -> SigningKey {
        let length = match self.algorithm {
            SigningAlgorithm::Es384 => 96,
            SigningAlgorithm::Hs256 => 32,
            _ => 64,
        };
        let key = SigningKey::new(self.algorithm, move |_: &[u8]| Ok(vec![0; length]));
        match &self.key_id {
            Some(id) => key.with_key_id(id),
            None => key,
        }
    }

    fn config(&self) -> Config {
        let client = ClientCredentials::signed_by(&*self.id, self.key());
        let config = Config::custom(self.endpoint.clone(), client).unwrap();
        match &self.audience {
            Some(audience) => config.with_assertion_audience(audience),
            None => config,
        }
    }

    /// Checks header and claims of one assertion, which was made at this moment.
    fn check(&self, assertion: &str, made_at: Moment) -> Result<(), TestCaseError> {
        let [header, claims] = [0, 1].map(|index| part(assertion, index));
        prop_assert_eq!(&header["alg"], self.algorithm.as_str());
        prop_assert_eq!(header["kid"].as_str(), self.key_id.as_deref());
        let endpoint = self.endpoint.uri().to_string();
        let audience = self.audience.as_ref().unwrap_or(&endpoint);
        prop_assert_eq!(claims["aud"].as_str(), Some(&**audience), "one text");
        for name in ["iss", "sub"] {
            prop_assert_eq!(claims[name].as_str(), Some(&*self.id));
        }
        let since_1970 = made_at.wall().duration_since(UNIX_EPOCH);
        let [issued, ends] = ["iat", "exp"].map(|name| claims[name].as_u64().unwrap());
        prop_assert_eq!(issued, since_1970.unwrap_or_default().as_secs());
        prop_assert!(
            (1..=LONGEST).contains(&(ends - issued)),
            "{} {}",
            issued,
            ends
        );
        Ok(())
    }
}

fn part(assertion: &str, index: usize) -> Value {
    let part = assertion.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Sent assertions, each with the moment at which it was sent.
type Sent = Arc<Mutex<Vec<(String, Moment)>>>;

/// A server without a network, which responds with these status codes in turn. Who waits moves the
/// clock.
struct Server {
    statuses: Vec<u16>,
    clock: ManualClock,
    sent: Sent,
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let parameters = form_urlencoded::parse(request.body());
        let mut assertions = parameters.filter(|(name, _)| name == "client_assertion");
        let (_, assertion) = assertions.next().unwrap();
        assert!(assertions.next().is_none(), "one assertion in a request");
        let mut sent = self.sent.lock().unwrap();
        let status = self.statuses[sent.len() % self.statuses.len()];
        sent.push((assertion.into_owned(), self.clock.now()));
        let body = match status {
            200 => r#"{"access_token":"t","token_type":"bearer","expires_in":60}"#,
            _ => r#"{"error":"temporarily_unavailable"}"#,
        };
        let body = Bytes::from_static(body.as_bytes());
        Ok(Response::builder().status(status).body(body).unwrap())
    }

    async fn sleep(&self, span: Duration) {
        self.clock.advance(span);
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(30)
    }
}

proptest! {
    // Each case makes up to 33 requests, whose responses are searched for parts of the assertion.
    #![proptest_config(ProptestConfig { cases: 100, ..cases(100) })]

    #[test]
    fn each_attempt_has_an_assertion_of_its_own(
        parts in parts(),
        statuses in vec(select(vec![200, 500, 503, 429]), 1..6),
        spans in vec(0_u64..10_000, 1..12),
        seed in any::<u64>(),
    ) {
        let clock = ManualClock::new(Moment::new(Duration::ZERO, UNIX_EPOCH + Duration::from_hours(500_000)));
        let sent = Sent::default();
        let server = Server { statuses, clock: clock.clone(), sent: Arc::clone(&sent) };
        let config = parts.config().with_retry(RetryPolicy::new().with_attempts(3));
        let source = TokenSource::with_clock(config, server, clock.clone(), seed);
        for span in spans {
            // Whether it gets a token is not of interest here.
            let _ = ready(source.token());
            clock.advance(Duration::from_secs(span));
        }
        let sent = sent.lock().unwrap();
        prop_assert!(!sent.is_empty());
        let mut ids = HashSet::new();
        for (assertion, made_at) in sent.iter() {
            parts.check(assertion, *made_at)?;
            let claims = part(assertion, 1);
            prop_assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()), "twice: {}", claims);
        }
    }

}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn an_assertion_can_be_made_at_any_moment(
        parts in parts(),
        now in strategy::moment(),
        entropy in any::<[u8; 16]>(),
    ) {
        let (config, key) = (parts.config(), parts.key());
        let unsigned = UnsignedAssertion::new(&config, &key, now.wall(), entropy);
        let input = std::str::from_utf8(unsigned.signing_input()).unwrap();
        parts.check(input, now)?;
        let claims = part(input, 1);
        prop_assert_eq!(claims["jti"].as_str(), Some(&*URL_SAFE_NO_PAD.encode(entropy)));
    }
}

/// The output of a future that never waits.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}
