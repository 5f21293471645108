//! Compares a configuration with what its server states about itself.

use super::named;
use crate::config::{ClientAuthentication, Config, Grant, Listed, Scope};
use crate::discovery::ServerMetadata;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::{metadata as cause, proof};
use crate::finding::{Diagnosis, Finding, Setting};

/// Compares a configuration with the metadata for one cause.
type Rule = fn(&Config, &ServerMetadata) -> Option<Finding>;

const RULES: [Rule; 5] = [
    other_issuer,
    authentication_not_listed,
    grant_not_listed,
    endpoint_elsewhere,
    scope_not_listed,
];

/// Compares a configuration with the metadata of its server, without a request: what the server
/// does not list and the configuration does, and where the token endpoint is.
///
/// Use it together with [`inspect`](crate::inspect), after
/// [`discover`](crate::discovery::discover). Servers do not list everything that they accept, so
/// that only a wrong issuer is certain.
///
/// The algorithm that a key signs with is known after the key was read: pass the configuration that
/// [`read_credentials`](crate::source::read_credentials) returns to compare it, too.
///
/// ```
/// use cxone_auth_core::diagnosis::{FindingCode, inspect_metadata};
/// use cxone_auth_core::discovery::ServerMetadata;
/// use cxone_auth_core::{ClientCredentials, Config};
///
/// let issuer = "https://id.example.com".parse()?;
/// let metadata = ServerMetadata::read(&issuer, r#"{
///     "issuer": "https://id.example.com",
///     "token_endpoint": "https://id.example.com/token",
///     "token_endpoint_auth_methods_supported": ["private_key_jwt"]
/// }"#)?;
/// let client = ClientCredentials::new("client-id", "client-secret");
/// let config = Config::from_metadata(&metadata, client)?;
/// let diagnosis = inspect_metadata(&config, &metadata);
/// assert!(diagnosis.contains(FindingCode::METHOD_NOT_LISTED));
/// # Ok::<(), cxone_auth_core::Error>(())
/// ```
#[must_use]
pub fn inspect_metadata(config: &Config, metadata: &ServerMetadata) -> Diagnosis {
    let findings = RULES.iter().filter_map(|rule| rule(config, metadata));
    Diagnosis::ranked(findings.collect())
}

fn other_issuer(config: &Config, metadata: &ServerMetadata) -> Option<Finding> {
    let (own, named) = (config.issuer.as_deref()?, metadata.issuer().as_str());
    (own != named).then(|| {
        let evidence = format!("the metadata of {own}: it names {named} as its issuer");
        cause::OTHER_ISSUER.found(Certain, evidence)
    })
}

/// Returns the method's names in the IANA registry of token endpoint authentication methods. What
/// is sent is the same for each of them.
fn methods(config: &Config) -> &'static [&'static str] {
    match config.authentication {
        _ if config.credentials.is_none() => &[],
        ClientAuthentication::Basic(_) => &["client_secret_basic"],
        ClientAuthentication::Body => &["client_secret_post"],
        ClientAuthentication::Assertion => &["private_key_jwt", "client_secret_jwt"],
        ClientAuthentication::Certificate => &["tls_client_auth", "self_signed_tls_client_auth"],
    }
}

fn authentication_not_listed(config: &Config, metadata: &ServerMetadata) -> Option<Finding> {
    unlisted(config, &metadata.listed())
}

/// Finds a client authentication that the server does not list: a method, or the algorithm of an
/// assertion.
pub(in crate::diagnosis) fn unlisted(config: &Config, listed: &Listed) -> Option<Finding> {
    method_not_listed(config, listed).or_else(|| algorithm_not_listed(config, listed))
}

fn method_not_listed(config: &Config, listed: &Listed) -> Option<Finding> {
    let methods = methods(config);
    if methods.is_empty() || methods.iter().any(|own| listed.has_method(own)) {
        return None;
    }
    let listed = named(config, listed.methods.iter().map(String::as_str));
    let own = methods.join(" or ");
    let evidence = format!("{own} is set, and the server lists {listed}");
    Some(proof::METHOD_NOT_LISTED.found(Likely, evidence))
}

/// The algorithm is known of an assertion only: a key is read when a request needs it. An assertion
/// that a third party makes is signed as that party does it.
fn algorithm_not_listed(config: &Config, listed: &Listed) -> Option<Finding> {
    let client = config.credentials.as_ref()?;
    let assertion = client.assertion()?;
    let own = assertion.algorithm()?;
    let is_of_client = assertion.issuer() == Some(client.id());
    if listed.has_algorithm(own) || !is_of_client {
        return None;
    }
    let own = named(config, [own].into_iter());
    let listed = named(config, listed.algorithms.iter().map(String::as_str));
    let evidence = format!("the assertion is signed with {own}, and the server lists {listed}");
    let finding = proof::METHOD_NOT_LISTED.found(Likely, evidence);
    Some(finding.about(vec![Setting::SigningKey]))
}

fn grant_not_listed(config: &Config, metadata: &ServerMetadata) -> Option<Finding> {
    let grant = match config.grant {
        Grant::ClientCredentials => "client_credentials",
        Grant::AccessKey(_) => "password",
        Grant::UserHub(_) => return None,
    };
    let listed = metadata.grant_types()?;
    (!listed.iter().any(|own| own == grant)).then(|| {
        let listed = named(config, listed.iter().map(String::as_str));
        let evidence = format!("{grant} is asked for, and the server lists {listed}");
        cause::GRANT_NOT_LISTED.found(Likely, evidence)
    })
}

fn endpoint_elsewhere(_: &Config, metadata: &ServerMetadata) -> Option<Finding> {
    metadata.leads_elsewhere().then(|| {
        let host = metadata.token_endpoint().host();
        let evidence = format!("{} names a token endpoint at {host}", metadata.issuer());
        cause::ENDPOINT_ELSEWHERE.found(Certain, evidence)
    })
}

fn scope_not_listed(config: &Config, metadata: &ServerMetadata) -> Option<Finding> {
    let listed = metadata.scopes()?;
    let scopes = config.scope.iter().map(Scope::as_str);
    let missing: Vec<&str> = scopes
        .filter(|scope| !listed.iter().any(|own| own == scope))
        .collect();
    (!missing.is_empty()).then(|| {
        let evidence = format!("not listed: {}", named(config, missing.iter().copied()));
        cause::SCOPE_NOT_LISTED.found(Possible, evidence)
    })
}
