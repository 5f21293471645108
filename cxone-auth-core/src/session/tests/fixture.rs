//! A session that tests move to a state, and its time.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;

use super::super::*;
use crate::config::{ClientCredentials, RenewalPolicy};
use crate::error::Error;
use crate::platform::Region;
use crate::transport::{TransportError, TransportErrorKind};

/// A session and its time.
pub(super) struct Fixture {
    pub(super) session: Session,
    pub(super) now: Moment,
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns a client whose tokens have no lifetime if the server states none.
pub(super) fn config(secret: &str) -> Config {
    let credentials = ClientCredentials::new("the-id", secret);
    let renewal = RenewalPolicy::new().with_assumed_lifetime(Duration::ZERO);
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    config.with_renewal(renewal)
}

pub(super) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    headers
        .iter()
        .fold(
            Response::builder().status(status),
            |builder, (name, value)| builder.header(*name, *value),
        )
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

pub(super) fn token_for(lifetime: u64) -> Response<Bytes> {
    let body = format!(r#"{{"access_token":"t","token_type":"bearer","expires_in":{lifetime}}}"#);
    response(200, &[], &body)
}

pub(super) fn wrong_secret() -> Response<Bytes> {
    response(400, &[], r#"{"error":"invalid_client"}"#)
}

impl Fixture {
    pub(super) fn new() -> Self {
        let wall = SystemTime::UNIX_EPOCH + seconds(1_800_000_000);
        Self {
            session: Session::new(config("the-secret"), 7),
            now: Moment::new(seconds(1_000), wall),
        }
    }

    /// Returns a session that holds a token of this lifetime, requested at `now`.
    pub(super) fn holding(lifetime: u64) -> Self {
        let mut fixture = Self::new();
        let exchange = fixture.sends();
        fixture.respond(exchange, &token_for(lifetime));
        fixture
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(Duration::from_secs(seconds));
    }

    pub(super) fn sends(&mut self) -> Exchange {
        match self.session.poll(self.now) {
            Action::Send(exchange) => exchange,
            other => panic!("expected a request, got {other:?}"),
        }
    }

    pub(super) fn uses(&mut self) -> AccessToken {
        match self.session.poll(self.now) {
            Action::Use(token) => token,
            other => panic!("expected a token, got {other:?}"),
        }
    }

    pub(super) fn refuses(&mut self) -> Error {
        match self.session.poll(self.now) {
            Action::Refuse(error) => error,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    /// Has a caller wait for `span` and then send.
    pub(super) fn sends_after_a_wait(&mut self, span: Duration) -> Exchange {
        let (_, until) = self.waits();
        assert_eq!(until.map(|until| self.now.until(until)), Some(span));
        self.now = self.now.saturating_add(span);
        self.sends()
    }

    pub(super) fn waits(&mut self) -> (Ticket, Option<Moment>) {
        match self.session.poll(self.now) {
            Action::Wait { ticket, until } => (ticket, until),
            other => panic!("expected to wait, got {other:?}"),
        }
    }

    pub(super) fn respond(&mut self, exchange: Exchange, response: &Response<Bytes>) -> Outcome {
        self.session.handle_response(self.now, exchange, response)
    }

    pub(super) fn fails(&mut self, exchange: Exchange) -> Outcome {
        self.fails_as(exchange, TransportErrorKind::Connect)
    }

    pub(super) fn fails_as(&mut self, exchange: Exchange, kind: TransportErrorKind) -> Outcome {
        let failure = TransportError::new(kind);
        self.session.handle_failure(self.now, exchange, failure)
    }
}
