//! How threads drive an engine: the one that carries a request is bound to it until the transport
//! returns.

use event_listener::Listener as _;

use super::engine::{Engine, Step};
use super::event::traced_call;
use super::options::{Caller, Obtained, TokenOptions};
use super::tenant::{self, TenantLookup};
use crate::discovery::TenantConfiguration;
use crate::error::Error;
use crate::protocol::AccessToken;
use crate::transport::BlockingTransport;

pub(super) fn token(
    engine: &Engine,
    transport: &dyn BlockingTransport,
) -> Result<AccessToken, Error> {
    if let Some(token) = engine.fresh() {
        return Ok(token);
    }
    let caller = Caller::new(engine.now(), &TokenOptions::default(), None)?;
    Ok(seek(engine, transport, caller)?.token)
}

pub(super) fn seek(
    engine: &Engine,
    transport: &dyn BlockingTransport,
    mut caller: Caller,
) -> Result<Obtained, Error> {
    loop {
        match engine.step(&mut caller) {
            Step::Done(result) => return result,
            Step::Send(guard) => {
                let request = guard.request();
                let response =
                    guard.carried_by(|| traced_call(guard.endpoint(), || transport.send(request)));
                guard.end(response);
            }
            Step::Wait { changed, span } => match span {
                None => changed.wait(),
                Some(span) => {
                    changed.wait_timeout(span);
                }
            },
        }
    }
}

pub(super) fn discover(
    engine: &Engine,
    transport: &dyn BlockingTransport,
) -> Result<TenantConfiguration, Error> {
    let mut lookup = TenantLookup::new(engine.tenancy(), engine.config())?;
    loop {
        let token = token(engine, transport);
        match lookup.step(engine.now(), engine.config(), token) {
            tenant::Step::Done(result) => return result,
            tenant::Step::Ask(guard) => {
                let response = transport.send(guard.openid_request());
                let outcome = guard
                    .tenant_request(response)
                    .and_then(|request| guard.read(transport.send(request)));
                guard.end(engine.now(), outcome);
            }
            tenant::Step::Wait(changed) => changed.wait(),
            tenant::Step::Again => {}
        }
    }
}
