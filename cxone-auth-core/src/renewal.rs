//! How long a token is held to live when its server does not say.

use std::time::Duration;

/// How tokens age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewalPolicy {
    /// The lifetime of a token whose answer states none (`expires_in` absent or unreadable).
    /// Default: [`RenewalPolicy::DEFAULT_ASSUMED_LIFETIME`].
    pub assumed_lifetime: Duration,
}

impl RenewalPolicy {
    /// The lifetime assumed unless another is set: 300 seconds, the shortest that Genesys Cloud
    /// offers.
    pub const DEFAULT_ASSUMED_LIFETIME: Duration = Duration::from_secs(300);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the lifetime of a token whose answer states none.
    #[must_use]
    pub fn with_assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }
}

impl Default for RenewalPolicy {
    fn default() -> Self {
        Self {
            assumed_lifetime: Self::DEFAULT_ASSUMED_LIFETIME,
        }
    }
}
