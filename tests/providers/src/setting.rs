//! The settings of the program, from `CXONE_AUTH_…`.

use std::env;

use cxone_auth_core::Config;
#[cfg(any(feature = "reqwest", feature = "hyper"))]
use cxone_auth_core::TransportOptions;

use crate::Failure;

pub(crate) fn config() -> Result<Config, Failure> {
    Ok(Config::from_variables(|name| env::var(name).ok())?)
}

/// Returns the certificate of the server's authority in PEM.
pub(crate) fn authority() -> Result<Vec<u8>, Failure> {
    Ok(std::fs::read(env::var("CXONE_AUTH_CA_FILE")?)?)
}

#[cfg(any(feature = "reqwest", feature = "hyper"))]
pub(crate) fn options() -> Result<TransportOptions, Failure> {
    Ok(TransportOptions::new().with_root_certificates(authority()?))
}
