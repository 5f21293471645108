//! A configuration as the rules look at it.

use crate::config::{Config, Grant};
use crate::finding::Finding;
use crate::platform::{Host, Platform};

/// One look at a configuration for one cause.
pub(super) type Rule = fn(&Subject<'_>) -> Option<Finding>;

/// A configuration, whose host it asks, and the credentials that are looked at.
pub(in crate::diagnosis) struct Subject<'c> {
    pub(in crate::diagnosis) config: &'c Config,
    pub(in crate::diagnosis) host: Host,
    pairs: Vec<Pair<'c>>,
}

/// An id with its secret, and what they are called.
pub(in crate::diagnosis) struct Pair<'c> {
    pub(in crate::diagnosis) id: Value<'c>,
    pub(in crate::diagnosis) secret: Value<'c>,
}

/// One value of a credential.
#[derive(Clone, Copy)]
pub(in crate::diagnosis) struct Value<'c> {
    pub(in crate::diagnosis) name: &'static str,
    pub(in crate::diagnosis) text: &'c str,
}

impl<'c> Subject<'c> {
    /// The configuration with all of its credentials.
    pub(in crate::diagnosis) fn of(config: &'c Config) -> Self {
        let key = access_key(config);
        Self {
            config,
            host: Host::of(config.endpoint.host()),
            pairs: [client(config)].into_iter().chain(key).collect(),
        }
    }

    /// The same with the client's id and secret alone, for a response that refuses the client.
    pub(in crate::diagnosis) fn with_client_only(mut self) -> Self {
        self.pairs = vec![client(self.config)];
        self
    }

    /// The same with the access key alone, for a response that refuses the grant: the server has
    /// accepted the client by then.
    pub(in crate::diagnosis) fn with_access_key_only(mut self) -> Self {
        self.pairs = access_key(self.config).into_iter().collect();
        self
    }

    /// Ids with their secrets.
    pub(in crate::diagnosis) fn pairs(&self) -> &[Pair<'c>] {
        &self.pairs
    }

    /// All ids and secrets, one by one.
    pub(in crate::diagnosis) fn values(&self) -> impl Iterator<Item = Value<'c>> {
        self.pairs.iter().flat_map(|pair| [pair.id, pair.secret])
    }

    /// The path of the token endpoint.
    pub(in crate::diagnosis) fn path(&self) -> &'c str {
        self.config.endpoint.uri().path()
    }

    /// Whether Genesys Cloud responds: at a host of its own, or behind a gateway.
    pub(in crate::diagnosis) fn is_genesys(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::GenesysCloud(_));
        self.host.is_genesys() || self.host == Host::Other && behind_a_gateway
    }

    /// Whether CXone responds: at a host of its own, or behind a gateway.
    pub(in crate::diagnosis) fn is_cxone(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::Cxone(_));
        matches!(self.host, Host::CxoneIssuer(_) | Host::Cxone)
            || self.host == Host::Other && behind_a_gateway
    }

    /// Whether Central responds: at a host of its own, or behind a gateway.
    pub(in crate::diagnosis) fn is_central(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::Central(_));
        self.host == Host::Central || self.host == Host::Other && behind_a_gateway
    }

    /// Whether a vendor responds, or a host that is passed off as a vendor's. A server of somebody
    /// else's may have customs of its own.
    pub(in crate::diagnosis) fn is_a_vendors(&self) -> bool {
        self.is_genesys() || self.is_cxone() || self.is_central() || self.host.is_of_a_vendor()
    }

    /// The finding, or what is left of it where customs of its own may explain what was seen.
    pub(in crate::diagnosis) fn milder_elsewhere(&self, finding: Finding) -> Finding {
        if self.is_a_vendors() {
            finding
        } else {
            finding.into_note()
        }
    }

    /// Whether an access key stands in for a user.
    pub(in crate::diagnosis) fn has_access_key(&self) -> bool {
        matches!(self.config.grant, Grant::AccessKey(_))
    }
}

fn client(config: &Config) -> Pair<'_> {
    Pair {
        id: Value {
            name: "client id",
            text: config.credentials.id(),
        },
        secret: Value {
            name: "client secret",
            text: config.credentials.expose_secret(),
        },
    }
}

fn access_key(config: &Config) -> Option<Pair<'_>> {
    let Grant::AccessKey(key) = &config.grant else {
        return None;
    };
    Some(Pair {
        id: Value {
            name: "access key id",
            text: key.id(),
        },
        secret: Value {
            name: "access key secret",
            text: key.expose_secret(),
        },
    })
}
