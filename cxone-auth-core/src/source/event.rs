//! What happens in a source, and what `tracing` is told of it with the feature of that name: a span
//! around each request, and an event for each [`Event`]. Neither carries a secret or a token.

use std::future::Future;
use std::time::Duration;

#[cfg(feature = "tracing")]
use tracing::{Instrument as _, Span, debug, debug_span, info, warn};

use crate::address::TokenEndpoint;
use crate::error::Error;
use crate::protocol::Lifetime;

/// Something that happened in a source.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A token came where there was none that could be used.
    Fetched {
        /// How long it is valid.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token came in place of one that was still valid.
    Renewed {
        /// How long it is valid.
        lifetime: Lifetime,
        /// How long the request took.
        took: Duration,
    },
    /// A token came that ends sooner than the current one, which stays.
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
    /// The renewal failed, and the current token, which is still valid, is served.
    RenewalFailed {
        /// What is left of it.
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
        /// How old it was.
        age: Duration,
    },
}

/// Wraps a request that is carried by a future.
pub(super) fn traced<F: Future + Unpin>(
    endpoint: &TokenEndpoint,
    future: F,
) -> impl Future<Output = F::Output> + Unpin + use<F> {
    #[cfg(feature = "tracing")]
    let future = future.instrument(span(endpoint));
    #[cfg(not(feature = "tracing"))]
    let _ = endpoint;
    future
}

/// Wraps a request that is carried by a call.
pub(super) fn traced_call<T>(endpoint: &TokenEndpoint, call: impl FnOnce() -> T) -> T {
    #[cfg(feature = "tracing")]
    let _entered = span(endpoint).entered();
    #[cfg(not(feature = "tracing"))]
    let _ = endpoint;
    call()
}

#[cfg(feature = "tracing")]
fn span(endpoint: &TokenEndpoint) -> Span {
    debug_span!("token_request", %endpoint)
}

#[cfg(feature = "tracing")]
impl Event {
    pub(super) fn trace(&self) {
        match self {
            Self::Fetched { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token fetched");
            }
            Self::Renewed { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token renewed");
            }
            Self::Discarded { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token that ends sooner, not taken");
            }
            Self::Failed { error, took } => warn!(%error, ?took, "token request failed"),
            Self::RenewalFailed { remaining } => warn!(?remaining, "token served on"),
            Self::CoolDownStarted { pause, .. } => debug!(?pause, "token requests cool down"),
            Self::Invalidated { age } => info!(?age, "token given up"),
        }
    }
}
