//! A source of valid tokens. It drives a [`Session`](crate::Session) over a transport.
//!
//! | to | see |
//! |---|---|
//! | have a token at hand | [`TokenSource`], [`BlockingTokenSource`] |
//! | serve many clients | [`TokenSources`] |
//! | say what the token has to meet | [`TokenOptions`], [`OnShort`], [`Obtained`] |
//! | hear what happens | [`Event`], [`Subscription`] |
//! | fetch one token with one request | [`fetch_token`], [`fetch_token_blocking`] |
//! | read credentials for a request of your own | [`read_credentials`], [`read_credentials_blocking`] |
//! | give a source a clock | [`Clock`], [`SystemClock`], [`ManualClock`] |

#[cfg(not(target_family = "wasm"))]
mod blocking;
mod delivery;
mod driver;
mod engine;
mod event;
mod fake;
mod flight;
mod identity;
mod launch;
mod limit;
mod material;
mod options;
#[cfg(not(target_family = "wasm"))]
mod parking;
mod published;
mod reading;
mod refused;
mod report;
mod set;
mod shard;
mod shared;
mod sharing;
mod state;
mod step;
mod telemetry;
mod tenant;
mod trial;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;

use crate::address::ApiBase;
use crate::clock::{Moment, source_clock};
use crate::config::Config;
use crate::discovery::TenantConfiguration;
use crate::error::{Error, ErrorKind, StoreError};
use crate::protocol::{AccessToken, overwrite, read_token_response, token_request};
use crate::session::Status;
use crate::store::{Forget, Forgotten, StoreOptions, TokenStore};
use crate::transport::{Transport, TransportResult};
use driver::Tasks;
use engine::Engine;
use fake::FakeTransport;
use reading::Reading;
use sharing::Store;
use telemetry::RequestSpan;

pub use crate::clock::{Clock, ManualClock, SystemClock};
#[cfg(not(target_family = "wasm"))]
pub use blocking::{BlockingTokenSource, fetch_token_blocking, read_credentials_blocking};
pub use event::{Event, Subscription};
pub use options::{Obtained, OnShort, TokenOptions};
pub use set::TokenSources;

#[cfg(not(target_family = "wasm"))]
pub(crate) use driver::ready;
pub(crate) use shared::{Shared, Source};
#[cfg(feature = "tracing")]
pub(crate) use telemetry::many_tokens;

/// Hands out a token of one client at one server and keeps it fresh.
///
/// Clones share the token. All callers together make one request at a time. A fresh token is handed
/// out without a lock or a wait, and so is a valid one while a task renews it. The rules are those of [`Session`](crate::Session).
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
/// A request belongs to the source, not to the call that started it. A call may be dropped at any
/// time, or reach its deadline. The request stays, and the next caller continues it. Every caller
/// who waits for the request polls it. A call that is kept but not polled therefore delays nobody.
/// After the transport's [`timeout`](Transport::timeout) a request is given up.
///
/// A source starts no thread. It starts a task only through [`Transport::spawn`]. With the
/// transports of this workspace, within a tokio runtime, each request is a task, and no caller
/// waits for a renewal. With other transports, the caller who starts a renewal carries it for at
/// most a quarter of a second. Then it continues with the token that is still valid. All other
/// callers do so at once.
///
/// To end a cool-down on purpose, replace the configuration. It may be replaced with an equal one.
///
/// A source runs in the runtime that the transport runs in. If that runtime ends, the request that
/// it has begun is given up ([`Event::Abandoned`]), and the next
/// caller sends another one. The server has then seen both.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared<Tasks>>);

impl TokenSource {
    /// Returns a source for `config` over `transport`.
    #[must_use]
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        Self::over(Arc::new(Engine::new(config)), transport)
    }

    /// Returns a source with the given clock and jitter seed, for tests and for programs that have
    /// their own clock.
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

    /// Shares the token with other processes, through `store`. All of them together make one request
    /// at a time, and use its token.
    ///
    /// A fresh token is handed out without a look at the store. If the store fails, the source makes
    /// requests of its own ([`Event::StoreFailed`]). Clones and
    /// [`blocking`](Self::blocking) sources use the store, too.
    ///
    /// While another process makes the request, a caller without a token waits for it: for twice the
    /// transport's timeout and a few seconds at most, and never beyond its deadline. Then this process
    /// makes its own request.
    #[must_use]
    pub fn with_store(self, store: impl TokenStore + 'static, options: StoreOptions) -> Self {
        self.0.engine.share(Store::Tasks(Arc::new(store)), options);
        self
    }

    /// Removes from the store what is stored for the configuration. The token that this source
    /// holds stays. Without a store, nothing is removed.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be used, if a credential that is part of the entry's name
    /// cannot be read, or if all of that takes longer than the transport's timeout.
    pub async fn forget_stored(&self, what: Forget) -> Result<Forgotten, StoreError> {
        self.0.forget_stored(what).await
    }

    /// Returns a fake for tests. It hands out `token` and sends no request.
    ///
    /// [`AccessToken::bearer`] makes a token. If it has expired or was invalidated, a token with
    /// the same text and lifetime replaces it. A call with a maximum wait waits in real time, in
    /// any runtime.
    ///
    /// Its API is at `https://api.fake.invalid`, which no machine has. To call a server of the
    /// test, pass a configuration with its address to [`replace_config`](Self::replace_config).
    #[must_use]
    pub fn fixed(token: AccessToken) -> Self {
        let engine = Engine::holding(token.clone(), FakeTransport::config());
        Self::over(Arc::new(engine), FakeTransport::Token(token))
    }

    /// Returns a fake for tests. Each of its calls fails with an error of this kind and sends no
    /// request. A call through an authorizer or a client of an adapter fails the same way.
    #[must_use]
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(FakeTransport::config(), FakeTransport::Failure(kind))
    }

    fn over(engine: Arc<Engine>, transport: impl Transport + 'static) -> Self {
        let driver = Tasks(Arc::new(transport));
        Self(Arc::new(Shared { engine, driver }))
    }

    /// Returns a token that can be used now.
    ///
    /// # Errors
    ///
    /// The error of the request that failed. Every caller gets it until its
    /// [`retry_at`](Error::retry_at). [`Error::kind`] says what to do about it.
    pub async fn token(&self) -> Result<AccessToken, Error> {
        // Checked here because a fresh token needs no further future.
        match self.0.engine.fresh() {
            Some(token) => Ok(token),
            None => self.0.requested_token().await,
        }
    }

    /// Returns a token that meets `options`.
    ///
    /// # Errors
    ///
    /// The errors of [`token`](Self::token). Also [`Unavailable`](crate::ErrorKind::Unavailable) if
    /// the deadline has passed. If the options refuse a shorter token, also the error of the renewal
    /// that has failed, or [`Configuration`](crate::ErrorKind::Configuration) if the server gives no
    /// token that is valid long enough.
    pub async fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        self.0.token_with(options).await
    }

    /// Returns the address of the API that the token is for. The configuration can set it
    /// ([`Config::with_api_base`]). At Genesys Cloud it is `https://api.{domain}`. At CXone the
    /// [`tenant_configuration`](Self::tenant_configuration) names it. The token of an access key
    /// alone may name no tenant. Then the address comes from the token response, if it is under a
    /// domain of NICE.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the server has no API of its own and the configuration names
    /// none. At CXone, also the errors of [`tenant_configuration`](Self::tenant_configuration).
    pub async fn api_base(&self) -> Result<ApiBase, Error> {
        self.0.api_base().await
    }

    /// Returns the addresses of the token's tenant, by CXone's discovery. It reads the issuer's
    /// OpenID configuration, then the tenant's own configuration.
    ///
    /// Clones share the result, and so do blocking sources that share the token. All callers
    /// together make one discovery at a time. A discovery is two requests over the source's own
    /// transport. Neither carries a credential. The result is kept when the token is renewed. After
    /// a day, the discovery is repeated, and everybody continues to use the old result: a task does
    /// it, or one caller where the transport has no runtime for tasks ([`Transport::spawn`]). If the
    /// discovery fails, or nobody ends it, the old result keeps being served. The result is dropped
    /// if a token names another tenant, if [`replace_config`](Self::replace_config) sets another client,
    /// issuer or API, and by [`forget_tenant`](Self::forget_tenant).
    ///
    /// A discovery that failed is not repeated at once. Every caller gets its error until its
    /// [`retry_at`](Error::retry_at). The cool-downs are those of token requests
    /// ([`RetryPolicy`](crate::config::RetryPolicy)), but they begin after one request. A cool-down
    /// is longer after a refusal than after an outage. The server's `Retry-After` is respected.
    /// Another configuration ends a cool-down. None of this affects the token.
    ///
    /// A call may be dropped at any time. A task ends the discovery all the same. Where the transport
    /// has no runtime, the next call begins again. Nobody waits for a discovery of somebody else
    /// longer than two requests may take.
    ///
    /// # Errors
    ///
    /// The errors of [`token`](Self::token), because the token names the tenant. Also those of
    /// [`read_openid_response`](crate::discovery::read_openid_response) and
    /// [`read_tenant_response`](crate::discovery::read_tenant_response).
    pub async fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        self.0.tenant_configuration().await
    }

    /// Forgets the tenant's addresses. The next call of [`api_base`](Self::api_base) or
    /// [`tenant_configuration`](Self::tenant_configuration) runs the discovery again. Use it if a
    /// tenant was moved and its old API responds with 401 or 404 to a valid token. Without it, the
    /// move is noticed within a day.
    ///
    /// Each time costs two requests. Do not call it after every 404. The token stays. The cool-down
    /// of a failed discovery stays, too.
    pub fn forget_tenant(&self) {
        self.0.engine.tenancy().forget();
    }

    /// Gives up `token` because an API rejected it, and reports whether that took effect. See
    /// [`Session::invalidate`](crate::Session::invalidate).
    #[expect(
        clippy::must_use_candidate,
        reason = "a caller asks for a token next, whether it took effect or not"
    )]
    pub fn invalidate(&self, token: &AccessToken) -> bool {
        self.0.engine.invalidate(token)
    }

    /// Uses another configuration from now on, without a restart. See
    /// [`Session::replace_config`](crate::Session::replace_config).
    pub fn replace_config(&self, config: Config) {
        self.0.engine.replace_config(config);
    }

    /// Gets a token with another configuration, and then uses that configuration from now on. If
    /// it gets none, everything stays as it is. Use it to check a rotated secret before it is used.
    ///
    /// It sends one request, and a second one only if the credentials are read for each request and
    /// have changed. It does not wait for a cool-down: do not repeat it with a secret that was
    /// refused.
    ///
    /// Its requests are counted in the status, and their ends are events, as of any other request. A
    /// failure begins no cool-down and is no [`last_error`](Status::last_error) of the source.
    ///
    /// # Errors
    ///
    /// The errors of [`fetch_token`]. Also [`ErrorKind::Configuration`] if another configuration was
    /// put in place meanwhile. That one stays.
    pub async fn try_replace_config(&self, config: Config) -> Result<(), Error> {
        self.0.try_replace_config(config).await
    }

    /// Returns the status of the source.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.engine.status()
    }

    /// Calls `listener` for each event from now on, until the subscription is dropped. The listener
    /// runs on the task or thread that caused the event, outside any lock. It should be quick.
    pub fn events(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.0.engine.listen(listener)
    }

    /// Returns the current moment by the source's clock. Count a deadline from it.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.engine.now()
    }

    /// Renews the token without waiting for callers, while the future is polled. Spawn it if the
    /// first call after a quiet time must not wait. The future never ends by itself, and it keeps
    /// the source alive. If tokens are valid for less than ten seconds, it requests one only every
    /// ten seconds.
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

/// Fetches one token with one request, without a cache and without a retry.
///
/// If credentials are read for each request ([`CredentialSource`](crate::config::CredentialSource))
/// and the server refuses them, they are read again. If they have changed, or if there is a previous
/// secret, a second request follows. The transport's timeout does not limit the reading.
///
/// # Errors
///
/// The errors of [`read_token_response`]. If no complete response arrived, the kind is
/// [`Unavailable`](crate::ErrorKind::Unavailable), [`Configuration`](crate::ErrorKind) or
/// [`Protocol`](crate::ErrorKind::Protocol), and [`transport`](Error::transport) returns the
/// transport's own error. If a credential could not be read, the kind is
/// [`Credentials`](crate::ErrorKind::Credentials) or `Unavailable`, and
/// [`credential`](Error::credential) returns its error.
pub async fn fetch_token(transport: &dyn Transport, config: &Config) -> Result<AccessToken, Error> {
    fetch(config, |request| transport.send(request)).await
}

/// Reads the credentials that `config` reads for each request, and returns the configuration of one
/// attempt. Use it with [`token_request`] if you send the request yourself. A constant configuration
/// is returned as it is.
///
/// # Errors
///
/// [`ErrorKind::Credentials`] or [`ErrorKind::Unavailable`] if a credential could not be read or
/// nothing could be signed, and the errors of [`Config::for_attempt`].
pub async fn read_credentials(config: &Config) -> Result<Config, Error> {
    let config = Arc::new(config.clone());
    Reading::new(config, Arc::new(SystemClock)).read().await
}

async fn fetch<F: Future<Output = TransportResult>>(
    config: &Config,
    send: impl Fn(Request<Bytes>) -> F,
) -> Result<AccessToken, Error> {
    if config.has_changing_credentials() {
        let config = Arc::new(config.clone());
        return Reading::new(config, Arc::new(SystemClock))
            .fetch(send)
            .await
            .result;
    }
    let sent_at = Moment::now();
    send_and_read(config, sent_at, send).await
}

/// Sends the request of a configuration, and reads the token.
async fn send_and_read<F: Future<Output = TransportResult>>(
    config: &Config,
    sent_at: Moment,
    send: impl Fn(Request<Bytes>) -> F,
) -> Result<AccessToken, Error> {
    let span = RequestSpan::of(config);
    let result = match span.around(|| send(token_request(config))).await {
        Ok(response) => {
            let token = read_token_response(config, sent_at, &response);
            overwrite(response);
            token
        }
        Err(failure) => Err(Error::of_failure(config, failure)),
    };
    span.ended(&result);
    result
}
