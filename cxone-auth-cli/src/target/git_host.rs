//! The origins that git gets the token for.

use cxone_auth_core::api::{ApiBase, Origin};
use cxone_auth_core::platform::Platform;

use super::settings::Settings;
use crate::failure::Failure;

const VARIABLE: &str = "CXONE_AUTH_GIT_HOST";

/// The API's own origin, if that is known without asking anybody, and those that the user names.
pub(super) fn origins(settings: &Settings, platform: &Platform) -> Result<Vec<Origin>, Failure> {
    let named = settings.value(VARIABLE).unwrap_or_default();
    let named: Option<Vec<Origin>> = named.split_whitespace().map(origin).collect();
    // The text is not quoted: user information may be in it.
    let named = named.ok_or_else(|| {
        let name = settings.name_of(VARIABLE);
        Failure::configuration(format!(
            "{name}: write each host as host, host:port or https://host:port, without a path or a \
             user; http:// is for loopback hosts only"
        ))
    })?;
    Ok(api_origin(settings, platform)
        .into_iter()
        .chain(named)
        .collect())
}

fn api_origin(settings: &Settings, platform: &Platform) -> Option<Origin> {
    let base: ApiBase = match (settings.value("CXONE_AUTH_API_BASE"), platform) {
        (Some(base), _) => base.parse().ok()?,
        (None, Platform::GenesysCloud(region)) => region.api_base(),
        (None, _) => return None,
    };
    Some(base.origin().clone())
}

/// A host without a scheme is one of https.
fn origin(text: &str) -> Option<Origin> {
    if text.contains("://") {
        text.parse().ok()
    } else {
        format!("https://{text}").parse().ok()
    }
}
