//! A service whose calls need a token.

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

use cxone_auth_core::session::{Action, Exchange, Outcome, Requirements};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{AccessToken, ClientCredentials, Config, Moment, Region, Session};

use crate::chance::Chance;
use crate::clocks::Clocks;
use crate::options::Options;
use crate::server::{Ending, Server, Weather};
use crate::summary::Summary;

/// How long a patient call waits for a token: longer than any request takes. One in three has less
/// time.
const MAX_WAIT: Duration = Duration::from_secs(45);
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// Runs the service to its end.
pub(crate) fn run(options: &Options) -> Summary {
    let mut service = Service::new(options);
    let end = Duration::from_hours(24) * u32::try_from(options.days).unwrap_or(u32::MAX);
    while service.clocks.passed() < end {
        service.go_on();
    }
    service.conclude(options.days)
}

/// Drives a session by hand: a token source would bring a runtime, timers and a seed of its own,
/// and with them order and time that no seed decides.
struct Service {
    chance: Chance,
    clocks: Clocks,
    server: Server,
    session: Session,
    /// The driver's copy of a token that can be handed out unasked.
    fresh: Option<(AccessToken, Moment)>,
    calls_every: Duration,
    calls_at: Duration,
    waiting: VecDeque<Call>,
    /// When the latest pause within a call of the session is over.
    retries_at: Option<Moment>,
    flights: Vec<Flight>,
    mishap_at: Duration,
    /// The token that the API rejects from here on.
    revoked: Option<AccessToken>,
    rotations: u64,
    failing: bool,
    without_since: Option<Duration>,
    served_at: Duration,
    summary: Summary,
}

/// A call that waits for its token.
struct Call {
    began_at: Duration,
    /// When it has to have a token.
    ends_at: Duration,
    /// Whether there was a usable token when it began, and nothing has happened to it.
    had_token: bool,
    /// Whether it carries, or has carried, a request itself.
    is_requester: bool,
    requirements: Requirements,
}

struct Flight {
    exchange: Exchange,
    ends_at: Duration,
    ending: Ending,
    /// Whether its requester gives up before its end.
    is_dropped: bool,
}

impl Service {
    fn new(options: &Options) -> Self {
        let mut chance = Chance::new(options.seed);
        let server = Server::new(Chance::new(chance.below(u64::MAX)), options.lifetime);
        Self {
            clocks: Clocks::new(),
            server,
            session: Session::new(config(0), options.seed),
            fresh: None,
            calls_every: Duration::from_mins(1)
                / u32::try_from(options.calls_a_minute).unwrap_or(u32::MAX),
            calls_at: Duration::ZERO,
            waiting: VecDeque::new(),
            retries_at: None,
            flights: Vec::new(),
            mishap_at: chance.between(Duration::from_hours(1), Duration::from_hours(12)),
            revoked: None,
            rotations: 0,
            failing: false,
            without_since: Some(Duration::ZERO),
            served_at: Duration::ZERO,
            summary: Summary::default(),
            chance,
        }
    }

    /// Goes to the next event, and through it.
    fn go_on(&mut self) {
        let now = self.clocks.now();
        let passed = self.clocks.passed();
        let retry = self.retries_at.map(|at| passed + now.until(at));
        let flight = self.flights.iter().map(|flight| flight.ends_at).min();
        let gives_up_at = self.waiting.iter().map(|call| call.ends_at).min();
        let next = [retry, flight, gives_up_at].into_iter().flatten();
        let next = next.fold(self.calls_at, Duration::min);
        self.clocks
            .pass_to(next.min(self.mishap_at).min(self.server.changes_at()));
        let passed = self.clocks.passed();
        if self.server.changes_at() <= passed {
            self.change_weather();
        } else if self.mishap_at <= passed {
            self.suffer();
        } else if flight.is_some_and(|at| at <= passed) {
            self.land();
        } else if retry.is_some_and(|at| at <= passed) {
            self.retries_at = None;
            self.wake();
        } else if gives_up_at.is_some_and(|at| at <= passed) {
            self.end_wait();
        } else {
            self.begin_call();
        }
    }

    /// The deadline of a call has come: it gets the token that is valid, if there is one.
    fn end_wait(&mut self) {
        let (now, passed) = (self.clocks.now(), self.clocks.passed());
        let late = self.waiting.iter().position(|call| call.ends_at <= passed);
        let call = late.and_then(|late| self.waiting.remove(late));
        let call = call.expect("one has waited too long");
        match self.session.at_hand(now, &call.requirements).cloned() {
            Some(token) => self.use_token(&call, &token, false),
            None => self.refuse(&call),
        }
    }

    fn begin_call(&mut self) {
        self.calls_at += self.chance.between(Duration::ZERO, self.calls_every * 2);
        let now = self.clocks.now();
        let began_at = self.clocks.passed();
        let max_wait = if self.chance.once_in(3) {
            self.chance.magnitude(SHORTEST_WAIT, 9)
        } else {
            MAX_WAIT
        };
        let call = Call {
            began_at,
            ends_at: began_at + max_wait,
            had_token: self.has_token(now),
            is_requester: false,
            requirements: Requirements::default(),
        };
        let copy = self.fresh.as_ref();
        match copy.filter(|(_, until)| !now.has_reached(*until)) {
            Some((token, _)) => {
                let token = token.clone();
                self.use_token(&call, &token, false);
            }
            None => self.ask(call, false),
        }
    }

    /// Asks the session for a call. `landed`: an exchange has just ended.
    fn ask(&mut self, mut call: Call, landed: bool) {
        let now = self.clocks.now();
        match self.session.poll_for(now, &call.requirements) {
            Action::Use(token) => self.use_token(&call, &token, landed),
            Action::Refuse(_) => self.refuse(&call),
            Action::Wait { ticket, until } => {
                call.requirements = call.requirements.with_ticket(ticket);
                let at = self.retries_at.into_iter().chain(until);
                self.retries_at = at.min_by_key(|at| at.monotonic());
                self.waiting.push_back(call);
            }
            Action::Send(exchange) => {
                call.is_requester = true;
                call.requirements = call.requirements.with_ticket(exchange.ticket());
                self.send(exchange);
                // Somebody else carries it, as a task does.
                self.ask(call, landed);
            }
        }
    }

    fn send(&mut self, exchange: Exchange) {
        let sent_at = self.clocks.passed();
        let (takes, ending) = self.server.response(sent_at);
        let is_dropped = self.chance.once_in(50);
        self.summary.note_request(sent_at);
        self.flights.push(Flight {
            exchange,
            ends_at: sent_at + if is_dropped { takes / 2 } else { takes },
            ending,
            is_dropped,
        });
    }

    /// The flight that is due ends.
    fn land(&mut self) {
        let passed = self.clocks.passed();
        let due = self
            .flights
            .iter()
            .position(|flight| flight.ends_at <= passed);
        let flight = self.flights.swap_remove(due.expect("a flight is due"));
        let (now, exchange) = (self.clocks.now(), flight.exchange);
        if flight.is_dropped {
            self.summary.vanished += 1;
            let ticket = exchange.ticket();
            drop(exchange);
            // Its requester is the first who waits for it.
            let led = |call: &Call| call.requirements.ticket() == Some(ticket);
            if let Some(requester) = self.waiting.iter().position(led) {
                self.waiting.remove(requester);
            }
        } else {
            let outcome = match &flight.ending {
                Ending::ServerResponse(response) => {
                    self.session.handle_response(now, exchange, response)
                }
                Ending::Failure(kind) => {
                    let failure = TransportError::new(*kind);
                    self.session.handle_failure(now, exchange, failure)
                }
            };
            self.note_outcome(&outcome);
        }
        self.wake();
    }

    fn note_outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Fetched { .. } | Outcome::Renewed { .. } | Outcome::Discarded { .. } => {
                self.failing = false;
                if let Some(since) = self.without_since.take() {
                    let without = self.clocks.passed().saturating_sub(since);
                    self.summary.longest_without = self.summary.longest_without.max(without);
                }
            }
            Outcome::Retrying { .. } | Outcome::Failed { .. } => self.failing = true,
            Outcome::Superseded => {}
        }
    }

    /// Whatever has changed, those who wait ask again.
    fn wake(&mut self) {
        self.fresh = self.session.fresh_until();
        for call in mem::take(&mut self.waiting) {
            self.ask(call, true);
        }
    }

    /// The call goes to an API with the token.
    fn use_token(&mut self, call: &Call, token: &AccessToken, landed: bool) {
        let now = self.clocks.now();
        if token.is_expired(now) && !landed {
            self.summary.given_expired += 1;
        }
        let name = AccessToken::expose_secret;
        if self.revoked.as_ref().map(name) == Some(name(token)) {
            if self.session.invalidate(now, token) {
                self.summary.revocations += 1;
                self.forget_tokens();
                self.wake();
                let call = Call {
                    had_token: false,
                    requirements: Requirements::default(),
                    ..*call
                };
                self.ask(call, false);
                return;
            }
            self.summary.given_revoked += 1;
        }
        self.summary.served += 1;
        let passed = self.clocks.passed();
        let waited = passed.saturating_sub(call.began_at);
        if !waited.is_zero() {
            self.summary.served_after_a_wait += 1;
            self.summary.longest_wait = self.summary.longest_wait.max(waited);
        }
        if self.failing {
            self.summary.served_while_failing += passed.saturating_sub(self.served_at);
        }
        self.served_at = passed;
    }

    fn refuse(&mut self, call: &Call) {
        self.summary.refused += 1;
        let has_token = self.has_token(self.clocks.now());
        if has_token || call.had_token && !call.is_requester {
            self.summary.wronged += 1;
        } else if call.had_token {
            // Anyone who carries a renewal gets what becomes of it.
            self.summary.outlasted += 1;
        }
        let passed = self.clocks.passed();
        self.served_at = passed;
        if !has_token && self.without_since.is_none() {
            self.without_since = Some(passed);
        }
    }

    fn has_token(&self, now: Moment) -> bool {
        let current = self.session.current();
        current.is_some_and(|token| !token.is_expired(now))
    }

    /// What happens to a token outside the session is not the session's fault.
    fn forget_tokens(&mut self) {
        for call in &mut self.waiting {
            call.had_token = false;
        }
    }

    fn change_weather(&mut self) {
        if self.server.change() == Weather::Rejecting {
            // Somebody has told the service the new secret.
            self.rotations += 1;
            self.session.replace_config(config(self.rotations));
            self.failing = false;
            self.retries_at = None;
            self.wake();
        }
    }

    /// A clock is set, the machine sleeps, or an API revokes the token.
    fn suffer(&mut self) {
        let step = self.chance.magnitude(Duration::from_secs(1), 11);
        self.mishap_at += self
            .chance
            .between(Duration::from_hours(1), Duration::from_hours(16));
        let kind = self.chance.below(6);
        if kind > 2 {
            self.revoked = self.session.current().cloned();
            return;
        }
        self.summary.clock_steps += 1;
        self.forget_tokens();
        match kind {
            0 => self.clocks.set_wall_forward(step),
            1 => self.clocks.set_wall_back(step),
            _ => {
                self.clocks.sleep(step);
                // Nobody calls while the machine sleeps, and nobody gives up.
                self.calls_at = self.calls_at.max(self.clocks.passed());
                for call in &mut self.waiting {
                    call.began_at += step;
                    call.ends_at += step;
                }
            }
        }
    }

    fn conclude(mut self, days: u64) -> Summary {
        let counts = self.session.status(self.clocks.now()).counts;
        self.summary.requests = counts.requests;
        self.summary.tokens = counts.tokens;
        self.summary.failures = counts.failures;
        self.summary.bad_spells = self.server.bad_spells;
        self.summary.bad_weather = self.server.bad_weather;
        self.summary.days = days;
        self.summary
    }
}

pub(crate) fn config(rotation: u64) -> Config {
    let credentials = ClientCredentials::new("the-client", format!("secret {rotation}"));
    Config::genesys_cloud(Region::EuCentral1, credentials).expect("the credentials are well-formed")
}
