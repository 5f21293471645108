//! Which events the end of an exchange is reported with.

use std::time::Duration;

use super::engine::Engine;
use super::event::Event;
use super::telemetry::Whose;
use crate::clock::Moment;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::session::Outcome;

impl Engine {
    /// Tells the listeners what the end of an exchange came to.
    pub(super) fn report(&self, whose: &Whose, now: Moment, took: Duration, outcome: &Outcome) {
        match outcome {
            Outcome::Fetched { token } => self.tell(
                whose,
                &Event::Fetched {
                    lifetime: token.lifetime(),
                    took,
                },
            ),
            Outcome::Renewed { token } => self.tell(
                whose,
                &Event::Renewed {
                    lifetime: token.lifetime(),
                    took,
                },
            ),
            Outcome::Discarded { token } => self.tell(
                whose,
                &Event::Discarded {
                    lifetime: token.lifetime(),
                    took,
                },
            ),
            Outcome::Retrying { error, .. } => self.tell_failure(whose, error, took),
            Outcome::Failed { error, stale } => {
                self.tell_failure(whose, error, took);
                self.tell_consequences(whose, now, error, stale.as_ref());
            }
            Outcome::Superseded => self.tell(whose, &Event::Superseded { took }),
        }
    }

    /// Tells the listeners what came of a token of another process.
    pub(super) fn report_adoption(
        &self,
        whose: &Whose,
        now: Moment,
        took: Duration,
        outcome: &Outcome,
    ) {
        if let Outcome::Fetched { token } | Outcome::Renewed { token } = outcome {
            let remaining = token.remaining(now);
            self.tell(whose, &Event::Adopted { remaining, took });
        }
    }

    fn tell_failure(&self, whose: &Whose, error: &Error, took: Duration) {
        let error = error.clone();
        self.tell(whose, &Event::Failed { error, took });
    }

    fn tell_consequences(
        &self,
        whose: &Whose,
        now: Moment,
        error: &Error,
        stale: Option<&AccessToken>,
    ) {
        if let Some(token) = stale {
            let remaining = token.remaining(now);
            self.tell(whose, &Event::RenewalFailed { remaining });
        }
        let pause = error.retry_at().map(|at| now.until(at)).unwrap_or_default();
        let error = error.clone();
        self.tell(whose, &Event::CoolDownStarted { error, pause });
    }
}
