//! What an exchange does with its store: a state machine without IO, clock and entropy.
//!
//! ```text
//!            usable                       usable
//!   load ───────────────▶ adopt   load ───────────▶ release ─▶ adopt
//!    │ nothing                     ▲ │ nothing
//!    ▼              done           │ ▼               a token
//!   try_lease ─────────────────────┘ request ─────────────────▶ save ─▶ release ─▶ end
//!    │ held by another               │ no token                  │ lost
//!    ▼                               ▼                           ▼
//!   pause ─▶ load … until           (save what may be told) ─▶ load: the winner's token
//!   the longest wait; with a        release ─▶ end
//!   token at hand: end
//! ```
//!
//! A store that fails ends nothing. The exchange goes on with a request of its own.

use std::time::Duration;

use super::record::Record;
use super::refusal::Refused;
use super::wish::{Found, Wish};
use super::{Lease, LeaseId, StoreOutcome};
use crate::clock::Moment;
use crate::protocol::AccessToken;
use crate::session::Random;

/// What a driver does next.
pub(crate) enum Act {
    /// Load the entry, and open it.
    Load,
    /// Find out what would be sent: [`Input::Sent`].
    Tell,
    Lease(Lease),
    /// Request a token. If `waited` is given, another process has had the lease for so long that
    /// this one has given up waiting.
    Request {
        waited: Option<Duration>,
    },
    Save(Box<Record>, LeaseId),
    Release(LeaseId),
    Pause(Duration),
    End(End),
}

/// What came of it.
pub(crate) enum Input {
    Start,
    Loaded(Result<Option<Found>, Failed>),
    Sent(Option<[u8; 32]>),
    Leased(Result<StoreOutcome, Failed>),
    Requested(Requested),
    Saved(Result<StoreOutcome, Failed>),
    Released,
    Paused,
}

/// What came of a request.
pub(crate) enum Requested {
    Token(AccessToken),
    Nothing {
        /// Whether the same request may succeed soon.
        may_pass: bool,
        /// What to tell others.
        refused: Option<Refused>,
    },
}

/// The store has failed. The driver has reported it.
pub(crate) struct Failed;

/// How the exchange ends.
pub(crate) enum End {
    /// With the token of this entry.
    Adopt(Box<Found>),
    /// With what the server told another process.
    Told(Refused),
    /// With the token at hand. Another process renews it.
    PutOff(Duration),
    /// With what the request has brought.
    Own,
    /// With the token of this entry, because the request has failed.
    InSpite(Box<Found>),
}

enum Phase {
    /// It looks for an entry, or for the lease.
    Looking,
    /// It has the lease, and makes no request yet.
    Held,
    Requesting {
        lease: Option<LeaseId>,
    },
    /// A token without a lease. It is saved if nobody has the lease now.
    LateLease,
    Saving,
    Lost,
    Releasing(Option<End>),
}

/// The store's part of one exchange.
pub(crate) struct Machine {
    wish: Wish,
    lease: Lease,
    random: Random,
    phase: Phase,
    /// When the longest wait for another process ends.
    give_up_at: Option<Moment>,
    pauses: u32,
    /// The generation that the exchange found first.
    base: Option<u64>,
    /// Whether the latest entry was saved since then.
    is_newer: bool,
    /// The latest entry that was found.
    found: Option<Box<Found>>,
    /// Whether the store has failed. Nothing is saved then.
    has_failed: bool,
    /// The token that the request has brought, to be saved.
    token: Option<AccessToken>,
    /// Whether the request has failed, and may succeed soon.
    may_pass: bool,
}

/// The pauses between two looks at an entry that another process is about to renew.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// After this time at most, a process with a token looks again whether another one has renewed it.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

impl Machine {
    pub(crate) fn new(wish: Wish, lease: Lease) -> Self {
        Self {
            wish,
            lease,
            random: Random::new(lease.id.seed()),
            phase: Phase::Looking,
            give_up_at: None,
            pauses: 0,
            base: None,
            is_newer: false,
            found: None,
            has_failed: false,
            token: None,
            may_pass: false,
        }
    }

    /// Returns how long a process waits for others. The holder of a lease may die. Then one of those
    /// who wait takes the lease over, and the others wait for that one.
    pub(crate) fn longest_wait(span: Duration) -> Duration {
        span.saturating_mul(2)
    }

    /// Returns what the driver does next.
    pub(crate) fn next(&mut self, now: Moment, input: Input) -> Act {
        match input {
            Input::Start | Input::Paused => Act::Load,
            Input::Loaded(Err(Failed)) | Input::Leased(Err(Failed)) => self.without_store(),
            Input::Loaded(Ok(found)) => self.look(now, found),
            Input::Sent(sent) => self.compare(now, sent),
            Input::Leased(Ok(outcome)) => self.leased(now, outcome),
            Input::Requested(Requested::Token(token)) => self.got(now, token),
            Input::Requested(Requested::Nothing { may_pass, refused }) => {
                self.got_none(now, may_pass, refused)
            }
            Input::Saved(Ok(StoreOutcome::HeldByAnother)) => {
                self.phase = Phase::Lost;
                Act::Load
            }
            // If the store has failed, the lease ends by itself.
            Input::Saved(Err(Failed)) => Act::End(self.ended_by_request(now)),
            Input::Saved(Ok(StoreOutcome::Done)) => {
                let end = self.ended_by_request(now);
                self.release(end)
            }
            Input::Released => self.released(),
        }
    }

    /// Goes on after the store has failed.
    fn without_store(&mut self) -> Act {
        self.has_failed = true;
        match self.phase {
            _ if self.wish.only_looks => Act::End(End::Own),
            Phase::LateLease | Phase::Saving | Phase::Lost => Act::End(End::Own),
            // If this process has the lease, that ends by itself.
            _ => self.request(None),
        }
    }

    fn look(&mut self, now: Moment, found: Option<Found>) -> Act {
        let generation = found.as_ref().map(|found| found.record.generation());
        let base = *self.base.get_or_insert(generation.unwrap_or_default());
        let is_newer = generation.is_some_and(|generation| generation > base);
        let is_lost = matches!(self.phase, Phase::Lost);
        let found = found.map(Box::new);
        match found {
            Some(found) if is_lost && is_newer && self.wish.is_fresh(&found, now, true) => {
                return Act::End(End::Adopt(found));
            }
            _ if is_lost => return Act::End(End::Own),
            Some(found) if self.wish.is_wanted(&found, now, is_newer) => {
                return self.release(End::Adopt(found));
            }
            _ if self.wish.only_looks => return Act::End(End::Own),
            found => self.found = found,
        }
        self.is_newer = is_newer;
        match self.refusal(now).map(Refused::is_about_a_credential) {
            Some(true) => Act::Tell,
            Some(false) => self.compare(now, None),
            None => self.ask(),
        }
    }

    /// Compares what the refusal is about with what would be sent.
    fn compare(&mut self, now: Moment, sent: Option<[u8; 32]>) -> Act {
        let refusal = self.refusal(now).cloned();
        match refusal.filter(|refusal| refusal.is_of(sent)) {
            Some(refusal) if self.wish.at_hand.is_some() => {
                self.release(End::PutOff(refusal.left(now)))
            }
            Some(refusal) => self.release(End::Told(refusal)),
            None => self.ask(),
        }
    }

    /// Returns the refusal that counts for this exchange. What arrived during the exchange is the
    /// outcome that it has waited for. Before, a caller who forces a renewal is not refused. A
    /// process that was throttled makes its own next attempt. One whose credential was refused waits
    /// as long as the others.
    fn refusal(&self, now: Moment) -> Option<&Refused> {
        let refusal = self.found.as_ref()?.record.refusal()?;
        if refusal.is_own(self.wish.holder) && !refusal.is_about_a_credential() {
            return None;
        }
        let is_in_effect = !self.wish.is_forced && !refusal.left(now).is_zero();
        (self.is_newer || is_in_effect).then_some(refusal)
    }

    /// Asks for the lease, or for a token if this process has it. Who leaves the lease to others
    /// asks without it: nobody else may be there.
    fn ask(&mut self) -> Act {
        match self.phase {
            Phase::Held => self.request(Some(self.lease.id)),
            _ if self.wish.leaves_it => self.request(None),
            _ => Act::Lease(self.lease),
        }
    }

    fn leased(&mut self, now: Moment, outcome: StoreOutcome) -> Act {
        let is_late = matches!(self.phase, Phase::LateLease);
        match outcome {
            StoreOutcome::Done if is_late => self.save(now),
            StoreOutcome::HeldByAnother if is_late => Act::End(End::Own),
            StoreOutcome::Done => {
                self.phase = Phase::Held;
                Act::Load
            }
            StoreOutcome::HeldByAnother => self.wait(now),
        }
    }

    /// Waits for the process that has the lease.
    fn wait(&mut self, now: Moment) -> Act {
        if let Some(token) = &self.wish.at_hand {
            let pause = (token.remaining(now) / 8).min(LOOK_AGAIN);
            return Act::End(End::PutOff(self.random.scale(pause)));
        }
        let longest = Self::longest_wait(self.lease.span);
        let give_up_at = *self.give_up_at.get_or_insert(now.saturating_add(longest));
        let left = now.until(give_up_at);
        if left.is_zero() {
            self.phase = Phase::Requesting { lease: None };
            let waited = Some(longest);
            return Act::Request { waited };
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << self.pauses.min(10));
        self.pauses += 1;
        let pause = self.random.scale(pause.min(LONGEST_PAUSE));
        Act::Pause(pause.min(left))
    }

    fn request(&mut self, lease: Option<LeaseId>) -> Act {
        self.phase = Phase::Requesting { lease };
        Act::Request { waited: None }
    }

    fn got(&mut self, now: Moment, token: AccessToken) -> Act {
        self.token = Some(token);
        match self.phase {
            Phase::Requesting { lease: Some(_) } => self.save(now),
            _ if self.has_failed => Act::End(End::Own),
            _ => {
                self.phase = Phase::LateLease;
                Act::Lease(self.lease)
            }
        }
    }

    fn got_none(&mut self, now: Moment, may_pass: bool, refused: Option<Refused>) -> Act {
        self.may_pass = may_pass;
        let is_held = matches!(self.phase, Phase::Requesting { lease: Some(_) });
        if let Some(refused) = refused.filter(|_| is_held) {
            // It does not displace a token that others may still use.
            let found = self.found.as_deref();
            let left = found.map_or(Duration::ZERO, |found| found.remaining(now));
            let record = self.record(now).refused(refused);
            let record = match found.filter(|_| !left.is_zero()) {
                Some(found) => record.with_token_of(&found.record, now, left),
                None => record,
            };
            self.phase = Phase::Saving;
            return Act::Save(Box::new(record), self.lease.id);
        }
        if is_held {
            self.phase = Phase::Held;
        }
        let end = self.ended_by_request(now);
        self.release(end)
    }

    /// Returns how the exchange ends after its request. If that has failed for now, a token that was
    /// found and is still valid is better than none.
    fn ended_by_request(&mut self, now: Moment) -> End {
        let found = self.found.take();
        let found = found.filter(|found| self.may_pass && self.wish.is_usable(found, now));
        match found {
            Some(found) if self.wish.at_hand.is_none() => End::InSpite(found),
            _ => End::Own,
        }
    }

    fn save(&mut self, now: Moment) -> Act {
        let Some(token) = &self.token else {
            return Act::End(End::Own);
        };
        let record = self.record(now).with_token(token);
        let is_forced = self.wish.is_forced || self.wish.other_than.is_some();
        let record = if is_forced {
            record.forced(now)
        } else {
            record
        };
        self.phase = Phase::Saving;
        Act::Save(Box::new(record), self.lease.id)
    }

    fn record(&self, now: Moment) -> Record {
        let before = self.found.as_ref().map(|found| &found.record);
        Record::after(before, self.wish.seen, now)
    }

    /// Gives the lease back, if this process has it, and ends.
    fn release(&mut self, end: End) -> Act {
        match self.phase {
            Phase::Held | Phase::Saving => {
                self.phase = Phase::Releasing(Some(end));
                Act::Release(self.lease.id)
            }
            _ => Act::End(end),
        }
    }

    fn released(&mut self) -> Act {
        match &mut self.phase {
            Phase::Releasing(end) => Act::End(end.take().unwrap_or(End::Own)),
            _ => Act::End(End::Own),
        }
    }
}

#[cfg(test)]
mod tests;
