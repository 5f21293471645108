//! A token endpoint with good and bad days.

use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::transport::TransportErrorKind;
use http::Response;

use crate::chance::Chance;

/// The longest that a request takes: the transports' own timeout.
const TIMEOUT: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_hours(1);

pub(crate) struct Server {
    chance: Chance,
    /// The lifetime of every token; none: it changes from day to day.
    lifetime: Option<Duration>,
    weather: Weather,
    changes_at: Duration,
    issued: u64,
    pub(crate) bad_spells: u64,
    pub(crate) bad_weather: Duration,
    /// How much of it was silence.
    pub(crate) silence: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Fair,
    /// Every connection is refused.
    Down,
    /// No request gets a response in time.
    Hanging,
    /// Every request gets 500 or 503.
    Broken,
    /// Every request gets 429, with or without `Retry-After`.
    Throttling,
    /// The secret has been changed, and the service does not know the new one yet.
    Rejecting,
}

/// How a request ends.
pub(crate) enum Ending {
    ServerResponse(Response<Bytes>),
    Failure(TransportErrorKind),
}

impl Server {
    pub(crate) fn new(mut chance: Chance, lifetime: Option<Duration>) -> Self {
        Self {
            lifetime,
            weather: Weather::Fair,
            changes_at: chance.between(HOUR, 24 * HOUR),
            issued: 0,
            bad_spells: 0,
            bad_weather: Duration::ZERO,
            silence: Duration::ZERO,
            chance,
        }
    }

    pub(crate) fn changes_at(&self) -> Duration {
        self.changes_at
    }

    /// Changes the weather, and returns what it was.
    pub(crate) fn change(&mut self) -> Weather {
        let before = self.weather;
        let span = if before == Weather::Fair {
            self.weather = self.chance.pick(&[
                Weather::Down,
                Weather::Hanging,
                Weather::Broken,
                Weather::Throttling,
                Weather::Rejecting,
            ]);
            self.bad_spells += 1;
            // From two minutes to about twenty hours.
            let span = self.chance.magnitude(Duration::from_mins(2), 10);
            let span = span.min(20 * HOUR);
            self.bad_weather += span;
            if self.weather == Weather::Hanging {
                self.silence += span;
            }
            span
        } else {
            self.weather = Weather::Fair;
            self.chance.between(2 * HOUR, 30 * HOUR)
        };
        self.changes_at += span;
        before
    }

    /// How long a request that is sent at `instant` takes, and how it ends.
    pub(crate) fn response(&mut self, instant: Duration) -> (Duration, Ending) {
        match self.weather {
            Weather::Fair => (self.latency(), Ending::ServerResponse(self.token(instant))),
            Weather::Down => (
                Duration::from_millis(3),
                Ending::Failure(TransportErrorKind::Connect),
            ),
            Weather::Hanging => (TIMEOUT, Ending::Failure(TransportErrorKind::Timeout)),
            Weather::Broken => {
                let status = self.chance.pick(&[500, 503]);
                (
                    self.latency(),
                    Ending::ServerResponse(refusal(status, None, "")),
                )
            }
            Weather::Throttling => {
                let seconds = self.chance.pick(&[None, Some(2), Some(20), Some(300)]);
                (
                    self.latency(),
                    Ending::ServerResponse(refusal(429, seconds, "")),
                )
            }
            Weather::Rejecting => {
                let body = r#"{"error":"invalid_client"}"#;
                (
                    self.latency(),
                    Ending::ServerResponse(refusal(400, None, body)),
                )
            }
        }
    }

    /// Mostly a fraction of a second; now and then many.
    fn latency(&mut self) -> Duration {
        let slowest = if self.chance.once_in(20) { 20_000 } else { 400 };
        self.chance
            .between(Duration::from_millis(40), Duration::from_millis(slowest))
    }

    fn token(&mut self, instant: Duration) -> Response<Bytes> {
        let in_turn = || match instant.as_secs() / 86_400 % 3 {
            0 => Duration::from_hours(24),
            1 => HOUR,
            _ => Duration::from_mins(5),
        };
        let seconds = self.lifetime.unwrap_or_else(in_turn).as_secs();
        self.issued += 1;
        let body = format!(
            r#"{{"access_token":"t{}","token_type":"bearer","expires_in":{seconds}}}"#,
            self.issued
        );
        Response::new(body.into())
    }
}

fn refusal(status: u16, retry_after: Option<u64>, body: &'static str) -> Response<Bytes> {
    let mut builder = Response::builder().status(status);
    if let Some(seconds) = retry_after {
        builder = builder.header("retry-after", seconds);
    }
    builder
        .body(Bytes::from_static(body.as_bytes()))
        .expect("the parts are well-formed")
}
