//! What `tracing` is told, with the feature of that name: a span around each request, and an event
//! for each [`Event`](super::Event). Neither carries a secret or a token.

#[cfg(feature = "tracing")]
pub(super) use enabled::{event, request, request_by};

#[cfg(not(feature = "tracing"))]
pub(super) use disabled::{event, request, request_by};

#[cfg(feature = "tracing")]
mod enabled {
    use std::future::Future;

    use tracing::{Instrument as _, Span, debug, debug_span, info, warn};

    use crate::address::TokenEndpoint;
    use crate::source::Event;

    /// Wraps a request that is carried by a future.
    pub(in crate::source) fn request<F: Future + Unpin>(
        endpoint: &TokenEndpoint,
        future: F,
    ) -> impl Future<Output = F::Output> + Unpin + use<F> {
        future.instrument(span(endpoint))
    }

    /// Wraps a request that is carried by a call.
    pub(in crate::source) fn request_by<T>(
        endpoint: &TokenEndpoint,
        call: impl FnOnce() -> T,
    ) -> T {
        span(endpoint).in_scope(call)
    }

    pub(in crate::source) fn event(event: &Event) {
        match event {
            Event::Fetched { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token fetched");
            }
            Event::Renewed { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token renewed");
            }
            Event::Kept { lifetime, took } => {
                info!(lifetime = ?lifetime.span(), ?took, "token that ends sooner, not taken");
            }
            Event::Failed { error, took } => warn!(%error, ?took, "token request failed"),
            Event::ServedStale { remaining } => warn!(?remaining, "token served on"),
            Event::CooledDown { pause, .. } => debug!(?pause, "token requests cool down"),
            Event::Invalidated { age } => info!(?age, "token given up"),
        }
    }

    fn span(endpoint: &TokenEndpoint) -> Span {
        debug_span!("token_request", %endpoint)
    }
}

#[cfg(not(feature = "tracing"))]
mod disabled {
    use crate::address::TokenEndpoint;
    use crate::source::Event;

    pub(in crate::source) fn request<F>(_: &TokenEndpoint, future: F) -> F {
        future
    }

    pub(in crate::source) fn request_by<T>(_: &TokenEndpoint, call: impl FnOnce() -> T) -> T {
        call()
    }

    pub(in crate::source) fn event(_: &Event) {}
}
