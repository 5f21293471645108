//! A key file on a system without the owners and modes of Unix. A user's folders are private by
//! inheritance there.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use cxone_auth_core::store::StoreError;

use super::failed;

pub(super) fn open(path: &Path) -> Result<(File, Option<String>), StoreError> {
    let file = File::open(path).map_err(|error| failed("read", error))?;
    Ok((file, None))
}

pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
