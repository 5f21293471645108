//! Responses to token requests.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use cxone_auth_core::protocol::Lifetime;

/// A good response and its expected reading.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GoodResponse {
    /// The response.
    pub response: Response<Bytes>,
    /// The token that it carries.
    pub access_token: String,
    /// The stated lifetime, reduced to what [`Lifetime`] can hold; zero for zero or less, and `None`
    /// if it states none.
    pub lifetime: Option<Duration>,
}

/// A value as JSON text, and its meaning.
type Spelled<T> = (String, T);

/// Generates a good response: a 2xx with a token in any shape, among other members.
pub fn good_response() -> impl Strategy<Value = GoodResponse> {
    let parts = (access_token(), expires_in(), neighbours());
    let dress = (200..300_u16, headers(), any::<bool>());
    (parts, dress)
        .prop_flat_map(|((token, expires_in, neighbours), dress)| {
            let mut members = vec![format!("\"access_token\":{}", token.0)];
            members.extend(expires_in.0.map(|json| format!("\"expires_in\": {json}")));
            members.extend(neighbours);
            let members = Just(members).prop_shuffle();
            (members, Just(token.1), Just(expires_in.1), Just(dress))
        })
        .prop_map(
            |(members, access_token, lifetime, (status, headers, mark))| {
                let mark = if mark { "\u{FEFF}" } else { "" };
                let body = format!("{mark}{{{}}}\n", members.join(", "));
                GoodResponse {
                    response: response(status, headers, body.into()),
                    access_token,
                    lifetime,
                }
            },
        )
}

/// Generates a response that refuses: any status from 300 to 599, with an error object of any
/// dialect, another body or none.
pub fn refusing_response() -> impl Strategy<Value = Response<Bytes>> {
    let status = prop_oneof![
        select(vec![
            302_u16, 400, 401, 403, 404, 408, 415, 429, 500, 501, 502, 503
        ]),
        300..600_u16,
    ];
    let body = prop_oneof![
        6 => error_object(),
        1 => Just("<html><body>Bad Gateway</body></html>".to_owned()),
        1 => ".{0,40}",
        1 => Just(String::new()),
    ];
    (status, headers(), body)
        .prop_map(|(status, headers, body)| response(status, headers, body.into()))
}

/// Generates a response of any status, headers and bytes: noise, good responses cut off or with a
/// changed byte, and JSON of another shape. Occasionally it is a good one.
pub fn garbage_response() -> impl Strategy<Value = Response<Bytes>> {
    let damaged = (good_response(), any::<Index>(), any::<Option<u8>>()).prop_map(
        |(good, place, replacement)| {
            let mut body = good.response.into_body().to_vec();
            let place = place.index(body.len());
            match replacement {
                Some(byte) => body[place] = byte,
                None => body.truncate(place),
            }
            body
        },
    );
    let pieces = select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u00",
        "\\ud800",
        "null",
        "-",
        "1e9",
        " ",
        "\"access_token\"",
        "\"expires_in\"",
        "\"error\"",
        "\"token_type\":",
        "\"bearer\"",
    ]);
    let body = prop_oneof![
        vec(any::<u8>(), 0..200),
        damaged,
        vec(pieces, 0..20).prop_map(|pieces| pieces.concat().into_bytes()),
    ];
    (100..1000_u16, headers(), body)
        .prop_map(|(status, headers, body)| response(status, headers, body.into()))
}

fn response(status: u16, headers: Vec<(HeaderName, HeaderValue)>, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("statuses have three digits");
    response.headers_mut().extend(headers);
    response
}

/// A token: visible ASCII with inner spaces. It is written plainly or with escapes.
fn access_token() -> impl Strategy<Value = Spelled<String>> {
    let token = prop_oneof![
        "[A-Za-z0-9_-]{86}",
        "[A-Za-z0-9_-]{20}\\.[A-Za-z0-9_-]{40}\\.[A-Za-z0-9_-]{43}",
        "[A-Za-z0-9+/]{30}={0,2}",
        "[!-~]([ -~]{0,60}[!-~])?",
    ];
    (token, 0..4_u8).prop_map(|(token, escape)| {
        let plain = serde_json::to_string(&token).expect("text is JSON");
        let json = match escape {
            0 => plain.replace('/', "\\/"),
            1 => escaped(&token),
            _ => plain,
        };
        (json, token)
    })
}

/// Returns a JSON string in which every character is an escape.
fn escaped(text: &str) -> String {
    let unit = |unit: u16| format!("\\u{unit:04X}");
    let units: Vec<String> = text.encode_utf16().map(unit).collect();
    format!("\"{}\"", units.concat())
}

/// `expires_in` in every form, or left out.
fn expires_in() -> impl Strategy<Value = (Option<String>, Option<Duration>)> {
    let stated = (seconds(), 0..4_u8).prop_map(|(seconds, form)| {
        let json = match form {
            0 => format!("{seconds}.0"),
            1 => format!("\"{seconds}\""),
            2 => format!("\" {seconds} \""),
            _ => seconds.to_string(),
        };
        let longest = i64::try_from(Lifetime::MAX.as_secs()).unwrap_or(i64::MAX);
        let lifetime = seconds.clamp(0, longest).unsigned_abs();
        (Some(json), Some(Duration::from_secs(lifetime)))
    });
    let absurd = select(vec![
        ("1e400", Lifetime::MAX),
        ("99999999999999999999999", Lifetime::MAX),
        ("-1e400", Duration::ZERO),
    ])
    .prop_map(|(json, lifetime)| (Some(json.to_owned()), Some(lifetime)));
    let unstated = select(vec![
        "null", "true", "\"\"", "\"soon\"", "\"inf\"", "[1]", "{}",
    ])
    .prop_map(|json| (Some(json.to_owned()), None));
    prop_oneof![6 => stated, 1 => absurd, 1 => unstated, 1 => Just((None, None))]
}

fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0..=172_800_i64,
        1 => 38_879_990..=38_880_010_i64,
        1 => -10..=10_i64,
        1 => any::<i64>(),
    ]
}

/// Harmless members beside a token: the type, a scope, and members of other servers.
fn neighbours() -> impl Strategy<Value = Vec<String>> {
    let token_type = select(vec!["", "\"bearer\"", "\"Bearer\"", "\"BEARER\"", "null"]);
    let others = proptest::sample::subsequence(
        vec![
            "\"scope\":\"users routing:readonly\"",
            "\"refresh_token\":\"r\\u0000\"",
            "\"created_at\":1793952000",
            "\"message\":\"ok\"",
            "\"status\":{\"deep\":[1,[2,{\"access_token\":null}]]}",
            "\"error\":null",
            "\"description\":[]",
            "\"\":1e999",
        ],
        0..=8,
    );
    (token_type, others).prop_map(|(token_type, others)| {
        let token_type = (!token_type.is_empty()).then(|| format!("\"token_type\":{token_type}"));
        token_type
            .into_iter()
            .chain(others.into_iter().map(str::to_owned))
            .collect()
    })
}

fn error_object() -> impl Strategy<Value = String> {
    let error = prop_oneof![
        select(vec![
            "invalid_client",
            "invalid_grant",
            "invalid_request",
            "invalid_scope",
            "unauthorized_client",
            "unsupported_grant_type",
            "server_error",
            "temporarily_unavailable",
            "scope_invalid",
        ])
        .prop_map(str::to_owned),
        any_text(),
    ];
    let name = select(vec![
        "error_description",
        "description",
        "errorDescription",
        "message",
    ]);
    let description = prop_oneof![
        Just("rate limit exceeded; slow down".to_owned()),
        "[ -~]{0,400}",
        any_text(),
    ];
    (proptest::option::weighted(0.8, error), name, description).prop_map(
        |(error, name, description)| {
            let error = error.map(|error| format!("\"error\":{},", json_text(&error)));
            format!(
                "{{{}\"{name}\":{},\"code\":400}}",
                error.unwrap_or_default(),
                json_text(&description)
            )
        },
    )
}

/// Generates any characters, including control characters, which a `String` of proptest's omits.
fn any_text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..40).prop_map(String::from_iter)
}

fn json_text(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// Headers that a reader uses, with valid and invalid values.
fn headers() -> impl Strategy<Value = Vec<(HeaderName, HeaderValue)>> {
    let name = select(vec![
        "content-type",
        "retry-after",
        "x-retry-after",
        "date",
        "location",
        "www-authenticate",
        "inin-correlation-id",
        "genesys-correlation-id",
    ]);
    let sensible = select(vec![
        "application/json",
        "text/html; charset=utf-8",
        "60",
        "99999999999999999999999",
        "Fri, 06 Nov 2026 10:00:00 GMT",
        "https://u:p@login.example.com/x?y#z",
        "Basic realm=\"x\"",
        "5e7c0a7e-6d7c-4b7e-9d0c-9e1b5b0b8f5e",
    ])
    .prop_map(HeaderValue::from_static);
    let senseless = vec(prop_oneof![b' '..=b'~', 0x80..=0xFF_u8], 0..40).prop_map(|bytes| {
        HeaderValue::from_bytes(&bytes).expect("a header value is of visible or opaque bytes")
    });
    let value = prop_oneof![sensible, senseless];
    vec((name.prop_map(HeaderName::from_static), value), 0..=4)
}
