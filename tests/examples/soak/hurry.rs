//! Callers of a token source who have little time.
//!
//! [`service`](crate::service) drives a session. This drives a source with all that is between:
//! stored requests, tasks, deadlines. Time is simulated, so the same seed gives the same.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{AccessToken, Error, TokenSource};

use crate::chance::Chance;
use crate::options::Options;
use crate::server::{Server, Weather};
use crate::service::config;
use crate::summary::spelled;
use crate::wait::{Situation, Usable};
use crate::wire::{Flag, Tasks, Wire};

/// Counts of one run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hurry {
    pub(crate) requests: u64,
    pub(crate) abandoned: u64,
    pub(crate) tasks: Tasks,
    /// How long the server responded to nothing.
    pub(crate) silence: Duration,
    pub(crate) served: u64,
    pub(crate) served_after_a_wait: u64,
    pub(crate) longest_wait: Duration,
    pub(crate) refused: u64,
    /// Calls that failed although a usable token existed when they began or ended.
    pub(crate) wronged: u64,
    pub(crate) given_expired: u64,
    /// Calls that their caller dropped.
    pub(crate) dropped: u64,
    /// Calls that waited beyond their deadline, or longer than the rules allow, whatever became of
    /// them.
    pub(crate) kept: u64,
}

impl Hurry {
    /// Whether no call failed or waited that need not have.
    pub(crate) fn is_clean(&self) -> bool {
        self.wronged == 0 && self.kept == 0 && self.given_expired == 0
    }

    fn lines(&self) -> [(&'static str, String); 15] {
        [
            ("token requests", self.requests.to_string()),
            ("  given up or left behind", self.abandoned.to_string()),
            ("  whose task ran late", self.tasks.late.to_string()),
            ("  whose task never ran", self.tasks.never.to_string()),
            ("  whose task came back", self.tasks.returned.to_string()),
            ("  whose task ended early", self.tasks.cut.to_string()),
            ("silence of the server", spelled(self.silence)),
            ("calls served", self.served.to_string()),
            (
                "  after a wait for a request",
                self.served_after_a_wait.to_string(),
            ),
            ("  the longest such wait", spelled(self.longest_wait)),
            ("  with an expired token", self.given_expired.to_string()),
            ("calls dropped by their caller", self.dropped.to_string()),
            ("calls that waited too long", self.kept.to_string()),
            ("calls refused", self.refused.to_string()),
            (
                "  although a usable token existed",
                self.wronged.to_string(),
            ),
        ]
    }
}

impl fmt::Display for Hurry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines()
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "  {name:<42} {value:>12}"))
    }
}

type Asking = Pin<Box<dyn Future<Output = Result<AccessToken, Error>>>>;

/// A call that waits for its token.
struct Call {
    asking: Asking,
    woken: Arc<Flag>,
    began_at: Duration,
    /// When its caller drops it, as a runtime's timeout does.
    dropped_at: Duration,
    /// When it must have ended.
    deadline: Duration,
    had_token: bool,
    /// Whether its caller wants more lifetime than just any.
    wants_more: bool,
    /// The number of the request that it has started last.
    request: u64,
    /// Until when it may wait if nothing happens before.
    may_wait_until: Duration,
    is_kept: bool,
}

struct Callers {
    chance: Chance,
    wire: Wire,
    source: TokenSource,
    waiting: Vec<Call>,
    calls_at: Duration,
    calls_every: Duration,
    situation: Situation,
    rotations: u64,
    counts: Hurry,
}

/// Runs the callers to their end.
pub(crate) fn run(options: &Options) -> Hurry {
    let mut chance = Chance::new(options.seed);
    let mut chances = || Chance::new(chance.below(u64::MAX));
    let wire = Wire::new(Server::new(chances(), options.lifetime), chances());
    let source = TokenSource::with_clock(config(0), wire.clone(), wire.clock(), options.seed);
    let abandoned = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&abandoned);
    let _subscription = source.events(move |event| {
        count.fetch_add(u64::from(matches!(event, Event::Abandoned { .. })), Relaxed);
    });
    // Each of these calls is a future, and costs more time than one of the service.
    let calls_a_minute = (options.calls_a_minute / 15).max(1);
    let calls_a_minute = u32::try_from(calls_a_minute).unwrap_or(u32::MAX);
    let mut callers = Callers {
        chance: chances(),
        wire,
        source,
        waiting: Vec::new(),
        calls_at: Duration::ZERO,
        calls_every: Duration::from_mins(1) / calls_a_minute,
        situation: Situation::default(),
        rotations: 0,
        counts: Hurry::default(),
    };
    let end = Duration::from_hours(24) * u32::try_from(options.days).unwrap_or(u32::MAX);
    while callers.wire.passed() < end {
        callers.go_on();
    }
    callers.counts.requests = callers.source.status().counts.requests;
    callers.counts.tasks = callers.wire.tasks();
    callers.counts.silence = callers.wire.silence();
    callers.counts.abandoned = abandoned.load(Relaxed);
    callers.counts
}

impl Callers {
    /// Goes to the next event, and through all that follows from it.
    fn go_on(&mut self) {
        let dropped = self.waiting.iter().map(|call| call.dropped_at);
        let next = dropped.fold(self.wire.next_event().min(self.calls_at), Duration::min);
        // What wakes a call in time is an event.
        self.blame(|call| call.may_wait_until < next);
        if self.wire.pass_to(next) == Some(Weather::Rejecting) {
            // Somebody has told the service the new secret.
            self.rotations += 1;
            self.source.replace_config(config(self.rotations));
        }
        if self.calls_at <= next {
            self.begin_call(next);
        }
        self.run_ready();
        self.judge();
        let waiting = self.waiting.len();
        self.waiting.retain(|call| call.dropped_at > next);
        self.counts.dropped += (waiting - self.waiting.len()) as u64;
        // Whoever has left may have been the one to carry a request.
        self.run_ready();
        self.judge();
    }

    /// Finds out until when each call may wait, and which must not.
    fn judge(&mut self) {
        let status = self.source.status();
        let now = self.wire.passed();
        let situation = &mut self.situation;
        // It may have ended, or begun and ended, in this instant. One that is over by its timeout fails
        // with the next caller.
        let has_failed = status.counts.failures != situation.failures;
        if situation.in_flight || status.in_flight || has_failed || situation.sent_at == now {
            situation.quiet_since = now;
        }
        situation.failures = status.counts.failures;
        (situation.now, situation.in_flight) = (now, status.in_flight);
        if let (Some(age), Some(remaining)) = (status.age, status.remaining)
            && !remaining.is_zero()
        {
            situation.see(Usable {
                lifetime: age + remaining,
                ends_at: now + remaining,
            });
        }
        for call in &mut self.waiting {
            let is_requester = call.request == status.counts.requests;
            let may_wait_until = situation.may_wait_until(call.wants_more, is_requester);
            call.may_wait_until = may_wait_until.min(call.deadline);
        }
        self.blame(|call| call.may_wait_until <= now);
    }

    /// Counts the calls that are kept waiting, each once.
    fn blame(&mut self, is_kept: impl Fn(&Call) -> bool) {
        for call in &mut self.waiting {
            if !call.is_kept && is_kept(call) {
                call.is_kept = true;
                self.counts.kept += 1;
            }
        }
    }

    fn begin_call(&mut self, passed: Duration) {
        self.calls_at += self.chance.between(Duration::ZERO, self.calls_every * 2);
        let source = self.source.clone();
        let max_wait = self.chance.magnitude(Duration::from_millis(50), 9);
        let mut options = TokenOptions::new();
        let wants_more = self.chance.once_in(10);
        if wants_more {
            let min_ttl = self.chance.magnitude(Duration::from_secs(30), 7);
            options = options.with_min_ttl(min_ttl);
        }
        let is_dropped = self.chance.once_in(3);
        if !is_dropped {
            options = options.with_deadline(source.now().saturating_add(max_wait));
        }
        let end = passed + max_wait;
        self.waiting.push(Call {
            asking: Box::pin(async move { Ok(source.token_with(options).await?.token) }),
            woken: Flag::raised(),
            began_at: passed,
            dropped_at: if is_dropped { end } else { Duration::MAX },
            deadline: if is_dropped { Duration::MAX } else { end },
            had_token: self.has_token(),
            wants_more,
            request: 0,
            may_wait_until: passed,
            is_kept: false,
        });
    }

    /// Polls all who were woken, until nobody is.
    fn run_ready(&mut self) {
        loop {
            let mut is_quiet = !self.wire.run_tasks();
            for mut call in std::mem::take(&mut self.waiting) {
                if call.woken.lower() {
                    is_quiet = false;
                    let waker = Waker::from(Arc::clone(&call.woken));
                    let requests = self.source.status().counts.requests;
                    let polled = call.asking.as_mut().poll(&mut Context::from_waker(&waker));
                    self.note_request(&mut call, requests);
                    if let Poll::Ready(result) = polled {
                        self.end_call(&call, result);
                        continue;
                    }
                }
                self.waiting.push(call);
            }
            if is_quiet {
                return;
            }
        }
    }

    /// Notes whether a poll of the call has started a request, of which there were so many before.
    fn note_request(&mut self, call: &mut Call, before: u64) {
        let requests = self.source.status().counts.requests;
        if requests > before {
            call.request = requests;
            self.situation.sent_at = self.wire.passed();
        }
    }

    fn end_call(&mut self, call: &Call, result: Result<AccessToken, Error>) {
        let passed = self.wire.passed();
        let Ok(token) = result else {
            self.counts.refused += 1;
            let is_wronged = call.had_token || self.has_token();
            self.counts.wronged += u64::from(is_wronged);
            return;
        };
        self.counts.served += 1;
        let is_expired = token.is_expired(self.source.now());
        self.counts.given_expired += u64::from(is_expired);
        self.situation.see(Usable::of(&token));
        let waited = passed.saturating_sub(call.began_at);
        self.counts.served_after_a_wait += u64::from(!waited.is_zero());
        self.counts.longest_wait = self.counts.longest_wait.max(waited);
    }

    fn has_token(&self) -> bool {
        let best = self.situation.best;
        best.is_some_and(|token| token.ends_at > self.wire.passed())
    }
}
