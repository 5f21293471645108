//! A store that nobody may ask: a fresh token needs none.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::SecretString;
use cxone_auth_core::store::{
    EntryName, Lease, LeaseId, Seal, StoreError, StoreOptions, StoreOutcome, StoredEntry,
    TokenStore,
};
use secrecy::SecretSlice;

/// Panics whatever it is asked.
pub(crate) struct UnusedStore;

impl UnusedStore {
    /// Options whose keys are never used.
    #[must_use]
    pub(crate) fn options() -> StoreOptions {
        StoreOptions::new(Self).with_identity(SecretString::default())
    }
}

#[async_trait]
impl TokenStore for UnusedStore {
    async fn load(&self, _: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        unreachable!("the store was asked")
    }

    async fn try_lease(&self, _: &EntryName, _: &Lease) -> Result<StoreOutcome, StoreError> {
        unreachable!("the store was asked")
    }

    async fn save(
        &self,
        _: &EntryName,
        _: LeaseId,
        _: Bytes,
        _: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        unreachable!("the store was asked")
    }

    async fn release(&self, _: &EntryName, _: LeaseId) -> Result<StoreOutcome, StoreError> {
        unreachable!("the store was asked")
    }

    async fn remove_if(&self, _: &EntryName, _: &[u8]) -> Result<StoreOutcome, StoreError> {
        unreachable!("the store was asked")
    }
}

impl Seal for UnusedStore {
    fn name(&self, _: &[u8]) -> [u8; 32] {
        unreachable!("the keys were used")
    }

    fn seal(&self, _: &EntryName, _: &[u8]) -> Result<Vec<u8>, StoreError> {
        unreachable!("the keys were used")
    }

    fn open(&self, _: &EntryName, _: &[u8]) -> Result<SecretSlice<u8>, StoreError> {
        unreachable!("the keys were used")
    }

    fn random(&self) -> Result<[u8; 16], StoreError> {
        unreachable!("the keys were used")
    }
}
