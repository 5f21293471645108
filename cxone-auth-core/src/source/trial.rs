//! A request for a token with a configuration that is not in use yet.

use std::sync::Arc;

use super::delivery::Delivered;
use super::engine::Engine;
use super::event::Event;
use super::reading::Reading;
use super::telemetry::Whose;
use crate::clock::Moment;
use crate::config::Config;
use crate::error::Error;

/// A configuration that is tried. It is counted and told like an exchange, but a failure of it
/// begins no cool-down of the configuration in use. If the trial is dropped before its end, its
/// request was given up.
pub(super) struct Trial<'e> {
    engine: &'e Engine,
    /// The configuration that was in use at the beginning.
    before: Arc<Config>,
    config: Arc<Config>,
    began_at: Moment,
    has_ended: bool,
}

impl<'e> Trial<'e> {
    pub(super) fn new(engine: &'e Engine, config: Config) -> Self {
        engine.lock().session.count_request();
        Self {
            engine,
            before: engine.config(),
            config: Arc::new(config),
            began_at: engine.now(),
            has_ended: false,
        }
    }

    /// Returns the request to make.
    pub(super) fn reading(&self) -> Reading {
        Reading::new(Arc::clone(&self.config), self.engine.clock())
    }

    /// Takes what the request has brought, and uses the configuration if that is a token.
    pub(super) fn end(mut self, delivered: Delivered) -> Result<(), Error> {
        self.has_ended = true;
        let (engine, now) = (self.engine, self.engine.now());
        let (took, whose) = (now.since(self.began_at), Whose::of_config(&self.config));
        let failed = |error| engine.tell(&whose, &Event::Failed { error, took });
        if let Some(error) = delivered.earlier {
            engine.lock().session.count_refusal();
            failed(error);
        }
        let token = delivered.result.inspect_err(|error| {
            engine.lock().session.count_failure();
            failed(error.clone());
        })?;
        let config = Config::clone(&self.config);
        let Some(outcome) = engine.replace_config_of(&self.before, config, token) else {
            engine.tell(&whose, &Event::Superseded { took });
            return Err(Error::configuration(
                "another configuration was put in place while this one was tried, and stays in \
                 use: try again if this one is meant",
            ));
        };
        engine.report(&whose, now, took, &outcome);
        Ok(())
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let took = self.engine.now().since(self.began_at);
            let whose = Whose::of_config(&self.config);
            self.engine.tell(&whose, &Event::Abandoned { took });
        }
    }
}
