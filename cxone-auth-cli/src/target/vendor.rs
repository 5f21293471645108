//! Variables of Genesys Cloud's other tools that are not read here, named where somebody may count
//! on them.

use std::env;

use super::definition::Definition;
use super::settings::Settings;

/// A variable that leads the vendor's tools another way, and what does so here: the setting, and
/// other variables.
const WAYS: [(&str, &str, &str, &[&str]); 2] = [
    (
        "GENESYSCLOUD_PROXY_HOST",
        "CXONE_AUTH_PROXY",
        "--proxy or HTTPS_PROXY",
        &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
    ),
    (
        "GENESYSCLOUD_GATEWAY_HOST",
        "CXONE_AUTH_TOKEN_URL",
        "--token-url and --api-base",
        &[],
    ),
];

/// Variables of the vendor's Go SDK and its examples, and those that are read in their place.
const UNREAD: [(&str, &str); 4] = [
    ("GENESYS_CLOUD_REGION", "GENESYSCLOUD_REGION"),
    ("GENESYS_CLOUD_ENVIRONMENT", "GENESYSCLOUD_REGION"),
    ("GENESYS_CLOUD_CLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_ID"),
    (
        "GENESYS_CLOUD_CLIENT_SECRET",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    ),
];

/// Returns the variables in whose place this one is read.
#[cfg(unix)]
pub(super) fn unread_for(read: &str) -> impl Iterator<Item = &'static str> {
    let those = UNREAD.iter().filter(move |(_, own)| *own == read);
    those.map(|(unread, _)| *unread)
}

/// Returns the variable of the id that is set, and not read since another platform is meant.
pub(super) fn passed_over(settings: &Settings) -> Option<&'static str> {
    let variable = Definition::named("client-id").genesys?;
    let is_open = settings.named("client-id").is_none();
    (is_open && settings.platform() != "genesys-cloud" && is_set(variable)).then_some(variable)
}

/// A warning about each way that is not gone: requests would not arrive where the vendor's tools
/// get through.
pub(super) fn ignored(settings: &Settings) -> Vec<String> {
    let is_genesys = settings.platform() == "genesys-cloud";
    let ways = WAYS.iter().filter(|_| is_genesys);
    let ignored = ways.filter(|(variable, setting, _, others)| {
        is_set(variable)
            && settings.value(setting).is_none()
            && !others.iter().any(|other| is_set(other))
    });
    ignored
        .map(|(variable, _, instead, _)| format!("{variable} is ignored: use {instead}"))
        .collect()
}

/// What to say of variables that look like those that are read, for the end of a sentence.
pub(super) fn unread() -> String {
    let set = UNREAD.iter().filter(|(variable, _)| is_set(variable));
    let told = set.map(|(variable, read)| format!("; {variable} is not read: use {read}"));
    told.collect()
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}
