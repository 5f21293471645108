//! One token request, and what its response says besides the token.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::header::DATE;
use cxone_auth_core::http::{Request, Response};
use cxone_auth_core::protocol::{GrantedScope, Lifetime};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{
    AccessToken, BlockingTransport, Config, Error, Scope, ScopeSet, fetch_token_blocking,
};

/// The result of a token request.
pub(super) struct Exchange {
    pub(super) result: Result<AccessToken, Error>,
    pub(super) took: Duration,
    /// The time in the response, and the time of this machine's clock halfway through the request.
    pub(super) clocks: Option<Clocks>,
}

/// The two clocks at one moment.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    pub(super) server: SystemTime,
    pub(super) own: SystemTime,
}

/// Requests a token once.
pub(super) fn ask(transport: &dyn BlockingTransport, config: &Config) -> Exchange {
    let listening = Listening {
        transport,
        clocks: Mutex::new(None),
    };
    let began = Instant::now();
    let result = fetch_token_blocking(&listening, config);
    Exchange {
        result,
        took: began.elapsed(),
        clocks: listening
            .clocks
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
    }
}

/// Returns the error of a request that cannot be made, explained like that of a request that failed
/// in this way.
pub(super) fn not_sent(config: &Config, kind: TransportErrorKind) -> Option<Error> {
    fetch_token_blocking(&Barred(kind), config).err()
}

/// Describes the token in one line, without its text.
pub(super) fn described(token: &AccessToken) -> String {
    let lifetime = match token.lifetime() {
        Lifetime::Stated(span) => format!("valid for {} s", span.as_secs()),
        Lifetime::Assumed(_) => "the server does not say how long it is valid".to_owned(),
        _ => "of unknown lifetime".to_owned(),
    };
    format!("a token came: {lifetime}, {}", scope(token.scope()))
}

fn scope(scope: &GrantedScope) -> String {
    let named = |scopes: &ScopeSet| {
        let names: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(" ")
        }
    };
    match scope {
        GrantedScope::NotStated => "no scope stated".to_owned(),
        GrantedScope::AsRequested(scopes) => format!("scope as asked for: {}", named(scopes)),
        GrantedScope::Default(scopes) if scopes.is_empty() => "no scope".to_owned(),
        GrantedScope::Default(scopes) => format!("scope of the server's choice: {}", named(scopes)),
        GrantedScope::Fewer(scopes) => format!("less scope than asked for: {}", named(scopes)),
        GrantedScope::More(scopes) => format!("more scope than asked for: {}", named(scopes)),
        other => match other.scopes() {
            Some(scopes) => format!("other scope than asked for: {}", named(scopes)),
            None => "no scope stated".to_owned(),
        },
    }
}

/// Reads the `Date` of each response that passes (RFC 9110 §6.6.1).
struct Listening<'a> {
    transport: &'a dyn BlockingTransport,
    clocks: Mutex<Option<Clocks>>,
}

impl BlockingTransport for Listening<'_> {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (sent, began) = (SystemTime::now(), Instant::now());
        let response = self.transport.send(request)?;
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        let server = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let clocks = server.map(|server| Clocks {
            server,
            own: sent + began.elapsed() / 2,
        });
        *self.clocks.lock().unwrap_or_else(PoisonError::into_inner) = clocks;
        Ok(response)
    }
}

/// Fails each request without sending it.
struct Barred(TransportErrorKind);

impl BlockingTransport for Barred {
    fn send(&self, _request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Err(TransportError::new(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scope_is_told_in_words() {
        for (granted, told) in [
            (GrantedScope::NotStated, "no scope stated"),
            (GrantedScope::Default(ScopeSet::new()), "no scope"),
            (
                GrantedScope::Fewer(ScopeSet::new()),
                "less scope than asked for: none",
            ),
            (
                GrantedScope::AsRequested(ScopeSet::new()),
                "scope as asked for: none",
            ),
        ] {
            assert_eq!(scope(&granted), told);
        }
    }
}
