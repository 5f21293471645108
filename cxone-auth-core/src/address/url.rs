//! The one parser: what an address is made of, before it is an endpoint, an origin or a base.

use http::Uri;
use http::uri::Scheme;

use super::authority::{Authority, is_loopback};
use super::fault::Fault;

/// An absolute address that is fit to carry a secret: `https`, or `http` to a loopback host; a
/// well-formed host; no user information.
pub(super) struct Url<'u> {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    uri: &'u Uri,
}

impl<'u> Url<'u> {
    pub(super) fn of(uri: &'u Uri) -> Result<Self, Fault> {
        let scheme = uri.scheme_str().ok_or(Fault::NO_SCHEME)?;
        let authority = uri.authority().ok_or(Fault::NO_HOST)?;
        let authority = Authority::parse(authority.as_str())?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::HTTPS,
            "http" if is_loopback(authority.host()) => Scheme::HTTP,
            "http" => return Err(Fault::PLAIN_HTTP),
            _ => return Err(Fault::SCHEME),
        };
        Ok(Self {
            scheme,
            authority,
            uri,
        })
    }

    /// The path, of an address that has no query.
    pub(super) fn path(&self) -> Result<&'u str, Fault> {
        match self.uri.query() {
            None => Ok(self.uri.path()),
            Some(_) => Err(Fault::QUERY),
        }
    }
}

/// Reads an address, and looks for what `Uri` would accept or drop in silence.
pub(super) fn read(text: &str) -> Result<Uri, Fault> {
    let authority = authority_in(text.split_once("://").map_or(text, |(_, rest)| rest));
    if text.is_empty() {
        return Err(Fault::EMPTY);
    }
    if authority.contains('@') {
        return Err(Fault::USER_INFORMATION);
    }
    check_characters(text)?;
    if authority.is_empty() {
        return Err(Fault::NO_HOST);
    }
    text.parse().map_err(|_| Fault::NO_URL)
}

/// User information, host and port of an address, from what stands behind its scheme.
pub(crate) fn authority_in(behind_scheme: &str) -> &str {
    let end = behind_scheme.find(['/', '?', '#', '\\']);
    &behind_scheme[..end.unwrap_or(behind_scheme.len())]
}

/// Refuses what parsers of URLs read in different ways.
pub(super) fn check_characters(text: &str) -> Result<(), Fault> {
    if text.contains('#') {
        Err(Fault::FRAGMENT)
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err(Fault::UNPRINTABLE)
    } else if text.contains(['\\', '"', '<', '>', '`', '{', '}', '|', '^']) {
        Err(Fault::CHARACTER)
    } else {
        Ok(())
    }
}
