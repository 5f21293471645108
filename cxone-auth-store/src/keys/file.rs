//! A key file: who may have it, how it is read and written.

#[cfg_attr(unix, path = "file/unix.rs")]
#[cfg_attr(not(unix), path = "file/other.rs")]
mod permissions;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use zeroize::Zeroizing;

use super::configuration;
use super::text::{is_key_file, no_key_file};

/// No key file is longer.
const LONGEST: usize = 16_384;

/// Names the file in an error.
pub(super) fn place(path: &Path) -> String {
    format!("key file {}", path.display())
}

pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, StoreError> {
    let (file, fault) = permissions::open(path)?;
    let text = text(file)?;
    match fault {
        // To close a file that is none of these might harm whoever else reads it.
        Some(fault) if is_key_file(&text) => Err(configuration(fault)),
        Some(_) => Err(no_key_file()),
        None => Ok(text),
    }
}

fn text(file: File) -> Result<Zeroizing<String>, StoreError> {
    // The buffer does not grow: one that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let most = u64::try_from(LONGEST + 1).expect("it is a small constant");
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(|error| failed("read", error))?;
    if bytes.len() > LONGEST {
        return Err(configuration("it is too long to be a key file"));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(configuration(
            "it is not a key file for stores: it is not text",
        )),
    }
}

pub(super) fn create(path: &Path, text: &[u8]) -> Result<(), StoreError> {
    let written = permissions::create(path).and_then(|mut file| {
        let written = file.write_all(text).and_then(|()| file.sync_all());
        written.inspect_err(|_| {
            let _ = std::fs::remove_file(path);
        })
    });
    written.map_err(|error| match path.parent() {
        Some(folder) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("the folder {} does not exist", folder.display());
            configuration(message).with_source(error)
        }
        _ => failed("written", error),
    })
}

/// Writes beside the file and renames.
pub(super) fn replace(path: &Path, text: &[u8]) -> Result<(), StoreError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    create(&beside, text).map_err(|error| error.within(beside.display()))?;
    std::fs::rename(&beside, path).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed("replaced", error)
    })
}

fn failed(action: &str, error: io::Error) -> StoreError {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this process has no permission for it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::AlreadyExists => {
            "there is already such a file: move it away, or choose another name".to_owned()
        }
        _ => format!("it cannot be {action}"),
    };
    StoreError::new(StoreErrorKind::Configuration, message).with_source(error)
}
