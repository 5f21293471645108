//! Drops what is stored about a target.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::http::{Request, Response};
use cxone_auth_core::store::{Forget, Forgotten, StoreErrorKind};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{BlockingTokenSource, BlockingTransport};
use secrecy::SecretString;

use super::link::Link;
use super::{Problem, Shared};
use crate::failure::{Failure, Kind};
use crate::target::{Place, Target};

/// What a caller knows of the token that an API rejected.
pub(crate) enum Rejection {
    /// The token itself.
    Of(SecretString),
    /// Nothing. The stored token counts as the rejected one, unless it is too new to have been
    /// handed out, used and rejected.
    OfTheKept,
}

/// Within this time, a stored token does not count as the rejected one.
pub(crate) const YOUNG: Duration = RenewalPolicy::DEFAULT_MIN_FORCED_INTERVAL;

/// What was dropped.
pub(crate) enum Dropped {
    /// This.
    Known(Forgotten),
    /// Nothing, since the issuer names the token endpoint and nobody has asked it.
    Unasked,
}

/// Drops the stored token and the refusal, or the token if it is the rejected one. The next process
/// that needs a token asks the server, even if the server has refused recently.
pub(crate) fn forget(
    mut target: Target,
    rejection: Option<&Rejection>,
) -> Result<Dropped, Failure> {
    let shared = match Shared::find(&target.store) {
        Ok(Some(shared)) => shared,
        Ok(None) => return Ok(Dropped::Known(Forgotten::default())),
        Err(trouble) => return Err(failed(&target.store, trouble.into_problem()?)),
    };
    let forgotten = remove(&mut target, &shared, rejection);
    match shared.problem() {
        None => forgotten,
        Some(problem) => Err(failed(&target.store, problem)),
    }
}

/// A folder that cannot be used is a wrong setting. A server may respond later.
fn failed(place: &Place, problem: Problem) -> Failure {
    let kind = match (place, problem.kind) {
        (Place::Server(_), StoreErrorKind::Unavailable) => Kind::Network,
        (Place::Server(_), StoreErrorKind::Damaged) => Kind::Other,
        _ => Kind::Configuration,
    };
    Failure::new(kind, problem.text)
}

fn remove(
    target: &mut Target,
    shared: &Shared,
    rejection: Option<&Rejection>,
) -> Result<Dropped, Failure> {
    if target.is_to_be_discovered() {
        let Some(metadata) = Link::of(target, shared).metadata(target) else {
            return Ok(Dropped::Unasked);
        };
        target.use_metadata(metadata)?;
    }
    let source = BlockingTokenSource::new(target.config.clone(), Unsent);
    let store = Arc::clone(&shared.store);
    let source = source.with_store(store, shared.options(target));
    let forgotten = source.forget_stored(match rejection {
        None => Forget::All,
        Some(Rejection::Of(token)) => Forget::Token(token.clone()),
        Some(Rejection::OfTheKept) => Forget::OlderThan(YOUNG),
    });
    Ok(Dropped::Known(shared.noted(forgotten).unwrap_or_default()))
}

/// What stands in the place of a transport where nothing is sent.
pub(super) struct Unsent;

impl BlockingTransport for Unsent {
    fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Err(TransportError::new(TransportErrorKind::Configuration))
    }
}
