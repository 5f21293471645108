//! The rate limit that an API states.

use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderName;

use crate::clock::Moment;
use crate::protocol::retry_after;

/// The limits that a response of an API states.
///
/// `Retry-After` is RFC 9110 §10.2.3. The other three are Genesys Cloud's `inin-ratelimit-*`.
/// Genesys adds them to every response and counts per token (300 calls a minute for a client's
/// token). A limit that the response does not state is `None`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use cxone_auth_core::api::RateLimit;
/// use cxone_auth_core::{Moment, http};
///
/// let mut headers = http::HeaderMap::new();
/// headers.insert("inin-ratelimit-count", "280".parse()?);
/// headers.insert("inin-ratelimit-allowed", "300".parse()?);
/// headers.insert("inin-ratelimit-reset", "17".parse()?);
/// let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
/// let limit = RateLimit::read(now, &headers).ok_or("no limit")?;
/// assert_eq!(limit.remaining(), Some(20));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How long to wait before another call, counted from the arrival of the response.
    pub retry_after: Option<Duration>,
    /// How many calls were made in the current span.
    pub count: Option<u64>,
    /// How many calls the span allows.
    pub allowed: Option<u64>,
    /// How long until the span is over.
    pub reset: Option<Duration>,
}

static COUNT: HeaderName = HeaderName::from_static("inin-ratelimit-count");
static ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
static RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");

impl RateLimit {
    /// Reads the limits of a response that arrived at `now`. Returns `None` if it states no limit.
    #[must_use]
    pub fn read(now: Moment, headers: &HeaderMap) -> Option<Self> {
        let number =
            |name| -> Option<u64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
        let limit = Self {
            retry_after: retry_after(headers, now),
            count: number(&COUNT),
            allowed: number(&ALLOWED),
            reset: number(&RESET).map(Duration::from_secs),
        };
        let stated = limit.retry_after.is_some()
            || limit.count.is_some()
            || limit.allowed.is_some()
            || limit.reset.is_some();
        stated.then_some(limit)
    }

    /// Returns how many calls are left in the current span.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        Some(self.allowed?.saturating_sub(self.count?))
    }

    /// Returns how long to wait after a refused call: as long as the server asks, or else until the
    /// end of a span without calls left.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let is_used_up = self.remaining() == Some(0);
        self.retry_after.or(self.reset.filter(|_| is_used_up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn read(fields: &[(&'static str, &'static str)]) -> Option<RateLimit> {
        let headers = fields
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        RateLimit::read(
            Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH),
            &headers,
        )
    }

    #[test]
    fn each_field_is_read_by_itself() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("inin-ratelimit-count", "many")]), None);
        let limit = read(&[("inin-ratelimit-allowed", "300")]).unwrap();
        assert_eq!((limit.allowed, limit.remaining()), (Some(300), None));
        let wait = read(&[("retry-after", "7")]).unwrap().wait();
        assert_eq!(wait, Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_span_that_is_used_up_says_how_long_to_wait() {
        let at = |count| {
            read(&[
                ("inin-ratelimit-count", count),
                ("inin-ratelimit-allowed", "300"),
                ("inin-ratelimit-reset", "17"),
            ])
            .unwrap()
        };
        assert_eq!(at("299").wait(), None);
        assert_eq!(at("300").wait(), Some(Duration::from_secs(17)));
        assert_eq!(at("301").remaining(), Some(0));
    }
}
