//! The values of fields. None of them holds a secret or a token.

use crate::config::{Config, Shape};
use crate::error::{Error, ErrorKind};
use crate::finding::Finding;
use crate::platform::Platform;
use crate::protocol::redaction::{REDACTED, setting};
use crate::secret_look::is_secret_value;

/// The outcome of a request without a usable response.
pub(super) const GIVEN_UP: &str = "failed";

/// How many characters are shown of an id that may be a secret in the wrong place.
const SHOWN: usize = 8;

/// Returns host and path of the token endpoint.
pub(super) fn endpoint(config: &Config) -> Option<String> {
    let uri = config.endpoint().uri();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    setting(&[authority, uri.path()].concat(), config)
}

/// Returns the id of the client, if there is a client.
pub(super) fn client_id(config: &Config) -> Option<String> {
    let id = config.client_id()?;
    let shown = setting(id, config)?;
    Some(
        match (is_surely_an_id(id, config), shown.contains(REDACTED)) {
            (true, _) => shown,
            (false, true) => REDACTED.to_owned(),
            (false, false) => start(&shown),
        },
    )
}

/// Reports whether an id has the form of those that its server issues. A secret in its place has
/// another one.
fn is_surely_an_id(id: &str, config: &Config) -> bool {
    let is_uuid = |text: &str| Shape::of(text) == Shape::Uuid;
    match config.platform() {
        Platform::GenesysCloud(_) | Platform::Cxone(_) => is_uuid(id),
        // Central's are `application@vendor`.
        Platform::Central(_) => id.contains('@') && !is_secret_value(id),
        // If the secret is a UUID, the two may be swapped.
        Platform::Custom => is_uuid(id) || !is_secret_value(id) && !config.secrets().any(is_uuid),
    }
}

/// Returns the start of the id of the access key, if there is one. One client may have the keys of
/// several tenants.
pub(super) fn access_key(config: &Config) -> Option<String> {
    let id = setting(config.access_key()?.id(), config)?;
    Some(if id.contains(REDACTED) {
        REDACTED.to_owned()
    } else {
        start(&id)
    })
}

fn start(id: &str) -> String {
    match id.char_indices().nth(SHOWN) {
        Some((end, _)) => [&id[..end], "…"].concat(),
        None => id.to_owned(),
    }
}

/// Returns what came of a request with this error.
pub(super) fn outcome(error: Option<&Error>) -> &'static str {
    let Some(error) = error else {
        return "ok";
    };
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Protocol => GIVEN_UP,
        // Nothing came from the server: a certificate, or a credential that could not be read.
        _ if error.status().is_none() => GIVEN_UP,
        _ => "refused",
    }
}

/// Returns the code of the most probable finding.
pub(super) fn finding(error: &Error) -> Option<String> {
    let first = error.diagnosis().first().map(Finding::code);
    first.map(|code| code.to_string())
}
