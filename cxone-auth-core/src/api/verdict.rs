//! What an API's response says about the token of the call.

use std::time::{Duration, SystemTime};

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::api::RateLimit;
use crate::clock::Moment;
use crate::protocol::{Challenges, codes_of};

/// The most bytes of the body of a 401 that are read: 64 KiB. A longer body is ignored.
pub const MAX_REFUSAL_BODY: usize = 64 * 1024;

/// Reports whether a response of an API rejects the token of its request. [`Authorizer`] has the
/// rules. Pass up to [`MAX_REFUSAL_BODY`] bytes of the body, and one more if it is longer.
///
/// ```
/// use cxone_auth_core::api::rejects_token;
/// use cxone_auth_core::http::{HeaderMap, StatusCode};
///
/// let unauthorized = StatusCode::UNAUTHORIZED;
/// assert!(rejects_token(unauthorized, &HeaderMap::new(), br#"{"code":"bad.credentials"}"#));
/// assert!(!rejects_token(unauthorized, &HeaderMap::new(), br#"{"code":"not.authorized"}"#));
/// assert!(!rejects_token(StatusCode::FORBIDDEN, &HeaderMap::new(), b""));
/// ```
///
/// [`Authorizer`]: crate::api::Authorizer
#[must_use]
pub fn rejects_token(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> bool {
    // Only a rate limit depends on the time.
    let any_time = || Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
    match Verdict::of_head(any_time, status, headers) {
        Verdict::TokenRejected => true,
        Verdict::Unclear { token_rejected } => Verdict::rejects_token(body, token_rejected),
        Verdict::Final | Verdict::Throttled(_) => false,
    }
}

/// What the head of a response says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The response is the caller's.
    Final,
    /// The token was rejected.
    TokenRejected,
    /// The body decides. If it says nothing, this value counts.
    Unclear { token_rejected: bool },
    /// The API accepts another call after this time.
    Throttled(Duration),
}

/// The codes that reject a token: RFC 6750 §3.1, and the three of Genesys Cloud's API.
const REJECTIONS: [&str; 4] = [
    "invalid_token",
    "bad.credentials",
    "credentials.expired",
    "authentication.required",
];

/// The status again, in place of a code. Many frameworks write this by default.
const STATUS: &str = "unauthorized";

/// Read once, and not for each response.
static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");

impl Verdict {
    /// Judges by status and header fields.
    ///
    /// A 403 never rejects the token: another token would get the same response.
    pub(super) fn of_head(
        now: impl FnOnce() -> Moment,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Self {
        match status {
            StatusCode::OK if is_unauthenticated_call(headers) => Self::TokenRejected,
            StatusCode::UNAUTHORIZED => Self::of_challenges(&Challenges::read(headers)),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                RateLimit::read(now(), headers)
                    .and_then(|limit| limit.wait())
                    .map_or(Self::Final, Self::Throttled)
            }
            _ => Self::Final,
        }
    }

    fn of_challenges(challenges: &Challenges) -> Self {
        let error = challenges.error.as_ref().filter(|error| is_code(error));
        match error {
            Some(error) if is_rejection(error) => Self::TokenRejected,
            Some(_) => Self::Unclear {
                token_rejected: false,
            },
            None => Self::Unclear {
                token_rejected: !challenges.want_no_token(),
            },
        }
    }

    /// Reports whether the token was rejected. The body decides. If it says nothing, the head
    /// decides.
    pub(super) fn rejects_token(body: &[u8], by_head: bool) -> bool {
        if body.len() > MAX_REFUSAL_BODY {
            return by_head;
        }
        let mut codes = codes_of(body);
        codes.retain(|code| is_code(code));
        if codes.is_empty() {
            by_head
        } else {
            codes.iter().any(|code| is_rejection(code))
        }
    }
}

/// Reports whether this is a gRPC response with the status UNAUTHENTICATED and no message.
///
/// Such a response has a head only (gRPC over HTTP/2, "Trailers-Only"). A status after messages is
/// ignored: waiting for it would hold back the head of a stream.
fn is_unauthenticated_call(headers: &HeaderMap) -> bool {
    const UNAUTHENTICATED: &[u8] = b"16";
    // The type is looked up first: nearly every response has another one, and the name of that
    // field takes no time to hash.
    is_grpc(headers)
        && headers.get(&GRPC_STATUS).map(HeaderValue::as_bytes) == Some(UNAUTHENTICATED)
}

/// `application/grpc`, also with a suffix: `application/grpc+proto`, `application/grpc-web`.
fn is_grpc(headers: &HeaderMap) -> bool {
    const GRPC: &[u8] = b"application/grpc";
    let Some(kind) = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes) else {
        return false;
    };
    let is_grpc = kind
        .get(..GRPC.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(GRPC));
    is_grpc && matches!(kind.get(GRPC.len()), None | Some(b'+' | b'-' | b';' | b' '))
}

/// Reports whether a text is a code for programs. Numbers and sentences are for people.
fn is_code(text: &str) -> bool {
    !text.eq_ignore_ascii_case(STATUS)
        && !text.contains(char::is_whitespace)
        && !text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_rejection(code: &str) -> bool {
    REJECTIONS
        .iter()
        .any(|rejection| rejection.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::WWW_AUTHENTICATE;

    fn rejected(status: u16, challenge: &str, body: &str) -> bool {
        let mut headers = HeaderMap::new();
        if !challenge.is_empty() {
            headers.insert(WWW_AUTHENTICATE, challenge.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        rejects_token(status, &headers, body.as_bytes())
    }

    #[test]
    fn a_401_about_the_token_rejects_it() {
        for (challenge, body) in [
            ("", ""),
            ("Bearer", ""),
            ("Bearer realm=\"api\"", "<html>401</html>"),
            ("Bearer error=\"invalid_token\"", "{\"error\":\"other\"}"),
            ("Basic realm=\"x\", Bearer", ""),
            ("Bearer realm=\"x\", error=\"unauthorized\"", ""),
            ("Bearer error=\"The access token expired\"", ""),
            (
                "",
                r#"{"code":"bad.credentials","message":"m","status":401}"#,
            ),
            ("", r#"{"code":"credentials.expired"}"#),
            ("", r#"{"code":"authentication.required"}"#),
            ("Basic realm=\"gateway\"", r#"{"error":"invalid_token"}"#),
            ("Bearer error=\"odd\"", r#"{"error":"invalid_token"}"#),
            ("", r#"{"error":"","code":"bad.credentials"}"#),
            ("", r#"{"code":401,"error":"invalid_token"}"#),
            ("", r#"{"error":true,"reason":"jwt expired"}"#),
            ("", r#"{"error":"The token has expired"}"#),
            ("", r#"{"error":"Unauthorized","code":"Please log in."}"#),
            ("", r#"{"code":"#),
            ("", "\u{0}\u{1}"),
            ("", r#"{"message":"no code"}"#),
            ("", r#"{"status":401,"error":"Unauthorized","path":"/x"}"#),
            ("Bearer", r#"{"code":"unauthorized"}"#),
            // A number is for people: it does not say that this is about something else.
            ("Bearer error=\"401\"", ""),
            ("", r#"{"error":"401","code":"40101"}"#),
        ] {
            assert!(rejected(401, challenge, body), "{challenge:?} {body:?}");
        }
    }

    #[test]
    fn a_401_about_something_else_does_not() {
        for (challenge, body) in [
            ("Basic realm=\"gateway\"", ""),
            ("Negotiate", "<html></html>"),
            ("Bearer error=\"insufficient_scope\"", ""),
            ("Bearer error=\"invalid_request\"", ""),
            ("", r#"{"code":"not.authorized"}"#),
            ("", r#"{"error":"Please log in","code":"mfa_required"}"#),
            ("Basic realm=\"gateway\"", r#"{"error":"Who are you?"}"#),
            ("Bearer", r#"{"error":"mfa_required"}"#),
            ("Basic realm=\"gateway\"", r#"{"error":"Unauthorized"}"#),
        ] {
            assert!(!rejected(401, challenge, body), "{challenge:?} {body:?}");
        }
    }

    #[test]
    fn no_other_status_rejects_a_token() {
        let challenge = "Bearer error=\"invalid_token\"";
        let body = r#"{"code":"bad.credentials"}"#;
        for status in [200, 302, 400, 403, 404, 407, 429, 500, 503] {
            assert!(!rejected(status, challenge, body), "{status}");
        }
    }

    #[test]
    fn a_call_of_grpc_rejects_its_token_by_its_status() {
        let judged = |status: u16, kind: &str, grpc: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            headers.insert("grpc-status", grpc.parse().unwrap());
            let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
            Verdict::of_head(|| now, StatusCode::from_u16(status).unwrap(), &headers)
        };
        for kind in [
            "application/grpc",
            "application/grpc+proto",
            "Application/gRPC; x=y",
            "application/grpc-web+proto",
        ] {
            assert_eq!(judged(200, kind, "16"), Verdict::TokenRejected, "{kind}");
            for (status, grpc) in [
                (200, "0"),
                (200, "7"),
                (200, "8"),
                (200, "160"),
                (403, "16"),
            ] {
                let verdict = judged(status, kind, grpc);
                assert_eq!(verdict, Verdict::Final, "{kind} {status} {grpc}");
            }
        }
        for kind in [
            "application/json",
            "application/grpcx",
            "text/application/grpc",
            "",
        ] {
            assert_eq!(judged(200, kind, "16"), Verdict::Final, "{kind}");
        }
    }

    #[test]
    fn a_body_beyond_the_limit_says_nothing() {
        let code = r#"{"code":"x"}"#;
        let of_length = |length: usize| code.to_owned() + &" ".repeat(length - code.len());
        assert!(!rejected(401, "", &of_length(MAX_REFUSAL_BODY)));
        let long = of_length(MAX_REFUSAL_BODY + 1);
        assert!(rejected(401, "", &long));
        assert!(!rejected(401, "Basic", &long));
    }
}
