//! A source for blocking callers.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::driver::{Threads, ready};
use super::engine::Engine;
use super::event::{Event, Subscription};
use super::fake::FakeTransport;
use super::options::{Obtained, TokenOptions};
use super::parking::block_on;
use super::shared::{Shared, Source};
use super::sharing::Store;
use super::{TokenSource, fetch, read_credentials};
use crate::address::ApiBase;
use crate::clock::{Clock, Moment, source_clock};
use crate::config::Config;
use crate::discovery::TenantConfiguration;
use crate::error::{Error, ErrorKind, StoreError};
use crate::protocol::AccessToken;
use crate::session::Status;
use crate::store::{BlockingTokenStore, Forget, Forgotten, StoreOptions};
use crate::transport::{BlockingTransport, TransportError, TransportErrorKind};

/// Hands out a token of one client at one server and keeps it fresh, for blocking callers.
///
/// It works like [`TokenSource`](crate::TokenSource), with threads instead of tasks. The two can
/// share a token ([`TokenSource::blocking`](crate::TokenSource::blocking)). The thread that carries
/// a request is bound to it until the transport returns. The transport gives the request up
/// ([`BlockingTransport::send_within`]) at the thread's deadline, or when half of the remaining
/// lifetime of a valid token has passed. Nobody continues such a request. If all threads have less
/// time than the server needs, none of them gets a first token.
#[derive(Clone)]
pub struct BlockingTokenSource(Arc<Shared<Threads>>);

impl BlockingTokenSource {
    /// Returns a source for `config` over `transport`.
    #[must_use]
    pub fn new(config: Config, transport: impl BlockingTransport + 'static) -> Self {
        Self::over(Arc::new(Engine::new(config)), transport)
    }

    /// Returns a source with the given clock and jitter seed. See
    /// [`TokenSource::with_clock`](crate::TokenSource::with_clock).
    #[must_use]
    pub fn with_clock(
        config: Config,
        transport: impl BlockingTransport + 'static,
        clock: impl Clock + 'static,
        seed: u64,
    ) -> Self {
        let engine = Engine::with_clock(config, source_clock(clock), seed);
        Self::over(Arc::new(engine), transport)
    }

    /// Shares the token with other processes, through `store`. See
    /// [`TokenSource::with_store`](crate::TokenSource::with_store).
    #[must_use]
    pub fn with_store(
        self,
        store: impl BlockingTokenStore + 'static,
        options: StoreOptions,
    ) -> Self {
        self.0
            .engine
            .share(Store::Threads(Arc::new(store)), options);
        self
    }

    /// Removes from the store what is stored for the configuration. See
    /// [`TokenSource::forget_stored`](crate::TokenSource::forget_stored).
    ///
    /// # Errors
    ///
    /// The errors of [`TokenSource::forget_stored`](crate::TokenSource::forget_stored).
    pub fn forget_stored(&self, what: Forget) -> Result<Forgotten, StoreError> {
        ready(self.0.forget_stored(what))
    }

    /// Returns a fake for tests. See [`TokenSource::fixed`](crate::TokenSource::fixed).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cxone_auth_core::{AccessToken, BlockingTokenSource, Moment};
    ///
    /// let token = AccessToken::bearer("example", Moment::now(), Duration::from_secs(3_600))?;
    /// let source = BlockingTokenSource::fixed(token);
    /// assert_eq!(source.token()?.authorization(), "Bearer example");
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    #[must_use]
    pub fn fixed(token: AccessToken) -> Self {
        let engine = Engine::holding(token.clone(), FakeTransport::config());
        Self::over(Arc::new(engine), FakeTransport::Token(token))
    }

    /// Returns a fake for tests that fails. See
    /// [`TokenSource::failing`](crate::TokenSource::failing).
    #[must_use]
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(FakeTransport::config(), FakeTransport::Failure(kind))
    }

    pub(super) fn over(engine: Arc<Engine>, transport: impl BlockingTransport + 'static) -> Self {
        let driver = Threads(Arc::new(transport));
        Self(Arc::new(Shared { engine, driver }))
    }

    /// Returns a token that can be used now.
    ///
    /// # Errors
    ///
    /// The errors of [`TokenSource::token`](crate::TokenSource::token).
    pub fn token(&self) -> Result<AccessToken, Error> {
        match self.0.engine.fresh() {
            Some(token) => Ok(token),
            None => ready(self.0.requested_token()),
        }
    }

    /// Returns a token that meets `options`.
    ///
    /// The thread that sends the request gives it up at its own deadline, and nobody continues it.
    /// If all threads have deadlines that are shorter than what the server needs, none of them gets
    /// a new token, and each sends a request in vain. In such a program, let one thread call
    /// [`token`](Self::token), which has no deadline: at the start, and every few minutes from then
    /// on. Or share the token of a [`TokenSource`](crate::TokenSource)
    /// ([`blocking`](crate::TokenSource::blocking)) that a runtime keeps fresh
    /// ([`keep_fresh`](crate::TokenSource::keep_fresh)). A thread then gets the token that is
    /// valid, whatever its deadline.
    ///
    /// # Errors
    ///
    /// The errors of [`TokenSource::token_with`](crate::TokenSource::token_with).
    pub fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        ready(self.0.token_with(options))
    }

    /// Returns the address of the API that the token is for. See
    /// [`TokenSource::api_base`](crate::TokenSource::api_base).
    ///
    /// # Errors
    ///
    /// The errors of [`TokenSource::api_base`](crate::TokenSource::api_base).
    pub fn api_base(&self) -> Result<ApiBase, Error> {
        ready(self.0.api_base())
    }

    /// Returns the addresses of the token's tenant. See
    /// [`TokenSource::tenant_configuration`](crate::TokenSource::tenant_configuration).
    ///
    /// # Errors
    ///
    /// The errors of
    /// [`TokenSource::tenant_configuration`](crate::TokenSource::tenant_configuration).
    pub fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        ready(self.0.tenant_configuration())
    }

    /// Forgets the tenant's addresses. See
    /// [`TokenSource::forget_tenant`](crate::TokenSource::forget_tenant).
    pub fn forget_tenant(&self) {
        self.0.engine.tenancy().forget();
    }

    /// Gives up `token` because an API rejected it, and reports whether that took effect. See
    /// [`TokenSource::invalidate`](crate::TokenSource::invalidate).
    #[expect(
        clippy::must_use_candidate,
        reason = "a caller asks for a token next, whether it took effect or not"
    )]
    pub fn invalidate(&self, token: &AccessToken) -> bool {
        self.0.engine.invalidate(token)
    }

    /// Uses another configuration from now on. See
    /// [`TokenSource::replace_config`](crate::TokenSource::replace_config).
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
    /// The errors of [`fetch_token_blocking`](crate::fetch_token_blocking). Also
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if another configuration was put
    /// in place meanwhile. That one stays.
    pub fn try_replace_config(&self, config: Config) -> Result<(), Error> {
        ready(self.0.try_replace_config(config))
    }

    /// Returns the status of the source. See [`TokenSource::status`](crate::TokenSource::status).
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.engine.status()
    }

    /// Calls `listener` for each event from now on. See
    /// [`TokenSource::events`](crate::TokenSource::events).
    pub fn events(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.0.engine.listen(listener)
    }

    /// Returns the current moment by the source's clock. Count a deadline from it.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.engine.now()
    }
}

impl Source for BlockingTokenSource {
    type Driver = Threads;

    fn shared(&self) -> &Shared<Threads> {
        &self.0
    }
}

impl fmt::Debug for BlockingTokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingTokenSource")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl TokenSource {
    /// Returns a source for blocking callers. It shares the token, the request in flight and the
    /// cool-downs with this one, and everything else except the transport. A program with tasks and
    /// threads then makes one request for both.
    #[must_use]
    pub fn blocking(&self, transport: impl BlockingTransport + 'static) -> BlockingTokenSource {
        BlockingTokenSource::over(Arc::clone(&self.0.engine), transport)
    }
}

/// Fetches one token like [`fetch_token`](super::fetch_token), blocking the calling thread. The
/// transport's timeout limits the reading of credentials, too.
///
/// # Errors
///
/// The errors of [`fetch_token`](super::fetch_token).
pub fn fetch_token_blocking(
    transport: &dyn BlockingTransport,
    config: &Config,
) -> Result<AccessToken, Error> {
    let send = |request| std::future::ready(transport.send(request));
    if config.has_changing_credentials() {
        within(transport.timeout(), config, fetch(config, send))
    } else {
        ready(fetch(config, send))
    }
}

/// Reads the credentials like [`read_credentials`], blocking the calling thread for at most `limit`.
///
/// # Errors
///
/// The errors of [`read_credentials`].
pub fn read_credentials_blocking(config: &Config, limit: Duration) -> Result<Config, Error> {
    within(limit, config, read_credentials(config))
}

fn within<T>(
    limit: Duration,
    config: &Config,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let end = Moment::now().monotonic().saturating_add(limit);
    let left = || end.saturating_sub(Moment::now().monotonic());
    block_on(future, left).unwrap_or_else(|| {
        let timeout = TransportError::new(TransportErrorKind::Timeout);
        Err(Error::of_failure(config, timeout))
    })
}
