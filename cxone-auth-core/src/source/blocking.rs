//! The same for blocking callers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::engine::{Engine, Step};
use super::event::{Event, traced_call};
use super::fake::FakeTransport;
use super::options::{Caller, Obtained, TokenOptions};
use super::tenant::{self, TenantLookup, known_api_base};
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
/// thread that carries a request is bound to it until the transport returns.
#[derive(Clone)]
pub struct BlockingTokenSource(Arc<Shared>);

struct Shared {
    engine: Arc<Engine>,
    transport: Box<dyn BlockingTransport>,
}

impl BlockingTokenSource {
    /// A source for `config` over `transport`.
    #[must_use]
    pub fn new(config: Config, transport: impl BlockingTransport + 'static) -> Self {
        Self::over(Engine::new(config), transport)
    }

    /// A source whose time and jitter are given: for tests, and for programs with a clock of
    /// their own.
    #[must_use]
    pub fn with_clock(
        config: Config,
        transport: impl BlockingTransport + 'static,
        clock: impl Clock + 'static,
        seed: u64,
    ) -> Self {
        Self::over(
            Engine::with_clock(config, source_clock(clock), seed),
            transport,
        )
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
        Self::over(engine, FakeTransport::Token(token))
    }

    /// A fake for tests: fails with an error of this kind whenever it is asked, and asks nobody.
    #[must_use]
    pub fn failing(kind: ErrorKind) -> Self {
        Self::new(FakeTransport::config(), FakeTransport::Failure(kind))
    }

    fn over(engine: Engine, transport: impl BlockingTransport + 'static) -> Self {
        Self::sharing(Arc::new(engine), transport)
    }

    pub(super) fn sharing(
        engine: Arc<Engine>,
        transport: impl BlockingTransport + 'static,
    ) -> Self {
        Self(Arc::new(Shared {
            engine,
            transport: Box::new(transport),
        }))
    }

    /// A token that can be used now.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`](crate::TokenSource::token).
    pub fn token(&self) -> Result<AccessToken, Error> {
        if let Some(token) = self.0.engine.fresh() {
            return Ok(token);
        }
        let caller = Caller::new(self.now(), &TokenOptions::default(), None)?;
        Ok(self.seek(caller)?.token)
    }

    /// A token that meets `options`.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token_with`](crate::TokenSource::token_with).
    pub fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        let rejected = options.force.then(|| self.0.engine.current()).flatten();
        let caller = Caller::new(self.now(), &options, rejected)?;
        self.seek(caller)
    }

    /// Where the API is that the token is for.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::api_base`](crate::TokenSource::api_base).
    pub fn api_base(&self) -> Result<ApiBase, Error> {
        match known_api_base(&self.0.engine.config())? {
            Some(base) => Ok(base),
            None => Ok(self.tenant_configuration()?.api_base().clone()),
        }
    }

    /// Where the tenant of the token lives: see
    /// [`TokenSource::tenant_configuration`](crate::TokenSource::tenant_configuration).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        use event_listener::Listener as _;
        let Shared { engine, transport } = &*self.0;
        let mut lookup = TenantLookup::new(engine.tenancy(), engine.config())?;
        loop {
            let token = self.token();
            match lookup.step(engine.now(), engine.config(), token) {
                tenant::Step::Done(result) => return result,
                tenant::Step::Ask(guard) => {
                    let response = transport.send(guard.openid_request());
                    let outcome = guard
                        .tenant_request(response)
                        .and_then(|request| guard.read(transport.send(request)));
                    guard.end(engine.now(), outcome);
                }
                tenant::Step::Wait(changed) => changed.wait(),
                tenant::Step::Again => {}
            }
        }
    }

    /// Forgets where the tenant lives: see
    /// [`TokenSource::forget_tenant`](crate::TokenSource::forget_tenant).
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

    /// Whether both are clones of one source, or share its token otherwise.
    pub(crate) fn shares_token_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.engine, &other.0.engine)
    }

    pub(crate) fn cools_down(&self) -> bool {
        self.0.engine.cools_down()
    }

    pub(crate) fn config(&self) -> Arc<Config> {
        self.0.engine.config()
    }

    pub(crate) fn sleep(&self, span: Duration) {
        self.0.transport.sleep(span);
    }

    /// How the source stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.engine.status()
    }

    /// Calls `listener` for everything that happens from here on. It runs on the thread that made
    /// it happen, outside any lock, and should be quick. It stays for as long as the source lives:
    /// one that holds a clone of the source keeps it alive for ever.
    pub fn events(&self, listener: impl Fn(&Event) + Send + Sync + 'static) {
        self.0.engine.listen(listener);
    }

    /// The moment by the source's clock, to count a deadline from.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.engine.now()
    }

    fn seek(&self, mut caller: Caller) -> Result<Obtained, Error> {
        use event_listener::Listener as _;
        let Shared { engine, transport } = &*self.0;
        loop {
            match engine.step(&mut caller) {
                Step::Done(result) => return result,
                Step::Send(guard) => {
                    let request = guard.request();
                    let response = guard
                        .carried_by(|| traced_call(guard.endpoint(), || transport.send(request)));
                    guard.end(response);
                }
                Step::Wait { changed, span } => match span {
                    None => changed.wait(),
                    Some(span) => {
                        changed.wait_timeout(span);
                    }
                },
            }
        }
    }
}

impl fmt::Debug for BlockingTokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingTokenSource")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
