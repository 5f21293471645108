//! What another process of the user has stored some time ago: a service, with the library.

use std::time::{Duration, SystemTime};

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::{Request, Response};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::store::{Forget, StoreOptions};
use cxone_auth_core::transport::TransportError;
use cxone_auth_core::{BlockingTokenSource, BlockingTransport, Config, Moment};
use serde_json::{Value, json};

use super::fixture::CacheFixture;

/// A server that has said this.
struct Said(u16, Value, Option<&'static str>);

impl BlockingTransport for Said {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut response = Response::builder().status(self.0);
        if let Some(wait) = self.2 {
            response = response.header("retry-after", wait);
        }
        Ok(response.body(Bytes::from(self.1.to_string())).unwrap())
    }
}

/// A source of the client of the fixture, whose clock is `ago` seconds behind.
fn source(fixture: &CacheFixture, ago: i64, said: Said) -> BlockingTokenSource {
    let variables = fixture.base.genesys_variables();
    let config = Config::from_variables(|name| {
        let found = variables.iter().find(|(own, _)| *own == name)?;
        Some(found.1.clone())
    });
    let (now, span) = (SystemTime::now(), Duration::from_secs(ago.unsigned_abs()));
    let wall = if ago < 0 { now + span } else { now - span };
    let clock = ManualClock::new(Moment::new(Duration::from_secs(1_000_000), wall));
    let store = fixture.store();
    let options = StoreOptions::new(store.keys());
    BlockingTokenSource::with_clock(config.unwrap(), said, clock, 7).with_store(store, options)
}

/// Keeps a token as a service has, so many seconds ago.
pub(super) fn keep(fixture: &CacheFixture, token: &str, lifetime: u64, ago: i64) {
    let body = json!({ "access_token": token, "token_type": "bearer", "expires_in": lifetime });
    let source = source(fixture, ago, Said(200, body, None));
    source.forget_stored(Forget::All).unwrap();
    assert_eq!(source.token().unwrap().expose_secret(), token);
}

/// Keeps what the server has told a service.
pub(super) fn refuse(fixture: &CacheFixture, (status, error): (u16, &str)) {
    let wait = (status == 429).then_some("120");
    let said = Said(status, json!({ "error": error }), wait);
    source(fixture, 0, said).token().unwrap_err();
}
