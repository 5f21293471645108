//! A session among its callers, its server and two clocks, with the model watching.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::instant::later;
use crate::model::{Model, Token};
use crate::operation::{CALLERS, Deadline, Nearness, Operation, Passage, Want, Which};
use crate::policy::{Policies, client_config};
use crate::response::{Problem, ServerResponse};
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::session::{Action, Exchange, Outcome, Requirements};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{AccessToken, Moment, Session};

/// What the operations have to reach.
pub(crate) const SITUATIONS: [&str; 26] = [
    "used",
    "served while its renewal is in flight",
    "served while its renewal cools down",
    "used in the margin",
    "used though over",
    "sent",
    "waited",
    "waited in the margin",
    "waited for a retry",
    "waited for the minimum interval",
    "waited for half of the rest",
    "used while its renewal takes long",
    "at hand",
    "at hand during its renewal",
    "at hand in the margin",
    "nothing at hand",
    "refused",
    "refused late",
    "fetched",
    "renewed",
    "kept",
    "retrying",
    "failed",
    "failed with a token",
    "superseded",
    "invalidated",
];

pub(crate) struct Simulation {
    policies: Policies,
    session: Session,
    model: Model,
    now: Moment,
    generation: u32,
    client: u32,
    callers: [Caller; CALLERS],
    tokens: Vec<AccessToken>,
    /// What came of each operation, for comparison with another run.
    pub(crate) story: Vec<String>,
    pub(crate) met: BTreeSet<&'static str>,
}

#[derive(Default)]
struct Caller {
    /// What the caller wants, while it waits or carries an exchange.
    requirements: Option<Requirements>,
    carried: Option<Carried>,
}

struct Carried {
    exchange: Exchange,
    generation: u32,
}

/// How an exchange ends.
enum End {
    Responded(ServerResponse),
    Failed(TransportErrorKind),
}

/// A moment of this century.
pub(crate) fn start() -> Moment {
    let wall = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
    Moment::new(Duration::from_secs(1_000), wall)
}

impl Simulation {
    pub(crate) fn new(seed: u64, policies: &Policies) -> Self {
        Self {
            session: Session::new(client_config("0", "0", policies), seed),
            model: Model::new(policies.renewal(), policies.retry()),
            now: start(),
            generation: 0,
            client: 0,
            callers: Default::default(),
            tokens: Vec::new(),
            story: Vec::new(),
            met: BTreeSet::new(),
            policies: policies.clone(),
        }
    }

    pub(crate) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Poll { caller, want } => {
                self.poll(*caller, want);
            }
            Operation::ServerResponse { caller, response } => {
                self.end_one(*caller, &End::Responded(response.clone()));
            }
            Operation::Fail { caller, failure } => self.end_one(*caller, &End::Failed(*failure)),
            Operation::RunOut { caller } => self.run_out(*caller),
            Operation::Vanish { caller } => self.vanish(*caller),
            Operation::Invalidate(which) => self.invalidate(which),
            Operation::Replace { same_client } => self.replace(*same_client),
            Operation::Pass(passage) => self.pass(passage),
        }
        self.model.check_view(self.now, &self.session);
        self.check_served();
    }

    /// A driver may serve its own copy of the token for as long as the session says: until the last
    /// instant, each poll would hand it out.
    fn check_served(&mut self) {
        let Some((token, until)) = self.session.served_until(self.now) else {
            return;
        };
        if self.now.has_reached(until) {
            return;
        }
        let instant = Duration::from_nanos(1);
        let last = Moment::new(
            until.monotonic().saturating_sub(instant),
            until.wall() - instant,
        );
        let stalled = Moment::new(last.monotonic(), self.now.wall());
        for moment in [self.now, last, stalled] {
            let action = self.session.poll(moment);
            assert!(
                matches!(&action, Action::Use(used) if used.expose_secret() == token.expose_secret()),
                "until then every poll hands the token out, not {action:?}"
            );
        }
        if self
            .model
            .renew_at()
            .is_some_and(|at| self.now.has_reached(at))
        {
            self.met.insert(if self.session.is_in_flight() {
                "served while its renewal is in flight"
            } else {
                "served while its renewal cools down"
            });
        }
    }

    /// Every caller who is still waiting gets a token or an error, however badly things go.
    pub(crate) fn settle(&mut self) {
        for caller in 0..CALLERS {
            for _ in 0..=2 * self.policies.attempts + 4 {
                if self.callers[caller].requirements.is_none() {
                    break;
                }
                while let Some(requester) = self.requester(caller) {
                    self.end(requester, &End::Responded(ServerResponse::Broken));
                }
                let pause = self.poll(caller, &Want::Any);
                self.now = pause.unwrap_or(self.now);
                self.model.check_view(self.now, &self.session);
            }
            let served = self.callers[caller].requirements.is_none();
            assert!(served, "every caller is served or refused in the end");
        }
    }

    /// Lets a caller ask, and returns until when it is told to wait.
    fn poll(&mut self, caller: usize, want: &Want) -> Option<Moment> {
        if self.callers[caller].carried.is_some() {
            return None; // It has its hands full.
        }
        let waiting = self.callers[caller].requirements.take();
        let mut requirements = waiting.unwrap_or_else(|| self.requirements(want));
        let action = self.session.poll_for(self.now, &requirements);
        self.model.asked(self.now, &requirements);
        self.model.check(self.now, &requirements, &action);
        self.note(&action);
        let mut pause = None;
        match action {
            Action::Use(token) => {
                self.tokens.push(token);
                return None;
            }
            Action::Refuse(_) => return None,
            Action::Wait { ticket, until } => {
                requirements = requirements.with_ticket(ticket);
                pause = until;
            }
            Action::Send(exchange) => {
                self.model.sent(self.now, &requirements, exchange.ticket());
                requirements = requirements.with_ticket(exchange.ticket());
                let generation = self.generation;
                self.callers[caller].carried = Some(Carried {
                    exchange,
                    generation,
                });
            }
        }
        self.callers[caller].requirements = Some(requirements);
        pause
    }

    fn requirements(&self, want: &Want) -> Requirements {
        let requirements = Requirements::new();
        match want {
            Want::Any => requirements,
            Want::Lasting(span) => requirements.with_min_ttl(*span),
            Want::OtherThan(which) => match self.token(which) {
                Some(token) => requirements.with_other_than(token),
                None => requirements,
            },
        }
    }

    fn token(&self, which: &Which) -> Option<AccessToken> {
        match which {
            Which::Current => self.session.current().cloned(),
            Which::Older(_) if self.tokens.is_empty() => None,
            Which::Older(number) => Some(self.tokens[number % self.tokens.len()].clone()),
        }
    }

    /// The first caller from `caller` on who carries an exchange.
    fn requester(&self, caller: usize) -> Option<usize> {
        (caller..caller + CALLERS)
            .map(|caller| caller % CALLERS)
            .find(|caller| self.callers[*caller].carried.is_some())
    }

    fn end_one(&mut self, caller: usize, end: &End) {
        if let Some(requester) = self.requester(caller) {
            self.end(requester, end);
        }
    }

    fn end(&mut self, requester: usize, end: &End) {
        let carried = self.callers[requester].carried.take();
        let Carried {
            exchange,
            generation,
        } = carried.expect("the caller carries one");
        let (now, sent_at) = (self.now, exchange.sent_at());
        let name = format!("t{}", self.story.len());
        let session = &mut self.session;
        let outcome = match end {
            End::Responded(response) => {
                session.handle_response(now, exchange, &response.response(&name))
            }
            End::Failed(kind) => session.handle_failure(now, exchange, TransportError::new(*kind)),
        };
        self.note_end(&outcome);
        if generation != self.generation {
            assert!(
                matches!(outcome, Outcome::Superseded),
                "what was asked for under an older configuration no longer counts"
            );
            return;
        }
        let assumed = RenewalPolicy::DEFAULT_ASSUMED_LIFETIME;
        match end.token(name, sent_at, assumed) {
            Ok(token) => self.model.brought(now, token, &outcome, &self.session),
            Err(problem) => self.model.failed(now, &problem, &outcome),
        }
    }

    /// What a driver does at the deadline of a caller.
    fn run_out(&mut self, caller: usize) {
        let Some(requirements) = self.callers[caller].requirements.take() else {
            return;
        };
        let at_hand = self.session.at_hand(self.now, &requirements);
        self.model.check_at_hand(self.now, &requirements, at_hand);
        self.met.insert(match at_hand {
            None => "nothing at hand",
            Some(_) if self.model.is_within_margin(self.now) => "at hand in the margin",
            Some(_) if self.session.is_in_flight() => "at hand during its renewal",
            Some(_) => "at hand",
        });
    }

    fn vanish(&mut self, caller: usize) {
        if let Some(carried) = std::mem::take(&mut self.callers[caller]).carried
            && carried.generation == self.generation
        {
            self.model.lost();
        }
    }

    fn invalidate(&mut self, which: &Which) {
        let Some(token) = self.token(which) else {
            return;
        };
        let took_effect = self.session.invalidate(self.now, &token);
        self.model.invalidated(self.now, &token, took_effect);
        if took_effect {
            self.met.insert("invalidated");
        }
    }

    fn replace(&mut self, same_client: bool) {
        self.generation += 1;
        if !same_client {
            self.client += 1;
        }
        let (id, secret) = (self.client.to_string(), self.generation.to_string());
        let config = client_config(&id, &secret, &self.policies);
        self.session.replace_config(config);
        self.model.replaced(same_client);
    }

    fn pass(&mut self, passage: &Passage) {
        let (monotonic, wall) = (self.now.monotonic(), self.now.wall());
        let epoch = SystemTime::UNIX_EPOCH;
        self.now = match *passage {
            Passage::Both(span) => later(self.now, span),
            Passage::WallForward(span) => Moment::new(monotonic, wall + span),
            Passage::WallBack(span) => Moment::new(monotonic, wall - span),
            Passage::WallStalls(span) => Moment::new(monotonic + span, wall),
            Passage::WallTo(seconds) => {
                let span = Duration::from_secs(seconds.unsigned_abs());
                let wall = if seconds < 0 {
                    epoch - span
                } else {
                    epoch + span
                };
                Moment::new(monotonic, wall)
            }
            Passage::To(deadline, nearness) => self.near(deadline, nearness),
        };
    }

    fn near(&self, deadline: Deadline, nearness: Nearness) -> Moment {
        let model = &self.model;
        let deadline = match deadline {
            Deadline::Renewal => model.renew_at(),
            Deadline::Margin => model.withhold_at(),
            Deadline::Expiry => model.held().map(Token::ends_at),
            Deadline::Retry => model.retry_at(),
            Deadline::ForcedGap => model.gap_ends_at(),
            Deadline::Pace => model.pace_ends_at(self.now),
            Deadline::Overdue => model.serve_at(),
        };
        let left = crate::instant::left(self.now, deadline.unwrap_or(self.now));
        match nearness {
            Nearness::At => later(self.now, left),
            Nearness::Before => later(self.now, left.saturating_sub(Duration::from_nanos(1))),
        }
    }

    fn note(&mut self, action: &Action) {
        let in_margin = self.model.is_within_margin(self.now);
        self.met.insert(match action {
            Action::Use(token) if token.is_expired(self.now) => "used though over",
            Action::Use(_)
                if self
                    .model
                    .serve_at()
                    .is_some_and(|at| self.now.has_reached(at)) =>
            {
                "used while its renewal takes long"
            }
            Action::Use(_) if in_margin => "used in the margin",
            Action::Use(_) => "used",
            Action::Send(_) => "sent",
            Action::Wait { until, .. } if until.is_some() && until == &self.model.serve_at() => {
                "waited for half of the rest"
            }
            Action::Wait { until, .. }
                if until.is_some() && until == &self.model.pace_ends_at(self.now) =>
            {
                "waited for the minimum interval"
            }
            Action::Wait { until: Some(_), .. } => "waited for a retry",
            Action::Wait { .. } if in_margin => "waited in the margin",
            Action::Wait { .. } => "waited",
            Action::Refuse(error)
                if error.retry_at().is_some_and(|at| self.now.has_reached(at)) =>
            {
                "refused late"
            }
            Action::Refuse(_) => "refused",
        });
        self.story.push(format!("{action:?}"));
    }

    fn note_end(&mut self, outcome: &Outcome) {
        self.met.insert(match outcome {
            Outcome::Fetched { .. } => "fetched",
            Outcome::Renewed { .. } => "renewed",
            Outcome::Discarded { .. } => "kept",
            Outcome::Retrying { .. } => "retrying",
            Outcome::Failed { stale: Some(_), .. } => "failed with a token",
            Outcome::Failed { .. } => "failed",
            Outcome::Superseded => "superseded",
        });
        self.story
            .push(format!("{outcome:?} {:?}", self.session.fresh_until()));
    }
}

impl End {
    fn token(&self, name: String, sent_at: Moment, assumed: Duration) -> Result<Token, Problem> {
        match self {
            Self::Responded(response) => match response.lifetime(assumed) {
                Some(lifetime) => Ok(Token {
                    name,
                    sent_at,
                    lifetime,
                }),
                None => Err(response.problem().expect("it is no good response")),
            },
            Self::Failed(TransportErrorKind::Tls) => Err(Problem::staying()),
            Self::Failed(TransportErrorKind::InvalidResponse) => Err(Problem::default()),
            Self::Failed(_) => Err(Problem::passing()),
        }
    }
}
