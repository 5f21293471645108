//! A few callers of one source, and everything that can happen to them next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cxone_auth_core::config::{Backoff, RetryPolicy};
use cxone_auth_core::source::{Clock, ManualClock, TokenOptions};
use cxone_auth_core::{AccessToken, ClientCredentials, Config, Error, Moment, TokenSource};

use super::board::{Board, Flag, Reply, Runtime, Stored, TIMEOUT};
use crate::shared::clock::{seconds, start};

/// One move of the explorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Poll(usize),
    Drop(usize),
    Reply(usize, Reply),
    /// Time passes until the first sleeper awakes.
    Advance,
    /// A task runs.
    Run(usize),
    /// The runtime ends, and drops its tasks.
    End,
    Invalidate,
    Replace,
}

/// What a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Token,
    /// A token within so many seconds.
    Deadline(u64),
    /// Another token than the current one.
    Force,
    /// To keep the token fresh; it never ends.
    KeepFresh,
}

/// Who calls, in which situation, and how much may go wrong.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub(super) callers: Vec<Wish>,
    /// Whether the source holds a token already, of which this much of its lifetime has passed.
    pub(super) held_for: Option<Duration>,
    pub(super) drops: usize,
    /// Responses other than a token.
    pub(super) faults: usize,
    pub(super) advances: usize,
    pub(super) invalidations: usize,
    pub(super) replacements: usize,
    pub(super) runtime: Runtime,
    /// How often the runtime ends.
    pub(super) ends: usize,
}

impl Scenario {
    pub(super) fn cold(callers: &[Wish]) -> Self {
        Self {
            callers: callers.to_vec(),
            held_for: None,
            drops: 0,
            faults: 0,
            advances: 0,
            invalidations: 0,
            replacements: 0,
            runtime: Runtime::None,
            ends: 0,
        }
    }
}

impl Wish {
    fn deadline(self) -> Option<Duration> {
        match self {
            Self::Deadline(span) => Some(seconds(span)),
            _ => None,
        }
    }
}

struct Caller {
    wish: Wish,
    future: Option<Stored<Result<AccessToken, Error>>>,
    woken: Arc<Flag>,
    has_been_polled: bool,
    /// Whether its deadline had passed when it was first polled. Such a call fails at once, with a
    /// token or without: a deadline in the past is a mistake of the caller.
    begins_late: bool,
}

impl Caller {
    fn new(source: &TokenSource, wish: Wish) -> Self {
        let source = source.clone();
        let future: Stored<_> = match wish {
            Wish::Token => Box::pin(async move { source.token().await }),
            Wish::Deadline(span) => {
                let deadline = source.now().saturating_add(seconds(span));
                let options = TokenOptions::new().with_deadline(deadline);
                Box::pin(async move { Ok(source.token_with(options).await?.token) })
            }
            Wish::Force => {
                let options = TokenOptions::new().with_force();
                Box::pin(async move { Ok(source.token_with(options).await?.token) })
            }
            Wish::KeepFresh => Box::pin(async move {
                source.keep_fresh().await;
                unreachable!("keeping a token fresh has no end")
            }),
        };
        Self {
            wish,
            future: Some(future),
            woken: Flag::raised(),
            has_been_polled: false,
            begins_late: false,
        }
    }

    fn is_waiting(&self) -> bool {
        self.future.is_some()
    }

    fn is_runnable(&self) -> bool {
        self.is_waiting() && self.woken.is_raised()
    }
}

/// Stands for a caller who comes to see what all others wait for.
const PROBE: usize = usize::MAX;

pub(super) struct Simulation {
    start: Moment,
    clock: ManualClock,
    board: Board,
    source: TokenSource,
    callers: Vec<Caller>,
    /// What may still go wrong.
    left: Scenario,
    /// The token that was handed out last.
    latest: Option<AccessToken>,
    given_up: Vec<String>,
    /// How many requests there may be, beyond one for each that was abandoned.
    allowed: usize,
    /// The first request under the configuration in force.
    first_valid: usize,
    errors_allowed: bool,
}

pub(super) fn config(client: &str) -> Config {
    let endpoint = "https://login.example.com/token".parse();
    let delay = |span| Backoff::new(seconds(span), seconds(span));
    let retry = RetryPolicy::new()
        .with_attempts(2)
        .with_backoff(delay(1))
        .with_outage_cool_down(delay(60))
        .with_refusal_cool_down(delay(60));
    endpoint
        .and_then(|endpoint| Config::custom(endpoint, ClientCredentials::new(client, "s3cret")))
        .expect("the values are fixed and good")
        .with_retry(retry)
}

impl Simulation {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let start = start();
        let clock = ManualClock::new(start);
        let board = Board::new(clock.clone(), scenario.runtime);
        let source = TokenSource::with_clock(config("first"), board.clone(), clock.clone(), 7);
        let mut simulation = Self {
            start,
            clock,
            board,
            source,
            callers: Vec::new(),
            left: scenario.clone(),
            latest: None,
            given_up: Vec::new(),
            allowed: 1 + scenario
                .callers
                .iter()
                .filter(|it| **it == Wish::Force)
                .count(),
            first_valid: 0,
            errors_allowed: false,
        };
        if let Some(age) = scenario.held_for {
            simulation.fetch_and_age(age);
        }
        let callers = scenario.callers.iter();
        simulation.callers = callers
            .map(|wish| Caller::new(&simulation.source, *wish))
            .collect();
        simulation
    }

    fn fetch_and_age(&mut self, age: Duration) {
        self.callers = vec![Caller::new(&self.source, Wish::Token)];
        let first = self.left.clone();
        while !self.is_over() {
            let step = self.steps()[0];
            self.play(step)
                .expect("nothing is in the way of the first token");
        }
        self.left = first;
        self.clock.advance(age);
        self.start = self.clock.now();
        self.allowed += 1;
    }

    /// Whether all callers are through.
    pub(super) fn is_over(&self) -> bool {
        !self
            .callers
            .iter()
            .any(|it| it.is_waiting() && it.wish != Wish::KeepFresh)
    }

    /// The moves that do no harm; the first is the one by which the simulation comes to rest.
    pub(super) fn steps(&self) -> Vec<Move> {
        let mut moves = self.polls();
        moves.extend(self.board.runnable().into_iter().map(Move::Run));
        let responses = self.board.in_flight().into_iter();
        moves.extend(responses.map(|id| Move::Reply(id, Reply::Token)));
        if moves.is_empty() && self.board.next_due(None).is_some() {
            moves.push(Move::Advance);
        }
        moves
    }

    /// Every move, those that disturb among them.
    pub(super) fn moves(&self) -> Vec<Move> {
        let mut moves = self.steps();
        if self.left.faults > 0 {
            for id in self.board.in_flight() {
                let faults = [Reply::Outage, Reply::Refusal, Reply::Panic];
                moves.extend(faults.map(|response| Move::Reply(id, response)));
            }
        }
        if self.left.drops > 0 {
            let dropped = |it: &Caller| it.is_waiting() && it.has_been_polled;
            moves.extend(self.those(dropped).map(Move::Drop));
        }
        let time_can_pass = self.board.next_due(None).is_some();
        if self.left.advances > 0 && time_can_pass && !moves.contains(&Move::Advance) {
            moves.push(Move::Advance);
        }
        if self.left.ends > 0 && self.board.has_tasks() {
            moves.push(Move::End);
        }
        if self.left.invalidations > 0 && self.latest.is_some() {
            moves.push(Move::Invalidate);
        }
        if self.left.replacements > 0 {
            moves.push(Move::Replace);
        }
        moves
    }

    /// Callers that were not polled yet and want the same are alike: the first stands for all.
    fn polls(&self) -> Vec<Move> {
        let mut seen = Vec::new();
        let mut moves = Vec::new();
        for caller in self.those(Caller::is_runnable) {
            let it = &self.callers[caller];
            if !it.has_been_polled {
                if seen.contains(&it.wish) {
                    continue;
                }
                seen.push(it.wish);
            }
            moves.push(Move::Poll(caller));
        }
        moves
    }

    fn those(&self, like: impl Fn(&Caller) -> bool) -> impl Iterator<Item = usize> {
        let like = move |(_, caller): &(usize, &Caller)| like(caller);
        let callers = self.callers.iter().enumerate().filter(like);
        callers.map(|(id, _)| id)
    }

    /// Makes one move and checks what must hold after each.
    pub(super) fn play(&mut self, step: Move) -> Result<(), String> {
        match step {
            Move::Poll(caller) => self.poll(caller)?,
            Move::Drop(caller) => {
                self.left.drops -= 1;
                self.callers[caller].future = None;
            }
            Move::Reply(id, response) => self.respond(id, response),
            Move::Advance => {
                self.left.advances = self.left.advances.saturating_sub(1);
                self.board.advance();
                self.allowed += usize::from(self.has_daemon());
                if self.start.saturating_add(TIMEOUT).monotonic() <= self.clock.now().monotonic() {
                    // A request may have taken too long.
                    self.allowed += 1;
                    self.errors_allowed |= self.left.runtime.has_timeout();
                }
            }
            Move::Run(task) => self.board.run(task),
            Move::End => {
                self.left.ends -= 1;
                self.board.end_runtime();
            }
            Move::Invalidate => self.invalidate(),
            Move::Replace => self.replace(),
        }
        self.check()
    }

    fn has_daemon(&self) -> bool {
        self.callers.iter().any(|it| it.wish == Wish::KeepFresh)
    }

    fn poll(&mut self, id: usize) -> Result<(), String> {
        self.board.polls(id);
        let is_late = self.is_late(id);
        let caller = &mut self.callers[id];
        caller.begins_late |= is_late && !caller.has_been_polled;
        caller.has_been_polled = true;
        caller.woken.lower();
        let waker = Waker::from(Arc::clone(&caller.woken));
        let mut context = Context::from_waker(&waker);
        let future = caller
            .future
            .as_mut()
            .expect("a caller that is through is not polled");
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
        match polled {
            Ok(Poll::Pending) if is_late => Err(format!(
                "caller {id} waits although its deadline had passed"
            )),
            Ok(Poll::Pending) => Ok(()),
            Ok(Poll::Ready(result)) => {
                caller.future = None;
                self.judge(id, result)
            }
            Err(_) => {
                caller.future = None;
                Ok(())
            }
        }
    }

    /// Whether a caller may be told this, given what has happened.
    fn judge(&mut self, id: usize, result: Result<AccessToken, Error>) -> Result<(), String> {
        let is_late = self.is_late(id);
        let caller = &self.callers[id];
        if caller.begins_late {
            return match result {
                Err(_) => Ok(()),
                Ok(_) => Err(format!("caller {id} was served beyond its deadline")),
            };
        }
        let takes_any = caller.wish != Wish::Force;
        let token = match result {
            Err(error) if takes_any && self.has_usable() => {
                return Err(format!("caller {id} failed beside a usable token: {error}"));
            }
            Err(_) if self.errors_allowed || is_late => return Ok(()),
            Err(error) => return Err(format!("caller {id} failed for no reason: {error}")),
            Ok(token) => token,
        };
        let text = token.expose_secret();
        if number_of(text).is_none_or(|number| number < self.first_valid) {
            return Err(format!(
                "caller {id} got {text} of a replaced configuration"
            ));
        }
        if token.is_expired(self.clock.now()) {
            return Err(format!("caller {id} got {text} beyond its end"));
        }
        if self.given_up.iter().any(|given_up| given_up == text) {
            return Err(format!("caller {id} got {text}, which was given up"));
        }
        self.latest = Some(token);
        Ok(())
    }

    /// Whether the deadline of a caller has passed.
    fn is_late(&self, caller: usize) -> bool {
        let deadline = self.callers[caller].wish.deadline();
        let deadline = deadline.map(|span| self.start.saturating_add(span));
        deadline.is_some_and(|deadline| self.clock.now().has_reached(deadline))
    }

    /// Whether the token that was handed out last is valid, and nothing has happened to it.
    fn has_usable(&self) -> bool {
        let now = self.clock.now();
        self.latest.as_ref().is_some_and(|token| {
            let text = token.expose_secret();
            let number = number_of(text);
            !token.is_expired(now)
                && number.is_some_and(|number| number >= self.first_valid)
                && !self.given_up.iter().any(|given_up| given_up == text)
        })
    }

    fn respond(&mut self, id: usize, response: Reply) {
        if response != Reply::Token {
            self.left.faults -= 1;
            self.allowed += 1;
            self.errors_allowed = true;
        }
        self.board.respond(id, response);
    }

    fn invalidate(&mut self) {
        self.left.invalidations -= 1;
        let token = self.latest.clone().expect("there is one to give up");
        if self.source.invalidate(&token) {
            self.given_up.push(token.expose_secret().to_owned());
            self.allowed += 1;
        }
    }

    fn replace(&mut self) {
        self.left.replacements -= 1;
        self.first_valid = self.board.requests();
        self.allowed += 1;
        self.source.replace_config(config("second"));
    }

    fn check(&self) -> Result<(), String> {
        // A task that does not run cannot let go of a request that was given up.
        let has_stray = self.left.runtime.has_timeout();
        if self.board.has_twins() && !has_stray {
            return Err("two requests of one configuration are in flight".to_owned());
        }
        let most = self.allowed + self.board.abandoned();
        if self.board.requests() > most {
            return Err(format!("there are more than {most} requests"));
        }
        let in_flight = self.board.in_flight();
        let is_quiet = self.those(Caller::is_runnable).next().is_none()
            && self.board.runnable().is_empty()
            && in_flight.iter().all(|id| *id < self.first_valid);
        if !is_quiet {
            return Ok(());
        }
        match self.those(Caller::is_waiting).find(|id| self.is_lost(*id)) {
            Some(caller) => Err(format!("nothing will wake caller {caller}")),
            None => Ok(()),
        }
    }

    /// Whether nothing but its deadline can end a caller's wait, or the response to a request of a
    /// replaced configuration that another carries. In the pause before a request each waits for the
    /// end of that as well, unless its deadline comes first.
    fn is_lost(&self, caller: usize) -> bool {
        if self.board.carries(caller) {
            return false;
        }
        let Some(due) = self.board.next_due(Some(caller)) else {
            return true;
        };
        let deadline = self.callers[caller].wish.deadline();
        let deadline = deadline.map(|span| self.start.saturating_add(span));
        deadline.is_some_and(|deadline| due.has_reached(deadline) && !self.is_paused_to(deadline))
    }

    /// Whether a caller who comes now, and has no deadline, would wait at least that long for the
    /// end of a pause. If it would not wait or would send, the callers who wait have been forgotten.
    fn is_paused_to(&self, deadline: Moment) -> bool {
        self.board.polls(PROBE);
        let requests = self.board.requests();
        let mut probe = Caller::new(&self.source, Wish::Token);
        let future = probe.future.as_mut().expect("it has just been made");
        let mut context = Context::from_waker(Waker::noop());
        let is_pending = future.as_mut().poll(&mut context).is_pending();
        let due = self.board.next_due(Some(PROBE));
        let is_paused = due.is_some_and(|due| due.has_reached(deadline));
        is_pending && self.board.requests() == requests && is_paused
    }
}

/// The number of the request that brought a token.
fn number_of(token: &str) -> Option<usize> {
    token.strip_prefix("token-")?.parse().ok()
}
