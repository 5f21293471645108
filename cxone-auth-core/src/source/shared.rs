//! The loops over engine and driver, for sources of tasks and of threads.

use std::sync::Arc;
use std::time::Duration;

use super::driver::Driver;
use super::engine::Engine;
use super::options::{Caller, Obtained, TokenOptions};
use super::step::Step;
use super::tenant::{self, TenantLookup, known_api_base, may_be_stated};
use super::trial::Trial;
use crate::address::ApiBase;
use crate::config::Config;
use crate::discovery::{TenantConfiguration, stated_base};
use crate::error::{Error, StoreError};
use crate::protocol::AccessToken;
use crate::store::{Forget, Forgotten};

/// A source, for tasks or for threads.
pub(crate) trait Source: Send + Sync {
    type Driver: Driver;

    fn shared(&self) -> &Shared<Self::Driver>;
}

pub(crate) struct Shared<D> {
    pub(crate) engine: Arc<Engine>,
    pub(super) driver: D,
}

/// The shortest time between two requests without a caller. Without it, a server whose tokens have
/// no lifetime, or a very short one, would get endless requests.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest sleep before the clocks are read again. The runtime's timer may stop while the
/// machine sleeps, but the token's lifetime continues.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

impl<D: Driver> Shared<D> {
    pub(crate) async fn token(&self) -> Result<AccessToken, Error> {
        match self.engine.fresh() {
            Some(token) => Ok(token),
            None => self.requested_token().await,
        }
    }

    /// Runs the loop for a token. The fresh token is not checked first.
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
        // A caller who does not wait for a renewal still polls it once.
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
                // The token response may name the API if there is no tenant to do so.
                Err(_) => {
                    let token = self.token().await?;
                    // If the configuration was replaced meanwhile, the token belongs to another
                    // one.
                    if Arc::ptr_eq(&config, &engine.config()) {
                        return stated_base(&config, &token);
                    }
                }
            }
        }
    }

    pub(super) async fn tenant_configuration(&self) -> Result<TenantConfiguration, Error> {
        let engine = &self.engine;
        let mut lookup = TenantLookup::new(engine, self.driver.timeout())?;
        // A runtime that ends drops every task that it is given.
        let mut may_spawn = true;
        loop {
            let token = self.token().await;
            match lookup.step(token) {
                tenant::Step::Done(result) => return result,
                tenant::Step::Ask(discovery) => {
                    self.driver.discover(discovery, may_spawn).await;
                    may_spawn = false;
                }
                tenant::Step::Wait(pause) => self.driver.wait(engine, pause).await,
                tenant::Step::Again => {}
            }
        }
    }

    /// Gets a token with another configuration, and uses that configuration if it got one.
    pub(super) async fn try_replace_config(&self, config: Config) -> Result<(), Error> {
        let trial = Trial::new(&self.engine, config);
        let fetching = self.driver.fetch(trial.reading(), self.engine.clock());
        let delivered = fetching.await;
        trial.end(delivered)
    }

    /// Removes what the store has.
    pub(super) async fn forget_stored(&self, what: Forget) -> Result<Forgotten, StoreError> {
        let Some(sharing) = self.engine.sharing.load_full() else {
            return Ok(Forgotten::default());
        };
        self.driver.forget(&self.engine, sharing, &what).await
    }

    pub(crate) async fn sleep(&self, span: Duration) {
        self.driver.sleep(span).await;
    }

    /// Renews the token without callers, without end.
    pub(super) async fn keep_fresh(&self) {
        let engine = &*self.engine;
        loop {
            let mut pause = engine.next_request();
            if pause.span != Some(Duration::ZERO) {
                pause.span = pause.span.map(|span| span.min(LONGEST_SLEEP));
                self.driver.wait(engine, pause).await;
                continue;
            }
            // The source's status and events show the error. The cool-down follows.
            let _ = self.token().await;
            if engine.is_short_lived(SHORTEST_PAUSE) {
                self.driver.sleep(SHORTEST_PAUSE).await;
            }
        }
    }
}
