//! How long no request is made after a failure, and the jitter of that time.

use std::time::Duration;

use http::StatusCode;

use super::action::{Action, Ticket};
use crate::clock::Moment;
use crate::config::RetryPolicy;
use crate::error::{Error, ErrorKind, TransportError};
use crate::protocol::asks_for_credentials;

/// Why no request is made, and until when.
#[derive(Debug)]
pub(super) struct CoolDown {
    pub(super) error: Error,
    pub(super) until: Moment,
    /// Whether the call is over and callers are refused. If not, they wait for its next attempt.
    pub(super) is_final: bool,
}

impl CoolDown {
    /// Returns what a caller without a token does meanwhile.
    pub(super) fn action(&self, ticket: Ticket) -> Action {
        if self.is_final {
            Action::Refuse(self.error.clone())
        } else {
            Action::Wait {
                ticket,
                until: Some(self.until),
            }
        }
    }
}

/// Returns the pause before the next attempt of a call, or `None` if the call is over. It is over
/// if the failure is not temporary, or if the server asks for a longer wait than a caller allows.
pub(super) fn pause(policy: &RetryPolicy, error: &Error, attempts: u32) -> Option<Duration> {
    let imposed = error.retry_after().unwrap_or_default();
    let passes = may_pass(error) && imposed <= policy.backoff().longest();
    // The jitter must not make the pause shorter than the server asks.
    passes.then(|| {
        policy
            .backoff()
            .after(attempts)
            .max(imposed.saturating_mul(4) / 3)
    })
}

/// Returns how long callers are refused after `failures` calls in a row have failed.
pub(crate) fn cool_down(
    policy: &RetryPolicy,
    error: &Error,
    failures: u32,
    random: &mut Random,
) -> Duration {
    let backoff = match error.kind() {
        ErrorKind::Configuration | ErrorKind::Credentials => policy.refusal_cool_down(),
        // A 401 or 407 may count towards a lock-out. The rest of the response does not matter.
        _ if error.status().is_some_and(asks_for_credentials) => policy.refusal_cool_down(),
        _ => policy.outage_cool_down(),
    };
    let imposed = error.retry_after().unwrap_or_default();
    random
        .scale(backoff.after(failures))
        .max(imposed.min(policy.longest_retry_after()))
}

/// Reports whether the same request may succeed within seconds. After a 401, 403 or 407 it does
/// not, even if the response has another error code or states a wait. After a refusal that only
/// states when to try again, it does not either.
fn may_pass(error: &Error) -> bool {
    let is_rejection = |status| asks_for_credentials(status) || status == StatusCode::FORBIDDEN;
    matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Throttled)
        && !error.status().is_some_and(is_rejection)
        && !error.is_put_off()
        // How long to wait may have been in the part that was not read.
        && !error.transport().is_some_and(TransportError::is_too_large)
        // Each new attempt would panic in the task of another caller.
        && !error.transport().is_some_and(TransportError::is_panic)
        // The server has probably issued a token, and cuts the next connection in the same way.
        && !error.transport().is_some_and(TransportError::is_unclean_close)
}

/// The jitter of one session, from a seed. The generator is splitmix64. It is small, and good
/// enough to spread the requests of many instances.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns `span` times a random factor from 0.75 to 1.25, evenly distributed.
    pub(crate) fn scale(&mut self, span: Duration) -> Duration {
        // Whole thousandths give the same result on every machine.
        let factor = 750 + u32::try_from(self.next() % 501).unwrap_or_default();
        span.saturating_mul(factor) / 1_000
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
