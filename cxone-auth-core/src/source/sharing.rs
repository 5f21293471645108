//! What a source shares with other processes, and by which store.

mod forget;
mod hold;
mod joint;
mod name;
mod operations;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::event::{Event, Listeners};
use super::telemetry::Whose;
use crate::clock::Moment;
use crate::config::Backoff;
use crate::error::StoreError;
use crate::store::{
    BlockingTokenStore, EntryName, LEAVES_IT, Lease, LeaseId, Machine, StoreOptions, TokenStore,
};

pub(super) use forget::{forget, not_forgotten};
pub(super) use joint::Joint;
pub(super) use operations::OnTasks;
#[cfg(not(target_family = "wasm"))]
pub(super) use operations::OnThread;

/// The store of a source.
pub(crate) struct Sharing {
    options: StoreOptions,
    store: Store,
    listeners: Arc<Listeners>,
    known: Mutex<Known>,
}

pub(super) enum Store {
    Tasks(Arc<dyn TokenStore>),
    Threads(Arc<dyn BlockingTokenStore>),
}

/// What this process knows about the entry.
#[derive(Default)]
struct Known {
    name: Option<EntryName>,
    /// The latest generation that it has seen.
    generation: u64,
    /// Until when it leaves the lease to others.
    leaves_it_until: Option<Moment>,
    /// How many of its requests in a row were refused for a reason that is about it alone.
    denials: u32,
    /// Its id in refusals.
    holder: Option<[u8; 16]>,
    /// How many exchanges have begun.
    exchanges: u64,
    /// The lease that it has, and the exchange that has it. If an exchange is dropped and cannot
    /// give its lease back, the next one continues with it.
    lease: Option<(LeaseId, u64)>,
    error: Option<Arc<StoreError>>,
}

/// A lease lasts longer than a request may take by this.
const MARGIN: Duration = Duration::from_secs(2);

/// The most operations of an exchange that do not overlap with its waits.
const OPERATIONS: u32 = 8;

impl Sharing {
    pub(super) fn new(store: Store, options: StoreOptions, listeners: Arc<Listeners>) -> Self {
        Self {
            options,
            store,
            listeners,
            known: Mutex::default(),
        }
    }

    /// Returns how much longer an exchange may take, because it may wait for that of another
    /// process. `timeout` is that of the transport.
    pub(super) fn extra(&self, timeout: Duration) -> Duration {
        let operations = self.options.timeout.saturating_mul(OPERATIONS);
        Machine::longest_wait(self.span(timeout)).saturating_add(operations)
    }

    /// Returns the span of a lease.
    fn span(&self, timeout: Duration) -> Duration {
        let operations = self.options.timeout.saturating_mul(2);
        let longest = timeout.saturating_add(operations).saturating_add(MARGIN);
        // A transport may have no timeout.
        longest.min(Lease::LONGEST)
    }

    /// Returns the lease that the next exchange asks for, and the number of that exchange.
    fn lease(&self, name: &EntryName, timeout: Duration) -> Result<(Lease, u64), StoreError> {
        let (own, exchange) = {
            let mut known = self.known();
            known.exchanges += 1;
            let exchange = known.exchanges;
            let is_of_it = known.name.as_ref() == Some(name);
            let own = known.lease.as_mut().filter(|_| is_of_it);
            let own = own.map(|(id, holder)| {
                *holder = exchange;
                *id
            });
            (own, exchange)
        };
        let id = match own {
            Some(id) => id,
            None => LeaseId::new(self.options.keys.random()?),
        };
        let span = self.span(timeout);
        Ok((Lease { id, span }, exchange))
    }

    fn has_lease(&self, lease: Option<(LeaseId, u64)>) {
        self.known().lease = lease;
    }

    /// Notes that this exchange has ended with its lease, and returns whether no later exchange
    /// continues with that.
    fn leaves_lease(&self, lease: LeaseId, exchange: u64) -> bool {
        let mut known = self.known();
        match known.lease {
            Some((id, holder)) if id == lease && holder != exchange => return false,
            Some((id, _)) if id == lease => known.lease = None,
            _ => {}
        }
        true
    }

    pub(super) fn for_tasks(&self) -> Option<&dyn TokenStore> {
        match &self.store {
            Store::Tasks(store) => Some(&**store),
            Store::Threads(_) => None,
        }
    }

    pub(super) fn for_threads(&self) -> Option<&dyn BlockingTokenStore> {
        match &self.store {
            Store::Tasks(store) => store.blocking(),
            Store::Threads(store) => Some(&**store),
        }
    }

    /// Returns the longest time for one operation of a store for tasks.
    pub(super) fn timeout(&self) -> Duration {
        self.options.timeout
    }

    pub(super) fn error(&self) -> Option<Arc<StoreError>> {
        self.known().error.clone()
    }

    /// Notes that the store works.
    fn works(&self) {
        self.known().error = None;
    }

    /// Tells that the store has failed.
    fn failed(&self, whose: &Whose, error: StoreError) {
        let error = Arc::new(error);
        self.known().error = Some(Arc::clone(&error));
        self.tell(whose, error);
    }

    /// Tells of a failure after which the store is still asked.
    fn tell(&self, whose: &Whose, error: Arc<StoreError>) {
        let event = Event::StoreFailed { error };
        whose.tell(&event);
        self.listeners.tell(&event);
    }

    /// Returns the latest generation that was seen under this name, and whether the lease is left to
    /// others.
    fn seen(&self, name: &EntryName, now: Moment) -> (u64, bool) {
        let mut known = self.known();
        if known.name.as_ref() != Some(name) {
            known.name = Some(name.clone());
            known.generation = 0;
            known.leaves_it_until = None;
            known.denials = 0;
            known.lease = None;
        }
        let until = known.leaves_it_until;
        let leaves_it = until.is_some_and(|until| !now.has_reached(until));
        (known.generation, leaves_it)
    }

    fn saw(&self, name: &EntryName, generation: u64) {
        let mut known = self.known();
        if known.name.as_ref() == Some(name) {
            known.generation = known.generation.max(generation);
        }
    }

    fn leaves_it_to_others(&self, now: Moment) {
        self.known().leaves_it_until = Some(now.saturating_add(LEAVES_IT));
    }

    /// This process alone was refused, and pauses as `cool_down` says. It takes no lease when it asks
    /// again: others who may be allowed would wait for it. It asks without one, as it would without a
    /// store.
    fn was_denied(&self, now: Moment, cool_down: Backoff, imposed: Duration) {
        let mut known = self.known();
        known.denials = known.denials.saturating_add(1);
        let pause = cool_down.after(known.denials).max(imposed);
        let span = pause.saturating_mul(2).max(LEAVES_IT);
        known.leaves_it_until = Some(now.saturating_add(span));
    }

    fn got_a_token(&self) {
        let mut known = self.known();
        known.denials = 0;
        known.leaves_it_until = None;
    }

    /// Returns its id in refusals, if it has told others of one.
    fn known_holder(&self) -> Option<[u8; 16]> {
        self.known().holder
    }

    fn holder(&self) -> Result<[u8; 16], StoreError> {
        if let Some(holder) = self.known().holder {
            return Ok(holder);
        }
        let holder = self.options.keys.random()?;
        Ok(*self.known().holder.get_or_insert(holder))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
