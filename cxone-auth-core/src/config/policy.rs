//! When tokens are renewed, and what happens between a failed request and the next one.

use std::time::Duration;

/// When tokens are renewed, and what lifetime is assumed if the response states none.
///
/// One caller renews a token when `refresh_before` or less of its lifetime remains. The others keep
/// using the token meanwhile. By default, `refresh_before` is a fifth of the token's lifetime, at
/// most [`RenewalPolicy::LONGEST_REFRESH_BEFORE`].
///
/// Each [`Session`](crate::Session) scales `refresh_before` by a random factor between 0.75 and
/// 1.25 for each token. This prevents a fleet from renewing at the same moment.
///
/// During the last tenth of its lifetime, at most [`RenewalPolicy::LONGEST_MARGIN`], a token is
/// returned only if its renewal has just failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RenewalPolicy {
    assumed_lifetime: Duration,
    refresh_before: Option<Duration>,
    min_forced_interval: Duration,
}

impl RenewalPolicy {
    /// The default of the assumed lifetime: 300 seconds, the shortest lifetime that Genesys Cloud
    /// offers.
    pub const DEFAULT_ASSUMED_LIFETIME: Duration = Duration::from_secs(300);
    /// The longest value of the default `refresh_before`: one hour.
    pub const LONGEST_REFRESH_BEFORE: Duration = Duration::from_secs(3_600);
    /// The longest time at a token's end in which it is withheld: 30 seconds.
    pub const LONGEST_MARGIN: Duration = Duration::from_secs(30);
    /// The default of the shortest time between forced renewals: 10 seconds.
    pub const DEFAULT_MIN_FORCED_INTERVAL: Duration = Duration::from_secs(10);

    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the lifetime of a token if the response states none (`expires_in` is absent,
    /// unreadable, or zero or less). Default: [`RenewalPolicy::DEFAULT_ASSUMED_LIFETIME`].
    #[must_use]
    pub fn with_assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// Sets how long before its end a token is renewed. It is scaled like the default.
    ///
    /// If a token's lifetime is too short for this value, half of the lifetime is used.
    /// [`Status::refresh_before_is_cut`](crate::session::Status) reports that. With zero, a token
    /// is renewed when it is about to be withheld, and all callers wait for it. Default: none; the
    /// rule of [`RenewalPolicy`] applies.
    #[must_use]
    pub fn with_refresh_before(mut self, refresh_before: Duration) -> Self {
        self.refresh_before = Some(refresh_before);
        self
    }

    /// Sets the shortest time between two renewals that callers force. A caller forces a renewal by
    /// invalidating a token or by asking for another. The time doubles, up to ten minutes, while
    /// callers give up each new token within it. Default:
    /// [`RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL`].
    #[must_use]
    pub fn with_min_forced_interval(mut self, interval: Duration) -> Self {
        self.min_forced_interval = interval;
        self
    }

    /// Returns the lifetime of a token whose response states none.
    #[must_use]
    pub fn assumed_lifetime(self) -> Duration {
        self.assumed_lifetime
    }

    /// Returns how long before its end a token is renewed, if that was set.
    #[must_use]
    pub fn refresh_before(self) -> Option<Duration> {
        self.refresh_before
    }

    /// Returns the shortest time between two forced renewals.
    #[must_use]
    pub fn min_forced_interval(self) -> Duration {
        self.min_forced_interval
    }

    /// Returns how long before its end a token of this lifetime is renewed, before scaling.
    pub(crate) fn refresh_before_for(self, lifetime: Duration) -> Duration {
        match self.refresh_before {
            None => (lifetime / 5).min(Self::LONGEST_REFRESH_BEFORE),
            Some(refresh_before) => refresh_before.min(lifetime / 2),
        }
    }

    /// Reports whether a token of this lifetime is too short for the `refresh_before` that was set.
    pub(crate) fn refresh_before_is_cut(self, lifetime: Duration) -> bool {
        self.refresh_before
            .is_some_and(|refresh_before| refresh_before > lifetime / 2)
    }

    /// Returns the time at the end of this lifetime in which a token is withheld.
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

/// How often a call tries, and how long the cool-down after a failure lasts.
///
/// A call tries again only after a failure that may pass: no connection, a timeout, 408, 429, a 5xx
/// except 501 and 505, or a refusal that mentions a rate limit.
///
/// A call never tries again after rejected credentials, or after any other 401, 403 or 407 with any
/// code or `Retry-After`. The same holds for a refusal whose only sign of a temporary failure is
/// `Retry-After`.
///
/// After a call has failed, all callers get its error at once until the cool-down has passed.
///
/// Each delay doubles with each failure up to its longest value. It is scaled by a factor between
/// 0.75 and 1.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Backoff,
    outage_cool_down: Backoff,
    refusal_cool_down: Backoff,
    longest_retry_after: Duration,
}

/// A delay that doubles with each failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl RetryPolicy {
    /// The default number of requests of one call: 3.
    pub const DEFAULT_ATTEMPTS: u32 = 3;
    /// The default pause within a call: from 500 ms to 4 seconds.
    pub const DEFAULT_BACKOFF: Backoff =
        Backoff::new(Duration::from_millis(500), Duration::from_secs(4));
    /// The default cool-down after an outage: from 1 second to 60 seconds.
    pub const DEFAULT_OUTAGE_COOL_DOWN: Backoff =
        Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
    /// The default cool-down after a refusal: from 30 seconds to 15 minutes.
    pub const DEFAULT_REFUSAL_COOL_DOWN: Backoff =
        Backoff::new(Duration::from_secs(30), Duration::from_secs(15 * 60));
    /// The default of the longest `Retry-After` that is honoured: 10 minutes.
    pub const DEFAULT_LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

    /// Returns the defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of requests of one call; 0 counts as 1. Default:
    /// [`RetryPolicy::DEFAULT_ATTEMPTS`].
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the pause between the requests of one call. If a server asks for a pause longer than
    /// the longest of these, the call ends. Default: [`RetryPolicy::DEFAULT_BACKOFF`].
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

    /// Returns the maximum number of requests of one call.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the pause between the requests of one call.
    #[must_use]
    pub fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// Returns the cool-down after a failure that may pass.
    #[must_use]
    pub fn outage_cool_down(&self) -> Backoff {
        self.outage_cool_down
    }

    /// Returns the cool-down after a permanent failure.
    #[must_use]
    pub fn refusal_cool_down(&self) -> Backoff {
        self.refusal_cool_down
    }

    /// Returns the longest wait that a server can impose.
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
    /// Makes a delay of `first` after the first failure, and at most `longest` before scaling.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// Returns the delay after the first failure.
    #[must_use]
    pub const fn first(self) -> Duration {
        self.first
    }

    /// Returns the maximum delay, before scaling.
    #[must_use]
    pub const fn longest(self) -> Duration {
        self.longest
    }

    /// Returns the delay after this many failures in a row, counted from 1.
    pub(crate) fn after(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}
