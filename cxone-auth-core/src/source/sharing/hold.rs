//! The lease that an exchange has.

use std::sync::Arc;

use super::Sharing;
use crate::store::{EntryName, LeaseId};

/// The lease of one exchange. If the exchange is dropped, or if its transport panics, nothing of it
/// is in flight any more, and nobody else has to wait for it: the lease is given back. Only the
/// operations for threads can do that at once. Without them, the lease stays for the next exchange
/// of the source.
pub(super) struct Hold {
    sharing: Arc<Sharing>,
    name: EntryName,
    /// The number of the exchange.
    exchange: u64,
    lease: Option<LeaseId>,
}

impl Hold {
    pub(super) fn new(sharing: Arc<Sharing>, name: EntryName, exchange: u64) -> Self {
        Self {
            sharing,
            name,
            exchange,
            lease: None,
        }
    }

    /// Notes that the exchange has this lease, or is asking for it.
    pub(super) fn begin(&mut self, lease: LeaseId) {
        self.lease = Some(lease);
        self.sharing.has_lease(Some((lease, self.exchange)));
    }

    /// Notes that the exchange has no lease.
    pub(super) fn end(&mut self) {
        self.lease = None;
        self.sharing.has_lease(None);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let Some(lease) = self.lease else {
            return;
        };
        // A store that has failed would delay whoever drops the exchange.
        if self.sharing.error().is_some() {
            return;
        }
        let Some(store) = self.sharing.for_threads() else {
            return;
        };
        if self.sharing.leaves_lease(lease, self.exchange) {
            // If this fails, the lease ends by itself.
            let _ = store.release(&self.name, lease);
        }
    }
}
