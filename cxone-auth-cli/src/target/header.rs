//! Header fields of the token request: where their values stand, and which may stand on a command
//! line.

use std::path::PathBuf;

use cxone_auth_core::config::is_secret_name;
use secrecy::SecretString;

use super::{Origin, secret};
use crate::arguments::{SecretFile, TargetArguments};
use crate::failure::Failure;

/// That no flag gives a secret, as far as names tell.
pub(super) fn check(arguments: &TargetArguments) -> Result<(), Failure> {
    let mut headers = arguments.header.iter();
    let is_told = |value: &str| file(value).is_none();
    match headers.find(|own| is_secret_name(&own.name) && is_told(&own.value)) {
        None => Ok(()),
        Some(own) => Err(Failure::usage(format!(
            "--header takes no secret such as {name}, since every user of the machine can read a \
             command line: put it into a file and give --header {name}=@FILE, or put it under \
             headers in a profile",
            name = own.name
        ))),
    }
}

/// The file that a value names in place of itself.
pub(super) fn file(value: &str) -> Option<&str> {
    value.strip_prefix('@')
}

/// The value, or what is in the file that it names; `resolve` says where such a file is.
pub(super) fn read(
    value: &str,
    origin: Origin,
    resolve: impl FnOnce(&str) -> PathBuf,
) -> Result<secret::Secret, Failure> {
    match file(value) {
        Some(path) => secret::read(&SecretFile::Path(resolve(path)), &origin),
        None => Ok(secret::Secret {
            value: SecretString::from(value),
            origin,
            notes: Vec::new(),
        }),
    }
}
