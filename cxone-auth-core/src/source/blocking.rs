//! The same for blocking callers.

use std::fmt;
use std::sync::Arc;

use super::driver::{Threads, ready};
use super::engine::Engine;
use super::event::{Event, Subscription};
use super::fake::FakeTransport;
use super::options::{Obtained, TokenOptions};
use super::shared::{Shared, Source};
use crate::address::ApiBase;
use crate::clock::{Clock, Moment, source_clock};
use crate::config::Config;
use crate::discovery::TenantConfiguration;
use crate::error::{Error, ErrorKind};
use crate::protocol::AccessToken;
use crate::session::Status;
use crate::transport::BlockingTransport;

/// Hands out a token of one client at one server, and keeps it fresh, for blocking callers.
///
/// All is as with [`TokenSource`](crate::TokenSource), with which it can share its token
/// ([`TokenSource::blocking`](crate::TokenSource::blocking)); threads take the place of tasks. The
/// thread that carries a request is bound to it until the transport returns, and has the transport
/// give up ([`BlockingTransport::send_within`]) at its deadline, or when half of what is left of a
/// valid token has passed. Nobody goes on with a request that was given up so: where all threads
/// have less time than the server needs, none of them gets a first token.
#[derive(Clone)]
pub struct BlockingTokenSource(Arc<Shared<Threads>>);

impl BlockingTokenSource {
    /// A source for `config` over `transport`.
    #[must_use]
    pub fn new(config: Config, transport: impl BlockingTransport + 'static) -> Self {
        Self::over(Arc::new(Engine::new(config)), transport)
    }

    /// As [`TokenSource::with_clock`](crate::TokenSource::with_clock).
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

    /// A fake for tests: see [`TokenSource::fixed`](crate::TokenSource::fixed).
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

    /// A fake for tests: see [`TokenSource::failing`](crate::TokenSource::failing).
    #[must_use]
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(FakeTransport::config(), FakeTransport::Failure(kind))
    }

    pub(super) fn over(engine: Arc<Engine>, transport: impl BlockingTransport + 'static) -> Self {
        let driver = Threads(Arc::new(transport));
        Self(Arc::new(Shared { engine, driver }))
    }

    /// A token that can be used now.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`](crate::TokenSource::token).
    pub fn token(&self) -> Result<AccessToken, Error> {
        match self.0.engine.fresh() {
            Some(token) => Ok(token),
            None => ready(self.0.requested_token()),
        }
    }

    /// A token that meets `options`.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token_with`](crate::TokenSource::token_with).
    pub fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        ready(self.0.token_with(options))
    }

    /// Where the API is that the token is for.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::api_base`](crate::TokenSource::api_base).
    pub fn api_base(&self) -> Result<ApiBase, Error> {
        ready(self.0.api_base())
    }

    /// Where the tenant of the token lives: see
    /// [`TokenSource::tenant_configuration`](crate::TokenSource::tenant_configuration).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        ready(self.0.tenant_configuration())
    }

    /// As [`TokenSource::forget_tenant`](crate::TokenSource::forget_tenant).
    pub fn forget_tenant(&self) {
        self.0.engine.tenancy().forget();
    }

    /// As [`TokenSource::invalidate`](crate::TokenSource::invalidate).
    #[expect(
        clippy::must_use_candidate,
        reason = "a caller asks for a token next, whether it took effect or not"
    )]
    pub fn invalidate(&self, token: &AccessToken) -> bool {
        self.0.engine.invalidate(token)
    }

    /// As [`TokenSource::replace_config`](crate::TokenSource::replace_config).
    pub fn replace_config(&self, config: Config) {
        self.0.engine.replace_config(config);
    }

    /// As [`TokenSource::status`](crate::TokenSource::status).
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.engine.status()
    }

    /// As [`TokenSource::events`](crate::TokenSource::events).
    pub fn events(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        self.0.engine.listen(listener)
    }

    /// The moment by the source's clock, to count a deadline from.
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
