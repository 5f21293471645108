//! What the rules of renewal and backoff allow, computed from their documentation.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::fixture::seconds;

/// The jitter: any span is scaled by a factor from 0.75 to 1.25.
pub(super) fn jitter(span: Duration) -> RangeInclusive<Duration> {
    span * 3 / 4..=span * 5 / 4
}

/// When a token of this lifetime is asked for again, if somebody calls every `step`.
pub(super) fn renewal(lifetime: Duration, step: Duration) -> RangeInclusive<Duration> {
    let refresh_before = jitter((lifetime / 5).min(seconds(3_600)));
    lifetime.saturating_sub(*refresh_before.end())
        ..=lifetime.saturating_sub(*refresh_before.start()) + step
}

/// The pause after so many failures in a row, counted from 1, if somebody calls every `step`.
pub(super) fn outage(failures: usize, step: Duration) -> RangeInclusive<Duration> {
    let doublings = u32::try_from(failures - 1).unwrap_or(u32::MAX).min(6);
    let pause = jitter(seconds(1 << doublings).min(seconds(60)));
    *pause.start()..=*pause.end() + step
}

/// How many events there are in `total` when the spans between them are in `gap`.
pub(super) fn count(total: Duration, gap: &RangeInclusive<Duration>) -> RangeInclusive<u128> {
    total.as_millis() / gap.end().as_millis()..=total.as_millis() / gap.start().as_millis() + 1
}
