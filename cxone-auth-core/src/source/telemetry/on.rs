//! The spans of requests, and whose they are.

use std::future::Future;
use std::sync::Arc;

use tracing::field::Empty;
use tracing::instrument::Instrumented;
use tracing::{Instrument as _, Span, info_span};

use super::{TARGET, field};
use crate::config::Config;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::session::Exchange;
use crate::source::engine::Engine;
use crate::source::event::Event;

/// Whose request or event it is.
pub(in crate::source) struct Whose(Arc<Config>);

impl Whose {
    pub(in crate::source) fn of(exchange: &Exchange) -> Self {
        Self(exchange.shared_config())
    }

    pub(in crate::source) fn of_config(config: &Arc<Config>) -> Self {
        Self(Arc::clone(config))
    }

    /// Returns that of a token which was requested before.
    pub(in crate::source) fn current(engine: &Engine) -> Self {
        Self(engine.config())
    }

    pub(in crate::source) fn request(&self) -> RequestSpan {
        RequestSpan::of(&self.0)
    }

    pub(in crate::source) fn tell(&self, event: &Event) {
        super::event::tell(&self.0, event);
    }
}

/// The span of one request. If it is dropped before its result is known, the request was given up.
pub(in crate::source) struct RequestSpan(Span);

impl RequestSpan {
    pub(in crate::source) fn of(config: &Config) -> Self {
        Self(info_span!(
            target: TARGET,
            "token_request",
            endpoint = field::endpoint(config),
            client_id = field::client_id(config),
            access_key = field::access_key(config),
            outcome = Empty,
            error_kind = Empty,
            finding = Empty,
            oauth_error = Empty,
        ))
    }

    /// Returns one for the end of an exchange whose request is unknown.
    pub(in crate::source) fn none() -> Self {
        Self(Span::none())
    }

    pub(in crate::source) fn around<F: Future>(&self, send: impl FnOnce() -> F) -> Instrumented<F> {
        // A thread sends within the call.
        let sending = self.0.in_scope(send);
        sending.instrument(self.0.clone())
    }

    pub(in crate::source) fn around_call<T>(&self, send: impl FnOnce() -> T) -> T {
        self.0.in_scope(send)
    }

    /// Records the result.
    pub(in crate::source) fn ended(mut self, result: &Result<AccessToken, Error>) {
        let span = std::mem::replace(&mut self.0, Span::none());
        if span.is_disabled() {
            return;
        }
        let error = result.as_ref().err();
        span.record("outcome", field::outcome(error));
        if let Some(error) = error {
            span.record("error_kind", error.kind().as_str());
            span.record("finding", field::finding(error));
            span.record("oauth_error", error.oauth_code());
        }
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        if !self.0.is_disabled() {
            self.0.record("outcome", field::GIVEN_UP);
        }
    }
}

/// Runs an exchange in the span of the caller who starts it. Its requests are parts of that.
pub(in crate::source) fn of_caller<F: Future>(future: F) -> Instrumented<F> {
    future.in_current_span()
}
