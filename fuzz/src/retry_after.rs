//! `Retry-After` and dates: whatever a server asks for, callers wait for a bounded time, and not
//! less than it may ask for.
//!
//! An input is up to four lines: `Retry-After`, `X-Retry-After`, `Date`, and the reading of the
//! wall clock in seconds from 1970.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::config::RetryPolicy;
use cxone_auth_core::session::{Action, Outcome};
use cxone_auth_core::{ClientCredentials, Config, Moment, Region, Session};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

const FIELDS: [&str; 3] = ["retry-after", "x-retry-after", "date"];

/// Runs one input.
pub(crate) fn check(data: &[u8]) {
    let lines: Vec<&[u8]> = data.splitn(4, |byte| *byte == b'\n').collect();
    let wall = wall(lines.get(3).copied().unwrap_or_default());
    let now = Moment::new(Duration::from_secs(77), wall);
    let response = response(&lines);
    let asked = asked(response.headers(), wall);

    let config = Config::genesys_cloud(Region::UsEast1, ClientCredentials::new("id", "the-secret"));
    let mut session = Session::new(config.expect("the credentials are well-formed"), 7);
    for _ in 0..=RetryPolicy::default().attempts() {
        let exchange = match session.poll(now) {
            Action::Send(exchange) => exchange,
            Action::Use(_) => panic!("there is no token"),
            // The wall clock ends at some point, and with it a wait.
            Action::Wait { .. } | Action::Refuse(_) => return,
        };
        let outcome = session.handle_response(now, exchange, &response);
        check_outcome(now, asked, &outcome);
    }
    panic!("a server that asks for a wait is asked for ever");
}

fn check_outcome(now: Moment, asked: Option<Duration>, outcome: &Outcome) {
    let policy = RetryPolicy::default();
    let (error, until) = match outcome {
        Outcome::Retrying { error, until } => (error, *until),
        Outcome::Failed { error, .. } => {
            let until = error.retry_at().expect("a failed call cools down");
            (error, until)
        }
        other => panic!("a 429 gives {other:?}"),
    };
    assert_eq!(error.retry_after(), asked);
    let longest = policy
        .longest_retry_after()
        .max(policy.outage_cool_down().longest() * 5 / 4);
    assert!(now.until(until) <= longest, "{outcome:?}");
    let at_least = asked.unwrap_or_default().min(policy.longest_retry_after());
    assert!(
        until.monotonic() >= now.monotonic() + at_least,
        "{outcome:?}"
    );
}

fn response(lines: &[&[u8]]) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    for (name, line) in FIELDS.iter().zip(lines) {
        if let (false, Ok(value)) = (line.is_empty(), HeaderValue::from_bytes(line)) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What the fields ask for, read once more.
fn asked(headers: &HeaderMap, wall: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text("retry-after").or_else(|| text("x-retry-after"))?;
    if value.chars().all(|c| c.is_ascii_digit()) && !value.is_empty() {
        let seconds = value.bytes().fold(0_u64, |seconds, digit| {
            let digit = u64::from(digit - b'0');
            seconds.saturating_mul(10).saturating_add(digit)
        });
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let now = text("date").and_then(date).unwrap_or(wall);
    Some(date(value)?.duration_since(now).unwrap_or_default())
}

/// A reading of the wall clock, before 1970 as well.
fn wall(line: &[u8]) -> SystemTime {
    let seconds: i64 = str::from_utf8(line)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(1_793_952_000);
    let span = Duration::from_secs(seconds.unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    let wall = if seconds < 0 {
        epoch.checked_sub(span)
    } else {
        epoch.checked_add(span)
    };
    wall.unwrap_or(epoch)
}
