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

use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::source::{Event, TokenOptions};
use cxone_auth_core::{AccessToken, Error, TokenSource};

use crate::chance::Chance;
use crate::options::Options;
use crate::server::{Server, Weather};
use crate::service::config;
use crate::summary::spelled;
use crate::wire::{Flag, Wire};

/// Counts of one run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hurry {
    pub(crate) requests: u64,
    pub(crate) abandoned: u64,
    pub(crate) odd_tasks: u64,
    pub(crate) served: u64,
    pub(crate) served_after_a_wait: u64,
    pub(crate) longest_wait: Duration,
    pub(crate) refused: u64,
    /// Calls that failed although a usable token existed when they began or ended.
    pub(crate) wronged: u64,
    pub(crate) given_expired: u64,
    /// Calls that their caller dropped, and those of them that could have had a token.
    pub(crate) dropped: u64,
    pub(crate) dropped_in_vain: u64,
}

impl Hurry {
    /// Whether no call failed that need not have.
    pub(crate) fn is_clean(&self) -> bool {
        self.wronged == 0 && self.dropped_in_vain == 0 && self.given_expired == 0
    }

    fn lines(&self) -> [(&'static str, String); 11] {
        [
            ("token requests", self.requests.to_string()),
            ("  given up or left behind", self.abandoned.to_string()),
            (
                "  whose task ran late, never or in part",
                self.odd_tasks.to_string(),
            ),
            ("calls served", self.served.to_string()),
            (
                "  after a wait for a request",
                self.served_after_a_wait.to_string(),
            ),
            ("  the longest such wait", spelled(self.longest_wait)),
            ("  with an expired token", self.given_expired.to_string()),
            ("calls dropped by their caller", self.dropped.to_string()),
            (
                "  although a usable token existed",
                self.dropped_in_vain.to_string(),
            ),
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

/// How long a source may have a caller carry a renewal that has a token.
const LONGEST_CARRY: Duration = Duration::from_millis(250);

type Asking = Pin<Box<dyn Future<Output = Result<AccessToken, Error>>>>;

/// A call that waits for its token.
struct Call {
    asking: Asking,
    woken: Arc<Flag>,
    began_at: Duration,
    /// When its caller drops it, as a runtime's timeout does.
    dropped_at: Duration,
    had_token: bool,
    /// Whether its caller takes any token, and has the time that a source may take of a caller
    /// whose deadline it does not know.
    is_easy: bool,
}

struct Callers {
    chance: Chance,
    wire: Wire,
    source: TokenSource,
    waiting: Vec<Call>,
    calls_at: Duration,
    calls_every: Duration,
    /// When the best token that a caller has seen ends.
    usable_until: Duration,
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
        usable_until: Duration::ZERO,
        rotations: 0,
        counts: Hurry::default(),
    };
    let end = Duration::from_hours(24) * u32::try_from(options.days).unwrap_or(u32::MAX);
    while callers.wire.passed() < end {
        callers.go_on();
    }
    callers.counts.requests = callers.source.status().counts.requests;
    callers.counts.odd_tasks = callers.wire.odd_tasks();
    callers.counts.abandoned = abandoned.load(Relaxed);
    callers.counts
}

impl Callers {
    /// Goes to the next event, and through all that follows from it.
    fn go_on(&mut self) {
        let dropped = self.waiting.iter().map(|call| call.dropped_at);
        let next = dropped.fold(self.wire.next_event().min(self.calls_at), Duration::min);
        if self.wire.pass_to(next) == Some(Weather::Rejecting) {
            // Somebody has told the service the new secret.
            self.rotations += 1;
            self.source.replace_config(config(self.rotations));
        }
        if self.calls_at <= next {
            self.begin_call(next);
        }
        self.run_ready();
        let (late, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition::<Vec<_>, _>(|call| call.dropped_at <= next);
        self.waiting = waiting;
        for call in late {
            self.counts.dropped += 1;
            // In its last margin a token is held back while its renewal may succeed.
            let is_in_vain =
                call.is_easy && self.usable_until > next + RenewalPolicy::LONGEST_MARGIN;
            self.counts.dropped_in_vain += u64::from(is_in_vain);
        }
        // Whoever has left may have been the one to carry a request.
        self.run_ready();
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
        self.waiting.push(Call {
            asking: Box::pin(async move { Ok(source.token_with(options).await?.token) }),
            woken: Flag::raised(),
            began_at: passed,
            dropped_at: if is_dropped {
                passed + max_wait
            } else {
                Duration::MAX
            },
            had_token: self.has_token(),
            is_easy: !wants_more && max_wait > LONGEST_CARRY,
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
                    let polled = call.asking.as_mut().poll(&mut Context::from_waker(&waker));
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
        self.usable_until = self.usable_until.max(token.expires_at().monotonic());
        let waited = passed.saturating_sub(call.began_at);
        self.counts.served_after_a_wait += u64::from(!waited.is_zero());
        self.counts.longest_wait = self.counts.longest_wait.max(waited);
    }

    fn has_token(&self) -> bool {
        self.usable_until > self.wire.passed()
    }
}
