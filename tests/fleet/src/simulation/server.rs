//! A token endpoint with good and bad days, and an API that knows its tokens.

use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::transport::TransportErrorKind;
use http::Response;

use super::executor::Owner;
use crate::chance::Chance;

pub(crate) struct Server {
    chance: Chance,
    lifetime: Duration,
    revokes_previous: bool,
    denied: Denied,
    pub(crate) weather: Weather,
    issued: Vec<Issued>,
}

/// A token. Its number is its place in the list.
pub(crate) struct Issued {
    /// When its request was sent.
    pub(crate) sent_at: Duration,
    pub(crate) ends_at: Duration,
    pub(crate) is_revoked: bool,
    /// Whether it was revoked by an administrator, and not by a later token.
    is_ended: bool,
}

/// Whose address is not on the allow list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    Nobody,
    EverySecond,
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
    /// A token takes up to twenty seconds.
    Slow,
    /// The secret is not accepted.
    Rejecting,
}

/// How a request ends.
pub(crate) enum Ending {
    Response(Response<Bytes>),
    Failure(TransportErrorKind),
}

const TOKEN: &str = "t0ken-";

impl Server {
    pub(crate) fn new(chance: Chance, lifetime: Duration) -> Self {
        Self {
            chance,
            lifetime,
            revokes_previous: false,
            denied: Denied::Nobody,
            weather: Weather::Fair,
            issued: Vec::new(),
        }
    }

    pub(crate) fn revoking_previous(mut self, revokes: bool) -> Self {
        self.revokes_previous = revokes;
        self
    }

    pub(crate) fn denying(mut self, denied: Denied) -> Self {
        self.denied = denied;
        self
    }

    /// How long a request takes there, or a response back.
    pub(crate) fn way(&mut self) -> Duration {
        self.chance
            .between(Duration::from_millis(10), Duration::from_millis(150))
    }

    /// How long the server thinks, and what it says then; none: nothing in time.
    pub(crate) fn response(
        &mut self,
        owner: Owner,
        sent_at: Duration,
        now: Duration,
    ) -> (Duration, Option<Ending>) {
        let at_once = |status, body: &str| Some(Ending::Response(refusal(status, None, body)));
        let ending = match self.weather {
            Weather::Down => Some(Ending::Failure(TransportErrorKind::Connect)),
            Weather::Hanging => None,
            Weather::Broken => at_once(self.chance.pick(&[500, 503]), ""),
            Weather::Throttling => {
                let seconds = self.chance.pick(&[None, Some(2), Some(20)]);
                Some(Ending::Response(refusal(429, seconds, "")))
            }
            Weather::Rejecting => at_once(401, r#"{"error":"invalid_client"}"#),
            Weather::Fair | Weather::Slow if self.denies(owner) => at_once(
                400,
                r#"{"error":"access_denied","error_description":"the client is not allowed from this IP address"}"#,
            ),
            Weather::Fair | Weather::Slow => Some(Ending::Response(self.token(sent_at, now))),
        };
        let slowest = if self.weather == Weather::Slow {
            20_000
        } else {
            100
        };
        (
            self.chance
                .between(Duration::ZERO, Duration::from_millis(slowest)),
            ending,
        )
    }

    fn token(&mut self, sent_at: Duration, now: Duration) -> Response<Bytes> {
        if self.revokes_previous {
            self.issued
                .iter_mut()
                .for_each(|token| token.is_revoked = true);
        }
        let (number, seconds) = (self.issued.len(), self.lifetime.as_secs());
        self.issued.push(Issued {
            sent_at,
            ends_at: now + self.lifetime,
            is_revoked: false,
            is_ended: false,
        });
        Response::new(Bytes::from(format!(
            r#"{{"access_token":"{TOKEN}{number}","token_type":"Bearer","expires_in":{seconds}}}"#
        )))
    }

    pub(crate) fn denies(&self, owner: Owner) -> bool {
        self.denied == Denied::EverySecond && owner.is_multiple_of(2)
    }

    /// Ends every token, as an administrator does.
    pub(crate) fn revoke_all(&mut self) {
        for token in &mut self.issued {
            (token.is_revoked, token.is_ended) = (true, true);
        }
    }

    pub(crate) fn is_ended(&self, number: Option<usize>) -> bool {
        let issued = number.and_then(|number| self.issued.get(number));
        issued.is_some_and(|token| token.is_ended)
    }

    /// Reports whether the API takes the token.
    pub(crate) fn accepts(&self, number: usize, now: Duration) -> bool {
        let issued = self.issued.get(number);
        issued.is_some_and(|token| !token.is_revoked && now < token.ends_at)
    }

    pub(crate) fn issued(&self, number: usize) -> Option<&Issued> {
        self.issued.get(number)
    }

    pub(crate) fn count(&self) -> usize {
        self.issued.len()
    }
}

/// Returns the number of a token.
pub(crate) fn number_of(token: &str) -> Option<usize> {
    token.strip_prefix(TOKEN)?.parse().ok()
}

fn refusal(status: u16, retry_after: Option<u64>, body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_owned()));
    *response.status_mut() = status.try_into().expect("the statuses are fixed and good");
    if let Some(seconds) = retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}
