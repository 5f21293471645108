//! A configuration as the vectors write it.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use cxone_auth_core::config::{
    Assertion, Attempt, BasicEncoding, CredentialError, CredentialSource, ScopeSeparator,
};
use cxone_auth_core::{
    AccessKey, Area, Central, ClientAuthentication, ClientCredentials, Config, Error, Issuer,
    Moment, Region,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigVector {
    platform: PlatformName,
    region: Option<String>,
    region_domain: Option<String>,
    issuer: Option<String>,
    issuer_url: Option<String>,
    area: Option<String>,
    area_url: Option<String>,
    cluster: Option<String>,
    endpoint: Option<String>,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    access_key: Option<KeyVector>,
    /// What was read for this request.
    assertion: Option<String>,
    #[serde(default)]
    certificate: bool,
    authentication: Option<Authentication>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    separator: Separator,
    #[serde(default)]
    parameters: Vec<(String, String)>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    allow_unusual_characters: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlatformName {
    GenesysCloud,
    Cxone,
    CxoneAccessKey,
    Central,
    Custom,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyVector {
    id: String,
    secret: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Authentication {
    BasicForm,
    BasicRaw,
    Body,
    Assertion,
    Certificate,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
enum Separator {
    #[default]
    Space,
    Comma,
}

impl ConfigVector {
    pub(crate) fn config(&self) -> Result<Config, Error> {
        let mut config = self.platform_config()?;
        if let Some(endpoint) = &self.endpoint {
            config = config.with_token_endpoint(endpoint.parse()?);
        }
        if let Some(authentication) = self.authentication {
            config = config.with_client_authentication(authentication.into())?;
        }
        let config = config
            .with_scope(self.scope.parse()?)
            .with_scope_separator(self.separator.into());
        let config = self
            .parameters
            .iter()
            .try_fold(config, |config, (name, value)| {
                config.with_parameter(name, value)
            })?;
        let config = self
            .headers
            .iter()
            .try_fold(config, |config, (name, value)| {
                config.with_header(name, value.as_str())
            })?;
        match &self.assertion {
            None => Ok(config),
            Some(assertion) => {
                let assertion = Assertion::parse(assertion.as_str()).expect("a JSON Web Token");
                let now = Moment::new(Duration::ZERO, SystemTime::UNIX_EPOCH);
                config.for_attempt(now, &Attempt::new().with_assertion(assertion))
            }
        }
    }

    fn platform_config(&self) -> Result<Config, Error> {
        match self.platform {
            PlatformName::GenesysCloud => Config::genesys_cloud(self.region()?, self.credentials()),
            PlatformName::Cxone => {
                Config::cxone(self.issuer()?, self.credentials(), self.access_key())
            }
            PlatformName::CxoneAccessKey => {
                Config::cxone_access_key(self.area()?, self.access_key())
            }
            PlatformName::Central => {
                let server = match &self.cluster {
                    Some(name) => Central::cluster(name)?,
                    None => Central::new(),
                };
                Config::central(server, self.credentials())
            }
            PlatformName::Custom => {
                let endpoint = self.endpoint.as_deref().expect("custom has an endpoint");
                Config::custom(endpoint.parse()?, self.credentials())
            }
        }
    }

    fn region(&self) -> Result<Region, Error> {
        match (&self.region, &self.region_domain) {
            (Some(text), None) => text.parse(),
            (None, Some(domain)) => Region::custom(domain),
            _ => panic!("Genesys Cloud has a region or a region_domain"),
        }
    }

    fn issuer(&self) -> Result<Issuer, Error> {
        match (&self.issuer, &self.issuer_url) {
            (Some(text), None) => text.parse(),
            (None, Some(url)) => Issuer::custom(url),
            _ => panic!("CXone has an issuer or an issuer_url"),
        }
    }

    fn area(&self) -> Result<Area, Error> {
        match (&self.area, &self.area_url) {
            (Some(text), None) => text.parse(),
            (None, Some(url)) => Area::custom(url),
            _ => panic!("UserHub has an area or an area_url"),
        }
    }

    fn credentials(&self) -> ClientCredentials {
        let credentials = match (&self.assertion, self.certificate) {
            (Some(_), false) => ClientCredentials::with_assertions(&*self.client_id, Unread),
            (None, true) => ClientCredentials::with_certificate(&*self.client_id),
            _ => ClientCredentials::new(&*self.client_id, &*self.client_secret),
        };
        if self.allow_unusual_characters {
            credentials.allow_unusual_characters()
        } else {
            credentials
        }
    }

    fn access_key(&self) -> AccessKey {
        let key = self.access_key.as_ref().expect("CXone has an access key");
        AccessKey::new(&*key.id, &*key.secret)
    }
}

/// The vector holds what was read.
struct Unread;

#[async_trait]
impl CredentialSource<Assertion> for Unread {
    async fn read(&self) -> Result<Assertion, CredentialError> {
        unreachable!("the vector holds what was read")
    }
}

impl From<Authentication> for ClientAuthentication {
    fn from(authentication: Authentication) -> Self {
        match authentication {
            Authentication::BasicForm => Self::Basic(BasicEncoding::FormUrlEncoded),
            Authentication::BasicRaw => Self::Basic(BasicEncoding::Raw),
            Authentication::Body => Self::Body,
            Authentication::Assertion => Self::Assertion,
            Authentication::Certificate => Self::Certificate,
        }
    }
}

impl From<Separator> for ScopeSeparator {
    fn from(separator: Separator) -> Self {
        match separator {
            Separator::Space => Self::Space,
            Separator::Comma => Self::Comma,
        }
    }
}
