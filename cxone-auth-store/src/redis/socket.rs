//! The socket of a server on the same machine, and who would read a password that is sent there.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use cxone_auth_core::store::{StoreError, StoreErrorKind};

use super::failure::{self, Failure};

const ADVICE: &str = "use a socket that you or root own, in a folder that nobody else can write to, \
                      or name its path as an insecure host";

/// What others have if they may put a socket of their own into a folder. The sticky bit does not
/// help: whoever is there first while the server is down has the name.
const WRITING_BY_OTHERS: u32 = 0o022;

/// Returns the socket behind this path if only this user and root can listen there. What is returned
/// is what was looked at, so that no link is followed afterwards.
pub(super) fn of_a_trusted_user(path: &Path) -> Result<PathBuf, Failure> {
    let unseen = |error: io::Error| failure::of_io_error(&error);
    let path = fs::canonicalize(path).map_err(unseen)?;
    let folder = path.parent().unwrap_or(&path);
    let socket = fs::symlink_metadata(&path).map_err(unseen)?;
    let folder = fs::symlink_metadata(folder).map_err(unseen)?;
    match fault(&socket, &folder) {
        None => Ok(path),
        Some(fault) => Err(Failure::Final(StoreError::new(
            StoreErrorKind::Configuration,
            format!("{fault} would get the password: {ADVICE}"),
        ))),
    }
}

/// Returns who else could read the password.
fn fault(socket: &Metadata, folder: &Metadata) -> Option<String> {
    let user = rustix::process::geteuid().as_raw();
    for (what, metadata) in [("socket", socket), ("folder of the socket", folder)] {
        let owner = metadata.uid();
        if owner != user && owner != 0 {
            return Some(format!(
                "the {what} belongs to another user (id {owner}), who"
            ));
        }
    }
    let mode = folder.mode() & 0o7777;
    let is_wide = mode & WRITING_BY_OTHERS != 0;
    is_wide.then(|| {
        format!("others may write to the folder of the socket (mode {mode:04o}), and whoever does")
    })
}
