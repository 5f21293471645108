//! The addresses that a token may go to.

use http::Uri;

use crate::address::{ApiBase, Fault, Origin};
use crate::config::Config;
use crate::error::Error;
use crate::finding::catalogue::api;
use crate::finding::{Confidence, Message, Term};
use crate::platform::{Platform, takes_token_of_nice};

/// Whether a token of `config` may go to an origin.
pub(super) enum Admission {
    Granted,
    /// Only if CXone's discovery names an API at this origin.
    IfDiscovered,
}

impl Admission {
    pub(super) fn of(config: &Config, origin: &Origin) -> Result<Self, Error> {
        let is_discovered =
            matches!(config.platform(), Platform::Cxone(_)) && config.api_base().is_none();
        if config.allows_api(origin) {
            Ok(Self::Granted)
        } else if is_discovered {
            Ok(Self::IfDiscovered)
        } else {
            Err(other_origin(config, origin, config.api_base()))
        }
    }
}

/// Checks that the API that discovery named is at `origin`.
pub(super) fn check_discovered(
    config: &Config,
    origin: &Origin,
    base: &ApiBase,
) -> Result<(), Error> {
    if base.origin() == origin {
        Ok(())
    } else {
        Err(other_origin(config, origin, Some(base)))
    }
}

/// Makes the address of a request a whole one, for a client that connects to `destination`.
pub(super) fn complete(destination: Option<&Origin>, uri: &mut Uri) -> Result<(), Error> {
    if uri.scheme().is_none() && uri.authority().is_none() {
        if !uri.path().starts_with('/') {
            return Err(Fault::NEITHER.of_api());
        }
        *uri = destination.ok_or_else(no_destination)?.with_path_of(uri)?;
        return Ok(());
    }
    let is_known = match destination {
        Some(destination) => destination.is_of(uri),
        // Whoever begins the call reads it.
        None => uri.scheme().is_some() && uri.authority().is_some(),
    };
    if is_known {
        return Ok(());
    }
    let origin = Origin::of(uri)?;
    match destination {
        Some(destination) if *destination != origin => Err(other_destination(&origin, destination)),
        _ => Ok(()),
    }
}

fn no_destination() -> Error {
    Error::configuration(
        "address of the API is only a path, which does not say where the service below connects: \
         name that place with BearerLayer::for_origin, or write the whole URL",
    )
    .with_finding(api::API_ADDRESS_MALFORMED.found(Confidence::Certain, "a path alone"))
}

fn other_destination(origin: &Origin, destination: &Origin) -> Error {
    Error::configuration(format!(
        "address of the API is at {origin}, but the service below is for {destination}: call each \
         through a service of its own"
    ))
    .with_finding(api::OTHER_ORIGIN.found(Confidence::Certain, format!("{origin}; {destination}")))
}

fn other_origin(config: &Config, origin: &Origin, base: Option<&ApiBase>) -> Error {
    let home = base.map_or_else(
        || "no API is configured".to_owned(),
        |base| format!("the API is {base}"),
    );
    let owner = owner(config, origin.host());
    let message = Message::from(format!(
        "address of the API is at {origin}{}, where the token must not go: {home}; name another \
         with ",
        owner.map_or(String::new(), |owner| format!(", {owner}"))
    ));
    let evidence = Message::from(format!("{origin}; {home}"));
    let evidence = match owner {
        Some(owner) => evidence
            .and(&format!("; it is {owner}: allow it with "))
            .term(Term::ApiOrigin)
            .and(&format!(" {origin}")),
        None => evidence,
    };
    Error::configuration(message.term(Term::ApiOrigin))
        .with_finding(api::OTHER_ORIGIN.found(Confidence::Certain, evidence))
}

/// Whose the host is, where a token of `config` is safe there: CXone has APIs beside that of the
/// tenant, at hosts of areas and of clusters, and a call that needs one is meant.
fn owner(config: &Config, host: &str) -> Option<&'static str> {
    let is_of_nice = matches!(config.platform(), Platform::Cxone(_) | Platform::Central(_));
    (is_of_nice && takes_token_of_nice(host)).then_some("a host of NICE's beside the tenant's API")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AccessKey, ClientCredentials};
    use crate::platform::Issuer;

    fn config() -> Config {
        let credentials = ClientCredentials::new("the-client", "the-secret");
        let key = AccessKey::new("the-key", "the-key-secret====");
        Config::cxone(Issuer::Global, credentials, key).expect("the values are fixed and good")
    }

    #[test]
    fn only_the_api_that_discovery_named_gets_the_token_of_a_tenant() {
        let config = config();
        let base: ApiBase = "https://api-na1.niceincontact.com".parse().unwrap();
        for (origin, is_granted) in [
            ("https://api-na1.niceincontact.com", true),
            ("https://api-na1.niceincontact.com:443", true),
            ("https://api-na1.niceincontact.com:8443", false),
            ("https://api-na2.niceincontact.com", false),
            ("https://api.example.com", false),
        ] {
            let origin: Origin = origin.parse().unwrap();
            let admission = Admission::of(&config, &origin).unwrap();
            assert!(matches!(admission, Admission::IfDiscovered), "{origin}");
            let checked = check_discovered(&config, &origin, &base);
            assert_eq!(checked.is_ok(), is_granted, "{origin}");
            if let Err(error) = checked {
                let findings = error.diagnosis();
                let code = findings.first().map(crate::finding::Finding::code);
                assert_eq!(code, Some(api::OTHER_ORIGIN.code), "{origin}");
            }
        }
    }
}
