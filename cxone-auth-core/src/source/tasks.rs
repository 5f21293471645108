//! How tasks drive an engine: each caller polls what it waits for.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::engine::{Engine, Step};
use super::event::traced;
use super::options::{Caller, Obtained, TokenOptions};
use super::tenant::{self, TenantLookup};
use crate::discovery::TenantConfiguration;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::transport::Transport;

pub(super) async fn token(
    engine: &Engine,
    transport: &dyn Transport,
) -> Result<AccessToken, Error> {
    if let Some(token) = engine.fresh() {
        return Ok(token);
    }
    let caller = Caller::new(engine.now(), &TokenOptions::default(), None)?;
    Ok(seek(engine, transport, caller).await?.token)
}

pub(super) async fn seek(
    engine: &Engine,
    transport: &dyn Transport,
    mut caller: Caller,
) -> Result<Obtained, Error> {
    loop {
        match engine.step(&mut caller) {
            Step::Done(result) => return result,
            Step::Send(guard) => {
                let (request, left) = (guard.request(), caller.time_left(engine.now()));
                // A transport of the user's own may panic before it returns a future.
                let sent = guard.carried_by(|| transport.send(request));
                let sent = guard.carried(traced(guard.endpoint(), sent));
                let sleep = |span| guard.carried(guard.carried_by(|| transport.sleep(span)));
                match within(sent, left.map(sleep)).await {
                    Some(result) => guard.end(result),
                    // Dropping the guard lets the next caller send.
                    None => return Err(Caller::too_late()),
                }
            }
            Step::Wait { changed, span } => {
                within(changed, span.map(|span| transport.sleep(span))).await;
            }
        }
    }
}

pub(super) async fn discover(
    engine: &Engine,
    transport: &dyn Transport,
) -> Result<TenantConfiguration, Error> {
    let mut lookup = TenantLookup::new(engine.tenancy(), engine.config())?;
    loop {
        let token = token(engine, transport).await;
        match lookup.step(engine.now(), engine.config(), token) {
            tenant::Step::Done(result) => return result,
            tenant::Step::Ask(guard) => {
                let response = transport.send(guard.openid_request()).await;
                let outcome = match guard.tenant_request(response) {
                    Ok(request) => guard.read(transport.send(request).await),
                    Err(error) => Err(error),
                };
                guard.end(engine.now(), outcome);
            }
            tenant::Step::Wait(changed) => changed.await,
            tenant::Step::Again => {}
        }
    }
}

/// The shortest time between two requests made for nobody: a server whose tokens have no lifetime
/// of their own would be asked without end.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);

/// The longest sleep before the clocks are read again: the runtime's timer may stand still while
/// the machine sleeps, and the token's lifetime goes on.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Renews without callers, without end.
pub(super) async fn keep_fresh(engine: &Engine, transport: &dyn Transport) {
    loop {
        let (span, changed) = engine.next_request();
        match span {
            Some(Duration::ZERO) => {
                // What went wrong is in the source's status and events; the cool-down follows.
                let _ = token(engine, transport).await;
                let (next, _) = engine.next_request();
                if next == Some(Duration::ZERO) {
                    transport.sleep(SHORTEST_PAUSE).await;
                }
            }
            span => {
                let span = span.map(|span| span.min(LONGEST_SLEEP));
                within(changed, span.map(|span| transport.sleep(span))).await;
            }
        }
    }
}

/// The outcome of `future`, or nothing if `sleep` ends first. When both are ready, `future` counts.
async fn within<F: Future + Unpin>(
    mut future: F,
    mut sleep: Option<impl Future + Unpin>,
) -> Option<F::Output> {
    poll_fn(|cx| {
        if let Poll::Ready(output) = Pin::new(&mut future).poll(cx) {
            return Poll::Ready(Some(output));
        }
        match &mut sleep {
            Some(sleep) => Pin::new(sleep).poll(cx).map(|_| None),
            None => Poll::Pending,
        }
    })
    .await
}
