//! What proves the client, read once in a run of the program.
//!
//! The name of a cached token and what is sent are of the same key, even if its file is
//! replaced meanwhile.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use cxone_auth_core::config::{Assertion, CredentialError, CredentialSource, Secret, SigningKey};

/// What was read by one setting.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) secret: Arc<OnceLock<Secret>>,
    pub(super) key: Arc<OnceLock<SigningKey>>,
    pub(super) assertion: Arc<OnceLock<Assertion>>,
}

/// A source that is read until it gives something, and never again.
pub(super) struct Once<T> {
    source: Arc<dyn CredentialSource<T>>,
    read: Arc<OnceLock<T>>,
}

impl<T> Once<T> {
    pub(super) fn new(source: Arc<dyn CredentialSource<T>>, read: &Arc<OnceLock<T>>) -> Self {
        let read = Arc::clone(read);
        Self { source, read }
    }
}

#[async_trait]
impl<T: Clone + Send + Sync + 'static> CredentialSource<T> for Once<T> {
    async fn read(&self) -> Result<T, CredentialError> {
        if let Some(read) = self.read.get() {
            return Ok(read.clone());
        }
        let read = self.source.read().await?;
        Ok(self.read.get_or_init(|| read).clone())
    }

    fn name(&self) -> Option<String> {
        self.source.name()
    }
}
