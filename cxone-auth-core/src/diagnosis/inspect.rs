//! Finds what is visible in a configuration before anything is sent.

mod address;
mod agreement;
mod credential;
mod metadata;
mod scope;

use std::time::Duration;

use crate::config::Config;
use crate::finding::Confidence::Likely;
use crate::finding::catalogue::response;
use crate::finding::{Diagnosis, Finding, Setting};
use crate::platform::{Host, Platform, is_user_hub};

pub(super) use address::{RULES as ADDRESS, has_forum_path};
pub(super) use credential::{RULES as CREDENTIAL, spelling_risk};
pub use metadata::inspect_metadata;
pub(super) use metadata::unlisted;
pub(super) use scope::{INVENTED, RULES as SCOPE, named};

/// Checks a configuration for what servers refuse, without a request.
///
/// Log each [`Error`](crate::diagnosis::Severity::Error) and
/// [`Warning`](crate::diagnosis::Severity::Warning) when a service starts. A
/// [`Note`](crate::diagnosis::Severity::Note) explains a failure if one happens.
///
/// ```
/// use cxone_auth_core::{ClientCredentials, Config, Region, inspect};
///
/// let credentials = ClientCredentials::new("YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET");
/// let config = Config::genesys_cloud(Region::EuWest1, credentials)?;
/// let diagnosis = inspect(&config);
/// assert_eq!(diagnosis.first().map(|finding| finding.code().to_string()).as_deref(), Some("CXA-101"));
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[must_use]
pub fn inspect(config: &Config) -> Diagnosis {
    let subject = Subject::of(config);
    let rules = [
        address::EXPOSURE,
        ADDRESS,
        agreement::RULES,
        CREDENTIAL,
        SCOPE,
        RENEWAL,
    ];
    let found = rules
        .into_iter()
        .flat_map(|rules| findings(rules, &subject));
    Diagnosis::ranked(found.collect())
}

/// Returns the findings of these rules.
pub(super) fn findings(rules: &[Rule], subject: &Subject<'_>) -> Vec<Finding> {
    rules.iter().filter_map(|rule| rule(subject)).collect()
}

/// Rules about when tokens are renewed.
const RENEWAL: &[Rule] = &[refresh_before_beyond_the_usual_lifetime];

const HOUR: Duration = Duration::from_secs(3_600);

/// The default lifetime of a token is one day at Genesys Cloud, unless the client has another, and
/// one hour at NICE.
fn refresh_before_beyond_the_usual_lifetime(subject: &Subject<'_>) -> Option<Finding> {
    let usual = if subject.is_genesys() {
        24 * HOUR
    } else if subject.is_cxone() || subject.is_central() {
        HOUR
    } else {
        return None;
    };
    let refresh_before = subject.config.renewal.refresh_before()?;
    let is_cut = subject.config.renewal.refresh_before_is_cut(usual);
    is_cut.then(|| {
        let (refresh_before, usual) = (refresh_before.as_secs(), usual.as_secs());
        let evidence = format!(
            "refresh_before is {refresh_before} s, and tokens are usually valid for {usual} s"
        );
        response::LIFETIME_TOO_SHORT.found(Likely, evidence)
    })
}

/// Checks a configuration for one cause.
pub(super) type Rule = fn(&Subject<'_>) -> Option<Finding>;

/// A configuration, the owner of its host, and the credentials to check.
pub(super) struct Subject<'c> {
    pub(super) config: &'c Config,
    pub(super) host: Host,
    pairs: Vec<Pair<'c>>,
}

/// An id with its secret. The secret is empty if there is none, or if it is not read yet.
#[derive(Clone, Copy)]
pub(super) struct Pair<'c> {
    pub(super) id: Value<'c>,
    pub(super) secret: Value<'c>,
}

/// One value of a credential.
#[derive(Clone, Copy)]
pub(super) struct Value<'c> {
    pub(super) setting: Setting,
    pub(super) text: &'c str,
}

impl<'c> Subject<'c> {
    /// Makes a subject with all credentials of the configuration.
    pub(super) fn of(config: &'c Config) -> Self {
        let key = access_key(config);
        Self {
            config,
            host: Host::of(config.endpoint.host()),
            pairs: client(config).into_iter().chain(key).collect(),
        }
    }

    /// Keeps only the client's id and secret, for a response that refuses the client.
    pub(super) fn with_client_only(mut self) -> Self {
        self.pairs = client(self.config).into_iter().collect();
        self
    }

    /// Keeps only the access key, for a response that refuses the grant. The server has then
    /// accepted the client.
    pub(super) fn with_access_key_only(mut self) -> Self {
        self.pairs = access_key(self.config).into_iter().collect();
        self
    }

    /// Returns the ids with their secrets.
    pub(super) fn pairs(&self) -> &[Pair<'c>] {
        &self.pairs
    }

    /// Returns all ids and secrets that are known, one by one.
    pub(super) fn values(&self) -> impl Iterator<Item = Value<'c>> {
        let values = self.pairs.iter().flat_map(|pair| [pair.id, pair.secret]);
        values.filter(|value| !value.text.is_empty())
    }

    /// Returns the path of the token endpoint.
    pub(super) fn path(&self) -> &'c str {
        self.config.endpoint.uri().path()
    }

    /// Reports whether Genesys Cloud responds, at its own host or behind a gateway.
    pub(super) fn is_genesys(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::GenesysCloud(_));
        self.host.is_genesys() || self.host == Host::Other && behind_a_gateway
    }

    /// Reports whether CXone responds, at its own host or behind a gateway.
    pub(super) fn is_cxone(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::Cxone(_));
        self.host.is_cxone() || self.host == Host::Other && behind_a_gateway
    }

    /// Reports whether Central responds, at its own host or behind a gateway.
    pub(super) fn is_central(&self) -> bool {
        let behind_a_gateway = matches!(self.config.platform, Platform::Central(_));
        self.host == Host::Central || self.host == Host::Other && behind_a_gateway
    }

    /// Reports whether the host is a vendor's, or is presented as a vendor's. Other servers may
    /// have their own rules.
    pub(super) fn is_a_vendors(&self) -> bool {
        self.is_genesys() || self.is_cxone() || self.is_central() || self.host.is_of_a_vendor()
    }

    /// Returns the finding. It is milder if the server may have its own rules that explain what was
    /// seen.
    pub(super) fn milder_elsewhere(&self, finding: Finding) -> Finding {
        if self.is_a_vendors() {
            finding
        } else {
            finding.into_note()
        }
    }

    /// Reports whether an access key is used in place of a user.
    pub(super) fn has_access_key(&self) -> bool {
        self.config.access_key().is_some()
    }

    /// Reports whether a client takes part. The login with an access key alone has no client.
    pub(super) fn has_client(&self) -> bool {
        self.config.credentials.is_some()
    }

    /// Reports whether the request goes to the place where UserHub takes an access key alone.
    pub(super) fn is_at_user_hub(&self) -> bool {
        is_user_hub(&self.config.endpoint)
    }
}

fn client(config: &Config) -> Option<Pair<'_>> {
    let client = config.credentials.as_ref()?;
    Some(Pair {
        id: value(Setting::ClientId, client.id()),
        secret: value(
            Setting::ClientSecret,
            client.expose_secret().unwrap_or_default(),
        ),
    })
}

fn access_key(config: &Config) -> Option<Pair<'_>> {
    let key = config.access_key()?;
    Some(Pair {
        id: value(Setting::AccessKeyId, key.id()),
        secret: value(
            Setting::AccessKeySecret,
            key.expose_secret().unwrap_or_default(),
        ),
    })
}

fn value(setting: Setting, text: &str) -> Value<'_> {
    Value { setting, text }
}
