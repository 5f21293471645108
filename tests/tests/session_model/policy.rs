//! Configurations with policies of every kind.

use std::time::Duration;

use cxone_auth_core::config::{Delay, RenewalPolicy, RetryPolicy};
use cxone_auth_core::{ClientCredentials, Config, Region};
use proptest::prelude::*;

/// What is drawn of a configuration.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    pub(crate) attempts: u32,
    pub(crate) lead: Option<Duration>,
    pub(crate) forced_gap: Duration,
    pub(crate) longest_pause: Duration,
    pub(crate) longest_retry_after: Duration,
}

impl Policies {
    pub(crate) fn renewal(&self) -> RenewalPolicy {
        let policy = RenewalPolicy::new().with_forced_gap(self.forced_gap);
        match self.lead {
            Some(lead) => policy.with_lead(lead),
            None => policy,
        }
    }

    pub(crate) fn retry(&self) -> RetryPolicy {
        RetryPolicy::new()
            .with_attempts(self.attempts)
            .with_pause(Delay {
                first: Duration::from_millis(500),
                longest: self.longest_pause,
            })
            .with_longest_retry_after(self.longest_retry_after)
    }
}

impl Default for Policies {
    fn default() -> Self {
        let retry = RetryPolicy::new();
        Self {
            attempts: retry.attempts,
            lead: None,
            forced_gap: RenewalPolicy::DEFAULT_FORCED_GAP,
            longest_pause: retry.pause.longest,
            longest_retry_after: retry.longest_retry_after,
        }
    }
}

pub(crate) fn policies() -> impl Strategy<Value = Policies> {
    let seconds =
        |choices: &'static [u64]| prop::sample::select(choices).prop_map(Duration::from_secs);
    let lead = prop::option::weighted(0.3, seconds(&[0, 10, 60, 300, 7_200]));
    let drawn = (
        1_u32..5,
        lead,
        seconds(&[0, 10, 60]),
        seconds(&[1, 4, 30]),
        seconds(&[60, 600]),
    );
    drawn.prop_map(
        |(attempts, lead, forced_gap, longest_pause, longest_retry_after)| Policies {
            attempts,
            lead,
            forced_gap,
            longest_pause,
            longest_retry_after,
        },
    )
}

pub(crate) fn client_config(id: &str, secret: &str, policies: &Policies) -> Config {
    Config::genesys_cloud(Region::UsEast1, ClientCredentials::new(id, secret))
        .expect("the credentials are well-formed")
        .with_renewal(policies.renewal())
        .with_retry(policies.retry())
}
