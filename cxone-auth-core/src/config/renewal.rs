//! When tokens are renewed.

use std::time::Duration;

/// How tokens age: what is assumed of them, and when they are renewed.
///
/// A token is renewed from `refresh_before` before its end on, by one caller, while the others go
/// on with it. Unless set otherwise it is a fifth of the token's lifetime, at most
/// [`RenewalPolicy::LONGEST_LEAD`], and is scaled by a factor between 0.75 and 1.25 that each
/// [`Session`](crate::Session) draws for each token, so that a fleet does not renew in step. Over
/// the last tenth of its lifetime, at most [`RenewalPolicy::LONGEST_MARGIN`], a token is handed out
/// only when its renewal has just failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewalPolicy {
    /// The lifetime of a token whose response states none (`expires_in` absent or unreadable).
    /// Default: [`RenewalPolicy::DEFAULT_ASSUMED_LIFETIME`].
    pub assumed_lifetime: Duration,
    /// A time of the user's own, which is scaled like the default. A token that is too short for it has
    /// half of its lifetime in its place, which [`Status::refresh_before_is_cut`](crate::session::Status)
    /// reports. With zero a token is renewed when it is about to be withheld, and all
    /// wait for it. Default: none, the rule above.
    pub refresh_before: Option<Duration>,
    /// The shortest time between two renewals that callers forced, by invalidating a token or by
    /// asking for another. Default: [`RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL`].
    pub min_forced_interval: Duration,
}

impl RenewalPolicy {
    /// The lifetime assumed unless another is set: 300 seconds, the shortest that Genesys Cloud
    /// offers.
    pub const DEFAULT_ASSUMED_LIFETIME: Duration = Duration::from_secs(300);
    /// The longest default: one hour.
    pub const LONGEST_LEAD: Duration = Duration::from_secs(3_600);
    /// The longest stretch at a token's end in which it is withheld: 30 seconds.
    pub const LONGEST_MARGIN: Duration = Duration::from_secs(30);
    /// The gap between forced renewals unless another is set: 10 seconds.
    pub const DEFAULT_MIN_FORCED_INTERVAL: Duration = Duration::from_secs(10);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the lifetime of a token whose response states none.
    #[must_use]
    pub fn with_assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// Sets how long before its end a token is renewed.
    #[must_use]
    pub fn with_refresh_before(mut self, refresh_before: Duration) -> Self {
        self.refresh_before = Some(refresh_before);
        self
    }

    /// Sets the shortest time between two forced renewals.
    #[must_use]
    pub fn with_min_forced_interval(mut self, gap: Duration) -> Self {
        self.min_forced_interval = gap;
        self
    }

    /// How long before its end a token of this lifetime is renewed, before it is scaled.
    pub(crate) fn refresh_before_for(self, lifetime: Duration) -> Duration {
        match self.refresh_before {
            None => (lifetime / 5).min(Self::LONGEST_LEAD),
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
