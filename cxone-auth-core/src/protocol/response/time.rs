//! Times that a response states: how long its token is valid, how long to wait.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use super::date;
use super::members::{Members, text};
use crate::clock::Moment;
use crate::protocol::Lifetime;

/// Returns how long a token with these members is valid.
///
/// `expires_in` states it in seconds, as an integer, a float or a decimal string (CXone's
/// access-key service sends a string). Some servers put a date there, or in `expires_at` or
/// `expires_on` instead. A value above [`Lifetime::MAX`] is reduced to it. If the value is absent,
/// unreadable, or zero or less, the token has the assumed lifetime. It can still be used.
pub(super) fn lifetime(
    members: &Members<'_>,
    headers: &HeaderMap,
    sent_at: Moment,
    assumed: Duration,
) -> Lifetime {
    let until = |date: Option<SystemTime>| {
        let now = server_time(headers).unwrap_or(sent_at.wall());
        date?.duration_since(now).ok()
    };
    let stated = match members.expires_in.and_then(text) {
        Some(text) => match seconds(text.trim()) {
            Some(span) if span >= date::EARLIEST => match date::of_number(span, sent_at.wall()) {
                Some(date) => until(Some(date)),
                None => Some(span),
            },
            Some(span) => Some(span),
            None => until(date::of_text(&text)),
        },
        None => None,
    };
    let end = || {
        let ends = [members.expires_at, members.expires_on];
        let mut dates = ends.into_iter().flatten().filter_map(text);
        until(dates.find_map(|text| date::of(&text, sent_at.wall())))
    };
    match stated.filter(is_usable).or_else(end).filter(is_usable) {
        Some(span) => Lifetime::Stated(whole(span).min(Lifetime::MAX)),
        None => Lifetime::Assumed(assumed.min(Lifetime::MAX)),
    }
}

/// Reports whether the lifetime is usable. A server that states zero means that the token does not
/// end, or means nothing.
fn is_usable(span: &Duration) -> bool {
    !whole(*span).is_zero()
}

fn whole(span: Duration) -> Duration {
    Duration::from_secs(span.as_secs())
}

/// Reads a number of seconds, limited to the maximum of a duration.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    // Nearly every server sends this. A number that is too large for the type is read below.
    if let Ok(whole) = text.parse() {
        return Some(Duration::from_secs(whole));
    }
    // `f64` also reads names such as `inf`. No server means those.
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let seconds: f64 = text.parse().ok()?;
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}

/// Returns the server's own time. The server's dates are read relative to it, so a wrong local
/// clock does not matter.
fn server_time(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date.trim()).ok()
}

/// Seen with a 429 instead of the standard field.
static X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

/// Reads `Retry-After` (RFC 9110 §10.2.3), or `X-Retry-After` if a server sends that instead. The
/// value is seconds or a date. A date is compared with the server's own `Date`, so a wrong local
/// clock does not matter. If there is no `Date`, it is compared with the wall clock at `sent_at`.
pub(crate) fn retry_after(headers: &HeaderMap, sent_at: Moment) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(&RETRY_AFTER).or_else(|| text(&X_RETRY_AFTER))?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number with more digits than a u64 is longer than anybody waits.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = server_time(headers).unwrap_or(sent_at.wall());
    Some(until.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const ASSUMED: Duration = Duration::from_secs(77);

    /// Fri, 06 Nov 2026 08:00:00 GMT.
    const NOW: u64 = 1_793_952_000;

    fn read(members: &str, date: Option<&'static str>, assumed: Duration) -> Lifetime {
        let members: Members<'_> = serde_json::from_str(members).unwrap();
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let mut headers = HeaderMap::new();
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        lifetime(
            &members,
            &headers,
            Moment::new(Duration::ZERO, wall),
            assumed,
        )
    }

    fn stated(json: &str) -> Lifetime {
        read(&format!("{{\"expires_in\":{json}}}"), None, ASSUMED)
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
            ("1", 1),
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
            "\"2026-11-06\"",
        ] {
            assert_eq!(stated(json), Lifetime::Assumed(ASSUMED), "{json}");
        }
        assert_eq!(read("{}", None, ASSUMED), Lifetime::Assumed(ASSUMED));
        assert_eq!(
            read("{}", None, Duration::MAX),
            Lifetime::Assumed(Lifetime::MAX)
        );
    }

    #[test]
    fn zero_or_less_counts_as_not_stated() {
        for json in ["0", "0.9", "-0", "-1", "\"-5\"", "\"0\"", "-1e400"] {
            assert_eq!(stated(json), Lifetime::Assumed(ASSUMED), "{json}");
        }
    }

    #[test]
    fn a_date_is_read_as_the_end() {
        let end = "1793955600";
        for members in [
            format!("{{\"expires_in\":{end}}}"),
            format!("{{\"expires_in\":{end}.25}}"),
            format!("{{\"expires_in\":\"{end}\"}}"),
            format!("{{\"expires_in\":{end}000}}"),
            format!("{{\"expires_in\":\"{end}000\"}}"),
            r#"{"expires_in":"2026-11-06T09:00:00Z"}"#.to_owned(),
            r#"{"expires_in":"Fri, 06 Nov 2026 09:00:00 GMT"}"#.to_owned(),
            format!("{{\"expires_at\":{end}}}"),
            format!("{{\"expires_on\":\"{end}\"}}"),
            format!("{{\"expires_on\":{end}999}}"),
            r#"{"expires_at":"2026-11-06T10:00:00.25+01:00"}"#.to_owned(),
            format!("{{\"expires_in\":0,\"expires_at\":{end}}}"),
            format!("{{\"expires_at\":\"soon\",\"expires_on\":{end}}}"),
        ] {
            let hour = Lifetime::Stated(Duration::from_secs(3_600));
            assert_eq!(read(&members, None, ASSUMED), hour, "{members}");
        }
        let own = Some("Fri, 06 Nov 2026 08:30:00 GMT");
        let half = Lifetime::Stated(Duration::from_secs(1_800));
        assert_eq!(
            read(&format!("{{\"expires_in\":{end}}}"), own, ASSUMED),
            half
        );
    }

    #[test]
    fn what_is_near_a_date_is_none() {
        let stated = |members| read(members, None, ASSUMED);
        let longest = Lifetime::Stated(Lifetime::MAX);
        for (members, lifetime) in [
            // It ended an hour ago.
            (r#"{"expires_in":1793948400}"#, Lifetime::Assumed(ASSUMED)),
            (r#"{"expires_at":1793948400}"#, Lifetime::Assumed(ASSUMED)),
            // A span of some thirty years, or a date of 2001.
            (r#"{"expires_in":1000000000}"#, longest),
            (r#"{"expires_in":2147483647}"#, longest),
            (r#"{"expires_in":999999999999}"#, longest),
            (r#"{"expires_at":3600}"#, Lifetime::Assumed(ASSUMED)),
            (r#"{"expires_at":"3600"}"#, Lifetime::Assumed(ASSUMED)),
            (
                r#"{"expires_in":60,"expires_at":1793955600}"#,
                Lifetime::Stated(Duration::from_secs(60)),
            ),
        ] {
            assert_eq!(stated(members), lifetime, "{members}");
        }
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
