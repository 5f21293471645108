//! A token whenever one is wanted: drives a [`Session`](crate::Session) over a transport.
//!
//! | to | see |
//! |---|---|
//! | have a token at hand | [`TokenSource`], [`BlockingTokenSource`] |
//! | serve many clients | [`TokenSources`] |
//! | say what the token has to meet | [`TokenOptions`], [`OnShort`], [`Obtained`] |
//! | hear what happens | [`Event`], [`Subscription`] |
//! | fetch one token with one request | [`fetch_token`], [`fetch_token_blocking`] |
//! | give a source a clock | [`Clock`], [`SystemClock`], [`ManualClock`] |

mod blocking;
mod driver;
mod engine;
mod event;
mod fake;
mod flight;
mod launch;
mod options;
mod set;
mod shard;
mod shared;
mod tenant;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::address::ApiBase;
use crate::clock::{Moment, source_clock};
use crate::config::Config;
use crate::discovery::TenantConfiguration;
use crate::error::{Error, ErrorKind};
use crate::protocol::{AccessToken, overwrite, read_token_response, token_request};
use crate::session::Status;
use crate::transport::{BlockingTransport, Transport, TransportResult};
use driver::Tasks;
use engine::Engine;
use fake::FakeTransport;

pub use crate::clock::{Clock, ManualClock, SystemClock};
pub use blocking::BlockingTokenSource;
pub use event::{Event, Subscription};
pub use options::{Obtained, OnShort, TokenOptions};
pub use set::TokenSources;

pub(crate) use driver::ready;
pub(crate) use shared::{Shared, Source};

/// Hands out a token of one client at one server, and keeps it fresh.
///
/// Clones share the token. All callers together make one request at a time; a token that is fresh
/// is handed out without a lock or a wait. The rules are those of [`Session`](crate::Session).
///
/// ```
/// use cxone_auth_core::{Config, Error, TokenSource, Transport};
///
/// # async fn example(config: Config, transport: impl Transport + 'static) -> Result<(), Error> {
/// // One for each client; cloned wherever a token is wanted.
/// let source = TokenSource::new(config, transport);
///
/// // Before each call of an API.
/// let token = source.token().await?;
/// let authorization = token.authorization();
/// # let _ = authorization;
///
/// // When the API rejects it: the next call brings another, one for all callers.
/// source.invalidate(&token);
/// # Ok(())
/// # }
/// ```
///
/// A request belongs to the source, not to the call that started it. Any call may be dropped at any
/// time, or run out of time: the request stays, and the next caller goes on with it. Whoever waits
/// for it polls it, so that a call that is kept without being polled holds nobody up. After the
/// transport's [`timeout`](Transport::timeout) a request is given up.
///
/// A source starts no thread, and no task but by [`Transport::spawn`]: over the transports of this
/// workspace, called within a tokio runtime, each request is a task, and no caller waits for a
/// renewal. Over others the caller who begins a renewal carries it for a quarter of a second at
/// most, and then goes on with the token that is still valid, as all others do at once.
///
/// A cool-down ends on purpose when the configuration is replaced, also by an equal one.
///
/// It runs in whatever runtime the transport runs in.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared<Tasks>>);

impl TokenSource {
    /// A source for `config` over `transport`.
    #[must_use]
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        Self::over(Arc::new(Engine::new(config)), transport)
    }

    /// A source whose time and jitter are given: for tests, and for programs with a clock
    /// of their own.
    #[must_use]
    pub fn with_clock(
        config: Config,
        transport: impl Transport + 'static,
        clock: impl Clock + 'static,
        seed: u64,
    ) -> Self {
        let engine = Engine::with_clock(config, source_clock(clock), seed);
        Self::over(Arc::new(engine), transport)
    }

    /// A fake for tests: hands out `token`, and asks nobody.
    ///
    /// [`AccessToken::bearer`] makes a token. When its lifetime is over or it was
    /// invalidated, one with the same text and lifetime takes its place. A call with a
    /// maximum wait waits for real, in any runtime.
    ///
    /// Its API is at `https://api.fake.invalid`, which no machine has. For calls to a server of
    /// the test, [`replace_config`](Self::replace_config) with one that names its address.
    #[must_use]
    pub fn fixed(token: AccessToken) -> Self {
        let engine = Engine::holding(token.clone(), FakeTransport::config());
        Self::over(Arc::new(engine), FakeTransport::Token(token))
    }

    /// A fake for tests: fails with an error of this kind whenever it is asked, and asks
    /// nobody. A call through an authorizer or a client of an adapter fails the same way.
    #[must_use]
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(FakeTransport::config(), FakeTransport::Failure(kind))
    }

    fn over(engine: Arc<Engine>, transport: impl Transport + 'static) -> Self {
        let driver = Tasks(Arc::new(transport));
        Self(Arc::new(Shared { engine, driver }))
    }

    /// A token that can be used now.
    ///
    /// # Errors
    ///
    /// The error of the request that failed, which every caller gets until its
    /// [`retry_at`](Error::retry_at); [`Error::kind`] says what to do about it.
    pub async fn token(&self) -> Result<AccessToken, Error> {
        // Here, since a fresh token needs no further future.
        match self.0.engine.fresh() {
            Some(token) => Ok(token),
            None => self.0.requested_token().await,
        }
    }

    /// A token that meets `options`.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token); also of kind
    /// [`Unavailable`](crate::ErrorKind::Unavailable) when the deadline has passed, and of
    /// kind [`Configuration`](crate::ErrorKind::Configuration) when the server gives no
    /// token that is valid long enough and the options refuse a shorter one.
    pub async fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        self.0.token_with(options).await
    }

    /// Where the API is that the token is for: what the configuration says
    /// ([`Config::with_api_base`]), `https://api.{domain}` at Genesys Cloud, and at CXone
    /// what the [`tenant_configuration`](Self::tenant_configuration) names. A token of an access
    /// key alone may name no tenant: then its response says where the API is, if that is under a
    /// domain of NICE.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] for a server that has no API of its own, unless the
    /// configuration names one; at CXone as
    /// [`tenant_configuration`](Self::tenant_configuration).
    pub async fn api_base(&self) -> Result<ApiBase, Error> {
        self.0.api_base().await
    }

    /// Where the tenant of the token lives, by CXone's discovery: the issuer's OpenID
    /// configuration, then the tenant's own.
    ///
    /// Clones share it, and so do blocking sources that share the token. All callers
    /// together make one discovery at a time, which is two requests over the source's own
    /// transport; none of them carries a credential. What was found is kept while tokens
    /// come and go, and asked for again once it is a day old, by one caller, while the
    /// others go on with it. Where that fails the old one is served on. It is dropped when
    /// a token names another tenant, or when [`replace_config`](Self::replace_config)
    /// brings another client, issuer, or API, and by
    /// [`forget_tenant`](Self::forget_tenant).
    ///
    /// A discovery that failed is not tried again at once. Everybody gets its error until
    /// its [`retry_at`](Error::retry_at), by the rule of the token requests: after one
    /// request, and then the cool-downs of [`RetryPolicy`](crate::config::RetryPolicy),
    /// longer for a refusal than for an outage, with the server's `Retry-After` honoured.
    /// Another configuration ends a cool-down. None of this touches the token.
    ///
    /// Any call may be dropped at any time; if it was the one that asked, the next takes
    /// over.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token), since the token names the tenant, and as
    /// [`read_openid_response`](crate::discovery::read_openid_response) and
    /// [`read_tenant_response`](crate::discovery::read_tenant_response).
    pub async fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        self.0.tenant_configuration().await
    }

    /// Forgets where the tenant lives, so that the next call of
    /// [`api_base`](Self::api_base) or [`tenant_configuration`](Self::tenant_configuration)
    /// asks again: for a tenant that was moved, whose old API responds with 401 or 404 to a
    /// good token, before the day is over.
    ///
    /// Each time costs two requests, so it is nothing to do after every 404. The token
    /// stays, and so does the cool-down of a discovery that has failed.
    pub fn forget_tenant(&self) {
        self.0.engine.tenancy().forget();
    }

    /// Gives up `token` because an API rejected it, and says whether that took effect: see
    /// [`Session::invalidate`](crate::Session::invalidate).
    #[expect(
        clippy::must_use_candidate,
        reason = "a caller asks for a token next, whether it took effect or not"
    )]
    pub fn invalidate(&self, token: &AccessToken) -> bool {
        self.0.engine.invalidate(token)
    }

    /// Goes on with another configuration, without a restart: see
    /// [`Session::replace_config`](crate::Session::replace_config).
    pub fn replace_config(&self, config: Config) {
        self.0.engine.replace_config(config);
    }

    /// How the source stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.engine.status()
    }

    /// Calls `listener` for everything that happens from here on, until the subscription is
    /// dropped. It runs on the task or thread that made it happen, outside any lock, and should be
    /// quick.
    pub fn events(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.0.engine.listen(listener)
    }

    /// The moment by the source's clock, to count a deadline from.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.engine.now()
    }

    /// A source for blocking callers that shares everything with this one but the transport: the
    /// token, the request in flight, the cool-downs. A program with tasks and threads then makes
    /// one request for both.
    #[must_use]
    pub fn blocking(&self, transport: impl BlockingTransport + 'static) -> BlockingTokenSource {
        BlockingTokenSource::over(Arc::clone(&self.0.engine), transport)
    }

    /// Renews the token without waiting for callers, for as long as the future is polled: spawn
    /// it where a first call after a quiet time must not wait. It never ends by itself, and keeps
    /// the source alive. Tokens that are valid for less than ten seconds are asked for every ten
    /// seconds only.
    pub async fn keep_fresh(self) {
        self.0.keep_fresh().await;
    }
}

impl Source for TokenSource {
    type Driver = Tasks;

    fn shared(&self) -> &Shared<Tasks> {
        &self.0
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Fetches one token: one request, no cache, no retry.
///
/// # Errors
///
/// Those of [`read_token_response`]; when no complete response arrived, one of kind
/// [`Unavailable`](crate::ErrorKind::Unavailable), [`Configuration`](crate::ErrorKind) or
/// [`Protocol`](crate::ErrorKind::Protocol) with the [`transport`](Error::transport)'s own.
pub async fn fetch_token(transport: &dyn Transport, config: &Config) -> Result<AccessToken, Error> {
    fetch(config, |request| transport.send(request)).await
}

/// Fetches one token like [`fetch_token`], blocking the calling thread.
///
/// # Errors
///
/// As [`fetch_token`].
pub fn fetch_token_blocking(
    transport: &dyn BlockingTransport,
    config: &Config,
) -> Result<AccessToken, Error> {
    let send = |request| std::future::ready(transport.send(request));
    ready(fetch(config, send))
}

async fn fetch<F: Future<Output = TransportResult>>(
    config: &Config,
    send: impl FnOnce(Request<Bytes>) -> F,
) -> Result<AccessToken, Error> {
    let sent_at = Moment::now();
    let result = send(token_request(config)).await;
    let response = result.map_err(|failure| Error::of_failure(config, failure))?;
    let token = read_token_response(config, sent_at, &response);
    overwrite(response);
    token
}
