//! What is measured in three ways: by time, by allocations and by instructions.

mod read;
mod source;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use cxone_auth_core::session::Action;
use cxone_auth_core::{Config, Moment, Session, http, inspect, read_token_response, token_request};

use crate::fixture::{config, response_body};

/// An operation that makes no request, with all that it needs prepared.
pub struct Operation {
    name: &'static str,
    run: Box<dyn FnMut()>,
}

type Constructor = fn() -> Operation;

const ALL: &[Constructor] = &[
    Operation::cached_read,
    Operation::read_with_header,
    Operation::read_with_store,
    Operation::read_with_given_clock,
    Operation::read_while_task_renews,
    Operation::read_while_renewing,
    Operation::authorize_call,
    Operation::lookup_of_1_000,
    Operation::lookup_of_100_000,
    Operation::lookup_of_equal,
    Operation::build_request,
    Operation::read_response,
    Operation::build_and_read,
    Operation::poll,
    Operation::inspect,
];

impl Operation {
    /// Every operation.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|constructor| constructor())
    }

    /// The name, in one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }

    /// How long `count` of them take.
    pub fn time(&mut self, count: u64) -> Duration {
        let start = Instant::now();
        for _ in 0..count {
            (self.run)();
        }
        start.elapsed()
    }

    /// The request of a configuration, as an HTTP message.
    #[must_use]
    pub fn build_request() -> Self {
        let config = config();
        Self::new("build_request", move || {
            black_box(build(black_box(&config)));
        })
    }

    /// A token from a response.
    #[must_use]
    pub fn read_response() -> Self {
        let (config, response, sent_at) = (config(), response(), Moment::now());
        Self::new("read_response", move || {
            black_box(read_token_response(&config, sent_at, black_box(&response)).is_ok());
        })
    }

    /// Both: all that a fetch costs besides its transport.
    #[must_use]
    pub fn build_and_read() -> Self {
        let (config, response, sent_at) = (config(), response(), Moment::now());
        Self::new("build_and_read", move || {
            black_box(build(black_box(&config)));
            black_box(read_token_response(&config, sent_at, black_box(&response)).is_ok());
        })
    }

    /// `poll` of a session that holds a token.
    #[must_use]
    pub fn poll() -> Self {
        let now = Moment::now();
        let mut session = Session::new(config(), 7);
        let Action::Send(exchange) = session.poll(now) else {
            panic!("a session without a token asks for an exchange");
        };
        session.handle_response(now, exchange, &response());
        Self::new("poll", move || {
            let _ = black_box(session.poll(black_box(now)));
        })
    }

    /// The findings of a sound configuration.
    #[must_use]
    pub fn inspect() -> Self {
        let config = config();
        Self::new("inspect", move || {
            black_box(inspect(black_box(&config)));
        })
    }

    fn new(name: &'static str, run: impl FnMut() + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

fn build(config: &Config) -> http::Request<Bytes> {
    token_request(config)
}

fn response() -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(response_body()));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_runs_again_and_again() {
        for mut operation in Operation::all() {
            operation.time(3);
        }
    }
}
