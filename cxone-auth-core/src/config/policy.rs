//! When tokens are renewed, and what happens between a failed request and the next one.

use std::time::Duration;

/// How tokens age: what is assumed of them, and when they are renewed.
///
/// A token is renewed from `refresh_before` before its end on, by one caller, while the others go
/// on with it. Unless set otherwise, `refresh_before` is a fifth of the token's lifetime, at most
/// [`RenewalPolicy::LONGEST_REFRESH_BEFORE`], and is scaled by a factor between 0.75 and 1.25 that
/// each [`Session`](crate::Session) draws for each token, so that a fleet does not renew in step.
/// Over the last tenth of its lifetime, at most [`RenewalPolicy::LONGEST_MARGIN`], a token is
/// handed out only when its renewal has just failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalPolicy {
    assumed_lifetime: Duration,
    refresh_before: Option<Duration>,
    min_forced_interval: Duration,
}

impl RenewalPolicy {
    /// The lifetime assumed unless another is set: 300 seconds, the shortest that Genesys Cloud
    /// offers.
    pub const DEFAULT_ASSUMED_LIFETIME: Duration = Duration::from_secs(300);
    /// The longest default of `refresh_before`: one hour.
    pub const LONGEST_REFRESH_BEFORE: Duration = Duration::from_secs(3_600);
    /// The longest stretch at a token's end in which it is withheld: 30 seconds.
    pub const LONGEST_MARGIN: Duration = Duration::from_secs(30);
    /// The gap between forced renewals unless another is set: 10 seconds.
    pub const DEFAULT_MIN_FORCED_INTERVAL: Duration = Duration::from_secs(10);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the lifetime of a token whose response states none (`expires_in` absent, unreadable, or
    /// zero or less).
    /// Default: [`RenewalPolicy::DEFAULT_ASSUMED_LIFETIME`].
    #[must_use]
    pub fn with_assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// Sets how long before its end a token is renewed, scaled like the default. For a token that
    /// is too short for it, half of the lifetime is used, which
    /// [`Status::refresh_before_is_cut`](crate::session::Status) reports. With zero a token is
    /// renewed when it is about to be withheld, and all callers wait for it. Default: none, the
    /// rule above.
    #[must_use]
    pub fn with_refresh_before(mut self, refresh_before: Duration) -> Self {
        self.refresh_before = Some(refresh_before);
        self
    }

    /// Sets the shortest time between two renewals that callers force, by invalidating a token or
    /// by asking for another. It doubles, up to ten minutes, while the tokens that come are given
    /// up within it. Default: [`RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL`].
    #[must_use]
    pub fn with_min_forced_interval(mut self, interval: Duration) -> Self {
        self.min_forced_interval = interval;
        self
    }

    /// The lifetime of a token whose response states none.
    #[must_use]
    pub fn assumed_lifetime(self) -> Duration {
        self.assumed_lifetime
    }

    /// How long before its end a token is renewed, if that was set.
    #[must_use]
    pub fn refresh_before(self) -> Option<Duration> {
        self.refresh_before
    }

    /// The shortest time between two forced renewals.
    #[must_use]
    pub fn min_forced_interval(self) -> Duration {
        self.min_forced_interval
    }

    /// How long before its end a token of this lifetime is renewed, before it is scaled.
    pub(crate) fn refresh_before_for(self, lifetime: Duration) -> Duration {
        match self.refresh_before {
            None => (lifetime / 5).min(Self::LONGEST_REFRESH_BEFORE),
            Some(refresh_before) => refresh_before.min(lifetime / 2),
        }
    }

    /// Whether a token of this lifetime is too short for the refresh_before that was set.
    pub(crate) fn refresh_before_is_cut(self, lifetime: Duration) -> bool {
        self.refresh_before
            .is_some_and(|refresh_before| refresh_before > lifetime / 2)
    }

    /// The stretch at the end of this lifetime in which a token is withheld.
    pub(crate) fn margin_for(lifetime: Duration) -> Duration {
        (lifetime / 10).min(Self::LONGEST_MARGIN)
    }
}

impl Default for RenewalPolicy {
    fn default() -> Self {
        Self {
            assumed_lifetime: Self::DEFAULT_ASSUMED_LIFETIME,
            refresh_before: None,
            min_forced_interval: Self::DEFAULT_MIN_FORCED_INTERVAL,
        }
    }
}

/// How often a call tries, and how long a failure cools down.
///
/// Only what may pass is tried again within a call: no connection, a timeout, 408, 429, a 5xx but
/// 501 and 505, a refusal that speaks of a rate limit. A rejected credential never is, nor any other
/// 401, 403 or 407, whatever code or `Retry-After` it has, nor a refusal that has only that. After a call has failed, everybody gets its error at
/// once until the cool-down has passed.
///
/// Each delay doubles from failure to failure up to its longest and is scaled by a factor between
/// 0.75 and 1.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Backoff,
    outage_cool_down: Backoff,
    refusal_cool_down: Backoff,
    longest_retry_after: Duration,
}

/// A delay that doubles from failure to failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl RetryPolicy {
    /// The requests of one call unless another number is set: 3.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// The pause within a call unless another is set: from 500 ms to 4 seconds.
    pub const DEFAULT_BACKOFF: Backoff =
        Backoff::new(Duration::from_millis(500), Duration::from_secs(4));
    /// The cool-down after an outage unless another is set: from 1 second to 60 seconds.
    pub const DEFAULT_OUTAGE_COOL_DOWN: Backoff =
        Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
    /// The cool-down after a refusal unless another is set: from 30 seconds to 15 minutes.
    pub const DEFAULT_REFUSAL_COOL_DOWN: Backoff =
        Backoff::new(Duration::from_secs(30), Duration::from_secs(15 * 60));
    /// The longest `Retry-After` that is honoured unless another is set: 10 minutes.
    pub const DEFAULT_LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many requests one call makes at most; 0 counts as 1. Default:
    /// [`RetryPolicy::DEFAULT_ATTEMPTS`].
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the pause between the requests of one call. A server that asks for a longer pause than
    /// the longest of these ends the call. Default: [`RetryPolicy::DEFAULT_BACKOFF`].
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the cool-down after a failure that may pass. Default:
    /// [`RetryPolicy::DEFAULT_OUTAGE_COOL_DOWN`].
    #[must_use]
    pub fn with_outage_cool_down(mut self, cool_down: Backoff) -> Self {
        self.outage_cool_down = cool_down;
        self
    }

    /// Sets the cool-down after a permanent failure (wrong credentials or configuration), and after
    /// any 401 or 407. A `Retry-After` makes it longer, never shorter. Default:
    /// [`RetryPolicy::DEFAULT_REFUSAL_COOL_DOWN`].
    #[must_use]
    pub fn with_refusal_cool_down(mut self, cool_down: Backoff) -> Self {
        self.refusal_cool_down = cool_down;
        self
    }

    /// Sets the longest wait that a server can impose with `Retry-After`. Default:
    /// [`RetryPolicy::DEFAULT_LONGEST_RETRY_AFTER`].
    #[must_use]
    pub fn with_longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// How many requests one call makes at most.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The pause between the requests of one call.
    #[must_use]
    pub fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// The cool-down after a failure that may pass.
    #[must_use]
    pub fn outage_cool_down(&self) -> Backoff {
        self.outage_cool_down
    }

    /// The cool-down after a permanent failure.
    #[must_use]
    pub fn refusal_cool_down(&self) -> Backoff {
        self.refusal_cool_down
    }

    /// The longest wait that a server can impose.
    #[must_use]
    pub fn longest_retry_after(&self) -> Duration {
        self.longest_retry_after
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: Self::DEFAULT_ATTEMPTS,
            backoff: Self::DEFAULT_BACKOFF,
            outage_cool_down: Self::DEFAULT_OUTAGE_COOL_DOWN,
            refusal_cool_down: Self::DEFAULT_REFUSAL_COOL_DOWN,
            longest_retry_after: Self::DEFAULT_LONGEST_RETRY_AFTER,
        }
    }
}

impl Backoff {
    /// A delay of `first` after the first failure, and never more than `longest` before scaling.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The delay after the first failure.
    #[must_use]
    pub const fn first(self) -> Duration {
        self.first
    }

    /// The delay that is not exceeded, before scaling.
    #[must_use]
    pub const fn longest(self) -> Duration {
        self.longest
    }

    /// The delay after this many failures in a row, counted from 1.
    pub(crate) fn after(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}
