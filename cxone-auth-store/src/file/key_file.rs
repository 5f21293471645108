//! The keys of a directory, in a file of its own.

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use secrecy::ExposeSecret as _;

use super::directory::{Directory, Durability};
use super::problem::Problem;
use crate::StoreKeys;
use crate::keys;

pub(super) const NAME: &str = "cxone-auth.keys";
const TEMPORARY: &str = "cxone-auth.keys.new";

/// No key file is longer.
const LONGEST: usize = 16_384;

/// The keys of a directory.
pub(super) struct Found {
    pub(super) keys: StoreKeys,
    /// What was wrong with the file, which was replaced.
    pub(super) replaced: Option<StoreError>,
}

impl Found {
    fn there(keys: StoreKeys) -> Self {
        let replaced = None;
        Self { keys, replaced }
    }
}

/// Reads the keys of this directory, or creates them. A file of ours that cannot be used is replaced
/// and reported. A file that this library did not write is left alone, and so is one of another
/// version. Then there is no store.
pub(super) fn of(directory: &Directory<'_>) -> Result<Found, StoreError> {
    if let Ok(Some(keys)) = read(directory) {
        return Ok(Found::there(keys));
    }
    let _guard = directory.guard()?;
    let replaced = match read(directory) {
        Ok(Some(keys)) => return Ok(Found::there(keys)),
        Ok(None) => None,
        Err(error) if error.kind() == StoreErrorKind::Damaged => Some(error),
        Err(error) => return Err(error),
    };
    let keys = StoreKeys::generate()?;
    write(directory, &keys)?;
    Ok(Found { keys, replaced })
}

/// Reads the keys of this directory if it has some.
pub(super) fn find(directory: &Directory<'_>) -> Result<Option<Found>, StoreError> {
    Ok(read(directory)?.map(Found::there))
}

/// Checks that the directory has these keys. Writes them if it has none, because somebody has removed
/// it meanwhile. If another process has made it again before, it has keys of its own. A file that is
/// damaged is left for the next process that opens the store.
pub(super) fn restore(directory: &Directory<'_>, keys: &StoreKeys) -> Result<(), StoreError> {
    if has(directory, keys)? {
        return Ok(());
    }
    let _guard = directory.guard()?;
    if has(directory, keys)? {
        return Ok(());
    }
    write(directory, keys)
}

fn has(directory: &Directory<'_>, keys: &StoreKeys) -> Result<bool, StoreError> {
    match read(directory) {
        Ok(Some(found)) if found.fingerprint() != keys.fingerprint() => {
            Err(directory.problem(NAME, &Problem::OtherKeys))
        }
        Err(error) if error.kind() != StoreErrorKind::Damaged => Err(error),
        Ok(None) => Ok(false),
        Ok(Some(_)) | Err(_) => Ok(true),
    }
}

fn write(directory: &Directory<'_>, keys: &StoreKeys) -> Result<(), StoreError> {
    let text = keys.to_text();
    let bytes = text.expose_secret().as_bytes();
    directory.write(TEMPORARY, bytes, Durability::OnDisk)?;
    directory.rename(TEMPORARY, NAME)
}

fn read(directory: &Directory<'_>) -> Result<Option<StoreKeys>, StoreError> {
    let Some(bytes) = directory.read(NAME, LONGEST)? else {
        return Ok(None);
    };
    let corrupt = || directory.problem(NAME, &Problem::Corrupt);
    let text = std::str::from_utf8(&bytes).map_err(|_| corrupt())?;
    match StoreKeys::from_text(text) {
        Ok(keys) => Ok(Some(keys)),
        Err(_) if keys::is_of_another_version(text) => {
            Err(directory.problem(NAME, &Problem::KeysOfAnotherVersion))
        }
        Err(error) => Err(corrupt().with_source(error)),
    }
}
