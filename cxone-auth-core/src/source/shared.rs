//! What sources for tasks and for threads have in common: the loops over their engine and driver.

use std::sync::Arc;
use std::time::Duration;

use super::driver::Driver;
use super::engine::{Engine, Pause, Step};
use super::options::{Caller, Obtained, TokenOptions};
use super::tenant::{self, TenantLookup, known_api_base, may_be_stated};
use crate::address::ApiBase;
use crate::discovery::{TenantConfiguration, stated_base};
use crate::error::Error;
use crate::protocol::AccessToken;

/// A source, for tasks or for threads.
pub(crate) trait Source: Send + Sync {
    type Driver: Driver;

    fn shared(&self) -> &Shared<Self::Driver>;
}

pub(crate) struct Shared<D> {
    pub(crate) engine: Arc<Engine>,
    pub(super) driver: D,
}

/// The shortest time between two requests made for nobody: a server whose tokens have no lifetime,
/// or hardly any, would be asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest sleep before the clocks are read again: the runtime's timer may stand still while
/// the machine sleeps, and the token's lifetime goes on.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

impl<D: Driver> Shared<D> {
    pub(crate) async fn token(&self) -> Result<AccessToken, Error> {
        match self.engine.fresh() {
            Some(token) => Ok(token),
            None => self.requested_token().await,
        }
    }

    /// A token that is not at hand: the loop, without a look at the fresh one.
    pub(super) async fn requested_token(&self) -> Result<AccessToken, Error> {
        let caller = Caller::new(self.engine.now(), &TokenOptions::default(), None)?;
        Ok(self.obtain(caller).await?.token)
    }

    pub(super) async fn token_with(&self, options: TokenOptions) -> Result<Obtained, Error> {
        let rejected = options.is_forced().then(|| self.engine.current()).flatten();
        let caller = Caller::new(self.engine.now(), &options, rejected)?;
        self.obtain(caller).await
    }

    async fn obtain(&self, mut caller: Caller) -> Result<Obtained, Error> {
        let engine = &self.engine;
        // A caller who does not wait for a renewal takes it one step further in passing.
        D::carry(engine);
        loop {
            match engine.step(&mut caller, self.driver.timeout()) {
                Step::Done(result) => return result,
                Step::Send(launch) => self.driver.launch(*launch),
                Step::Wait(pause) => self.driver.wait(engine, pause).await,
                Step::Again => {}
            }
        }
    }

    pub(crate) async fn api_base(&self) -> Result<ApiBase, Error> {
        let engine = &*self.engine;
        loop {
            let config = engine.config();
            if let Some(base) = known_api_base(&config)? {
                return Ok(base);
            }
            match self.tenant_configuration().await {
                Ok(tenant) => return Ok(tenant.api_base().clone()),
                Err(error) if !may_be_stated(&config, &error) => return Err(error),
                // The token's own response may say what no tenant does.
                Err(_) => {
                    let token = self.token().await?;
                    // Replaced meanwhile: the token is another's.
                    if Arc::ptr_eq(&config, &engine.config()) {
                        return stated_base(&config, &token);
                    }
                }
            }
        }
    }

    pub(super) async fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        let engine = &*self.engine;
        let mut lookup = TenantLookup::new(engine.tenancy(), engine.config())?;
        loop {
            let token = self.token().await;
            match lookup.step(engine.now(), engine.config(), token) {
                tenant::Step::Done(result) => return result,
                tenant::Step::Ask(guard) => {
                    let response = self.driver.send(guard.openid_request()).await;
                    let outcome = match guard.tenant_request(response) {
                        Ok(request) => guard.read(self.driver.send(request).await),
                        Err(error) => Err(error),
                    };
                    guard.end(engine.now(), outcome);
                }
                tenant::Step::Wait(changed) => {
                    self.driver.wait(engine, Pause::until(changed)).await;
                }
                tenant::Step::Again => {}
            }
        }
    }

    pub(crate) async fn sleep(&self, span: Duration) {
        self.driver.sleep(span).await;
    }

    /// Renews without callers, without end.
    pub(super) async fn keep_fresh(&self) {
        let engine = &*self.engine;
        loop {
            let mut pause = engine.next_request();
            if pause.span != Some(Duration::ZERO) {
                pause.span = pause.span.map(|span| span.min(LONGEST_SLEEP));
                self.driver.wait(engine, pause).await;
                continue;
            }
            // What went wrong is in the source's status and events; the cool-down follows.
            let _ = self.token().await;
            if engine.is_short_lived(SHORTEST_PAUSE) {
                self.driver.sleep(SHORTEST_PAUSE).await;
            }
        }
    }
}
