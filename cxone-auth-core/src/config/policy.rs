//! What happens between a failed request and the next one.

use std::time::Duration;

/// How often a call tries, and how long a failure cools down.
///
/// Only what may pass is tried again within a call: no connection, a timeout, 408, 429, a 5xx but
/// 501 and 505, Genesys Cloud's throttle. A rejected credential never is, nor any other 401, 403 or
/// 407, whatever code or `Retry-After` it has. After a call has failed, everybody gets its error at
/// once until the cool-down has passed.
///
/// Each delay doubles from failure to failure up to its longest and is scaled by a factor between
/// 0.75 and 1.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many requests one call makes at most; at least 1. Default:
    /// [`RetryPolicy::DEFAULT_ATTEMPTS`].
    pub attempts: u32,
    /// The pause between the requests of one call. A server that asks for a longer pause than the
    /// longest of these ends the call. Default: [`RetryPolicy::DEFAULT_PAUSE`].
    pub pause: Backoff,
    /// The cool-down after what may pass. Default: [`RetryPolicy::DEFAULT_OUTAGE`].
    pub outage: Backoff,
    /// The cool-down after a refusal that stays one until somebody acts, and after any 401 or 407.
    /// A `Retry-After` makes it longer, never shorter. Default: [`RetryPolicy::DEFAULT_REFUSAL`].
    pub refusal: Backoff,
    /// The longest wait that a server can impose with `Retry-After`. Default:
    /// [`RetryPolicy::DEFAULT_LONGEST_RETRY_AFTER`].
    pub longest_retry_after: Duration,
}

/// A delay that doubles from failure to failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The delay after the first failure.
    pub first: Duration,
    /// The delay that is not exceeded, before scaling.
    pub longest: Duration,
}

impl RetryPolicy {
    /// The requests of one call unless another number is set: 3.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// The pause within a call unless another is set: from 500 ms to 4 seconds.
    pub const DEFAULT_PAUSE: Backoff = Backoff {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(4),
    };
    /// The cool-down after an outage unless another is set: from 1 second to 60 seconds.
    pub const DEFAULT_OUTAGE: Backoff = Backoff {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
    };
    /// The cool-down after a refusal unless another is set: from 30 seconds to 15 minutes.
    pub const DEFAULT_REFUSAL: Backoff = Backoff {
        first: Duration::from_secs(30),
        longest: Duration::from_secs(15 * 60),
    };
    /// The longest `Retry-After` that is honoured unless another is set: 10 minutes.
    pub const DEFAULT_LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many requests one call makes at most; 0 counts as 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the pause between the requests of one call.
    #[must_use]
    pub fn with_pause(mut self, pause: Backoff) -> Self {
        self.pause = pause;
        self
    }

    /// Sets the cool-down after what may pass.
    #[must_use]
    pub fn with_outage(mut self, outage: Backoff) -> Self {
        self.outage = outage;
        self
    }

    /// Sets the cool-down after a refusal that stays one until somebody acts.
    #[must_use]
    pub fn with_refusal(mut self, refusal: Backoff) -> Self {
        self.refusal = refusal;
        self
    }

    /// Sets the longest wait that a server can impose.
    #[must_use]
    pub fn with_longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: Self::DEFAULT_ATTEMPTS,
            pause: Self::DEFAULT_PAUSE,
            outage: Self::DEFAULT_OUTAGE,
            refusal: Self::DEFAULT_REFUSAL,
            longest_retry_after: Self::DEFAULT_LONGEST_RETRY_AFTER,
        }
    }
}

impl Backoff {
    /// The delay after this many failures in a row, counted from 1.
    pub(crate) fn after(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}
