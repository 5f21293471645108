//! Which events the end of an exchange is reported with.

use std::time::Duration;

use super::engine::Engine;
use super::event::Event;
use crate::clock::Moment;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::session::Outcome;

impl Engine {
    /// Tells the listeners what the end of an exchange came to.
    pub(super) fn report(&self, now: Moment, took: Duration, outcome: &Outcome) {
        match outcome {
            Outcome::Fetched { token } => self.tell(&Event::Fetched {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Renewed { token } => self.tell(&Event::Renewed {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Discarded { token } => self.tell(&Event::Discarded {
                lifetime: token.lifetime(),
                took,
            }),
            Outcome::Retrying { error, .. } => self.tell_failure(error, took),
            Outcome::Failed { error, stale } => {
                self.tell_failure(error, took);
                self.tell_consequences(now, error, stale.as_ref());
            }
            Outcome::Superseded => {}
        }
    }

    /// Tells the listeners what came of a token of another process.
    pub(super) fn report_adoption(&self, now: Moment, took: Duration, outcome: &Outcome) {
        if let Outcome::Fetched { token } | Outcome::Renewed { token } = outcome {
            let remaining = token.remaining(now);
            self.tell(&Event::Adopted { remaining, took });
        }
    }

    fn tell_failure(&self, error: &Error, took: Duration) {
        let error = error.clone();
        self.tell(&Event::Failed { error, took });
    }

    fn tell_consequences(&self, now: Moment, error: &Error, stale: Option<&AccessToken>) {
        if let Some(token) = stale {
            let remaining = token.remaining(now);
            self.tell(&Event::RenewalFailed { remaining });
        }
        let pause = error.retry_at().map(|at| now.until(at)).unwrap_or_default();
        let error = error.clone();
        self.tell(&Event::CoolDownStarted { error, pause });
    }
}
