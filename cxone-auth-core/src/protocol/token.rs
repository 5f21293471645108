//! An access token and what is known about it.

use std::fmt;
use std::ptr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use http::HeaderValue;
use zeroize::Zeroizing;

use crate::address::ApiBase;
use crate::clock::Moment;
use crate::config::{Attempt, sensitive};
use crate::error::Error;
use crate::protocol::GrantedScope;

/// An access token (RFC 6749 §1.4) of type bearer (RFC 6750).
///
/// Clones share it. The memory of the token is overwritten when the last holder is dropped,
/// including the holders of its header value. `Debug` does not show it.
///
/// A token whose credentials were read for its request keeps them for as long as it lives, so that
/// [`diagnose_api_response`](crate::diagnosis::diagnose_api_response) can redact them.
#[derive(Clone)]
pub struct AccessToken(Arc<Inner>);

/// What is known of a token that another process has got.
pub(crate) struct StoredToken<'a> {
    pub(crate) token: &'a str,
    pub(crate) lifetime: Lifetime,
    /// The clock of this process may be too young for the moment of the request.
    pub(crate) expires_at: Moment,
    pub(crate) scope: GrantedScope,
    pub(crate) resource_server: Option<ApiBase>,
}

/// Identifies a token without keeping its text in memory.
#[derive(Default, Clone)]
pub(crate) struct TokenIdentity(Weak<Inner>);

struct Inner {
    /// `Bearer ` and the token. There is no other copy.
    authorization: HeaderValue,
    sent_at: Moment,
    expires_at: Moment,
    lifetime: Lifetime,
    /// Where the API is, as the response names it. It is asked for once per token at most, so that
    /// tokens without it pay for a pointer only.
    resource_server: Option<Arc<ApiBase>>,
    /// What was read for its request. Without credentials that are read, this is a pointer only.
    read: Option<Arc<Attempt>>,
    kind: Kind,
}

enum Kind {
    /// The token as it was read, with its granted scopes.
    Original(GrantedScope),
    /// A copy of an original, which holds the rest.
    CopyOf(Arc<Inner>),
}

/// How long a token is valid, counted from the moment before its request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lifetime {
    /// The server stated it in `expires_in`, or as a date in `expires_at` or `expires_on`.
    Stated(Duration),
    /// The server stated none, or zero or less: [`RenewalPolicy::assumed_lifetime`](crate::config::RenewalPolicy).
    Assumed(Duration),
}

const SCHEME: &str = "Bearer ";

impl AccessToken {
    /// Creates a token from its `Bearer …` header bytes, which must be visible ASCII and spaces.
    pub(crate) fn new(
        authorization: Zeroizing<Vec<u8>>,
        sent_at: Moment,
        lifetime: Lifetime,
        scope: GrantedScope,
    ) -> Self {
        Self(Arc::new(Inner {
            authorization: sensitive(authorization),
            sent_at,
            expires_at: sent_at.saturating_add(lifetime.span()),
            lifetime,
            resource_server: None,
            read: None,
            kind: Kind::Original(scope),
        }))
    }

    /// Reports whether a header can carry this text.
    pub(crate) fn is_made_of(token: &str) -> bool {
        authorization(token).is_ok()
    }

    /// Creates a token that another process has got; `None` if no header can carry it.
    pub(crate) fn stored(stored: StoredToken<'_>) -> Option<Self> {
        let lifetime = stored.lifetime;
        Some(Self(Arc::new(Inner {
            authorization: sensitive(authorization(stored.token).ok()?),
            sent_at: stored.expires_at.saturating_sub(lifetime.span()),
            expires_at: stored.expires_at,
            lifetime,
            resource_server: stored.resource_server.map(Arc::new),
            read: None,
            kind: Kind::Original(stored.scope),
        })))
    }

    /// Returns the same token, before anybody else has it, with what its response says of the API.
    pub(crate) fn with_resource_server(mut self, base: Option<ApiBase>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.resource_server = base.map(Arc::new);
        }
        self
    }

    /// Returns the same token, before anybody else has it, with what was read for its request.
    pub(crate) fn with_what_was_read(mut self, read: Option<Arc<Attempt>>) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.read = read;
        }
        self
    }

    /// Returns what was read for its request, if anything was.
    pub(crate) fn read_for_it(&self) -> Option<&Attempt> {
        self.0.read.as_deref()
    }

    /// Returns the same token in the same memory, with separate reference counts.
    pub(crate) fn copy(&self) -> Self {
        let original = self.original();
        Self(Arc::new(Inner {
            authorization: sensitive(original.authorization.clone()),
            sent_at: original.sent_at,
            expires_at: original.expires_at,
            lifetime: original.lifetime,
            resource_server: original.resource_server.clone(),
            read: original.read.clone(),
            kind: Kind::CopyOf(Arc::clone(original)),
        }))
    }

    /// Returns the address of its reference counts.
    #[cfg(test)]
    pub(crate) fn counted_at(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Creates a token from text, for tests and for programs that store tokens.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `token` is empty or
    /// contains a character that a header cannot carry. Pass another token.
    pub fn bearer(token: &str, sent_at: Moment, lifetime: Duration) -> Result<Self, Error> {
        let header = authorization(token).map_err(|problem| {
            Error::configuration(format!("cannot create a token from {problem}"))
        })?;
        let lifetime = Lifetime::Stated(lifetime.min(Lifetime::MAX));
        Ok(Self::new(
            header,
            sent_at,
            lifetime,
            GrantedScope::NotStated,
        ))
    }

    /// Reports whether both are the same token from the same response.
    #[must_use]
    pub(crate) fn is(&self, other: &Self) -> bool {
        ptr::eq(self.origin(), other.origin())
    }

    /// Reports whether both have the same text: a server may issue the same token again.
    pub(crate) fn is_repeated_by(&self, other: &Self) -> bool {
        self.is(other) || self.0.authorization == other.0.authorization
    }

    pub(crate) fn identity(&self) -> TokenIdentity {
        TokenIdentity(Arc::downgrade(self.original()))
    }

    /// Returns an address that a token shares with its copies. No other token has it while any of
    /// them is held.
    fn origin(&self) -> *const Inner {
        Arc::as_ptr(self.original())
    }

    fn original(&self) -> &Arc<Inner> {
        match &self.0.kind {
            Kind::Original(_) => &self.0,
            Kind::CopyOf(original) => original,
        }
    }

    /// Returns the token in clear.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0
            .authorization
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix(SCHEME))
            .expect("the header was made of the scheme and visible ASCII")
    }

    /// Returns the value of the `Authorization` header, `Bearer …`. Clone it into a request. It is
    /// marked sensitive (RFC 6750 §2.1).
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        &self.0.authorization
    }

    /// Returns the token type. It is always `Bearer`: no other type is accepted.
    #[must_use]
    pub fn token_type(&self) -> &'static str {
        SCHEME.trim_ascii_end()
    }

    /// Returns the moment before the token's request was sent. The lifetime counts from it.
    #[must_use]
    pub fn sent_at(&self) -> Moment {
        self.0.sent_at
    }

    /// Returns the moment at which the token's lifetime ends, on both clocks.
    #[must_use]
    pub fn expires_at(&self) -> Moment {
        self.0.expires_at
    }

    /// Returns how long the token is valid in total.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.0.lifetime
    }

    /// Returns the remaining lifetime, on the clock on which it ends first.
    #[must_use]
    pub fn remaining(&self, now: Moment) -> Duration {
        now.until(self.0.expires_at)
    }

    /// Reports whether the token's lifetime has ended on either clock.
    #[must_use]
    pub fn is_expired(&self, now: Moment) -> bool {
        now.has_reached(self.0.expires_at)
    }

    /// Returns where the API is, as the response to an access key alone names it in
    /// `resource_server_base_uri`. [`TokenSource::api_base`](crate::TokenSource::api_base) checks
    /// whether the token may go there.
    #[must_use]
    pub fn resource_server(&self) -> Option<&ApiBase> {
        self.0.resource_server.as_deref()
    }

    /// Returns the granted scopes, compared with the requested ones.
    #[must_use]
    pub fn scope(&self) -> &GrantedScope {
        self.0.scope()
    }
}

impl Inner {
    fn scope(&self) -> &GrantedScope {
        match &self.kind {
            Kind::Original(scope) => scope,
            Kind::CopyOf(original) => original.scope(),
        }
    }
}

/// Returns the bytes of a `Bearer …` header, in one buffer that is overwritten when it is dropped.
pub(crate) fn authorization(token: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let mut header = scheme(token.len());
    header.extend_from_slice(token.as_bytes());
    checked(header)
}

/// Does the same for single characters. `most` limits their number. A character that is not ASCII
/// is `None`.
pub(crate) fn authorization_of(
    mut characters: impl Iterator<Item = Option<u8>>,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let mut header = scheme(most);
    let all_ascii = characters.all(|character| {
        header.extend(character);
        character.is_some()
    });
    if all_ascii {
        checked(header)
    } else {
        Err(NO_HEADER_VALUE)
    }
}

const NO_HEADER_VALUE: &str = "an access_token with a character that no header can carry";

/// Returns the start of a header, with room for a token of `most` bytes. A buffer that grows leaves
/// a copy in freed memory.
fn scheme(most: usize) -> Zeroizing<Vec<u8>> {
    let mut header = Zeroizing::new(Vec::with_capacity(SCHEME.len() + most));
    header.extend_from_slice(SCHEME.as_bytes());
    header
}

fn checked(header: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    // Every byte is checked, even after a bad one: a loop without an early exit is vectorized.
    let fits = |fits, byte: &u8| fits & (b' '..=b'~').contains(byte);
    match &header[SCHEME.len()..] {
        [] => Err("an empty access_token"),
        token if !token.iter().fold(true, fits) => Err(NO_HEADER_VALUE),
        [b' ', ..] | [.., b' '] => Err("an access_token with a space at its start or end"),
        _ => Ok(header),
    }
}

impl TokenIdentity {
    pub(crate) fn is_of(&self, token: &AccessToken) -> bool {
        // Memory with a weak reference is not reused for another token.
        ptr::eq(self.0.as_ptr(), token.origin())
    }
}

impl Lifetime {
    /// The longest accepted lifetime: 450 days, the longest that Genesys Cloud grants (to clients
    /// limited to SCIM). A longer one is reduced to it.
    pub const MAX: Duration = Duration::from_secs(38_880_000);

    /// Returns the span.
    #[must_use]
    pub const fn span(self) -> Duration {
        match self {
            Self::Stated(span) | Self::Assumed(span) => span,
        }
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("lifetime", &self.0.lifetime)
            .field("expires_at", &self.0.expires_at)
            .field("scope", self.scope())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_the_same_token_also_when_the_original_is_gone() {
        let lifetime = Duration::from_secs(60);
        let now = Moment::now();
        let original = AccessToken::bearer("a-token", now, lifetime).unwrap();
        let another = AccessToken::bearer("a-token", now, lifetime).unwrap();
        let (copy, copy_of_copy) = (original.copy(), original.copy().copy());
        assert!(copy.is(&original) && original.is(&copy_of_copy) && !copy.is(&another));
        assert!(original.identity().is_of(&copy) && copy.identity().is_of(&original));
        let other = AccessToken::bearer("b-token", now, lifetime).unwrap();
        assert!(copy.is_repeated_by(&original) && another.is_repeated_by(&original));
        assert!(!other.is_repeated_by(&original));
        drop(original);
        assert!(copy.is(&copy_of_copy) && copy.identity().is_of(&copy_of_copy));
        assert!(!another.identity().is_of(&copy) && !copy.identity().is_of(&another));
        assert_eq!(copy.expose_secret(), "a-token");
        assert_eq!(copy.expires_at(), now.saturating_add(lifetime));
        assert!(copy.authorization().is_sensitive());
    }
}
