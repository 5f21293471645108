//! Playing an attempt, a fix or a system against its server.

use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::diagnosis::{Diagnosis, diagnose_token};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::{
    AccessToken, BlockingTokenSource, BlockingTransport, Config, Error, Moment,
    fetch_token_blocking, inspect, read_token_response,
};
use cxone_auth_tests::Received;

use super::fixture::Fixture;
use super::{Attempt, Failure, Fix, Raw, ServerRules, System};

/// What came of one try.
pub(crate) struct Played {
    /// The address of the configuration, when there is one.
    pub(crate) endpoint: Option<String>,
    /// What a look at the configuration finds; nothing when it was refused.
    pub(crate) before_sending: Diagnosis,
    pub(crate) sent: Sent,
    pub(crate) result: Result<AccessToken, Error>,
    /// What is found about the failure, or about the token.
    pub(crate) findings: Diagnosis,
}

/// What left the client.
#[derive(Default)]
pub(crate) struct Sent {
    /// The requests that the server received.
    pub(crate) requests: Vec<Received>,
    /// The hosts that were asked for, each with its port.
    pub(crate) hosts: Vec<String>,
}

impl Attempt {
    pub(crate) fn play(&self) -> Result<Played, Failure> {
        let fixture = Fixture::start(&self.config, &self.server)?;
        if let Some(response) = &self.response {
            fixture.order(response);
        }
        let config = match fixture.config(&self.config, self.refresh_before)? {
            Ok(config) => config,
            Err(error) => return Ok(Played::refused(error)),
        };
        let result = match &self.raw {
            None => fetch_token_blocking(&fixture.transport()?, &config),
            Some(raw) => send(&fixture, &config, raw)?,
        };
        Ok(Played::over(&fixture, &config, result))
    }
}

impl Fix {
    pub(crate) fn play(&self) -> Result<Played, Failure> {
        let fixture = Fixture::start(&self.config, &ServerRules::default())?;
        let config = fixture.config(&self.config, None)??;
        let result = fetch_token_blocking(&fixture.transport()?, &config);
        Ok(Played::over(&fixture, &config, result))
    }
}

impl System {
    /// Asks once, or, where the system is a cache, through a source whose time passes.
    pub(crate) fn play(&self) -> Result<Played, Failure> {
        let fixture = Fixture::start(&self.config, &self.server)?;
        let config = fixture.config(&self.config, self.refresh_before)??;
        let result = match self.refresh_before {
            None => fetch_token_blocking(&fixture.transport()?, &config),
            Some(refresh_before) => cached(&fixture, &config, Duration::from_secs(refresh_before))?,
        };
        Ok(Played::over(&fixture, &config, result))
    }
}

impl Played {
    fn refused(error: Error) -> Self {
        Self {
            endpoint: None,
            before_sending: Diagnosis::default(),
            sent: Sent::default(),
            findings: error.diagnosis().clone(),
            result: Err(error),
        }
    }

    fn over(fixture: &Fixture, config: &Config, result: Result<AccessToken, Error>) -> Self {
        Self {
            endpoint: Some(config.endpoint().to_string()),
            before_sending: inspect(config),
            sent: Sent {
                requests: fixture.received(),
                hosts: fixture.visited(),
            },
            findings: match &result {
                Ok(token) => diagnose_token(config, token),
                Err(error) => error.diagnosis().clone(),
            },
            result,
        }
    }
}

/// Sends a request that the library would not make, and reads the response as its own.
fn send(
    fixture: &Fixture,
    config: &Config,
    raw: &Raw,
) -> Result<Result<AccessToken, Error>, Failure> {
    let mut url = config.endpoint().to_string();
    if let Some(query) = &raw.query {
        url = format!("{url}?{}", fixture.filled(query));
    }
    let mut request = http::Request::post(url);
    for (name, value) in &raw.headers {
        request = request.header(name, fixture.filled(value));
    }
    let request = request.body(Bytes::from(fixture.filled(&raw.body)))?;
    let sent_at = Moment::now();
    let response = fixture.transport()?.send(request)?;
    Ok(read_token_response(config, sent_at, &response))
}

/// Asks again and again: far from the end, twice within the buffer, and at the very end.
fn cached(
    fixture: &Fixture,
    config: &Config,
    refresh_before: Duration,
) -> Result<Result<AccessToken, Error>, Failure> {
    let clock = ManualClock::new(Moment::now());
    let source =
        BlockingTokenSource::with_clock(config.clone(), fixture.transport()?, clock.clone(), 0);
    let first = source.token()?;
    let remaining = first.remaining(source.now());
    clock.advance(remaining.saturating_sub(2 * refresh_before));
    let kept = source.token()?;
    if kept.expose_secret() != first.expose_secret() {
        return Err("the token was renewed before its buffer".into());
    }
    clock.advance(refresh_before + refresh_before / 2);
    let renewed = source.token();
    source.token()?;
    Ok(renewed)
}
