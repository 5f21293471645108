//! The way from the head of a request to an address of an API, as arbitrary heads are tried on it.
//! Not an API.

use std::net::SocketAddr;

use cxone_auth_core::api::ApiBase;
use cxone_auth_core::http::{Request, StatusCode, Uri};

use super::framing::Ambiguity;
use super::listener::Listener;
use super::problem::Problem;
use super::{gateway, router};

/// Where a call leads.
pub struct Way {
    /// The profile whose token the call gets.
    pub profile: String,
    /// The address that it is sent to.
    pub address: Uri,
}

/// Finds the way of a call with the token of the gateway. `head` is the request as it arrived, and
/// `request` the same as hyper reads it.
///
/// # Errors
///
/// The status that the client gets.
pub fn way<B>(
    head: &[u8],
    request: &Request<B>,
    port: SocketAddr,
    profiles: &[&str],
    base: &ApiBase,
) -> Result<Way, StatusCode> {
    find(head, request, port, profiles, base).map_err(|problem| problem.status())
}

fn find<B>(
    head: &[u8],
    request: &Request<B>,
    port: SocketAddr,
    profiles: &[&str],
    base: &ApiBase,
) -> Result<Way, Problem> {
    router::check(Listener::Port(port), &Ambiguity::of(head), request)?;
    let target = request.uri().path_and_query();
    let target = router::read(target.map_or("", |target| target.as_str()))?;
    if !profiles.contains(&target.profile) {
        return Err(Problem::not_found("the agent serves no such profile"));
    }
    Ok(Way {
        profile: target.profile.to_owned(),
        address: gateway::address(base, target.rest)?,
    })
}
