//! Where a secret or its token is sent, and which settings may decide that.
//!
//! A variable that is left over from something else must not send a profile's secret to another
//! server. A secret from a variable must not go to another client's server.

use cxone_auth_core::Config;
use cxone_auth_core::config::{is_secret_name, is_secret_value};
use cxone_auth_core::settings::Settings as LibrarySettings;
use secrecy::ExposeSecret as _;

use super::Origin;
use super::settings::{Given, Parameter, Settings};
use super::{connection, discovery};
use crate::failure::Failure;

/// The settings that decide where secrets and tokens go, the most exact one first.
const ADDRESS: [&str; 7] = [
    "token-url",
    "discover",
    "api-base",
    "issuer",
    "region",
    "platform",
    "git-host",
];

/// The settings that decide who can read a token that is kept.
const STORE: [&str; 2] = ["store", "store-key-file"];

/// The id to which each secret, or what proves a client in its place, belongs.
const PAIRS: [(&str, &str); 6] = [
    ("client-id", "client-secret"),
    ("client-id", "key"),
    ("client-id", "assertion-file"),
    ("client-id", "cert"),
    ("client-id", "cert-key"),
    ("access-key-id", "access-key-secret"),
];

/// Refuses each secret that the wrong setting would send somewhere.
pub(super) fn check(settings: &Settings) -> Result<(), Failure> {
    check_address(settings)?;
    check_login(settings)?;
    PAIRS
        .iter()
        .try_for_each(|(id, secret)| check_pair(settings, id, secret))
}

/// An address from a variable does not count for a secret from a profile.
fn check_address(settings: &Settings) -> Result<(), Failure> {
    let mut addresses = ADDRESS
        .iter()
        .filter_map(|name| settings.with_a_say(name))
        .chain(proxy_in_clear(settings))
        .chain(audience(settings))
        .chain(STORE.iter().filter_map(|name| settings.with_a_say(name)));
    let by_variable = addresses.find(|own| own.origin.variable().is_some());
    match (by_variable, secret_of_profile(settings)) {
        (Some(address), Some(secret)) => {
            let (variable, name) = (&address.origin, address.definition.key());
            Err(Failure::configuration(format!(
                "the variable {variable} would decide where {secret} is sent, or its token: unset \
                 the variable, and set {name} in the profile"
            ))
            .about(name))
        }
        _ => Ok(()),
    }
}

/// A client or key by variable does not count for a secret by profile where the profile without it
/// means another login, which has another address.
fn check_login(settings: &Settings) -> Result<(), Failure> {
    let Some(secret) = secret_of_profile(settings) else {
        return Ok(());
    };
    for pair in PAIRS.map(|(id, secret)| [id, secret]) {
        let variables = pair.map(|name| Some((name, settings.with_a_say(name)?.only_variable()?)));
        let Some((name, variable)) = variables.into_iter().flatten().next() else {
            continue;
        };
        let address = |left_out: &[&str]| Some(login(settings, left_out)?.endpoint().clone());
        let without = address(&pair);
        if without.is_some() && without != address(&[]) {
            return Err(Failure::configuration(format!(
                "the variable {variable} would decide where {secret} is sent, since it means \
                 another login with another address: unset the variable, or give {name} in the \
                 profile"
            ))
            .about(name));
        }
    }
    Ok(())
}

/// The configuration without those of the settings that only a variable gives, if it is one.
fn login(settings: &Settings, left_out: &[&str]) -> Option<Config> {
    let lookup = |variable: &str| {
        if connection::VARIABLES.contains(&variable) {
            return None;
        }
        if variable == super::TOKEN_URL {
            return discovery::address(settings).map(str::to_owned);
        }
        if let Some(printed) = settings.secret_file(variable) {
            return Some(printed);
        }
        let given = settings.find(variable)?;
        let is_left_out =
            left_out.contains(&given.definition.name) && given.only_variable().is_some();
        (!is_left_out).then(|| given.value.expose_secret().to_owned())
    };
    let read = LibrarySettings::from_variables(lookup, settings).ok()?;
    Some(read.config().clone())
}

/// Returns the proxy if it can read what passes through it. It can if there is no TLS.
fn proxy_in_clear(settings: &Settings) -> Option<&Given> {
    let is_in_clear = ADDRESS.iter().filter_map(|name| settings.with_a_say(name));
    let mut values = is_in_clear.map(|own| own.value.expose_secret().to_ascii_lowercase());
    let proxy = settings.with_a_say("proxy")?;
    let is_read =
        proxy.value.expose_secret() != "none" && values.any(|value| value.starts_with("http://"));
    is_read.then_some(proxy)
}

/// Returns to whom a key's assertions are addressed: who is named there can use them.
fn audience(settings: &Settings) -> Option<&Given> {
    settings
        .with_a_say("key")
        .and(settings.with_a_say("assertion-audience"))
}

/// Returns what proves the client. A certificate does if the connection shows it; beside a key that
/// signs it is no more than a name.
fn proof<'a>(settings: &'a Settings, name: &str) -> Option<&'a Given> {
    let is_a_name = name == "cert" && connection::certificate(settings).is_none();
    settings.with_a_say(name).filter(|_| !is_a_name)
}

fn secret_of_profile(settings: &Settings) -> Option<&Origin> {
    let given = PAIRS
        .iter()
        .filter_map(|(_, secret)| proof(settings, secret))
        .map(|given| &given.origin);
    let parameters = settings.parameters.iter().chain(&settings.headers);
    let parameters = parameters.filter(|own| is_secret(own));
    given
        .chain(parameters.map(|own| &own.origin))
        .find(|origin| origin.is_profile())
}

/// Reports whether the value is a secret, by its name, by its look, or because it has its own file.
fn is_secret(own: &Parameter) -> bool {
    is_secret_name(&own.name)
        || is_secret_value(own.value.expose_secret())
        || matches!(own.origin, Origin::File { .. })
}

/// A secret from a variable belongs to the id that a variable of the same kind gives. If another id
/// counts, the secret belongs to another client. It must not go to a profile's server.
fn check_pair(settings: &Settings, id: &str, secret: &str) -> Result<(), Failure> {
    let (Some(id), Some(secret)) = (settings.with_a_say(id), proof(settings, secret)) else {
        return Ok(());
    };
    let its_id = id.ignored.iter().find(|own| {
        let is_variable = own.origin.variable().is_some();
        is_variable && own.origin.is_genesys() == secret.origin.is_genesys()
    });
    let mut addresses = ADDRESS.iter().filter_map(|name| settings.with_a_say(name));
    let goes_to_profile = addresses.any(|own| own.origin.is_profile());
    match its_id {
        Some(its_id) if goes_to_profile && secret.origin.variable().is_some() => {
            Err(Failure::configuration(format!(
                "{} is the secret for {}, and {} is another id: give the secret for that one by \
                 {} or in the profile, and unset the variables",
                secret.origin, its_id.origin, id.origin, secret.definition.flag
            ))
            .about(secret.definition.name))
        }
        _ => Ok(()),
    }
}
