//! The owner and the permissions of a key file.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use cxone_auth_core::store::StoreError;
use rustix::fs::OFlags;

use super::super::configuration;
use super::failed;

/// What others must not do with a file of this user's own: anything.
const OF_OTHERS: u32 = 0o077;
/// What they must not do with one of root's: a group may read it.
const BEYOND_A_GROUP: u32 = 0o037;
/// What they must not do with a file that Kubernetes projects: its other permissions are those that
/// the pod says.
const WRITING_BY_ALL: u32 = 0o002;

/// Opens the file. Returns with it what is wrong with those who have it.
pub(super) fn open(path: &Path) -> Result<(File, Option<String>), StoreError> {
    let is_projected = is_projected(path);
    let metadata = path.symlink_metadata();
    let metadata = metadata.map_err(|error| failed("read", error))?;
    if metadata.is_symlink() && !is_projected {
        return Err(configuration("it is a symbolic link: name the file itself"));
    }
    // A link is not followed, and a pipe is not waited for.
    let mut flags = OFlags::NONBLOCK;
    flags.set(OFlags::NOFOLLOW, !is_projected);
    let flags = i32::try_from(flags.bits()).expect("flags are small");
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = file.map_err(|error| failed("read", error))?;
    let metadata = file.metadata().map_err(|error| failed("read", error))?;
    if !metadata.is_file() {
        return Err(configuration("it is not a regular file"));
    }
    Ok((file, fault(&metadata, is_projected)))
}

fn fault(metadata: &Metadata, is_projected: bool) -> Option<String> {
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user && owner != 0 {
        return Some(format!(
            "it belongs to another user (id {owner}), who could replace the keys: run chown on it"
        ));
    }
    let mode = metadata.mode() & 0o7777;
    let forbidden = match owner {
        _ if is_projected => WRITING_BY_ALL,
        owner if owner == user => OF_OTHERS,
        _ => BEYOND_A_GROUP,
    };
    (mode & forbidden != 0)
        .then(|| format!("it is open to other users (mode {mode:04o}): run chmod 600 on it"))
}

/// Reports whether Kubernetes has put the file there, behind a link that it replaces.
fn is_projected(path: &Path) -> bool {
    path.parent().is_some_and(|folder| {
        let data = folder.join("..data").symlink_metadata();
        data.is_ok_and(|data| data.is_symlink())
    })
}

/// Creates a file for this user alone.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
