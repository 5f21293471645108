//! The socket of a server on the same machine, and who would read a password that is sent there.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use tokio::net::unix::UCred;
use tokio::runtime::{Builder, Runtime};

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
        Some(fault) => Err(refused(&fault)),
    }
}

/// Refuses a listener that is neither this user nor root: since the socket was looked at, somebody
/// who may write to a folder further up may have put another one in its place.
pub(super) fn check_listener(user: u32) -> Result<(), Failure> {
    if is_trusted(user) {
        return Ok(());
    }
    Err(refused(&format!(
        "another user (id {user}) listens at the socket, who"
    )))
}

/// Returns the user who listens at the other end. The standard library cannot ask yet, and tokio
/// asks within a runtime only.
pub(super) fn listener(socket: &UnixStream) -> io::Result<u32> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let user = asked_in(&runtime, socket);
    // This thread may belong to another runtime, in which none can be dropped.
    runtime.shutdown_background();
    // The copy has the same mode.
    socket.set_nonblocking(false)?;
    user.map(|user| user.uid())
}

fn asked_in(runtime: &Runtime, socket: &UnixStream) -> io::Result<UCred> {
    let _entered = runtime.enter();
    let copy = socket.try_clone()?;
    copy.set_nonblocking(true)?;
    tokio::net::UnixStream::from_std(copy)?.peer_cred()
}

fn refused(who: &str) -> Failure {
    Failure::Final(StoreError::new(
        StoreErrorKind::Configuration,
        format!("{who} would get the password: {ADVICE}"),
    ))
}

fn is_trusted(user: u32) -> bool {
    user == rustix::process::geteuid().as_raw() || user == 0
}

/// Returns who else could read the password.
fn fault(socket: &Metadata, folder: &Metadata) -> Option<String> {
    for (what, metadata) in [("socket", socket), ("folder of the socket", folder)] {
        let owner = metadata.uid();
        if !is_trusted(owner) {
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
