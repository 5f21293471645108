//! The store as one process reaches it: with a delay, and with what goes wrong for this process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cxone_auth_core::store::{
    EntryName, Lease, LeaseId, StoreError, StoreOutcome, StoredEntry, TokenStore,
};
use cxone_auth_tests::store::MemoryStore;

use super::executor::Owner;
use super::wire::Wire;
use super::world::World;

pub(crate) struct Connection {
    world: Arc<World>,
    owner: Owner,
    /// It shares what is stored with those of the others.
    store: MemoryStore,
}

impl Connection {
    pub(crate) fn new(world: &Arc<World>, owner: Owner) -> Self {
        let wire = Wire::new(Arc::clone(world), owner);
        Self {
            world: Arc::clone(world),
            owner,
            store: world.store.connect().with_sleep(wire),
        }
    }

    /// Half of the time that an operation takes.
    async fn way(&self) {
        let (least, most) = (Duration::from_micros(100), Duration::from_millis(2));
        let span = self.world.chance().between(least, most);
        self.world.time.sleep(span).await;
    }

    fn begin(&self) {
        match self.world.fault_of(self.owner) {
            Some(fault) => self.store.fail(fault),
            None => self.store.recover(),
        }
    }

    fn note(&self, what: &str, outcome: &Result<StoreOutcome, StoreError>) {
        match outcome {
            Ok(outcome) => self
                .world
                .note(self.owner, format_args!("{what}: {outcome:?}")),
            Err(error) => self.world.note(self.owner, format_args!("{what}: {error}")),
        }
    }
}

#[async_trait]
impl TokenStore for Connection {
    async fn load(&self, name: &EntryName) -> Result<Option<StoredEntry>, StoreError> {
        self.way().await;
        self.begin();
        let found = self.store.load(name).await;
        self.world.judge().loaded();
        self.way().await;
        found
    }

    async fn try_lease(&self, name: &EntryName, lease: &Lease) -> Result<StoreOutcome, StoreError> {
        self.way().await;
        self.begin();
        let outcome = self.store.try_lease(name, lease).await;
        if !matches!(outcome, Ok(StoreOutcome::HeldByAnother)) {
            self.note("try_lease", &outcome);
        }
        if matches!(outcome, Ok(StoreOutcome::Done)) {
            self.world.judge().leased(self.owner);
        }
        self.way().await;
        outcome
    }

    async fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Result<StoreOutcome, StoreError> {
        let (began, what) = (self.world.time.now(), self.world.saving(name, &entry));
        self.way().await;
        self.begin();
        let outcome = self.store.save(name, lease, entry.clone(), keep).await;
        if matches!(outcome, Ok(StoreOutcome::Done)) {
            let took = self.world.time.now().saturating_sub(began);
            self.world.judge().saved(self.owner, &entry, took);
        }
        self.note(&format!("save {what}"), &outcome);
        self.way().await;
        outcome
    }

    async fn release(&self, name: &EntryName, lease: LeaseId) -> Result<StoreOutcome, StoreError> {
        self.way().await;
        self.begin();
        let outcome = self.store.release(name, lease).await;
        self.note("release", &outcome);
        self.way().await;
        outcome
    }

    async fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Result<StoreOutcome, StoreError> {
        self.way().await;
        self.begin();
        let outcome = self.store.remove_if(name, entry).await;
        self.note("remove", &outcome);
        self.way().await;
        outcome
    }
}
