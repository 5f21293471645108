//! Drives a session by hand: no network, no runtime, no waiting. A day passes in an instant.
//!
//! To write a loop of your own, do what `main` does here, with a real client in place of `server`
//! and a real clock in place of `now`.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

use std::error::Error;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cxone_auth_core::session::{Action, Exchange, Outcome};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{ClientCredentials, Config, Moment, Region, Session};

fn main() -> Result<(), Box<dyn Error>> {
    let credentials = ClientCredentials::new("client-id", "client-secret");
    let config = Config::genesys_cloud(Region::EuWest1, credentials)?;
    let mut session = Session::new(config, 42);
    let start = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);

    for (hour, minute, server_is_down) in [
        (0, 0, false),
        (12, 0, false),
        (23, 30, true),
        (23, 30, true),
        (23, 31, false),
        (30, 0, false),
    ] {
        let now = start.saturating_add(Duration::from_secs(3_600 * hour + 60 * minute));
        print!("{hour:>2}:{minute:02}  ");
        match session.poll(now) {
            Action::Use(token) => println!("use the token: {:?} left", token.remaining(now)),
            Action::Send(exchange) => send(&mut session, now, exchange, server_is_down),
            Action::Wait { .. } => println!("wait: another caller is requesting a token"),
            Action::Refuse(error) => println!("give up: {error}"),
        }
    }
    Ok(())
}

/// Sends the exchange and passes its outcome to the session.
fn send(session: &mut Session, now: Moment, exchange: Exchange, is_down: bool) {
    let request = exchange.request();
    println!("send {} {}", request.method(), request.uri());
    let arrived = now.saturating_add(Duration::from_millis(80));
    let outcome = match server(is_down) {
        Ok(response) => session.handle_response(arrived, exchange, &response),
        Err(failure) => session.handle_failure(arrived, exchange, failure),
    };
    match outcome {
        Outcome::Fetched { .. } => println!("       a token came"),
        Outcome::Renewed { .. } => println!("       a token came in place of the old one"),
        Outcome::Failed { error, stale } => {
            let goes_on = if stale.is_some() {
                "the old token stays in use"
            } else {
                "no token"
            };
            println!("       {error}; {goes_on}");
        }
        other => println!("       {other:?}"),
    }
}

/// Stands in for the HTTP client.
fn server(is_down: bool) -> Result<http::Response<Bytes>, TransportError> {
    if is_down {
        return Err(TransportError::new(TransportErrorKind::Connect));
    }
    Ok(http::Response::new(Bytes::from_static(
        br#"{"access_token":"example","token_type":"bearer","expires_in":86400}"#,
    )))
}
