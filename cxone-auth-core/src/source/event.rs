//! What happens in a source.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;

use crate::error::{Error, StoreError};
use crate::protocol::Lifetime;

/// Something that happened in a source. With the feature `tracing` it is also an event of `tracing`,
/// with the target `cxone_auth`.
///
/// What has passed is told by the clock on which more has ([`Moment::since`](crate::Moment::since)).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A token arrived. Before, there was none that could be used.
    Fetched {
        /// How long it is valid.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token arrived and replaces one that was still valid.
    Renewed {
        /// How long it is valid.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token of another process was found in the store and is used from now on.
    Adopted {
        /// How long it is still valid.
        remaining: Duration,
        /// How long the search took, with the wait for the other process.
        took: Duration,
    },
    /// The store has failed, or has something that cannot be opened. The source goes on without it.
    StoreFailed {
        /// Why.
        error: Arc<StoreError>,
    },
    /// A token arrived that ends sooner than the current one. The current one stays.
    Discarded {
        /// How long it is valid.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A request failed.
    Failed {
        /// Why.
        error: Error,
        /// How long the request took.
        took: Duration,
    },
    /// A request was given up before its end. The callers who waited for it had left, or its
    /// runtime has ended.
    Abandoned {
        /// How long ago it was sent.
        took: Duration,
    },
    /// A request was given up, or its result does not count, because the configuration was replaced.
    Superseded {
        /// How long ago it was sent.
        took: Duration,
    },
    /// The renewal failed. The current token is still valid and is served.
    RenewalFailed {
        /// The remaining lifetime of the token.
        remaining: Duration,
    },
    /// No request is made for a while.
    CoolDownStarted {
        /// Why.
        error: Error,
        /// For how long.
        pause: Duration,
    },
    /// A token was given up because an API rejected it.
    Invalidated {
        /// How old the token was.
        age: Duration,
    },
}

impl Event {
    /// Returns a stable name for logs and metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fetched { .. } => "fetched",
            Self::Renewed { .. } => "renewed",
            Self::Adopted { .. } => "adopted",
            Self::StoreFailed { .. } => "store_failed",
            Self::Discarded { .. } => "discarded",
            Self::Failed { .. } => "failed",
            Self::Abandoned { .. } => "abandoned",
            Self::Superseded { .. } => "superseded",
            Self::RenewalFailed { .. } => "renewal_failed",
            Self::CoolDownStarted { .. } => "cool_down_started",
            Self::Invalidated { .. } => "invalidated",
        }
    }
}

/// Writes one line, without the details of the event.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fetched { .. } => "token fetched",
            Self::Renewed { .. } => "token renewed",
            Self::Adopted { .. } => "token adopted: another process has requested it",
            Self::StoreFailed { .. } => "token store failed: this process goes on without it",
            Self::Discarded { .. } => "token discarded: the current one is valid longer",
            Self::Failed { .. } => "token request failed",
            Self::Abandoned { .. } => {
                "token request abandoned: its callers or its runtime had gone"
            }
            Self::Superseded { .. } => "token request superseded: the configuration was replaced",
            Self::RenewalFailed { .. } => "renewal failed: the current token is still valid",
            Self::CoolDownStarted { .. } => "cool-down started",
            Self::Invalidated { .. } => "token invalidated",
        })
    }
}

type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// The listeners of a source.
#[derive(Default)]
pub(super) struct Listeners(ArcSwap<Vec<Listener>>);

/// Listens to the events of a source until it is dropped.
#[must_use = "dropping it ends the subscription; `detach` keeps it"]
pub struct Subscription {
    listeners: Weak<Listeners>,
    listener: Listener,
}

impl Listeners {
    pub(super) fn add(self: &Arc<Self>, listener: Listener) -> Subscription {
        self.change(|all| all.push(Arc::clone(&listener)));
        let listeners = Arc::downgrade(self);
        Subscription {
            listeners,
            listener,
        }
    }

    pub(super) fn tell(&self, event: &Event) {
        for listener in self.0.load().iter() {
            if std::thread::panicking() {
                // The transport has panicked. A second panic would end the process.
                let _ = catch_unwind(AssertUnwindSafe(|| listener(event)));
            } else {
                listener(event);
            }
        }
    }

    fn change(&self, change: impl Fn(&mut Vec<Listener>)) {
        self.0.rcu(|listeners| {
            let mut listeners = Vec::clone(listeners);
            change(&mut listeners);
            listeners
        });
    }
}

impl Subscription {
    /// Keeps the listener as long as the source exists. A listener that holds a clone of the source
    /// keeps the source alive forever.
    pub fn detach(mut self) {
        self.listeners = Weak::new();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.change(|all| all.retain(|own| !Arc::ptr_eq(own, &self.listener)));
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}
