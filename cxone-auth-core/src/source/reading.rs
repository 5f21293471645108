//! A token request whose credentials are read when it is made.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hasher as _};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::delivery::{Delivered, Delivery};
use super::material::Material;
use super::send_and_read;
use crate::clock::{Moment, SourceClock};
use crate::config::Config;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::transport::TransportResult;

/// A token request whose credentials are read first. If the server refuses them, they are read once
/// more, and others are sent, once.
pub(crate) struct Reading {
    config: Arc<Config>,
    clock: Arc<dyn SourceClock>,
    /// What is not sent, if the only question is whether something has changed.
    refused: Option<Vec<Material>>,
    stage: SharedStage,
}

/// How far a reading is, for whoever gives it up.
#[derive(Default)]
pub(super) enum Stage {
    /// Nothing was sent yet.
    #[default]
    Begun,
    Sent,
    /// The server has refused what was sent, and it is read again.
    Refused(Box<Delivered>),
}

/// The stage, for the carrier of the request and for its flight.
#[derive(Clone, Default)]
pub(super) struct SharedStage(Arc<Mutex<Stage>>);

impl SharedStage {
    fn reach(&self, stage: Stage) {
        *self.lock() = stage;
    }

    /// Takes what is known at the end.
    pub(super) fn take(&self) -> Stage {
        mem::take(&mut *self.lock())
    }

    /// Reports whether the server has refused what was sent.
    pub(super) fn is_refused(&self) -> bool {
        matches!(*self.lock(), Stage::Refused(_))
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    pub(super) fn new(config: Arc<Config>, clock: Arc<dyn SourceClock>) -> Self {
        Self {
            config,
            clock,
            refused: None,
            stage: SharedStage::default(),
        }
    }

    /// Sends the request only if the credentials are not among those that were refused.
    pub(super) fn unless(mut self, refused: Vec<Material>) -> Self {
        self.refused = Some(refused);
        self
    }

    /// Returns what tells how far it is.
    pub(super) fn stage(&self) -> SharedStage {
        self.stage.clone()
    }

    /// Reports whether the first question is if something has changed.
    pub(super) fn is_check(&self) -> bool {
        self.refused.is_some()
    }

    /// Returns the same once more.
    pub(super) fn again(&self) -> Self {
        Self {
            config: Arc::clone(&self.config),
            clock: Arc::clone(&self.clock),
            refused: self.refused.clone(),
            stage: self.stage.clone(),
        }
    }

    /// Reports whether the credentials are others than those that were refused, if that is the
    /// question.
    pub(super) async fn has_changed(&self) -> Option<bool> {
        let refused = self.refused.as_ref()?;
        let choice = self.choose(refused, None).await;
        Some(choice.is_ok_and(|choice| choice.is_some()))
    }

    /// Reads, and sends the request with `send`.
    pub(super) async fn run<F>(mut self, send: impl Fn(Request<Bytes>) -> F) -> Delivery
    where
        F: Future<Output = TransportResult>,
    {
        let is_check = self.refused.is_some();
        let refused = self.refused.take().unwrap_or_default();
        match self.choose(&refused, None).await {
            Ok(Some(first)) => self.deliver(first, refused, send).await.into(),
            Ok(None) => Delivery::Unchanged,
            // It could not be read before, or it was refused. The first failure stays.
            Err(_) if is_check => Delivery::Unchanged,
            Err(error) => Delivered::of(Err(error)).into(),
        }
    }

    /// Reads, and sends the request with `send`, outside an exchange.
    pub(super) async fn fetch<F>(self, send: impl Fn(Request<Bytes>) -> F) -> Delivered
    where
        F: Future<Output = TransportResult>,
    {
        match Material::read(&self.config).await {
            Ok(mut choices) => {
                let first = choices.swap_remove(0);
                self.deliver(first, Vec::new(), send).await
            }
            Err(error) => Delivered::of(Err(error)),
        }
    }

    /// Reads, and returns the configuration of one attempt.
    pub(super) async fn read(self) -> Result<Config, Error> {
        let first = Material::read(&self.config).await?.swap_remove(0);
        self.sent(&first).await
    }

    /// Sends the first choice, and another one if the server refuses the first one.
    async fn deliver<F>(
        &self,
        first: Material,
        mut refused: Vec<Material>,
        send: impl Fn(Request<Bytes>) -> F,
    ) -> Delivered
    where
        F: Future<Output = TransportResult>,
    {
        let error = match self.send(&first, &send).await {
            Err(error) if error.is_about_a_credential() => error,
            result => return Delivered::of(result),
        };
        refused.push(first);
        let refusal = Delivered::of(Err(error.clone())).refusing(refused.clone());
        self.stage.reach(Stage::Refused(Box::new(refusal)));
        // What the server has not seen is not read again at once.
        let second = match error.status() {
            Some(_) => self.choose(&refused, Some(&error)).await,
            None => Ok(None),
        };
        let Ok(Some(second)) = second else {
            return Delivered::of(Err(error)).refusing(refused);
        };
        let result = self.send(&second, &send).await;
        refused.push(second);
        Delivered::of(result).refusing(refused).after(error)
    }

    /// Reads the credentials, and returns the first choice that was not refused.
    async fn choose(
        &self,
        refused: &[Material],
        error: Option<&Error>,
    ) -> Result<Option<Material>, Error> {
        let mut choices = Material::read(&self.config).await?;
        if error.is_some_and(Error::refuses_the_grant) {
            // The secret of the access key was refused, not that of the client.
            choices[1..].reverse();
        }
        let is_new = |choice: &Material| !refused.iter().any(|refused| refused.is(choice));
        Ok(choices.into_iter().find(is_new))
    }

    async fn send<F>(
        &self,
        material: &Material,
        send: impl Fn(Request<Bytes>) -> F,
    ) -> Result<AccessToken, Error>
    where
        F: Future<Output = TransportResult>,
    {
        let config = self.sent(material).await?;
        let sent_at = self.clock.now();
        self.stage.reach(Stage::Sent);
        send_and_read(&config, sent_at, send).await
    }

    /// Returns the configuration that is sent.
    async fn sent(&self, material: &Material) -> Result<Config, Error> {
        if !self.config.has_changing_credentials() {
            return Ok(Config::clone(&self.config));
        }
        let now = self.clock.now();
        let attempt = material.attempt(&self.config, now, entropy(now)).await?;
        self.config.for_attempt(self.clock.now(), &attempt)
    }
}

/// Returns the id of an assertion. It has to be unique, not secret. Each hasher has keys from the
/// system's entropy. The moment tells two processes apart if one is a fork of the other.
fn entropy(now: Moment) -> [u8; 16] {
    let word = || {
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u128(now.monotonic().as_nanos());
        hasher.finish().to_ne_bytes()
    };
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&word());
    bytes[8..].copy_from_slice(&word());
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_ids_of_assertions_differ_within_one_moment() {
        let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
        let ids: HashSet<[u8; 16]> = (0..1_000).map(|_| entropy(now)).collect();
        assert_eq!(ids.len(), 1_000);
    }
}
