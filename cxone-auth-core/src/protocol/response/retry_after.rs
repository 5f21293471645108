//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use crate::clock::Moment;

/// Seen with a 429 in place of the standard field.
static X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

/// Reads `Retry-After` (RFC 9110 §10.2.3), or `X-Retry-After` where a server sends that instead:
/// seconds, or a date. A date is read against the server's own `Date`, so that a clock that is off
/// does not matter; only without one against the wall clock at `sent_at`.
pub(crate) fn read(headers: &HeaderMap, sent_at: Moment) -> Option<Duration> {
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
        read(&headers, sent_at).map(|wait| wait.as_secs())
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
