//! Configurations with policies of every kind.

use std::time::Duration;

use cxone_auth_core::config::{Backoff, RenewalPolicy, RetryPolicy};
use cxone_auth_core::{ClientCredentials, Config, Region};
use proptest::prelude::*;

/// What is drawn of a configuration.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    pub(crate) attempts: u32,
    pub(crate) refresh_before: Option<Duration>,
    pub(crate) min_forced_interval: Duration,
    pub(crate) longest_pause: Duration,
    pub(crate) longest_retry_after: Duration,
}

impl Policies {
    pub(crate) fn renewal(&self) -> RenewalPolicy {
        let policy = RenewalPolicy::new().with_min_forced_interval(self.min_forced_interval);
        match self.refresh_before {
            Some(refresh_before) => policy.with_refresh_before(refresh_before),
            None => policy,
        }
    }

    pub(crate) fn retry(&self) -> RetryPolicy {
        RetryPolicy::new()
            .with_attempts(self.attempts)
            .with_backoff(Backoff::new(
                self.longest_pause.min(Duration::from_millis(500)),
                self.longest_pause,
            ))
            .with_longest_retry_after(self.longest_retry_after)
    }
}

impl Default for Policies {
    fn default() -> Self {
        let retry = RetryPolicy::new();
        Self {
            attempts: retry.attempts(),
            refresh_before: None,
            min_forced_interval: RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL,
            longest_pause: retry.backoff().longest(),
            longest_retry_after: retry.longest_retry_after(),
        }
    }
}

pub(crate) fn policies() -> impl Strategy<Value = Policies> {
    let seconds =
        |choices: &'static [u64]| prop::sample::select(choices).prop_map(Duration::from_secs);
    let refresh_before = prop::option::weighted(0.3, seconds(&[0, 10, 60, 300, 7_200]));
    let drawn = (
        1_u32..5,
        refresh_before,
        seconds(&[0, 10, 60]),
        // A pause of milliseconds is shorter than a busy machine keeps its callers waiting.
        prop::sample::select(&[1, 1_000, 4_000, 30_000][..]).prop_map(Duration::from_millis),
        seconds(&[60, 600]),
    );
    drawn.prop_map(
        |(attempts, refresh_before, min_forced_interval, longest_pause, longest_retry_after)| {
            Policies {
                attempts,
                refresh_before,
                min_forced_interval,
                longest_pause,
                longest_retry_after,
            }
        },
    )
}

pub(crate) fn client_config(id: &str, secret: &str, policies: &Policies) -> Config {
    Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(id, secret))
        .expect("the credentials are well-formed")
        .with_renewal(policies.renewal())
        .with_retry(policies.retry())
}
