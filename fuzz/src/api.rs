//! An API's response: whatever it says, a call ends, with a second token at most, and only a 401
//! costs one; what is said of the response tells nothing of the token.
//!
//! An input is a letter for the maximum wait of the caller, and a response as `response.rs` reads
//! it, which the API gives to every sending.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::api::{BlockingAuthorizer, MAX_REFUSAL_BODY, RateLimit};
use cxone_auth_core::diagnosis::{api_response_words, diagnose_api_response};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, Moment, Region,
};
use http::{Request, Response, StatusCode};
use serde_json::Value;

use super::response;

/// The longest that a caller without and one with a maximum wait waits for an API that throttles.
const MAX_WAIT: [Duration; 2] = [Duration::ZERO, Duration::from_mins(1)];

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let max_wait = MAX_WAIT[usize::from(data.first() == Some(&b'p'))];
    let response = response::read(data.get(1..).unwrap_or_default());
    check_diagnosis(&response);
    check_limit(&response);
    check_call(&response, max_wait);
}

fn check_diagnosis(response: &Response<Bytes>) {
    let diagnosis = diagnose_api_response(response, None);
    assert_eq!(diagnosis, diagnose_api_response(response, None));
    for finding in &diagnosis {
        let evidence = finding.evidence();
        assert!(!evidence.contains(['\n', '\u{1b}']), "{evidence:?}");
        assert!(evidence.chars().count() <= 1_000, "{evidence}");
    }
    let shown = format!(
        "{diagnosis} {diagnosis:?} {:?}",
        api_response_words(response, None)
    );
    assert!(!shown.split(is_no_token).any(may_be_token), "{shown}");
}

fn is_no_token(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !"-._~+/=".contains(c)
}

/// No text of the library has a tilde, and no word that is repeated may have one and be as long as
/// a token.
fn may_be_token(run: &str) -> bool {
    run.contains('~') && run.trim_matches(['.', '-', '_']).len() >= 16
}

fn check_limit(response: &Response<Bytes>) {
    let Some(limit) = RateLimit::read(now(), response.headers()) else {
        return;
    };
    if let (Some(count), Some(allowed)) = (limit.count, limit.allowed) {
        assert_eq!(limit.remaining(), Some(allowed.saturating_sub(count)));
    }
    if let Some(span) = limit.retry_after {
        assert_eq!(limit.wait(), Some(span));
    }
    let is_stated = response
        .headers()
        .keys()
        .any(|name| name.as_str().contains("retry-after") || name.as_str().contains("ratelimit"));
    assert!(is_stated);
}

fn check_call(response: &Response<Bytes>, max_wait: Duration) {
    let server = Server::default();
    let config = Config::genesys_cloud(Region::UsEast1, ClientCredentials::new("id", "the-secret"));
    let config = config.expect("the credentials are well-formed");
    let clock = server.clock.clone();
    let source = BlockingTokenSource::with_clock(config, server.clone(), clock, 7);
    let authorizer = BlockingAuthorizer::new(source).with_max_wait(max_wait);
    let sendings = sendings(&authorizer, response);
    let tokens = server.tokens.load(Ordering::Relaxed);
    let waited = *server.waited.lock().expect("nobody panics with the lock");

    assert!((1..=2).contains(&tokens), "{tokens} tokens");
    assert!(waited <= max_wait, "{waited:?}");
    let waits = u64::try_from(sendings).expect("it is a small number") - tokens;
    assert!(waits <= waited.as_secs(), "{sendings} sendings");
    match rejects(response) {
        Some(is_rejected) => assert_eq!(tokens, 1 + u64::from(is_rejected), "{response:?}"),
        None => assert_eq!(response.status(), StatusCode::UNAUTHORIZED),
    }
}

/// Makes the call, and says how often the request went out.
fn sendings(authorizer: &BlockingAuthorizer, response: &Response<Bytes>) -> usize {
    let uri = authorizer.address("/api/v2/users").expect("it is a path");
    let mut call = authorizer.begin(&uri).expect("the server gives a token");
    for sending in 1..=100 {
        if call.handle_head(response.status(), response.headers()) {
            call.handle_body(response.body());
        }
        let response = call.settle(()).expect("the server gives a token");
        if response.is_some() {
            return sending;
        }
    }
    panic!("the request is sent for ever");
}

/// Whether the response rejects the token, where that can be told without reading a challenge's
/// parameters.
fn rejects(response: &Response<Bytes>) -> Option<bool> {
    if response.status() != StatusCode::UNAUTHORIZED {
        return Some(false);
    }
    let values = response.headers().get_all("www-authenticate");
    let challenges: Vec<String> = values
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase())
        .collect();
    let all = challenges.join(",");
    if all.contains('=') || all.contains('"') {
        return None;
    }
    let mut codes = codes(response.body())?;
    codes.retain(|code| !code.eq_ignore_ascii_case("unauthorized"));
    let mut schemes = all
        .split(',')
        .filter_map(|challenge| challenge.split_whitespace().next())
        .peekable();
    Some(if codes.is_empty() {
        schemes.peek().is_none() || schemes.any(|scheme| scheme == "bearer")
    } else {
        let is_rejection = |code: &String| REJECTIONS.contains(&&*code.to_ascii_lowercase());
        codes.iter().any(is_rejection)
    })
}

/// The codes that say that the token is at fault, listed once more.
const REJECTIONS: [&str; 4] = [
    "invalid_token",
    "bad.credentials",
    "credentials.expired",
    "authentication.required",
];

/// The codes that a body states, by another parser and where the two cannot disagree: it takes the
/// last of two members.
fn codes(body: &Bytes) -> Option<Vec<String>> {
    if body.is_empty() || body.len() > MAX_REFUSAL_BODY {
        return Some(Vec::new());
    }
    let text = str::from_utf8(body).ok()?;
    let is_plain = |name: &&str| text.matches(&format!("\"{name}\"")).count() < 2;
    if text.contains('\\') || !MEMBERS.iter().all(is_plain) {
        return None;
    }
    let body: Value = serde_json::from_str(text).ok()?;
    let texts = ["error", "code"].map(|name| body.get(name).and_then(Value::as_str));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // What is not text is no code, and neither is a number or a sentence.
    let codes = texts.into_iter().flatten();
    let codes = codes.filter(|text| !is_number(text) && !text.contains(char::is_whitespace));
    Some(codes.map(str::to_owned).collect())
}

/// What is read of a refusal: two of a kind make it unreadable.
const MEMBERS: [&str; 10] = [
    "access_token",
    "token_type",
    "expires_in",
    "scope",
    "error",
    "error_description",
    "description",
    "errorDescription",
    "message",
    "code",
];

fn now() -> Moment {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(498_320);
    Moment::new(Duration::from_secs(77), wall)
}

/// Gives another token each time it is asked, and lets the time pass when it is told to sleep.
#[derive(Clone)]
struct Server {
    clock: ManualClock,
    tokens: Arc<AtomicU64>,
    waited: Arc<Mutex<Duration>>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            clock: ManualClock::new(now()),
            tokens: Arc::default(),
            waited: Arc::default(),
        }
    }
}

impl BlockingTransport for Server {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = self.tokens.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(Bytes::from(format!(
            r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":86399}}"#
        ))))
    }

    fn sleep(&self, span: Duration) {
        self.clock.advance(span);
        *self.waited.lock().expect("nobody panics with the lock") += span;
    }
}
