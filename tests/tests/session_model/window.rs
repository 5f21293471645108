//! The windows in which a session may draw its deadlines, computed from the policies alone.

use std::time::Duration;

use cxone_auth_core::config::{Backoff, RenewalPolicy, RetryPolicy};

use crate::response::Problem;

/// What a scaled span may be short of or beyond its rule for integer division.
const ROUNDING: Duration = Duration::from_micros(1);

/// The shortest and the longest that a span may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) least: Duration,
    pub(crate) most: Duration,
}

impl Window {
    /// The jitter: a factor between 0.75 and 1.25.
    fn around(span: Duration) -> Self {
        Self {
            least: span * 3 / 4,
            most: span * 5 / 4,
        }
    }

    fn at_least(self, floor: Duration) -> Self {
        Self {
            least: self.least.max(floor),
            most: self.most.max(floor),
        }
    }

    pub(crate) fn contains(self, span: Duration) -> bool {
        span + ROUNDING >= self.least && span <= self.most + ROUNDING
    }
}

/// How long before the end of this lifetime a token is renewed.
pub(crate) fn refresh_before(policy: &RenewalPolicy, lifetime: Duration) -> Window {
    let refresh_before = match policy.refresh_before() {
        None => (lifetime / 5).min(Duration::from_hours(1)),
        Some(refresh_before) => refresh_before.min(lifetime / 2),
    };
    // Between two renewals lie ten seconds or half of the lifetime.
    let most = lifetime.saturating_sub((lifetime / 2).min(Duration::from_secs(10)));
    let window = Window::around(refresh_before);
    Window {
        least: window.least.min(most),
        most: window.most.min(most),
    }
    .at_least(margin(lifetime))
}

/// The last stretch of this lifetime, in which a token is withheld while it can be renewed.
pub(crate) fn margin(lifetime: Duration) -> Duration {
    (lifetime / 10).min(Duration::from_secs(30))
}

/// Whether a call goes on after this many of its requests have failed.
pub(crate) fn goes_on(policy: &RetryPolicy, problem: &Problem, tries: u32) -> bool {
    problem.passes && tries < policy.attempts() && problem.retry_after <= policy.backoff().longest()
}

/// The pause within a call after this many of its requests have failed.
pub(crate) fn pause(policy: &RetryPolicy, problem: &Problem, tries: u32) -> Window {
    let imposed = problem.retry_after;
    let pause = Window::around(doubled(policy.backoff(), tries)).at_least(imposed);
    Window {
        // Anyone who is told to wait is jittered upwards only.
        most: pause.most.max(imposed * 5 / 3),
        ..pause
    }
}

/// The cool-down after this many calls in a row have failed.
pub(crate) fn cool_down(policy: &RetryPolicy, problem: &Problem, failures: u32) -> Window {
    let delay = if problem.stays {
        policy.refusal_cool_down()
    } else {
        policy.outage_cool_down()
    };
    let imposed = problem.retry_after.min(policy.longest_retry_after());
    Window::around(doubled(delay, failures)).at_least(imposed)
}

/// The most requests that an outage of this length may cost, with somebody asking all the time.
pub(crate) fn most_requests(policy: &RetryPolicy, problem: &Problem, outage: Duration) -> u64 {
    let mut elapsed = Duration::ZERO;
    let mut requests = 0;
    for failures in 1.. {
        let mut tries = 0;
        loop {
            if elapsed >= outage {
                return requests;
            }
            requests += 1;
            tries += 1;
            if !goes_on(policy, problem, tries) {
                break;
            }
            elapsed += pause(policy, problem, tries).least.saturating_sub(ROUNDING);
        }
        elapsed += cool_down(policy, problem, failures)
            .least
            .saturating_sub(ROUNDING);
    }
    requests
}

fn doubled(delay: Backoff, failures: u32) -> Duration {
    let mut span = delay.first();
    for _ in 1..failures {
        span = (span * 2).min(delay.longest());
    }
    span.min(delay.longest())
}
