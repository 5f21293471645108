//! The addresses that a token may go to.

use crate::diagnosis::api;
use crate::{ApiBase, Confidence, Config, Error, Origin, Platform};

/// Whether a token of `config` may go to an origin.
pub(super) enum Admission {
    Granted,
    /// It may if the API that CXone's discovery names is there.
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
            Err(other_origin(origin, config.api_base()))
        }
    }
}

/// Whether the API that discovery has named is at `origin`.
pub(super) fn check_discovered(origin: &Origin, base: &ApiBase) -> Result<(), Error> {
    if base.origin() == origin {
        Ok(())
    } else {
        Err(other_origin(origin, Some(base)))
    }
}

fn other_origin(origin: &Origin, base: Option<&ApiBase>) -> Error {
    let home = base.map_or_else(
        || "no API is configured".to_owned(),
        |base| format!("the API is {base}"),
    );
    Error::configuration(format!(
        "address of the API is at {origin}, where the token must not go: {home}; allow another \
         with Config::with_api_origin"
    ))
    .with_finding(api::OTHER_ORIGIN.found(Confidence::Certain, format!("{origin}; {home}")))
}
