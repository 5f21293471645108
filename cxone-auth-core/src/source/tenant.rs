//! What a source knows of its tenant. One discovery serves all callers and is kept for a day.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use event_listener::Event as Signal;
use http::header::USER_AGENT;

use super::engine::Engine;
use super::step::Pause;
use crate::address::ApiBase;
use crate::clock::Moment;
use crate::config::{Config, Grant};
use crate::discovery::{
    Document, TenantConfiguration, TenantId, issuer, openid_request, read_openid_response,
    read_tenant_response, tenant_request,
};
use crate::error::Error;
use crate::finding::catalogue::api;
use crate::finding::{Confidence, Message, Term};
use crate::platform::Platform;
use crate::protocol::{AccessToken, TokenIdentity};
use crate::session::{Random, cool_down};
use crate::transport::TransportResult;

/// How long a configuration is used. A tenant that has moved is found within a day.
const GOOD_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an old configuration is used before its discovery is repeated again, if nobody has ended
/// the last one.
const UNFINISHED: Duration = Duration::from_secs(60);

/// How many requests a discovery makes.
const REQUESTS: u32 = 2;

/// Returns the address of the API if it is known without a request, or `None` if discovery finds
/// it.
pub(super) fn known_api_base(config: &Config) -> Result<Option<ApiBase>, Error> {
    match (config.api_base(), config.platform()) {
        (Some(base), _) => Ok(Some(base.clone())),
        (None, Platform::Cxone(_)) => Ok(None),
        (None, _) => Err(Error::configuration(
            Message::from("no API is known for this server: name it with ").term(Term::ApiBase),
        )
        .with_finding(api::NO_API_BASE.found(Confidence::Certain, ""))),
    }
}

/// Reports whether the token response may name the address of the API. It may if discovery has
/// failed because the token of an access key alone names no tenant.
pub(super) fn may_be_stated(config: &Config, failure: &Error) -> bool {
    let first = failure.diagnosis().first();
    matches!(config.grant(), Grant::UserHub(_))
        && first.is_some_and(|finding| finding.code() == api::NO_TENANT.code)
}

/// What is known of the tenant, and how the latest discovery went.
pub(super) struct Tenancy {
    state: Mutex<State>,
    /// Wakes those who wait for the current discovery.
    changed: Signal,
}

struct State {
    random: Random,
    known: Option<Known>,
    flight: Option<Flight>,
    failed: Option<FailedLookup>,
    /// The number of the latest discovery.
    latest: u64,
}

struct Known {
    config: Arc<Config>,
    /// The token that named the tenant last. Only another token is decoded.
    token: TokenIdentity,
    configuration: TenantConfiguration,
    refresh_at: Moment,
    discovery: u64,
}

/// What a discovery asks for, and its number.
#[derive(Clone)]
struct Asked {
    config: Arc<Config>,
    tenant: TenantId,
    discovery: u64,
}

/// A discovery that is under way while its guard is alive. Nobody waits for it beyond its limit.
struct Flight {
    asked: Asked,
    alive: Weak<()>,
    /// When both requests should have ended, on the monotonic clock.
    limit: Duration,
}

struct FailedLookup {
    asked: Asked,
    error: Error,
    until: Moment,
    /// How many discoveries have failed in a row.
    failures: u32,
}

/// A call that is waiting for the tenant's configuration.
pub(super) struct TenantLookup<'e> {
    engine: &'e Arc<Engine>,
    /// The longest time that a request takes.
    timeout: Duration,
    /// The configuration at the time of the token request.
    config: Arc<Config>,
    /// The discovery whose outcome this call gets, even if another one follows.
    waited_for: Option<u64>,
}

/// What a caller does next.
pub(super) enum Step {
    Done(Result<TenantConfiguration, Error>),
    Ask(DiscoveryGuard),
    Wait(Pause),
    /// The configuration was replaced meanwhile. The token belongs to another one.
    Again,
}

/// A discovery that has to be ended. If it is dropped without that, it does not count. Another one
/// begins with the next caller, or in a minute if an old configuration is known.
pub(crate) struct DiscoveryGuard {
    engine: Arc<Engine>,
    asked: Asked,
    token: TokenIdentity,
    began_at: Moment,
    alive: Option<Arc<()>>,
}

/// Reports whether a discovery under one configuration is valid for the other.
fn finds_the_same(one: &Arc<Config>, other: &Arc<Config>) -> bool {
    Arc::ptr_eq(one, other) || one.discovers_the_same(other)
}

impl<'e> TenantLookup<'e> {
    /// Returns a lookup under the configuration of the token request.
    pub(super) fn new(engine: &'e Arc<Engine>, timeout: Duration) -> Result<Self, Error> {
        let config = engine.config();
        issuer(&config)?;
        Ok(Self {
            engine,
            timeout,
            config,
            waited_for: None,
        })
    }

    /// Returns what to do next, given the token or the reason why there is none.
    pub(super) fn step(&mut self, token: Result<AccessToken, Error>) -> Step {
        let (now, config) = (self.engine.now(), self.engine.config());
        if !Arc::ptr_eq(&config, &self.config) {
            return match issuer(&config) {
                Ok(_) => {
                    self.config = config;
                    Step::Again
                }
                Err(error) => Step::Done(Err(error)),
            };
        }
        let tenancy = self.engine.tenancy();
        let mut state = tenancy.lock();
        let named = token.and_then(|token| Ok((state.tenant_of(&config, &token)?, token)));
        let (tenant, token) = match named {
            Ok(named) => named,
            // What was found stays valid until a token names another tenant.
            Err(error) => return Step::Done(state.known_of(&config).ok_or(error)),
        };
        if let Some(result) = state.outcome(now, &config, &tenant, self.waited_for) {
            return Step::Done(result);
        }
        if let Some(flight) = state.flight_of(now, &config, &tenant) {
            self.waited_for = Some(flight.asked.discovery);
            // Listening starts under the lock. Otherwise a change could be missed.
            let changed = tenancy.changed.listen();
            let limit = Some(flight.limit).filter(|limit| *limit < Duration::MAX);
            let left = limit.map(|limit| limit.saturating_sub(now.monotonic()));
            return Step::Wait(Pause::within(left, changed));
        }
        let limit = self.timeout.saturating_mul(REQUESTS);
        let limit = now.monotonic().saturating_add(limit);
        let (asked, alive) = state.begin(now, limit, config, tenant);
        self.waited_for = Some(asked.discovery);
        Step::Ask(DiscoveryGuard {
            engine: Arc::clone(self.engine),
            asked,
            token: token.identity(),
            began_at: now,
            alive: Some(alive),
        })
    }
}

impl Tenancy {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(State {
                random: Random::new(seed),
                known: None,
                flight: None,
                failed: None,
                latest: 0,
            }),
            changed: Signal::new(),
        }
    }

    /// Drops what is known. The result of a discovery that is under way is not kept either, because
    /// it started before.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.known = None;
        state.flight = None;
        state.latest += 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code under the lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns the tenant that `token` names. A token is decoded once.
    fn tenant_of(&mut self, config: &Arc<Config>, token: &AccessToken) -> Result<TenantId, Error> {
        let known = self.known.as_mut();
        let mut known = known.filter(|known| finds_the_same(&known.config, config));
        if let Some(known) = known.as_ref().filter(|known| known.token.is_of(token)) {
            return Ok(known.configuration.tenant().clone());
        }
        let tenant = TenantId::of(token)?;
        if let Some(known) = known.as_mut().filter(|known| known.is_of(&tenant)) {
            known.token = token.identity();
        }
        Ok(tenant)
    }

    /// Returns what is known. It may be more than a day old.
    fn known_of(&self, config: &Arc<Config>) -> Option<TenantConfiguration> {
        let known = self.known.as_ref()?;
        let is_same = finds_the_same(&known.config, config);
        is_same.then(|| known.configuration.clone())
    }

    /// Returns what the caller gets without its own discovery, if anything. That is the known
    /// configuration while it is less than a day old, while somebody repeats the discovery, and
    /// while a repeated discovery has just failed. If nothing is known, it is the failure.
    fn outcome(
        &self,
        now: Moment,
        config: &Arc<Config>,
        tenant: &TenantId,
        waited_for: Option<u64>,
    ) -> Option<Result<TenantConfiguration, Error>> {
        let known = self.known.as_ref();
        let known =
            known.filter(|known| finds_the_same(&known.config, config) && known.is_of(tenant));
        let is_its_own = |discovery| waited_for.is_some_and(|waited_for| discovery >= waited_for);
        let is_good =
            |known: &Known| !now.has_reached(known.refresh_at) || is_its_own(known.discovery);
        // Another configuration may have fixed the cause, even if it asks for the same tenant.
        let failed = self.failed.as_ref().filter(|failed| {
            Arc::ptr_eq(&failed.asked.config, config)
                && failed.asked.tenant == *tenant
                && (!now.has_reached(failed.until) || is_its_own(failed.asked.discovery))
        });
        let serve = |known: &Known| Some(Ok(known.configuration.clone()));
        match (known, failed) {
            // It is less than a day old, or this caller waited for it.
            (Some(known), _) if is_good(known) => serve(known),
            // It is old, and a repeated discovery has just failed.
            (Some(known), Some(_)) => serve(known),
            // It is old, and somebody repeats the discovery.
            (Some(known), None) if self.flight_of(now, config, tenant).is_some() => serve(known),
            // Nothing is known, and a discovery has just failed.
            (None, Some(failed)) => Some(Err(failed.error.clone())),
            // It is old or unknown, and no discovery has failed. This caller starts one, or waits
            // for the first one.
            (_, None) => None,
        }
    }

    fn flight_of(&self, now: Moment, config: &Arc<Config>, tenant: &TenantId) -> Option<&Flight> {
        self.flight.as_ref().filter(|flight| {
            flight.alive.strong_count() > 0
                && now.monotonic() < flight.limit
                && flight.asked.tenant == *tenant
                && finds_the_same(&flight.asked.config, config)
        })
    }

    /// Begins a discovery, and returns what keeps it alive.
    fn begin(
        &mut self,
        now: Moment,
        limit: Duration,
        config: Arc<Config>,
        tenant: TenantId,
    ) -> (Asked, Arc<()>) {
        self.latest += 1;
        let asked = Asked {
            config,
            tenant,
            discovery: self.latest,
        };
        // Whoever begins it may leave, and so may everybody after that.
        self.use_until(now.saturating_add(UNFINISHED), &asked);
        let alive = Arc::new(());
        self.flight = Some(Flight {
            asked: asked.clone(),
            alive: Arc::downgrade(&alive),
            limit,
        });
        (asked, alive)
    }

    /// Uses what is known of the tenant until then.
    fn use_until(&mut self, refresh_at: Moment, asked: &Asked) {
        let known = self.known.as_mut();
        let known = known.filter(|known| finds_the_same(&known.config, &asked.config));
        if let Some(known) = known.filter(|known| known.is_of(&asked.tenant)) {
            known.refresh_at = refresh_at;
        }
    }

    fn fail(&mut self, now: Moment, asked: Asked, error: Error) {
        // From now on, the cool-down says when it is repeated.
        self.use_until(now, &asked);
        let before = self.failed.as_ref().filter(|failed| {
            let before = &failed.asked;
            Arc::ptr_eq(&before.config, &asked.config) && before.tenant == asked.tenant
        });
        let failures = before.map_or(0, |failed| failed.failures).saturating_add(1);
        let policy = asked.config.retry();
        let span = cool_down(&policy, &error, failures, &mut self.random);
        let until = now.saturating_add(span);
        self.failed = Some(FailedLookup {
            asked,
            error: error.with_retry_at(until),
            until,
            failures,
        });
    }
}

impl Known {
    fn is_of(&self, tenant: &TenantId) -> bool {
        self.configuration.tenant() == tenant
    }
}

impl DiscoveryGuard {
    /// Makes the requests with `send`, and ends the discovery.
    pub(super) async fn run<F>(self, send: impl Fn(http::Request<Bytes>) -> F)
    where
        F: Future<Output = TransportResult>,
    {
        let response = send(self.openid_request()).await;
        let outcome = match self.tenant_request(response) {
            Ok(request) => self.read(send(request).await),
            Err(error) => Err(error),
        };
        self.end(outcome);
    }

    /// Returns the first request.
    fn openid_request(&self) -> http::Request<Bytes> {
        let issuer =
            issuer(&self.asked.config).expect("a lookup is made for a configuration with one");
        self.identified(openid_request(issuer))
    }

    /// Returns the second request, from the response to the first.
    fn tenant_request(&self, response: TransportResult) -> Result<http::Request<Bytes>, Error> {
        let response = response.map_err(|failure| Document::OpenId.failed(failure))?;
        let found = read_openid_response(&self.asked.config, self.began_at, &response)?;
        Ok(self.identified(tenant_request(found.issuer(), &self.asked.tenant)))
    }

    /// Returns the request with the header that names its sender.
    fn identified(&self, mut request: http::Request<Bytes>) -> http::Request<Bytes> {
        let user_agent = self.asked.config.user_agent();
        request.headers_mut().insert(USER_AGENT, user_agent);
        request
    }

    fn read(&self, response: TransportResult) -> Result<TenantConfiguration, Error> {
        let response = response.map_err(|failure| Document::Tenant.failed(failure))?;
        let Asked { config, tenant, .. } = &self.asked;
        read_tenant_response(config, tenant, self.began_at, &response)
    }

    /// Keeps the outcome, unless another discovery has replaced this one, and wakes all who wait.
    fn end(mut self, outcome: Result<TenantConfiguration, Error>) {
        let now = self.engine.now();
        let engine = Arc::clone(&self.engine);
        let mut state = engine.tenancy().lock();
        if state.latest == self.asked.discovery {
            match outcome {
                Ok(configuration) => {
                    state.failed = None;
                    state.known = Some(Known {
                        config: Arc::clone(&self.asked.config),
                        token: std::mem::take(&mut self.token),
                        configuration,
                        refresh_at: now.saturating_add(GOOD_FOR),
                        discovery: self.asked.discovery,
                    });
                }
                Err(error) => state.fail(now, self.asked.clone(), error),
            }
        }
        drop(state);
        // Dropping the guard ends the flight and wakes those who wait.
    }
}

impl Drop for DiscoveryGuard {
    fn drop(&mut self) {
        let tenancy = self.engine.tenancy();
        // Under the lock, because a caller who has just seen the flight is listening already.
        let state = tenancy.lock();
        drop(self.alive.take());
        drop(state);
        tenancy.changed.notify(usize::MAX);
    }
}
