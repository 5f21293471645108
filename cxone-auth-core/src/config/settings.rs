//! The settings of a configuration, which its clones share until one of them is changed.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use http::header::{HeaderName, HeaderValue};

use super::request::PreparedRequest;
use super::unsigned::ConstantClaims;
use super::{
    Attempt, ClientAuthentication, ClientCredentials, Config, Grant, Listed, RenewalPolicy,
    RetryPolicy, ScopeSeparator, ScopeSet, TokenEndpoint,
};
use crate::address::{ApiBase, Origin};
use crate::finding::Setting;
use crate::platform::{Area, Platform};

/// All of them. It has no public name and no public members.
///
/// In this order: a lookup reads the hash and the reference count before it, which are then in one
/// line of the processor's cache.
#[derive(Clone)]
#[repr(C)]
pub struct Settings {
    /// The hash of all that follows, once somebody has asked for it.
    pub(crate) digest: OnceLock<u64>,
    pub(crate) platform: Platform,
    pub(crate) endpoint: TokenEndpoint,
    pub(crate) grant: Grant,
    /// `None` for a login without a client.
    pub(crate) credentials: Option<ClientCredentials>,
    /// The area of an access key that is used alone. The platform states only the issuer.
    pub(crate) area: Option<Area>,
    pub(crate) authentication: ClientAuthentication,
    /// The issuer of a custom server, if its metadata was read.
    pub(crate) issuer: Option<String>,
    /// How clients authenticate at that server.
    pub(crate) listed: Option<Arc<Listed>>,
    pub(super) assertion_audience: Option<String>,
    pub(crate) scope: ScopeSet,
    pub(crate) separator: ScopeSeparator,
    pub(crate) parameters: Vec<(String, String)>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) renewal: RenewalPolicy,
    pub(crate) retry: RetryPolicy,
    pub(super) api_base: Option<ApiBase>,
    pub(super) api_origins: Vec<Origin>,
    /// The settings that were set and have no effect with this grant.
    pub(crate) without_effect: Vec<Setting>,
    /// What was read for the one request that this is the configuration of.
    pub(crate) read: Option<Arc<Attempt>>,
    /// The request that the settings result in. Each token request clones it.
    pub(crate) request: PreparedRequest,
    /// What each signed assertion says again, once one was made.
    pub(super) claims: OnceLock<Arc<ConstantClaims>>,
}

impl From<Settings> for Config {
    fn from(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }
}

impl Config {
    /// Reports whether one is a clone of the other, or both are of a third, and none was changed.
    /// Then they are equal in everything.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[doc(hidden)]
impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.0
    }
}

/// Whoever changes a setting does so here: its clones keep what they have, and the hash and the
/// constant claims are made again.
#[doc(hidden)]
impl DerefMut for Config {
    fn deref_mut(&mut self) -> &mut Settings {
        let settings = Arc::make_mut(&mut self.0);
        settings.digest = OnceLock::new();
        settings.claims = OnceLock::new();
        settings
    }
}
