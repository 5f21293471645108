//! One platform, one client, what to ask for, and how to renew.
//!
//! | to | see |
//! |---|---|
//! | make a configuration | [`Config`] |
//! | say who asks | [`ClientCredentials`], [`AccessKey`], [`Grant`] |
//! | say how the client authenticates | [`ClientAuthentication`], [`BasicEncoding`] |
//! | read a secret when a request needs it | [`CredentialSource`], [`Secret`], [`CredentialError`] |
//! | sign an assertion, or send one that is made elsewhere | [`SigningKey`], [`Sign`], [`AsyncSign`], [`Assertion`] |
//! | say where the request goes | [`TokenEndpoint`] |
//! | say what for | [`ScopeSet`], [`Scope`], [`ScopeSeparator`] |
//! | send further parameters and header fields | [`Config::with_parameter`], [`Config::with_header`] |
//! | say when to renew, and what follows a failure | [`RenewalPolicy`], [`RetryPolicy`], [`Backoff`] |
//! | read it from variables | [`Config::from_variables`] |

mod assertion;
mod attempt;
mod audience;
mod changing;
mod credentials;
mod digest;
mod header;
mod listed;
mod parameter;
mod policy;
mod proof;
mod request;
mod scope;
mod settings;
mod shape;
mod signing;
mod unsigned;
mod variables;

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::header::HeaderName;

use crate::address::{ApiBase, Origin, Target};
use crate::error::Error;
use crate::finding::catalogue::credential;
use crate::finding::{Confidence, Message, Setting, Term};
use crate::platform::{Area, Central, Issuer, Platform, Region};

pub use crate::address::TokenEndpoint;
pub use crate::secret_look::{is_secret_name, is_secret_value};
pub use assertion::Assertion;
pub use attempt::Attempt;
pub use changing::{CredentialError, CredentialErrorKind, CredentialSource, Secret};
pub use credentials::{AccessKey, BasicEncoding, ClientAuthentication, ClientCredentials};
pub use policy::{Backoff, RenewalPolicy, RetryPolicy};
use request::PreparedRequest;
pub use request::token_request;
pub use scope::{Scope, ScopeSeparator, ScopeSet};
use settings::Settings;
pub use signing::{AsyncSign, Sign, SigningAlgorithm, SigningKey};
pub use unsigned::UnsignedAssertion;
pub use variables::CredentialFiles;

pub(crate) use credentials::is_wrapped_base64;
pub(crate) use header::own_user_agent;
pub(crate) use listed::Listed;
pub(crate) use proof::Proof;
pub(crate) use request::{basic, basic_credentials, sensitive};
pub(crate) use shape::Shape;
pub(crate) use variables::Variables;

/// What a token is asked for with. A wrong value is refused while the configuration is made, before
/// any request. Cloning is cheap: clones share the settings until one of them is changed.
///
/// ```
/// use cxone_auth_core::{ClientCredentials, Config, Region};
///
/// let credentials = ClientCredentials::new("client-id", "client-secret");
/// let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
/// assert_eq!(config.endpoint().to_string(), "https://login.mypurecloud.de/oauth/token");
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Config(Arc<Settings>);

/// What entitles the client to a token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Grant {
    /// The client's own credentials (RFC 6749 §4.4): Genesys Cloud, Central, custom servers.
    ClientCredentials,
    /// A CXone access key, sent as user name and password (RFC 6749 §4.3), together with the
    /// client's credentials. CXone lists no client-credentials grant. Its FAQ tells back-end
    /// services to use this one. A configuration for CXone therefore always needs an access key.
    AccessKey(AccessKey),
    /// A CXone access key alone, sent as JSON to the UserHub of an area. This is NICE's login
    /// without a registration. No client takes part in it, and it is not a grant of RFC 6749.
    UserHub(AccessKey),
}

impl Config {
    /// Makes a configuration for Genesys Cloud: the client-credentials grant and Basic
    /// authentication.
    ///
    /// The client must have the type "Client Credentials" and belong to this region. It needs no
    /// scope: the client's roles decide what the token may do.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id or the secret is
    /// blank or contains an unusual character.
    pub fn genesys_cloud(region: Region, credentials: ClientCredentials) -> Result<Self, Error> {
        let endpoint = region.token_endpoint();
        let grant = Grant::ClientCredentials;
        Self::new(Platform::GenesysCloud(region), endpoint, grant, credentials)
    }

    /// Makes a configuration for NICE CXone: the access-key grant and Basic authentication.
    ///
    /// Both are needed: the client's id and secret, which NICE issues after registration, and an
    /// access key of a CXone user, which an administrator creates. See [`Grant::AccessKey`]. If you
    /// have no registration, use [`Config::cxone_access_key`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if one of the four values is
    /// blank or contains an unusual character.
    pub fn cxone(
        issuer: Issuer,
        credentials: ClientCredentials,
        access_key: AccessKey,
    ) -> Result<Self, Error> {
        access_key.check()?;
        let endpoint = issuer.token_endpoint();
        let grant = Grant::AccessKey(access_key);
        Self::new(Platform::Cxone(issuer), endpoint, grant, credentials)
    }

    /// Makes a configuration for the UserHub of an area of NICE CXone. It takes an access key
    /// alone: no client and no registration with NICE.
    ///
    /// The request is JSON and contains only the access key. Scopes, further parameters and the
    /// client authentication have no effect. If they are set, [`inspect`](crate::inspect) says so.
    ///
    /// The address of the API comes from the first of these that is known:
    /// [`with_api_base`](Self::with_api_base), discovery if the token names its tenant, and the
    /// member `resource_server_base_uri` of the response.
    ///
    /// ```
    /// use cxone_auth_core::{AccessKey, Area, Config};
    ///
    /// let config = Config::cxone_access_key(Area::Na1, AccessKey::new("key-id", "key-secret===="))?;
    /// assert_eq!(
    ///     config.endpoint().to_string(),
    ///     "https://na1.nice-incontact.com/authentication/v1/token/access-key"
    /// );
    /// # Ok::<(), cxone_auth_core::Error>(())
    /// ```
    ///
    /// Source: NICE's pages "UserHub Getting Started" and "Create an access key".
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id or the secret is
    /// blank or contains an unusual character. The same if the id is a UUID: that is the id of a
    /// client.
    pub fn cxone_access_key(area: Area, access_key: AccessKey) -> Result<Self, Error> {
        access_key.check()?;
        access_key.check_is_no_client()?;
        let (platform, endpoint) = (Platform::Cxone(area.issuer()), area.token_endpoint());
        let mut config = Self::made(platform, endpoint, Grant::UserHub(access_key), None)?;
        config.area = Some(area);
        Ok(config)
    }

    /// Makes a configuration for a legacy inContact Central server: the client-credentials grant
    /// and raw Basic authentication.
    ///
    /// See [`ClientCredentials::central`] for the credentials and [`Central`] for what such a token
    /// can be used for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id or the secret is
    /// blank or contains an unusual character, or if the id contains a colon.
    pub fn central(server: Central, credentials: ClientCredentials) -> Result<Self, Error> {
        let endpoint = server.token_endpoint();
        let grant = Grant::ClientCredentials;
        Self::new(Platform::Central(server), endpoint, grant, credentials)
    }

    /// Makes a configuration for any OAuth 2.0 server: the client-credentials grant (RFC 6749 §4.4)
    /// and Basic authentication.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id or the secret is
    /// blank or contains an unusual character.
    pub fn custom(endpoint: TokenEndpoint, credentials: ClientCredentials) -> Result<Self, Error> {
        let grant = Grant::ClientCredentials;
        Self::new(Platform::Custom, endpoint, grant, credentials)
    }

    fn new(
        platform: Platform,
        endpoint: TokenEndpoint,
        grant: Grant,
        credentials: ClientCredentials,
    ) -> Result<Self, Error> {
        credentials.check()?;
        Self::made(platform, endpoint, grant, Some(credentials))
    }

    fn made(
        platform: Platform,
        endpoint: TokenEndpoint,
        grant: Grant,
        credentials: Option<ClientCredentials>,
    ) -> Result<Self, Error> {
        let encoding = match &platform {
            Platform::Central(_) => BasicEncoding::Raw,
            _ => BasicEncoding::FormUrlEncoded,
        };
        let basic = ClientAuthentication::Basic(encoding);
        let proof = credentials.as_ref().map(ClientCredentials::proof);
        let authentication = proof.map_or(basic, |proof| proof.authentication(basic));
        let api_base = match &platform {
            Platform::GenesysCloud(region) => Some(region.api_base()),
            _ => None,
        };
        let config = Self::from(Settings {
            digest: OnceLock::new(),
            claims: OnceLock::new(),
            request: PreparedRequest::empty(endpoint.uri().clone()),
            platform,
            endpoint,
            grant,
            credentials,
            area: None,
            authentication,
            issuer: None,
            listed: None,
            assertion_audience: None,
            scope: ScopeSet::new(),
            separator: ScopeSeparator::default(),
            parameters: Vec::new(),
            headers: Vec::new(),
            renewal: RenewalPolicy::default(),
            retry: RetryPolicy::default(),
            api_base,
            api_origins: Vec::new(),
            without_effect: Vec::new(),
            read: None,
        });
        config.checked()
    }

    /// Sets the scopes to ask for. If there are none, the request has no scope parameter.
    ///
    /// It has no effect with [`Grant::UserHub`].
    #[must_use]
    pub fn with_scope(mut self, scope: ScopeSet) -> Self {
        if self.credentials.is_none() {
            return self.noted(Setting::Scope, !scope.is_empty());
        }
        self.scope = scope;
        self.prepared()
    }

    /// Sets the separator between scopes, for a server that wants a comma. Default: a space.
    ///
    /// It has no effect with [`Grant::UserHub`].
    #[must_use]
    pub fn with_scope_separator(mut self, separator: ScopeSeparator) -> Self {
        if self.credentials.is_none() {
            let is_set = separator != ScopeSeparator::default();
            return self.noted(Setting::ScopeSeparator, is_set);
        }
        self.separator = separator;
        self.prepared()
    }

    /// Sets how the client authenticates, if it differs from the platform's default. A client that
    /// has no secret has one way only, which is set already.
    ///
    /// It has no effect with [`Grant::UserHub`], which has no client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the client id contains a
    /// colon and the encoding is raw Basic. The server would cut the id at the colon. The same if
    /// the credentials cannot be sent in this way: a secret is no assertion.
    pub fn with_client_authentication(
        mut self,
        authentication: ClientAuthentication,
    ) -> Result<Self, Error> {
        if self.credentials.is_none() {
            let is_set = authentication != self.authentication;
            return Ok(self.noted(Setting::ClientAuthentication, is_set));
        }
        self.authentication = authentication;
        self.checked()
    }

    /// Sets to whom an assertion is addressed (`aud`), if it differs from the default: the token
    /// endpoint at Okta and Entra, whose manuals say so; elsewhere the issuer if it is known, and
    /// the token endpoint if it is not. It has an effect with a signing key only.
    #[must_use]
    pub fn with_assertion_audience(mut self, audience: impl Into<String>) -> Self {
        self.assertion_audience = Some(audience.into());
        self
    }

    /// Sets when tokens are renewed.
    #[must_use]
    pub fn with_renewal(mut self, renewal: RenewalPolicy) -> Self {
        self.renewal = renewal;
        self
    }

    /// Sets what happens after a failed request.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sends the token request to another endpoint, such as a gateway in front of the vendor or a
    /// sandbox. Everything else stays as the platform defines it.
    #[must_use]
    pub fn with_token_endpoint(mut self, endpoint: TokenEndpoint) -> Self {
        self.endpoint = endpoint;
        self.prepared()
    }

    /// Sets where the API is, for a custom server, a gateway or a sandbox. It replaces the
    /// platform's address and the result of CXone's discovery. The token may go to its origin.
    #[must_use]
    pub fn with_api_base(mut self, base: ApiBase) -> Self {
        self.api_base = Some(base);
        self
    }

    /// Allows the token to go to this origin as well. Use it for a second API that takes the same
    /// token, or for a CXone API outside NICE's own domains.
    #[must_use]
    pub fn with_api_origin(mut self, origin: Origin) -> Self {
        self.api_origins.reserve_exact(1);
        self.api_origins.push(origin);
        self
    }

    /// Returns the kind of server.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Returns where the token request goes.
    #[must_use]
    pub fn endpoint(&self) -> &TokenEndpoint {
        &self.endpoint
    }

    /// Returns what entitles the client to a token.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Returns how the client authenticates. It has no meaning for [`Grant::UserHub`].
    #[must_use]
    pub fn client_authentication(&self) -> ClientAuthentication {
        self.authentication
    }

    /// Returns the scopes that are asked for.
    #[must_use]
    pub fn scope(&self) -> &ScopeSet {
        &self.scope
    }

    /// Returns when tokens are renewed.
    #[must_use]
    pub fn renewal(&self) -> RenewalPolicy {
        self.renewal
    }

    /// Returns what happens after a failed request.
    #[must_use]
    pub fn retry(&self) -> RetryPolicy {
        self.retry
    }

    /// Reports whether a token of `other` can be used for this configuration: the same client asks
    /// the same server for the same thing. Secrets and policies may differ.
    pub(crate) fn asks_for_the_same(&self, other: &Self) -> bool {
        let key_id = |config: &Self| config.access_key().map(|key| key.id().to_owned());
        self.endpoint == other.endpoint
            && self.client_id() == other.client_id()
            && key_id(self) == key_id(other)
            && self.scope == other.scope
            && self.parameters == other.parameters
            && self
                .distinguishing_headers()
                .eq(other.distinguishing_headers())
    }

    /// Returns the client's id; `None` for a login without a client.
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.credentials.as_ref().map(ClientCredentials::id)
    }

    /// Returns the access key, whether it is used alone or together with a client.
    pub(crate) fn access_key(&self) -> Option<&AccessKey> {
        match &self.grant {
            Grant::ClientCredentials => None,
            Grant::AccessKey(key) | Grant::UserHub(key) => Some(key),
        }
    }

    /// Reports whether both are equal in everything, including secrets and policies.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.is_the_same_as(other)
            || self.discovers_the_same(other)
                && self.issuer == other.issuer
                && self.listed == other.listed
                && self.authentication == other.authentication
                && self.has_the_audience_of(other)
                && self.separator == other.separator
                && self.headers == other.headers
                && self.renewal == other.renewal
                && self.retry == other.retry
                && self.without_effect == other.without_effect
                && self.secrets().eq(other.secrets())
                && self.proves_like(other)
    }

    /// Reports whether discovery finds the same for `other`: the same client of the same issuer
    /// allows its token to go to the same places.
    pub(crate) fn discovers_the_same(&self, other: &Self) -> bool {
        self.asks_for_the_same(other)
            && self.platform == other.platform
            && self.api_base == other.api_base
            && self.api_origins == other.api_origins
    }

    /// Returns where the API is, if that is known without a request.
    pub(crate) fn api_base(&self) -> Option<&ApiBase> {
        self.api_base.as_ref()
    }

    /// Returns the origin of an address of a call. That of the API's base is known, and need not be
    /// read and checked for each call.
    pub(crate) fn origin_of(&self, target: Target<'_>) -> Result<Origin, Error> {
        match self.api_base() {
            Some(base) if target.is_at(base.origin()) => Ok(base.origin().clone()),
            _ => target.origin(),
        }
    }

    /// Returns that origin, if the token may go there, as far as that is known without a request.
    pub(crate) fn allowed_origin_of(&self, target: Target<'_>) -> Option<Origin> {
        let origin = self.origin_of(target).ok();
        origin.filter(|origin| self.allows_api(origin))
    }

    /// Reports whether the token may go to `origin`, as far as that is known without a request.
    pub(crate) fn allows_api(&self, origin: &Origin) -> bool {
        self.api_origins.contains(origin)
            || self.api_base().is_some_and(|base| base.origin() == origin)
    }

    /// Returns the secrets of the configuration.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let client = self.credentials.iter();
        let client = client.filter_map(|client| client.proof().expose_secret());
        client
            .chain(self.access_key().and_then(AccessKey::expose_secret))
            .chain(self.secret_headers())
    }

    /// Records a setting that has no effect with this grant, if it was set.
    fn noted(mut self, setting: Setting, is_set: bool) -> Self {
        if is_set && !self.without_effect.contains(&setting) {
            self.without_effect.push(setting);
        }
        self
    }

    /// Checks what depends on two settings, then prepares the request.
    fn checked(self) -> Result<Self, Error> {
        let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
        if self.authentication == raw && self.client_id().is_some_and(|id| id.contains(':')) {
            let either = |text: &str| {
                let text = Message::from(text).term(Term::Basic);
                text.and(" or ").term(Term::Body)
            };
            return Err(Error::configuration(either(
                "client id contains a colon, which raw Basic cannot carry: use ",
            ))
            .with_finding(credential::SPELLING_DIFFERS.found(
                Confidence::Certain,
                either("a colon in the client id, which is sent as raw Basic: use "),
            )));
        }
        self.check_proof()?;
        Ok(self.prepared())
    }

    fn prepared(mut self) -> Self {
        self.request = PreparedRequest::prepare(&self);
        self
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parameters.iter().map(|(name, _)| name);
        let names: Vec<&String> = names.collect();
        let headers: Vec<&HeaderName> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Config")
            .field("platform", &self.platform)
            .field("endpoint", &self.endpoint)
            .field("issuer", &self.issuer)
            .field("grant", &self.grant)
            .field("authentication", &self.authentication)
            .field("scope", &self.scope)
            .field("parameters", &names)
            .field("headers", &headers)
            .field("renewal", &self.renewal)
            .field("retry", &self.retry)
            .field("api_base", &self.api_base)
            .field("api_origins", &self.api_origins)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
