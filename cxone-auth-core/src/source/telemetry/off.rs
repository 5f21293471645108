//! What takes the place of [`on`](super) without the feature: types without content, and functions
//! that do nothing.

use std::future::Future;
use std::sync::Arc;

use crate::config::Config;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::session::Exchange;
use crate::source::engine::Engine;
use crate::source::event::Event;

/// Whose request or event it is.
pub(in crate::source) struct Whose;

impl Whose {
    pub(in crate::source) fn of(_exchange: &Exchange) -> Self {
        Self
    }

    pub(in crate::source) fn of_config(_config: &Arc<Config>) -> Self {
        Self
    }

    pub(in crate::source) fn current(_engine: &Engine) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "with the feature it is needed")]
    pub(in crate::source) fn request(&self) -> RequestSpan {
        RequestSpan
    }

    #[expect(clippy::unused_self, reason = "with the feature it is needed")]
    pub(in crate::source) fn tell(&self, _event: &Event) {}
}

/// The span of one request.
pub(in crate::source) struct RequestSpan;

impl RequestSpan {
    pub(in crate::source) fn of(_config: &Config) -> Self {
        Self
    }

    pub(in crate::source) fn none() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "with the feature it is needed")]
    pub(in crate::source) fn around<F: Future>(&self, send: impl FnOnce() -> F) -> F {
        send()
    }

    #[expect(clippy::unused_self, reason = "with the feature it is needed")]
    pub(in crate::source) fn around_call<T>(&self, send: impl FnOnce() -> T) -> T {
        send()
    }

    #[expect(clippy::unused_self, reason = "with the feature it is needed")]
    pub(in crate::source) fn ended(self, _result: &Result<AccessToken, Error>) {}
}

/// Runs an exchange in the span of the caller who starts it.
pub(in crate::source) fn of_caller<F: Future>(future: F) -> F {
    future
}
