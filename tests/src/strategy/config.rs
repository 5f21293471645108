//! Configurations.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{
    area, client_authentication, client_id, client_secret, platform, scope_set, token_endpoint,
};
use cxone_auth_core::config::{BasicEncoding, ScopeSeparator};
use cxone_auth_core::platform::Platform;
use cxone_auth_core::{
    AccessKey, Area, ClientAuthentication, ClientCredentials, Config, ScopeSet, TokenEndpoint,
};

/// The parts of a configuration, in clear, to compare a request with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConfigParts {
    /// The kind of server.
    pub platform: Platform,
    /// The target of the request: the platform's own address, or a gateway in front of it.
    pub endpoint: TokenEndpoint,
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// Id and secret of the access key, for [`Platform::Cxone`] only.
    pub access_key: Option<(String, String)>,
    /// The area whose UserHub is asked with the access key alone; there is one for
    /// [`Platform::Cxone`] only, and not always.
    pub area: Option<Area>,
    /// How the client authenticates.
    pub authentication: ClientAuthentication,
    /// The requested scopes.
    pub scope: ScopeSet,
    /// The separator between them.
    pub separator: ScopeSeparator,
    /// Names and values of other parameters. No name is reserved or repeated.
    pub parameters: Vec<(String, String)>,
}

impl ConfigParts {
    /// Builds the configuration from these parts.
    ///
    /// # Panics
    ///
    /// If you changed the parts into ones that a [`Config`] refuses.
    #[must_use]
    pub fn config(&self) -> Config {
        let config = self
            .platform_config()
            .with_token_endpoint(self.endpoint.clone())
            .with_scope(self.scope.clone())
            .with_scope_separator(self.separator)
            .with_client_authentication(self.authentication)
            .expect("an id with a colon does not meet raw Basic");
        self.parameters
            .iter()
            .try_fold(config, |config, (name, value)| {
                config.with_parameter(name, value)
            })
            .expect("names of parameters are neither reserved nor repeated")
    }

    fn platform_config(&self) -> Config {
        let credentials = ClientCredentials::new(&*self.client_id, &*self.client_secret);
        match &self.platform {
            Platform::GenesysCloud(region) => Config::genesys_cloud(region.clone(), credentials),
            Platform::Cxone(issuer) => {
                let (id, secret) = self
                    .access_key
                    .as_ref()
                    .expect("parts for CXone have an access key");
                let key = AccessKey::new(&**id, &**secret);
                match &self.area {
                    Some(area) => Config::cxone_access_key(area.clone(), key),
                    None => Config::cxone(issuer.clone(), credentials, key),
                }
            }
            Platform::Central(server) => Config::central(server.clone(), credentials),
            Platform::Custom => Config::custom(self.endpoint.clone(), credentials),
            other => {
                unreachable!("parts are of platforms that `platform` generates, not {other:?}")
            }
        }
        .expect("generated credentials are neither blank nor unusual")
    }

    /// Makes the parts compatible, after you changed some: with raw Basic the id has no colon, and in
    /// a list with commas no scope has one. An access key alone has no UUID as id and requests no
    /// scope.
    #[must_use]
    pub fn reconciled(mut self) -> Self {
        let raw = ClientAuthentication::Basic(BasicEncoding::Raw);
        if self.authentication == raw || matches!(self.platform, Platform::Central(_)) {
            self.client_id = self.client_id.replace(':', ".");
        }
        if let (Some(_), Some((id, _))) = (&self.area, &mut self.access_key) {
            *id = id.replace('-', ".");
            self.scope = ScopeSet::new();
        }
        if self.scope.iter().any(|scope| scope.as_str().contains(',')) {
            self.separator = ScopeSeparator::Space;
        }
        self
    }
}

/// Generates the parts of a configuration of any platform, authentication, scope and parameters.
pub fn config_parts() -> impl Strategy<Value = ConfigParts> {
    let request = (
        client_authentication(),
        scope_set(),
        select(vec![ScopeSeparator::Space, ScopeSeparator::Comma]),
        parameters(),
    );
    let secrets = (client_id(), client_secret(), (client_id(), client_secret()));
    (addressed_platform(), secrets, request).prop_map(
        |((platform, area, endpoint), (client_id, client_secret, access_key), request)| {
            let (authentication, scope, separator, parameters) = request;
            ConfigParts {
                access_key: matches!(platform, Platform::Cxone(_)).then_some(access_key),
                platform,
                area,
                endpoint,
                client_id,
                client_secret,
                authentication,
                scope,
                separator,
                parameters,
            }
            .reconciled()
        },
    )
}

/// Generates a configuration of any platform, authentication, scope and parameters.
pub fn config() -> impl Strategy<Value = Config> {
    config_parts().prop_map(|parts| parts.config())
}

/// A platform with its own address, or in one case of four that of a gateway; every second
/// configuration of CXone has an area in place of a client.
///
/// It is boxed, since the type of the whole would take more stack than a test's thread has.
fn addressed_platform() -> BoxedStrategy<(Platform, Option<Area>, TokenEndpoint)> {
    let gateway = option::weighted(0.25, token_endpoint());
    (platform(), option::of(area()), token_endpoint(), gateway)
        .prop_map(|(platform, area, elsewhere, gateway)| {
            let area = area.filter(|_| matches!(platform, Platform::Cxone(_)));
            let platform = area
                .as_ref()
                .map_or(platform, |area| Platform::Cxone(area.issuer()));
            let own = match (&platform, &area) {
                (_, Some(area)) => area.token_endpoint(),
                (Platform::GenesysCloud(region), _) => region.token_endpoint(),
                (Platform::Cxone(issuer), _) => issuer.token_endpoint(),
                (Platform::Central(server), _) => server.token_endpoint(),
                (Platform::Custom, _) => elsewhere,
                (other, _) => unreachable!("`platform` generates no {other:?}"),
            };
            (platform, area, gateway.unwrap_or(own))
        })
        .boxed()
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        select(vec![
            "audience",
            "resource",
            "organization",
            "Scope",
            "a b",
            "x&y=",
            "ä"
        ])
        .prop_map(str::to_owned),
        "x_[a-z0-9]{1,8}",
    ];
    let value = prop_oneof![
        "[ -~]{0,24}",
        vec(any::<char>(), 0..24).prop_map(String::from_iter)
    ];
    btree_map(name, value, 0..=3)
        .prop_map(|parameters| parameters.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}
