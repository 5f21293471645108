//! Responses of every class, and what each means for the session.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use proptest::prelude::*;

/// What a server sends.
#[derive(Debug, Clone)]
pub(crate) enum ServerResponse {
    /// A token with this `expires_in`, or with none.
    Good(Option<i64>),
    /// 401 with this code, and this many seconds of `Retry-After`, or without.
    Unauthorized(Option<&'static str>, Option<u64>),
    /// 400 `invalid_client`, as Genesys Cloud has it.
    InvalidClient,
    /// 429, with this many seconds of `Retry-After` or with none.
    Throttled(Option<u64>),
    /// 500.
    Broken,
    /// 501.
    NotImplemented,
    /// 200 without a token.
    Garbage(&'static str),
}

/// What a failure means for the session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    /// Whether it may pass by itself, so that a call tries again.
    pub(crate) passes: bool,
    /// Whether it stays until somebody acts, so that the cool-down is the longer one.
    pub(crate) stays: bool,
    /// What the server imposes; zero when it says nothing.
    pub(crate) retry_after: Duration,
}

impl ServerResponse {
    /// The response, with a token of this name if it is a good one.
    pub(crate) fn response(&self, name: &str) -> Response<Bytes> {
        let builder = Response::builder();
        let (builder, body) = match self {
            Self::Good(Some(seconds)) => (
                builder,
                format!(r#"{{"access_token":"{name}","expires_in":{seconds}}}"#),
            ),
            Self::Good(None) => (builder, format!(r#"{{"access_token":"{name}"}}"#)),
            Self::Unauthorized(code, seconds) => {
                let builder = builder.status(401);
                let builder = match seconds {
                    Some(seconds) => builder.header("retry-after", *seconds),
                    None => builder,
                };
                let body = code.map(|code| format!(r#"{{"error":"{code}"}}"#));
                (builder, body.unwrap_or_default())
            }
            Self::InvalidClient => (
                builder.status(400),
                r#"{"error":"invalid_client"}"#.to_owned(),
            ),
            Self::Throttled(None) => (builder.status(429), String::new()),
            Self::Throttled(Some(seconds)) => (
                builder.status(429).header("retry-after", *seconds),
                String::new(),
            ),
            Self::Broken => (builder.status(500), "oops".to_owned()),
            Self::NotImplemented => (builder.status(501), String::new()),
            Self::Garbage(text) => (builder, (*text).to_owned()),
        };
        builder
            .body(body.into())
            .expect("every response above is well-formed")
    }

    /// The lifetime of the token, when there is one. `assumed` is that of a token without
    /// `expires_in`, or with none above zero.
    pub(crate) fn lifetime(&self, assumed: Duration) -> Option<Duration> {
        const LONGEST: u64 = 450 * 24 * 3_600;
        match self {
            Self::Good(seconds) => {
                let stated = seconds.and_then(|seconds| u64::try_from(seconds).ok());
                let stated = stated.filter(|seconds| *seconds > 0);
                let stated = stated.map(|seconds| Duration::from_secs(seconds.min(LONGEST)));
                Some(stated.unwrap_or(assumed))
            }
            _ => None,
        }
    }

    /// What went wrong, unless it is a good response.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let problem = Problem::default();
        Some(match self {
            Self::Good(_) => return None,
            Self::Unauthorized(_, seconds) => Problem {
                stays: true,
                retry_after: Duration::from_secs(seconds.unwrap_or(0)),
                ..problem
            },
            Self::InvalidClient | Self::NotImplemented => Problem {
                stays: true,
                ..problem
            },
            Self::Throttled(seconds) => Problem {
                passes: true,
                retry_after: Duration::from_secs(seconds.unwrap_or(0)),
                ..problem
            },
            Self::Broken => Problem::passing(),
            Self::Garbage(_) => problem,
        })
    }
}

impl Problem {
    pub(crate) fn passing() -> Self {
        Self {
            passes: true,
            ..Self::default()
        }
    }

    pub(crate) fn staying() -> Self {
        Self {
            stays: true,
            ..Self::default()
        }
    }
}

/// The codes that a 401 may come with.
pub(crate) const CODES_OF_401: [Option<&str>; 6] = [
    None,
    Some("server_error"),
    Some("temporarily_unavailable"),
    Some("slow_down"),
    Some("access_denied"),
    Some("unauthorized_client"),
];

pub(crate) fn any() -> impl Strategy<Value = ServerResponse> {
    let lifetime = prop_oneof![
        Just(-5),
        Just(0),
        Just(1),
        2_i64..60,
        Just(300),
        Just(3_600),
        Just(86_400),
        Just(i64::MAX),
    ];
    prop_oneof![
        5 => prop::option::weighted(0.9, lifetime).prop_map(ServerResponse::Good),
        5 => failing(),
    ]
}

pub(crate) fn failing() -> impl Strategy<Value = ServerResponse> {
    let retry_after = prop_oneof![
        Just(0),
        1_u64..6,
        Just(30),
        Just(120),
        Just(5_000),
        Just(u64::MAX),
    ];
    prop_oneof![
        2 => (prop::sample::select(&CODES_OF_401[..]), prop::option::of(retry_after.clone()))
            .prop_map(|(code, seconds)| ServerResponse::Unauthorized(code, seconds)),
        1 => Just(ServerResponse::InvalidClient),
        2 => prop::option::of(retry_after).prop_map(ServerResponse::Throttled),
        2 => Just(ServerResponse::Broken),
        1 => Just(ServerResponse::NotImplemented),
        1 => prop::sample::select(&["<html>", "{}", r#"{"access_token":""}"#][..])
            .prop_map(ServerResponse::Garbage),
    ]
}
