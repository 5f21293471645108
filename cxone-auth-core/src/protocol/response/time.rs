//! Spans of time that a response states: how long its token is valid, how long to wait.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::value::RawValue;

use super::members::text;
use crate::clock::Moment;
use crate::protocol::Lifetime;

/// Reads `expires_in`: seconds as an integer, a float or a decimal string (the access-key service
/// of CXone types it as a string). Zero or less is a lifetime of zero; more than [`Lifetime::MAX`]
/// is cut to it. Absent or unreadable, the token has the assumed lifetime: it is good all the same.
pub(super) fn lifetime(expires_in: Option<&RawValue>, assumed: Duration) -> Lifetime {
    let stated = expires_in
        .and_then(text)
        .and_then(|text| seconds(text.trim()));
    match stated {
        Some(span) => Lifetime::Stated(span),
        None => Lifetime::Assumed(assumed.min(Lifetime::MAX)),
    }
}

fn seconds(text: &str) -> Option<Duration> {
    // What nearly every server sends; a number beyond the type is read below.
    if let Ok(whole) = text.parse() {
        return Some(Duration::from_secs(whole).min(Lifetime::MAX));
    }
    // `f64` reads names such as `inf` as well, which no server means.
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    let whole = seconds.floor().clamp(0.0, Lifetime::MAX.as_secs_f64());
    Some(Duration::from_secs_f64(whole))
}

/// Seen with a 429 in place of the standard field.
static X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

/// Reads `Retry-After` (RFC 9110 §10.2.3), or `X-Retry-After` where a server sends that instead:
/// seconds, or a date. A date is read against the server's own `Date`, so that a clock that is off
/// does not matter; only without one against the wall clock at `sent_at`.
pub(crate) fn retry_after(headers: &HeaderMap, sent_at: Moment) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(&RETRY_AFTER).or_else(|| text(&X_RETRY_AFTER))?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a u64 holds ask for longer than anybody waits.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now: SystemTime = text(&DATE)
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(sent_at.wall());
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const ASSUMED: Duration = Duration::from_secs(77);

    fn stated(json: &str) -> Lifetime {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        lifetime(Some(raw), ASSUMED)
    }

    #[test]
    fn every_spelling_of_a_number_of_seconds_is_lifetime() {
        for (json, seconds) in [
            ("86399", 86_399),
            ("3600.0", 3_600),
            ("3600.9", 3_600),
            ("3.6e3", 3_600),
            ("\"3600\"", 3_600),
            ("\" 3600 \"", 3_600),
            ("\"3600.0\"", 3_600),
            ("0", 0),
            ("-1", 0),
            ("\"-5\"", 0),
            ("-1e400", 0),
            ("38880000", 38_880_000),
            ("38880001", 38_880_000),
            ("18446744073709551616", 38_880_000),
            ("1e400", 38_880_000),
        ] {
            assert_eq!(
                stated(json),
                Lifetime::Stated(Duration::from_secs(seconds)),
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_number_counts_as_not_stated() {
        for json in [
            "\"\"",
            "\"soon\"",
            "\"inf\"",
            "\"NaN\"",
            "\"3600 s\"",
            "true",
            "[]",
            "{}",
            "\"0x10\"",
        ] {
            assert_eq!(stated(json), Lifetime::Assumed(ASSUMED), "{json}");
        }
        assert_eq!(lifetime(None, ASSUMED), Lifetime::Assumed(ASSUMED));
        assert_eq!(
            lifetime(None, Duration::MAX),
            Lifetime::Assumed(Lifetime::MAX)
        );
    }

    fn wait(fields: &[(&'static str, &'static str)]) -> Option<u64> {
        let headers = fields
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        let sent_at = Moment::new(
            Duration::ZERO,
            httpdate::parse_http_date("Fri, 06 Nov 2026 08:00:00 GMT").unwrap(),
        );
        retry_after(&headers, sent_at).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_are_taken_as_they_are() {
        assert_eq!(wait(&[("retry-after", "120")]), Some(120));
        assert_eq!(wait(&[("retry-after", " 0 ")]), Some(0));
        assert_eq!(wait(&[("x-retry-after", "60")]), Some(60));
        assert_eq!(
            wait(&[("x-retry-after", "60"), ("retry-after", "5")]),
            Some(5)
        );
        assert_eq!(
            wait(&[("retry-after", "99999999999999999999999")]),
            Some(u64::MAX)
        );
    }

    #[test]
    fn a_date_is_read_against_the_servers_own() {
        let until = ("retry-after", "Fri, 06 Nov 2026 10:00:30 GMT");
        assert_eq!(
            wait(&[until, ("date", "Fri, 06 Nov 2026 10:00:00 GMT")]),
            Some(30)
        );
        assert_eq!(
            wait(&[until, ("date", "Fri, 06 Nov 2026 11:00:00 GMT")]),
            Some(0)
        );
        assert_eq!(wait(&[until]), Some(7_230));
        assert_eq!(
            wait(&[("retry-after", "Friday, 06-Nov-26 08:01:00 GMT")]),
            Some(60)
        );
        assert_eq!(
            wait(&[("retry-after", "Fri Nov  6 08:01:00 2026")]),
            Some(60)
        );
    }

    #[test]
    fn anything_else_says_nothing() {
        for value in ["", "-5", "1.5", "soon", "5 s"] {
            assert_eq!(wait(&[("retry-after", value)]), None, "{value}");
        }
        assert_eq!(wait(&[]), None);
    }
}
